#!/usr/bin/env python3
"""Breaks what keeps each promise of docs/FAULTS.md, one after the other, and runs the test that must notice.

    scripts/broken_promises.py TREE [WORDS...]     # WORDS: only promises with one of these in their name

TREE is a clean checkout of its own: its files are changed and put back. Development profile; a minute or less for each on 2 cores.
Exit 1 where a test passes, or where what is to be broken is not in its file any more.
"""
import subprocess
import sys
from pathlib import Path

FAULTS = "faults.py: "  # a function of tests/faults.py; others are tests of tests/it
ASIDE = "    written(path, bytes, fsync)?.persist(path).map(drop).map_err(|refused| refused.error)"
# The broken promise, the file, what keeps the promise, what stands there instead, and the test.
PROMISES = [
    ("devices are opened", "src/engine/files/open.rs", "if found.is_file() || pipes", "if !found.is_dir() || pipes", "what_is_no_regular_file"),
    ("a pipe is no table", "src/engine/files/open.rs", "    opened(path, true)", "    opened(path, false)", "a_table_may_come_through_a_pipe"),
    ("links are written through", "src/engine/files/create.rs", "    refuse_link(path)?;\n    written",
     "    let path = &fs::canonicalize(path).unwrap_or(path.to_owned());\n    written", "a_link_keeps_its_place"),
    ("a page of somebody else is replaced", "src/results/folder.rs", "if found.is_none_or(|found| !found.is_symlink() && is_ours()) {",
     "let _ = (found, is_ours);\n        if true {", "a_file_of_somebody_else"),
    ("a name is looked at first, then taken", "src/engine/files/create.rs", "    let Err(refused) = written(path, bytes, Fsync::Yes)?.persist_noclobber(path) else",
     "    if path.exists() {\n        return Err(ErrorKind::AlreadyExists.into());\n    }\n    let Err(refused) = written(path, bytes, Fsync::Yes)?.persist(path) else",
     "of_eight_at_once"),
    ("what cannot be printed is no error", "src/cli/print.rs", "OUTPUT_FAILED.store(true,", "OUTPUT_FAILED.store(false,", "output_that_cannot_be_written"),
    ("names are printed as they are", "src/engine/text/printable.rs", "if is_plain(c) { vec![c] } else", "if true { vec![c] } else", "names_of_others"),
    ("what is typed is printed as it is", "src/engine/text/printable.rs", "    !c.is_control()\n", "    true || !c.is_control()\n", "what_is_typed_and_refused"),
    ("the page has the folder's path", "src/report/typed_command.rs", '    ("--out", true),\n', "", "the_page_is_the_same"),
    ("a flag is in no list", "src/report/typed_command.rs", '    ("--style", true),\n', "", "a_flag_of_all_experiments"),
    ("stacks have the environment's size", "src/cli/threads.rs", ".stack_size(STACK)", "", "a_stack_of_the_environment"),
    ("files are written in place", "src/engine/files/create.rs", ASIDE, "    let _ = fsync;\n    fs::write(path, bytes)", FAULTS + "injected"),
    ("what stays aside is not cleared away", "src/engine/files/create.rs", "        clear(folder, aside", "        let _ = (clear, aside", FAULTS + "other_verbs"),
    ("an error of a listing is no error", "src/engine/files/mod.rs", "uninterrupted(|| fs::read_dir(folder)?.collect())?",
     "fs::read_dir(folder).map(|found| found.flatten().collect()).unwrap_or_default()", FAULTS + "unreadable"),
    ("draw does not reckon", "src/cli/draw.rs", "        needed(&self.wanted.sizes).check()?;", "", FAULTS + "memory_of_verbs"),
    ("without a lock nothing is done", "src/results/lock.rs", "warning = Some(no_lock(&path, &reason));\n                    break;",
     "let _ = reason;\n                    return Err(locked(folder, None));", FAULTS + "no_lock"),
    ("an error of a write is no error", "src/engine/files/create.rs", "    aside.as_file().write_all(bytes)?;", "    let _ = aside.as_file().write_all(bytes);",
     FAULTS + "small_disk"),
    ("runs are not forced to the disk", "src/results/runs.rs", "            let _ = rustix::fs::syncfs(&folder);\n            let _ = folder.sync_all();\n",
     "            let _ = folder;\n", FAULTS + "power_cut"),
    ("a signal's exit code is another", "src/cli/stop.rs", "    128 + signal as u8", "    64 + signal as u8", FAULTS + "signals"),
    ("who is refused is not told by whom", "src/results/lock.rs", "holder => return Err(locked(folder, holder)),", "_ => return Err(locked(folder, None)),",
     FAULTS + "two_at_once"),
    ("a file is hashed when it was read", "src/engine/data/idx_file.rs", "sha256(&[&self.header.to_bytes(), &self.content])",
     "sha256(&[&std::fs::read(&self.path).unwrap_or_default()])", FAULTS + "changing_data"),
    ("a write beyond the limit ends the process", "src/cli/stop.rs", "        flag::register(SIGXFSZ, Arc::default())?;\n", "        let _ = SIGXFSZ;\n", FAULTS + "limits"),
    ("memory of a control group is not known", "src/cli/job.rs", "        Needed::of_runs(&runs, pool.current_num_threads(), options.shard.is_none()).check()?;\n",
     "        let _ = Needed::of_runs(&runs, pool.current_num_threads(), options.shard.is_none());\n", FAULTS + "control_groups"),
    ("what does not fit is not refused", "src/cli/memory.rs", "available.filter(|available| needed > *available)", "available.filter(|_| false)",
     FAULTS + "reckoned_memory"),
    ("a killed process's folder stays", "src/engine/data/built_in.rs", "    remove_leftovers(parent);\n    let folder", "    let _ = remove_leftovers;\n    let folder",
     FAULTS + "temporary_folder"),
]


def passes(tree, test):
    """Whether a test passes; nothing where the program does not compile."""
    build = ["cargo", "build", "--quiet"] if test.startswith(FAULTS) else ["cargo", "test", "--quiet", "--test", "it", "--no-run"]
    built = subprocess.run(build, cwd=tree, stderr=subprocess.PIPE, text=True, check=False)
    if built.returncode != 0:
        print(built.stderr)
        return None
    where = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=tree, stdout=subprocess.PIPE, text=True, check=True)
    binary = where.stdout.split('"target_directory":"')[1].split('"')[0] + "/debug/initlab"
    faults = [sys.executable, "tests/faults.py", binary, test.removeprefix(FAULTS)]
    command = faults if test.startswith(FAULTS) else ["cargo", "test", "--quiet", "--test", "it", "--", test]
    done = subprocess.run(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if "SKIPPED" in done.stdout:
        print(done.stdout)
    return done.returncode == 0


def broken(tree, row):
    """What became of one broken promise, in a word."""
    _, name, kept, instead, test = row
    file = Path(tree) / name
    text = file.read_text()
    if kept not in text:
        return "NOT FOUND"
    changed = text.replace(kept, instead, 1)
    if name.endswith("typed_command.rs"):
        changed = changed.replace("; 16]", "; 15]", 1)
    file.write_text(changed)
    try:
        return {True: "MISSED", False: "noticed", None: "DOES NOT COMPILE"}[passes(tree, test)]
    finally:
        file.write_text(text)


def main():
    tree, *words = sys.argv[1:]
    rows = [row for row in PROMISES if not words or any(word in row[0] or word in row[4] for word in words)]
    ends = []
    for row in rows:
        ends.append(broken(tree, row))
        print(f"{ends[-1]}\t{row[0]}\t{row[4]}", flush=True)
    print(f"{ends.count('noticed')} of {len(ends)} noticed")
    sys.exit(0 if ends.count("noticed") == len(ends) else 1)


main()
