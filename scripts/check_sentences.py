#!/usr/bin/env python3
"""Holds the sentences of many failed runs against their numbers: none is longer than 200 characters, none contradicts its
verdict or its remedy.

    initlab sweep scripts/grids/sentences.toml
    scripts/check_sentences.py results/sweep/sentences/summary.csv
"""

import collections
import csv
import re
import sys


def flags(remedy):
    return dict(re.findall(r"--([a-z-]+)(?: ([^-]\S*))?", remedy))


def wrong(run):
    """What is wrong with what is said of a run."""
    helps, why = flags(run["remedy"]), run["why"]
    before, after = float(run["learning_rate"]), float(helps.get("learning-rate") or run["learning_rate"])
    adam = "optimizer" in helps
    learned = run["verdict"] == "learned"
    yield "a cause, though it learned, or none", learned == bool(run["cause"])
    yield "too long", max(len(f"{run['initializer']} {run['verdict']}: {why}."), len(run["remedy"])) > 200
    yield "another verdict in the sentence", any(word in why for word in ("learned", "stalled", "worsened", "diverged"))
    yield "steps too small, and a lower rate helps", run["cause"] == "steps too small" and after < before and not adam
    yield "steps too large, and a higher rate helps", run["cause"] == "steps too large" and after > before
    yield "identical units, and the weights stay", run["cause"] == "identical units" and run["remedy"] and "init" not in helps
    yield "what is advised is there already", helps.get("init") == run["initializer"] or helps.get("optimizer") == run["optimizer"]
    shrinks = re.search(r"(shrinks|grows) from (\S+) in layer \d+ to (\S+) in layer", why)
    if shrinks:
        yield "it does the other", (float(shrinks[3]) < float(shrinks[2])) != (shrinks[1] == "shrinks")


def main():
    runs = list(csv.DictReader(open(sys.argv[1])))
    found = [(what, run) for run in runs for what, is_so in wrong(run) if is_so]
    for what, run in found:
        print(f"{what}: {run}")
    kinds = {re.sub(r"[\d.]+(e-?\d+)?", "N", run["why"]) for run in runs if run["why"]}
    said = collections.Counter(run["verdict"] for run in runs)
    longest = max(len(run["why"]) for run in runs)
    print(f"{len(runs)} runs ({dict(said)}), {len(kinds)} sentences apart from their numbers, the longest of {longest} characters; {len(found)} wrong")
    sys.exit(bool(found))


main()
