//! The file of a sweep as text: keys, values and where they stand. What they mean is told in
//! [`super::grid`].

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a sweep file, and where. Its text:
///
/// ```text
/// grid.toml:2:17: expected at least one value, found an empty list
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct FileError {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What was found and what was expected.
    pub problem: String,
}

/// A text with its name, for errors that say where.
#[derive(Clone, Copy, Debug)]
pub struct SourceText<'a> {
    /// The file, as it was named.
    pub file: &'a str,
    /// Its content.
    pub text: &'a str,
}

/// One key with its alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct FileEntry {
    /// The key.
    pub key: String,
    /// Where the key stands, in bytes of the text.
    pub at: Range<usize>,
    /// The values: one, or those of a list.
    pub values: Vec<FileValue>,
    /// Whether the values were given as a list.
    pub listed: bool,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub struct FileValue {
    /// As it would be typed after the flag; `None` for a switch that is off.
    pub text: Option<String>,
    /// Whether it is a switch, which takes no value.
    pub switch: bool,
    /// Where it stands.
    pub at: Range<usize>,
}

/// The whole file: its own keys, and those of `[heatmap]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileEntries {
    /// The settings, in the order of the file.
    pub settings: Vec<FileEntry>,
    /// What stands under `[heatmap]`, if that is there, and where.
    pub heatmap: Option<(Vec<FileEntry>, Range<usize>)>,
}

impl SourceText<'_> {
    /// An error at a place of the text.
    pub fn error(&self, at: &Range<usize>, problem: impl Into<String>) -> FileError {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        FileError {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            problem: problem.into(),
        }
    }

    /// Reads the text as TOML: keys and values as words, not yet what they mean.
    ///
    /// # Errors
    /// [`FileError`] where the text is no TOML, a list is empty, or a value is neither a text nor a decimal
    /// number, a switch or a list of those.
    ///
    /// ```
    /// use initlab::experiments::sweep::file::SourceText;
    ///
    /// let text = "depth = [2, 5]\nlearning_rate = []";
    /// let error = SourceText { file: "grid.toml", text }.entries().unwrap_err();
    /// let expected = "grid.toml:2:17: expected at least one value, found an empty list";
    /// assert_eq!(error.to_string(), expected);
    /// ```
    pub fn entries(&self) -> Result<FileEntries, FileError> {
        let table = DeTable::parse(self.text)
            .map_err(|error| self.error(&error.span().unwrap_or(0..0), error.message()))?;
        let mut entries = FileEntries::default();
        for (key, value) in in_order(table.get_ref()) {
            match value.get_ref() {
                DeValue::Table(below) if key.get_ref() == "heatmap" => {
                    let below: Result<_, _> = in_order(below).map(|(k, v)| self.entry(k, v)).collect();
                    entries.heatmap = Some((below?, key.span()));
                }
                _ => entries.settings.push(self.entry(key, value)?),
            }
        }
        Ok(entries)
    }

    fn entry(
        &self,
        key: &Spanned<impl AsRef<str>>,
        value: &Spanned<DeValue>,
    ) -> Result<FileEntry, FileError> {
        let (list, listed) = match value.get_ref() {
            DeValue::Array(list) => (list.iter().collect(), true),
            _ => (vec![value], false),
        };
        if list.is_empty() {
            return Err(self.error(&value.span(), "expected at least one value, found an empty list"));
        }
        let values = list.into_iter().map(|value| self.value(value)).collect::<Result<_, _>>()?;
        Ok(FileEntry { key: key.get_ref().as_ref().to_owned(), at: key.span(), values, listed })
    }

    fn value(&self, value: &Spanned<DeValue>) -> Result<FileValue, FileError> {
        let switch = matches!(value.get_ref(), DeValue::Boolean(_));
        let text = match value.get_ref() {
            DeValue::Boolean(on) => on.then(|| "true".to_owned()),
            DeValue::Array(parts) => {
                let parts = parts.iter().map(|part| self.word(part)).collect::<Result<Vec<_>, _>>()?;
                Some(parts.join(","))
            }
            _ => Some(self.word(value)?),
        };
        Ok(FileValue { text, switch, at: value.span() })
    }

    /// A text or a number as it would be typed.
    fn word(&self, value: &Spanned<DeValue>) -> Result<String, FileError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.clone().into_owned()),
            DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().to_owned()),
            DeValue::Float(number) => Ok(number.as_str().to_owned()),
            DeValue::Integer(_) => Err(self.error(&value.span(), "expected a decimal number")),
            other => {
                let problem =
                    format!("expected a text, a number or a list of them, found a {}", other.type_str());
                Err(self.error(&value.span(), problem))
            }
        }
    }
}

/// The entries of a table in the order in which they stand in the file.
fn in_order<'a, 'i>(
    table: &'a DeTable<'i>,
) -> impl Iterator<Item = (&'a Spanned<toml::de::DeString<'i>>, &'a Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FileEntries, FileError> {
        SourceText { file: "a.toml", text }.entries()
    }

    #[test]
    fn values_become_words_in_the_order_of_the_file() {
        let entries =
            read("width = 1_0\ndepth = [2, 1]\nhidden = [[3, 4], 5]\nrate = [1e-3]\non = [true, false]")
                .unwrap();
        let words: Vec<_> = entries
            .settings
            .iter()
            .flat_map(|entry| entry.values.iter().map(|value| (entry.key.as_str(), value.text.as_deref())))
            .collect();
        let expected = [
            ("width", Some("10")),
            ("depth", Some("2")),
            ("depth", Some("1")),
            ("hidden", Some("3,4")),
            ("hidden", Some("5")),
            ("rate", Some("1e-3")),
            ("on", Some("true")),
            ("on", None),
        ];
        assert_eq!(words, expected);
        assert!(!entries.settings[0].listed && entries.settings[1].listed);
    }

    #[test]
    fn errors_say_file_line_and_column() {
        let table = [
            ("depth = 1\nwidth = [", "a.toml:2:"),
            ("a = 1\n\"é\" = []", "a.toml:2:7: expected at least one value, found an empty list"),
            ("depth = [1, 1979-05-27]", "a.toml:1:13: expected a text, a number"),
            ("depth = 0x10", "a.toml:1:9: expected a decimal number"),
            ("[more]\na = 1", "a.toml:1:1: expected a text, a number or a list of them, found a table"),
            ("depth = 1\ndepth = 2", "a.toml:2:1: duplicate key"),
        ];
        for (text, expected) in table {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
