//! Recommendation: sizes, an activation and data in; an initializer out, with its reason.
//!
//! Every candidate is assessed before training (on paper, measured, diagnosed), the candidates are
//! ranked, and the best few are tried for a short while. Not here: loading data, printing, the clock.
//!
//! Read in this order: [`config`] (the settings), [`candidates`](mod@candidates), [`sample`] (what they are
//! measured on), [`predict`](mod@predict) and [`assess`](mod@assess), [`distance`](mod@distance) and
//! [`rank`](mod@rank) (the rule), [`trial`], [`decide`](mod@decide) (one recommendation), [`answer`], [`tables`] and [`json`] (what
//! is printed), [`words`] (numbers and lines in it).
//!
//! ```text
//! candidates(&config) ─▶ assess ─▶ rank ─▶ run_trial ─▶ decide ─▶ Recommendation ─▶ answer
//! ```

pub mod answer;
pub mod assess;
pub mod candidates;
pub mod config;
pub mod decide;
pub mod distance;
pub mod json;
pub mod predict;
pub mod rank;
pub mod sample;
pub mod tables;
pub mod trial;
pub mod words;

pub use assess::{Assessment, assess};
pub use candidates::candidates;
pub use config::Config;
pub use decide::{Recommendation, decide};
pub use rank::rank;
pub use sample::Sample;

/// Settings from flags, with a small network where none is given.
#[cfg(test)]
fn test_config(flags: &[&str]) -> Config {
    use clap::Parser;
    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }
    let sizes = if flags.contains(&"--sizes") { &[][..] } else { &["--sizes", "20,10,10,4"] };
    let words = ["test"].iter().chain(sizes).chain(flags);
    Flags::parse_from(words).config
}
