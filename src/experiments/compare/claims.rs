//! What the differences between initializers say, and what they do not: intervals, who is told apart, how many seeds more.
//!
//! Nothing is said from bare means. A pair is told apart where its interval has no 0 in it, and all intervals together
//! hold with a probability of 95 %: of a thousand comparisons of equals, about fifty or fewer tell any pair apart.

use super::rows::DifferenceRow;
use crate::experiments::paste::{self, TableFormat};
use crate::nn::init::names::label_for_readers;
use crate::results::Tables;
use crate::text::Answer;
use std::cmp::Ordering;

/// The measures that are told, with their words, and what makes their numbers readable: a factor, places, a unit.
const TOLD: [(&str, &str, f64, usize, &str); 2] = [
    ("final_loss", "final loss", 1.0, 4, ""),
    ("test_accuracy", "test accuracy", 100.0, 2, " percentage points"),
];

/// Every initializer beside the baseline, then which pairs are told apart, where several seeds give differences intervals.
pub(super) fn claims(rows: &[DifferenceRow]) -> Answer {
    let told: Vec<&DifferenceRow> = rows.iter().filter(|row| row.interval().is_some()).collect();
    let without_pairs =
        rows.iter().all(|row| row.pairs == 0) && rows.iter().any(|row| row.pairs_without != 1);
    match (rows.first(), told.first().and_then(|row| row.comparisons)) {
        (Some(row), _) if without_pairs => Answer::new().with_sentence(format!(
            "Seed by seed: no run of {} and of another initializer can be compared.",
            row.baseline
        )),
        (Some(first), Some(comparisons)) => {
            let beside_baseline = told.iter().filter(|row| row.baseline == first.baseline);
            let orders = TOLD.iter().filter_map(|(measure, words, ..)| order(&told, measure, words));
            let lines = beside_baseline.map(|row| difference_sentence(row)).chain(orders);
            let heading = format!("Seed by seed, {comparisons} comparisons at 95 % together (Bonferroni):");
            Answer::new().with_list(heading, lines.chain(seeds_needed(&told)))
        }
        _ => Answer::new(),
    }
}

/// The intervals that hold together as a table to paste; none where there are none.
pub fn paste(tables: &Tables, format: TableFormat) -> Option<String> {
    let rows: Vec<DifferenceRow> = tables.rows("differences").ok()?;
    let told: Vec<&DifferenceRow> = rows.iter().filter(|row| row.interval().is_some()).collect();
    let count = told.first()?.comparisons?;
    let headings = ["difference", "measure", "seeds", "mean", "from", "to", "told apart"];
    let lines = told.iter().map(|row| paste_line(row));
    let lines: Vec<Vec<String>> = [headings.map(str::to_owned).to_vec()].into_iter().chain(lines).collect();
    let caption = format!(
        "Differences, seed by seed, with 95 % intervals that hold together: {count} comparisons (Bonferroni)."
    );
    Some(paste::table(&lines, format, &caption, "initlab-differences"))
}

fn paste_line(row: &DifferenceRow) -> Vec<String> {
    let (_, what, factor, places, unit) = told_measure(row);
    let (low, high) = row.interval().unwrap_or((f64::NAN, f64::NAN));
    let [mean, low, high] = [row.mean, low, high].map(|x| signed(factor * x, *places));
    let [initializer, baseline] = [&row.initializer, &row.baseline].map(|label| label_for_readers(label));
    let apart = if row.side().is_some() { "yes" } else { "no" };
    let measure = if unit.is_empty() { (*what).to_owned() } else { format!("{what} (percentage points)") };
    vec![
        format!("{initializer} − {baseline}"),
        measure,
        row.pairs.to_string(),
        mean,
        low,
        high,
        apart.to_owned(),
    ]
}

/// The words of a row's measure.
fn told_measure(row: &DifferenceRow) -> &'static (&'static str, &'static str, f64, usize, &'static str) {
    TOLD.iter().find(|told| told.0 == row.measure).expect("only these have an interval that is told")
}

/// An initializer beside the baseline in one measure.
fn difference_sentence(row: &DifferenceRow) -> String {
    let DifferenceRow { initializer, baseline, pairs, .. } = row;
    let (low, high) = row.interval().unwrap_or((f64::NAN, f64::NAN));
    let (_, what, factor, places, unit) = told_measure(row);
    if row.mean == 0.0 && low == 0.0 && high == 0.0 {
        return format!("{initializer} − {baseline}: {what} equal in each of {pairs} seeds");
    }
    if !row.varies() {
        let mean = signed(factor * row.mean, *places);
        return format!(
            "{initializer} − {baseline}: {what} {mean}{unit} in each of {pairs} seeds: equal differences leave no interval"
        );
    }
    let signed = |x: f64| signed(factor * x, *places);
    let [mean, low_text, high_text] = [row.mean, low, high].map(signed);
    let clear = if row.side().is_some() { "" } else { "; the interval has 0 in it" };
    let without = match row.pairs_without {
        0 => String::new(),
        n => format!("; {n} more without a value in one of the two"),
    };
    format!(
        "{initializer} − {baseline}: {what} {mean}{unit} [{low_text}, {high_text}], {}{clear}{without}",
        agreement(row)
    )
}

/// A difference with its sign: so many places, or two significant digits where those would all be 0.
fn signed(difference: f64, places: usize) -> String {
    if difference.abs() >= 1e6 {
        return format!("{difference:+.1e}");
    }
    let plain = format!("{difference:+.places$}");
    let shows_nothing = difference != 0.0 && !plain.contains(|digit: char| ('1'..='9').contains(&digit));
    if shows_nothing { format!("{difference:+.1e}") } else { plain }
}

/// How many seeds have a difference of the sign of the mean.
fn agreement(row: &DifferenceRow) -> String {
    match (row.same_sign, row.pairs) {
        (2, 2) => "the same sign in both seeds".to_owned(),
        (agree, all) if agree == all => format!("the same sign in all {all} seeds"),
        (agree, all) => format!("this sign in {agree} of {all} seeds"),
    }
}

/// Which of several pairs are told apart in a measure, and which are not; none for a single pair, whose interval says it.
fn order(told: &[&DifferenceRow], measure: &str, words: &str) -> Option<String> {
    let pairs: Vec<&DifferenceRow> = told.iter().copied().filter(|row| row.measure == measure).collect();
    let (apart, not): (Vec<&DifferenceRow>, Vec<_>) = pairs.iter().partition(|row| row.side().is_some());
    let list = |rows: &[&DifferenceRow], of: fn(&DifferenceRow) -> String| {
        rows.iter().map(|row| of(row)).collect::<Vec<_>>().join(", ")
    };
    match (&apart[..], &not[..]) {
        ([] | [_], []) | ([], [_]) => None,
        ([], not) => Some(format!("{words}: none of {} pairs is told apart", not.len())),
        (apart, []) => Some(format!("{words}: told apart {}", list(apart, in_order))),
        (apart, not) => Some(format!(
            "{words}: told apart {}; not told apart {}",
            list(apart, in_order),
            list(not, |row| format!("{} and {}", row.baseline, row.initializer))
        )),
    }
}

/// A pair that is told apart, the smaller first.
fn in_order(row: &DifferenceRow) -> String {
    let (a, b) = (&row.initializer, &row.baseline);
    if row.side() == Some(Ordering::Less) { format!("{a} < {b}") } else { format!("{b} < {a}") }
}

/// How many seeds would tell the closest pair apart in its final loss, of those that are not and that differ.
fn seeds_needed(told: &[&DifferenceRow]) -> Option<String> {
    let open = told.iter().filter(|row| row.measure == TOLD[0].0 && row.varies() && row.side().is_none());
    let closest = open.max_by_key(|row| row.seeds_needed.unwrap_or(usize::MAX))?;
    let seeds = closest.seeds_needed.map_or("more than 10,000".to_owned(), |seeds| format!("about {seeds}"));
    Some(format!(
        "{} and {} are hardest to tell apart by final loss: {seeds} seeds would do it in 80 % of cases, if their \
         differences stay as in these {}",
        closest.baseline, closest.initializer, closest.pairs
    ))
}

#[cfg(test)]
mod tests;
