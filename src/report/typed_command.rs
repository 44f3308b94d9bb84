//! The command of a folder as one would type it on another machine.

use crate::results::layout::has_extension;
use serde_json::Value;

/// Flags that change no number of a table, and whether a value follows: where files lie, how many hands work, what is
/// printed, how figures look.
pub const WITHOUT_EFFECT: [(&str, bool); 16] = [
    ("--out", true),
    ("--export", true),
    ("--export-at", true),
    ("--export-data", false),
    ("--threads", true),
    ("--shard", true),
    ("--table", true),
    ("--title", true),
    ("--style", true),
    ("--fresh", false),
    ("--report", false),
    ("--verbose", false),
    ("-v", false),
    ("--quiet", false),
    ("-q", false),
    ("--open", false),
];

/// Flags whose value is a path.
const PATHS: [&str; 2] = ["--data", "--test"];

/// The words of a command on which its tables depend, the same on any machine: the program without its path, no flag
/// without effect, and of the paths of data and of a sweep file the last part.
fn words_with_effect(words: &[&str]) -> Vec<String> {
    let (mut kept, mut flag) = (vec!["initlab".to_owned()], "");
    for word in words.iter().skip(1) {
        let name = word.split('=').next().unwrap_or(word);
        if WITHOUT_EFFECT.contains(&(flag, true)) {
            flag = ""; // this was its value
        } else if WITHOUT_EFFECT.iter().any(|row| row.0 == name) {
            flag = word;
        } else {
            let is_path = [flag, name].iter().any(|flag| PATHS.contains(flag)) || has_extension(word, "toml");
            kept.push(if is_path { without_folder(word) } else { (*word).to_owned() });
            flag = word;
        }
    }
    kept
}

/// `iris.csv` for `/home/me/iris.csv`, and with the flag before it where that is part of the word.
fn without_folder(word: &str) -> String {
    let is_flag = PATHS.iter().any(|flag| word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('=')));
    let (flag, path) = word.split_at(if is_flag { word.find('=').map_or(0, |at| at + 1) } else { 0 });
    format!("{flag}{}", path.trim_end_matches('/').rsplit(['/', '\\']).next().unwrap_or(path))
}

/// The command as one would type it: words with anything but plain characters are quoted.
pub fn typed_command(manifest: &Value) -> Option<String> {
    let words: Option<Vec<&str>> = manifest["command"].as_array()?.iter().map(Value::as_str).collect();
    let plain = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_=.,/:+@%".contains(c))
    };
    let quoted = |word: &String| {
        if plain(word) { word.clone() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    Some(words_with_effect(&words?).iter().map(quoted).collect::<Vec<_>>().join(" "))
}
