//! Curves by iteration, for the page's scripts: one list of values per run, thinned where a page cannot
//! show or carry them all.

use super::embed::base64;
use super::table_data::{column, records};
use crate::results::Table;
use crate::stats::student_t;
use csv::StringRecord;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Values of all curves of one table that the page carries in full; more are thinned.
const MOST_VALUES: usize = 1_500_000;
/// Stretches of the axis of which a thinned curve keeps minimum and maximum: more than a chart has
/// pixels across, unless there are so many curves that the page would grow beyond its limit.
const STRETCHES: usize = 1000;

/// One run's curve.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartCurve {
    /// The settings that name it, in the order of [`CurveData::keys`]: `["He"]`.
    pub settings: Vec<String>,
    /// Its seed, as in the table.
    pub seed: String,
    /// The iterations of its values, ascending.
    pub iterations: Vec<f32>,
    /// Its values, one per iteration; not finite where the run diverged.
    pub values: Vec<f32>,
}

/// The curves of one column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveData {
    /// What is drawn, the column's name.
    pub quantity: String,
    /// The names of the settings that tell curves apart: the columns of the table before `seed`.
    pub keys: Vec<String>,
    /// One curve per run, in the table's order.
    pub runs: Vec<ChartCurve>,
    /// How many stretches each curve was thinned to, if it was.
    pub thinned: Option<usize>,
}

/// Reads the curves of one column, thinned to at most about 1.5 million values. `None` for a table without
/// that column, `seed` and `iteration`, or without rows.
///
/// The columns before `seed` name a curve, which ends where another name or a lower iteration follows; a cell that
/// is no number is NaN.
///
/// ```
/// use initlab::report::chart_data::curves;
/// use initlab::results::Table;
///
/// let csv = b"initializer,seed,iteration,loss\nHe,1,0,2.5\nHe,1,1,2.25\nHe,2,0,2.5\n";
/// let data = curves(&Table::parse("loss", csv).unwrap(), "loss").unwrap();
/// assert_eq!((&data.keys[..], data.runs.len()), (&["initializer".to_owned()][..], 2));
/// assert_eq!(data.runs[0].values, [2.5, 2.25]);
/// ```
pub fn curves(table: &Table, quantity: &str) -> Option<CurveData> {
    let (header, rows) = records(table);
    let [seed, iteration, value] = ["seed", "iteration", quantity].map(|name| column(&header, name));
    let (seed, iteration, value) = (seed?, iteration?, value?);
    let number = |cell: &str| cell.parse().unwrap_or(f32::NAN);
    let goes_on = |a: &StringRecord, b: &StringRecord| number(&a[iteration]) < number(&b[iteration]);
    let same_run =
        |a: &StringRecord, b: &StringRecord| (0..=seed).all(|index| a[index] == b[index]) && goes_on(a, b);
    let curve = |run: &[StringRecord]| ChartCurve {
        settings: (0..seed).map(|index| run[0][index].to_owned()).collect(),
        seed: run[0][seed].to_owned(),
        iterations: run.iter().map(|row| number(&row[iteration])).collect(),
        values: run.iter().map(|row| number(&row[value])).collect(),
    };
    let runs: Vec<ChartCurve> = rows.chunk_by(same_run).map(curve).collect();
    let keys = header.iter().take(seed).map(str::to_owned).collect();
    (!runs.is_empty())
        .then(|| CurveData { quantity: quantity.to_owned(), keys, runs, thinned: None }.fitted(MOST_VALUES))
}

impl CurveData {
    /// Adds a setting that another table has, one value per run in their order: `learning_rate` of
    /// `rates.csv`. Nothing is added where the counts differ.
    #[must_use]
    pub fn with_setting(mut self, name: &str, values: &[String]) -> Self {
        if values.len() == self.runs.len() {
            self.keys.push(name.to_owned());
            self.runs.iter_mut().zip(values).for_each(|(run, value)| run.settings.push(value.clone()));
        }
        self
    }

    /// The runs that are wanted, one flag per run in their order; all of them where the counts differ or none is.
    #[must_use]
    pub fn only(mut self, wanted: &[bool]) -> Self {
        if wanted.len() == self.runs.len() && wanted.contains(&true) {
            let mut wanted = wanted.iter();
            self.runs.retain(|_| wanted.next() == Some(&true));
        }
        self
    }

    /// Thins the curves if they have more than `most` values together: each to between 10 and
    /// [`STRETCHES`] stretches, with at most two values of each and the last one.
    fn fitted(mut self, most: usize) -> Self {
        let all: usize = self.runs.iter().map(|run| run.values.len()).sum();
        if all > most {
            let stretches = (most / (2 * self.runs.len())).clamp(10, STRETCHES);
            self.thinned = Some(stretches);
            self.runs.iter_mut().for_each(|run| run.thin(stretches));
        }
        self
    }

    /// The curves as JSON: values are little-endian 32-bit floats in base64, and so are iterations where
    /// they are not 0, 1, 2, …; `student` is t of the band by the number of runs. `js/page_data.js` reads it.
    ///
    /// ```text
    /// {"keys": ["initializer"], "quantity": "loss",
    ///  "runs": [{"seed": "1", "settings": ["He"], "values": "AAAgQAAAEEA="}],
    ///  "student": [null, null], "thinned": null}
    /// ```
    pub fn to_json(&self) -> Value {
        let run = |run: &ChartCurve| {
            let mut value =
                json!({"settings": run.settings, "seed": run.seed, "values": floats(&run.values)});
            if !run.counts_from_0() {
                value["iterations"] = json!(floats(&run.iterations));
            }
            value
        };
        json!({
            "quantity": self.quantity, "keys": self.keys, "thinned": self.thinned,
            "runs": self.runs.iter().map(run).collect::<Vec<_>>(),
            "student": (0..=self.seeds()).map(student_t).collect::<Vec<_>>(),
        })
    }

    /// How many runs a mean can have: those of one name differ in their seed.
    fn seeds(&self) -> usize {
        self.runs.iter().map(|run| &run.seed).collect::<BTreeSet<_>>().len()
    }
}

impl ChartCurve {
    /// True if the iterations are 0, 1, 2, …, which the page then need not carry.
    fn counts_from_0(&self) -> bool {
        self.iterations.iter().enumerate().all(|(index, iteration)| *iteration == index as f32)
    }

    /// Keeps of each stretch of the curve its first value that is not finite, else minimum and maximum, in
    /// their order, and the curve's last value.
    fn thin(&mut self, stretches: usize) {
        let length = self.values.len();
        let kept: Vec<usize> = (0..stretches)
            .flat_map(|stretch| {
                extremes(&self.values, stretch * length / stretches, (stretch + 1) * length / stretches)
            })
            .chain(length.checked_sub(1))
            .collect();
        let mut kept = kept;
        kept.dedup();
        let pick = |numbers: &[f32]| kept.iter().map(|index| numbers[*index]).collect();
        (self.iterations, self.values) = (pick(&self.iterations), pick(&self.values));
    }
}

/// The places of minimum and maximum between two places, ascending; of a value that is not finite, if there
/// is one.
fn extremes(values: &[f32], from: usize, to: usize) -> Vec<usize> {
    if let Some(broken) = (from..to).find(|index| !values[*index].is_finite()) {
        return vec![broken];
    }
    let by_value = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
    let (low, high) = ((from..to).min_by(by_value), (from..to).max_by(by_value));
    let mut places: Vec<usize> = low.into_iter().chain(high).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Numbers as little-endian 32-bit floats in base64: 2.5 and 2.25 are `AAAgQAAAEEA=`.
fn floats(numbers: &[f32]) -> String {
    base64(&numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(csv: &str) -> Table {
        Table::parse("loss", csv.as_bytes()).unwrap()
    }

    #[test]
    fn rows_become_one_curve_per_run() {
        let csv =
            "activation,initializer,seed,iteration,loss\nrelu,He,1,0,2\nrelu,He,1,1,NaN\nrelu,He,2,5,3\n";
        let data = curves(&table(csv), "loss").unwrap();
        assert_eq!(
            (&data.keys[..], data.runs.len(), data.thinned),
            (&["activation".into(), "initializer".into()][..], 2, None)
        );
        let json = data.to_json();
        assert_eq!(json["runs"][0]["values"], "AAAAQAAAwH8=", "2.0 and a NaN");
        assert!(json["runs"][0].get("iterations").is_none() && json["runs"][1]["iterations"] == "AACgQA==");
        let again = curves(&table(&csv.replace("2,5,3", "1,0,3")), "loss").unwrap();
        let again = again.with_setting("learning_rate", &["0.1".to_owned(), "0.2".to_owned()]);
        assert_eq!((again.runs.len(), again.runs[1].settings.join(" ")), (2, "relu He 0.2".to_owned()));
        assert!(curves(&table(csv), "accuracy").is_none() && curves(&table("loss\n1\n"), "loss").is_none());
    }

    #[test]
    fn thinning_keeps_extremes_the_end_and_a_divergence() {
        let mut values: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.1).sin()).collect();
        values[500] = 9.0;
        values[999] = f32::INFINITY;
        let run = ChartCurve {
            settings: vec![],
            seed: "1".into(),
            iterations: (0..1000u16).map(f32::from).collect(),
            values,
        };
        let data = CurveData { quantity: "loss".into(), keys: vec![], runs: vec![run], thinned: None };
        assert_eq!(data.clone().fitted(1000), data);
        let thin = data.fitted(100);
        let run = &thin.runs[0];
        assert_eq!((thin.thinned, run.values.len() <= 101), (Some(50), true));
        assert!(
            run.iterations.is_sorted() && run.iterations.contains(&500.0) && run.iterations.contains(&999.0)
        );
    }
}
