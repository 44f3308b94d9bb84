//! The tables of all runs of a sweep in one: each row with the settings that differ and the seed.
//!
//! A run's own tables name initializer and seed; a sweep's name the settings that differ, and nothing
//! that is the same everywhere.

use super::grid::Grid;
use super::raw_table::RawTable;
use super::setting::column_of;
use crate::results::{Table, TableError, Tables};

/// The table `name` of all runs, one below the other, each row with its run's settings.
///
/// `parts` holds one entry per plan, `None` where a run failed.
pub fn labelled(name: &str, grid: &Grid, parts: &[Option<Tables>]) -> Result<Table, TableError> {
    let differing = grid.differing();
    let mut rows = Rows::default();
    for (plan, part) in grid.plans.iter().zip(parts) {
        let Some(part) = part else { continue };
        let own = RawTable::of(part.get(name)?);
        if rows.is_empty() {
            let settings = differing.iter().map(|index| column_of(&grid.settings[*index].key));
            rows.push(settings.chain(["seed"]).chain(own.beyond_names(&own.header)));
        }
        let seed = plan.run.seed.to_string();
        for row in &own.rows {
            let point = differing.iter().map(|index| plan.point[*index].as_str());
            rows.push(point.chain([seed.as_str()]).chain(own.beyond_names(row)));
        }
    }
    Table::parse(name, &rows.into_csv())
}

/// CSV in the making.
struct Rows {
    writer: csv::Writer<Vec<u8>>,
    count: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self { writer: csv::Writer::from_writer(Vec::new()), count: 0 }
    }
}

impl Rows {
    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn push<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        self.writer.write_record(cells).expect("memory takes rows of one length");
        self.count += 1;
    }

    fn into_csv(self) -> Vec<u8> {
        self.writer.into_inner().expect("memory takes every write")
    }
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
