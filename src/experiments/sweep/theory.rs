//! What theory predicts for a sweep over mean-field initializers: how deep a signal reaches, and
//! where the critical point is (Schoenholz et al. 2017, fig. 5).
//!
//! Only where a heat map has `mean_field=W:B` of one B along x and the depth along y: networks
//! deeper than about 6 ξ_c should not train, because no two inputs are told apart any more.

use super::axes::AxisValues;
use super::grid::Grid;
use super::rows::TheoryRow;
use super::setting::shown;
use crate::nn::activation::Activation;
use crate::nn::theory::{MeanField, critical};
use crate::plot::{HeatMap, Series};

const CURVE: &str = "6 xi_c";
const CRITICAL: &str = "critical";
/// Depth scales that a signal survives (Schoenholz et al. 2017, section 5).
const SCALES: f64 = 6.0;
/// Points of the curve: each costs some hundred integrals.
const POINTS: usize = 60;

/// What theory says of a grid; `None` where it says nothing.
pub fn rows(grid: &Grid) -> Option<Vec<TheoryRow>> {
    let axes = grid.heatmap.as_ref().filter(|axes| axes.x == "init" && axes.y == "depth")?;
    let inits = &grid.settings.iter().find(|setting| setting.key == axes.x)?.values;
    let (widths, sigma_b2) = mean_fields(inits)?;
    let activation = grid.plans[0].run.training.activation;
    let one = grid.plans.iter().all(|plan| plan.run.training.activation == activation);
    let rises = widths.is_sorted_by(|a, b| a < b);
    (one && rises).then(|| predict(activation, &widths, sigma_b2))
}

fn predict(activation: Activation, widths: &[f64], sigma_b2: f64) -> Vec<TheoryRow> {
    let (low, high) = edges(widths);
    let row = |line: &str, sigma_w2, depth| TheoryRow { line: line.to_owned(), sigma_w2, sigma_b2, depth };
    let curve = (0..=POINTS).map(|point| {
        let sigma_w2 = low + (high - low) * point as f64 / POINTS as f64;
        let depth = MeanField { activation, sigma_w2, sigma_b2 }.correlation_depth();
        row(CURVE, sigma_w2, SCALES * depth)
    });
    let point = critical(activation, sigma_b2).ok();
    let point = point.map(|point| row(CRITICAL, point.sigma_w2, f64::INFINITY));
    curve.chain(point).collect()
}

/// Where a heat map's first and last column end: half a step beyond their centres.
fn edges(widths: &[f64]) -> (f64, f64) {
    let ends = |first: f64, second: f64| 1.5 * first - 0.5 * second;
    match widths {
        [first, second, ..] => {
            let (last, before) = (widths[widths.len() - 1], widths[widths.len() - 2]);
            (ends(*first, *second).max(0.0), ends(last, before))
        }
        _ => (widths[0], widths[0]),
    }
}

/// σ_w² of each `mean_field=W:B`, and their one σ_b²; `None` if that is not what the labels are.
fn mean_fields(labels: &[String]) -> Option<(Vec<f64>, f64)> {
    let pair = |label: &String| -> Option<(f64, f64)> {
        let (sigma_w2, sigma_b2) = label.strip_prefix("mean_field=")?.split_once(':')?;
        Some((sigma_w2.parse().ok()?, sigma_b2.parse().ok()?))
    };
    let pairs: Vec<(f64, f64)> = labels.iter().map(pair).collect::<Option<_>>()?;
    let (_, sigma_b2) = *pairs.first()?;
    pairs.iter().all(|pair| pair.1 == sigma_b2).then(|| (pairs.iter().map(|pair| pair.0).collect(), sigma_b2))
}

/// Name and tick labels of an axis; a family of mean-field initializers is named once, not per tick.
pub fn ticks(side: &AxisValues) -> (String, Vec<String>) {
    let values = || side.values.iter().map(|value| shown(value).to_owned()).collect();
    match mean_fields(&side.values) {
        Some((widths, sigma_b2)) if side.column == "initializer" => {
            (format!("σ_w² (mean field, σ_b² = {sigma_b2})"), widths.iter().map(f64::to_string).collect())
        }
        _ if side.column == "depth" => ("hidden layers".to_owned(), values()),
        _ => (side.column.replace('_', " "), values()),
    }
}

/// Draws the prediction over a heat map whose axes it belongs to.
pub fn draw(map: &mut HeatMap, rows: &[TheoryRow], x: &AxisValues, y: &AxisValues) {
    let (Some((widths, _)), "depth") = (mean_fields(&x.values), y.column.as_str()) else { return };
    let depths: Vec<f64> = y.values.iter().filter_map(|depth| depth.parse().ok()).collect();
    let named = |line: &str| rows.iter().filter(|row| row.line == line).cloned().collect::<Vec<_>>();
    let curve = named(CURVE);
    if !curve.is_empty() {
        map.curves.push(Series {
            label: "6 ξ_c".to_owned(),
            x: curve.iter().map(|row| place(&widths, row.sigma_w2)).collect(),
            y: curve.iter().map(|row| place(&depths, row.depth)).collect(),
            ..Series::default()
        });
    }
    map.curves.extend(named(CRITICAL).iter().map(|row| Series {
        label: format!("critical, {:.2}", row.sigma_w2),
        x: vec![place(&widths, row.sigma_w2); 2],
        y: vec![-0.5, depths.len() as f64 - 0.5],
        dashed: true,
        ..Series::default()
    }));
}

/// Where a number stands among ticks, in units of ticks: straight lines between them and beyond.
///
/// Not finite for fewer than two ticks, and where they neither rise nor fall.
fn place(ticks: &[f64], value: f64) -> f64 {
    let last = ticks.len().saturating_sub(2);
    let left = ticks.windows(2).position(|pair| value <= pair[1]).unwrap_or(last);
    match ticks.get(left..left + 2) {
        Some(&[low, high]) => left as f64 + (value - low) / (high - low),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_placed_between_its_ticks() {
        let ticks = [1.0, 2.0, 4.0];
        for (value, expected) in [(1.0, 0.0), (1.5, 0.5), (3.0, 1.5), (6.0, 2.0 + 1.0), (0.5, -0.5)] {
            assert_eq!(place(&ticks, value), expected, "{value}");
        }
        assert!(place(&[1.0], 1.0).is_nan() && place(&[], 1.0).is_nan());
    }

    #[test]
    fn the_curve_peaks_at_the_critical_point() {
        let rows = predict(Activation::Tanh, &[1.0, 2.5], 0.05);
        let critical = rows.last().unwrap();
        assert!((critical.sigma_w2 - 1.760_955).abs() < 1e-6);
        let deepest = rows[..=POINTS].iter().max_by(|a, b| a.depth.total_cmp(&b.depth)).unwrap();
        assert!((deepest.sigma_w2 - critical.sigma_w2).abs() < 0.05, "{deepest:?}");
        assert_eq!((rows[0].sigma_w2, rows[POINTS].sigma_w2), (0.25, 3.25), "to the edges of the map");
    }

    #[test]
    fn only_mean_fields_over_the_depth_have_a_theory() {
        let grid = |init: &str, x: &str| {
            let text = format!(
                "init = {init}\ndepth = [2, 4]\nactivation = \"tanh\"\n[heatmap]\nx = \"{x}\"\ny = \"depth\"\n"
            );
            Grid::parse("a.toml", &text).unwrap()
        };
        let fields = "[\"mean_field=1:0.05\", \"mean_field=2:0.05\"]";
        assert_eq!(rows(&grid(fields, "init")).map(|rows| rows.len()), Some(POINTS + 2));
        for other in ["[\"He\", \"Xavier\"]", "[\"mean_field=1:0.05\", \"mean_field=2:0.1\"]"] {
            assert_eq!(rows(&grid(other, "init")), None, "{other}");
        }
    }

    #[test]
    fn a_family_is_named_once() {
        let values = ["mean_field=1.5:0.05", "mean_field=2:0.05"].map(str::to_owned).to_vec();
        let side = AxisValues { column: "initializer".to_owned(), values };
        let (label, names) = ticks(&side);
        assert_eq!(
            (label.as_str(), &names[..]),
            ("σ_w² (mean field, σ_b² = 0.05)", &["1.5".to_owned(), "2".to_owned()][..])
        );
        let mixed = AxisValues { column: "initializer".to_owned(), values: vec!["He".to_owned()] };
        assert_eq!(ticks(&mixed).1, ["He"]);
    }
}
