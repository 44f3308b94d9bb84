//! The data that a user names, the same flags for every verb that takes data, and their remarks.

use super::machine::AvailableMemory;
use super::print::to_stderr;
use crate::data::table_options::Missing;
use crate::data::{DataError, DataRequest, DataSet, TableOptions};
use clap::Args;
use csv::{ReaderBuilder, Trim};
use std::path::{Path, PathBuf};

/// What `--data -` reads.
const STDIN: &str = "/dev/stdin";

/// Data, and what is to be done with a table.
#[derive(Args, Clone, Debug, Default)]
pub struct DataArgs {
    /// Data to learn from: a folder with four IDX files such as MNIST's, gzipped or not, or a CSV file
    /// with --label, - for one from standard input [default: the MNIST inside the program].
    #[arg(long, value_name = "PATH", help_heading = "Data")]
    pub data: Option<PathBuf>,
    /// Column of a CSV file that holds the classes; the other columns are the inputs, texts as one input each.
    #[arg(long, value_name = "COLUMN", help_heading = "Data")]
    pub label: Option<String>,
    /// Columns of a CSV file to leave out; a name with a comma in quotes, as in CSV: '"a,b",c'.
    #[arg(long, value_name = "COLUMN,...", help_heading = "Data")]
    pub drop: Vec<String>,
    /// The only columns of a CSV file to use as inputs, written as for --drop.
    #[arg(long, value_name = "COLUMN,...", help_heading = "Data")]
    pub only: Vec<String>,
    /// What becomes of gaps (empty, ?, NA, null, …): drop leaves their rows out, mean puts their column's mean.
    #[arg(long, value_name = "drop|mean", help_heading = "Data")]
    pub missing: Option<Missing>,
    /// The first line of the CSV file is a row; columns are then named 1, 2, ….
    #[arg(long, help_heading = "Data")]
    pub no_header: bool,
    /// A CSV file with the rows to measure on [default: a fifth of each class is set apart].
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub test: Option<PathBuf>,
}

impl DataArgs {
    /// Loads it and prints its remarks; with `quiet` its warnings alone.
    pub fn load(&self, quiet: bool) -> Result<DataSet, DataError> {
        let set = self.read()?;
        set.notes.iter().filter(|_| !quiet).for_each(|note| to_stderr(&format!("note: {note}")));
        set.warnings.iter().for_each(|warning| to_stderr(&format!("warning: {warning}")));
        Ok(set)
    }

    /// Loads it and leaves its remarks to the caller.
    pub fn read(&self) -> Result<DataSet, DataError> {
        if self.test.as_deref() == Some(Path::new("-")) {
            let text = "--test takes a file, not '-': only --data is read from standard input".to_owned();
            return Err(DataError::Label { text });
        }
        let request = DataRequest {
            named: self
                .data
                .as_deref()
                .map(|path| if path == Path::new("-") { Path::new(STDIN) } else { path }),
            table: self.wishes(),
            memory: AvailableMemory::now().least(),
        };
        DataSet::load(&request)
    }

    fn wishes(&self) -> TableOptions {
        TableOptions {
            label: self.label.clone(),
            drop: names(&self.drop),
            only: names(&self.only),
            missing: self.missing,
            no_header: self.no_header,
            test: self.test.clone(),
        }
    }
}

/// Names as a record of CSV has them, one record each: without the white space around them, with the commas inside quotes.
fn names(typed: &[String]) -> Vec<String> {
    let record = |text: &String| {
        let mut reader = ReaderBuilder::new().has_headers(false).trim(Trim::All).from_reader(text.as_bytes());
        let first = reader.records().next().and_then(Result::ok).unwrap_or_default();
        first.iter().map(str::to_owned).collect::<Vec<_>>()
    };
    typed.iter().flat_map(record).collect()
}
