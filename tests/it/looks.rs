//! One colour and one marker per name: the figures of the experiments are walked, whatever the order of the names.

use clap::{Args, Command, FromArgMatches};
use initlab::Real;
use initlab::data::DataSet;
use initlab::experiments::activations::Activations;
use initlab::experiments::circles::Circles;
use initlab::experiments::compare::Compare;
use initlab::experiments::name_styles::style_of;
use initlab::experiments::sweep::grid::Grid;
use initlab::experiments::sweep::{self, Sweep};
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
        walk(&sweep(order));
    }
}

/// Every curve and every histogram that is named after an initializer has that one's look; each figure list has some.
fn walk(figures: &[Figure]) {
    let looks: Vec<(&str, usize)> = figures.iter().flat_map(looks).collect();
    let mut seen = 0;
    for (label, style) in looks {
        for name in NAMES.iter().filter(|name| label.split([' ', ',', ':']).any(|word| word == **name)) {
            assert_eq!(style, style_of(name), "{label}");
            seen += 1;
        }
    }
    assert!(seen >= NAMES.len(), "{seen} curves have a name");
}

/// Labels with their looks: a curve has its own, bars have their row's, or else the figure's title.
fn looks<'a>(figure: &'a Figure) -> Vec<(&'a str, usize)> {
    let of_panel = |(i, panel): (usize, &'a Panel)| -> Vec<(&'a str, usize)> {
        let row = figure.row_names.get(i / figure.columns).unwrap_or(&figure.title);
        match panel {
            Panel::Curves(curves) => {
                curves.series.iter().map(|one| (one.label.as_str(), one.style)).collect()
            }
            Panel::Bars(bars) => vec![(row.as_str(), bars.style)],
            _ => Vec::new(),
        }
    };
    figure.panels.iter().enumerate().flat_map(of_panel).collect()
}

fn figures<E: Experiment>(words: &[&str]) -> Vec<Figure>
where
    E::Config: Args,
{
    let command = E::Config::augment_args(Command::new(E::NAME).no_binary_name(true));
    figures_of::<E>(&E::Config::from_arg_matches(&command.try_get_matches_from(words).unwrap()).unwrap())
}

/// Twenty runs, so that the figure of the travel is drawn too.
fn sweep(order: &str) -> Vec<Figure> {
    let list = order.split(',').map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let text = format!("init = [{list}]\nseeds = 5\nwidth = 4\ndepth = 1\niterations = 12\nbatch_size = 8\n");
    let grid = Grid::parse("looks.toml", &text).unwrap();
    figures_of::<Sweep>(&sweep::Config { name: "looks".to_owned(), grid, curves: true })
}

fn figures_of<E: Experiment>(config: &E::Config) -> Vec<Figure> {
    let data = Data::of(DataSet::of_examples(examples(), examples(), 2));
    let runs: Vec<_> = E::plans(config)
        .unwrap()
        .iter()
        .map(|plan| match E::run(plan, &data, &()) {
            ControlFlow::Continue(tables) => Some(tables),
            ControlFlow::Break(_) => None,
        })
        .collect();
    E::figures(&E::assemble(config, runs, &data).unwrap()).unwrap()
}

fn examples() -> Examples {
    let inputs = Array2::from_shape_fn((40, 6), |(row, column)| ((7 * row + 3 * column) as Real).sin());
    Examples { inputs: Inputs::Dense(inputs), labels: (0..40).map(|row| row % 2).collect() }
}
