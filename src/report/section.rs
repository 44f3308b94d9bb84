//! One folder's results, as the page takes them.
//!
//! The command `report` reads the folder and fills a [`Section`]; [`page`](super::page()) asks its experiment
//! for explanation and figures.

use crate::experiments::Experiment;
use crate::plot::Figure;
use crate::results::{TableError, Tables};
use crate::text::Answer;
use serde_json::Value;

/// An experiment as those see it who have its tables alone.
#[derive(Clone, Copy, Debug)]
pub struct ReportedExperiment {
    /// The verb on the command line, and the heading.
    pub name: &'static str,
    /// What is asked, in one sentence with a question mark.
    pub question: &'static str,
    /// What the tables say.
    ///
    /// # Errors
    /// If a table or a column that the experiment needs is missing, or a cell cannot be read.
    pub explanation: fn(&Tables) -> Result<Answer, TableError>,
    /// The figures of the tables, with the same errors.
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
    /// In place of title, question and answer, of the chapter's parts.
    pub introduction: Option<Introduction>,
    /// What could not be read, each with its file: `results/compare/loss.csv: table loss, line 3: …`.
    pub problems: Vec<String>,
}

/// What stands before everything else in a section.
#[derive(Debug)]
pub struct Introduction {
    /// What is asked.
    pub asked: String,
    /// What is said to it: by the book, by our tables.
    pub paragraphs: Vec<String>,
}

impl Section {
    /// The name: the experiment's, and the folder's last part where that says more: `compare`, or
    /// `compare: wide`.
    pub fn title(&self) -> String {
        let name = self.experiment.name;
        let own = self.folder.rsplit('/').next().unwrap_or_default();
        if own.is_empty() || own == name { name.to_owned() } else { format!("{name}: {own}") }
    }

    /// The heading: what the introduction asks, or the title.
    pub fn heading(&self) -> String {
        self.introduction.as_ref().map_or_else(|| self.title(), |introduction| introduction.asked.clone())
    }

    /// The number of runs: of the ids in `run.json`, or of the rows of `summary.csv` where there are none.
    /// `None` where neither is there.
    pub fn run_count(&self) -> Option<usize> {
        let by_rows = || self.tables.get("summary").ok().map(crate::results::Table::row_count);
        let ids = self.manifest.as_ref().and_then(|manifest| manifest["runs"].as_array());
        ids.map(Vec::len).filter(|count| *count > 0).or_else(by_rows)
    }
}
