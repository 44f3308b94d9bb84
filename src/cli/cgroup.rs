//! The memory limit of the control groups that this process is in: of a container, or of a cluster's job.

use std::fs;
use std::path::Path;

/// The files of one version of control groups.
struct Files {
    /// The group's limit in bytes; no number where there is none.
    limit: &'static str,
    /// The bytes that the group uses.
    used: &'static str,
    /// The line of `memory.stat` with what the system would give back: cached files nobody uses.
    reclaimable: &'static str,
}

const VERSION_1: Files = Files {
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    reclaimable: "total_inactive_file",
};
const VERSION_2: Files = Files { limit: "memory.max", used: "memory.current", reclaimable: "inactive_file" };

/// Bytes that the groups in `membership` (the text of `/proc/self/cgroup`) leave; `None`: no limit.
///
/// Every group above has its limit too. In a container the group's own path is often not visible; its
/// files then stand at the root.
pub fn available(root: &Path, membership: &str) -> Option<u64> {
    let groups = membership.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, path) = (fields.next()?, fields.next()?);
        let path = path.trim_start_matches('/');
        match controllers {
            "" => Some((root.to_owned(), path, VERSION_2)),
            list if list.split(',').any(|name| name == "memory") => {
                Some((root.join("memory"), path, VERSION_1))
            }
            _ => None,
        }
    });
    let left = |(root, path, files): (std::path::PathBuf, &str, Files)| {
        Path::new(path).ancestors().filter_map(|above| left_in(&root.join(above), &files)).min()
    };
    groups.filter_map(left).min()
}

/// Bytes that one group leaves: its limit less what it uses and cannot give back; `None` without a limit.
fn left_in(group: &Path, files: &Files) -> Option<u64> {
    let number = |name: &str| fs::read_to_string(group.join(name)).ok()?.trim().parse::<u64>().ok();
    let limit = number(files.limit)?;
    let used = number(files.used).unwrap_or(0);
    let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
    let reclaimable = stat.lines().find_map(|line| line.strip_prefix(files.reclaimable)?.trim().parse().ok());
    Some(limit.saturating_sub(used.saturating_sub(reclaimable.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    fn write(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        }
    }

    #[test]
    fn the_tightest_group_counts_and_cached_files_do_not() {
        let root = tempdir().unwrap();
        write(
            root.path(),
            &[
                ("job/memory.max", "1000\n"),
                ("job/memory.current", "700\n"),
                ("job/memory.stat", "anon 300\ninactive_file 400\n"),
                ("job/step/memory.max", "max\n"),
                ("job/step/memory.current", "600\n"),
            ],
        );
        assert_eq!(available(root.path(), "0::/job/step\n"), Some(700));
        assert_eq!(available(root.path(), "0::/other\n"), None);
    }

    #[test]
    fn version_1_and_a_container_s_own_root_are_known() {
        let root = tempdir().unwrap();
        write(
            root.path(),
            &[("memory/memory.limit_in_bytes", "900"), ("memory/memory.usage_in_bytes", "100")],
        );
        assert_eq!(available(root.path(), "3:cpu:/x\n4:memory:/docker/1f\n"), Some(800));
    }
}
