//! The number of threads that share the runs.

use anyhow::Context;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZero;
use std::thread::available_parallelism;

/// Above so many runs per core, a last round that is not full costs too little to matter.
const FEW_ROUNDS: usize = 8;

/// Bytes of a thread's stack, whatever the environment says.
pub const STACK: usize = 2 << 20;

/// Threads for so many runs: as many as wanted, or as many as suit them.
pub fn pool(wanted: Option<u32>, runs: usize) -> anyhow::Result<ThreadPool> {
    let threads = wanted.map_or_else(|| suitable(runs, cores()), |wanted| wanted as usize);
    let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK);
    pool.build().context("cannot start the threads")
}

/// Does something in a pool with a thread per core: outside of one, the library would start one of its own
/// size and panic where it cannot.
pub fn in_pool<R: Send>(work: impl FnOnce() -> anyhow::Result<R> + Send) -> anyhow::Result<R> {
    pool(None, 1)?.install(work)
}

/// Number of a pool's threads that work at the same time.
pub fn at_once(pool: &ThreadPool) -> usize {
    pool.current_num_threads().min(cores())
}

/// Number of threads that this machine has cores for.
pub fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// One thread per core, or a few more if their rounds then always keep every core busy.
///
/// Three runs on two cores: the system gives each two thirds of a core, and all end together. With two
/// threads the third run would come last, and two cores that share its steps are not twice as fast.
fn suitable(runs: usize, cores: usize) -> usize {
    let full = |threads: &usize| runs.is_multiple_of(*threads) || runs % threads >= cores;
    let threads = if runs < FEW_ROUNDS * cores { (cores..2 * cores).find(full) } else { None };
    threads.unwrap_or(cores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_round_of_runs_leaves_a_core_idle_where_that_can_be() {
        for (runs, cores, threads) in [
            (1, 2, 2), // shares its steps
            (2, 2, 2),
            (3, 2, 3),
            (5, 2, 3), // three, then two
            (7, 2, 2), // no number is better
            (18, 8, 9),
            (3, 8, 8),
            (1_001, 2, 2),
            (7, 1, 1),
        ] {
            assert_eq!(suitable(runs, cores), threads, "{runs} runs on {cores} cores");
        }
    }
}
