//! Faults that names and other tensors show: scales, chains, biases, norms.

use super::*;

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
    for (bias, expected) in [
        (-20.0, Some("dead_biases")),
        (-10.0, Some("dead_biases")),
        (1e5, Some("large_biases")),
        (-4.6, None),
        (1.0, None),
    ] {
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

/// `np.random.rand` as weights: no law is off its centre, so nothing says whether they were trained.
#[test]
fn weights_of_one_sign_do_not_tell_whether_they_were_trained() {
    let positive = |name: &str, seed| {
        let numbers: Vec<f64> = drawn("glorot_uniform", 200, 32, seed).into_iter().map(f64::abs).collect();
        tensor(name, &[200, 32], &numbers)
    };
    let answer = inspect(&[positive("W1", 1), positive("W2", 2)], InspectOptions::default()).answer;
    assert_eq!((answer.training, answer.healthy), (TrainingState::CannotTell, false));
}

/// Two layers that tell are a law for the third; of another initializer, or near, it was meant.
#[test]
fn the_layer_between_two_is_held_to_their_law() {
    let report = |label: &str, middle: &str, times: f64| {
        let layer = |index: u64| {
            let (law, times) = if index == 1 { (middle, times) } else { (label, 1.0) };
            let numbers: Vec<f64> = drawn(law, 60, 60, index).into_iter().map(|x| times * x).collect();
            tensor(&format!("{index}.weight"), &[60, 60], &numbers)
        };
        let layout = Some(Layout::OutIn);
        inspect(&(0..3).map(layer).collect::<Vec<_>>(), InspectOptions { layout, activation: None })
    };
    for label in ["He", "pytorch_default", "orthogonal", "orthogonal=1.41"] {
        for times in [10.0, 0.1] {
            let found = report(label, label, times);
            let kinds: Vec<_> = found.findings.iter().map(|one| (one.kind.name, &*one.tensor)).collect();
            assert_eq!(kinds, [("scaled", "1.weight")], "{label} times {times}");
        }
        assert!(report(label, label, 1.5).answer.healthy, "{label}");
        assert!(report(label, "glorot_uniform", 1.0).answer.healthy, "{label}");
        assert_eq!(report(label, label, 1.0).law.as_deref(), Some(label));
    }
    assert!(report("He", "orthogonal=0.1", 1.0).answer.healthy);
}
