//! What the weights of a file have in common: the law of most of them, and their scale.

use super::fit::{Fit, ORTHOGONAL};
use super::laws::same_shape;
use super::role::Role;
use super::sample::ENOUGH;
use super::weights::{TELLING, WeightReport};
use crate::nn::init::{Distribution, Init};
use std::cmp::Reverse;
use std::collections::HashMap;

/// The law that most weights of a file follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Majority {
    /// Its label.
    pub label: String,
    /// How many weights follow it.
    pub count: usize,
    /// The distribution, where it is one for all sizes.
    fixed: Option<Distribution>,
}

/// Times the scale of the others beyond which a trained weight, or one of their parts, is unlike them: healthy ones were
/// seen at seven.
const OFF: f64 = 10.0;
/// Weights that must agree; of those that tell by themselves, on a law that knows their sizes, two.
const AGREE: [usize; 2] = [3, 2];
/// How far apart the widths of one law are that knows no size, relative to them.
const SAME_WIDTH: f64 = 0.03;

impl Majority {
    /// The law of three weights or more, or of two that tell, and of half of those that are no constants.
    pub fn of(weights: &[WeightReport]) -> Option<Self> {
        let asked = |weight: &&WeightReport| is_asked(weight) && weight.sample.std > 0.0;
        let asked: Vec<&WeightReport> = weights.iter().filter(asked).collect();
        let majority = by_size(&asked).into_iter().chain(by_width(&asked)).max_by_key(|law| law.count);
        let telling = |law: &Self| {
            asked.iter().filter(|weight| weight.sample.count >= TELLING && law.holds(weight)).count()
        };
        let agree = |law: &Self| law.count >= AGREE[0] || law.fixed.is_none() && telling(law) >= AGREE[1];
        majority.filter(|law| agree(law) && 2 * law.count >= asked.len())
    }

    /// The root mean square that the law gives to a weight.
    pub fn width(&self, weight: &WeightReport) -> Option<f64> {
        let fixed = self.fixed.map(Distribution::std);
        let init = || self.label.parse::<Init>().ok()?.distribution(weight.fans).map(Distribution::std);
        // Orthogonal units of length 1, or inputs where there are fewer of them.
        let longest = || weight.axes.count().max(weight.axes.inputs()) as f64;
        let gain = || match self.label.strip_prefix(ORTHOGONAL)? {
            "" => Some(1.0),
            gain => gain.strip_prefix('=')?.parse::<f64>().ok(),
        };
        fixed.or_else(init).or_else(|| Some(gain()? / longest().sqrt()))
    }

    /// True where a weight follows the law.
    pub fn holds(&self, weight: &WeightReport) -> bool {
        match self.fixed {
            Some(law) => drawn(weight).any(|(fit, own)| {
                fit.parametrized && same_shape(law, own) && (own.std() / law.std() - 1.0).abs() < SAME_WIDTH
            }),
            None => weight.fits.iter().any(|fit| fit.labels.contains(&self.label)),
        }
    }
}

/// True of a layer with enough weights.
fn is_asked(weight: &WeightReport) -> bool {
    weight.role == Role::Weight && weight.sample.count >= ENOUGH
}

/// The distributions that fit a layer's weights, where these are enough.
fn drawn(weight: &WeightReport) -> impl Iterator<Item = (&Fit, Distribution)> {
    let fits = weight.fits.iter().filter(|_| is_asked(weight));
    fits.filter_map(|fit| Some((fit, fit.distribution?)))
}

/// The label that fits most weights, of distributions that know only the size and of orthogonal weights, which no
/// others look like; of several the one that was listed first.
fn by_size(weights: &[&WeightReport]) -> Option<Majority> {
    let mut counts: HashMap<&str, (usize, Reverse<usize>)> = HashMap::new();
    for weight in weights {
        let has_law = |fit: &&Fit| fit.distribution.is_some() && !fit.parametrized || fit.is_orthogonal();
        let labels = |fit: &Fit| if fit.is_orthogonal() { 1 } else { fit.labels.len() }; // `lsuv` allows every scale
        let sized = weight.fits.iter().filter(has_law);
        for label in sized.flat_map(|fit| &fit.labels[..labels(fit)]) {
            let place = Reverse(counts.len());
            counts.entry(label).or_insert((0, place)).0 += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, rank)| *rank);
    most.map(|(label, (count, _))| Majority { label: label.to_owned(), count, fixed: None })
}

/// The width that most weights have which only a distribution of their own width fits.
fn by_width(weights: &[&WeightReport]) -> Option<Majority> {
    let first = |weight: &&WeightReport| {
        drawn(weight).next().filter(|(fit, _)| fit.parametrized).map(|found| found.1)
    };
    let mut laws: Vec<Distribution> = weights.iter().filter_map(first).collect();
    laws.sort_by(|a, b| a.std().total_cmp(&b.std()));
    let within = |from: usize| {
        let like = laws[from..].iter().take_while(|law| law.std() <= laws[from].std() * (1.0 + SAME_WIDTH));
        like.filter(|law| same_shape(**law, laws[from])).count()
    };
    let best = (0..laws.len()).max_by_key(|from| within(*from))?;
    let law = laws[best];
    let name = match law {
        Distribution::Normal { .. } | Distribution::Constant(_) => "std",
        Distribution::Truncated { .. } => "truncated_normal",
        Distribution::Uniform { .. } => "uniform",
    };
    let width = law.bound().filter(|_| name == "uniform").unwrap_or(law.std());
    let label = format!("{name}={}", super::numbers::three_digits(width));
    Some(Majority { label, count: within(best), fixed: Some(law) })
}

/// The scales of a file's weights by four measures: the root mean square times the root of a fan (in, mean, out)
/// or of none, as natural logarithms in ascending order.
#[derive(Debug)]
pub struct Scales {
    sorted: [Vec<f64>; 4],
}

impl Scales {
    /// Of the layers' weights, where these are enough and finite.
    pub fn of(weights: &[WeightReport]) -> Self {
        let mut sorted: [Vec<f64>; 4] = Default::default();
        for scales in weights.iter().filter_map(scales) {
            sorted.iter_mut().zip(scales).for_each(|(all, scale)| all.push(scale));
        }
        sorted.iter_mut().for_each(|all| all.sort_by(f64::total_cmp));
        Self { sorted }
    }

    /// Times the scale of the others that a weight has, where it is far from what they agree on.
    ///
    /// The others agree on a measure as well as their most distant one is near to their median. A weight is
    /// unlike them if it is off the median by a factor above `OFF`, and above the cube of the factor of that most
    /// distant one, in every measure on which the others agree nearly as well as on the best one (within 0.2 of the
    /// best spread, a factor of 1.22).
    pub fn unlike(&self, weight: &WeightReport) -> Option<f64> {
        let own = scales(weight).filter(|_| self.sorted[0].len() > AGREE[0])?;
        let measures: Vec<(f64, f64)> =
            self.sorted.iter().zip(own).map(|(all, own)| apart(all, own)).collect();
        let best = measures.iter().map(|row| row.0).fold(f64::INFINITY, f64::min);
        let counting = || measures.iter().filter(|(spread, _)| *spread <= best + 0.2);
        let is_off = |(spread, off): &(f64, f64)| off.abs() > OFF.ln().max(3.0 * spread);
        let nearest = counting().map(|row| row.1).min_by(|a, b| a.abs().total_cmp(&b.abs()))?;
        counting().all(is_off).then(|| nearest.exp())
    }
}

fn scales(weight: &WeightReport) -> Option<[f64; 4]> {
    let sample = &weight.sample;
    let takes_part = is_asked(weight) && sample.std > 0.0 && sample.rms.is_finite();
    let (fan_in, fan_out) = (weight.fans.fan_in as f64, weight.fans.fan_out as f64);
    let fans = [fan_in, f64::midpoint(fan_in, fan_out), fan_out, 1.0];
    takes_part.then(|| fans.map(|fan| (sample.rms * fan.sqrt()).ln()))
}

/// By one measure: the distance of the most distant of the others from their median, and the signed distance of a
/// weight from it. `all` are sorted and have the weight's own scale, which is passed over.
fn apart(all: &[f64], own: f64) -> (f64, f64) {
    let place = all.partition_point(|scale| *scale < own);
    let other = |index: usize| all[index + usize::from(index >= place)];
    let (count, median) = (all.len() - 1, other((all.len() - 1) / 2));
    ((median - other(0)).max(other(count - 1) - median), own - median)
}
