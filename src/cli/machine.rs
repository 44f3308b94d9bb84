//! Facts about this machine: for run.json, and for refusing settings that will not fit.

use crate::results::Machine;
use std::fs;

/// Host, CPU and threads, as far as the system tells.
pub fn describe(threads: usize) -> Machine {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    Machine { host: host.trim().to_owned(), cpu: field(&cpu, "model name").to_owned(), threads }
}

/// Bytes of memory this process may still take, where the system tells.
pub fn available_memory() -> Option<u64> {
    let free = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let kibibytes: u64 = field(&text, "MemAvailable").strip_suffix(" kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    });
    let allowed = fs::read_to_string("/proc/self/limits").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
        line.split_whitespace().next()?.parse().ok()
    });
    [free, allowed].into_iter().flatten().min()
}

/// The value of the first line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
}
