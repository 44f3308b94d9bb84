//! The experiment as a whole.

use super::rows::{BoundaryRow, LossRow, ParameterRow};
use super::*;
use crate::Real;
use crate::nn::network::Network;
use clap::Parser;
use std::f64::consts::LN_2;

/// The settings as they come from a command line.
#[derive(Parser)]
struct CirclesLine {
    #[command(flatten)]
    config: Config,
}

fn config(words: &[&str]) -> Config {
    CirclesLine::try_parse_from([&["circles"], words].concat())
        .map_or_else(|e| panic!("{e}"), |typed| typed.config)
}

fn tables(words: &[&str]) -> Tables {
    let mut all = Tables::new();
    for plan in Circles::plans(&config(words)).unwrap() {
        let ControlFlow::Continue(tables) = Circles::run(&plan, &Data::nothing(), &()) else {
            panic!("nobody stopped it");
        };
        all.append(&tables).unwrap();
    }
    all
}

/// What the published exercise prints, and for zeros its cost at every iteration.
#[cfg(feature = "f64")]
#[test]
fn the_published_digits_come_out() {
    let tables = tables(&["--init", "zeros,std=10,He", "--grid", "2"]);
    let rows: Vec<LossRow> = tables.rows("loss").unwrap();
    let loss = |initializer: &str, iteration: usize| {
        let wanted = |row: &&LossRow| row.initializer == initializer && row.iteration == iteration;
        rows.iter().find(wanted).unwrap().loss
    };
    assert!(
        rows.iter().filter(|row| row.initializer == "zeros").all(|row| row.loss == 0.693_147_180_559_945_3)
    );
    assert!((loss("He", 0) - 0.883_053_746_341_976_1).abs() < 1e-9);
    assert!((loss("He", 14_000) - 0.073_578_959_626_773_66).abs() < 1e-9);
    assert!(rows.iter().all(|row| row.loss.is_finite()));
    assert!((loss("std=10", 14_000) - 0.383).abs() < 0.01);
    let summary: Vec<super::rows::SummaryRow> = tables.rows("summary").unwrap();
    let accuracies: Vec<_> = summary.iter().map(|row| (row.train_accuracy, row.test_accuracy)).collect();
    assert_eq!(accuracies, [(0.5, 0.5), (0.83, 0.86), (298.0 / 300.0, 0.96)]);
}

#[test]
fn zeros_costs_a_coin_toss_at_every_iteration_in_either_precision() {
    let tables = tables(&["--init", "zeros", "--iterations", "2000", "--grid", "2"]);
    let rows: Vec<LossRow> = tables.rows("loss").unwrap();
    assert!(rows.len() == 2000 && rows.iter().all(|row| row.loss == LN_2 as Real));
    let boundary: Vec<BoundaryRow> = tables.rows("boundary").unwrap();
    assert!(boundary.iter().all(|row| row.logit == 0.0));
}

/// The network at its end, put together again from the table, says of every place what `boundary.csv` says.
#[test]
fn the_parameters_kept_are_those_of_the_boundary() {
    let tables = tables(&["--init", "He", "--iterations", "40", "--grid", "5", "--seed", "2"]);
    let rows: Vec<ParameterRow> = tables.rows("parameters").unwrap();
    let mut updates: Vec<usize> = rows.iter().map(|row| row.updates).collect();
    updates.dedup();
    assert_eq!(updates, [0, 1, 2, 5, 10, 20, 40]);
    assert_eq!(rows.len(), 7 * 91);
    let plan = Circles::plans(&config(&["--init", "He", "--seed", "2"])).unwrap().remove(0);
    assert_eq!(history::row_count(&plan.architecture(), 40), 7 * 91);
    let mut network = Network::zeroed(plan.architecture());
    for row in rows.iter().filter(|row| row.updates == 40) {
        match row.from {
            Some(from) => network.weights_mut(row.layer - 1)[(from - 1, row.to - 1)] = row.value,
            None => network.biases_mut(row.layer - 1)[row.to - 1] = row.value,
        }
    }
    let boundary: Vec<BoundaryRow> = tables.rows("boundary").unwrap();
    let places: Vec<[f64; 2]> = boundary.iter().map(|row| [row.x, row.y]).collect();
    let expected: Vec<Real> = boundary.iter().map(|row| row.logit).collect();
    assert_eq!(run::logits(&network, &places), expected);
}

#[test]
fn figures_have_all_they_need_in_the_tables() {
    let words = ["--init", "He,zeros", "--iterations", "20", "--grid", "4", "--points", "7", "--seeds", "2"];
    let figures = Circles::figures(&tables(&words)).unwrap();
    let [_, Figure { panels, .. }] = &figures[..] else { panic!("cost and boundaries") };
    let [crate::plot::Panel::DecisionMap(he), _] = &panels[..] else { panic!("one map per initializer") };
    assert_eq!((he.columns, he.rows, he.values.len(), he.points.len()), (4, 4, 16, 7));
    assert!(he.title.starts_with("He: train "), "{}", he.title);
}

#[test]
fn seeds_count_up_from_the_published_one_or_from_the_one_that_was_asked_for() {
    let streams = |words: &[&str]| streams(&config(words)).unwrap();
    assert_eq!(streams(&["--seeds", "2"]), [Streams::Numpy(3), Streams::Numpy(4)]);
    assert_eq!(streams(&["--seed", "3"]), [Streams::Own(3)]);
    assert_eq!(streams(&["--seed", "8", "--seeds", "2"]), [Streams::Own(8), Streams::Own(9)]);
}

#[test]
fn what_numpy_cannot_draw_is_refused_unless_a_seed_is_given() {
    let error = Circles::plans(&config(&["--init", "orthogonal"])).unwrap_err();
    assert!(error.to_string().contains("with --seed S"), "{error}");
    assert_eq!(Circles::plans(&config(&["--init", "orthogonal", "--seed", "1"])).unwrap().len(), 1);
}

#[test]
fn a_single_point_makes_no_rings() {
    assert_eq!(points("2"), Ok(2));
    for text in ["1", "0", "-4", "many", "100001"] {
        assert!(points(text).unwrap_err().contains("one point at least on each ring"), "{text}");
    }
}
