//! The answer to the two questions that come first: was the network trained, and is it healthy?

use super::faults::OFF;
use super::finding::Finding;
use super::others::Majority;
use super::role::Role;
use super::weights::{TELLING, Untrained, WeightReport};
use crate::named_family;
use crate::nn::init::Distribution;

/// Whether a network was trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingState {
    /// Most weights are as an initializer left them.
    Untrained,
    /// Most weights are not.
    Trained,
    /// There are too few numbers, or nothing tells.
    CannotTell,
}

impl TrainingState {
    /// All of them, with their names.
    pub const NAMED: &[(&'static str, Self)] =
        &[("untrained", Self::Untrained), ("trained", Self::Trained), ("cannot tell", Self::CannotTell)];
}

named_family!(TrainingState, "answer");

/// The answer for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAnswer {
    /// Whether it was trained.
    pub training: TrainingState,
    /// Whether each of the weights looks as an initializer left it.
    pub looks: Vec<Untrained>,
    /// True without a fault.
    pub healthy: bool,
    /// The weights of a trained network that are as an initializer left them.
    pub left: Vec<String>,
}

impl FileAnswer {
    /// By what the weights look like, of those that are enough to tell.
    pub fn of(weights: &[WeightReport], majority: Option<&Majority>, findings: &[Finding]) -> Self {
        let looks: Vec<Untrained> = weights.iter().map(|weight| looks(weight, majority)).collect();
        let training = match [Untrained::Yes, Untrained::No].map(|look| count(&looks, look)) {
            [0, 0] => TrainingState::CannotTell,
            [yes, no] if yes > no => TrainingState::Untrained,
            _ => TrainingState::Trained,
        };
        let is_left = |(weight, look): &(&WeightReport, &Untrained)| {
            training == TrainingState::Trained && **look == Untrained::Yes && weight.role == Role::Weight
        };
        let left =
            weights.iter().zip(&looks).filter(is_left).map(|(weight, _)| weight.name.clone()).collect();
        Self { training, healthy: !findings.iter().any(|finding| finding.kind.is_fault), left, looks }
    }

    /// How many of the weights look so.
    pub fn count(&self, look: Untrained) -> usize {
        count(&self.looks, look)
    }
}

fn count(looks: &[Untrained], wanted: Untrained) -> usize {
    looks.iter().filter(|look| **look == wanted).count()
}

/// How one tensor looks: constants and weights off their centre tell nothing, a width of the tensor's own only where it is a round number or that
/// of most other weights.
fn looks(weight: &WeightReport, majority: Option<&Majority>) -> Untrained {
    match weight.untrained() {
        _ if weight.sample.constant().is_some() || weight.sample.off_centre() > OFF => Untrained::Unknown,
        Untrained::Perhaps => {
            let common = majority.is_some_and(|law| law.holds(weight));
            let exact = weight.fits[0].distribution.is_none();
            if common || exact || is_round(weight) { Untrained::Yes } else { Untrained::Perhaps }
        }
        look => look,
    }
}

/// True where a number of one digit other than 0, or of two, is as near to the width as chance allows, and a random
/// width would not be.
fn is_round(weight: &WeightReport) -> bool {
    let Some(law) = weight.fits[0].distribution else { return false };
    let width = match law {
        Distribution::Uniform { bound } => bound,
        other => other.std(),
    };
    let power = 10f64.powf(width.log10().floor() - 1.0);
    let round = (width / power).round() * power;
    let allowed = 3.0 / (2.0 * weight.sample.count as f64).sqrt();
    weight.sample.count >= 10 * TELLING && (width / round - 1.0).abs() < allowed
}
