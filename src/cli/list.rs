//! `sweep --list`: which runs are there, and what the rest will cost. Writes nothing.

use super::exit;
use super::job::Job;
use super::options::Options;
use super::print::to_stdout;
use super::run_experiment::unrelated_run_ids;
use super::threads::{self, at_once};
use crate::data::DataSizes;
use crate::experiments::compare::rows::SummaryRow;
use crate::experiments::runner::checked;
use crate::experiments::sweep::grid::{Grid, Plan};
use crate::experiments::sweep::setting::shown;
use crate::experiments::sweep::work_estimate::work;
use crate::experiments::sweep::{Config, Sweep};
use crate::experiments::{Data, Experiment, Observer};
use crate::results::{Lookup, RunStore};
use crate::stats::Verdict;
use crate::text::TextTable;
use crate::text::counted;
use crate::train::Stopped;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Lists the runs with their state and tells what is missing; with `estimate` it may time one.
pub fn list(config: &Config, options: &Options, estimate: bool) -> anyhow::Result<u8> {
    let job = Job::new(&checked::<Sweep>(config)?, options)?;
    let store = RunStore::new(options.out.join(Sweep::folder(config)).join("runs"));
    let states: Vec<State> = job.ids.iter().map(|id| State::of(id, &store)).collect();
    to_stdout(&table(&config.grid, &states).to_string());
    to_stdout(&counts(&states));
    let rest = missing(&config.grid.plans, &states);
    if let Some(first) = rest.first() {
        let pace = Pace::of_done(&job, &config.grid.plans, &states, &store);
        let pace = if estimate && pace.is_none() { Some(Pace::timed(first, &job.data)?) } else { pace };
        to_stdout(&pace.map_or_else(no_pace, |pace| pace.tell(&rest, job.data.sizes(), at_once(&job.pool))));
    }
    for id in unrelated_run_ids(&job, &store)? {
        to_stdout(&format!("not of this file: {}", store.path_of(&id).display()));
    }
    Ok(exit::DONE)
}

fn missing<'a>(plans: &'a [Plan], states: &[State]) -> Vec<&'a Plan> {
    plans.iter().zip(states).filter(|(_, state)| !state.is_done()).map(|(plan, _)| plan).collect()
}

/// The state of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Done,
    Diverged,
    Missing,
    Damaged,
    Failed,
}

impl State {
    /// Every state with its name, in the order in which they are counted.
    const NAMED: [(Self, &'static str); 5] = [
        (Self::Done, "done"),
        (Self::Diverged, "diverged"),
        (Self::Missing, "missing"),
        (Self::Damaged, "damaged"),
        (Self::Failed, "failed"),
    ];

    fn of(id: &str, store: &RunStore) -> Self {
        match store.load(id) {
            Lookup::Damaged { .. } => Self::Damaged,
            Lookup::Missing if store.failure(id).is_some() => Self::Failed,
            Lookup::Missing => Self::Missing,
            Lookup::Found(tables) => match tables.rows::<SummaryRow>("summary").as_deref() {
                Ok([SummaryRow { verdict: Verdict::Diverged, .. }, ..]) => Self::Diverged,
                _ => Self::Done,
            },
        }
    }

    fn name(self) -> &'static str {
        Self::NAMED.iter().find(|row| row.0 == self).expect("every state has a name").1
    }

    /// True if the run is there, whatever came of it.
    fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::Diverged)
    }
}

/// One row per run: the settings that differ, the seed, the state.
fn table(grid: &Grid, states: &[State]) -> TextTable {
    let differing = grid.differing();
    let settings = differing.iter().map(|index| grid.settings[*index].key.as_str());
    let headings: Vec<&str> = settings.chain(["seed", "state"]).collect();
    let mut table = TextTable::new(&headings).with_keys(headings.len() - 1);
    for (plan, state) in grid.plans.iter().zip(states) {
        let point = differing.iter().map(|index| shown(&plan.point[*index]).to_owned());
        table.push(point.chain([plan.run.seed.to_string(), state.name().to_owned()]));
    }
    table
}

fn counts(states: &[State]) -> String {
    let count = |(state, name): (State, &str)| {
        let count = states.iter().filter(|other| **other == state).count();
        (count > 0).then(|| format!("{count} {name}"))
    };
    format!(
        "{}: {}",
        counted(states.len(), "run"),
        State::NAMED.into_iter().filter_map(count).collect::<Vec<_>>().join(", ")
    )
}

/// The time that work takes, to judge runs that are not done by.
struct Pace {
    /// Thread-seconds per unit of work.
    seconds: f64,
    /// The runs it was measured on, in words.
    source: String,
}

/// The line for a sweep of which no run is done.
fn no_pace() -> String {
    "no run is there to judge the time by; --estimate times one for a second".to_owned()
}

impl Pace {
    /// From the runs that are done and whose time was noted.
    fn of_done(job: &Job, plans: &[Plan], states: &[State], store: &RunStore) -> Option<Self> {
        let (ids, sizes) = (&job.ids, job.data.sizes());
        let notes = store.seconds();
        let done = ids.iter().zip(plans).zip(states).filter(|(_, state)| **state == State::Done);
        let timed: Vec<(f64, f64)> =
            done.filter_map(|((id, plan), _)| Some((*notes.get(id)?, work(plan, sizes)))).collect();
        let (seconds, units) = timed.iter().fold((0.0, 0.0), |sum, run| (sum.0 + run.0, sum.1 + run.1));
        (units > 0.0).then(|| Self {
            seconds: seconds / units,
            source: format!("{} done", counted(timed.len(), "run")),
        })
    }

    /// From a second of one run, which is not kept.
    fn timed(plan: &Plan, data: &Data) -> anyhow::Result<Self> {
        let alone = threads::pool(Some(1), 1)?;
        let watch = StopWatch::default();
        let start = Instant::now();
        let _ = alone.install(|| Sweep::run(plan, data, &watch));
        let seconds = start.elapsed().as_secs_f64();
        let share =
            watch.done.load(Ordering::Relaxed) as f64 / f64::from(plan.run.training.network.iterations);
        Ok(Self {
            seconds: seconds / (share * work(plan, data.sizes())),
            source: format!("{seconds:.1} s of one run"),
        })
    }

    fn tell(&self, rest: &[&Plan], sizes: DataSizes, threads: usize) -> String {
        let units: f64 = rest.iter().map(|plan| work(plan, sizes)).sum();
        let seconds = self.seconds * units / threads as f64;
        format!(
            "the {} that are not done will take about {} on {}, judged by {}",
            rest.len(),
            duration(seconds),
            counted(threads, "thread"),
            self.source
        )
    }
}

/// A duration in words, to two digits.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 90.0 * 60.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// Stops a run a second after its first iteration.
#[derive(Debug, Default)]
struct StopWatch {
    first: OnceLock<Instant>,
    done: AtomicUsize,
}

/// The time that a run is given to show its pace.
const LONG_ENOUGH: Duration = Duration::from_secs(1);

impl Observer for StopWatch {
    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped> {
        self.done.store(done, Ordering::Relaxed);
        let first = self.first.get_or_init(Instant::now);
        if first.elapsed() > LONG_ENOUGH { ControlFlow::Break(Stopped) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_fitting_units() {
        let table = [(0.4, "0 s"), (89.0, "89 s"), (150.0, "2 min"), (7200.0, "2.0 h")];
        for (seconds, expected) in table {
            assert_eq!(duration(seconds), expected);
        }
    }

    #[test]
    fn counts_name_only_what_is_there() {
        assert_eq!(counts(&[State::Missing, State::Done, State::Missing]), "3 runs: 1 done, 2 missing");
    }
}
