//! What if: the same network with a change from the table, measured and tried like the first.
//!
//! The smallest change that is predicted to learn is the remedy, and names the cause: what helps is what was wrong.

use super::change::{CHANGES, Change, Kind, flags, typed};
use super::forecast::{Confidence, forecast};
use super::measure::{TRIAL_UPDATES, measure};
use super::setup::Setup;
use crate::nn::inputs::Examples;
use crate::stats::Verdict;
use std::sync::Mutex;

/// A change with which a network is predicted to learn, or has learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// What was changed, one or two things.
    pub kinds: Vec<Kind>,
    /// The changed setup.
    pub setup: Setup,
    /// The flags that change it, as they are typed: `--init He --learning-rate 0.1`.
    pub flags: String,
    /// How sure it is that this learns.
    pub confidence: Confidence,
}

/// What is known of setups on one set of examples: what was trained, and what has been tried. A setup is tried once.
#[derive(Debug)]
pub struct Trials<'a> {
    examples: &'a Examples,
    /// How sure it is that a setup learns; `None` where that is not likely.
    known: Mutex<Vec<(Setup, Option<Confidence>)>>,
}

/// Where a short trial leaves the question open, a longer one is made: of so many updates, or of a fifth of the run where
/// that is more.
const LONG_TRIAL: (usize, usize) = (4 * TRIAL_UPDATES, 5);

impl<'a> Trials<'a> {
    /// Nothing is known but the verdicts of runs that were trained: such a run is its own trial.
    pub fn new(examples: &'a Examples, trained: impl IntoIterator<Item = (Setup, Verdict)>) -> Self {
        let known = |(setup, verdict)| (setup, (verdict == Verdict::Learned).then_some(Confidence::Sure));
        Self { examples, known: Mutex::new(trained.into_iter().map(known).collect()) }
    }

    /// The examples that setups learn from.
    pub fn examples(&self) -> &'a Examples {
        self.examples
    }

    /// How sure it is that a setup learns; `None` where that is not likely.
    fn learns(&self, setup: &Setup) -> Option<Confidence> {
        let is_known = |(other, _): &&(Setup, Option<Confidence>)| other == setup;
        if let Some((_, found)) = self.known.lock().expect("no holder panics").iter().find(is_known) {
            return *found;
        }
        let found = self.try_out(setup);
        self.known.lock().expect("no holder panics").push((setup.clone(), found));
        found
    }

    /// A short trial and, where it leaves the question open, a longer one.
    fn try_out(&self, setup: &Setup) -> Option<Confidence> {
        let network = setup.network(self.examples);
        let predicted = |updates| forecast(&measure(&network, setup, self.examples, updates));
        let short = predicted(TRIAL_UPDATES);
        let (least, parts) = LONG_TRIAL;
        let is_open = short.confidence < Confidence::Sure;
        let found = if is_open { predicted(least.max(setup.iterations / parts)) } else { short };
        (found.verdict == Verdict::Learned && found.confidence >= Confidence::Likely)
            .then_some(found.confidence)
    }
}

/// The smallest change of the kinds that are allowed which is predicted to learn: single changes in the order of the table,
/// then pairs of them; a sure one before one that is likely. `None` where none is.
pub fn what_if(setup: &Setup, allowed: &[Kind], trials: &Trials) -> Option<Remedy> {
    let allowed: Vec<&Change> = CHANGES.iter().filter(|change| allowed.contains(&change.kind)).collect();
    let singles = allowed.iter().filter_map(|change| Some((vec![change.kind], (change.apply)(setup)?)));
    let pairs = pairs(&allowed).filter_map(|(a, b)| {
        let changed = (b.apply)(&(a.apply)(setup)?)?;
        Some((vec![a.kind, b.kind], changed))
    });
    let tried = |(kinds, changed): (Vec<Kind>, Setup)| {
        let confidence = trials.learns(&changed)?;
        Some(Remedy { kinds, flags: typed(&flags(setup, &changed)), setup: changed, confidence })
    };
    surest(singles.filter_map(tried)).or_else(|| surest(pairs.filter_map(tried)))
}

/// The first remedy that is sure, else the first.
fn surest(mut remedies: impl Iterator<Item = Remedy>) -> Option<Remedy> {
    let first = remedies.next()?;
    let is_sure = |remedy: &Remedy| remedy.confidence == Confidence::Sure;
    if is_sure(&first) { Some(first) } else { Some(remedies.find(is_sure).unwrap_or(first)) }
}

/// Every two changes that can be made together, in the order of the table.
fn pairs<'a>(
    allowed: &'a [&'static Change],
) -> impl Iterator<Item = (&'static Change, &'static Change)> + 'a {
    let is_rate = |kind| matches!(kind, Kind::LowerRate | Kind::HigherRate | Kind::Adam);
    let fit = move |a: Kind, b: Kind| a != b && !(is_rate(a) && is_rate(b));
    let with = move |(at, a): (usize, &&'static Change)| {
        let a = *a;
        allowed[at + 1..].iter().filter(move |b| fit(a.kind, b.kind)).map(move |b| (a, *b))
    };
    allowed.iter().enumerate().flat_map(with)
}
