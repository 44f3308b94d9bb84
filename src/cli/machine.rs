//! Facts about this machine: for run.json, and for refusing settings that will not fit.

use super::cgroup;
use crate::results::Machine;
use std::fs;
use std::path::Path;

/// Host, CPU and threads, as far as the system tells: names are empty elsewhere than on Linux.
pub fn describe(threads: usize) -> Machine {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    Machine { host: host.trim().to_owned(), cpu: field(&cpu, "model name").to_owned(), threads }
}

/// Bytes of memory that this process may still take, and of addresses, where the system tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvailableMemory {
    /// Memory that is free, within the limits of every control group this process is in.
    pub bytes: Option<u64>,
    /// Addresses that are left of the limit (`ulimit -v`).
    pub addresses: Option<u64>,
}

impl AvailableMemory {
    /// Asks the system.
    pub fn now() -> Self {
        let free = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
            let kibibytes: u64 = field(&text, "MemAvailable").strip_suffix(" kB")?.trim().parse().ok()?;
            Some(kibibytes * 1024)
        });
        let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let allowed = cgroup::available(Path::new("/sys/fs/cgroup"), &groups);
        Self { bytes: [free, allowed].into_iter().flatten().min(), addresses: addresses() }
    }

    /// The tighter of both limits.
    pub fn least(self) -> Option<u64> {
        [self.bytes, self.addresses].into_iter().flatten().min()
    }
}

/// Bytes of addresses that the limit leaves; `None` where there is no limit or the system does not tell.
fn addresses() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let limit: u64 = line.split_whitespace().next()?.parse().ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let used: u64 = field(&status, "VmSize").strip_suffix(" kB")?.trim().parse().ok()?;
    Some(limit.saturating_sub(used * 1024))
}

/// The value of the first line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
}
