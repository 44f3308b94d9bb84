//! One folder's results, as the page takes them.

use crate::experiments::Experiment;
use crate::plot::Figure;
use crate::results::{TableError, Tables};
use serde_json::Value;

/// An experiment as those see it who have its tables alone.
#[derive(Clone, Copy, Debug)]
pub struct ReportedExperiment {
    /// The verb on the command line, and the heading.
    pub name: &'static str,
    /// What is asked, in one sentence with a question mark.
    pub question: &'static str,
    /// What the tables say, as text.
    pub explanation: fn(&Tables) -> Result<String, TableError>,
    /// The figures of the tables.
    pub figures: fn(&Tables) -> Result<Vec<Figure>, TableError>,
}

impl ReportedExperiment {
    /// The experiment of this type.
    pub const fn of<E: Experiment>() -> Self {
        Self { name: E::NAME, question: E::QUESTION, explanation: E::explanation, figures: E::figures }
    }
}

/// The results of one set of settings: the content of one folder.
#[derive(Debug)]
pub struct Section {
    /// The folder below the reported one, with `/` between its parts; empty for that one itself.
    pub folder: String,
    /// The experiment that wrote it.
    pub experiment: ReportedExperiment,
    /// `run.json`, where it could be read.
    pub manifest: Option<Value>,
    /// Every CSV file that could be read.
    pub tables: Tables,
    /// What could not be read, each with the name of its file.
    pub problems: Vec<String>,
}

impl Section {
    /// The heading: the experiment's name, and the folder's where that says more.
    pub fn title(&self) -> String {
        let name = self.experiment.name;
        let own = self.folder.rsplit('/').next().unwrap_or_default();
        if own.is_empty() || own == name { name.to_owned() } else { format!("{name}: {own}") }
    }

    /// How many runs there are, by the rows of `summary.csv` or the ids of `run.json`.
    pub fn run_count(&self) -> Option<usize> {
        let by_rows = || self.tables.get("summary").ok().map(crate::results::Table::row_count);
        let ids = self.manifest.as_ref().and_then(|manifest| manifest["runs"].as_array());
        ids.map(Vec::len).filter(|count| *count > 0).or_else(by_rows)
    }
}
