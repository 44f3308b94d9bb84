//! What several seeds have in common, as text: means with bands, counted verdicts.

use crate::stats::{Band, Ending, Verdict, band};
use crate::text::{Answer, TextTable, fixed};

/// The mean of the numbers that there are, ± half of its 95 % confidence band where there are several.
///
/// NaN stands for a value that does not exist, as the final loss of a diverged run: then the text says
/// of how many the mean is, and it is a dash where there is none.
pub fn with_band(numbers: &[f64], places: usize) -> String {
    with_band_in(numbers, places, "")
}

/// The same with a unit behind the numbers.
fn with_band_in(numbers: &[f64], places: usize, unit: &str) -> String {
    let there: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    if there.is_empty() {
        return "–".to_owned();
    }
    let Band { mean, half_width } = band(&there);
    let half_width = half_width.map_or(String::new(), |half| format!(" ± {}", fixed(half, places)));
    let missing = there.len() < numbers.len();
    let of = if missing { format!(" ({} of {})", there.len(), numbers.len()) } else { String::new() };
    format!("{}{half_width}{unit}{of}", fixed(mean, places))
}

/// The mean of shares in per cent, as [`with_band`] writes it: `90.00 ± 1.00 %`, `90.00 % (1 of 2)`.
pub fn percent_with_band(shares: &[f64]) -> String {
    with_band_in(&shares.iter().map(|share| 100.0 * share).collect::<Vec<_>>(), 2, " %")
}

/// A table at the end of an answer, and what `±` means where it stands in one.
pub fn with_band_table(answer: Answer, table: TextTable) -> Answer {
    let has_bands = table.contains('±');
    let legend = "± is half of the 95 % confidence interval of the mean over seeds.";
    answer.with_table(table).with_legend(if has_bands { legend } else { "" })
}

/// The cell of a table that says of which seeds a row is: the seed of one run, else their number.
pub fn seeds(first: u64, runs: usize) -> String {
    if runs == 1 { first.to_string() } else { format!("{runs} seeds") }
}

/// The seed that a sentence is about, to stand behind a name: ` (seed 1)`; nothing where there is one run.
pub fn of_seed(seed: u64, runs: usize) -> String {
    if runs > 1 { format!(" (seed {seed})") } else { String::new() }
}

/// The verdicts of several runs, counted: `6 of 8 learned, 2 stalled`; of one run, its own.
pub fn verdicts(endings: &[Ending]) -> String {
    if let [only] = endings {
        return only.to_string();
    }
    let count = |verdict| endings.iter().filter(|ending| ending.verdict == verdict).count();
    let all = [Verdict::Learned, Verdict::Stalled, Verdict::Worsened, Verdict::Diverged];
    let counts = all.map(|verdict| (count(verdict), verdict));
    let there = counts.iter().filter(|(count, _)| *count > 0).enumerate();
    let text = |(index, (count, verdict)): (usize, &(usize, Verdict))| match index {
        0 => format!("{count} of {} {verdict}", endings.len()),
        _ => format!("{count} {verdict}"),
    };
    there.map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_says_how_many_values_it_is_of() {
        assert_eq!(with_band(&[1.0, f64::NAN], 2), "1.00 (1 of 2)");
        assert_eq!(with_band(&[f64::NAN], 2), "–");
        assert_eq!(with_band(&[2.0, 2.0], 1), "2.0 ± 0.0");
    }

    #[test]
    fn verdicts_are_counted() {
        let of = |verdict| Ending { verdict, diverged_at: None };
        let [learned, stalled] = [of(Verdict::Learned), of(Verdict::Stalled)];
        assert_eq!(verdicts(&[learned]), "learned");
        assert_eq!(verdicts(&[Ending::diverged(3)]), "diverged at 3");
        assert_eq!(verdicts(&[learned, stalled, learned]), "2 of 3 learned, 1 stalled");
        assert_eq!(verdicts(&[Ending::diverged(3), Ending::diverged(5)]), "2 of 2 diverged");
    }
}
