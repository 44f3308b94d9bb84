//! What a sweep's heat map shows: asked for under `[heatmap]` in the file, written down in
//! `axes.csv`, so that the figure can be drawn again without the file.

use super::file::{FileEntry, FileError, SourceText};
use super::rows::AxisRow;
use super::setting::{Setting, column_of, differing};
use crate::experiments::compare::rows::SummaryRow;
use crate::experiments::raw_table::RawTable;
use crate::results::Table;
use serde::Serialize;
use std::ops::Range;

/// More panels than this do not fit into one figure.
const MOST_PANELS: usize = 24;
/// What a heat map shows where the file does not say.
const VALUE: &str = "test_accuracy";

/// What a heat map shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Axes {
    /// The setting along the columns.
    pub x: String,
    /// The setting along the rows.
    pub y: String,
    /// The column of `summary.csv` that is shown as colour.
    pub value: String,
}

impl Axes {
    /// The first two settings that differ, the first one upwards; a third one makes panels.
    pub fn default_for(settings: &[Setting]) -> Option<Self> {
        let ([y, x] | [y, x, _]) = differing(settings)[..] else { return None };
        let key = |index: usize| settings[index].key.clone();
        let axes = Self { x: key(x), y: key(y), value: VALUE.to_owned() };
        axes.check(settings).is_ok().then_some(axes)
    }

    /// Reads what stands under `[heatmap]`.
    pub fn parse(
        entries: &[FileEntry],
        at: &Range<usize>,
        settings: &[Setting],
        source: SourceText,
    ) -> Result<Self, FileError> {
        if let Some(entry) = entries.iter().find(|entry| !["x", "y", "value"].contains(&entry.key.as_str())) {
            let problem = format!("unknown key '{}' in [heatmap]; known: x, y, value", entry.key);
            return Err(source.error(&entry.at, problem));
        }
        let keys = settings.iter().map(|setting| setting.key.as_str());
        let keys: Vec<&str> = keys.filter(|key| *key != "seeds").collect();
        let named = |key: &str, known: &[&str], otherwise: Option<&str>| {
            let Some(entry) = entries.iter().find(|entry| entry.key == key) else {
                let missing =
                    || source.error(at, format!("[heatmap] needs '{key}', one of {}", known.join(", ")));
                return otherwise.map(str::to_owned).ok_or_else(missing);
            };
            let found = entry.values[0].text.clone().filter(|_| !entry.listed).unwrap_or_default();
            let problem = || format!("expected one of {}, found '{found}'", known.join(", "));
            if known.contains(&found.as_str()) {
                Ok(found)
            } else {
                Err(source.error(&entry.values[0].at, problem()))
            }
        };
        let values = values();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let axes = Self {
            x: named("x", &keys, None)?,
            y: named("y", &keys, None)?,
            value: named("value", &values, Some(VALUE))?,
        };
        axes.check(settings).map_err(|problem| source.error(at, problem))?;
        Ok(axes)
    }

    fn check(&self, settings: &[Setting]) -> Result<(), String> {
        if self.x == self.y {
            return Err(format!("[heatmap] has '{}' on both axes; expected two settings", self.x));
        }
        let alone = |setting: &&Setting| setting.values.len() < 2 && setting.key != "init";
        if let Some(setting) = self.on_axes(settings).find(alone) {
            let key = &setting.key;
            return Err(format!(
                "[heatmap] has '{key}' on an axis, of which the file lists one value; expected several"
            ));
        }
        let panels: usize = self.panels(settings).map(|index| settings[index].values.len()).product();
        if panels > MOST_PANELS {
            return Err(format!(
                "[heatmap] would have {panels} panels, one per combination of the settings that are \
                 neither x nor y; expected at most {MOST_PANELS}"
            ));
        }
        Ok(())
    }

    fn on_axes<'a>(&'a self, settings: &'a [Setting]) -> impl Iterator<Item = &'a Setting> {
        settings.iter().filter(|setting| [&self.x, &self.y].contains(&&setting.key))
    }

    /// The settings that make panels: those that differ and are on no axis.
    fn panels<'a>(&'a self, settings: &'a [Setting]) -> impl Iterator<Item = usize> + 'a {
        let key = |index: &usize| &settings[*index].key;
        differing(settings).into_iter().filter(move |index| ![&self.x, &self.y].contains(&key(index)))
    }

    /// The table that says how to draw it.
    pub fn table(&self, settings: &[Setting]) -> Table {
        let mut rows = Vec::new();
        let mut add = |role: &str, key: &str, value: &str| {
            let [role, column, value] = [role, column_of(key), value].map(str::to_owned);
            rows.push(AxisRow { role, column, value });
        };
        add("value", &self.value, "mean"); // a text in front: readers would take the column for numbers
        let on_axis = |key: &str| settings.iter().find(|setting| setting.key == key);
        for (role, key) in [("x", &self.x), ("y", &self.y)] {
            let values = on_axis(key).map_or(&[][..], |setting| &setting.values);
            values.iter().for_each(|value| add(role, key, value));
        }
        for index in self.panels(settings) {
            let setting = &settings[index];
            setting.values.iter().for_each(|value| add("panel", &setting.key, value));
        }
        Table::from_rows("axes", &rows)
    }
}

/// The columns of `summary.csv` that are numbers.
fn values() -> Vec<String> {
    let header = RawTable::of(&Table::from_rows::<SummaryRow>("summary", &[])).header;
    header
        .into_iter()
        .filter(|name| {
            !["initializer", "seed", "predicted", "verdict", "diverged_at", "cause", "why", "remedy"]
                .contains(&name.as_str())
        })
        .collect()
}

/// One axis as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisValues {
    /// The column of `summary.csv`.
    pub column: String,
    /// Its values in order.
    pub values: Vec<String>,
}

/// The axes of one role, in order of appearance.
pub fn axis_values(rows: &[AxisRow], role: &str) -> Vec<AxisValues> {
    let mut axis_values: Vec<AxisValues> = Vec::new();
    for row in rows.iter().filter(|row| row.role == role) {
        match axis_values.iter_mut().find(|side| side.column == row.column) {
            Some(side) => side.values.push(row.value.clone()),
            None => {
                axis_values.push(AxisValues { column: row.column.clone(), values: vec![row.value.clone()] });
            }
        }
    }
    axis_values
}

#[cfg(test)]
mod tests {
    use super::super::grid::Grid;
    use super::*;

    const LISTS: &str = "init = [\"He\", \"Xavier\"]\ndepth = [2, 5]\nmomentum = [0.5, 0.9]\nseeds = 2\n";

    fn axes(heatmap: &str) -> Result<Option<Axes>, String> {
        let grid = Grid::parse("a.toml", &format!("{LISTS}{heatmap}"));
        grid.map(|grid| grid.heatmap).map_err(|error| error.to_string())
    }

    #[test]
    fn two_settings_span_it_and_the_rest_makes_panels() {
        let text = format!("{LISTS}[heatmap]\nx = \"depth\"\ny = \"init\"\nvalue = \"best_loss\"");
        let grid = Grid::parse("a.toml", &text).unwrap();
        let rows: Vec<AxisRow> = grid.heatmap.as_ref().unwrap().table(&grid.settings).rows().unwrap();
        let roles: Vec<String> =
            rows.iter().map(|row| format!("{} {} {}", row.role, row.column, row.value)).collect();
        let expected = [
            "value best_loss mean",
            "x depth 2",
            "x depth 5",
            "y initializer He",
            "y initializer Xavier",
            "panel momentum 0.5",
            "panel momentum 0.9",
        ];
        assert_eq!(roles, expected);
        assert_eq!(axis_values(&rows, "x")[0].values, ["2", "5"]);
    }

    #[test]
    fn a_file_without_one_gets_the_first_two_settings() {
        let found = axes("").unwrap().unwrap();
        assert_eq!([found.y, found.x, found.value], ["init", "depth", "test_accuracy"]);
        assert_eq!(Grid::parse("a.toml", "depth = [1, 2]\ninit = \"He\"").unwrap().heatmap, None);
    }

    /// `summary.csv` has a column for the initializer and for what differs, and no other.
    #[test]
    fn a_setting_of_one_value_is_no_axis() {
        let lists = "init = [\"He\", \"Xavier\"]\nlearning_rate = [0.1, 1]\ndepth = 3\n[heatmap]\nx = \"learning_rate\"\n";
        let refused = Grid::parse("a.toml", &format!("{lists}y = \"depth\"")).unwrap_err().to_string();
        let expected = "a.toml:4:2: [heatmap] has 'depth' on an axis, of which the file lists one value; expected several";
        assert_eq!(refused, expected);
        assert!(Grid::parse("a.toml", &format!("{lists}y = \"init\"")).is_ok());
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_where_it_stands() {
        let table = [
            ("[heatmap]\nx = \"depth\"", "a.toml:5:2: [heatmap] needs 'y', one of init, depth, momentum"),
            ("[heatmap]\nx = \"dept\"\ny = \"init\"", "a.toml:6:5: expected one of init, depth, momentum"),
            ("[heatmap]\nx = [\"depth\"]\ny = \"init\"", "a.toml:6:6: expected one of init, depth, momentum"),
            ("[heatmap]\nx = \"init\"\ny = \"init\"", "a.toml:5:2: [heatmap] has 'init' on both axes"),
            (
                "[heatmap]\nx = \"init\"\ny = \"depth\"\nvalue = \"verdict\"",
                "a.toml:8:9: expected one of final_loss, best_loss",
            ),
            ("[heatmap]\nz = 1", "a.toml:6:1: unknown key 'z' in [heatmap]; known: x, y, value"),
            (
                "learning_rate = [1,2,3,4,5,6,7,8,9,10,11,12,13]\n[heatmap]\nx = \"init\"\ny = \"depth\"",
                "a.toml:6:2: [heatmap] would have 26 panels",
            ),
        ];
        for (heatmap, expected) in table {
            let error = axes(heatmap).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
