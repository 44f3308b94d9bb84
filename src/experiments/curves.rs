//! From losses to the figure of loss curves, for every experiment that has them.

use crate::plot::{Axis, Curves, Series};
use crate::stats::{BandedCurve, banded, finite_length, smooth};

/// The curves of one initializer, one per seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Canonical label.
    pub label: String,
    /// Losses by iteration, one list per seed.
    pub curves: Vec<Vec<f64>>,
}

/// Groups losses by label, then by seed, both in order of appearance; `losses` has label, seed and loss of
/// each iteration, the iterations of a run one after the other.
pub fn groups<'a>(losses: impl Iterator<Item = (&'a str, u64, f64)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut last = None;
    for (label, seed, loss) in losses {
        let group = match groups.iter_mut().position(|group| group.label == label) {
            Some(index) => &mut groups[index],
            None => {
                groups.push(Group { label: label.to_owned(), curves: Vec::new() });
                groups.last_mut().expect("one was just added")
            }
        };
        if last != Some((label, seed)) {
            group.curves.push(Vec::new());
            last = Some((label, seed));
        }
        group.curves.last_mut().expect("one was just added").push(loss);
    }
    groups
}

/// Loss by iteration, one curve per initializer: smoothed, over the raw losses for one seed, with
/// the band of the mean for several.
pub fn loss_curves(groups: &[Group]) -> Curves {
    let series = groups.iter().enumerate().map(|(style, group)| series(style, group)).collect();
    let length = groups.iter().flat_map(|group| &group.curves).map(Vec::len).max().unwrap_or(0);
    Curves {
        x: Axis::linear("iterations").within(0.0, length as f64),
        y: Axis::linear("loss").within(0.0, 2.5),
        series,
        ..Curves::default()
    }
}

/// What a band is.
pub const BAND: &str = "Mean over n seeds, with the 95 % confidence band of the mean (Student's t).";

/// What the picture does not say by itself: what bands mean, and where nothing was smoothed.
pub fn notes(groups: &[Group]) -> Vec<String> {
    let banded = groups.iter().any(|group| group.curves.len() > 1);
    let short = groups.iter().any(|group| group.curves.iter().any(|curve| smooth(curve).is_none()));
    let raw = "Curves with fewer than 11 finite losses are drawn as they are, without smoothing.";
    [(banded, BAND), (short, raw)].into_iter().filter(|note| note.0).map(|note| note.1.to_owned()).collect()
}

/// Dashes each curve that would hide an earlier one, so that both are seen.
pub fn dash_hidden(series: &mut [Series]) {
    for index in 1..series.len() {
        let (earlier, rest) = series.split_at_mut(index);
        rest[0].dashed = earlier.iter().any(|other| coincide(other, &rest[0]));
    }
}

/// Whether two curves lie within a line's width of each other.
fn coincide(one: &Series, other: &Series) -> bool {
    one.y.len() == other.y.len() && one.y.iter().zip(&other.y).all(|(a, b)| (a - b).abs() < 0.01 * a.abs())
}

fn series(style: usize, group: &Group) -> Series {
    let smoothed: Vec<Vec<f64>> =
        group.curves.iter().map(|c| smooth(c).unwrap_or_else(|| c.clone())).collect();
    let band = banded(&smoothed);
    let length = smoothed.iter().map(Vec::len).max().unwrap_or(0);
    let raw = match &group.curves[..] {
        [only] => Some(only.clone()),
        _ => None,
    };
    Series {
        label: label(group, &band),
        style,
        x: (0..length).map(|iteration| iteration as f64).collect(),
        y: band.mean,
        raw,
        band: (!band.low.is_empty()).then_some((band.low, band.high)),
        markers: Some(100),
        dashed: false,
    }
}

fn label(group: &Group, band: &BandedCurve) -> String {
    match (band.n, band.ended_early) {
        (1, 0) => group.label.clone(),
        (1, _) => format!("{} (diverged at {})", group.label, finite_length(&group.curves[0])),
        (n, 0) => format!("{} (n = {n})", group.label),
        (n, diverged) => format!("{} (n = {n}, {diverged} diverged)", group.label),
    }
}
