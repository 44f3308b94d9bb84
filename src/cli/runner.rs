//! The runs of a shard: those on the disk are read once, those that are missing are run and kept.
//!
//! In the order of calls: [`Runner::look_up`] reads what is there, [`Runner::run_missing`] does the rest,
//! with a counter per run that `progress` shows and a recorder that commits each run on the thread that
//! ended it, and takes over what other processes have done meanwhile.

use super::job::Job;
use super::options::Options;
use super::print::to_stderr;
use super::progress::{self, RunCounter};
use super::shard::Shard;
use super::stop::Stop;
use super::threads::at_once;
use crate::experiments::Observer;
use crate::experiments::runner::{DynExperiment, Outcome, RunInfo, run_all};
use crate::results::{Lookup, ResultsError, RunStore, Tables};
use crate::text::counted;
use crate::train::Stopped;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// The runs of a shard and what is known of each.
#[derive(Debug)]
pub struct RunProgress {
    /// Positions of the shard's runs among the plans.
    pub mine: Vec<usize>,
    /// The tables that each run of the job contributes to the assembled ones; `None`: not known yet.
    pub parts: Vec<Option<Tables>>,
    /// Runs that failed.
    pub failed: usize,
    /// Number of runs that are done, shared with the thread that may have to end the process.
    pub done: Arc<AtomicUsize>,
}

impl RunProgress {
    fn new(mine: Vec<usize>, parts: Vec<Option<Tables>>) -> Self {
        let done = parts.iter().flatten().count();
        Self { mine, parts, failed: 0, done: Arc::new(done.into()) }
    }

    /// Number of runs that are done.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// Takes what runs contribute.
    fn take(&mut self, parts: Vec<(usize, Tables)>, failed: usize) {
        parts.into_iter().for_each(|(run, part)| self.parts[run] = Some(part));
        self.failed = failed;
    }

    /// The runs that are not done.
    fn missing(&self) -> Vec<usize> {
        self.mine.iter().copied().filter(|index| self.parts[*index].is_none()).collect()
    }
}

/// Runs what a job still lacks: its settings, its runs, where they are kept, and the options.
pub struct Runner<'a> {
    /// The settings.
    pub study: &'a dyn DynExperiment,
    /// Their runs.
    pub job: &'a Job,
    /// Where finished runs are.
    pub store: &'a RunStore,
    /// The options typed besides the settings.
    pub options: &'a Options,
}

impl Runner<'_> {
    /// Reads the runs of a shard that are there already; names those whose files are damaged.
    pub fn look_up(&self, shard: Shard) -> RunProgress {
        let mine: Vec<usize> = (0..self.job.runs.len()).filter(|run| shard.takes(*run)).collect();
        let mut parts = vec![None; self.job.runs.len()];
        for &run in mine.iter().filter(|_| !self.options.fresh) {
            match self.store.load(&self.job.ids[run]) {
                Lookup::Found(tables) => parts[run] = Some(self.kept(tables)),
                Lookup::Missing => {}
                Lookup::Damaged { path, reason } => {
                    let (name, path) = (&self.job.runs[run].name, path.display());
                    to_stderr(&format!("{name}: {path} is damaged ({reason}); it is run anew"));
                }
            }
        }
        let progress = RunProgress::new(mine, parts);
        if progress.done() > 0 && !self.options.quiet {
            let (done, all) = (progress.done(), progress.mine.len());
            let were = if done == 1 { "was" } else { "were" };
            let all = counted(all, "run");
            to_stderr(&format!("{done} of {all} {were} already there (--fresh runs them anew)"));
        }
        progress
    }

    /// The tables of a run that stay in memory: none where nothing is assembled.
    fn kept(&self, tables: Tables) -> Tables {
        if self.options.shard.is_some() { Tables::new() } else { self.study.part(tables) }
    }

    /// Runs what is missing in parallel and commits each run as it ends.
    pub fn run_missing(&self, progress: &mut RunProgress, stop: &Stop) -> anyhow::Result<()> {
        let missing = progress.missing();
        self.print_initial_summary(&missing);
        let counters: Vec<RunCounter> = missing.iter().map(|run| self.counter(*run, stop)).collect();
        let observer = |(run, counter): (&usize, _)| {
            let (id, fresh) = (self.job.ids[*run].as_str(), self.options.fresh);
            RunObserver { id, store: self.store, counter, fresh }
        };
        let observers: Vec<RunObserver> = missing.iter().zip(&counters).map(observer).collect();
        let recorder = RunRecorder::new(self.store, stop, &progress.done, at_once(&self.job.pool));
        let shown = if self.options.quiet { None } else { Some(progress::show(&counters)?) };
        self.job.pool.install(|| {
            run_all(self.study, &missing, &self.job.data, &observers, |index, outcome| {
                let run = missing[index];
                let tables = recorder.record(&self.job.ids[run], &self.job.runs[run].name, outcome);
                tables.into_iter().for_each(|tables| recorder.keep(run, self.kept(tables)));
            });
        });
        drop(shown);
        let Recorded { parts, failed, error, unsynced, .. } = recorder.into_recorded();
        if unsynced {
            self.store.sync();
        }
        progress.take(parts, failed);
        error.map_or(Ok(()), Err)?;
        if stop.signal().is_none() {
            self.pick_up(progress);
        }
        Ok(())
    }

    /// Prints what the runs start from.
    fn print_initial_summary(&self, missing: &[usize]) {
        if self.options.quiet || missing.is_empty() {
            return;
        }
        let summary = || self.study.initial_summary(missing, &self.job.data, self.options.verbose);
        let opening = self.job.pool.install(summary);
        if !opening.is_empty() {
            to_stderr(&opening);
        }
    }

    /// The counter of a run, which also tells it to stop.
    fn counter(&self, run: usize, stop: &Stop) -> RunCounter {
        let RunInfo { name, cost, .. } = &self.job.runs[run];
        RunCounter::new(name.clone(), cost.iterations, stop.flag())
    }

    /// Reads what another process has done while this one was at work.
    fn pick_up(&self, progress: &mut RunProgress) {
        for run in progress.missing() {
            if let Lookup::Found(tables) = self.store.load(&self.job.ids[run]) {
                progress.parts[run] = Some(self.kept(tables));
                progress.done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Time between two forcings of run files to the disk.
const BETWEEN_SYNCS: Duration = Duration::from_millis(300);

/// Saves finished runs and notes failed ones, from whatever thread they end on.
struct RunRecorder<'a> {
    store: &'a RunStore,
    stop: &'a Stop,
    done: &'a AtomicUsize,
    threads: f64,
    recorded: Mutex<Recorded>,
}

/// What the threads of a [`RunRecorder`] have recorded so far.
struct Recorded {
    last: Instant,
    /// When run files were last forced to the disk, and whether some were not since.
    synced: Instant,
    unsynced: bool,
    parts: Vec<(usize, Tables)>,
    failed: usize,
    error: Option<ResultsError>,
}

impl<'a> RunRecorder<'a> {
    fn new(store: &'a RunStore, stop: &'a Stop, done: &'a AtomicUsize, threads: usize) -> Self {
        let now = Instant::now();
        let recorded =
            Recorded { last: now, synced: now, unsynced: false, parts: Vec::new(), failed: 0, error: None };
        Self { store, stop, done, threads: threads as f64, recorded: Mutex::new(recorded) }
    }

    /// Commits a finished run and returns its tables; notes a failed one.
    fn record(&self, id: &str, name: &str, outcome: Outcome) -> Option<Tables> {
        match outcome {
            Outcome::Finished(tables) => self.commit(id, &tables).then_some(tables),
            Outcome::Failed(why) => {
                to_stderr(&format!("{name} failed: {why}"));
                self.store.note_failure(id, &why);
                self.lock().failed += 1;
                None
            }
            Outcome::Stopped => None,
        }
    }

    /// Saves a run and notes how long it took; a run that cannot be saved stops all others.
    fn commit(&self, id: &str, tables: &Tables) -> bool {
        let due = self.lock().synced.elapsed() >= BETWEEN_SYNCS;
        let saved = if due { self.store.commit(id, tables) } else { self.store.commit_soon(id, tables) };
        if let Err(error) = saved {
            self.lock().error.get_or_insert(error);
            self.stop.now();
            return false;
        }
        self.note_sync(due);
        self.done.fetch_add(1, Ordering::Relaxed);
        let seconds = self.lap();
        self.store.note_seconds(id, seconds);
        true
    }

    /// Forces earlier run files to the disk where that is due: one by one where runs are long, in groups
    /// where they are short.
    fn note_sync(&self, due: bool) {
        let mut recorded = self.lock();
        if due {
            recorded.synced = Instant::now();
        }
        let group = std::mem::replace(&mut recorded.unsynced, !due);
        drop(recorded);
        if due && group {
            self.store.sync();
        }
    }

    /// Thread-seconds since the last run ended. Threads help each other, so the time from a run's own
    /// start to its end would count the work of others.
    fn lap(&self) -> f64 {
        let mut recorded = self.lock();
        let seconds = recorded.last.elapsed().as_secs_f64();
        recorded.last = Instant::now();
        self.threads * seconds
    }

    /// Remembers what a run contributes to the assembled tables; `run` is its position among the plans.
    fn keep(&self, run: usize, part: Tables) {
        self.lock().parts.push((run, part));
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().expect("no holder panics")
    }

    fn into_recorded(self) -> Recorded {
        self.recorded.into_inner().expect("no holder panics")
    }
}

/// Counts one run's iterations; passes over a run that another process has done meanwhile.
struct RunObserver<'a> {
    id: &'a str,
    store: &'a RunStore,
    counter: &'a RunCounter,
    fresh: bool,
}

impl Observer for RunObserver<'_> {
    fn should_run(&self) -> bool {
        self.counter.should_continue()
            && (self.fresh || !matches!(self.store.load(self.id), Lookup::Found(_)))
    }

    fn iterations_done(&self, done: usize) -> ControlFlow<Stopped> {
        self.counter.iterations_done(done)
    }
}
