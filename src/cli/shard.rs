//! Shards: the share of the runs that one process does, given on the command line or by a scheduler.
//!
//! Shares need no coordinator and no lock: the runs are listed in the same order everywhere, and
//! share I of N is every N-th of them from number I on.
//!
//! ```
//! use initlab::cli::shard::{Shard, ShardArg};
//!
//! let second_of_four: ShardArg = "1/4".parse().unwrap();
//! let shard = second_of_four.resolve(|_| None).unwrap();
//! assert_eq!(shard, Shard { index: 1, of: 4 });
//! assert_eq!((0..8).filter(|run| shard.takes(*run)).collect::<Vec<_>>(), [1, 5]);
//!
//! let slurm = |name: &str| match name {
//!     "SLURM_ARRAY_TASK_ID" => Some("3".to_owned()),
//!     "SLURM_ARRAY_TASK_MIN" => Some("1".to_owned()),
//!     "SLURM_ARRAY_TASK_MAX" => Some("4".to_owned()),
//!     _ => None,
//! };
//! assert_eq!(ShardArg::Auto.resolve(slurm).unwrap(), Shard { index: 2, of: 4 });
//! ```

use crate::experiments::ConfigError;
use std::str::FromStr;

/// One share of the runs: every `of`-th, from number `index` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Number of the shard, from 0.
    pub index: usize,
    /// Number of shards.
    pub of: usize,
}

impl Shard {
    /// All runs.
    pub const ALL: Self = Self { index: 0, of: 1 };

    /// True if a run belongs to this shard.
    pub fn takes(self, run: usize) -> bool {
        run % self.of == self.index
    }
}

/// A share as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardArg {
    /// `I/N`.
    Exactly(Shard),
    /// `auto`: this task of the scheduler's array.
    Auto,
    /// `auto/N`: this task of N.
    AutoOf(usize),
}

impl FromStr for ShardArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected I/N with I from 0 to N − 1, as in 0/4, or auto, or auto/N".to_owned();
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let (index, of) = text.split_once('/').ok_or_else(expected)?;
        let of = of.parse().ok().filter(|of| *of > 0).ok_or_else(expected)?;
        if index == "auto" {
            return Ok(Self::AutoOf(of));
        }
        let index = index.parse().ok().filter(|index| *index < of).ok_or_else(expected)?;
        Ok(Self::Exactly(Shard { index, of }))
    }
}

/// The variables in which a scheduler tells a task of an array which one it is.
struct Scheduler {
    /// The task's number.
    task: &'static str,
    /// The lowest number of a task; below it the job is no array.
    lowest: usize,
    /// First and last task, where they are told.
    range: Option<[&'static str; 2]>,
    /// The step between tasks, where it is told.
    step: Option<&'static str>,
    /// Number of tasks, where that is told.
    count: Option<&'static str>,
}

impl Scheduler {
    const fn telling(task: &'static str) -> Self {
        Self { task, lowest: 0, range: None, step: None, count: None }
    }
}

/// The schedulers that are known. HyperQueue comes first: its workers often run inside of a job of
/// one of the others.
const SCHEDULERS: &[Scheduler] = &[
    Scheduler::telling("HQ_TASK_ID"),
    Scheduler {
        range: Some(["SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX"]),
        step: Some("SLURM_ARRAY_TASK_STEP"),
        count: Some("SLURM_ARRAY_TASK_COUNT"),
        ..Scheduler::telling("SLURM_ARRAY_TASK_ID")
    },
    Scheduler {
        range: Some(["SGE_TASK_FIRST", "SGE_TASK_LAST"]),
        step: Some("SGE_TASK_STEPSIZE"),
        ..Scheduler::telling("SGE_TASK_ID")
    },
    Scheduler::telling("PBS_ARRAY_INDEX"),
    Scheduler::telling("PBS_ARRAYID"),
    // 0 in every job of LSF that is no array.
    Scheduler { lowest: 1, step: Some("LSB_JOBINDEX_STEP"), ..Scheduler::telling("LSB_JOBINDEX") },
];

impl ShardArg {
    /// The share that is meant in an environment, given as the values of its variables.
    ///
    /// # Errors
    /// [`ConfigError`] for `auto` outside of a job array, in one whose scheduler does not say how many tasks
    /// there are, and in an array that leaves tasks out.
    pub fn resolve(self, variable: impl Fn(&str) -> Option<String>) -> Result<Shard, ConfigError> {
        let number = |name: &str| variable(name)?.trim().parse::<usize>().ok();
        let refused = |value: &str, expected: String| ConfigError {
            flag: "--shard",
            value: value.to_owned(),
            expected,
        };
        let found = || {
            SCHEDULERS.iter().find_map(|scheduler| {
                let task = number(scheduler.task).filter(|task| *task >= scheduler.lowest)?;
                Some((scheduler, task))
            })
        };
        let none = |value: &str| {
            let names: Vec<&str> = SCHEDULERS.iter().map(|scheduler| scheduler.task).collect();
            refused(value, format!("one of {} in the environment of a job array's task", names.join(", ")))
        };
        match self {
            Self::Exactly(shard) => Ok(shard),
            // Whether tasks are counted from 0 or from 1, each gets another remainder.
            Self::AutoOf(of) => match found() {
                Some((scheduler, task)) => Ok(Shard { index: task / scheduler.step(number) % of, of }),
                None => Err(none(&format!("auto/{of}"))),
            },
            Self::Auto => {
                let (scheduler, task) = found().ok_or_else(|| none("auto"))?;
                scheduler.shard(task, number).map_err(|expected| refused("auto", expected))
            }
        }
    }
}

impl Scheduler {
    /// The step between tasks; 1 where none is told.
    fn step(&self, number: impl Fn(&str) -> Option<usize>) -> usize {
        self.step.and_then(number).filter(|step| *step > 0).unwrap_or(1)
    }

    /// (task − first) / step of all tasks; an error says what is missing.
    fn shard(&self, task: usize, number: impl Fn(&str) -> Option<usize>) -> Result<Shard, String> {
        let unknown = || format!("auto/N: {} does not say of how many", self.task);
        let [first, last] = self.range.ok_or_else(unknown)?.map(&number);
        let (first, last) = first.zip(last).ok_or_else(unknown)?;
        let step = self.step(&number);
        let of = last.saturating_sub(first) / step + 1;
        let told = self.count.and_then(&number).unwrap_or(of);
        if told != of || task < first || task > last {
            return Err(format!(
                "a regular array, found {told} tasks from {first} to {last}; to run some tasks again, name the number \
                 of shares there were: auto/N"
            ));
        }
        Ok(Shard { index: (task - first) / step, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(share: &str, variables: &[(&str, &str)]) -> Result<Shard, String> {
        let value = |name: &str| variables.iter().find(|row| row.0 == name).map(|row| row.1.to_owned());
        share.parse::<ShardArg>().unwrap().resolve(value).map_err(|error| error.to_string())
    }

    fn slurm(
        id: &'static str,
        min: &'static str,
        max: &'static str,
        count: &'static str,
    ) -> [(&'static str, &'static str); 4] {
        [
            ("SLURM_ARRAY_TASK_ID", id),
            ("SLURM_ARRAY_TASK_MIN", min),
            ("SLURM_ARRAY_TASK_MAX", max),
            ("SLURM_ARRAY_TASK_COUNT", count),
        ]
    }

    #[test]
    fn a_task_knows_its_share() {
        let shard = |index, of| Ok(Shard { index, of });
        assert_eq!(resolve("2/5", &[]), shard(2, 5));
        assert_eq!(resolve("auto", &slurm("3", "1", "12", "12")), shard(2, 12));
        assert_eq!(resolve("auto", &slurm("7", "7", "7", "1")), shard(0, 1));
        assert_eq!(resolve("auto/12", &slurm("12", "1", "12", "12")), shard(0, 12));
        let stepped = [("SLURM_ARRAY_TASK_STEP", "4"), ("SLURM_ARRAY_TASK_ID", "8")];
        let stepped = [&stepped[..], &slurm("8", "0", "12", "4")].concat();
        assert_eq!(resolve("auto", &stepped), shard(2, 4));
        let sge = [
            ("SGE_TASK_ID", "5"),
            ("SGE_TASK_FIRST", "1"),
            ("SGE_TASK_LAST", "9"),
            ("SGE_TASK_STEPSIZE", "2"),
        ];
        assert_eq!(resolve("auto", &sge), shard(2, 5));
        assert_eq!(resolve("auto/4", &[("PBS_ARRAY_INDEX", "3")]), shard(3, 4));
        let lsf = [("LSB_JOBINDEX", "9"), ("LSB_JOBINDEX_STEP", "4")];
        assert_eq!(resolve("auto/4", &lsf), shard(2, 4));
        let inside = [&[("HQ_TASK_ID", "1")], &slurm("3", "1", "12", "12")[..]].concat();
        assert_eq!(resolve("auto/4", &inside), shard(1, 4));
    }

    #[test]
    fn an_array_with_a_step_has_every_share_once() {
        for tasks in [["0", "4", "8", "12"], ["1", "5", "9", "13"], ["3", "7", "11", "15"]] {
            let index = |task| {
                let task = [("SLURM_ARRAY_TASK_ID", task), ("SLURM_ARRAY_TASK_STEP", "4")];
                resolve("auto/4", &task).unwrap().index
            };
            assert_eq!(tasks.map(index), [0, 1, 2, 3], "{tasks:?}");
        }
        assert!(resolve("auto/4", &[("LSB_JOBINDEX", "0")]).is_err(), "no array");
    }

    #[test]
    fn what_the_environment_does_not_tell_is_named() {
        let none = resolve("auto", &[("SGE_TASK_ID", "undefined")]).unwrap_err();
        assert!(
            none.contains("'auto' for '--shard': expected one of HQ_TASK_ID, SLURM_ARRAY_TASK_ID"),
            "{none}"
        );
        let count = resolve("auto", &[("HQ_TASK_ID", "3")]).unwrap_err();
        assert!(count.ends_with("expected auto/N: HQ_TASK_ID does not say of how many"), "{count}");
        let gaps = resolve("auto", &slurm("3", "3", "9", "2")).unwrap_err();
        assert!(
            gaps.contains("expected a regular array, found 2 tasks from 3 to 9") && gaps.ends_with("auto/N"),
            "{gaps}"
        );
    }

    #[test]
    fn shares_are_all_runs_once() {
        for of in 1..5 {
            let takers = |run| (0..of).filter(|index| Shard { index: *index, of }.takes(run)).count();
            assert!((0..20).all(|run| takers(run) == 1));
        }
        for text in ["", "4/4", "1", "/3", "auto/0", "auto/", "-1/3", "Auto"] {
            assert!(text.parse::<ShardArg>().is_err(), "{text}");
        }
    }
}
