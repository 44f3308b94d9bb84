//! Facts made up, each at its extremes: the forecast, the cause that each change would name, and what is then said.

use super::cause::{CAUSES, cause_of};
use super::change::{CHANGES, flags, typed};
use super::*;
use crate::nn::activation::Activation;
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::loss::Loss;
use crate::nn::network::Architecture;
use crate::nn::optimizer::{Optimizer, Update};
use crate::stats::Verdict;

/// A network of two hidden layers, trained by SGD.
fn setup() -> Setup {
    let loss = Loss::SoftmaxCrossEntropy;
    Setup {
        architecture: Architecture {
            inputs: 20,
            hidden: vec![16, 16],
            outputs: 10,
            activation: Activation::Relu,
            batch_norm: false,
            loss,
        },
        init: "He".parse().expect("a name"),
        update: Update { optimizer: Optimizer::Sgd, learning_rate: 0.01, momentum: 0.9, weight_decay: 0.0 },
        examples: 200,
        batch_size: Some(128),
        iterations: 500,
        seed: 1,
    }
}

/// Facts in which nothing stands out, of a network that learns in good time.
fn healthy() -> Facts {
    let layer = |layer| LayerFacts {
        layer,
        units: 100,
        distinct_units: 100,
        weight_rms: 0.1,
        signal_std: 1.0,
        signal_spread: 0.9,
        signal_rms: 0.8,
        sensitivity: 0.5,
        saturated: None,
        dead: 0.0,
        gradient_rms: 1e-2,
        input_gradient_rms: 1e-2,
        noise_rms: 0.0,
        effect: 20.0,
        alignment: 1e4,
        update_ratio: 1e-3,
        travel: 0.5,
    };
    Facts {
        setup: setup(),
        layers: (1..=3).map(layer).collect(),
        start_loss: 2.4,
        label_entropy: 2.301,
        trial: Trial { losses: vec![2.3; 36], layers: (1..=3).map(layer).collect() },
    }
}

type Spoiled = fn(&mut Facts);

/// A hundredth of the gradient after the trial: too little for this run.
fn slow(facts: &mut Facts) {
    facts.trial.layers.iter_mut().for_each(|layer| layer.input_gradient_rms /= 100.0);
}

/// A loss that starts at 1,000 and falls as a power of the iterations.
fn loud(facts: &mut Facts, exponent: f64) {
    facts.start_loss = 1000.0;
    facts.trial.losses = (1..=36).map(|step| 1000.0 * f64::from(step).powf(-exponent)).collect();
}

/// What may be wrong, with the verdict that is then predicted.
#[rustfmt::skip]
const FORECASTS: [(Spoiled, Verdict, Confidence); 13] = [
    (|_| (), Verdict::Learned, Confidence::Likely),
    (|f| f.trial.losses = vec![1.0; 36], Verdict::Learned, Confidence::Sure),
    (|f| f.trial.losses[18..].fill(2.2), Verdict::Learned, Confidence::Sure),
    (|f| f.layers[1].distinct_units = 1, Verdict::Stalled, Confidence::Sure),
    (|f| f.start_loss = f64::NAN, Verdict::Diverged, Confidence::Sure),
    (|f| f.trial.losses[4] = f64::NAN, Verdict::Diverged, Confidence::Sure),
    (|f| f.trial.layers[1].sensitivity = 1e-5, Verdict::Stalled, Confidence::Sure),
    (slow, Verdict::Stalled, Confidence::Sure),
    (|f| loud(f, 0.6), Verdict::Stalled, Confidence::Sure),
    (|f| loud(f, -0.2), Verdict::Worsened, Confidence::Sure),
    (|f| loud(f, 1.2), Verdict::Learned, Confidence::Likely),
    (|f| f.trial.layers.iter_mut().for_each(|l| l.effect *= 1e4), Verdict::Diverged, Confidence::NoIdea),
    (|f| f.trial.layers.iter_mut().for_each(|l| l.noise_rms = 1e3), Verdict::Stalled, Confidence::Sure),
];

#[test]
fn each_change_leads_to_its_forecast() {
    for (index, (change, verdict, confidence)) in FORECASTS.into_iter().enumerate() {
        let mut facts = healthy();
        change(&mut facts);
        assert_eq!(forecast(&facts), Forecast { verdict, confidence }, "change {index}");
    }
}

/// Noise that does not drown gradient descent slows Adam, which divides by it.
#[test]
fn noise_takes_its_part_of_an_update_that_is_divided_by_it() {
    let mut facts = healthy();
    facts.setup.update.optimizer = Optimizer::Adam;
    facts.setup.update.learning_rate = 1e-4;
    let quiet = forecast(&facts);
    facts.trial.layers.iter_mut().for_each(|layer| layer.noise_rms = 1e3);
    assert_eq!((quiet.verdict, forecast(&facts).verdict), (Verdict::Learned, Verdict::Stalled));
}

/// A table of 95 to 5 starts at ln 2, which is far above its entropy and no sign of too large an output.
#[test]
fn a_start_is_judged_beside_equal_logits() {
    let mut facts = healthy();
    facts.setup.architecture.outputs = 2;
    (facts.start_loss, facts.label_entropy) = (0.69, 0.198);
    facts.trial.losses = vec![0.69; 36];
    assert_eq!(cause_of(&facts, Some(&remedy(&[Kind::Weights]))).0.cause, Cause::Unexplained);
}

#[test]
fn no_number_passes_as_fine_where_it_is_not_finite() {
    let fields: [fn(&mut LayerFacts) -> &mut f64; 7] = [
        |l| &mut l.signal_std,
        |l| &mut l.signal_rms,
        |l| &mut l.sensitivity,
        |l| &mut l.gradient_rms,
        |l| &mut l.input_gradient_rms,
        |l| &mut l.effect,
        |l| &mut l.alignment,
    ];
    for (index, field) in fields.into_iter().enumerate() {
        for value in [f64::NAN, f64::INFINITY] {
            let mut facts = healthy();
            *field(&mut facts.layers[index % 3]) = value;
            assert_eq!(forecast(&facts).verdict, Verdict::Diverged, "field {index}, {value}");
        }
    }
}

fn remedy(kinds: &[Kind]) -> Remedy {
    Remedy { kinds: kinds.to_vec(), setup: setup(), flags: "--flag".to_owned(), confidence: Confidence::Sure }
}

/// What may be seen, the change that helps, and the cause that is then named.
#[rustfmt::skip]
const CAUSED: [(Spoiled, Kind, Cause, &str); 17] = [
    (|f| f.layers[1].distinct_units = 1, Kind::Weights, Cause::IdenticalUnits, "all 100 units of layer 2 have the same weights and the same gradients"),
    (|f| f.layers[0].signal_spread = 0.0, Kind::BatchNorm, Cause::ConstantInputs, "what reaches layer 1 is the same for every example that was measured"),
    (|f| f.layers[1].signal_rms = f64::INFINITY, Kind::Weights, Cause::SignalOverflows, "the first forward pass overflows in layer 2"),
    (|f| f.layers[1].gradient_rms = f64::NAN, Kind::Weights, Cause::GradientOverflows, "the first gradient overflows in layer 2"),
    (|f| f.layers[1].dead = 1.0, Kind::Weights, Cause::Dead, "all units of layer 2 are 0 for every input that was measured"),
    (|f| f.layers[0].saturated = Some(0.9), Kind::Weights, Cause::Saturated, "90 % of the activations of layer 1 are saturated"),
    (|f| f.layers[2].signal_std = 1e-6, Kind::Weights, Cause::SignalVanishes, "the signal shrinks from 1.0 in layer 1 to 1.0e-6 in layer 3"),
    (|f| f.layers[2].signal_std = 1e6, Kind::BatchNorm, Cause::SignalExplodes, "the signal grows from 1.0 in layer 1 to 1.0e6 in layer 3"),
    (|f| f.layers[0].gradient_rms = 1e-9, Kind::Adam, Cause::GradientVanishes, "the gradient shrinks from 0.010 in layer 3 to 1.0e-9 in layer 1"),
    (|f| f.layers[0].gradient_rms = 1e3, Kind::Weights, Cause::GradientExplodes, "the gradient grows from 0.010 in layer 3 to 1000 in layer 1"),
    (|f| f.layers[1].sensitivity = 1e-3, Kind::BatchNorm, Cause::InputLost, "the activations of layer 2 differ between inputs by only 0.0010 of their size"),
    (|f| f.start_loss = 80.0, Kind::Weights, Cause::LoudStart, "the loss starts at 80, where equal logits have 2.3"),
    (|f| f.setup.update.weight_decay = 1.0, Kind::LessDecay, Cause::WeightDecay, "weight decay pulls the weights of layer 3 with 0.10, their gradient with 0.010"),
    (|f| f.trial.layers[1].noise_rms = 0.5, Kind::LargerBatches, Cause::GradientNoise, "gradients of mini-batches differ by 0.50 in layer 2, where their mean is 0.010"),
    (|f| f.trial.losses = vec![7.0; 36], Kind::LowerRate, Cause::StepsTooLarge, "within 36 updates the loss goes from 2.4 to 7.0"),
    (|f| f.layers[1].travel = 0.01, Kind::HigherRate, Cause::StepsTooSmall, "in 500 updates layer 2 can move by 0.010 of itself"),
    (|_| (), Kind::BatchNorm, Cause::Unexplained, "the signal goes from 1.0 in layer 1 to 1.0 in layer 3"),
];

#[test]
fn what_helps_names_the_cause_with_its_numbers() {
    for (change, kind, cause, why) in CAUSED {
        let mut facts = healthy();
        facts.start_loss = 2.3;
        change(&mut facts);
        if cause == Cause::StepsTooLarge {
            facts.start_loss = 2.4;
        }
        let said = explain(&facts, Some(&remedy(&[kind])));
        assert_eq!((said.cause, said.why.as_str()), (cause, why));
    }
}

#[test]
fn where_nothing_helps_only_what_leaves_nothing_to_learn_from_is_blamed() {
    let mut facts = healthy();
    facts.layers[1].dead = 1.0;
    assert_eq!(explain(&facts, None).cause, Cause::Unexplained);
    facts.layers[0].signal_spread = 0.0;
    let said = explain(&facts, None);
    assert_eq!((said.cause, said.remedy.as_str()), (Cause::ConstantInputs, ""));
}

/// The longest numbers that there are.
#[test]
fn no_sentence_is_longer_than_two_lines_of_a_terminal() {
    let numbers = [2_f64.powi(-1000), f64::MAX];
    for row in &CAUSES {
        let evidence = cause::Evidence { layer: 1000, numbers };
        let said = say::sentence(row, evidence, &healthy());
        assert!(said.len() < 160 && !said.contains('{'), "{said}");
    }
}

#[test]
fn every_change_changes_something_that_has_a_flag() {
    let mut from = setup();
    from.update.weight_decay = 0.1;
    (from.batch_size, from.init) = (Some(4), "zeros".parse().expect("a name"));
    let all: Vec<String> =
        CHANGES.iter().filter_map(|change| Some(typed(&flags(&from, &(change.apply)(&from)?)))).collect();
    let expected = [
        "--init He",
        "--batch-norm",
        "--learning-rate 0.001",
        "--learning-rate 0.1",
        "--learning-rate 0.0001",
        "--learning-rate 1",
        "--learning-rate 1e-5",
        "--weight-decay 0.01",
        "--weight-decay 0",
        "--batch-size 128",
        "--iterations 2000",
        "--optimizer adam --learning-rate 0.001",
    ];
    assert_eq!(all, expected);
}

/// Two classes that one input tells apart.
fn separable() -> Examples {
    let labels: Vec<u8> = (0..200).map(|row| row % 2).collect();
    let value = |(row, column): (usize, usize)| {
        let noise = ((row * 31 + column * 17) % 13) as crate::Real / 13.0 - 0.5;
        if column == 0 { noise + crate::Real::from(labels[row]) * 2.0 - 1.0 } else { noise }
    };
    let inputs = Inputs::Dense(ndarray::Array2::from_shape_fn((200, 20), value));
    Examples { inputs, labels }
}

fn of_two_classes() -> Setup {
    let mut setup = setup();
    setup.architecture.outputs = 2;
    setup.update.learning_rate = 0.1;
    setup.batch_size = Some(32);
    setup
}

#[test]
fn the_smallest_change_that_learns_is_the_remedy() {
    let examples = separable();
    let trials = Trials::new(&examples, []);
    let zeros = Setup { init: "zeros".parse().expect("a name"), ..of_two_classes() };
    let found = what_if(&zeros, Kind::ALL, &trials).expect("He's weights learn");
    assert_eq!((found.flags.as_str(), &found.kinds[..]), ("--init He", &[Kind::Weights][..]));
    let mut fast = of_two_classes();
    fast.update.learning_rate = 1000.0;
    let found = what_if(&fast, &[Kind::LowerRate, Kind::HigherRate], &trials).expect("a lower rate learns");
    assert!(found.flags.starts_with("--learning-rate 1"), "{}", found.flags);
}

/// A setup that was trained is not tried: its verdict counts.
#[test]
fn a_run_that_was_trained_is_its_own_trial() {
    let examples = separable();
    let zeros = Setup { init: "zeros".parse().expect("a name"), ..of_two_classes() };
    let trials = Trials::new(&examples, [(of_two_classes(), Verdict::Stalled)]);
    let found = what_if(&zeros, &[Kind::Weights], &trials);
    assert_eq!(found, None);
}
