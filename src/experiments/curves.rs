//! From losses to panels of loss curves, for every experiment that has them.
//!
//! A curve's x is its row's iteration, never the row's number. Of several seeds the mean is drawn as far
//! as all of them go, of three or more with its band; those that go on after one has diverged are drawn on
//! as thin lines, and two seeds are both drawn as such.

pub use super::name_styles::NameStyles;
use crate::plot::{Axis, Curves, Series};
use crate::stats::{banded, finite_length, smooth};
use std::collections::BTreeMap;

/// The losses of one run, by iteration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunCurve {
    /// Iterations, ascending.
    pub iterations: Vec<usize>,
    /// The loss of each.
    pub losses: Vec<f64>,
}

/// The curves of one initializer, one per seed.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveGroup {
    /// Its name, by which colour and marker go.
    pub name: String,
    /// What the legend calls it.
    pub label: String,
    /// One curve per seed.
    pub runs: Vec<RunCurve>,
}

/// Groups losses by name, then by seed, both in order of appearance; a row is name, seed, iteration,
/// loss. Rows may be in any order.
pub fn groups<'a>(rows: impl Iterator<Item = (&'a str, u64, usize, f64)>) -> Vec<CurveGroup> {
    let mut groups: Vec<CurveGroup> = Vec::new();
    let (mut of_name, mut of_run) = (BTreeMap::new(), BTreeMap::new());
    for (name, seed, iteration, loss) in rows {
        let group = *of_name.entry(name).or_insert_with(|| {
            groups.push(CurveGroup { name: name.to_owned(), label: name.to_owned(), runs: Vec::new() });
            groups.len() - 1
        });
        let runs = &mut groups[group].runs;
        let run = *of_run.entry((group, seed)).or_insert_with(|| {
            runs.push(RunCurve::default());
            runs.len() - 1
        });
        runs[run].iterations.push(iteration);
        runs[run].losses.push(loss);
    }
    groups.iter_mut().flat_map(|group| &mut group.runs).for_each(RunCurve::sort);
    groups
}

impl RunCurve {
    fn sort(&mut self) {
        if !self.iterations.is_sorted() {
            let mut rows: Vec<(usize, f64)> =
                self.iterations.iter().copied().zip(self.losses.drain(..)).collect();
            rows.sort_by_key(|row| row.0);
            (self.iterations, self.losses) = rows.into_iter().unzip();
        }
    }

    /// The losses without noise; as they are where they have none, are few, or are not of every iteration.
    fn smoothed(&self, noise: Noise) -> Option<Vec<f64>> {
        let every = self.iterations.windows(2).all(|pair| pair[1] == pair[0] + 1);
        if noise == Noise::MiniBatches && every { smooth(&self.losses) } else { None }
    }
}

/// What makes the losses of one run rough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    /// Each is of another mini-batch: curves are smoothed.
    MiniBatches,
    /// All are of the same examples: curves are drawn as they are.
    None,
}

/// Loss by iteration, one curve per group: smoothed, over the raw losses for one seed, with the band of
/// the mean for several.
pub fn loss_curves(groups: &[CurveGroup], styles: &NameStyles, noise: Noise) -> Curves {
    let series = groups.iter().flat_map(|group| group_series(group, styles.get(&group.name), noise));
    let runs = || groups.iter().flat_map(|group| &group.runs);
    let end = runs().filter_map(|run| run.iterations.last()).max().map_or(0, |last| last + 1);
    let least_start = runs().filter_map(|run| run.losses.first()).copied().fold(f64::INFINITY, f64::min);
    let highest = runs().flat_map(|run| &run.losses).copied().fold(0.0, f64::max);
    Curves {
        x: Axis::whole("iterations").within(0.0, end as f64),
        y: Axis::linear("loss, nats").within(0.0, top(least_start, highest)),
        series: series.collect(),
        ..Curves::default()
    }
}

/// Where the axis ends: 2.5 as in the book, more where even the best network starts higher, less where no loss comes near.
fn top(least_start: f64, highest: f64) -> f64 {
    let above = |loss: f64| (2.2 * loss).ceil() / 2.0;
    if least_start.is_finite() && least_start > 2.4 {
        above(least_start)
    } else {
        above(highest).clamp(0.5, 2.5)
    }
}

/// From so many seeds on a mean has a band: one of two seeds is 12.7 standard errors wide on either side.
pub const LEAST_FOR_BAND: usize = 3;
/// What a band is.
pub const BAND: &str = "Mean over n seeds, with the 95 % confidence band of the mean (Student's t).";
/// What is drawn of two seeds.
pub const TWO: &str =
    "n = 2: the mean, and each of the two seeds as a thin line; two are too few for a band.";
/// Which runs go on after the mean.
const AFTER_MEAN: &str =
    "A mean ends where the first of its seeds diverges; thin lines are the seeds that go on.";
/// Which curves are not smoothed.
const ROUGH: &str =
    "Curves with fewer than 11 finite losses, or without some of the iterations, are not smoothed.";

/// What the picture does not say by itself: what bands and thin lines mean, where nothing was smoothed.
pub fn notes(groups: &[CurveGroup], noise: Noise) -> Vec<String> {
    let banded = groups.iter().any(|group| group.runs.len() >= LEAST_FOR_BAND);
    let two = groups.iter().any(|group| group.runs.len() == 2);
    let goes_on = groups.iter().any(|group| !survivors(group).is_empty());
    let rough = noise == Noise::MiniBatches
        && groups.iter().flat_map(|group| &group.runs).any(|run| run.smoothed(noise).is_none());
    let notes = [(banded, BAND), (two, TWO), (goes_on, AFTER_MEAN), (rough, ROUGH)];
    notes.into_iter().filter(|note| note.0).map(|note| note.1.to_owned()).collect()
}

/// Gives each group's curve its name alone, for a legend that panels share.
pub fn name_only(series: &mut [Series], groups: &[CurveGroup]) {
    let curves = series.iter_mut().filter(|series| !series.label.is_empty());
    curves.zip(groups).for_each(|(series, group)| series.label.clone_from(&group.name));
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

/// The curve of a group, and those of its seeds that go on when one has diverged; of two seeds both.
pub fn group_series(group: &CurveGroup, style: usize, noise: Noise) -> Vec<Series> {
    let smoothed: Vec<Vec<f64>> =
        group.runs.iter().map(|run| run.smoothed(noise).unwrap_or_else(|| run.losses.clone())).collect();
    let common = common_iterations(&group.runs);
    let values = |(run, losses): (&RunCurve, &Vec<f64>)| at_iterations(run, losses, &common);
    let band = banded(&group.runs.iter().zip(&smoothed).map(values).collect::<Vec<Vec<f64>>>());
    let alone = if let [only] = &group.runs[..] { Some(only) } else { None };
    let mean = Series {
        label: label(group, common.last().copied()),
        style,
        x: common.iter().map(|iteration| *iteration as f64).collect(),
        y: band.mean,
        raw: alone.filter(|_| noise == Noise::MiniBatches).map(|run| run.losses.clone()),
        band: (group.runs.len() >= LEAST_FOR_BAND).then_some((band.low, band.high)),
        markers: Some(markers_every(common.len())),
        ..Series::default()
    };
    let two = group.runs.len() == 2;
    let single = if two { vec![0, 1] } else { survivors(group) };
    let single = single.into_iter().map(|run| {
        let whole = if two { None } else { common.last() };
        let start = group.runs[run].iterations.partition_point(|at| Some(at) < whole);
        let x = group.runs[run].iterations[start..].iter().map(|iteration| *iteration as f64).collect();
        Series { style, x, y: smoothed[run][start..].to_vec(), thin: true, ..Series::default() }
    });
    std::iter::once(mean).chain(single).collect()
}

/// A marker every hundred points, more often on short curves.
fn markers_every(points: usize) -> usize {
    if points >= 2000 { points / 20 } else { (points / 10).max(1) }
}

/// The iterations at which every run has a finite loss, up to where the first of them diverges; one run
/// alone has all of its own.
fn common_iterations(runs: &[RunCurve]) -> Vec<usize> {
    let Some((first, rest)) = runs.split_first() else { return Vec::new() };
    if rest.is_empty() {
        return first.iterations.clone();
    }
    let finite = |run: &'_ RunCurve| finite_length(&run.losses);
    let mut common = first.iterations[..finite(first)].to_vec();
    for run in rest {
        let own = &run.iterations[..finite(run)];
        if own.starts_with(&common) {
            continue;
        }
        common.retain(|iteration| own.binary_search(iteration).is_ok());
    }
    common
}

/// The losses of a run at these iterations.
fn at_iterations(run: &RunCurve, losses: &[f64], iterations: &[usize]) -> Vec<f64> {
    if run.iterations.starts_with(iterations) {
        return losses[..iterations.len()].to_vec();
    }
    let at = |iteration: &usize| run.iterations.binary_search(iteration).ok().map(|index| losses[index]);
    iterations.iter().filter_map(at).collect()
}

/// The positions of runs that go on when the first of their group has diverged.
fn survivors(group: &CurveGroup) -> Vec<usize> {
    if diverged(group) == 0 {
        return Vec::new();
    }
    let last = common_iterations(&group.runs).last().copied();
    let goes_on = |run: &RunCurve| {
        let finite = &run.iterations[..finite_length(&run.losses)];
        finite.last().copied() > last
    };
    (0..group.runs.len()).filter(|run| group.runs.len() > 1 && goes_on(&group.runs[*run])).collect()
}

/// Runs with a loss that is not finite, or that end before the longest of their group.
fn diverged(group: &CurveGroup) -> usize {
    let longest = group.runs.iter().map(|run| run.iterations.last()).max().flatten();
    let ends =
        |run: &&RunCurve| finite_length(&run.losses) < run.losses.len() || run.iterations.last() < longest;
    group.runs.iter().filter(ends).count()
}

fn label(group: &CurveGroup, mean_to: Option<usize>) -> String {
    let CurveGroup { label, runs, .. } = group;
    match (&runs[..], diverged(group)) {
        ([_], 0) => label.clone(),
        ([run], _) => format!("{label} (diverged at {})", run.iterations[finite_length(&run.losses)]),
        (several, 0) => format!("{label} (n = {})", several.len()),
        (several, diverged) => {
            let end = mean_to.map_or_else(|| "no mean".to_owned(), |end| format!("mean to {end}"));
            format!("{label} (n = {}, {diverged} diverged, {end})", several.len())
        }
    }
}

#[cfg(test)]
mod tests;
