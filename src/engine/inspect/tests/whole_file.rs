//! What depends on names and on other tensors: embeddings, copies, scales, chains.

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

#[test]
fn a_scale_far_from_he_is_a_fault() {
    let far = |report: &FileReport| {
        let found = report.findings.iter().find(|finding| finding.kind.name == "far_from_he");
        found.map(|finding| finding.text.clone())
    };
    for (label, expected) in [("std=10", "scale 19"), ("std=1e-30", "e-29 times"), ("std=1e30", "e31 times")]
    {
        let told = far(&alone(label, 784, 100, 1)).unwrap_or_default();
        assert!(told.contains(expected) && told.ends_with(" He's"), "{label}: {told}");
    }
    let healthy = [
        "std=0.01",
        "Xavier",
        "He",
        "lecun_normal",
        "glorot_normal",
        "glorot_uniform",
        "he_uniform",
        "pytorch_default",
        "orthogonal",
        "orthogonal=0.01",
        "orthogonal=30",
        "sparse=0.9",
        "zeros",
        "ones",
        "constant=100",
        "identity=100",
        "zero_hadamard",
        "uniform=0.05",
        "truncated_normal=0.02",
        "variance_scaling=2:fan_out:normal",
    ];
    for label in healthy {
        for (fan_in, fan_out) in [(784, 100), (100, 10), (10, 30_000), (64, 64)] {
            let report = alone(label, fan_in, fan_out, 2);
            assert_eq!(far(&report), None, "{label} {fan_in} {fan_out}");
        }
    }
    let wide = |name: &str| {
        let numbers = drawn("std=10", 784, 100, 1);
        let tensors = [tensor(name, &[100, 784], &numbers)];
        far(&inspect(&tensors, InspectOptions::default())).is_some()
    };
    assert_eq!(["fc.weight", "emb.weight", "attn.bias"].map(wide), [true, false, false]);
    let sines: Vec<f64> =
        (0..78_400).map(|i| (f64::from(i / 784) / 1e4f64.powf(f64::from(i % 784) / 784.0)).sin()).collect();
    let table = inspect(&[tensor("pe", &[100, 784], &sines)], InspectOptions::default());
    assert_eq!(far(&table), None, "computed, not drawn");
}

#[test]
fn the_number_behind_a_colon_is_no_part_of_a_name() {
    let report = inspect(&[tensor("dense/kernel:0", &[9, 5], &[0.5; 45])], InspectOptions::default());
    assert_eq!((report.weights[0].layout, report.layout_guessed), (Layout::InOut, false));
}

#[test]
fn a_file_that_is_no_chain_says_why() {
    let zeros = |name: &str, shape: &[usize]| tensor(name, shape, &vec![0.1; shape.iter().product()]);
    let relu = InspectOptions { layout: Some(Layout::OutIn), activation: Some(Activation::Relu) };
    let mut broken = zeros("a", &[5, 4]);
    broken.bytes.to_mut()[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    for (tensors, expected) in [
        (vec![zeros("bias", &[4])], "two weight tensors or more, found 0"),
        (vec![zeros("a", &[5, 4]), zeros("c", &[5, 4, 3, 3])], "c has 4 axes"),
        (vec![zeros("a", &[5, 4]), zeros("c", &[3, 6])], "a gives 5 numbers, the next one, c, takes 6"),
        (vec![broken, zeros("c", &[3, 5])], "a has numbers that are NaN"),
    ] {
        let reason = inspect(&tensors, relu).chain.unwrap().unwrap_err().to_string();
        assert!(reason.contains(expected), "{reason}");
    }
}

/// The chapter's own network: five layers of std 0.01, each of which is as some initializer leaves it.
#[test]
fn a_network_whose_signal_dies_is_faulty() {
    let network = |label: &str| {
        let sizes = [(784, 100), (100, 100), (100, 100), (100, 100), (100, 10)];
        let layer = |(index, (a, b)): (usize, &(usize, usize))| {
            tensor(&format!("{index}.kernel"), &[*a, *b], &drawn(label, *a, *b, index as u64))
        };
        inspect(&sizes.iter().enumerate().map(layer).collect::<Vec<_>>(), InspectOptions::default())
    };
    let names =
        |report: &FileReport| report.findings.iter().map(|finding| finding.kind.name).collect::<Vec<_>>();
    assert_eq!(names(&network("std=0.01")), ["signal_vanishes"]);
    for label in ["He", "Xavier", "pytorch_default", "glorot_uniform"] {
        assert!(network(label).answer.healthy, "{label}: {:?}", names(&network(label)));
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

#[test]
fn biases_that_silence_a_layer_are_found() {
    let file = |bias: f64| {
        let layer = |index: u64| {
            let value = if index == 1 { bias } else { 0.0 };
            let weight = tensor(&format!("{index}.weight"), &[40, 40], &drawn("He", 40, 40, index));
            [weight, tensor(&format!("{index}.bias"), &[40], &[value; 40])]
        };
        inspect(&(0..3).flat_map(layer).collect::<Vec<_>>(), InspectOptions::default())
    };
    for (bias, expected) in
        [(-20.0, Some("dead_biases")), (1e5, Some("large_biases")), (-4.6, None), (1.0, None)]
    {
        let report = file(bias);
        let kinds: Vec<_> =
            report.findings.iter().map(|finding| (finding.kind.name, finding.tensor.as_str())).collect();
        assert_eq!(kinds, expected.map(|kind| (kind, "1.bias")).into_iter().collect::<Vec<_>>(), "{bias}");
    }
}

/// A shift that silences the ReLU behind a norm; the biases of a layer before it are none of its business.
#[test]
fn norms_that_silence_their_units_are_found() {
    let file = |shift: f64| {
        let layer = |index: u64| {
            let value = if index == 1 { shift } else { 0.0 };
            let weight = tensor(&format!("{index}.conv.weight"), &[40, 40], &drawn("He", 40, 40, index));
            let norm = |what: &str, value: f64| tensor(&format!("{index}.bn.{what}"), &[40], &[value; 40]);
            [weight, norm("weight", 1.0), norm("bias", value)]
        };
        inspect(&(0..3).flat_map(layer).collect::<Vec<_>>(), InspectOptions::default())
    };
    let kinds = |report: &FileReport| {
        report.findings.iter().map(|found| (found.kind.name, found.tensor.clone())).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&file(-50.0)), [("dead_biases", "1.bn.bias".to_owned())]);
    assert_eq!(kinds(&file(-4.6)), []);
}

/// A huge value hides no other fault of its tensor, and its layer is still told to be untrained.
#[test]
fn a_huge_value_and_what_is_beside_it_are_told() {
    let report = spoiled(|w| {
        w.iter_mut().for_each(|x| *x *= 2.5);
        w[40] = 30.0;
    });
    let faults = faults_of(&report, "2.kernel");
    assert!(
        faults.len() == 2 && faults[0].starts_with("1 huge value") && faults[1].starts_with("2.5"),
        "{faults:?}"
    );
    let alone = spoiled(|w| w[40] = 30.0);
    assert_eq!(alone.weights[2].untrained(), Untrained::Yes);
    // Heavy tails have no gap: each of these is less than four times the next one.
    let tails = spoiled(|w| (0..9).for_each(|i: i32| w[80 * i as usize] = 1.8f64.powi(i)));
    assert!(
        !faults_of(&tails, "2.kernel").iter().any(|fault| fault.contains("huge")),
        "{:?}",
        tails.findings
    );
}

/// Zeroed norms and packed weights of a published model; of a LoRA one fault per tensor of NaN, and none of its zeros.
#[test]
fn zeroed_packed_and_broken_tensors_are_faults_once() {
    let packed = Tensor::new("up_proj.weight", &[16, 16], Element::Other { bytes: 1 }, vec![0; 256]);
    let he = || tensor("fc.weight", &[60, 50], &drawn("He", 50, 60, 1));
    let zeroed = [he(), packed, tensor("norm.weight", &[60], &[0.0; 60])];
    let lora = |value: f64| {
        let part = |name: &str, value| tensor(name, &[8, 64], &[value; 512]);
        [he(), part("0.q.lora_B.weight", 0.0), part("1.q.lora_B.weight", value)]
    };
    for (tensors, expected) in [
        (&zeroed[..], &["zero_packed", "zero_norm"][..]),
        (&lora(f64::NAN), &["not_finite"]),
        (&lora(0.0), &[]),
    ] {
        let report = inspect(tensors, InspectOptions::default());
        let faults = report.findings.iter().filter(|finding| finding.kind.is_fault);
        assert_eq!(
            faults.map(|finding| finding.kind.name).collect::<Vec<_>>(),
            expected,
            "{:?}",
            report.findings
        );
    }
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
    assert_eq!(file(0).training, Training::Trained);
}

/// `np.random.rand` as weights: no law is off its centre, so nothing says whether they were trained.
#[test]
fn weights_of_one_sign_do_not_tell_whether_they_were_trained() {
    let positive = |name: &str, seed| {
        let numbers: Vec<f64> = drawn("glorot_uniform", 200, 32, seed).into_iter().map(f64::abs).collect();
        tensor(name, &[200, 32], &numbers)
    };
    let answer = inspect(&[positive("W1", 1), positive("W2", 2)], InspectOptions::default()).answer;
    assert_eq!((answer.training, answer.healthy), (Training::CannotTell, false));
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
