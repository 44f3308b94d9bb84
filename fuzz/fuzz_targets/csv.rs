//! A table of any bytes is parsed into finite numbers and classes or refused.

#![no_main]

use initlab::data::TableOptions;
use initlab::data::csv_table::CsvTable;
use initlab::data::split::Split;
use initlab::data::table_options::Missing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = CsvTable::parse(bytes, &TableOptions::default());
    // The class stands in the first column that the bytes name, so that most inputs get to the rows.
    let first = bytes.split(|byte| b",\r\n".contains(byte)).next().unwrap_or_default();
    let label = String::from_utf8_lossy(first).trim().to_owned();
    let missing = [None, Some(Missing::Drop), Some(Missing::Mean)][bytes.len() % 3];
    let wishes = TableOptions { label: Some(label), missing, ..TableOptions::default() };
    if let Ok(table) = CsvTable::parse(bytes, &wishes) {
        assert_eq!(table.numbers.len(), table.classes.len() * table.width());
        assert!(missing == Some(Missing::Mean) || table.numbers.iter().all(|number| number.is_finite()));
        assert!(table.classes.iter().all(|class| usize::from(*class) < table.class_names.len()));
        let split = Split::new(&table.classes);
        assert_eq!(split.train.len() + split.test.len(), table.classes.len());
    }
});
