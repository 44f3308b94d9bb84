//! Tests of the heat map.

use super::*;
use crate::results::Table;

/// Three initializers over two depths, two seeds; one cell each diverged, stalled and missing.
const SUMMARY: &str = "initializer,depth,seed,test_accuracy,verdict
He,2,1,0.9,learned
He,2,2,0.8,learned
He,5,1,0,diverged
He,5,2,0.5,learned
Xavier,2,1,0.11,stalled
Xavier,2,2,0.3,learned
Xavier,5,1,0,diverged
Xavier,5,2,0,diverged
zeros,2,1,0.1,stalled
zeros,2,2,0.1,stalled
";
const AXES: &str = "role,column,value\nx,depth,2\nx,depth,5\ny,initializer,He\ny,initializer,Xavier\n\
                        y,initializer,zeros\nvalue,test_accuracy,\n";

fn drawn() -> Figure {
    let tables = [("summary", SUMMARY), ("axes", AXES)];
    let tables = tables.map(|(name, csv)| Table::parse(name, csv.as_bytes()).unwrap());
    figure(&Tables::from_iter(tables)).unwrap().unwrap()
}

#[test]
fn cells_are_means_and_marked_from_half_of_their_seeds_on() {
    let Panel::HeatMap(map) = &drawn().panels[0] else { panic!("a heat map") };
    assert_eq!(map.y_ticks, ["zeros", "Xavier", "He"], "the first one on top");
    let found: Vec<(&str, Option<CellMark>)> =
        map.cells.iter().rev().flatten().map(|cell| (cell.text.as_str(), cell.mark)).collect();
    let expected = [
        ("85.0", None),
        ("50.0", Some(CellMark::Diverged)),
        ("20.5", Some(CellMark::Stalled)),
        ("", Some(CellMark::Diverged)),
        ("10.0", Some(CellMark::Stalled)),
        ("", Some(CellMark::Missing)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn panels_share_their_colours_and_far_apart_numbers_have_logarithms() {
    let panel = |values: &[f64]| HeatMap {
        cells: vec![
            values.iter().map(|value| HeatMapCell { value: *value, ..HeatMapCell::default() }).collect(),
        ],
        color: Axis::linear("final loss, nats"),
        ..HeatMap::default()
    };
    let colors = |first: &[f64], second: &[f64]| {
        let mut panels = [panel(first), panel(second)];
        share_colors(&mut panels);
        assert_eq!(panels[0].color, panels[1].color);
        panels[0].color.clone()
    };
    let (name, logarithms) = ("final loss, nats", "final loss, nats (logarithmic)");
    assert_eq!(colors(&[0.5, 2.3], &[f64::NAN, 9.0]), Axis::linear(name).within(0.5, 9.0));
    assert_eq!(colors(&[0.5, 2.76], &[94.0]), Axis::log(logarithms).within(0.5, 94.0));
    assert_eq!(colors(&[0.0, 2.76], &[94.0]), Axis::linear(name).within(0.0, 94.0));
    assert_eq!(colors(&[f64::NAN], &[]).range, None);
}

#[test]
fn several_seeds_are_told() {
    assert!(drawn().notes[0].starts_with("Means over those of 2 seeds that"));
    assert_eq!(drawn().title, "Test accuracy by depth and initializer");
}

#[test]
fn combinations_are_in_order() {
    let side = |column: &str, values: [&str; 2]| AxisValues {
        column: column.to_owned(),
        values: values.map(str::to_owned).to_vec(),
    };
    let (found, hidden) = combinations(&[side("a", ["1", "2"]), side("b", ["3", "4"])]);
    assert_eq!(hidden, 0.0);
    let found: Vec<String> = found.iter().map(|c| format!("{}{}", c[0].1, c[1].1)).collect();
    assert_eq!(found, ["13", "14", "23", "24"]);
    assert_eq!(combinations(&[]), (vec![vec![]], 0.0));
    let many = vec![side("a", ["1", "2"]); 84];
    let (found, hidden) = combinations(&many);
    assert!(found.len() == MOST_PANELS && hidden > 1e25);
}
