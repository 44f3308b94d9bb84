#!/usr/bin/env python3
"""Provokes faults from outside and checks that none loses a finished run or leaves half a file.

    tests/faults.py [BINARY [FAULT...]]        default: target/release/initlab, every fault

Each fault hits one small command in a folder of its own; the same command is then typed again and its files
are compared byte for byte with those of an undisturbed run; so are those of the other verbs. What a machine cannot provoke (no strace, no root
for a small disk) is skipped, and the last lines say so. docs/FAULTS.md has the promises.
"""
import gzip
import json
import os
import pty
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/initlab").resolve()
SETTINGS = ["--hidden", "8", "--batch-size", "8", "--iterations", "30", "--init", "He,Xavier", "--threads", "1"]
PANIC, ABORT = 101, -signal.SIGABRT
LIMIT = 60  # seconds after which a command counts as hanging

failures, tally, skipped = [], {}, []
counting = threading.Lock()


def tiny(out):
    """Writes a data set of 300 + 60 images."""
    out.mkdir()
    for part, count in (("train", 300), ("t10k", 60)):
        for kind, header, size in (("images-idx3", 16, 784), ("labels-idx1", 8, 1)):
            with gzip.open(ROOT / f"data/{part}-{kind}-ubyte.gz") as archive:
                raw = archive.read(header + size * count)
            raw = raw[:4] + struct.pack(">I", count) + raw[8:]
            (out / f"{part}-{kind}-ubyte").write_bytes(raw)


def words(data):
    return [str(BINARY), "compare", "--data", str(data), *SETTINGS]


def files(folder):
    """Tables and figures by name."""
    kinds = (".csv", ".svg", ".png")
    found = sorted((folder / "results/compare").glob("*"))
    return {path.name: path.read_bytes() for path in found if path.suffix in kinds}


def kept_runs(folder):
    """Files of finished runs by name."""
    return {path.name: path.read_bytes() for path in folder.glob("results/compare/runs/*.run")}


def run(command, folder, **options):
    """Runs a command to its end; returns its exit code (negative: a signal) and what it said."""
    try:
        ended = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                               check=False, **options)
    except subprocess.TimeoutExpired:
        return None, "it hangs"
    return ended.returncode, ended.stderr.decode(errors="replace")


def check(kind, what, folder, data, expected, ended, allowed):
    """Counts a fault; whatever happened, nothing may be half-written and the same command must complete."""
    code, said = ended
    problems = []
    if code not in allowed or "panicked" in said:
        problems.append(f"ended with {code}: {said.strip()[-300:]}")
    for name, found in files(folder).items():
        if found != expected[name]:
            problems.append(f"{name} is half-written")
    code, said = run(words(data), folder)
    if code != 0 or files(folder) != expected:
        problems.append(f"typed again: {code}, {said.strip()[-300:]}")
    count(kind, what, problems)


def count(kind, what, problems):
    """Counts a fault, which is survived where there is no problem."""
    with counting:
        counts = tally.setdefault(kind, [0, 0])
        counts[0] += 1
        if problems:
            failures.append(f"{kind}: {what}: " + "; ".join(problems))
        else:
            counts[1] += 1


class Fresh:
    """A folder of its own for each fault."""

    def __enter__(self):
        self.path = Path(tempfile.mkdtemp(prefix="faults-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


CALLS = {"write": "write", "open": "openat", "fsync": "fsync", "rename": "rename,renameat,renameat2", "unlink":
         "unlink,unlinkat", "mkdir": "mkdir,mkdirat"}
TRACER = ["strace", "-f", "-qq", "-o", "/dev/null"]
INJECTED = {"EIO": "error=EIO", "ENOSPC": "error=ENOSPC", "kill -9": "signal=KILL"}


def injected(data, expected):
    """Every write, open, fsync, rename, unlink and mkdir in turn: fails, finds the disk full, or is the last."""
    with Fresh() as folder:
        log = traced(words(data), folder)

    def inject(name, fault, number):
        with Fresh() as folder:
            ended = run(injecting(CALLS[name], fault, number, words(data)), folder)
            allowed = [0, 1, 3, -9, 137] if fault == "kill -9" else [0, 1, 3, 4]
            check(f"{fault} at every {name}", f"call {number}", folder, data, expected, ended, allowed)

    at_every_call(log, inject)


def traced(command, folder):
    """The calls of a command, a line each; none where nothing can be traced."""
    if not shutil.which("strace"):
        skipped.append("injected errors and kills: no strace")
        return []
    code, said = run(["strace", "-f", "-o", "log", *command], folder)
    if code != 0:
        skipped.append(f"injected errors and kills: strace may not trace here ({said.strip()[-80:]})")
        return []
    return (folder / "log").read_text(errors="replace").splitlines()


def injecting(calls, fault, number, command):
    return [*TRACER, "-e", f"inject={calls}:{INJECTED[fault]}:when={number}", *command]


def at_every_call(log, inject):
    """Calls `inject` with every kind of call, every fault and every number of a call."""
    for name, calls in CALLS.items():
        # strace counts for each thread; the largest count reaches every call of every thread.
        counts = {}
        for line in log:
            thread, _, call = line.partition(" ")
            if call.strip().split("(")[0] in calls.split(","):
                counts[thread] = counts.get(thread, 0) + 1
        # Opening libraries is the system's work, before the first line of the program.
        first = 1 if name != "open" else 1 + sum("/lib" in line and "openat(" in line for line in log[:40])
        numbers = range(first, max(counts.values(), default=0) + 1)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [pool.submit(inject, name, fault, number) for fault in INJECTED for number in numbers]
            for job in jobs:
                job.result()


# Verbs that write in other ways than `compare`, and what they make. `plot` writes as `compare` does, `lab` as `report`.
VERBS = {"draw": (["draw", "--sizes", "30,20", "--out", "w.npz"], "w.npz"),
         "inspect": (["inspect", "m.npz", "--write-recipe", "recipe.toml"], "recipe.toml"),
         "report": (["report", "r"], "r/report.html")}


def place(folder):
    """What the verbs need in a folder."""
    for command in ("draw --sizes 30,20 --out m.npz", "circles --iterations 5 --init He -q --out r"):
        assert run([str(BINARY), *command.split()], folder)[0] == 0


def other_verbs(_data, _expected):
    """The same faults in the other verbs that write: what they make is whole or not there, nothing stays aside."""
    for verb, (command, makes) in VERBS.items():
        command = [str(BINARY), *command]
        with Fresh() as original, Fresh() as alone:
            place(original)
            shutil.copytree(original, alone, dirs_exist_ok=True)
            log = traced(command, alone)
            whole = (alone / makes).read_bytes() if log else b""

            def inject(name, fault, number, verb=verb, command=command, makes=makes, original=original, whole=whole):
                with Fresh() as folder:
                    shutil.copytree(original, folder, dirs_exist_ok=True)
                    code, said = run(injecting(CALLS[name], fault, number, command), folder)
                    problems = [] if code in (0, 1, 2, 3, 4, -9, 137) and "panicked" not in said else [f"{code}: {said}"]
                    made = folder / makes
                    found = made.read_bytes() if made.exists() else whole
                    # A page that names what could not be read, with exit code 1, is whole.
                    if found != whole and not (code == 1 and b"Not everything could be read." in found):
                        problems.append("it is half-written")
                    for aside in folder.glob("**/.initlab-*"):
                        os.utime(aside, (time.time() - 20,) * 2)
                    again, said = run(command, folder)  # 2: the file is there, which these two refuse to overwrite
                    if again not in ([0, 2] if verb in ("draw", "inspect") else [0]) or made.read_bytes() != whole:
                        problems.append(f"typed again: {again}: {said}")
                    if again == 0 and list(folder.glob("**/.initlab-*")):
                        problems.append("something stays aside")
                    count(f"{fault} in {verb}", f"{name} {number}", problems)

            at_every_call(log, inject)


def unreadable(_data, _expected):
    """A folder that cannot be listed is told by every verb that looks into folders, and never left out."""
    verbs = {"list": ["list", "r"], "report": ["report", "r"], "plot": ["plot", "r"], "inspect": ["inspect", "m"]}
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    if nobody and not shutil.which("setpriv"):
        return skipped.append("a folder that may not be read: root may read all")
    for verb, command in verbs.items():
        command = [str(BINARY), *command]
        with Fresh() as folder:
            place(folder)
            (folder / "m").mkdir()
            shutil.copy(folder / "m.npz", folder / "m/m.npz")
            shutil.copytree(folder / "r/circles", folder / "r/other")
            listings = range(1, 2 if verb == "inspect" else 4) if shutil.which("strace") else []
            for number in listings:
                code, said = run([*TRACER, "-e", f"inject=getdents64:error=EIO:when={number}", *command], folder)
                count("EIO while a folder is listed", f"{verb}, {number}", [] if code == 1 and said else [f"{code} {said}"])
            hidden = folder / ("m" if verb == "inspect" else "r/circles")
            run(["chmod", "-R", "a+rwX", str(folder)], folder)
            hidden.chmod(0)
            code, said = run([*nobody, *command], folder)
            hidden.chmod(0o755)
            told = code == 1 and str(hidden.relative_to(folder)) in said
            count("a folder that may not be read", verb, [] if told else [f"{code} {said}"])
    return None


def memory_of_verbs(_data, _expected):
    """A limit of memory at every size: done or refused, never in the middle."""
    with Fresh() as folder:
        place(folder)
        for verb in ("draw --sizes 3000,2000 --out large.npz --force", "report r"):
            for megabytes in range(60, 420, 20):
                limit = megabytes << 20
                code, said = run([str(BINARY), *verb.split()], folder,
                                 preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
                problems = [] if code in (0, 1, 2) else [f"{code} {said}"]
                count("memory of draw and report", f"{verb}, {megabytes} MB", problems)


def no_lock(data, expected):
    """A file system without locks, as some network file systems are."""
    if not shutil.which("strace"):
        return skipped.append("no lock to be had: no strace")
    for error in ("ENOSYS", "ENOLCK", "EOPNOTSUPP", "EIO"):
        with Fresh() as folder:
            ended = run([*TRACER, "-e", f"inject=flock:error={error}", *words(data)], folder)
            warned = "cannot be locked" in ended[1]
            check("no lock to be had", error, folder, data, expected, ended if warned else (None, ended[1]), [0])
    return None


def small_disk(data, expected):
    """A disk that is full at every size until it suffices."""
    if os.geteuid() != 0:
        return skipped.append("a full disk: mounting one needs root")
    for kilobytes in [4, 8, 12, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 256, 320, 400]:
        with Fresh() as folder:
            (folder / "results").mkdir()
            mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder / "results")]
            if run(mount, folder)[0] != 0:
                return skipped.append("a full disk: no tmpfs can be mounted here")
            try:
                ended = run(words(data), folder)
                run(["mount", "-o", "remount,size=16m", str(folder / "results")], folder)
                check("full disk", f"{kilobytes} kB", folder, data, expected, ended, [0, 1])
            finally:
                run(["umount", "-l", str(folder / "results")], folder)


def power_cut(data, expected):
    """What reached the disk when the power failed, at the end of a command or right after one of its calls."""
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        return skipped.append("a power cut: needs root and mkfs.ext4")
    calls = ("fsync", CALLS["rename"])
    killed = [f"inject={call}:signal=KILL:when={number}" for call in calls for number in range(1, 7)]
    for injection in [None, *(killed if shutil.which("strace") else [])]:
        tracer = [*TRACER, "-e", injection] if injection else []
        with Fresh() as folder, Disk(folder, "8M") as before:
            if not before.mounted:
                return skipped.append("a power cut: no file system can be mounted from a file here")
            ended = run([*tracer, *words(data)], before.path)
            runs = kept_runs(before.path)
            shutil.copy(before.image, folder / "copy")
            with Disk(folder, image=folder / "copy") as after:
                lost = not injection and (kept_runs(after.path) != runs or files(after.path) != expected)
                what = f"after {injection or 'exit 0'}"
                ended = (None, "a finished run is lost") if lost else ended
                check("power cut", what, after.path, data, expected, ended, [0, -9, 137])
    return None


class Disk:
    """An ext4 file system in a file, mounted."""

    def __init__(self, folder, size=None, image=None):
        self.image = image or folder / "image"
        self.path = folder / f"mounted-{self.image.name}"
        self.path.mkdir()
        if size:
            run(["truncate", "-s", size, str(self.image)], folder)
            run(["mkfs.ext4", "-q", str(self.image)], folder)
        self.mounted = run(["mount", "-o", "loop", str(self.image), str(self.path)], folder)[0] == 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        run(["umount", "-l", str(self.path)], self.path.parent)


def in_terminal(command, folder, act):
    """Runs a command in a terminal of its own while `act` does something to it; returns its exit code."""
    started, starting = os.pipe()  # closed by the program's start, so that no signal meets Python in its place
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.chdir(folder)
            os.execv(command[0], command)
        finally:
            os._exit(127)
    os.close(starting)
    os.read(started, 1)
    os.close(started)
    act(child, terminal)
    start, status = time.monotonic(), None
    while status is None:
        if time.monotonic() - start > LIMIT:
            os.kill(child, signal.SIGKILL)
        try:
            os.set_blocking(terminal, False)
            os.read(terminal, 4096)
        except (BlockingIOError, OSError):
            pass
        done, code = os.waitpid(child, os.WNOHANG)
        status = code if done else None
        time.sleep(0.002)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status)


def signals(data, expected):
    """Signals at many moments of a command in a terminal."""
    codes = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGQUIT: -signal.SIGQUIT}
    for number, code in codes.items():
        for moment in range(8):
            def act(child, _terminal, number=number, moment=moment):
                time.sleep(0.01 * moment**2)
                try:
                    os.kill(child, number)
                except ProcessLookupError:
                    pass
            with Fresh() as folder:
                ended = in_terminal(words(data), folder, act), ""
                # Before the first line of the program a signal is the system's.
                check("signals in a terminal", f"{number.name}, moment {moment}", folder, data, expected, ended,
                      [0, code, -number])
    for moment in range(4):
        def pause(child, _terminal, moment=moment):
            time.sleep(0.03 * moment)
            os.kill(child, signal.SIGSTOP)
            time.sleep(0.05)
            os.kill(child, signal.SIGCONT)
        with Fresh() as folder:
            ended = in_terminal(words(data), folder, pause), ""
            check("stopped and continued", f"moment {moment}", folder, data, expected, ended, [0])


def two_at_once(data, expected):
    """Two commands on one folder: one of them may find it in use, and names the other."""
    for turn in range(20):
        with Fresh() as folder:
            more = ["--fresh"] if turn % 2 else []
            both = [subprocess.Popen([*words(data), *more], cwd=folder, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE) for _ in range(2)]
            said = [child.communicate(timeout=LIMIT)[1].decode() for child in both]
            codes = [child.returncode for child in both]
            fine = sorted(codes) in ([0, 0], [0, 4]) and all("in use by process" in text
                                                             for code, text in zip(codes, said) if code == 4)
            check("two at once", f"turn {turn}", folder, data, expected, (0 if fine else None, "".join(said)), [0])


def changing_data(data, expected):
    """Images that change while they are read: the sums in run.json are those of what was learned from."""
    images = (data / "train-images-idx3-ubyte").read_bytes()
    other = images[:16] + bytes(255 - byte for byte in images[16:])
    with Fresh() as place:
        shutil.copytree(data, place / "data")
        file = place / "data/train-images-idx3-ubyte"

        def learned(folder):
            sums = [entry["sha256"] for entry in json.loads((folder / "results/compare/run.json").read_text())["data"]]
            return "".join(sums), {name: found for name, found in files(folder).items() if name.endswith(".csv")}

        known = {}
        for version in (images, other):
            file.write_bytes(version)
            with Fresh() as folder:
                run(words(place / "data"), folder)
                sums, tables = learned(folder)
                known[sums] = tables
        done = threading.Event()

        def change():
            version = 0
            with open(file, "r+b", buffering=0) as target:
                while not done.is_set():
                    version = 1 - version
                    target.seek(0)
                    target.write((images, other)[version])
                    time.sleep(0.002)  # most readers see one version, and what is read later may be the other

        writer = threading.Thread(target=change)
        writer.start()
        for turn in range(20):
            with Fresh() as folder:
                code, said = run(words(place / "data"), folder)
                torn = False
                if code == 0:
                    sums, tables = learned(folder)
                    torn = sums in known and known[sums] != tables
                ended = (None if torn else code), said
                # The folder that is learned from again is the one that nobody changes.
                shutil.rmtree(folder / "results", ignore_errors=True)
                check("data changed while they are read", f"turn {turn}", folder, data, expected, ended, [0, 3])
        done.set()
        writer.join()


def control_groups(data, expected):
    """A limit of memory and of processes that a control group sets, as containers and clusters do."""
    if os.geteuid() != 0:
        return skipped.append("limits of control groups: they need root")
    for kind, controller, values in (("memory", "memory", [4, 8, 16, 24, 32, 48, 64, 96, 128, 160, 192, 256]),
                                     ("processes", "pids", [1, 2, 3, 4, 6, 8])):
        for value in values:
            limit = value << 20 if kind == "memory" else value
            group = Group.make(controller, limit)
            if group is None:
                skipped.append(f"control group's limit of {kind}: no group can be made here")
                break
            with group, Fresh() as folder:
                ended = run(words(data), folder, preexec_fn=group.enter)
                # -9: where the limit is below what the program says it needs, the system may be quicker.
                allowed = [0, 1, 2, -9, 255] if kind == "memory" else [0, 1]
                check(f"control group: {kind}", str(value), folder, data, expected, ended, allowed)
    group = Group.make("memory", 400 << 20)
    if group:
        with group, Fresh() as folder:
            large = ["--data", str(data), "--hidden", "10000,10000", "--init", "He", "--threads", "1"]
            ended = run([str(BINARY), "compare", *large], folder, preexec_fn=group.enter)
            fine = ended[0] == 2 and "MB" in ended[1] and not (folder / "results").exists()
            check("control group: memory", "a large network", folder, data, expected, (0 if fine else None, ended[1]), [0])
    return None


class Group:
    """A control group with one limit, below this process's own."""

    LIMITS = {"memory": ("memory.limit_in_bytes", "memory.max"), "pids": ("pids.max", "pids.max")}

    def __init__(self, path):
        self.path = path

    @classmethod
    def make(cls, controller, limit):
        root = Path("/sys/fs/cgroup")
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, own = line.split(":", 2)
            first = controllers == controller
            if not first and controllers:
                continue
            path = (root / controller if first else root) / own.lstrip("/") / f"faults-{os.getpid()}"
            try:
                path.mkdir()
                (path / cls.LIMITS[controller][0 if first else 1]).write_text(str(limit))
                return cls(path)
            except OSError:
                if path.is_dir():
                    path.rmdir()
        return None

    def enter(self):
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for _ in range(100):
            try:
                return self.path.rmdir()
            except OSError:
                time.sleep(0.02)
        return None


def reckoned_memory(data, expected):
    """What is not refused for its memory fits into it: rows of long runs, assembled."""
    long = [*words(data)[:4], "--hidden", "1", "--batch-size", "1", "--iterations", "400000", "--init", "He",
            "--threads", "1", "--quiet"]
    for megabytes in range(60, 1500, 10):
        with Fresh() as folder:
            limit = megabytes << 20
            ended = run(long, folder, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            if ended[0] == 2:
                continue
            whole = (folder / "results/compare/summary.csv").exists()
            shutil.rmtree(folder / "results", ignore_errors=True)
            check("memory as reckoned", str(megabytes), folder, data, expected, ended if whole else (None, ended[1]), [0])
            return
    failures.append("memory as reckoned: it is always refused")


def limits(data, expected):
    """Little memory, few files, few threads."""
    def limited(which, value):
        return lambda: resource.setrlimit(which, (value, value))

    steps = [("memory", resource.RLIMIT_AS, [megabytes << 20 for megabytes in range(60, 420, 20)], [0, 1, 2, 3, ABORT, 127]),
             ("open files", resource.RLIMIT_NOFILE, [4, 5, 6, 7, 8, 9, 10, 12, 16], [0, 1, 3, 127]),
             ("size of files", resource.RLIMIT_FSIZE, [0, 512, 2048, 8192, 20000], [0, 1])]
    for name, which, values, allowed in steps:
        for value in values:
            with Fresh() as folder:
                ended = run(words(data), folder, preexec_fn=limited(which, value))
                check(f"limit of {name}", str(value), folder, data, expected, ended, allowed)
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return skipped.append("limit of threads and missing permissions: they do not hold without another user")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for value in range(1, 8):
        with Fresh() as folder:
            folder.chmod(0o777)
            data.parent.chmod(0o755)
            command = [*nobody, "prlimit", f"--nproc={value}", *words(data)]
            ended = run(command, folder)
            check("limit of threads", str(value), folder, data, expected, ended, [0, 1, 126, 127])
    for mode in (0o555, 0o000):
        with Fresh() as folder:
            (folder / "results").mkdir(mode=mode)
            ended = run([*nobody, *words(data)], folder)
            (folder / "results").chmod(0o755)
            check("missing permissions", oct(mode), folder, data, expected, ended, [1])
    return None


def temporary_folder(_data, _expected):
    """The MNIST inside the program: without a temporary folder, with a full one, killed while it is read."""
    def shown(**options):
        return subprocess.run([str(BINARY), "data"], capture_output=True, check=False, timeout=LIMIT, **options)

    def counted(what, folder, ended):
        left = [path.name for path in folder.iterdir()]
        fine = (ended.returncode, ended.stdout, left) == (0, whole, [])
        count("MNIST's temporary folder", what, [] if fine else [f"{ended}, left {left}"])

    whole = shown().stdout
    full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    with Fresh() as folder:
        counted("none", folder, shown(env={"TMPDIR": str(folder / "nowhere")}))
        counted("files of 4 kB", folder, shown(env={"TMPDIR": str(folder)}, preexec_fn=full))
        for milliseconds in range(0, 300, 15):
            child = subprocess.Popen([str(BINARY), "data"], env={"TMPDIR": str(folder)}, stdout=subprocess.DEVNULL)
            time.sleep(milliseconds / 1000)
            child.kill()
            child.wait()
            counted(f"killed after {milliseconds} ms", folder, shown(env={"TMPDIR": str(folder)}))


def main():
    with Fresh() as place:
        data = place / "data"
        tiny(data)
        with Fresh() as folder:
            code, said = run(words(data), folder)
            expected = files(folder)
            assert code == 0 and len(expected) > 4, said
        every = (no_lock, injected, other_verbs, unreadable, memory_of_verbs, small_disk, power_cut, signals, two_at_once, changing_data, limits,
                 control_groups, reckoned_memory, temporary_folder)
        for provoke in [fault for fault in every if not sys.argv[2:] or fault.__name__ in sys.argv[2:]]:
            start = time.monotonic()
            provoke(data, expected)
            print(f"{provoke.__name__}: {time.monotonic() - start:.0f} s", flush=True)
    print(f"\n{'fault':<26}{'provoked':>10}{'survived':>10}")
    for kind, (provoked, survived) in tally.items():
        print(f"{kind:<26}{provoked:>10}{survived:>10}")
    print(f"{'all':<26}{sum(row[0] for row in tally.values()):>10}{sum(row[1] for row in tally.values()):>10}")
    for failure in failures:
        print("FAILED", failure)
    for what in skipped:
        print("SKIPPED", what)
    sys.exit(1 if failures else 0)


main()
