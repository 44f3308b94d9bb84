"""Exports small runs of every kind, computes each again with NumPy, PyTorch and initlab, and prints docs/FIDELITY.md's table.

    cargo build --release --features f64 --target-dir target/f64
    cargo build --release
    python3 scripts/replay/table.py target/release/initlab target/f64/release/initlab
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import folder
import replay

OPTIMIZERS = {"sgd": "0.1", "momentum": "0.03", "nesterov": "0.03", "adagrad": "0.03", "rmsprop": "0.003", "adam": "0.003"}
SMALL = ["--hidden", "24,16,12", "--init", "He", "--data", "made.csv", "--label", "class", "--export-data"]


def configurations():
    """A name and the words of a command for each."""
    compare = ["compare", *SMALL, "--iterations", "200"]
    for name in replay.ACTIVATIONS:
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


def export(initlab, words, place, at="1,100"):
    """The folder of the one run of a command."""
    command = [str(Path(initlab).resolve()), *words, "--quiet", "--export", "runs", "--export-at", at]
    subprocess.run(command, cwd=place, check=True, capture_output=True)
    (run,) = (place / "runs").iterdir()
    return run


def programs():
    """The names of the references that can be run here, with their functions."""
    yield "NumPy", replay.train
    try:
        import replay_torch
    except ImportError:
        print("SKIPPED: PyTorch is not there, and its columns stay empty", file=sys.stderr)
        yield "PyTorch", None
    else:
        yield "PyTorch", replay_torch.train


def main():
    columns, same, runs = list(programs()), 0, 0
    headings = [f"{precision}: {name}" for precision in ("f64", "f32") for name, _ in columns]
    print("| configuration | " + " | ".join(headings) + " |\n|---|" + "---|" * len(headings))
    for name, words in configurations():
        cells = []
        for initlab in reversed(sys.argv[1:3]):
            with tempfile.TemporaryDirectory() as place:
                make_data(Path(place) / "made.csv")
                run = export(initlab, words, Path(place))
                again = subprocess.run([initlab, "replay", str(run)], capture_output=True, text=True)
                same, runs = same + ("every bit is the same" in again.stdout), runs + 1
                for _, train in columns:
                    largest = folder.hold(train, run)[1].values() if train else ()
                    cells.append(", ".join(f"{difference:.0e}" for difference in largest) or "–")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    print(f"\n`initlab replay` finds every bit the same in {same} of {runs}.")


if __name__ == "__main__":
    main()
