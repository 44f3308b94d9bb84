//! The chapter: what it shows, in its order, with a paragraph for each of its figures.
//!
//! A part is a row: the command that makes it, what is asked, what the book says, and what is read off from our own
//! tables, so that no number of ours is written here.

use super::section::Introduction;
use crate::experiments::activations::rows::LayerRow;
use crate::experiments::compare::rows::SummaryRow;
use crate::experiments::{batch_norm, symmetry};
use crate::results::{TableError, Tables};
use crate::stats::Verdict;
use crate::text::{fixed, percent, significant};

/// One figure of the chapter.
#[derive(Debug)]
pub struct ChapterPart {
    /// The words of the command; its folder below the chapter's is that of the experiment and [`name`](Self::name).
    pub words: &'static [&'static str],
    /// What keeps it apart from other runs of the experiment.
    pub name: &'static str,
    /// The book's figures or section.
    pub figure: &'static str,
    /// What is asked.
    pub asked: &'static str,
    /// What the book says or shows. It prints no numbers beside its figures.
    pub book: &'static str,
    /// What our tables say to it.
    pub ours: fn(&Tables) -> Result<String, TableError>,
}

/// The parts, in the order of chapter 6 of "Deep Learning from Scratch".
pub const CHAPTER: &[ChapterPart] = &[
    ChapterPart {
        words: &["symmetry", "--init", "zeros,He", "--activation", "sigmoid", "--iterations", "300"],
        name: "zeros",
        figure: "section 6.2.1",
        asked: "Why not start from zeros?",
        book: "The book says that equal weights receive equal updates, so that many units are no more than one; it shows no figure.",
        ours: distinct_units,
    },
    ChapterPart {
        words: &["activations", "--activation", "sigmoid", "--init", "std=1,std=0.01,Xavier", "--book"],
        name: "sigmoid",
        figure: "figures 6-10, 6-11, 6-13",
        asked: "What does the scale of the weights make of the activations of five sigmoid layers?",
        book: "The book shows histograms at 0 and 1 for std=1 and says that gradients vanish; around 0.5 for std=0.01, which it calls a loss of expressiveness; and wide ones for Xavier.",
        ours: sizes,
    },
    ChapterPart {
        words: &["activations", "--activation", "relu", "--init", "std=0.01,Xavier,He", "--book"],
        name: "relu",
        figure: "figure 6-14",
        asked: "What does it make of those of five ReLU layers?",
        book: "The book shows activations that vanish for std=0.01, lean towards 0 a little more in each layer for Xavier, and keep their spread for He.",
        ours: sizes,
    },
    ChapterPart {
        words: &["compare"],
        name: "mnist",
        figure: "figure 6-15",
        asked: "Which weights learn MNIST first?",
        book: "In the book's figure std=0.01 does not learn, Xavier starts late, He learns at once; it prints no numbers.",
        ours: losses,
    },
    ChapterPart {
        words: &["batch-norm"],
        name: "scales",
        figure: "figures 6-18, 6-19",
        asked: "Does batch norm forgive a bad scale?",
        book: "In the book's sixteen small figures the networks with batch norm learn at nearly every scale, those without it at few.",
        ours: scales,
    },
];

/// What a part asks, what the book says to it and what ours says. Where the tables cannot be read, the last is missing:
/// the section names the fault itself.
pub fn introduction(part: &ChapterPart, tables: &Tables) -> Introduction {
    let ours = (part.ours)(tables).ok();
    Introduction {
        asked: format!("{}: {}", capitalized(part.figure), part.asked),
        paragraphs: [part.book.to_owned()].into_iter().chain(ours).collect(),
    }
}

fn capitalized(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

/// `zeros 1 of 100 units`, for each initializer.
fn distinct_units(tables: &Tables) -> Result<String, TableError> {
    let rows: Vec<symmetry::rows::SummaryRow> = tables.rows("summary")?;
    let told =
        rows.iter().map(|row| format!("{} {} of {} units", row.initializer, row.distinct_units, row.units));
    Ok(format!(
        "Ours, different units in the two hidden layers of 100 together, after the last update (2: one in each): {}.",
        told.collect::<Vec<_>>().join("; ")
    ))
}

/// What each initializer does to activations and gradients over all layers.
fn sizes(tables: &Tables) -> Result<String, TableError> {
    let layers: Vec<LayerRow> = tables.rows("layers")?;
    let mut names: Vec<&str> = layers.iter().map(|row| row.initializer.as_str()).collect();
    names.dedup();
    let told = names.iter().filter_map(|name| {
        let of = |quantity: &str| -> Vec<&LayerRow> {
            let wanted = |row: &&LayerRow| row.quantity.to_string() == quantity && row.iteration == 0;
            layers.iter().filter(|row| row.initializer == **name).filter(wanted).collect()
        };
        let (forward, back) = (of("activation"), of("d_activation"));
        let change = |from: Option<&&LayerRow>, to: Option<&&LayerRow>| Some(significant(to?.rms / from?.rms, 2));
        let (signal, gradient) = (change(forward.first(), forward.last())?, change(back.last(), back.first())?);
        let apart = significant(forward.last()?.spread, 2);
        let forward_told = match forward.last()?.saturated {
            Some(share) => format!("{} of the last layer's activations within 0.02 of 0 or 1", percent(share)),
            None => format!("activations × {signal} from the first layer to the last"),
        };
        Some(format!(
            "{name}: {forward_told}, gradients × {gradient} on the way back, the last layer's units {apart} apart for one \
             example"
        ))
    });
    let saturation = "\nSaturated and vanishing are two things: where a gradient of std=1 does not shrink, its weights, ten \
                      times Xavier's at a width of 100, make up for what the flat ends of the sigmoid take.";
    let has_sigmoid = layers.first().is_some_and(|row| row.activation == "sigmoid");
    let why = if has_sigmoid { saturation } else { "" };
    Ok(format!(
        "Ours, in root mean squares (units apart: their standard deviation):\n{}{why}",
        told.collect::<Vec<_>>().join("\n")
    ))
}

/// Verdict and losses of each initializer.
fn losses(tables: &Tables) -> Result<String, TableError> {
    let rows: Vec<SummaryRow> = tables.rows("summary")?;
    let told = rows.iter().map(|row| {
        let below = match row.iterations_to_1 {
            Some(iteration) => format!("below 1 after {iteration} iterations"),
            None => "not below 1 in this run".to_owned(),
        };
        let loss = fixed(row.final_loss, 3);
        format!("{} {}, its loss {below} and {loss} at the end", row.initializer, row.verdict)
    });
    Ok(format!("Ours:\n{}", told.collect::<Vec<_>>().join("\n")))
}

/// How many scales learn with and without batch norm.
fn scales(tables: &Tables) -> Result<String, TableError> {
    let rows: Vec<batch_norm::rows::SummaryRow> = tables.rows("summary")?;
    let learned = |batch_norm| {
        let of_kind = rows.iter().filter(|row| row.batch_norm == batch_norm);
        of_kind.filter(|row| row.verdict == Verdict::Learned).count()
    };
    let all = rows.iter().filter(|row| row.batch_norm).count();
    let (with, without) = (learned(true), learned(false));
    Ok(format!(
        "Ours: with batch norm {with} of {all} runs learned (their loss ends clearly below that of guessing), without it {without}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Table;

    #[test]
    fn what_ours_says_is_read_from_the_tables() {
        let csv = |name: &str, text: &str| Tables::from_iter([Table::parse(name, text.as_bytes()).unwrap()]);
        let he = SummaryRow {
            final_loss: 0.21049,
            iterations_to_1: Some(168),
            ..SummaryRow::example(Verdict::Learned)
        };
        let zeros = SummaryRow {
            initializer: "zeros".to_owned(),
            final_loss: 2.3,
            ..SummaryRow::example(Verdict::Stalled)
        };
        let loss = Tables::from_iter([Table::from_rows("summary", &[he, zeros])]);
        let told = losses(&loss).unwrap();
        assert!(
            told.starts_with(
                "Ours:\nHe learned, its loss below 1 after 168 iterations and 0.210 at the end\nzeros"
            ),
            "{told}"
        );
        assert!(told.ends_with("stalled, its loss not below 1 in this run and 2.300 at the end"), "{told}");
        let units = csv(
            "summary",
            "activation,initializer,seed,units,distinct_units,largest_difference,moved,final_loss,test_accuracy,verdict,\
             diverged_at\nrelu,zeros,1,100,1,0,b3,2.3,0.1,stalled,NaN\n",
        );
        assert!(distinct_units(&units).unwrap().contains("zeros 1 of 100 units"));
        let layer = |quantity: &str, layer: usize, rms: f64, spread: f64| {
            format!("relu,He,1,{layer},{quantity},0,0,{rms},NaN,0,NaN,0,NaN,{spread},0,0\n")
        };
        let header = "activation,initializer,seed,layer,quantity,mean,std,rms,predicted_rms,percentile_98,saturated,zero,outside,\
                      spread,spread_of_examples,iteration\n";
        let rows = [
            ("activation", 1, 2.0, 1.0),
            ("activation", 5, 1.0, 0.8),
            ("d_activation", 1, 3.0, 0.0),
            ("d_activation", 5, 1.0, 0.0),
        ];
        let rows = rows.map(|(quantity, number, rms, spread)| layer(quantity, number, rms, spread)).concat();
        let layers = csv("layers", &format!("{header}{rows}"));
        assert!(
            sizes(&layers)
                .unwrap()
                .contains("He: activations × 0.50 from the first layer to the last, gradients × 3.0")
        );
        let without = introduction(&CHAPTER[3], &Tables::new());
        assert_eq!(without.paragraphs, [CHAPTER[3].book], "without tables the book's part stays");
    }
}
