//! The job of a command: its runs, their ids, and the data they learn from.
//!
//! Making a job looks at the data and the memory and touches nothing else.

use super::memory::Needed;
use super::options::Options;
use super::print::to_stderr;
use super::threads;
use crate::Real;
use crate::data::{DataError, DataSet, VerifiedFile};
use crate::experiments::runner::{DynExperiment, RunInfo};
use crate::experiments::{Data, ENGINE};
use crate::nn::simd::arithmetic;
use crate::nn::system_functions::fingerprint;
use crate::results::{DataFile, run_id};
use rayon::ThreadPool;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that is known before the first run.
#[derive(Debug)]
pub struct Job {
    /// The runs, in the order in which they are reported.
    pub runs: Vec<RunInfo>,
    /// Their ids.
    pub ids: Vec<String>,
    /// The examples that runs learn from.
    pub data: Data,
    /// Where runs happen.
    pub pool: ThreadPool,
}

impl Job {
    /// Loads the data, then checks the settings against them and the memory.
    pub fn new(study: &dyn DynExperiment, options: &Options) -> anyhow::Result<Self> {
        let pool = threads::pool(options.threads, study.run_count())?;
        if options.data.data.is_some() && !study.needs_data() {
            to_stderr("--data is not used: these settings need no data");
        }
        let data =
            if study.needs_data() { Data::of(pool.install(|| load(options))?) } else { Data::nothing() };
        let mut runs = study.runs(data.sizes())?;
        let own_examples = data.as_set().map_or(0, DataSet::bytes_of_seed);
        runs.iter_mut().for_each(|run| run.cost.bytes = run.cost.bytes.saturating_add(own_examples));
        Needed::of_runs(&runs, pool.current_num_threads(), options.shard.is_none()).check()?;
        let identity = data.as_set().map(DataSet::identity).unwrap_or_default();
        let ids = ids(study, runs.len(), &identity);
        Ok(Self { runs, ids, data, pool })
    }

    /// The files that the data came from, for run.json.
    pub fn files(&self) -> Vec<DataFile> {
        let files = self.data.as_set().into_iter().flat_map(|set| &set.files);
        let file = |file: &VerifiedFile| DataFile { file: file.name.clone(), sha256: file.sha256.clone() };
        files.map(file).collect()
    }
}

/// Loads the data set that the options name, and says which it is.
fn load(options: &Options) -> Result<DataSet, DataError> {
    let set = options.data.load(options.quiet)?;
    if !options.quiet {
        to_stderr(&set.summary());
    }
    Ok(set)
}

/// Everything that a run's numbers depend on, and the columns they stand in.
#[derive(Serialize)]
struct RunIdParts<'a> {
    plan: Value,
    columns: BTreeMap<&'static str, &'static [&'static str]>,
    data: &'a [&'a str],
    precision: &'static str,
    arithmetic: &'static str,
    functions: &'a str,
    engine: u32,
}

/// The ids of all runs.
fn ids(study: &dyn DynExperiment, runs: usize, data: &[String]) -> Vec<String> {
    let data: Vec<&str> = data.iter().map(String::as_str).collect();
    let functions = fingerprint();
    let id = |run| {
        run_id(&RunIdParts {
            plan: study.run_settings(run),
            columns: study.columns(run).iter().map(|table| (table.table, table.columns)).collect(),
            data: &data,
            precision: precision(),
            arithmetic: arithmetic(),
            functions: &functions,
            engine: ENGINE,
        })
    };
    (0..runs).map(id).collect()
}

/// The engine's floating-point type.
pub fn precision() -> &'static str {
    if size_of::<Real>() == 8 { "f64" } else { "f32" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> RunIdParts<'static> {
        RunIdParts {
            plan: Value::Null,
            columns: BTreeMap::from([("loss", &["initializer", "loss"][..])]),
            data: &["ba89"],
            precision: "f32",
            arithmetic: "fused",
            functions: "cbf29ce484222325",
            engine: 1,
        }
    }

    #[test]
    fn whatever_changes_a_result_or_its_columns_changes_the_id() {
        let others = [
            RunIdParts { plan: Value::Bool(true), ..parts() },
            RunIdParts { columns: BTreeMap::from([("loss", &["initializer"][..])]), ..parts() },
            RunIdParts { columns: BTreeMap::from([("losses", &["initializer", "loss"][..])]), ..parts() },
            RunIdParts { data: &["ba88"], ..parts() },
            RunIdParts { precision: "f64", ..parts() },
            RunIdParts { arithmetic: "separate", ..parts() },
            RunIdParts { functions: "cbf29ce484222326", ..parts() },
            RunIdParts { engine: 2, ..parts() },
        ];
        assert_eq!(run_id(&parts()), run_id(&parts()));
        assert!(others.iter().all(|other| run_id(other) != run_id(&parts())));
    }
}
