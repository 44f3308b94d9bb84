"""Exports small runs of every kind, computes each again with replay.py and with initlab, and prints docs/FIDELITY.md's table.

    cargo build --release --features f64 --target-dir target/f64
    cargo build --release
    python3 scripts/replay/table.py target/release/initlab target/f64/release/initlab
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from replay import ACTIVATIONS, replay

OPTIMIZERS = {"sgd": "0.1", "momentum": "0.03", "nesterov": "0.03", "adagrad": "0.03", "rmsprop": "0.003", "adam": "0.003"}
SMALL = ["--hidden", "24,16,12", "--iterations", "200", "--init", "He"]


def configurations():
    """A name and the words of a command for each."""
    compare = ["compare", *SMALL, "--data", "made.csv", "--label", "class", "--export-data"]
    for name in ACTIVATIONS:
        yield f"{name}, sgd", [*compare, "--batch-size", "32", "--learning-rate", "0.05", "--activation", name]
    tanh = [*compare, "--activation", "tanh"]
    for name, rate in OPTIMIZERS.items():
        for decay in ("0", "0.01"):
            words = ["--optimizer", name, "--learning-rate", rate, "--weight-decay", decay]
            yield f"tanh, {name}" + (f", decay {decay}" if decay != "0" else ""), [*tanh, "--batch-size", "32", *words]
    yield "tanh, sgd, batch norm", [*tanh, "--batch-size", "32", "--batch-norm"]
    yield "relu, adam, batch norm", [*compare, "--batch-size", "32", "--batch-norm", "--optimizer", "adam"]
    yield "tanh, sgd, loss after", [*tanh, "--batch-size", "32", "--loss-at", "after"]
    for size in ("1", "7", "128"):
        yield f"tanh, sgd, batches of {size}", [*tanh, "--batch-size", size]
    yield "binary cross-entropy (circles, relu)", ["circles", "--init", "He", "--iterations", "200"]


def make_data(path):
    """600 examples of eight numbers in three overlapping classes."""
    rng = np.random.default_rng(1)
    classes = rng.integers(0, 3, 600)
    numbers = rng.normal(size=(600, 8)) + rng.normal(size=(3, 8))[classes]
    rows = [",".join([*(f"{number:.6f}" for number in row), "abc"[label]]) for row, label in zip(numbers, classes)]
    path.write_text("\n".join([",".join([*(f"x{i}" for i in range(8)), "class"]), *rows]) + "\n")


def measure(initlab, words, folder):
    """Differences of loss, parameters and values with NumPy, and what `initlab replay` says."""
    command = [str(Path(initlab).resolve()), *words, "--quiet", "--export", "runs", "--export-at", "1,100"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (run,) = (folder / "runs").iterdir()
    again = subprocess.run([command[0], "replay", str(run)], capture_output=True, text=True)
    _, differs = replay(run)
    return differs, "same bits" if "every bit is the same" in again.stdout else f"exit {again.returncode}"


def main():
    print("| configuration | " + " | ".join(
        f"{precision}: {what}" for precision in ("f64", "f32") for what in ("loss", "parameters", "values, gradients", "replay")) + " |")
    print("|---|" + "---|" * 8)
    for name, words in configurations():
        cells = []
        for initlab in reversed(sys.argv[1:3]):
            with tempfile.TemporaryDirectory() as folder:
                make_data(Path(folder) / "made.csv")
                differs, again = measure(initlab, words, Path(folder))
            cells += [f"{difference:.0e}" for difference in differs] + [again]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
