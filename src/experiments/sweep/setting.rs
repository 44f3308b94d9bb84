//! A setting of a sweep file with its alternatives, and how it is named in tables and figures.

use serde::{Deserialize, Serialize};

/// One setting and its alternatives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The key in the file.
    pub key: String,
    /// Its values in their canonical form.
    pub values: Vec<String>,
}

/// The positions of the settings that have more than one value, seeds apart.
pub fn differing(settings: &[Setting]) -> Vec<usize> {
    let differs = |index: &usize| settings[*index].values.len() > 1 && !is_seed(&settings[*index].key);
    (0..settings.len()).filter(differs).collect()
}

/// True for the keys that only say which seeds are run.
pub fn is_seed(key: &str) -> bool {
    matches!(key, "seed" | "seeds")
}

/// A setting's value in running text: words speak for themselves, numbers and switches need their name.
///
/// ```
/// use initlab::experiments::sweep::setting::display_setting;
///
/// assert_eq!(display_setting("init", "He"), "He");
/// assert_eq!(display_setting("learning_rate", "0.1"), "learning rate 0.1");
/// assert_eq!(display_setting("learning_rate", "1.0"), "learning rate 1");
/// assert_eq!(display_setting("batch_norm", "true"), "batch norm true");
/// ```
pub fn display_setting(key: &str, text: &str) -> String {
    let speaks = text.starts_with(|first: char| first.is_alphabetic());
    if speaks && text != "true" && text != "false" {
        text.to_owned()
    } else {
        format!("{} {}", key.replace('_', " "), shown(text))
    }
}

/// A value as it is shown: in tables numbers that may be fractions have a decimal point even where they are whole.
pub fn shown(text: &str) -> &str {
    text.strip_suffix(".0").unwrap_or(text)
}

/// The column of a setting: its key, but `initializer` as in every other table.
pub fn column_of(key: &str) -> &str {
    if key == "init" { "initializer" } else { key }
}
