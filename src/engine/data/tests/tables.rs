//! Tables in CSV.

use super::*;
use crate::data::TableOptions;
use crate::data::data_set::FIRST_SEED;
use crate::data::table_options::Missing;
use crate::nn::inputs::Inputs;
use ndarray::Axis;

/// 150 rows of three kinds of flowers, in order; the first column counts them.
fn flowers() -> String {
    let row = |row: usize| {
        let (kind, x) = (row / 50, row % 50);
        format!("{row},{}.5,{},{}\n", x * (kind + 1), 7 - kind, ["setosa", "virginica", "versicolor"][kind])
    };
    format!(",petal width,sepal length,kind\n{}", (0..150).map(row).collect::<String>())
}

fn of_label(label: Option<&str>) -> TableOptions {
    TableOptions { label: label.map(str::to_owned), ..TableOptions::default() }
}

/// Loads a table with these bytes.
fn load_table(bytes: impl AsRef<[u8]>, label: Option<&str>) -> Result<DataSet, String> {
    load_as(bytes, of_label(label))
}

/// The same with wishes.
fn load_as(bytes: impl AsRef<[u8]>, table: TableOptions) -> Result<DataSet, String> {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "table.csv", bytes);
    let path = folder.path().join("table.csv");
    let request = DataRequest { named: Some(&path), table, ..DataRequest::default() };
    let set = DataSet::load(&request);
    set.map_err(|fault| fault.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn a_table_is_split_by_class_and_standardized_on_its_training_part() {
    let set = load_table(flowers(), Some("kind")).unwrap();
    assert_eq!((set.sizes().inputs, set.sizes().outputs), (2, 3));
    assert_eq!((set.train.labels.len(), set.test.labels.len()), (120, 30));
    assert_eq!(set.class_names, ["setosa", "versicolor", "virginica"]);
    for class in 0..3 {
        assert_eq!(set.test.labels.iter().map(|label| usize::from(*label == class)).sum::<usize>(), 10);
    }
    let Inputs::Dense(train) = &set.train.inputs else { panic!("numbers are kept as they are") };
    for column in train.columns() {
        let mean: f64 = column.iter().map(|x| f64::from(*x)).sum::<f64>() / 120.0;
        let square: f64 = column.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / 120.0;
        assert!(mean.abs() < 1e-6 && (square - 1.0).abs() < 1e-6, "{mean} {square}");
    }
    assert!(set.notes[0].starts_with("30 of 150 rows, a fifth of each class"), "{:?}", set.notes);
    assert!(set.notes[1].contains("counts the rows"), "{:?}", set.notes);
    assert!(set.warnings.is_empty(), "{:?}", set.warnings);
    assert_eq!(set.identity()[..2], [set.files[0].sha256.clone(), "label kind".to_owned()]);
    let other =
        load_as(flowers(), TableOptions { drop: vec!["petal width".into()], ..of_label(Some("kind")) })
            .unwrap();
    assert_eq!(other.shape, "1 column");
    assert_ne!(set.identity()[2], other.identity()[2], "runs on other columns are other runs");
}

#[test]
fn another_seed_sets_other_rows_apart_unless_they_are_named() {
    let set = load_table(flowers(), Some("kind")).unwrap();
    assert!(set.of_seed(FIRST_SEED).is_none(), "these are its own");
    let other = set.of_seed(2).unwrap();
    assert_eq!(other.sizes(), set.sizes());
    assert_eq!(other.test.labels, set.test.labels, "of each class as many");
    assert_ne!(other.test.inputs.to_dense(), set.test.inputs.to_dense());
    assert_ne!(other.test.inputs.to_dense(), set.of_seed(3).unwrap().test.inputs.to_dense());
    let mean = other.train.inputs.to_dense().mean_axis(Axis(0)).unwrap();
    assert!(mean.iter().all(|mean| mean.abs() < 1e-6), "scaled by what is learned from: {mean}");
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "test.csv", flowers());
    let test = Some(folder.path().join("test.csv"));
    let named = load_as(flowers(), TableOptions { test, ..of_label(Some("kind")) }).unwrap();
    assert!(named.of_seed(2).is_none());
    assert!(named.warnings[0].contains("copy of the same file"), "{:?}", named.warnings);
    assert!(
        set.identity().last().unwrap().contains("seed") && !named.identity().last().unwrap().contains("seed")
    );
}

/// The text of a table, its label column, and what is then said, to the letter.
const REFUSED: [(&str, Option<&str>, &str); 18] = [
    (
        "a,b,c\n1,2,x\n",
        None,
        "table.csv: --label COLUMN names the column of the classes; its columns are a, b, c",
    ),
    ("a,b\n1,x\n", Some("c"), "table.csv: no column 'c' for '--label'; its columns are a, b"),
    ("a,a\n1,x\n", Some("a"), "table.csv: two columns 'a' for '--label': rename one in the file"),
    ("", Some("a"), "table.csv: expected a first line with the names of the columns, found none"),
    ("a;b\n1;x\n", Some("c"), "table.csv: no column 'c' for '--label'; its columns are a, b"),
    (
        "a,b\n1,x\n,y\n",
        Some("b"),
        "table.csv: 1 gap of column 'a', the first in row 2 (line 3): --missing drop leaves such rows out, --missing mean \
         puts the column's mean, --drop a leaves the column out",
    ),
    (
        "a,b\n1,x\n\n2 m,y\n",
        Some("b"),
        "table.csv: expected a number, found '2 m' in row 2 (line 4), column 'a'; --drop a leaves the column out",
    ),
    (
        "a,b\ninf,x\n",
        Some("b"),
        "table.csv: expected a number, found 'inf' in row 1 (line 2), column 'a'; --drop a leaves the column out",
    ),
    (
        "a,b\n1e999,x\n",
        Some("b"),
        "table.csv: expected a number, found '1e999' in row 1 (line 2), column 'a'; --drop a leaves the column out",
    ),
    (
        "a,b\n1, \n",
        Some("b"),
        "table.csv: expected a class, found an empty cell in row 1 (line 2), column 'b'",
    ),
    ("a,b\n1,x,3\n", Some("b"), "table.csv: expected 2 cells in every row, found 3 in line 2"),
    ("a,b\n1,x\n2,x\n", Some("b"), "table.csv: expected at least two classes in column 'b', found only 'x'"),
    ("a,b\n", Some("b"), "table.csv: expected at least two classes in column 'b', found no row"),
    (
        "b\nx\ny\n",
        Some("b"),
        "table.csv: expected a column that can be an input beside the classes, found none",
    ),
    (
        "a,b\n1,x\n2,x\n4,y\n",
        Some("b"),
        "table.csv: expected three rows or more of a class: a fifth of each is set apart for testing, found \
         3 rows, fewer than three of each class",
    ),
    (
        "a,b\n1,x\n2,\"y\n3,x\n4,y\n",
        Some("b"),
        "table.csv: expected quotes that are closed, found one that is opened in line 3, or in its row, and never closed",
    ),
    (
        "1.5,2,x\n2.5,3,y\n",
        Some("x"),
        "table.csv: the first line looks like a row (1.5, 2, x); --no-header takes it as one and names the columns 1, 2, …",
    ),
    ("\u{1f}\u{8b}", Some("b"), "table.csv: no column 'b' for '--label'; its columns are \\u{1f}\\u{8b}"),
];

#[test]
fn each_fault_of_a_table_is_named() {
    for (text, label, expected) in REFUSED {
        assert_eq!(load_table(text, label).err().as_deref(), Some(expected), "{text:?}");
    }
    let mut archive = gzip(flowers().as_bytes());
    assert_eq!(load_table(&archive, Some("kind")).unwrap().train.labels.len(), 120);
    archive.truncate(archive.len() / 2);
    let torn = load_table(archive, Some("kind")).unwrap_err();
    assert!(torn.starts_with("table.csv: expected a gzip archive that is whole, found "), "{torn}");
    let wide: Vec<u8> = "\u{feff}a,b\n1,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = load_table(wide, Some("b")).unwrap_err();
    assert_eq!(
        wide,
        "table.csv: expected a table in UTF-8, found UTF-16; a spreadsheet saves it as CSV UTF-8"
    );
}

#[test]
fn more_than_256_classes_are_refused_with_the_row() {
    let table = |classes: usize| {
        let row = |row: usize| format!("{}.5,class {}\n", row, row % classes);
        format!("a,b\n{}", (0..3 * classes).map(row).collect::<String>())
    };
    assert_eq!(load_table(table(256), Some("b")).unwrap().sizes().outputs, 256);
    assert_eq!(
        load_table(table(257), Some("b")).unwrap_err(),
        "table.csv: expected at most 256 classes in column 'b', found one more in row 257 (line 258)"
    );
}

#[test]
fn classes_that_are_numbers_are_ordered_as_numbers() {
    let rows = ["10", "9", "-1"].map(|class| format!("1,{class}\n2,{class}\n3,{class}\n"));
    let set = load_table(format!("\u{feff}a,b\r\n{}", rows.concat()), Some("b")).unwrap();
    assert_eq!(set.class_names, ["-1", "9", "10"]);
    assert_eq!(set.train.labels, [2, 2, 1, 1, 0, 0]);
}

#[test]
fn columns_that_say_nothing_and_classes_that_are_not_tested_are_told() {
    let set = load_table("a,same,b\n1,5,x\n0,5,x\n3,5,x\n4,5,y\n", Some("b")).unwrap();
    assert_eq!((set.train.labels.len(), set.test.labels.len()), (3, 1));
    assert_eq!(set.warnings[0], "column same is constant in the training part: it is 0 for the network");
    assert!(set.warnings[1].ends_with("of class y"), "{:?}", set.warnings);
}

#[test]
fn a_table_that_does_not_fit_into_memory_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sparse.csv");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let request = DataRequest { named: Some(&path), memory: Some(8 << 30), ..DataRequest::default() };
    let refused = DataSet::load(&request).unwrap_err();
    assert!(refused.is_usage() && refused.to_string().contains("8192 MB of memory"), "{refused}");
}

#[test]
fn a_label_does_not_go_with_idx_files() {
    let folder = small_set();
    let table = of_label(Some("x"));
    let request = DataRequest { named: Some(folder.path()), table, ..DataRequest::default() };
    assert!(DataSet::load(&request).unwrap_err().is_usage());
}

/// What is doubtful is said, and what is of another kind is named with the line that makes a table of it.
#[test]
fn doubts_and_files_of_other_kinds_are_told() {
    let warned = |text: &str| load_table(text, Some("k")).unwrap().warnings.join("\n");
    assert!(warned("a,k\n10,x\n12,x\n17,x\n30,y\n31,y\n32,y\n").contains("column a rises from row to row"));
    assert!(warned("a,k\n1,0.5\n3,0.5\n2,0.5\n5,0.7\n1,0.7\n1,0.7\n").contains("2 different numbers"));
    let alike = warned("a,k\n1,yes\n3,yes\n2,yes\n5,Yes.\n1,Yes.\n1,Yes.\n7,0\n1,0.0\n");
    assert!(alike.contains("classes '0' and '0.0', 'Yes.' and 'yes' look like one: write"), "{alike}");
    assert_eq!(warned("a,k\n1,0\n3,0\n2,0\n5,1\n1,1\n1,1\n3,0\n2,0\n5,1\n1,1\n"), "");
    for (text, kind) in [
        ("PK\u{3}\u{4}", "zip archive"),
        ("PAR1", "Parquet"),
        ("% a comment\n@RELATION iris\n", "ARFF"),
        ("\n [{\"a\": 1}]", "JSON"),
    ] {
        let refused = load_table(text, Some("k")).unwrap_err();
        assert!(refused.contains(kind) && refused.contains(".to_csv("), "{refused}");
    }
}

#[test]
fn a_table_to_test_on_is_measured_with_the_scale_of_the_other() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "test.csv", "k,a\ny,3\n");
    let test = Some(folder.path().join("test.csv"));
    let set = load_as("a,k\n-1,x\n1,y\n", TableOptions { test, ..of_label(Some("k")) }).unwrap();
    assert_eq!((set.train.labels.len(), set.test.labels, set.files.len()), (2, vec![1], 2));
    let Inputs::Dense(inputs) = set.test.inputs else { panic!("numbers are kept as they are") };
    assert_eq!(inputs[(0, 0)], 3.0);
}

#[test]
fn a_gap_at_the_mean_is_0_for_the_network() {
    let wishes = TableOptions { missing: Some(Missing::Mean), ..of_label(Some("k")) };
    let set = load_as("a,b,k\n1.5,u,x\n,v,x\n4,,x\n9,u,y\n8,v,y\n?,u,y\n", wishes).unwrap();
    let rows = |examples: &Inputs| match examples {
        Inputs::Dense(rows) => rows.clone(),
        _ => panic!("numbers are kept as they are"),
    };
    let all = [rows(&set.train.inputs), rows(&set.test.inputs)];
    let zeros = all.iter().flatten().filter(|value| **value == 0.0).count();
    assert_eq!(zeros, 3, "{all:?}");
}

/// A text of one letter becomes fifty numbers: the inputs are reckoned before they are made.
#[test]
fn inputs_that_do_not_fit_into_memory_are_refused() {
    let row = |row: usize| format!("{},{}\n", (b'A' + (row % 50) as u8) as char, row % 2);
    let text = format!("a,k\n{}", (0..2000).map(row).collect::<String>());
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "table.csv", &text);
    let path = folder.path().join("table.csv");
    let load = |memory| {
        let table = of_label(Some("k"));
        DataSet::load(&DataRequest { named: Some(&path), table, memory: Some(memory) })
    };
    let needed = 2000 * 50 * (size_of::<f64>() + size_of::<crate::Real>()) as u64 + text.len() as u64;
    assert!(matches!(load(needed - 1), Err(DataError::TooLarge { .. })));
    assert_eq!(load(needed).unwrap().sizes().inputs, 50);
}
