//! One experiment from settings to files: the same steps for all of them.
//!
//! Settings are checked first, then the data, then the folder; a command that is refused by then has
//! created nothing. Each finished run is saved at once under an id that names its settings, so a
//! command that was stopped goes on where it was when it is typed again.

use super::exit;
use super::export;
use super::figure_args::{FigureArgs, print_figure};
use super::folder_lock::lock;
use super::job::Job;
use super::name_notes;
use super::options::Options;
use super::outputs::{command_line, draw, manifest, write_manifest, write_outputs};
use super::previous_outputs::{announce_replacement, previous_manifest};
use super::print::{print_answer, to_stderr, to_stdout};
use super::report::{self, write_report};
use super::runner::{RunProgress, Runner};
use super::shard::Shard;
use super::stage_clock::StageClock;
use super::stop::Stop;
use crate::experiments::compare::claims;
use crate::experiments::paste::TableFormat;
use crate::experiments::runner::DynExperiment;
use crate::experiments::seed_table;
use crate::experiments::{ConfigError, Extended};
use crate::results::layout::has_extension;
use crate::results::{ResultsError, ResultsFolder, RunStore, Tables};
use crate::text::counted;
use crate::text::first_three;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How a command ended.
#[derive(Debug)]
pub enum Ended {
    /// With this exit code.
    With(u8),
    /// All runs are done and nothing is written: with --extend-rates these tables ask for more rates.
    AtAnEdge(Tables),
}

/// Runs what is missing and assembles all runs.
///
/// With `--shard` it takes no lock and assembles nothing: the command without it does that. A signal ends it
/// after the iteration that each run is at, with 128 and the signal's number.
///
/// # Errors
/// What the settings, the data, the folder or a write refuse; [`exit::of`] has the code of each.
pub fn run_experiment(study: &dyn DynExperiment, options: &Options, stop: &Stop) -> anyhow::Result<Ended> {
    let mut clock = StageClock::start();
    if !options.quiet {
        name_notes::print(&command_line());
    }
    let shard = shard(options)?;
    let job = Job::new(study, options)?;
    export::check(&options.export, &job)?;
    clock.lap("reading data");

    let folder = ResultsFolder::open(options.folder(study.folder()))?;
    folder.refuse_foreign()?;
    if options.report {
        folder.refuse_other_page(report::FILE)?;
    }
    let store = folder.runs()?;
    let _lock = if options.shard.is_none() { Some(lock(&folder)?) } else { None };
    let former = if options.shard.is_none() { previous_manifest(&folder) } else { None };
    let announce = || {
        former.iter().for_each(|former| announce_replacement(former, &folder, study, &job.ids, &job.files()));
    };
    if !options.extend_rates {
        announce();
    }
    let runner = Runner { study, job: &job, store: &store, options };
    let mut progress = runner.look_up(shard);
    stop.set_message(interrupt_message(&progress));
    runner.run_missing(&mut progress, stop)?;
    clock.lap("training");

    if let Some(signal) = stop.signal() {
        stop.print_message();
        return Ok(Ended::With(signal));
    }
    let mut page = exit::DONE;
    export::export(&options.export, study, &job, &progress.mine)?;
    if options.shard.is_some() {
        print_shard(&progress);
    } else if progress.done() > 0 {
        let parts = std::mem::take(&mut progress.parts);
        let tables = job.pool.install(|| study.assemble(parts, &job.data))?;
        if options.extend_rates && progress.failed == 0 {
            match study.extended(&tables)? {
                Extended::Beyond(()) => return Ok(Ended::AtAnEdge(tables)),
                Extended::Never(why) => to_stderr(&format!("--extend-rates: {why}")),
                Extended::Settled => {}
            }
        }
        if options.extend_rates {
            announce(); // of the rates that are written in the end
        }
        let former = former.map(|former| former.files).unwrap_or_default();
        let finished = Finished {
            study,
            job: &job,
            folder: &folder,
            former,
            look: &options.look,
            verbose: options.verbose,
        };
        finish(&finished, &tables, clock)?;
        print_table(&tables, options.table);
        if options.report {
            page = job.pool.install(|| write_report(folder.path(), options.look.title.as_deref()))?;
        }
    }
    Ok(Ended::With(print_failures(&job, &store, &progress, options)?.max(page)))
}

/// The shard that is asked for; all runs where none is.
fn shard(options: &Options) -> Result<Shard, ConfigError> {
    let variable = |name: &str| std::env::var(name).ok();
    options.shard.map_or(Ok(Shard::ALL), |shard| shard.resolve(variable))
}

/// The message for a command that is stopped: how many runs are kept.
fn interrupt_message(progress: &RunProgress) -> impl Fn() + Send + Sync + 'static {
    let (done, all) = (Arc::clone(&progress.done), progress.mine.len());
    move || {
        let done = done.load(Ordering::Relaxed);
        to_stderr(&format!(
            "stopped: {done} of {all} runs are done and kept. Type the same command again to go on."
        ));
    }
}

/// Says how far a shard is and how its runs become tables.
fn print_shard(progress: &RunProgress) {
    to_stdout(&format!(
        "{} of {} runs of this share are done; type the command without --shard to assemble all shares",
        progress.done(),
        progress.mine.len()
    ));
}

/// A command whose runs are done: what it was, and where its files go.
struct Finished<'a> {
    study: &'a dyn DynExperiment,
    job: &'a Job,
    folder: &'a ResultsFolder,
    /// Files that a former command left.
    former: Vec<String>,
    look: &'a FigureArgs,
    /// Whether the answer's details are printed.
    verbose: bool,
}

/// Writes the tables and everything that is made from them. Tables are written also where their figures cannot be
/// drawn.
fn finish(finished: &Finished, tables: &Tables, mut clock: StageClock) -> anyhow::Result<()> {
    let Finished { study, job, folder, former, look, verbose } = finished;
    let mut manifest = manifest(*study, job, &clock);
    let figures = || {
        let mut figures = study.figures(tables)?;
        look.apply(&mut figures, &manifest);
        Ok((draw(&figures)?, figures))
    };
    let ((drawn, figures), failure) = match job.pool.install(figures) {
        Ok(drawn) => (drawn, Ok(())),
        Err(error) => ((Vec::new(), Vec::new()), Err(error)),
    };
    manifest = write_outputs(folder, former, manifest, tables, &drawn)?;
    clock.lap("writing");
    manifest.seconds = clock.seconds;
    let written = listed(&manifest.files);
    write_manifest(folder, manifest)?;
    let answer = study.explanation(tables)?;
    print_answer(&if *verbose { answer } else { answer.brief() });
    figures.first().into_iter().for_each(print_figure);
    to_stdout(&format!("\n{}: {written}", folder.path().display()));
    look.open_first(folder.path(), drawn.iter().map(|(name, _)| name));
    failure
}

/// The files of a folder: all of them, or so many tables and figures.
fn listed(files: &[String]) -> String {
    const MOST: usize = 12;
    let [tables, figures] =
        ["csv", "png"].map(|kind| files.iter().filter(|name| has_extension(name, kind)).count());
    if files.len() <= MOST {
        format!("{}, run.json", files.join(", "))
    } else {
        format!("{tables} tables (CSV), {figures} figures (each as SVG and PNG), run.json")
    }
}

/// Prints the means over seeds, and the differences where they have intervals, in a format to paste, or that there are none.
fn print_table(tables: &Tables, format: Option<TableFormat>) {
    match (format, tables.get(seed_table::NAME)) {
        (Some(format), Ok(table)) => {
            to_stdout(&format!("\n{}", seed_table::paste(table, format)));
            if let Some(differences) = claims::paste(tables, format) {
                to_stdout(&format!("\n{differences}"));
            }
        }
        (Some(_), Err(_)) => {
            to_stderr("--table: this experiment makes no table of means; compare and sweep do");
        }
        (None, _) => {}
    }
}

/// Prints which runs failed and which others are kept; returns the exit code.
fn print_failures(
    job: &Job,
    store: &RunStore,
    progress: &RunProgress,
    options: &Options,
) -> Result<u8, ResultsError> {
    let unrelated = unrelated_run_ids(job, store)?;
    if !unrelated.is_empty() && !options.quiet {
        to_stderr(&format!(
            "{} also keeps {} of other settings, left as they are: {}",
            store.folder().display(),
            counted(unrelated.len(), "run"),
            first_three(&unrelated)
        ));
    }
    if progress.failed == 0 {
        return Ok(exit::DONE);
    }
    to_stderr(&format!(
        "{} of {} runs failed and are in no table; the others are kept. The same command tries them again.",
        progress.failed,
        progress.mine.len()
    ));
    Ok(exit::RUNS_FAILED)
}

/// The ids of finished runs that are not of this job.
pub fn unrelated_run_ids(job: &Job, store: &RunStore) -> Result<Vec<String>, ResultsError> {
    let own: BTreeSet<&str> = job.ids.iter().map(String::as_str).collect();
    Ok(store.ids()?.into_iter().filter(|id| !own.contains(id.as_str())).collect())
}

#[cfg(test)]
mod tests;
