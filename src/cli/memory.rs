//! The memory that a command will need, and the refusal of what will not fit.
//!
//! An estimate before the work: of runs from the settings alone (the largest that are at work at a time with their
//! rows, and the rows of all while they are assembled). It is compared with what is free now and what limits leave.

use super::machine::AvailableMemory;
use crate::experiments::ConfigError;
use crate::experiments::runner::RunInfo;

/// Bytes that the program itself takes,
pub const PROGRAM: u64 = 32 << 20;
/// and its data.
const DATA: u64 = 96 << 20;
/// Addresses that the program takes beside its memory: its code, and what libraries set aside.
const BASE_ADDRESSES: u64 = 96 << 20;
/// Addresses that a thread takes: its stack, and the region its allocations come from.
const ADDRESSES_PER_THREAD: u64 = 66 << 20;
/// Bytes of a row while its run makes it: the number, the smoothed one, the text, and its copy on the way
/// to the file.
const ROW_IN_RUN: u64 = 150;
/// Bytes of a row while tables are assembled and drawn: the text twice, the row, and its point.
const ROW_ASSEMBLED: u64 = 300;

/// What a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The flags or arguments that it follows from.
    pub flags: &'static str,
    /// Bytes of memory.
    pub bytes: u64,
    /// Threads that are started.
    pub threads: usize,
}

impl Needed {
    /// For runs on so many threads; `assembled`: their tables are put together as well.
    pub fn of_runs(runs: &[RunInfo], threads: usize, assembled: bool) -> Self {
        let mut bytes: Vec<u64> = runs.iter().map(running).collect();
        bytes.sort_unstable_by(|a, b| b.cmp(a));
        let running = bytes.iter().take(threads).fold(0, |sum: u64, bytes| sum.saturating_add(*bytes));
        let rows = runs.iter().fold(0, |sum: u64, run| sum.saturating_add(run.assembled_rows));
        let assembling = if assembled { rows.saturating_mul(ROW_ASSEMBLED) } else { 0 };
        let bytes = (PROGRAM + DATA).saturating_add(running).saturating_add(assembling);
        Self { flags: "--hidden, --batch-size, --iterations, --seeds, --threads", bytes, threads }
    }

    /// Refuses what cannot fit into the memory that this process may take.
    ///
    /// # Errors
    /// [`ConfigError`] with both numbers in MB of 2²⁰ bytes. Where the system does not tell, nothing is refused.
    pub fn check(self) -> Result<(), ConfigError> {
        let AvailableMemory { bytes, addresses } = AvailableMemory::now();
        let beside = BASE_ADDRESSES + self.threads as u64 * ADDRESSES_PER_THREAD;
        let limits = [
            (self.bytes, bytes, "free"),
            (self.bytes.saturating_add(beside), addresses, "left of the limit of addresses (ulimit -v)"),
        ];
        let too_much = limits.into_iter().find_map(|(needed, available, what)| {
            available.filter(|available| needed > *available).map(|available| (needed, available, what))
        });
        too_much.map_or(Ok(()), |(needed, available, what)| {
            Err(ConfigError {
                flag: self.flags,
                value: format!("about {} MB", needed >> 20),
                expected: format!("what fits into the {} MB that are {what}", available >> 20),
            })
        })
    }
}

fn running(run: &RunInfo) -> u64 {
    run.cost.bytes.saturating_add(run.cost.rows.saturating_mul(ROW_IN_RUN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::Cost;

    #[test]
    fn the_largest_runs_count_once_a_thread_and_rows_of_all_runs() {
        let run = |bytes, rows| RunInfo {
            name: String::new(),
            cost: Cost { iterations: 1, bytes, rows },
            assembled_rows: rows,
        };
        let runs = [run(10, 1), run(30, 1), run(20, 2)];
        let needed = |runs: &[RunInfo], threads, assembled| Needed::of_runs(runs, threads, assembled).bytes;
        assert_eq!(needed(&runs, 2, false), PROGRAM + DATA + 50 + 3 * ROW_IN_RUN);
        assert_eq!(needed(&runs, 2, true), PROGRAM + DATA + 50 + 3 * ROW_IN_RUN + 4 * ROW_ASSEMBLED);
        assert_eq!(needed(&[run(u64::MAX, u64::MAX)], 1, true), u64::MAX);
    }
}
