#!/usr/bin/env python3
"""Every column of every table of every verb has one type, which polars and pandas guess rightly (results/README.md has the rule).

    scripts/check_types.py target/release/initlab

Runs each verb small, with runs that fail, miss a value in their first hundred rows, or have all values. A column's cells must be
of one form; the form must be the type that polars (defaults: a hundred rows) and pandas give it, and the same in every folder.
Needs polars or pandas; what is not there is skipped, and said.
"""
import csv
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FORMS = {
    "truth": r"true|false",
    "whole": r"-?\d+",
    "number": r"-?\d+\.\d+(e-?\d+)?|-?\d+e-?\d+|NaN|-?inf",
}
OWN = ["--data", "made.csv", "--label", "class", "--hidden", "4", "--batch-size", "16"]
SWEEP = """init = ["zeros", "He"]
learning_rate = [10, 1, 0.1]
seeds = 40
hidden = 4
batch_size = 16
iterations = 3
"""
VERBS = {
    "compare, whose first hundred lack values": ["compare", *OWN, "--init", "zeros,He,std=1e20", "--seeds", "101", "--iterations", "40"],
    "compare at several rates": ["compare", *OWN, "--init", "zeros,He", "--seeds", "2", "--iterations", "40", "--learning-rate", "1,0.5,10"],
    "compare, one seed": ["compare", *OWN, "--init", "He", "--iterations", "5"],
    "batch-norm": ["batch-norm", *OWN[:4], "--hidden", "4,4", "--scales", "3", "--iterations", "6", "--batch-size", "16", "--samples", "100"],
    "activations": ["activations", "--layers", "3", "--width", "20", "--activation", "sigmoid,relu", "--samples", "50"],
    "symmetry": ["symmetry", *OWN[:4], "--hidden", "4,4", "--init", "zeros,He", "--iterations", "5", "--batch-size", "16"],
    "circles": ["circles", "--iterations", "30", "--points", "40"],
    "circles that diverge": ["circles", "--iterations", "30", "--points", "40", "--init", "He,std=1e30", "--seeds", "2"],
    "sweep": ["sweep", "grid.toml", *OWN[:4]],
}


def examples():
    """200 examples of two numbers in three classes."""
    draw = random.Random(1)
    rows = (f"{draw.gauss(number % 3, 1):.4f},{draw.gauss(-(number % 3), 1):.4f},{'abc'[number % 3]}" for number in range(200))
    return "\n".join(["x,y,class", *rows]) + "\n"


def form(cells):
    """The one form of a column; empty cells are texts without a value."""
    if not any(cells):
        return "no text"
    found = {next((name for name, pattern in FORMS.items() if re.fullmatch(pattern, cell)), "text") for cell in cells}
    return found.pop() if len(found) == 1 else "text" if "text" in found else f"{' and '.join(sorted(found))}"


def with_polars(path):
    import polars
    kinds = {polars.String: "text", polars.Boolean: "truth", polars.Int64: "whole", polars.Float64: "number"}
    return {name: kinds.get(kind, str(kind)) for name, kind in polars.read_csv(path).schema.items()}


def with_pandas(path):
    import pandas
    table = pandas.read_csv(path)
    kinds = {"b": "truth", "i": "whole", "f": "number"}
    return {name: kinds.get(getattr(table[name].dtype, "kind", "O"), "text") for name in table}


def readers():
    for name, read in (("polars", with_polars), ("pandas", with_pandas)):
        try:
            yield name, read, __import__(name).__version__
        except ImportError:
            print(f"SKIPPED: column types as {name} guesses them: {name} is not there")


def guess(read, path, header):
    try:
        return read(path)
    except Exception as error:  # whatever a reader stumbles over
        return dict.fromkeys(header, str(error).splitlines()[0])


def main():
    found, wrong, seen, there = list(readers()), [], {}, 0
    for verb, words in VERBS.items():
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "made.csv").write_text(examples())
            (Path(place) / "grid.toml").write_text(SWEEP)
            command = [str(Path(sys.argv[1]).resolve()), *words, "--quiet", "--out", "out"]
            ended = subprocess.run(command, cwd=place, capture_output=True, text=True)
            tables = sorted(path for path in Path(place, "out").rglob("*.csv") if "runs" not in path.parts)
            if not tables:
                wrong.append(f"{verb}: {ended.stderr}")
            for path in tables:
                with open(path) as file:
                    header, *rows = csv.reader(file)
                guessed = {name: guess(read, path, header) for name, read, _ in found if rows}
                for index, column in enumerate(header if rows else []):
                    own, there = form([row[index] for row in rows]), there + 1
                    expected = "text" if own == "no text" else own
                    kind = seen.setdefault((verb.split(",")[0].split(" ")[0], path.name, column), expected)
                    others = {name: kinds[column] for name, kinds in guessed.items()}
                    if own == "no text":
                        others.pop("pandas", None)  # takes what is empty throughout for numbers
                    if kind != expected or any(other != expected for other in others.values()):
                        wrong.append(f"{verb}, {path.name}, {column}: {expected}, elsewhere {kind}, {others}")
    told = " and ".join(f"{name} {version}" for name, _, version in found)
    print(f"{there} columns of {len(VERBS)} folders" + (f", read by {told}" if found else ""))
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
