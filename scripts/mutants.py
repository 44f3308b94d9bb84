#!/usr/bin/env python3
"""Draws mutants of the core by a seed and runs the unit tests on each: a mutant that no test notices is listed.

    cargo install cargo-mutants         # makes the list; this script applies one mutant after the other
    scripts/mutants.py TREE --seed 1 > mutants.tsv

TREE is a clean checkout of its own: its files are changed and put back. Development profile; unit tests in single, then in
double precision, which has the checks of gradients; readers also on the model files of `tests/it/formats.rs`. Some 20 seconds per
mutant on 2 cores, so half an hour for the 100. A mutant that does not compile is not counted, the next one takes its place.
"""

import argparse
import functools
import json
import random
import subprocess
import sys

# Unit tests in both precisions.
UNIT = ["--package initlab-engine --lib", "--package initlab-engine --lib --features f64"]
# What is mutated: a name, how many, the package, the files, and the tests that are run.
FAMILIES = [
    ("backward pass", 30, "initlab-engine", ("nn/gradient", "nn/rows", "nn/loss", "nn/activation", "nn/batch_norm/mod", "nn/product", "nn/wide_layers"), UNIT),
    ("optimizers", 10, "initlab-engine", ("nn/optimizer",), UNIT),
    ("initializers", 20, "initlab-engine", ("nn/init", "nn/lsuv"), UNIT),
    ("smoothing, bands, verdict", 15, "initlab-engine", ("stats/smooth", "stats/band", "stats/verdict"), UNIT),
    ("readers", 15, "initlab-engine", ("data/", "model_file/"), [*UNIT, "--package initlab --test it -- formats"]),
    ("run files", 10, "initlab", ("results/",), ["--package initlab --lib -- results", "--package initlab --lib --features f64 -- results"]),
]


@functools.cache
def listed(tree, package):
    words = ["cargo", "mutants", "--list", "--json", "--package", package]
    return json.loads(subprocess.run(words, cwd=tree, check=True, stdout=subprocess.PIPE).stdout)


def is_of(mutant, package, files):
    root = "src/engine/" if package == "initlab-engine" else "src/"
    is_test = "tests" in mutant["file"] or "/gradient_check" in mutant["file"]
    return mutant["file"].startswith(tuple(root + name for name in files)) and not is_test


def passes(tree, words):
    """Whether these tests pass; nothing where they do not compile"""
    build, _, name = words.partition(" -- ")
    test = ["cargo", "test", "--quiet", *build.split()]
    if subprocess.run([*test, "--no-run"], cwd=tree, stderr=subprocess.DEVNULL).returncode != 0:
        return None
    done = subprocess.run([*test, "--", name], cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
    return done.returncode == 0


def tried(tree, mutant, tests):
    """caught, MISSED, or nothing where it does not compile"""
    patch = lambda *words: subprocess.run(["patch", "--silent", "--strip=0", *words], cwd=tree, input=mutant["diff"], text=True, check=True)
    patch()
    try:
        passed = next((result for result in (passes(tree, words) for words in tests) if not result), True)
        return None if passed is None else "MISSED" if passed else "caught"
    except subprocess.TimeoutExpired:
        return "caught (never ends)"
    finally:
        patch("--reverse")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100, help="how many, shared among the families (100)")
    wanted = parser.parse_args()
    missed = 0
    for family, count, package, files, tests in FAMILIES:
        pool = [mutant for mutant in listed(wanted.tree, package) if is_of(mutant, package, files)]
        random.Random(f"{wanted.seed} {family}").shuffle(pool)
        results = ((mutant, tried(wanted.tree, mutant, tests)) for mutant in pool)
        for _, (mutant, result) in zip(range(round(count * wanted.count / 100)), ((m, r) for m, r in results if r)):
            missed += result == "MISSED"
            print(family, result, mutant["name"], sep="\t", flush=True)
    print(f"{missed} missed", file=sys.stderr)


main()
