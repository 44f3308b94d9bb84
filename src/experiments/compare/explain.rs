//! What a comparison says: a line per initializer, and why.

use super::rates::SHOWN;
use super::rows::{DifferenceRow, LayerRow, RateRow, SummaryRow};
use crate::diagnosis::Forecast;
use crate::experiments::failures::learns_with;
use crate::experiments::over_seeds::{percent_with_band, seeds, verdicts, with_band, with_band_table};
use crate::nn::init::names::label_for_readers;
use crate::results::{TableError, Tables};
use crate::stats::mean;
use crate::text::{Answer, TextTable, exact, fixed, significant};

/// What is said where no initializer has a best learning rate, before the cause of each one's first run.
const NO_BEST: &str = "At each of these learning rates every initializer has a run that diverged, so none has a best one; \
                       rates.csv has the numbers.";
/// The heading of the reasons.
const WHY: &str = "Why:";

/// The table, and below it what sets the initializers apart and why.
pub fn explain(tables: &Tables) -> Result<Answer, TableError> {
    let summary = tables.rows::<SummaryRow>("summary")?;
    let rates = Rates::of(tables)?;
    let first_runs: Vec<SummaryRow> =
        summary.chunk_by(|a, b| a.initializer == b.initializer).map(|runs| runs[0].clone()).collect();
    let shown: Vec<SummaryRow> =
        summary.into_iter().enumerate().filter(|(run, _)| rates.shows(*run)).map(|(_, row)| row).collect();
    if shown.is_empty() && !rates.rows.is_empty() {
        return Ok(Answer::new()
            .with_sentence(NO_BEST)
            .with_list(WHY, reasons(&first_runs, &tables.rows("initialization")?)));
    }
    let layers = tables.rows::<LayerRow>("initialization")?;
    let differences = tables.rows::<DifferenceRow>("differences").unwrap_or_default();
    let answer = results(&shown, &rates).with_sentence(rates.sentence());
    Ok(answer.then(difference_sentences(&differences)).with_list(WHY, reasons(&shown, &layers)))
}

/// One line per initializer.
fn results(shown: &[SummaryRow], rates: &Rates) -> Answer {
    let mut headings =
        vec!["initializer", "seed", "final loss", "best", "to loss < 1", "test accuracy", "verdict"];
    headings.extend((!rates.rows.is_empty()).then_some("rate"));
    let mut table = TextTable::new(&headings);
    for runs in shown.chunk_by(|a, b| a.initializer == b.initializer) {
        let rate = rates.best_of(&runs[0].initializer).map(exact);
        table.push(line(runs).into_iter().chain(rate));
    }
    with_band_table(Answer::new(), table)
}

/// The initializers beside the baseline, where several seeds give the difference an interval.
fn difference_sentences(rows: &[DifferenceRow]) -> Answer {
    let with_interval = |row: &&DifferenceRow| row.low.is_some() && row.measure != "iterations_to_1";
    let lines: Vec<String> = rows.iter().filter(with_interval).map(difference_sentence).collect();
    let without_pairs =
        rows.iter().all(|row| row.pairs == 0) && rows.iter().any(|row| row.pairs_without != 1);
    match rows.first() {
        Some(row) if without_pairs => Answer::new().with_sentence(format!(
            "Seed by seed: no run of {} and of another initializer both end with a number.",
            row.baseline
        )),
        _ => Answer::new().with_list("Seed by seed:", lines),
    }
}

fn difference_sentence(row: &DifferenceRow) -> String {
    let DifferenceRow { initializer, baseline, pairs, .. } = row;
    let (low, high) = (row.low.unwrap_or(f64::NAN), row.high.unwrap_or(f64::NAN));
    let (what, factor, places, unit) = match row.measure.as_str() {
        "final_loss" => ("final loss", 1.0, 4, ""),
        _ => ("test accuracy", 100.0, 2, " percentage points"),
    };
    if row.mean == 0.0 && low == 0.0 && high == 0.0 {
        return format!("{initializer} − {baseline}: {what} equal in each of {pairs} seeds");
    }
    let signed = |x: f64| signed(factor * x, places);
    let [mean, low_text, high_text] = [row.mean, low, high].map(signed);
    let clear = if low > 0.0 || high < 0.0 { "" } else { "; the interval has 0 in it" };
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

/// The learning rates of a comparison that has several.
struct Rates {
    rows: Vec<RateRow>,
}

impl Rates {
    fn of(tables: &Tables) -> Result<Self, TableError> {
        let there = tables.iter().any(|table| table.name() == "rates");
        Ok(Self { rows: if there { tables.rows("rates")? } else { Vec::new() } })
    }

    /// True for a run whose result is in the table: every run of one rate, the best rate's of several.
    fn shows(&self, run: usize) -> bool {
        self.rows.get(run).is_none_or(|row| row.best && row.used_for == SHOWN)
    }

    fn best_of(&self, initializer: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.best && row.initializer == initializer).map(|row| row.learning_rate)
    }

    /// How the best rates were chosen, and whether they change the order of the initializers.
    fn sentence(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut tried: Vec<f64> = self.rows.iter().map(|row| row.learning_rate).collect();
        tried.sort_unstable_by(f64::total_cmp);
        tried.dedup();
        format!(
            "Each initializer at its own best of {} learning rates, chosen on other seeds than those shown{}.{}",
            tried.len(),
            self.comparison(&tried),
            self.without_best()
        )
    }

    /// At which single rates the initializers stand in another order, of those that end with a number both
    /// there and at their own best; and at which none does.
    fn comparison(&self, tried: &[f64]) -> String {
        let own = self.order(|row| row.best);
        let (mut others, mut none) = (Vec::new(), Vec::new());
        for rate in tried {
            let here = self.order(|row| row.learning_rate == *rate);
            let common: Vec<&str> = own.iter().copied().filter(|name| here.contains(name)).collect();
            let here_too: Vec<&str> = here.iter().copied().filter(|name| own.contains(name)).collect();
            others.extend((common != here_too).then(|| exact(*rate)));
            none.extend(here.is_empty().then(|| exact(*rate)));
        }
        let order = match &others[..] {
            _ if own.len() < 2 => String::new(),
            [] => ": the order of the initializers is the same at every single rate".to_owned(),
            rates => format!(": at {} alone the order of the initializers is another", rates.join(", ")),
        };
        let diverged = if none.is_empty() {
            String::new()
        } else {
            format!("; at {} every initializer has a run that diverged", none.join(", "))
        };
        order + &diverged
    }

    /// Names by mean final loss of the shown seeds at some rates, the lowest first; without those that
    /// diverged there.
    fn order(&self, chosen: impl Fn(&RateRow) -> bool) -> Vec<&str> {
        let rows = || self.rows.iter().filter(|row| row.used_for == SHOWN && chosen(row));
        let mut names: Vec<&str> = rows().map(|row| row.initializer.as_str()).collect();
        names.dedup();
        let loss = |name: &str| {
            mean(&rows().filter(|row| row.initializer == name).map(|row| row.final_loss).collect::<Vec<_>>())
        };
        names.retain(|name| loss(name).is_finite());
        names.sort_by(|a, b| loss(a).total_cmp(&loss(b)));
        names
    }

    fn without_best(&self) -> String {
        let mut names: Vec<&str> = self.rows.iter().map(|row| row.initializer.as_str()).collect();
        names.dedup();
        names.retain(|name| self.best_of(name).is_none());
        let sentence = |name: &&str| format!(" {name} has none: at each rate a seed diverged.");
        names.iter().map(sentence).collect()
    }
}

/// One line per initializer and verdict: what was seen, and for runs that did not learn with what they do.
fn reasons(shown: &[SummaryRow], layers: &[LayerRow]) -> Vec<String> {
    let runs = shown.chunk_by(|a, b| a.initializer == b.initializer);
    runs.flat_map(one_per_verdict).flat_map(|(run, same, all)| reason(run, same, all, layers)).collect()
}

/// The first run of each verdict that the runs of one initializer came to, how many came to it, and how many runs there are.
fn one_per_verdict(runs: &[SummaryRow]) -> Vec<(&SummaryRow, usize, usize)> {
    let is_first = |(index, run): &(usize, &SummaryRow)| {
        runs[..*index].iter().all(|earlier| earlier.verdict != run.verdict)
    };
    let count = |verdict| runs.iter().filter(|run| run.verdict == verdict).count();
    runs.iter().enumerate().filter(is_first).map(|(_, run)| (run, count(run.verdict), runs.len())).collect()
}

/// What is said of one run, which stands for so many of its initializer.
fn reason(run: &SummaryRow, same: usize, all: usize, layers: &[LayerRow]) -> Vec<String> {
    let seeds = if all == 1 { String::new() } else { format!(" ({same} of {all} seeds, here {})", run.seed) };
    let why = run.why.clone().unwrap_or_else(|| signal(run, layers) + &by_heart(run));
    let ending = if same == 1 { run.ending().to_string() } else { run.verdict.to_string() };
    let seen = format!("{}{seeds} {ending}: {why}.", run.initializer);
    let remedy = run.cause.as_ref().map(|_| learns_with(run.remedy.as_deref()));
    [seen].into_iter().chain(remedy).collect()
}

/// How the signal of a run goes from its first layer to its last.
fn signal(run: &SummaryRow, layers: &[LayerRow]) -> String {
    let mut own = layers.iter().filter(|row| row.initializer == run.initializer && row.seed == run.seed);
    let std = |row: Option<&LayerRow>| row.map_or("–".to_owned(), |row| significant(row.signal_std, 2));
    let (first, last) = (own.next(), own.next_back());
    match last {
        None => format!("the signal is {} in its only layer", std(first)),
        Some(row) => {
            format!("the signal goes from {} in layer 1 to {} in layer {}", std(first), std(last), row.layer)
        }
    }
}

/// What is added of a network that learned its own examples alone, or is far too sure of others.
fn by_heart(run: &SummaryRow) -> String {
    if f64::from(run.test_loss) < run.label_entropy || run.test_loss.is_nan() {
        return String::new();
    }
    let [test, guessing] = [f64::from(run.test_loss), run.label_entropy].map(|loss| significant(loss, 2));
    format!("; on test examples its loss is {test}, where guessing has {guessing}")
}

/// The verdict that is predicted for a network, for the terminal before training.
pub fn prediction(name: &str, forecast: Forecast) -> String {
    format!("{name}: predicted to {} ({})\n", forecast.verdict.verb(), forecast.confidence)
}

/// One initializer's runs in one line: each number of a single run, mean ± half of the 95 % band of
/// several.
fn line(runs: &[SummaryRow]) -> [String; 7] {
    let over = |value: fn(&SummaryRow) -> f64| runs.iter().map(value).collect::<Vec<f64>>();
    let to_1: Vec<f64> = runs.iter().filter_map(|run| run.iterations_to_1).map(|n| n as f64).collect();
    let to_1 = match runs.len() - to_1.len() {
        // It starts there: with two or three classes guessing has a loss of 1 or less.
        0 if to_1.iter().all(|n| *n == 0.0) => "–".to_owned(),
        0 => with_band(&to_1, 0),
        never if to_1.is_empty() => if never == 1 { "never" } else { "never (all)" }.to_owned(),
        never => format!("{} ({never} never)", with_band(&to_1, 0)),
    };
    [
        label_for_readers(&runs[0].initializer),
        seeds(runs[0].seed, runs.len()),
        with_band(&over(|run| run.final_loss), 4),
        with_band(&over(|run| run.best_loss), 4),
        to_1,
        percent_with_band(&over(|run| run.test_accuracy)),
        verdicts(&runs.iter().map(SummaryRow::ending).collect::<Vec<_>>()),
    ]
}

/// What each layer starts from, for the terminal.
pub fn initial_table(rows: impl IntoIterator<Item = LayerRow>) -> String {
    let headings = ["initializer", "layer", "fan_in", "fan_out", "target std", "measured std", "signal std"];
    let mut text = TextTable::new(&headings).with_keys(2);
    rows.into_iter().for_each(|row| text.push(cells(row)));
    text.to_string()
}

/// The row for the terminal.
fn cells(row: LayerRow) -> [String; 7] {
    [
        row.initializer,
        row.layer.to_string(),
        row.fan_in.to_string(),
        row.fan_out.to_string(),
        row.target_std.map_or("–".to_owned(), |std| fixed(std, 5)),
        fixed(row.measured_std, 5),
        significant(row.signal_std, 3),
    ]
}

#[cfg(test)]
mod tests;
