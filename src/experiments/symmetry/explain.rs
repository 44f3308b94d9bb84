//! What the tables of `symmetry` say, for the terminal.

use super::rows::{SummaryRow, SymmetryRow};
use super::smallest_case::PaperRow;
use crate::Real;
use crate::experiments::over_seeds::{percent_with_band, seeds, with_band, with_band_table};
use crate::results::{TableError, Tables};
use crate::stats::mean;
use crate::text::{Answer, TextTable, enumeration, fixed};
use crate::train::unit_similarity::largest;

/// The smallest case, the runs, and their meaning.
pub fn explain(tables: &Tables) -> Result<Answer, TableError> {
    let (summary, symmetry) =
        (tables.rows::<SummaryRow>("summary")?, tables.rows::<SymmetryRow>("symmetry")?);
    let groups: Vec<SeedGroup> = summary
        .chunk_by(|a, b| a.activation == b.activation && a.initializer == b.initializer)
        .map(|runs| SeedGroup { runs, layers: last_layers(&runs[0], &symmetry) })
        .collect();
    let of_one = groups.chunk_by(|a, b| a.activation() == b.activation());
    let answer = of_one.fold(Answer::new(), |answer, groups| {
        with_band_table(answer, table(groups)).with_sentence(meaning(groups))
    });
    let paper = paper(&tables.rows("paper")?);
    Ok(answer.with_details("The gradients of the smallest case, on paper and computed", paper))
}

/// The runs of one activation.
fn table(groups: &[SeedGroup]) -> TextTable {
    let mut table = TextTable::new(&HEADINGS);
    groups.iter().for_each(|group| table.push(group.line()));
    table
}

/// The six gradients of the smallest case.
fn paper(rows: &[PaperRow]) -> TextTable {
    let headings = ["1-2-1 network", "equal: paper", "computed", "changed: paper", "computed"];
    let mut text = TextTable::new(&headings);
    let (equal, changed) = rows.split_at(rows.len() / 2);
    for (equal, changed) in equal.iter().zip(changed) {
        let gradients = [equal.analytic, equal.computed, changed.analytic, changed.computed];
        let name = format!("dL/d{}", equal.parameter);
        text.push([name].into_iter().chain(gradients.map(|gradient| fixed(gradient, 9))));
    }
    text
}

const HEADINGS: [&str; 7] =
    ["initializer", "seed", "distinct units", "largest difference", "moved", "final loss", "test accuracy"];

/// The runs of one initializer under one activation, one per seed, and the hidden layers of the first
/// at its end.
struct SeedGroup<'a> {
    runs: &'a [SummaryRow],
    layers: Vec<&'a SymmetryRow>,
}

fn last_layers<'a>(run: &SummaryRow, rows: &'a [SymmetryRow]) -> Vec<&'a SymmetryRow> {
    let its = |row: &&SymmetryRow| {
        row.activation == run.activation && row.initializer == run.initializer && row.seed == run.seed
    };
    let last = rows.iter().filter(its).map(|row| row.iteration).max();
    rows.iter().filter(its).filter(|row| Some(row.iteration) == last && row.weights == "incoming").collect()
}

impl SeedGroup<'_> {
    fn activation(&self) -> &str {
        &self.runs[0].activation
    }

    fn initializer(&self) -> &str {
        &self.runs[0].initializer
    }

    /// Whether units differ, but not all of them.
    fn partly_alike(&self) -> bool {
        !self.alike() && self.runs.iter().any(|run| run.distinct_units < run.units)
    }

    fn over(&self, value: fn(&SummaryRow) -> f64) -> Vec<f64> {
        self.runs.iter().map(value).collect()
    }

    fn final_loss(&self) -> f64 {
        mean(&self.over(|run| run.final_loss))
    }

    fn largest_difference(&self) -> Real {
        largest(self.runs.iter().map(|run| run.largest_difference))
    }

    /// Whether no two units of a layer ever differed.
    fn alike(&self) -> bool {
        self.largest_difference() == 0.0
    }

    /// `1+1 of 200`, layer by layer.
    fn distinct_units(&self) -> String {
        let distinct: Vec<String> = self.layers.iter().map(|row| row.distinct_units.to_string()).collect();
        format!("{} of {}", distinct.join("+"), self.layers.iter().map(|row| row.units).sum::<usize>())
    }

    fn line(&self) -> [String; 7] {
        let mut moved: Vec<&str> = self.runs.iter().map(|run| run.moved.as_str()).collect();
        moved.dedup();
        [
            self.initializer().to_owned(),
            seeds(self.runs[0].seed, self.runs.len()),
            self.distinct_units(),
            difference(self.largest_difference()),
            moved.join(", "),
            with_band(&self.over(|run| run.final_loss), 4),
            percent_with_band(&self.over(|run| run.test_accuracy)),
        ]
    }
}

fn difference(difference: Real) -> String {
    match difference {
        0.0 => "exactly 0".to_owned(),
        unknown if !unknown.is_finite() => "not finite".to_owned(),
        small if small < 0.001 => format!("{small:.1e}"),
        _ => format!("{difference:.3}"),
    }
}

/// The initializers of the groups of which something is true.
fn names<'a>(groups: &'a [SeedGroup<'a>], fits: impl Fn(&SeedGroup<'a>) -> bool) -> Vec<&'a str> {
    groups.iter().filter(|group| fits(group)).map(SeedGroup::initializer).collect()
}

/// The groups of one activation in a few sentences.
fn meaning(groups: &[SeedGroup]) -> String {
    let alike = names(groups, SeedGroup::alike);
    let unlike = names(groups, |group| !group.alike() && !group.partly_alike());
    let mut sentences = Vec::new();
    if !alike.is_empty() {
        sentences.push(format!(
            "under {} each hidden layer is still one unit many times over, to the last bit (final loss {})",
            enumeration(&alike),
            losses(groups, &alike)
        ));
    }
    for group in groups.iter().filter(|group| group.partly_alike()) {
        sentences.push(format!(
            "under {} only {} units differ from each other (final loss {})",
            group.initializer(),
            group.distinct_units(),
            losses(groups, &[group.initializer()])
        ));
    }
    if !unlike.is_empty() {
        sentences.push(format!(
            "under {} all units differ (final loss {})",
            enumeration(&unlike),
            losses(groups, &unlike)
        ));
    }
    format!("{}: {}.", groups[0].activation(), sentences.join("; "))
}

fn losses(groups: &[SeedGroup], names: &[&str]) -> String {
    let chosen = groups.iter().filter(|group| names.contains(&group.initializer()));
    enumeration(&chosen.map(|group| fixed(group.final_loss(), 2)).collect::<Vec<_>>())
}
