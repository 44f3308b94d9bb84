//! The tables of all runs of a sweep in one: each row with the settings that differ and the seed.
//!
//! A run's own tables name initializer and seed; a sweep's name the settings that differ, and nothing
//! that is the same everywhere.

use super::grid::Grid;
use super::setting::column_of;
use crate::experiments::raw_table::RawTable;
use crate::results::{Table, TableError, Tables};

/// The table `name` of all runs, one below the other, each row with its run's settings.
///
/// `parts` holds one entry per plan, `None` where a run failed.
pub fn labelled(name: &str, grid: &Grid, parts: &[Option<Tables>]) -> Result<Table, TableError> {
    let differing = grid.differing();
    let mut all = RawTable::default();
    for (plan, part) in grid.plans.iter().zip(parts) {
        let Some(part) = part else { continue };
        let own = RawTable::of(part.get(name)?);
        if all.header.is_empty() {
            let settings = differing.iter().map(|index| column_of(&grid.settings[*index].key));
            all.header =
                settings.chain(["seed"]).chain(own.beyond_names(&own.header)).map(str::to_owned).collect();
        }
        let seed = plan.run.seed.to_string();
        for row in &own.rows {
            let point = differing.iter().map(|index| plan.point[*index].as_str());
            let cells = point.chain([seed.as_str()]).chain(own.beyond_names(row));
            all.rows.push(cells.map(str::to_owned).collect());
        }
    }
    Ok(all.into_table(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(csv: &str) -> Tables {
        Tables::from_iter([Table::parse("summary", csv.as_bytes()).unwrap()])
    }

    #[test]
    fn rows_carry_the_settings_that_differ() {
        let grid = Grid::parse("a.toml", "init = \"He\"\nhidden = [[3, 4], 5]").unwrap();
        let parts = [
            part("initializer,seed,loss\nHe,1,0.5\n"),
            part("initializer,seed,loss\nHe,1,0.25\nHe,1,0.125\n"),
        ]
        .map(Some);
        let table = labelled("summary", &grid, &parts).unwrap();
        let expected = "hidden,seed,loss\n\"3,4\",1,0.5\n5,1,0.25\n5,1,0.125\n";
        assert_eq!(std::str::from_utf8(table.to_csv()), Ok(expected));
        let table = labelled("summary", &grid, &[None, parts[1].clone()]).unwrap();
        assert_eq!(table.row_count(), 2);
    }
}
