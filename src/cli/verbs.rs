//! The experiments: one verb each.

use super::options::RunArgs;
use super::print::to_stderr;
use super::run_experiment::{Ended, run_experiment};
use super::stop::Stop;
use crate::experiments::activations::Activations;
use crate::experiments::batch_norm::BatchNorm;
use crate::experiments::circles::Circles;
use crate::experiments::compare::Compare;
use crate::experiments::runner::checked;
use crate::experiments::symmetry::Symmetry;
use crate::experiments::{Experiment, Extended};
use clap::Subcommand;

/// Makes one verb of each experiment; `sweep`, which reads a file, has a verb of another kind.
macro_rules! experiments {
    ($($(#[$about:meta])* $verb:ident: $experiment:ty;)*) => {
        /// The experiments.
        #[derive(Subcommand, Debug)]
        pub enum ExperimentVerb {
            $($(#[$about])* $verb(RunArgs<<$experiment as Experiment>::Config>),)*
        }

        impl ExperimentVerb {
            /// Runs the experiment and returns the exit code.
            pub fn execute(self, stop: &Stop) -> anyhow::Result<u8> {
                match self {
                    $(Self::$verb(run) => execute::<$experiment>(run, stop),)*
                }
            }
        }
    };
}

/// Runs an experiment, and with `--extend-rates` again with more rates while its best ones lie at the edge; finished runs
/// are used again.
fn execute<E: Experiment>(mut run: RunArgs<E::Config>, stop: &Stop) -> anyhow::Result<u8>
where
    E::Config: clap::Args,
{
    if run.options.data.data.is_some() {
        E::use_named_data(&mut run.config);
    }
    if run.options.extend_rates {
        E::check_extension(&run.config)?;
    }
    loop {
        let tables = match run_experiment(&checked::<E>(&run.config)?, &run.options, stop)? {
            Ended::With(code) => return Ok(code),
            Ended::AtAnEdge(tables) => tables,
        };
        to_stderr("--extend-rates: a best rate lies at the edge; the rates beyond it are tried too");
        let Extended::Beyond(config) = E::extended(&run.config, &tables)? else {
            unreachable!("the same tables had a best rate at the edge")
        };
        run.config = config;
        run.options.fresh = false;
    }
}

experiments! {
    /// Loss curves on MNIST, one network per initializer: the textbook figure.
    ///
    /// Examples:
    ///   initlab compare
    ///   initlab compare --seeds 5 --init Xavier,He,lecun_uniform
    ///   initlab compare --activation tanh --optimizer adam --learning-rate 0.001
    #[command(verbatim_doc_comment)]
    Compare: Compare;

    /// Histograms of activations and gradients, layer by layer: what an initializer does to a signal.
    ///
    /// Examples:
    ///   initlab activations
    ///   initlab activations --activation relu --init Xavier,He --layers 20 --seeds 5
    ///   initlab activations --on mnist --activation tanh,softsign
    ///   initlab activations --during training --activation sigmoid,tanh --init Xavier
    #[command(verbatim_doc_comment)]
    Activations: Activations;

    /// Why not zeros: units that start alike stay alike, shown bit for bit on MNIST.
    ///
    /// Examples:
    ///   initlab symmetry
    ///   initlab symmetry --init zeros,ones,He --one-changed ones --activation tanh
    #[command(verbatim_doc_comment)]
    Symmetry: Symmetry;

    /// Two rings: zeros, ×10, He, with the boundary each network draws; needs no data.
    ///
    /// Examples:
    ///   initlab circles
    ///   initlab circles --init He,Xavier --activation tanh
    ///   initlab circles --seed 1 --seeds 10
    #[command(verbatim_doc_comment)]
    Circles: Circles;

    /// Accuracy with and without batch norm, over 16 scales of the initial weights.
    ///
    /// Examples:
    ///   initlab batch-norm
    ///   initlab batch-norm --scales 8 --activation tanh --seeds 3
    #[command(verbatim_doc_comment)]
    BatchNorm: BatchNorm;
}

#[cfg(test)]
mod tests {
    use super::ExperimentVerb;
    use crate::cli::known_experiments::EXPERIMENTS;
    use clap::Subcommand;

    #[test]
    fn every_verb_is_in_the_list_of_experiments_and_sweep_beside_them() {
        let command = ExperimentVerb::augment_subcommands(clap::Command::new("initlab"));
        let verbs = command.get_subcommands().map(clap::Command::get_name);
        assert!(verbs.chain(["sweep"]).eq(EXPERIMENTS.iter().map(|experiment| experiment.name)));
    }
}
