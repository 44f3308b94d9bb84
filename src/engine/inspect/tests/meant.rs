//! What looks odd and is meant: tables, ties, zeros, laws of their own.

use super::*;

/// Four layers and an embedding of scale 1, as PyTorch leaves them.
#[test]
fn embeddings_are_not_compared_with_layers() {
    let faults = |name: &str| {
        let mut tensors: Vec<_> = (0..4)
            .map(|i| tensor(&format!("fc{i}.weight"), &[120, 128], &drawn("pytorch_default", 128, 120, i)))
            .collect();
        let mut numbers = drawn("std=1", 64, 2000, 9);
        numbers[..64].fill(0.0); // the row that fills up sequences
        tensors.push(tensor(name, &[2000, 64], &numbers));
        tensors.push(tensor("head.weight", &[120, 128], &drawn("pytorch_default", 128, 120, 8)));
        let report = inspect(&tensors, InspectOptions { layout: Some(Layout::OutIn), activation: None });
        assert!(
            (0..4).all(|i| faults_of(&report, &format!("fc{i}.weight")).is_empty()),
            "{:?}",
            report.findings
        );
        faults_of(&report, name).join("; ")
    };
    assert_eq!(faults("emb.weight"), "");
    let found = faults("fc.weight");
    assert!(found.starts_with("1 unit has only weights of 0"), "{found}");
}

/// One initializer object for all layers, tied embeddings, and what is equal without a cause.
#[test]
fn tensors_with_the_same_numbers_are_told() {
    let report = |names: [&str; 2], numbers: &[f64]| {
        let tensors = names.map(|name| tensor(name, &[100, 50], numbers));
        inspect(&tensors, InspectOptions { layout: Some(Layout::OutIn), activation: None })
    };
    let he = drawn("He", 50, 100, 1);
    let copied = report(["a.weight", "b.weight"], &he);
    assert_eq!(faults_of(&copied, "a.weight").len(), 0);
    assert!(faults_of(&copied, "b.weight")[0].starts_with("the same numbers as a.weight (one initializer"));
    let trained: Vec<f64> =
        he.iter().enumerate().map(|(i, x)| x * (1.0 + (i % 50 % 10) as f64 / 3.0)).collect();
    for (names, numbers) in [(["wte.weight", "lm_head.weight"], &he), (["a.weight", "b.weight"], &trained)] {
        let report = report(names, numbers);
        let tied: Vec<_> = report.findings.iter().filter(|finding| finding.kind.name == "tied").collect();
        assert_eq!((tied.len(), tied[0].tensor.as_str()), (1, names[1]));
        assert!(report.answer.healthy, "{names:?}: {:?}", report.findings);
    }
    let mask: Vec<f64> = (0..5000).map(|i| f64::from(u8::from(i % 50 <= i / 50))).collect();
    for numbers in [vec![0.3; 5000], mask] {
        let report = report(["a.weight", "b.weight"], &numbers);
        assert_eq!(faults_of(&report, "a.weight"), faults_of(&report, "b.weight"));
    }
}

/// Zeros that are meant: the second factor of LoRA, the last norm of every branch, a head.
#[test]
fn zeros_by_design_are_notes() {
    let he = |name: &str, seed| tensor(name, &[60, 50], &drawn("He", 50, 60, seed));
    let zeros = |name: &str, shape: &[usize]| tensor(name, shape, &vec![0.0; shape.iter().product()]);
    let ones = |name: &str| tensor(name, &[60], &[1.0; 60]);
    let lora = [he("q.lora_A.weight", 1), zeros("q.lora_B.weight", &[50, 60])];
    let branches = [
        he("0.conv1.weight", 1),
        ones("0.bn1.weight"),
        zeros("0.bn2.weight", &[60]),
        he("1.conv1.weight", 2),
        ones("1.bn1.weight"),
        zeros("1.bn2.weight", &[60]),
    ];
    let head = [he("0.weight", 1), he("1.weight", 2), zeros("head.weight", &[10, 60])];
    for tensors in [&lora[..], &branches, &head] {
        let report = inspect(tensors, InspectOptions::default());
        let by_design =
            report.findings.iter().filter(|finding| finding.kind.name == "zero_by_design").count();
        assert!(report.answer.healthy && by_design > 0, "{:?}", report.findings);
    }
    let one_norm = [he("0.conv1.weight", 1), ones("0.bn1.weight"), zeros("1.bn1.weight", &[60])];
    assert!(!inspect(&one_norm, InspectOptions::default()).answer.healthy);
}

/// Units that weight decay emptied in several layers of a trained network are a note; in one layer, a fault.
#[test]
fn units_emptied_in_several_layers_of_a_trained_network_are_a_note() {
    let file = |emptied: u64| {
        let layer = |index: u64| {
            let mut numbers = drawn("He", 100, 80, index);
            numbers.iter_mut().enumerate().for_each(|(i, x)| *x *= 1.0 + (i / 80 % 10) as f64 / 3.0);
            if index < emptied {
                (0..100).for_each(|i| numbers[i * 80 + 5] = 0.0);
            }
            tensor(&format!("{index}.kernel"), &[100, 80], &numbers)
        };
        inspect(&(0..5).map(layer).collect::<Vec<_>>(), InspectOptions::default()).answer
    };
    assert_eq!([file(0), file(1), file(3)].map(|answer| answer.healthy), [true, false, true]);
    assert_eq!(file(0).training, TrainingState::Trained);
}

/// Tables of padding rows that a head shares, norms that multiply by 1 + weight, and one layer with an initializer of its
/// own in a place of its own: as Gemma, OPT and CLIP start.
#[test]
fn what_architectures_mean_is_no_fault() {
    let layer = |index: u64| {
        tensor(&format!("h.{index}.fc.weight"), &[128, 128], &drawn("std=0.0356", 128, 128, index))
    };
    let norm = |name: &str| tensor(name, &[128], &[0.0; 128]);
    let mut table = drawn("std=0.02", 128, 500, 9);
    table[..128].fill(0.0);
    let mut tensors: Vec<_> = (0..4).map(layer).collect();
    tensors.extend([norm("h.0.norm.weight"), norm("h.1.norm.weight"), norm("norm.weight")]);
    tensors.push(tensor("projection.weight", &[128, 128], &drawn("Xavier", 128, 128, 7)));
    tensors.extend([
        tensor("lm_head.weight", &[500, 128], &table),
        tensor("model.embed.weight", &[500, 128], &table),
    ]);
    let report = inspect(&tensors, InspectOptions { layout: Some(Layout::OutIn), activation: None });
    assert!(report.answer.healthy, "{:?}", report.findings);
    assert!(report.findings.iter().any(|finding| finding.kind.name == "tied"));
}

/// Kernels of attention and norms of a stack of layers, as `flax.linen.scan` keeps them.
#[test]
fn stacked_attention_is_seen_layer_by_layer() {
    let kernel = |name: &str, shape: &[usize]| {
        tensor(&format!("scan.attention.{name}.kernel"), shape, &drawn("lecun_normal", 64, 256, 3))
    };
    let bias = |name: &str, shape: &[usize]| {
        tensor(&format!("scan.attention.{name}.bias"), shape, &vec![0.0; shape.iter().product()])
    };
    let tensors = [
        kernel("query", &[4, 64, 4, 16]),
        bias("query", &[4, 4, 16]),
        kernel("out", &[4, 4, 16, 64]),
        bias("out", &[4, 64]),
        tensor("scan.LayerNorm_0.scale", &[4, 64], &[1.0; 256]),
    ];
    let report = inspect(&tensors, InspectOptions::default());
    assert!(report.answer.healthy, "{:?}", report.findings);
    for weight in &report.weights {
        assert_eq!((weight.fans.fan_in, weight.fans.fan_out), (64, 64), "{}", weight.name);
        assert!(
            weight.fits[0].labels.contains(&"lecun_normal".to_owned()),
            "{}: {:?}",
            weight.name,
            weight.fits
        );
    }
}

/// As in a VGG: layers that share a width of their own were meant so, one alone was not.
#[test]
fn layers_that_depart_together_were_drawn_so() {
    let scaled = |departing: &[u64]| {
        let tensors: Vec<_> = (0..8)
            .map(|i| {
                let law = if departing.contains(&i) { "std=0.01" } else { "He" };
                tensor(&format!("{i}.weight"), &[128, 128], &drawn(law, 128, 128, i))
            })
            .collect();
        let report = inspect(&tensors, InspectOptions { layout: Some(Layout::OutIn), activation: None });
        departing.iter().filter(|i| !faults_of(&report, &format!("{i}.weight")).is_empty()).count()
    };
    assert_eq!((scaled(&[3]), scaled(&[3, 5])), (1, 0));
}
