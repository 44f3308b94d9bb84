//! The command whose tables stand in a folder already: what becomes of them, and why runs are run again.

use super::outputs::versions;
use super::print::to_stderr;
use crate::experiments::runner::DynExperiment;
use crate::results::settings_list::settings_list;
use crate::results::{DataFile, Manifest, ResultsFolder};
use crate::text::printable;
use serde_json::Value;

/// Characters of a former command line, or of a list of settings, that are shown.
const LONGEST: usize = 200;

/// Reads the manifest that stands in a folder; one that cannot be read is named and counts as none.
pub fn previous_manifest(folder: &ResultsFolder) -> Option<Manifest> {
    folder.manifest().unwrap_or_else(|error| {
        to_stderr(&format!("{error}; files of a former command stay beside the new ones"));
        None
    })
}

/// Says that tables of other settings will be replaced, or that equal settings now give other runs.
pub fn announce_replacement(
    former: &Manifest,
    folder: &ResultsFolder,
    study: &dyn DynExperiment,
    ids: &[String],
    files: &[DataFile],
) {
    let place = folder.path().display();
    let command = printable(&former.command.join(" "), LONGEST);
    let changed = changes(former, study, files);
    if !changed.is_empty() {
        to_stderr(&format!(
            "{place} holds the tables of other settings ({changed}), from `{command}`. They will be replaced; \
             finished runs stay{}. To keep both, give one of them a folder of its own with --name NAME.",
            if former.versions == versions() {
                ", so that the former command, typed again, brings them back at once"
            } else {
                ""
            }
        ));
    } else if former.runs != ids {
        to_stderr(&format!(
            "{place} holds the runs of `{command}`, but {}; they do not count for this command.",
            reasons(former, files)
        ));
    }
}

/// What is asked for now and was not then: data of another name, and settings.
fn changes(former: &Manifest, study: &dyn DynExperiment, files: &[DataFile]) -> String {
    let names =
        |files: &[DataFile]| files.iter().map(|file| file.file.as_str()).collect::<Vec<_>>().join(", ");
    let (then, now) = (names(&former.data), names(files));
    let data = if then == now || then.is_empty() || now.is_empty() {
        String::new()
    } else {
        format!("data {then} → {now}")
    };
    let settings = differences(&former.settings, &study.settings());
    let told: Vec<String> = [data, settings].into_iter().filter(|text| !text.is_empty()).collect();
    told.join(", ")
}

/// The reasons why the same settings have other runs than before.
fn reasons(former: &Manifest, files: &[DataFile]) -> String {
    let (then, now) = (&former.versions, versions());
    let changed = [
        (then.engine != now.engine, format!("the engine was version {} and is {}", then.engine, now.engine)),
        (then.precision != now.precision, format!("in {}, not {}", then.precision, now.precision)),
        (then.arithmetic != now.arithmetic, "on a CPU that rounds products differently".to_owned()),
        (then.functions != now.functions, "with other mathematical functions of the system".to_owned()),
        (former.data != files, "of other data".to_owned()),
    ];
    let changed: Vec<String> = changed.into_iter().filter(|(differs, _)| *differs).map(|row| row.1).collect();
    if changed.is_empty() {
        "of tables with other columns, or of the same data otherwise read or split".to_owned()
    } else {
        changed.join(", ")
    }
}

/// The settings that differ, as `seeds.seeds 5 → 1`.
fn differences(then: &Value, now: &Value) -> String {
    let (then, now) = (settings_list(then, ","), settings_list(now, ","));
    let find =
        |list: &[(String, String)], key: &str| list.iter().find(|row| row.0 == key).map(|row| row.1.clone());
    let missing = || "–".to_owned();
    let mut keys: Vec<&String> = then.iter().chain(&now).map(|row| &row.0).collect();
    keys.sort();
    keys.dedup();
    let differing = keys.into_iter().filter(|key| find(&then, key) != find(&now, key));
    let told = differing.map(|key| {
        let name = key.rsplit('.').next().unwrap_or(key);
        format!(
            "{name} {} → {}",
            find(&then, key).unwrap_or_else(missing),
            find(&now, key).unwrap_or_else(missing)
        )
    });
    printable(&told.collect::<Vec<_>>().join(", "), LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_that_differ_are_named_with_both_values() {
        let then = json!({"init": ["He", "Xavier"], "seeds": {"seed": 1, "seeds": 5}, "curves": true});
        let now = json!({"init": ["He"], "seeds": {"seed": 1, "seeds": 1}, "name": "x"});
        let expected = "curves true → –, init He,Xavier → He, name – → x, seeds 5 → 1";
        assert_eq!(differences(&then, &now), expected);
        assert_eq!(differences(&now, &now), "");
    }
}
