//! A table in CSV: inputs with a class for each row.
//!
//! One column holds the classes, as any text. What the others become says [`columns`](mod@super::columns); here the rows are
//! read a second time and become numbers. Nothing here opens a file.

use std::collections::BTreeMap;

use super::columns::{Column, ColumnRole, columns, is_gap, number};
use super::table_options::{Missing, TableOptions};
use super::table_text::{Place, SHOWN, TableText, TextTableError, text};
use crate::Real;
use crate::text::printable;

/// Bytes of an input: in double precision while it is read, and in the network's.
const BYTES_PER_INPUT: u64 = (size_of::<f64>() + size_of::<Real>()) as u64;

/// The most classes; a class is a byte.
const MAX_CLASSES: usize = 256;

/// A table, parsed: inputs and classes of its rows, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvTable {
    /// Every column of the file, and what becomes of it.
    pub columns: Vec<Column>,
    /// The names of the inputs, at least one.
    pub inputs: Vec<String>,
    /// `(rows, inputs)`, row by row; NaN for a gap, else finite.
    pub numbers: Vec<f64>,
    /// The class of each row, at least two of them.
    pub classes: Vec<u8>,
    /// The classes' names: in the order of their numbers if all are numbers, else of their text.
    pub class_names: Vec<String>,
    /// Rows that were left out because of a gap.
    pub dropped: usize,
    /// Cells of the rows to test on with a text that the table does not have.
    pub unknown: usize,
}

impl CsvTable {
    /// Parses a table as a reader wishes.
    ///
    /// ```
    /// use initlab_engine::data::csv_table::CsvTable;
    /// use initlab_engine::data::table_options::TableOptions;
    ///
    /// let wishes = TableOptions { label: Some("kind".into()), ..TableOptions::default() };
    /// let table = CsvTable::parse(b"width,skin,kind\n1.5,red,pear\n2,green,apple\n", &wishes).unwrap();
    /// assert_eq!(table.inputs, ["width", "skin=red"]);
    /// assert_eq!(table.numbers, [1.5, 1.0, 2.0, 0.0]);
    /// assert_eq!(table.class_names, ["apple", "pear"]);
    /// assert_eq!(table.classes, [1, 0]);
    /// ```
    ///
    /// # Errors
    /// Those of [`TableText::new`], [`TableText::rows`] and [`columns`](fn@columns); a row without a class, fewer than two
    /// classes or more than 256, and a table without a column that could be an input.
    pub fn parse(bytes: &[u8], wishes: &TableOptions) -> Result<Self, TextTableError> {
        Self::parse_within(bytes, wishes, u64::MAX)
    }

    /// The same, if the inputs of all rows take at most so many bytes, in double precision and in the network's.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), and [`TextTableError::TooLarge`] before any of that memory is taken.
    pub fn parse_within(bytes: &[u8], wishes: &TableOptions, most: u64) -> Result<Self, TextTableError> {
        let table = TableText::new(bytes, wishes.no_header)?;
        let columns = columns(&table, wishes)?;
        let rows = columns.first().map_or(0, |column| column.found.rows as u64);
        let width = columns.iter().map(|column| column.inputs().len() as u64).sum::<u64>();
        let needed = rows.saturating_mul(width).saturating_mul(BYTES_PER_INPUT);
        if needed > most {
            return Err(TextTableError::TooLarge(needed));
        }
        let places: Vec<usize> = (0..columns.len()).collect();
        let mut labels = Labels::default();
        let Rows { numbers, dropped, .. } =
            read(&table, &columns, &places, wishes, |label, place, column| {
                labels.push(label, place, column)
            })?;
        let column =
            columns.iter().find(|column| column.role == ColumnRole::Label).expect("columns() found it");
        let (class_names, classes) = labels.sorted(&column.name)?;
        let inputs: Vec<String> = columns.iter().flat_map(Column::inputs).collect();
        if inputs.is_empty() && !(wishes.drop.is_empty() && wishes.only.is_empty()) {
            return Err(TextTableError::Wish(
                "--drop and --only leave no column that can be an input".to_owned(),
            ));
        }
        if inputs.is_empty() {
            return Err(TextTableError::mismatch("a column that can be an input beside the classes", "none"));
        }
        Ok(Self { columns, inputs, numbers, classes, class_names, dropped, unknown: 0 })
    }

    /// Adds the rows of another file of the same columns, in any order, as rows to test on.
    ///
    /// # Errors
    /// Where a column is missing or there twice, a class is not among those of this table, or a cell is a gap and nobody said
    /// what becomes of it; else as in [`parse`](Self::parse).
    pub fn append(&mut self, bytes: &[u8], wishes: &TableOptions) -> Result<(), TextTableError> {
        let table = TableText::new(bytes, wishes.no_header)?;
        let places = self.columns.iter().map(|column| self.place(column, &table));
        let places = places.collect::<Result<Vec<usize>, _>>()?;
        let mut classes = Vec::new();
        let found = read(&table, &self.columns, &places, wishes, |label, place, column| {
            let class = self.class_names.iter().position(|name| name == label).ok_or_else(|| {
                let names = printable(&self.class_names.join(", "), 200);
                let found = format!("'{}'", printable(label, SHOWN));
                TextTableError::mismatch(format!("a class of the table: {names}"), place.cell(&found, column))
            })?;
            classes.push(class as u8);
            Ok(())
        })?;
        self.numbers.extend(found.numbers);
        self.classes.extend(classes);
        self.dropped += found.dropped;
        self.unknown += found.unknown;
        Ok(())
    }

    /// The place of a column in another file, 0 for one that is not needed.
    fn place(&self, column: &Column, table: &TableText) -> Result<usize, TextTableError> {
        let is_it = |(_, name): &(usize, &String)| **name == column.name;
        let mut places = table.names.iter().enumerate().filter(is_it).map(|(place, _)| place);
        let twice = self.columns.iter().filter(|other| other.name == column.name).count() > 1;
        let name = printable(&column.name, SHOWN);
        match (places.next(), places.next()) {
            _ if !column.is_input() && column.role != ColumnRole::Label => Ok(0),
            (Some(place), None) if !twice => Ok(place),
            (None, _) => Err(TextTableError::Wish(format!("no column '{name}'; {}", table.listed()))),
            _ => Err(TextTableError::Wish(format!(
                "two columns '{name}': the rows of --test are matched by name"
            ))),
        }
    }

    /// The number of inputs.
    pub fn width(&self) -> usize {
        self.inputs.len()
    }
}

/// What was read of a file's rows.
#[derive(Default)]
struct Rows {
    numbers: Vec<f64>,
    /// Rows that were left out because of a gap.
    dropped: usize,
    /// Cells with a text that the table does not have.
    unknown: usize,
}

/// Reads all rows; `label` gets the class of each. `places` says where each column stands in a row of this file.
fn read(
    table: &TableText,
    columns: &[Column],
    places: &[usize],
    wishes: &TableOptions,
    mut label: impl FnMut(&str, Place, &str) -> Result<(), TextTableError>,
) -> Result<Rows, TextTableError> {
    let mut found = Rows::default();
    let used = columns.iter().zip(places.iter().copied());
    let used: Vec<(&Column, usize)> =
        used.filter(|(column, _)| column.is_input() || column.role == ColumnRole::Label).collect();
    let mut cells: Vec<String> = Vec::new();
    table.rows(|place, record| {
        cells.clear();
        cells.extend(used.iter().map(|(_, at)| text(&record[*at])));
        if wishes.missing == Some(Missing::Drop) && cells.iter().any(|cell| is_gap(cell)) {
            found.dropped += 1;
            return Ok(());
        }
        for ((column, _), cell) in used.iter().zip(&cells) {
            if column.role == ColumnRole::Label {
                label(cell, place, &column.name)?;
            } else {
                column.check(cell, place, wishes)?;
                found.unknown += usize::from(column.does_not_know(cell));
                column.push(cell, &mut found.numbers);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// The classes met so far: a number for each text, in the order in which they came.
#[derive(Default)]
struct Labels {
    numbers: BTreeMap<String, usize>,
    of_rows: Vec<u8>,
}

impl Labels {
    /// Takes the label of the next row.
    fn push(&mut self, label: &str, place: Place, column: &str) -> Result<(), TextTableError> {
        if label.is_empty() {
            return Err(TextTableError::mismatch("a class", place.cell("an empty cell", column)));
        }
        let next = self.numbers.len();
        let number = match self.numbers.get(label) {
            Some(number) => *number,
            None => *self.numbers.entry(label.to_owned()).or_insert(next),
        };
        let Ok(number) = u8::try_from(number) else {
            let expected = format!("at most {MAX_CLASSES} classes in column '{}'", printable(column, SHOWN));
            let found = format!("one more in row {} (line {})", place.row, place.line);
            return Err(TextTableError::mismatch(expected, found));
        };
        self.of_rows.push(number);
        Ok(())
    }

    /// The names of the classes in order, and the class of each row.
    fn sorted(self, column: &str) -> Result<(Vec<String>, Vec<u8>), TextTableError> {
        if self.numbers.len() < 2 {
            let expected = format!("at least two classes in column '{}'", printable(column, SHOWN));
            let only = self.numbers.keys().next();
            let found = only.map_or("no row".to_owned(), |only| format!("only '{}'", printable(only, SHOWN)));
            return Err(TextTableError::mismatch(expected, found));
        }
        let mut names: Vec<(String, usize)> = self.numbers.into_iter().collect();
        let finite = |name: &str| number(name).filter(|number| number.is_finite());
        if names.iter().all(|(name, _)| finite(name).is_some()) {
            names.sort_by(|a, b| finite(&a.0).unwrap_or(0.0).total_cmp(&finite(&b.0).unwrap_or(0.0)));
        }
        let mut ranks = [0; MAX_CLASSES];
        for (rank, (_, number)) in (0_u8..=255).zip(&names) {
            ranks[*number] = rank;
        }
        let classes = self.of_rows.into_iter().map(|number| ranks[usize::from(number)]).collect();
        Ok((names.into_iter().map(|(name, _)| name).collect(), classes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wishes(label: &str) -> TableOptions {
        TableOptions { label: Some(label.to_owned()), ..TableOptions::default() }
    }

    /// A table of these rows, its classes in the column in the middle.
    fn csv(rows: &[(f64, u8, f64)]) -> String {
        let row = |(a, class, b): &(f64, u8, f64)| format!("{a},\"c, {class}\",{b}\n");
        format!("a,b,c\n{}", rows.iter().map(row).collect::<String>())
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = CsvTable::parse(&bytes, &TableOptions::default());
            for missing in [None, Some(Missing::Drop), Some(Missing::Mean)] {
                let wishes = TableOptions { missing, ..wishes("b") };
                if let Ok(table) = CsvTable::parse(&[b"a,b,c\n", &bytes[..]].concat(), &wishes) {
                    prop_assert_eq!(table.numbers.len(), table.classes.len() * table.width());
                    prop_assert!(missing == Some(Missing::Mean) || table.numbers.iter().all(|n| n.is_finite()));
                }
            }
        }

        #[test]
        fn numbers_and_classes_are_read_as_they_were_written(
            rows in prop::collection::vec((-1e9..1e9_f64, any::<u8>(), (-1e9..1e9_f64)), 3..50)
        ) {
            match CsvTable::parse(csv(&rows).as_bytes(), &wishes("b")) {
                Ok(table) => {
                    let numbers: Vec<f64> = rows.iter().flat_map(|(a, _, c)| [*a, *c]).collect();
                    prop_assert_eq!(table.numbers, numbers);
                    for (class, row) in table.classes.iter().zip(&rows) {
                        prop_assert_eq!(&table.class_names[usize::from(*class)], &format!("c, {}", row.1));
                    }
                }
                Err(_) => prop_assert!(rows.iter().all(|row| row.1 == rows[0].1), "one class"),
            }
        }
    }

    #[test]
    fn a_column_that_counts_the_rows_is_left_out_unless_it_is_named() {
        let inputs = |text: &str, only: &[&str]| {
            let only = only.iter().map(|name| (*name).to_owned()).collect();
            CsvTable::parse(text.as_bytes(), &TableOptions { only, ..wishes("k") }).unwrap().inputs
        };
        for name in ["", "Unnamed: 0", "id"] {
            assert_eq!(inputs(&format!("{name},a,k\n0,5,x\n1,5,y\n2,5,y\n"), &[]), ["a"]);
            assert_eq!(inputs(&format!("{name},a,k\n1,5,x\n2,5,y\n3,5,y\n"), &[]), ["a"]);
            assert_eq!(inputs(&format!("{name},a,k\n1,5,x\n3,5,y\n4,5,y\n"), &[]), [name, "a"]);
        }
        assert_eq!(inputs("id,a,k\n0,5,x\n1,5,y\n2,5,y\n", &["id"]), ["id"]);
    }

    #[test]
    fn gaps_are_left_out_or_no_number_and_texts_become_inputs() {
        let table = |missing| {
            let wishes = TableOptions { missing, drop: vec!["d".to_owned()], ..wishes("k") };
            CsvTable::parse(b"a;c;d;k\n1.5;red;u;x\n?;blue;v;y\n2;NA;w;y\n3;green;w;y\n", &wishes)
        };
        assert!(
            matches!(table(None), Err(TextTableError::Wish(text)) if text.starts_with("1 gap of column 'a', the first in row 2 (line 3)"))
        );
        let dropped = table(Some(Missing::Drop)).unwrap();
        assert_eq!(dropped.inputs, ["a", "c=blue", "c=green", "c=red"]);
        assert_eq!((dropped.numbers, dropped.dropped), (vec![1.5, 0.0, 0.0, 1.0, 3.0, 0.0, 1.0, 0.0], 2));
        let kept = table(Some(Missing::Mean)).unwrap();
        assert!(kept.numbers[4].is_nan() && kept.numbers[9..12].iter().all(|number| number.is_nan()));
        assert_eq!((kept.numbers[5], kept.classes.len()), (1.0, 4));
    }

    #[test]
    fn a_table_to_test_on_has_its_columns_in_any_order_and_known_classes() {
        let table = CsvTable::parse(b"a,c,k\n1.5,red,x\n2,blue,y\n4,red,y\n", &wishes("k")).unwrap();
        let test = |text: &str| {
            let mut table = table.clone();
            table.append(text.as_bytes(), &wishes("k")).map(|()| table)
        };
        let with = test("k,c,a,z\ny,green,7,0\n").unwrap();
        assert_eq!((&with.numbers[6..], &with.classes[3..], with.unknown), (&[7.0, 0.0][..], &[1][..], 1));
        for (text, said) in [
            ("a,k\n1,x\n", "no column 'c'"),
            ("a,c,a,k\n1,red,2,x\n", "two columns 'a'"),
            ("a,c,k\n1,red,y.\n", "a class of the table: x, y"),
            ("a,c,k\nmany,red,y\n", "'many' in row 1 (line 2), column 'a'"),
            ("a,c,k\n1,,y\n", "a gap in row 1 (line 2), column 'c'"),
        ] {
            let refused = format!("{:?}", test(text).unwrap_err());
            assert!(refused.contains(said), "{refused}");
        }
    }
}
