//! The reader's own data through the binary: image sets of other sizes and classes, tables, refusals.

use crate::command::{Ended, initlab, rows};
use std::fs;
use std::path::Path;
use tempfile::tempdir;

/// Writes an IDX set: 60 training and 20 test images that show their class as a bright row, labels from
/// `first` on.
fn image_set(folder: &Path, prefix: &str, test: &str, size: u32, (first, classes): (u8, u8)) {
    fs::create_dir_all(folder).unwrap();
    for (part, count) in [("train", 60_u32), (test, 20)] {
        let classes_of = || (0..count).map(|index| index as u8 % classes);
        let image = |class: u8| {
            let bright = move |pixel: u32| pixel / size == u32::from(class) * size / u32::from(classes);
            (0..size * size).map(move |pixel| if bright(pixel) { 200 } else { (pixel % 7) as u8 })
        };
        let pixels: Vec<u8> = classes_of().flat_map(image).collect();
        let labels: Vec<u8> = classes_of().map(|class| class + first).collect();
        let write = |name: &str, head: &[u32], content: &[u8]| {
            let head = head.iter().flat_map(|word| word.to_be_bytes());
            let bytes: Vec<u8> = head.chain(content.iter().copied()).collect();
            fs::write(folder.join(format!("{prefix}{part}-{name}-ubyte")), bytes).unwrap();
        };
        write("images-idx3", &[0x0803, count, size, size], &pixels);
        write("labels-idx1", &[0x0801, count], &labels);
    }
}

/// A few iterations of `compare` on a file or folder beside the results.
fn compare(folder: &Path, data: &str, more: &[&str]) -> Ended {
    let words =
        ["compare", "--quiet", "--out", "out", "--data", data, "--hidden", "8,8", "--batch-size", "16"];
    let short = ["--iterations", "6", "--init", "He,Xavier"];
    initlab(folder, &[&words[..], &short, more].concat())
}

/// Checks that both runs ended and that `run.json` names the data with its sums; returns it.
fn finished(folder: &Path, ended: &Ended, data: &str) -> String {
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(rows(&folder.join("out/compare/summary.csv")).len(), 2);
    let manifest = fs::read_to_string(folder.join("out/compare/run.json")).unwrap();
    assert!(manifest.contains(data) && manifest.contains("sha256"), "{manifest}");
    manifest
}

#[test]
fn an_emnist_like_set_with_classes_from_1_trains() {
    let folder = tempdir().unwrap();
    image_set(&folder.path().join("letters"), "emnist-letters-", "test", 28, (1, 26));
    let ended = compare(folder.path(), "letters", &[]);
    finished(folder.path(), &ended, "emnist-letters");
    let said = initlab(folder.path(), &["data", "--data", "letters"]).stdout;
    for part in ["26 classes", "60 training and 20 test", "from 1 to 26", "transposed"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_kmnist_like_set_trains() {
    let folder = tempdir().unwrap();
    image_set(&folder.path().join("kmnist"), "", "t10k", 28, (0, 10));
    let ended = compare(folder.path(), "kmnist", &[]);
    finished(folder.path(), &ended, "kmnist");
    assert!(!ended.stderr.contains("transposed"), "{}", ended.stderr);
}

#[test]
fn images_of_64_by_64_pixels_train_and_are_recommended_for() {
    let folder = tempdir().unwrap();
    image_set(&folder.path().join("large"), "", "t10k", 64, (0, 4));
    let ended = compare(folder.path(), "large", &[]);
    finished(folder.path(), &ended, "large");
    let words = ["recommend", "--data", "large", "--batch-size", "16", "--trial", "none", "--sizes"];
    let fitting = initlab(folder.path(), &[&words[..], &["4096,8,4"]].concat());
    assert_eq!(fitting.code, 0, "{}", fitting.stderr);
    assert!(fitting.stdout.contains("64 x 64 pixels, 4 classes"), "{}", fitting.stdout);
    let misfit = initlab(folder.path(), &[&words[..], &["784,8,10"]].concat());
    assert_eq!(misfit.code, 2);
    assert!(misfit.stderr.contains("4096 inputs and 4 outputs"), "{}", misfit.stderr);
}

/// 150 rows of three kinds of flowers.
fn flowers() -> String {
    let row = |row: usize| {
        let kind = row / 50;
        format!("{}.5,{},{}\n", row % 50 * (kind + 1), row % 7, ["setosa", "virginica", "versicolor"][kind])
    };
    format!("width,length,kind\n{}", (0..150).map(row).collect::<String>())
}

#[test]
fn a_table_with_three_text_labels_trains_once_its_label_is_named() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("flowers.csv"), flowers()).unwrap();
    let unnamed = compare(folder.path(), "flowers.csv", &[]);
    assert_eq!(unnamed.code, 2, "{}", unnamed.stderr);
    assert!(unnamed.stderr.contains("width, length, kind"), "{}", unnamed.stderr);
    let ended = compare(folder.path(), "flowers.csv", &["--label", "kind"]);
    finished(folder.path(), &ended, "flowers.csv");
    let said = initlab(folder.path(), &["data", "--data", "flowers.csv", "--label", "kind"]).stdout;
    assert!(said.contains("120 training and 30 test") && said.contains("3 classes"), "{said}");
}

/// A run has the same examples alone and among others, and those of another seed are others.
#[test]
fn a_table_is_split_by_the_seed_of_each_run() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("flowers.csv"), flowers()).unwrap();
    let of_seed_2 = |more: &[&str]| {
        let ended = compare(folder.path(), "flowers.csv", &[&["--label", "kind"], more].concat());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let all = rows(&folder.path().join("out/compare/loss.csv"));
        fs::remove_dir_all(folder.path().join("out")).unwrap();
        all.into_iter().filter(|row| row[1] == "2").collect::<Vec<_>>()
    };
    let alone = of_seed_2(&["--seed", "2"]);
    assert_eq!(alone, of_seed_2(&["--seeds", "3", "--threads", "1"]));
    assert_eq!(alone, of_seed_2(&["--seeds", "3", "--threads", "3"]));
    fs::write(folder.path().join("test.csv"), flowers()).unwrap();
    assert_ne!(alone, of_seed_2(&["--seed", "2", "--test", "test.csv"]));
}

/// Whatever single examples differ by: weights that stay have the loss of the first weights, and those that are thrown have not.
#[test]
fn a_verdict_tells_weights_that_stay_from_weights_that_are_thrown() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("flowers.csv"), flowers()).unwrap();
    let verdicts = |rate: &str, batch: &str| {
        let words =
            ["compare", "--data", "flowers.csv", "--label", "kind", "--hidden", "8,8", "--init", "std=1,He"];
        let more = [
            "--learning-rate",
            rate,
            "--batch-size",
            batch,
            "--iterations",
            "150",
            "--seeds",
            "6",
            "--quiet",
        ];
        assert_eq!(initlab(folder.path(), &[&words[..], &more].concat()).code, 0);
        let path = folder.path().join("results/compare/summary.csv");
        let header = fs::read_to_string(&path).unwrap();
        let place = header.lines().next().unwrap().split(',').position(|name| name == "verdict").unwrap();
        rows(&path).into_iter().map(|row| row[place].clone()).collect::<Vec<_>>()
    };
    for batch in ["1", "8", "64"] {
        assert_eq!(verdicts("1e-9", batch), ["stalled"; 12], "batches of {batch}");
        let thrown = verdicts("100", batch);
        assert!(
            thrown.iter().all(|word| ["worsened", "diverged"].contains(&word.as_str())),
            "{batch}: {thrown:?}"
        );
    }
}

#[test]
fn a_column_that_never_changes_is_warned_of() {
    let folder = tempdir().unwrap();
    let table = flowers().replace("width,length", "same,width,length").replace('\n', "\n5,");
    fs::write(folder.path().join("t.csv"), table.trim_end_matches("5,")).unwrap();
    let said = initlab(folder.path(), &["data", "--data", "t.csv", "--label", "kind"]);
    assert!(said.stdout.contains("column same is constant in the training part"), "{}", said.stdout);
}

#[test]
fn missing_cells_and_a_single_class_are_refused_by_name() {
    let folder = tempdir().unwrap();
    let missing = flowers().replacen("\n1.5,1,", "\n1.5,,", 1);
    assert_ne!(missing, flowers());
    fs::write(folder.path().join("missing.csv"), missing).unwrap();
    fs::write(folder.path().join("one.csv"), "a,kind\n1,x\n2,x\n3,x\n4,x\n5,x\n6,x\n").unwrap();
    for (file, code, expected) in [
        ("missing.csv", 2, "1 gap of column 'length', the first in row 2 (line 3): --missing drop"),
        ("one.csv", 3, "at least two classes"),
    ] {
        let ended = compare(folder.path(), file, &["--label", "kind"]);
        assert_eq!(ended.code, code, "{file}: {}", ended.stderr);
        assert!(ended.stderr.contains(file) && ended.stderr.contains(expected), "{file}: {}", ended.stderr);
        assert!(!folder.path().join("out/compare/summary.csv").exists(), "{file}");
    }
}

/// Columns are named as CSV names them, and what a message says to type works.
#[test]
fn a_name_with_a_comma_is_dropped_as_the_message_says() {
    let folder = tempdir().unwrap();
    let row = |row: usize| format!("{},{},{}\n", row % 7, row % 5, ["x", "y"][row % 2]);
    let rows = (0..30).map(row).collect::<Vec<_>>().concat();
    fs::write(folder.path().join("a.csv"), format!("\"a,b\",c,k\n?,1,x\n{rows}")).unwrap();
    let look = |more: &[&str]| {
        initlab(folder.path(), &[&["data", "--data", "a.csv", "--label", "k"], more].concat())
    };
    let refused = look(&[]);
    assert!(
        refused.code == 2 && refused.stderr.contains("--drop '\"a,b\"' leaves the column out"),
        "{}",
        refused.stderr
    );
    let dropped = look(&["--drop", "\"a,b\""]);
    assert!(dropped.code == 0 && dropped.stdout.contains("left out: as asked"), "{}", dropped.stderr);
    assert!(look(&["--only", "c"]).code == 0);
    let both = look(&["--drop", "\"a,b\", c"]);
    assert!(both.stderr.contains("leave no column that can be an input"), "{}", both.stderr);
    let piped = look(&["--missing", "drop", "--test", "-"]);
    assert!(
        piped.code == 2 && piped.stderr.contains("only --data is read from standard input"),
        "{}",
        piped.stderr
    );
}
