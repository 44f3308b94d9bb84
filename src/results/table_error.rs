//! Errors of tables; each names the table, the line, what was expected and what was found.

use csv::{DeserializeErrorKind, ErrorKind, StringRecord};
use thiserror::Error;

/// A text that is not the table that was expected. Lines count from 1, the header's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableError {
    /// There is no table of that name.
    #[error("there is no table {table}, only {found}")]
    Missing {
        /// The name that was asked for.
        table: String,
        /// The names that are there.
        found: String,
    },
    /// The header is not the expected one.
    #[error("table {table}: expected the columns {expected}, found {found}")]
    Columns {
        /// The table's name.
        table: String,
        /// The columns that are needed.
        expected: String,
        /// The header as it stands.
        found: String,
    },
    /// A line cannot be read.
    #[error("table {table}, line {line}: {problem}")]
    Line {
        /// The table's name.
        table: String,
        /// The line it is about.
        line: u64,
        /// What was expected there and what was found.
        problem: String,
    },
}

impl TableError {
    /// The error for a line, with what was expected and found there.
    pub(super) fn line(table: &str, line: u64, problem: &str) -> Self {
        Self::Line { table: table.to_owned(), line, problem: problem.to_owned() }
    }

    /// The error for a line that is no CSV record of the header's length.
    pub(super) fn unreadable(table: &str, error: &csv::Error) -> Self {
        let line = error.position().map_or(1, csv::Position::line);
        match error.kind() {
            ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Self::line(table, line, &format!("expected {expected_len} cells, found {len}"))
            }
            _ => Self::line(table, line, &error.to_string()),
        }
    }

    /// The error for a record that does not fit the row struct.
    pub(super) fn misread(
        table: &str,
        header: &StringRecord,
        record: &StringRecord,
        error: &csv::Error,
    ) -> Self {
        let line = record.position().map_or(1, csv::Position::line);
        let ErrorKind::Deserialize { err, .. } = error.kind() else {
            return Self::unreadable(table, error);
        };
        let cell = |column: u64| Some((header.get(column as usize)?, record.get(column as usize)?));
        let problem = match err.field().and_then(cell) {
            Some((column, found)) => cell_problem(column, found, err.kind()),
            None => err.kind().to_string(),
        };
        Self::line(table, line, &problem)
    }
}

/// What was expected in a cell and what was found.
fn cell_problem(column: &str, found: &str, kind: &DeserializeErrorKind) -> String {
    let expected = match kind {
        DeserializeErrorKind::ParseFloat(_) => "a number",
        DeserializeErrorKind::ParseInt(_) => "a whole number in range",
        DeserializeErrorKind::ParseBool(_) => "true or false",
        other => return format!("column {column}: {other}, found `{found}`"),
    };
    format!("column {column}: expected {expected}, found `{found}`")
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only reading it matters")]
    struct LossRow {
        initializer: String,
        iteration: usize,
        loss: f64,
        accuracy: Option<f32>,
    }

    #[test]
    fn errors_name_table_line_and_what_was_found() {
        let header = "initializer,iteration,loss,accuracy\n";
        let cases = [
            (
                format!("{header}He,1,2,\nHe,2,abc,\n"),
                "table loss, line 3: column loss: expected a number, found `abc`",
            ),
            (
                format!("{header}\"a\nb\",1,2,\nHe,-1,2,\n"),
                "table loss, line 4: column iteration: expected a whole number in range, found `-1`",
            ),
            (format!("{header}He,1\n"), "table loss, line 2: expected 4 cells, found 2"),
            (
                "initializer,loss\n".to_owned(),
                "table loss: expected the columns initializer,iteration,loss,accuracy, \
                 found initializer,loss",
            ),
            ("\n\na\n1\n".to_owned(), "table loss, line 1: expected a header line, found nothing"),
            (String::new(), "table loss, line 1: expected a header line, found nothing"),
        ];
        for (text, expected) in cases {
            let table = Table::parse("loss", text.as_bytes());
            let error = table.and_then(|table| table.rows::<LossRow>()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let error = Table::parse("loss", b"a\n1\n\xff\n").unwrap_err().to_string();
        assert_eq!(error, "table loss, line 3: expected UTF-8 text, found other bytes");
    }
}
