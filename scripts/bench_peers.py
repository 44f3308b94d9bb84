#!/usr/bin/env python3
"""Times `initlab compare` and its peers on the same work, whole process each, in turn.

Started by scripts/bench_peers.sh, which installs what the peers need. Every round runs every command
once, so a machine whose speed drifts treats all of them alike; ratios are medians of the rounds'
ratios. A command counts only if its networks learned what they should (docs and experiments agree on
the ranges below).

Beside the table: the time that initlab trains for (the whole process, less one of a single iteration),
as a share of what the same arithmetic takes when nothing is left out, at the rate of NumPy's product on
all cores at once, just before and just after.
"""
import argparse
import csv
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "scripts" / "peers"
sys.path.append(str(PEERS))
from common import BATCH, INITIALIZERS, ITERATIONS, SIZES

# Mean of the last 100 losses of each network.
RANGES = {"std=0.01": (2.27, 2.33), "Xavier": (0.22, 0.42), "He": (0.15, 0.33)}


def commands(initlab, candle, python):
    peer = lambda name, *flags: [python, str(PEERS / f"{name}.py"), *flags]
    table = {
        "initlab": [str(initlab), "compare", "--quiet"],
        "NumPy f32": peer("numpy_peer"),
        "NumPy f64, loss after the update": peer("numpy_peer", "--f64"),
        "the book's program (NumPy f64)": peer("book_peer"),
        "PyTorch eager, 1 thread": peer("torch_peer", "--threads", "1"),
        "PyTorch batched (baddbmm)": peer("torch_peer", "--batched"),
        "JAX jit + scan": peer("jax_peer"),
        "NumPy f32, tuned": ["env", "OPENBLAS_NUM_THREADS=1", *peer("numpy_peer", "--tuned")],
        "JAX, tuned": peer("jax_peer", "--tuned"),
    }
    if candle:
        table["candle"] = [str(candle), str(ROOT / "target/peers/mnist")]
    return table


def chosen(table, only):
    """initlab and the peers whose name has one of these texts."""
    wanted = lambda name: name == "initlab" or any(text in name for text in only)
    return {name: command for name, command in table.items() if wanted(name)}


def measured(command, found):
    """Seconds, CPU seconds and peak megabytes of one process, and what is found in its folder or output."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status:
            sys.exit(f"failed: {' '.join(command)}")
        return (seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), found(folder, output)


def run(name, command):
    """Seconds, CPU seconds and peak megabytes of a program whose networks learned what they should."""
    figures, losses = measured(command, initlab_losses if name == "initlab" else told_losses)
    for initializer, (low, high) in RANGES.items():
        if not low <= losses[initializer] <= high:
            sys.exit(f"{name}: {initializer} ended at {losses[initializer]}, expected {low} to {high}")
    return figures


def initlab_losses(folder, _):
    with open(Path(folder) / "results/compare/summary.csv", newline="") as file:
        return {row["initializer"]: float(row["final_loss"]) for row in csv.DictReader(file)}


def told_losses(_, output):
    return json.loads(output.splitlines()[-1])


def dense_gflop():
    """Of the default comparison: forward, gradients of the weights, and the signal to the first layer."""
    products = [2 * BATCH * fan_in * fan_out for fan_in, fan_out in zip(SIZES, SIZES[1:])]
    return len(INITIALIZERS) * ITERATIONS * (2 * sum(products) + sum(products[1:])) / 1e9


def product_peak(python):
    """The rate of NumPy's product in GFLOP/s, summed over all cores at once."""
    command = [python, str(PEERS / "product_peak.py")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(os.cpu_count())]
    return sum(float(process.communicate()[0]) for process in processes)


def training(initlab, python):
    """Seconds of training, and as a share of the dense limit."""
    (rest, *_), _ = measured([*initlab, "--iterations", "1"], lambda *_: None)
    before = product_peak(python)
    seconds = run("initlab", initlab)[0] - rest
    limit = dense_gflop() / statistics.mean([before, product_peak(python)])
    return seconds, seconds / limit


def machine():
    """Cores, model and vectors of this machine, as Linux tells them."""
    lines = dict(re.findall(r"^(\w[\w ]*?)\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M))
    flags = lines.get("flags", "").split()
    vectors = next((name for name in ("avx512f", "avx2") if name in flags), "neither AVX-512 nor AVX2")
    return f"{os.cpu_count()} cores, {lines.get('model name', platform.machine())}, {vectors}"


def absolute(path):
    return Path(path).resolve()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--initlab", type=absolute, default=ROOT / "target/release/initlab")
    parser.add_argument("--candle", type=absolute, help="the built candle peer; left out without")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with numpy, torch and jax")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=[""], metavar="TEXT", help="peers whose name has one of these")
    arguments = parser.parse_args()
    table = chosen(commands(arguments.initlab, arguments.candle, arguments.python), arguments.only)
    rounds, trainings = [], []
    for number in range(-1, arguments.rounds):  # one round to warm up
        found = {name: run(name, command) for name, command in table.items()}
        print(f"round {number + 1}: " + ", ".join(f"{n} {f[0]:.2f} s" for n, f in found.items()), file=sys.stderr)
        if number >= 0:
            rounds.append(found)
            trainings += [training(table["initlab"], arguments.python) for _ in range(3)]
    print(f"{machine()}, {arguments.rounds} rounds\n")
    print("| program | seconds | CPU seconds | peak MB | times initlab |\n|---|---|---|---|---|")
    for name in table:
        median = lambda i: statistics.median(found[name][i] for found in rounds)
        ratio = statistics.median(found[name][0] / found["initlab"][0] for found in rounds)
        print(f"| {name} | {median(0):.2f} | {median(1):.2f} | {median(2):.0f} | {ratio:.1f} |")
    seconds, share = (statistics.median(column) for column in zip(*trainings))
    print(f"\ninitlab trains for {seconds:.2f} s, {share:.2f} of the dense limit at the rate of NumPy's product")


main()
