//! The chapter: what it shows, in its order, with a paragraph for each of its figures.
//!
//! A part is a row: the command that makes it, what is asked, what the book says, and what is read off from our own
//! tables, so that no number of ours is written here.

use super::section::Introduction;
use crate::experiments::compare::rows::SummaryRow;
use crate::experiments::raw_table::RawTable;
use crate::results::{TableError, Tables};
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

fn table(tables: &Tables, name: &str) -> Result<RawTable, TableError> {
    Ok(RawTable::of(tables.get(name)?))
}

/// `zeros 1 of 100 units`, for each initializer.
fn distinct_units(tables: &Tables) -> Result<String, TableError> {
    let summary = table(tables, "summary")?;
    let told = summary.rows.iter().map(|row| {
        let cell = |name| summary.cell(row, name);
        format!("{} {} of {} units", cell("initializer"), cell("distinct_units"), cell("units"))
    });
    Ok(format!(
        "Ours, different units in the two hidden layers of 100 together, after the last update (2: one in each): {}.",
        told.collect::<Vec<_>>().join("; ")
    ))
}

/// What each initializer does to activations and gradients over all layers.
fn sizes(tables: &Tables) -> Result<String, TableError> {
    let layers = table(tables, "layers")?;
    let mut names: Vec<&str> = layers.rows.iter().map(|row| layers.cell(row, "initializer")).collect();
    names.dedup();
    let column = |name: &str, quantity: &str, column: &str| -> Vec<f64> {
        let wanted = |row: &&Vec<String>| {
            layers.cell(row, "initializer") == name
                && layers.cell(row, "quantity") == quantity
                && layers.cell(row, "iteration") == "0"
        };
        layers.rows.iter().filter(wanted).filter_map(|row| layers.cell(row, column).parse().ok()).collect()
    };
    let told = names.iter().filter_map(|name| {
        let (forward, back) = (column(name, "activation", "rms"), column(name, "d_activation", "rms"));
        let apart = significant(*column(name, "activation", "spread").last()?, 2);
        let change = |from: Option<&f64>, to: Option<&f64>| Some(significant(to? / from?, 2));
        let (signal, gradient) = (change(forward.first(), forward.last())?, change(back.last(), back.first())?);
        let forward_told = match column(name, "activation", "saturated").last() {
            Some(share) => format!("{} of the last layer's activations within 0.02 of 0 or 1", percent(*share)),
            None => format!("activations × {signal} from the first layer to the last"),
        };
        Some(format!(
            "{name}: {forward_told}, gradients × {gradient} on the way back, the last layer's units {apart} apart for one \
             example"
        ))
    });
    let saturation = "\nSaturated and vanishing are two things: where a gradient of std=1 does not shrink, its weights, ten \
                      times Xavier's at a width of 100, make up for what the flat ends of the sigmoid take.";
    let has_sigmoid = layers.rows.first().is_some_and(|row| layers.cell(row, "activation") == "sigmoid");
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
    let summary = table(tables, "summary")?;
    let of = |kind: &str| -> (usize, usize) {
        let rows: Vec<_> =
            summary.rows.iter().filter(|row| summary.cell(row, "batch_norm") == kind).collect();
        (rows.iter().filter(|row| summary.cell(row, "verdict") == "learned").count(), rows.len())
    };
    let ((with, all), (without, _)) = (of("true"), of("false"));
    Ok(format!(
        "Ours: with batch norm {with} of {all} runs learned (their loss ends clearly below that of guessing), without it {without}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Table;
    use crate::stats::Verdict;

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
        let units = csv("summary", "initializer,distinct_units,units\nzeros,1,100\n");
        assert!(distinct_units(&units).unwrap().contains("zeros 1 of 100 units"));
        let layers = csv(
            "layers",
            "activation,initializer,quantity,layer,iteration,rms,spread\nrelu,He,activation,1,0,2,1\n\
             relu,He,activation,5,0,1,0.8\nrelu,He,d_activation,1,0,3,0\nrelu,He,d_activation,5,0,1,0\n",
        );
        assert!(
            sizes(&layers)
                .unwrap()
                .contains("He: activations × 0.50 from the first layer to the last, gradients × 3.0")
        );
        let without = introduction(&CHAPTER[3], &Tables::new());
        assert_eq!(without.paragraphs, [CHAPTER[3].book], "without tables the book's part stays");
    }
}
