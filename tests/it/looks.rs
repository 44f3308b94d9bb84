//! One colour and one marker per name: the figures of the experiments are walked, whatever the order of the names.

use clap::{Args, Command, FromArgMatches};
use initlab::Real;
use initlab::data::DataSet;
use initlab::experiments::activations::Activations;
use initlab::experiments::circles::Circles;
use initlab::experiments::compare::Compare;
use initlab::experiments::name_styles::style_of;
use initlab::experiments::symmetry::Symmetry;
use initlab::experiments::{Data, Experiment};
use initlab::nn::inputs::{Examples, Inputs};
use initlab::plot::{Figure, Panel};
use ndarray::Array2;
use std::ops::ControlFlow;

/// Orders in which He, Xavier and std=0.01 stand at every place.
const ORDERS: [&str; 3] =
    ["He,std=0.01,zeros,Xavier", "zeros,Xavier,He,std=0.01", "Xavier,std=0.01,He,zeros"];
const NAMES: [&str; 4] = ["He", "Xavier", "std=0.01", "zeros"];

#[test]
fn a_name_has_one_look_in_all_figures() {
    for order in ORDERS {
        let quick = ["--iterations", "12", "--hidden", "4,3", "--batch-size", "8"];
        walk(&figures::<Compare>(&[&["--init", order], &quick[..]].concat()));
        walk(&figures::<Symmetry>(&["--init", order, "--iterations", "12"]));
        walk(&figures::<Circles>(&["--init", order, "--iterations", "12", "--points", "20", "--grid", "4"]));
        walk(&figures::<Activations>(&["--init", order, "--layers", "2", "--width", "6", "--samples", "20"]));
    }
}

/// Every curve that is named after an initializer has that one's look; each figure list has some.
fn walk(figures: &[Figure]) {
    let panels = figures.iter().flat_map(|figure| &figure.panels);
    let series = panels
        .filter_map(|panel| if let Panel::Curves(curves) = panel { Some(&curves.series) } else { None });
    let mut seen = 0;
    for series in series.flatten() {
        for name in NAMES.iter().filter(|name| series.label.split([' ', ',']).next() == Some(**name)) {
            assert_eq!(series.style, style_of(name), "{}", series.label);
            seen += 1;
        }
    }
    assert!(seen >= NAMES.len(), "{seen} curves have a name");
}

fn figures<E: Experiment>(words: &[&str]) -> Vec<Figure>
where
    E::Config: Args,
{
    let command = E::Config::augment_args(Command::new(E::NAME).no_binary_name(true));
    let config = E::Config::from_arg_matches(&command.try_get_matches_from(words).unwrap()).unwrap();
    let data = Data::of(DataSet::of_examples(examples(), examples(), 2));
    let runs: Vec<_> = E::plans(&config)
        .unwrap()
        .iter()
        .map(|plan| match E::run(plan, &data, &()) {
            ControlFlow::Continue(tables) => Some(tables),
            ControlFlow::Break(_) => None,
        })
        .collect();
    E::figures(&E::assemble(&config, runs, &data).unwrap()).unwrap()
}

fn examples() -> Examples {
    let inputs = Array2::from_shape_fn((40, 6), |(row, column)| ((7 * row + 3 * column) as Real).sin());
    Examples { inputs: Inputs::Dense(inputs), labels: (0..40).map(|row| row % 2).collect() }
}
