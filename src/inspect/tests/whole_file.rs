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
        let report = inspect(&tensors, InspectOptions { layout: Some(Layout::OutIn), activation: None });
        assert!(report.weights[..4].iter().all(|weight| weight.faults.is_empty()));
        report.weights[4].faults.clone()
    };
    assert_eq!(faults("emb.weight"), []);
    let found: Vec<String> = faults("fc.weight").iter().map(ToString::to_string).collect();
    assert!(found.len() == 2 && found[1].starts_with("not like the others"), "{found:?}");
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
    assert_eq!((copied.weights[0].faults.len(), copied.copies.len()), (0, 0));
    assert_eq!(copied.weights[1].faults, [Fault::SameNumbers { of: "a.weight".to_owned() }]);
    let trained: Vec<f64> =
        he.iter().enumerate().map(|(i, x)| x * (1.0 + (i % 50 % 10) as f64 / 3.0)).collect();
    let tied = |of: &str, name: &str| vec![RepeatedTensor { name: name.to_owned(), of: of.to_owned() }];
    for (names, numbers) in [(["wte.weight", "lm_head.weight"], &he), (["a.weight", "b.weight"], &trained)] {
        let report = report(names, numbers);
        assert_eq!(report.copies, tied(names[0], names[1]));
        assert!(report.weights.iter().all(|weight| weight.faults.is_empty()), "{names:?}");
    }
    let mask: Vec<f64> = (0..5000).map(|i| f64::from(u8::from(i % 50 <= i / 50))).collect();
    for numbers in [vec![0.0; 5000], vec![0.3; 5000], mask] {
        let report = report(["a.weight", "b.weight"], &numbers);
        assert!(report.copies.is_empty());
        assert_eq!(report.weights[0].faults, report.weights[1].faults);
    }
}

#[test]
fn a_scale_far_from_he_is_a_fault() {
    let far = |report: &WeightReport| {
        let is_far = |fault: &&Fault| matches!(fault, Fault::FarFromHe { .. });
        report.faults.iter().find(is_far).map(ToString::to_string)
    };
    for (label, expected) in [("std=10", "scale 19"), ("std=1e-30", "e-29 times"), ("std=1e30", "e31 times")]
    {
        let told = far(&one(label, 784, 100, 1)).unwrap_or_default();
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
            let report = one(label, fan_in, fan_out, 2);
            assert_eq!(far(&report), None, "{label} {fan_in} {fan_out}");
        }
    }
    let wide = |name: &str| {
        let numbers = drawn("std=10", 784, 100, 1);
        let tensors = [tensor(name, &[100, 784], &numbers)];
        far(&inspect(&tensors, InspectOptions::default()).weights[0]).is_some()
    };
    assert_eq!(["fc.weight", "emb.weight", "attn.bias"].map(wide), [true, false, false]);
    let sines: Vec<f64> =
        (0..78_400).map(|i| (f64::from(i / 784) / 1e4f64.powf(f64::from(i % 784) / 784.0)).sin()).collect();
    let table = inspect(&[tensor("pe", &[100, 784], &sines)], InspectOptions::default());
    assert_eq!(far(&table.weights[0]), None, "computed, not drawn");
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
        (vec![zeros("a", &[5, 4]), zeros("b", &[3, 6])], "a gives 5 numbers, the next one, b, takes 6"),
        (vec![broken, zeros("b", &[3, 5])], "a has numbers that are NaN"),
    ] {
        let reason = inspect(&tensors, relu).chain.unwrap().unwrap_err().to_string();
        assert!(reason.contains(expected), "{reason}");
    }
}
