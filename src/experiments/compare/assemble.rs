//! The tables of all runs together, and what is made of them: `differences.csv`, `table.csv` and, of
//! several learning rates, `rates.csv`.

use super::differences::differences;
use super::rates::{LEARNING_RATE, SHOWN, best_rates, rate_rows, shown, validation};
use super::rows::{RateRow, SummaryRow, ValidationRow};
use super::{Config, Plan};
use crate::experiments::raw_table::RawTable;
use crate::experiments::seed_table::{is_averaged, seed_table};
use crate::results::{Table, TableError, Tables};

/// Puts the parts of all runs together; with several learning rates, every table has them as its last
/// column.
pub(super) fn assemble(
    config: &Config,
    plans: &[Plan],
    parts: &[Option<Tables>],
) -> Result<Tables, TableError> {
    let several = config.learning_rate.len() > 1;
    let mut all = Tables::new();
    let mut validations = Vec::new();
    for (plan, part) in plans.iter().zip(parts) {
        let Some(part) = part else { continue };
        validations.push(validation(part)?);
        all.append(&if several { with_rate(part, plan) } else { part.clone() })?;
    }
    if all.iter().next().is_some() {
        add_statistics(config, &mut all, validations)?;
    }
    Ok(all)
}

fn with_rate(part: &Tables, plan: &Plan) -> Tables {
    let with = |table: &Table| {
        let mut raw = RawTable::of(table);
        raw.push_column(LEARNING_RATE, &format!("{:?}", plan.learning_rate));
        raw.into_table(table.name())
    };
    part.iter().map(with).collect()
}

/// Adds the tables that are made of the summaries.
fn add_statistics(
    config: &Config,
    all: &mut Tables,
    validations: Vec<Option<ValidationRow>>,
) -> Result<(), TableError> {
    let rows: Vec<SummaryRow> = all.rows("summary")?;
    let raw = RawTable::of(all.get("summary")?);
    let several = config.learning_rate.len() > 1;
    let rates = rate_rows(config, &rows, &raw, validations);
    let best = best_rates(&rates);
    let own: Vec<usize> = (0..rows.len()).filter(|run| !several || shown(&rates, &best, *run)).collect();
    let chosen: Vec<&SummaryRow> = own.iter().map(|run| &rows[*run]).collect();
    let baseline = config.baseline.map(|init| init.to_string());
    let baseline = baseline.or_else(|| chosen.first().map(|run| run.initializer.clone())).unwrap_or_default();
    let mut tables = vec![Table::from_rows("differences", &differences(&chosen, &baseline))];
    let own = own.into_iter().map(|run| raw.rows[run].clone()).chain(without_rate(&raw, &rates, &best));
    let own = RawTable { header: raw.header.clone(), rows: own.collect() };
    let mut keys = vec!["initializer"];
    keys.extend(several.then_some(LEARNING_RATE));
    tables.push(last_column(seed_table(&own, &keys), several));
    if several {
        tables.push(Table::from_rows("rates", &rates));
    }
    tables.into_iter().for_each(|table| all.push(table));
    Ok(())
}

/// The shown seeds of initializers that learned at no rate, at all rates, without a rate and without values: what became
/// of them is counted.
fn without_rate(raw: &RawTable, rates: &[RateRow], best: &[(String, f64)]) -> Vec<Vec<String>> {
    let has_none = |row: &RateRow| !best.iter().any(|(name, _)| *name == row.initializer);
    let of_it = rates.iter().zip(&raw.rows).filter(|(row, _)| row.used_for == SHOWN && has_none(row));
    let lacking = raw.header.iter().map(|name| name == LEARNING_RATE || is_averaged(name));
    let lacking: Vec<bool> = lacking.collect();
    let cell = |(cell, lacks): (&String, &bool)| if *lacks { "NaN".to_owned() } else { cell.clone() };
    of_it.map(|(_, cells)| cells.iter().zip(&lacking).map(cell).collect()).collect()
}

/// Moves the learning rate to the end, where it stands in every other table.
fn last_column(table: Table, several: bool) -> Table {
    if !several {
        return table;
    }
    let mut raw = RawTable::of(&table);
    let place = raw.column(LEARNING_RATE).expect("it is one of the keys");
    for row in raw.rows.iter_mut().chain([&mut raw.header]) {
        let rate = row.remove(place);
        row.push(rate);
    }
    raw.into_table(table.name())
}
