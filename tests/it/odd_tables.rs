//! Tables that others have changed, and results at the edge of what numbers can say: drawn, or refused by row
//! and column; told as what they are.

use crate::command::{Ended, initlab, rows};
use crate::faults::{folder, names, said, small};
use initlab::Real;
use std::fs;
use std::path::Path;

/// Two rings in a tenth of a second.
const CIRCLES: &[&str] =
    &["circles", "--init", "He", "--points", "20", "--test-points", "4", "--iterations", "6", "--grid", "5"];

/// Puts a text in the place of one cell; lines count from 1, the header's, columns from 0.
fn set_cell(path: &Path, line: usize, column: usize, cell: &str) {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut cells: Vec<&str> = lines[line - 1].split(',').collect();
    cells[column] = cell;
    lines[line - 1] = cells.join(",");
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

/// Runs words and returns everything that was printed.
fn printed(folder: &Path, words: &[&str]) -> String {
    let Ended { code, stdout, stderr } = initlab(folder, words);
    assert_eq!(code, 0, "{stdout}{stderr}");
    stdout + &stderr
}

#[test]
fn an_empty_cell_is_no_number_and_another_text_is_refused_by_line_and_column() {
    let folder = folder();
    said(&small(folder.path(), &[]), 0, &[]);
    let loss = folder.path().join("results/compare/loss.csv");
    set_cell(&loss, 5, 3, "");
    said(&initlab(folder.path(), &["plot"]), 0, &[]);
    set_cell(&loss, 5, 3, "abc");
    said(
        &initlab(folder.path(), &["plot"]),
        1,
        &["loss, line 5: column loss: expected a number, found `abc`"],
    );
    let page = initlab(folder.path(), &["report", "results/compare"]);
    said(&page, 1, &["results/compare: table loss, line 5: column loss: expected a number, found `abc`"]);
}

#[test]
fn tables_of_an_earlier_version_are_told_with_what_to_do() {
    let folder = folder();
    printed(folder.path(), CIRCLES);
    let summary = folder.path().join("results/circles/summary.csv");
    let text = fs::read_to_string(&summary).unwrap();
    fs::write(&summary, text.replacen("diverged_at", "ended", 1)).unwrap();
    let ended = initlab(folder.path(), &["plot"]);
    said(
        &ended,
        1,
        &["diverged_at", "earlier version", "Type the command again", "circles --init He --points 20"],
    );
    printed(folder.path(), CIRCLES);
    said(&initlab(folder.path(), &["plot"]), 0, &[]);
}

#[test]
fn counts_beyond_any_sum_are_drawn_and_beyond_any_count_refused() {
    let folder = folder();
    let words = ["activations", "--init", "He", "--activation", "relu", "--layers", "2", "--width", "8"];
    printed(folder.path(), &[&words[..], &["--samples", "8"]].concat());
    let bins = folder.path().join("results/activations/bins.csv");
    let header = fs::read_to_string(&bins).unwrap();
    let column = header.lines().next().unwrap().split(',').position(|name| name == "count").unwrap();
    [3, 4].iter().for_each(|line| set_cell(&bins, *line, column, &u64::MAX.to_string()));
    said(&initlab(folder.path(), &["plot"]), 0, &[]);
    set_cell(&bins, 4, column, "18446744073709551616");
    said(&initlab(folder.path(), &["plot"]), 1, &["bins, line 4: column count"]);
}

#[test]
fn a_place_that_is_no_number_is_refused_by_line_and_column() {
    let folder = folder();
    printed(folder.path(), CIRCLES);
    let boundary = folder.path().join("results/circles/boundary.csv");
    set_cell(&boundary, 4, 3, "nan");
    let expected = "boundary, line 4: column y: expected a finite number, found NaN";
    said(&initlab(folder.path(), &["plot"]), 1, &[expected]);
}

#[test]
fn axes_with_more_than_can_be_drawn_are_drawn_in_part() {
    let folder = folder();
    let grid = "init = [\"He\", \"zeros\"]\nwidth = [2, 4]\niterations = 5\nbatch_size = 4\n";
    fs::write(folder.path().join("g.toml"), grid).unwrap();
    printed(folder.path(), &["sweep", "g.toml", "--data", "T"]);
    let mut axes = vec!["role,column,value".to_owned(), "y,initializer,He".to_owned()];
    axes.push("value,test_accuracy,".to_owned());
    axes.extend((0..600).map(|value| format!("x,width,{value}")));
    for column in ["seed", "verdict", "travel", "cause", "why"] {
        axes.extend((0..100_000).map(|value| format!("panel,{column},{value}")));
    }
    let out = folder.path().join("results/sweep/g");
    fs::write(out.join("axes.csv"), axes.join("\n") + "\n").unwrap();
    said(&initlab(folder.path(), &["plot"]), 0, &[]);
    let figure = fs::read_to_string(out.join("heatmap.svg")).unwrap();
    assert!(figure.contains("Not drawn: 100 more columns"));
    assert!(figure.contains("more panels; summary.csv has all"));
}

#[test]
fn a_label_of_any_length_and_content_is_drawn_short_and_plain() {
    let folder = folder();
    said(&small(folder.path(), &[]), 0, &[]);
    let compare = folder.path().join("results/compare");
    let label = format!("\u{1b}[31m<&>{}", "x".repeat(100_000));
    let row = |iteration: usize| format!("\"{label}\",1,{iteration},2.3\n");
    let text = (0..5).map(row).collect::<String>();
    fs::write(compare.join("loss.csv"), format!("initializer,seed,iteration,loss\n{text}")).unwrap();
    let ended = initlab(folder.path(), &["plot"]);
    said(&ended, 0, &[]);
    assert!(!(ended.stdout + &ended.stderr).contains('\u{1b}'));
    let figure = fs::read_to_string(compare.join("loss.svg")).unwrap();
    assert!(!figure.contains('\u{1b}') && !figure.contains("<&>"), "no XML");
}

#[test]
fn a_network_that_overflows_has_no_accuracy_in_any_table() {
    let folder = folder();
    let rate = if size_of::<initlab::Real>() == 8 { "1e300" } else { "1e30" };
    said(&small(folder.path(), &["--learning-rate", rate]), 0, &[]);
    let compare = folder.path().join("results/compare");
    let last = |cells: &Vec<String>| cells.last().cloned().unwrap();
    let accuracy: Vec<String> = rows(&compare.join("accuracy.csv")).iter().map(last).collect();
    assert_eq!(accuracy, ["NaN", "NaN"]);
    let summary = rows(&compare.join("summary.csv"));
    assert!(summary.iter().all(|cells| cells[2] == "NaN" && cells[5] == "NaN" && cells[6] == "NaN"));
}

#[test]
fn what_is_no_number_is_told_as_what_it_is() {
    let folder = folder();
    let words = ["compare", "--data", "T", "--init", "std=1e10", "--hidden", "8,8,8,8,8,8,8,8"];
    let overflow = printed(folder.path(), &[&words[..], &["--iterations", "3"]].concat());
    let double = size_of::<initlab::Real>() == 8;
    let where_ = if double {
        "the signal goes from 7.5e10 in layer 1 to 2.6e93 in layer 9"
    } else {
        "the first forward pass overflows in layer 4"
    };
    assert!(overflow.contains(where_), "{overflow}");

    let words = ["circles", "--activation", "identity", "--init", "std=10", "--learning-rate", "1000"];
    let diverged = printed(folder.path(), &[&words[..], &["--iterations", "20"]].concat());
    assert!(diverged.contains("diverged at") && !diverged.contains("below that"), "{diverged}");
    assert!(!diverged.contains('%'), "a diverged network has no accuracy: {diverged}");

    let words = ["activations", "--init", "zeros", "--activation", "tanh", "--layers", "2", "--width", "8"];
    let zeros = printed(folder.path(), &[&words[..], &["--samples", "8"]].concat());
    assert!(zeros.contains("dL/dW is 0 in every hidden layer") && !zeros.contains("0 to 0"), "{zeros}");
}

#[test]
fn a_table_to_paste_is_asked_for_where_there_is_none() {
    let folder = folder();
    let told = printed(folder.path(), &[CIRCLES, &["--table", "markdown"]].concat());
    assert!(
        told.contains("--table: this experiment makes no table of means; compare and sweep do"),
        "{told}"
    );
}

#[test]
fn batch_norm_over_one_example_is_refused_by_every_verb() {
    let folder = folder();
    fs::write(folder.path().join("g.toml"), "batch_norm = true\nbatch_size = 1\n").unwrap();
    for words in [
        &["compare", "--batch-norm", "--batch-size", "1"][..],
        &["batch-norm", "--batch-size", "1"],
        &["sweep", "g.toml"],
    ] {
        let ended = initlab(folder.path(), &[words, &["--data", "T"]].concat());
        said(&ended, 2, &["batch"]);
    }
    assert!(!folder.path().join("results").exists());
}

#[test]
fn all_activations_at_once_make_several_pages_and_every_single_figure() {
    let folder = folder();
    let all = "identity,sigmoid,tanh,relu,leaky_relu,elu,selu,gelu,silu,softplus,softsign";
    let words = ["activations", "--activation", all, "--layers", "3", "--width", "4", "--samples", "4"];
    printed(folder.path(), &[&words[..], &["--init", "He,Xavier"]].concat());
    let found = names(&folder.path().join("results/activations"));
    let has = |name: String| assert!(found.contains(&name), "{name}: {found:?}");
    ["overview_activation.svg", "overview_activation_2.svg", "run.json"]
        .iter()
        .for_each(|name| has((*name).to_owned()));
    all.split(',').for_each(|name| has(format!("{name}-He.svg")));
}

#[test]
fn the_final_loss_can_be_computed_again_from_the_losses() {
    let folder = folder();
    let words = ["compare", "--data", "T", "--hidden", "8", "--batch-size", "8", "--iterations", "130"];
    printed(folder.path(), &words);
    let compare = folder.path().join("results/compare");
    let losses = rows(&compare.join("loss.csv"));
    for run in rows(&compare.join("summary.csv")) {
        let own = losses.iter().filter(|cells| cells[0] == run[0] && cells[1] == run[1]);
        let own: Vec<f64> = own.map(|cells| cells[3].parse::<Real>().unwrap().into()).collect();
        assert_eq!(own.len(), 130);
        let mean = own[30..].iter().sum::<f64>() / 100.0;
        assert_eq!(run[2].parse::<f64>().unwrap().to_bits(), mean.to_bits(), "{}", run[0]);
    }
}
