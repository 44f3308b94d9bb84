//! What the experiment is there to show, as means over seeds, and that it shows all of it.

use super::pair_means::{PairMeans, pairs};
use super::rows::{BinRow, LayerRow};
use super::*;
use crate::data::{DataSet, DataSizes};
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::optimizer::{Optimizer, Update};
use crate::train::layer_values::{Quantity, numbers};
use crate::train::step::Trainer;
use clap::Parser;
use ndarray::Array2;

const SEEDS: u64 = 20;

#[derive(Parser)]
struct TypedCommand {
    #[command(flatten)]
    config: Config,
}

fn config(words: &str) -> Config {
    let words = ["activations"].into_iter().chain(words.split_whitespace());
    TypedCommand::try_parse_from(words).expect("valid flags").config
}

/// The tables of all plans of a command, as the program assembles them.
fn tables(words: &str, data: &Data) -> Tables {
    let mut all = Tables::new();
    for plan in Activations::plans(&config(words)).expect("valid settings") {
        let ControlFlow::Continue(tables) = Activations::run(&plan, data, &()) else {
            panic!("nobody stopped it")
        };
        all.append(&tables).unwrap();
    }
    all
}

fn layers(words: &str) -> Vec<LayerRow> {
    tables(words, &Data::nothing()).rows("layers").unwrap()
}

/// The means over seeds of one pair.
fn reading(words: &str) -> PairMeans {
    PairMeans::new(&layers(&format!("{words} --seeds {SEEDS}")), 0)
}

fn assert_near(found: &[f64], expected: &[f64], relative: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found / expected - 1.0).abs() < relative, "{found} is not {expected}");
    }
}

/// Forty images of twelve pixels.
fn small_images() -> Data {
    let pixels =
        Array2::from_shape_fn((40, 12), |(row, column)| ((7 * row + 5 * column) % 11) as Real / 10.0);
    let labels: Vec<u8> = (0..40).map(|row| row % 10).collect();
    let examples = Examples { inputs: Inputs::Dense(pixels), labels };
    Data::of(DataSet::of_examples(examples.clone(), examples, 10))
}

#[test]
fn he_keeps_the_size_of_a_relu_signal() {
    let words = format!("--activation relu --init He --layers 3 --width 1000 --samples 50 --seeds {SEEDS}");
    let mut means = [0.0; 3];
    for plan in Activations::plans(&config(&words)).unwrap() {
        let probe = plan.probe(&Data::nothing());
        for (mean, seen) in means.iter_mut().zip(probe.capture(&plan.network(&probe, DataSizes::MNIST))) {
            *mean += crate::stats::rms(&numbers(&seen.activation.view())) / SEEDS as f64;
        }
    }
    assert_near(&means, &[1.0; 3], 0.05);
}

#[test]
fn xavier_loses_a_factor_of_root_two_per_relu_layer() {
    let found = reading("--activation relu --init Xavier --samples 200");
    let expected: Vec<f64> = (1..=5).map(|layer| 0.5_f64.sqrt().powi(layer)).collect();
    assert_near(&found.rms, &expected, 0.05);
}

#[test]
fn weights_of_a_hundredth_lose_a_factor_of_ten_per_tanh_layer() {
    let found = reading("--activation tanh --init std=0.01 --samples 200");
    assert_near(&found.rms, &[1e-1, 1e-2, 1e-3, 1e-4, 1e-5], 0.05);
}

#[test]
fn weights_of_one_saturate_most_of_a_sigmoid_layer() {
    let found = reading("--activation sigmoid --init std=1 --samples 200");
    assert!(found.saturated.iter().all(|share| *share > 0.5), "{:?}", found.saturated);
}

#[test]
fn weights_of_a_hundredth_make_all_sigmoid_units_say_the_same() {
    let found = reading("--activation sigmoid --init std=0.01 --samples 200");
    assert!(found.spread.iter().all(|spread| *spread < 0.03), "{:?}", found.spread);
    let equal = layers("--activation sigmoid --init constant=0.1 --samples 50");
    let spreads = equal.iter().filter(|row| row.quantity == Quantity::Activation).map(|row| row.spread);
    assert!(spreads.into_iter().all(|spread| spread < 1e-12), "constant weights make units equal");
}

#[test]
fn gradients_are_as_large_as_predicted() {
    for pair in ["relu --init He", "tanh --init Xavier", "sigmoid --init std=1", "tanh --init std=0.01"] {
        let rows = layers(&format!("--activation {pair} --samples 100 --width 100 --seeds {SEEDS}"));
        for quantity in [Quantity::DActivation, Quantity::DWeight] {
            for layer in 1..=5 {
                let here = || rows.iter().filter(|row| row.quantity == quantity && row.layer == layer);
                let found = here().map(|row| row.rms).sum::<f64>() / SEEDS as f64;
                assert_near(&[found], &[here().next().unwrap().predicted_rms.unwrap()], 0.08);
            }
        }
    }
}

#[test]
fn layers_of_different_widths_are_as_large_as_predicted() {
    for pair in ["relu --init He", "tanh --init Xavier"] {
        let rows = layers(&format!("--activation {pair} --samples 100 --hidden 150,60,200 --seeds {SEEDS}"));
        assert_eq!(rows.iter().map(|row| row.layer).max(), Some(3));
        for quantity in [Quantity::Activation, Quantity::DActivation, Quantity::DWeight] {
            for layer in 1..=3 {
                let here = || rows.iter().filter(|row| row.quantity == quantity && row.layer == layer);
                let found = here().map(|row| row.rms).sum::<f64>() / SEEDS as f64;
                assert_near(&[found], &[here().next().unwrap().predicted_rms.unwrap()], 0.08);
            }
        }
    }
}

/// The network of the reader's own sizes: inputs and classes of the data, hidden units as typed.
#[test]
fn data_of_any_size_go_through_layers_of_any_width() {
    let mut typed = config("--hidden 9,4 --activation relu --init He");
    assert!(!Activations::needs_data(&typed), "noise, unless data are named");
    Activations::use_named_data(&mut typed);
    assert!(Activations::needs_data(&typed));
    let plan = &Activations::plans(&typed).unwrap()[0];
    let data = small_images();
    let network = plan.network(&plan.probe(&data), data.sizes());
    let fans: Vec<_> = network.spans.iter().map(|span| (span.fans.fan_in, span.fans.fan_out)).collect();
    assert_eq!(fans, [(12, 9), (9, 4), (4, 10)]);
    let mut noise = config("--on noise");
    Activations::use_named_data(&mut noise);
    assert!(!Activations::needs_data(&noise), "what is typed stands");
}

#[test]
fn every_initializer_that_draws_around_0_is_predicted() {
    let inits = "mean_field=1.5:0.2,orthogonal=1.2,pytorch_default,critical,uniform=0.1,glorot_normal";
    let rows = layers(&format!("--activation tanh --init {inits} --samples 100 --seeds 5"));
    assert_eq!(pairs(&rows).count(), 6);
    for pair in pairs(&rows) {
        let found = PairMeans::new(pair, 0);
        assert_near(&found.rms, &found.predicted, 0.1);
    }
    let rows = layers("--activation tanh --init lsuv,identity=0.9 --samples 100 --layers 2");
    assert!(rows.iter().all(|row| row.predicted_rms.is_none()));
    let z: f64 = rows[0].rms.atanh(); // about: the std of z is 1, so tanh has rms 0.63
    assert!((z - 0.74).abs() < 0.1, "LSUV scales the first layer, found {z}");
}

#[test]
fn constant_weights_and_images_have_the_predictions_that_apply() {
    let constant = layers("--activation tanh --init ones --samples 20 --width 20");
    assert!(constant.iter().all(|row| row.predicted_rms.is_none()));
    let words = "--on mnist --samples 20 --width 20 --activation tanh --init He";
    for row in tables(words, &small_images()).rows::<LayerRow>("layers").unwrap() {
        assert_eq!(row.predicted_rms.is_some(), row.quantity == Quantity::Activation);
    }
}

#[test]
fn bins_and_what_lies_outside_add_up_to_all_values() {
    // Sixty layers of std=1 overflow single precision.
    for words in ["--layers 2", "--book --layers 2", "--init std=1 --activation relu --layers 60 --width 50"]
    {
        let tables = tables(&format!("{words} --samples 30 --bins 7"), &Data::nothing());
        let (rows, bins) =
            (tables.rows::<LayerRow>("layers").unwrap(), tables.rows::<BinRow>("bins").unwrap());
        assert_eq!(bins.len(), rows.len() * (7 + 3));
        for (row, bins) in rows.iter().zip(bins.chunks(10)) {
            assert_eq!(
                (row.layer, row.quantity, &row.initializer),
                (bins[0].layer, bins[0].quantity, &bins[0].initializer)
            );
            let units = if words.contains("50") { 50 } else { 100 };
            let values = units * if row.quantity == Quantity::DWeight { units } else { 30 };
            let count = |bins: &[BinRow]| bins.iter().map(|bin| bin.count).sum::<usize>();
            assert_eq!(count(bins), values);
            let share = count(&bins[7..]) as f64 / values as f64;
            assert!((row.outside.unwrap() - share).abs() < 1e-12);
        }
    }
}

#[test]
fn the_books_range_leaves_half_of_tanh_outside() {
    let words = "--activation tanh --init Xavier --samples 200 --layers 1";
    let outside = |words: &str| layers(words)[0].outside.unwrap();
    assert_eq!(outside(words), 0.0);
    assert!((outside(&format!("{words} --book")) - 0.5).abs() < 0.02);
}

#[test]
fn the_signal_enters_at_the_last_activations_and_passes_every_layer() {
    let plan =
        &Activations::plans(&config("--activation identity --init He --samples 30 --width 20")).unwrap()[0];
    let probe = plan.probe(&Data::nothing());
    let seen = probe.capture(&plan.network(&probe, DataSizes::MNIST));
    let signal = &seen[4].d_activation;
    let mean_square = signal.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / signal.len() as f64;
    assert!((mean_square - 1.0).abs() < 0.2, "N(0, 1), found {mean_square}");
    for layers in seen.windows(2) {
        // Without a derivative between them, dL/dW = xᵀ · dL/da.
        let expected = layers[0].activation.t().dot(&layers[1].d_activation);
        let error = (&expected - &layers[1].d_weight).mapv(Real::abs);
        assert!(error.iter().all(|error| *error < 1e-3), "{error}");
    }
}

#[test]
fn weight_gradients_on_images_are_those_of_training() {
    let data = small_images();
    let plan = &Activations::plans(&config("--on mnist --activation tanh --init He --samples 40 --width 20"))
        .unwrap()[0];
    let probe = plan.probe(&data);
    let network = plan.network(&probe, data.sizes());
    let update = Update { optimizer: Optimizer::Sgd, learning_rate: 0.1, momentum: 0.0, weight_decay: 0.0 };
    let mut trainer = Trainer::new(network.clone(), &data.set().test, update, 40);
    let gradients = trainer.differentiate(&(0..40).collect::<Vec<u32>>());
    for (layer, seen) in probe.capture(&network).iter().enumerate() {
        let span = &network.spans[layer];
        let rows = gradients[span.weights.clone()].chunks(span.stride);
        let expected = rows.flat_map(|row| &row[..span.fans.fan_out]);
        for (found, expected) in seen.d_weight.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "layer {layer}: {found} is not {expected}");
        }
    }
}

#[test]
fn training_is_looked_at_every_so_many_updates_and_at_its_end() {
    let words = "--during training --iterations 7 --every 3 --batch-size 8 --width 10 --layers 2 --activation relu --init He --samples 20";
    let tables = tables(words, &small_images());
    let rows = tables.rows::<LayerRow>("layers").unwrap();
    let mut iterations: Vec<usize> = rows.iter().map(|row| row.iteration).collect();
    iterations.dedup();
    assert_eq!(iterations, [0, 3, 6, 7]);
    assert!(rows.iter().all(|row| row.outside.is_some() == [0, 7].contains(&row.iteration)));
    assert_ne!(rows[0].rms, rows[18].rms, "training moves the first layer");
    let names: Vec<String> = Activations::figures(&tables).unwrap().into_iter().map(|f| f.name).collect();
    assert!(names.contains(&"course-relu-He".to_owned()) && names.contains(&"relu-He-trained".to_owned()));
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let refused = |words: &str| Activations::plans(&config(words)).unwrap_err().to_string();
    assert!(
        refused("--on noise --during training").contains("'--on': expected mnist with --during training")
    );
    let typed = config("--on mnist --samples 41");
    let sizes = small_images().sizes();
    let refused_data = Activations::check_data(&typed, sizes).unwrap_err().to_string();
    assert!(refused_data.contains("'--samples': expected at most 40"), "{refused_data}");
    assert!(Activations::check_data(&config("--samples 41"), sizes).is_ok(), "noise");
    assert!(refused("--activation tanh,relu,TANH").contains("'tanh' for '--activation'"));
    assert!(refused("--init He,he").contains("'He' for '--init'"));
    for words in ["--layers 0", "--bins 0", "--samples 0", "--width 0", "--every 0"] {
        assert!(TypedCommand::try_parse_from(["activations"].into_iter().chain(words.split(' '))).is_err());
    }
}

#[test]
fn the_answer_names_what_happens() {
    let rows = layers("--samples 300");
    let sentences: Vec<String> =
        pairs(&rows).map(|pair| explain::sentence(&PairMeans::new(pair, 0))).collect();
    let expected = [
        "saturates",
        "nearly the same",
        "barely depends on the input",
        "barely depends on the input", // sigmoid
        "saturates",
        "signal vanishes",
        "signal shrinks", // to a half in five layers
        "keeps its size", // tanh
        "signal explodes",
        "signal vanishes",
        "signal shrinks",
        "signal keeps its size", // relu
    ];
    assert_eq!(sentences.len(), expected.len());
    for (sentence, expected) in sentences.iter().zip(expected) {
        assert!(sentence.contains(expected), "{sentence} does not say {expected}");
    }
    let zeros = PairMeans::new(&layers("--activation relu --init zeros --samples 10 --width 10"), 0);
    assert!(
        explain::sentence(&zeros).contains("the signal is gone")
            && explain::sentence(&zeros).contains("no gradient")
    );
    let overflow = PairMeans::new(&layers("--activation relu --init std=1 --samples 10 --layers 400"), 0);
    assert!(explain::sentence(&overflow).contains("overflows in layer"), "{}", explain::sentence(&overflow));
}

#[test]
fn every_figure_draws_under_a_name_of_its_own() {
    let words =
        "--samples 20 --width 10 --layers 12 --seeds 2 --init zeros,std=10,variance_scaling=3:fan_in:normal";
    let figures = Activations::figures(&tables(words, &Data::nothing())).unwrap();
    let mut names: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
    assert_eq!(names.len(), 1 + 3 + 9);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), figures.len());
    assert!(names.iter().all(|name| !name.contains([':', '/', '\\'])), "{names:?}");
    figures.iter().for_each(|figure| assert!(figure.svg().is_ok(), "{}", figure.name));
}

#[test]
fn the_table_of_layers_begins_as_documented() {
    let tables = tables("--samples 5 --width 5 --activation relu --init He", &Data::nothing());
    let text = String::from_utf8(tables.get("layers").unwrap().to_csv().to_vec()).unwrap();
    assert!(text.starts_with("activation,initializer,seed,layer,quantity,mean,std,rms,"));
    assert!(text.contains("\nrelu,He,1,1,activation,") && text.contains("\nrelu,He,1,5,d_weight,"));
}
