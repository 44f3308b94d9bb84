#!/usr/bin/env python3
"""Checks what `initlab recommend` recommends against long trainings of every candidate.

Twelve networks: three activations, shallow and deep, SGD and Adam. On each, `recommend` names one
initializer after its default trial; then `compare` trains every candidate for 2,000 iterations over five
seeds that the trial has not seen. A recommendation passes if the paired difference of final losses to the
best candidate has 0 in its 95 % interval, or is below 0.02 nats, or below 5 % of the best one's loss.
At least eleven of twelve must pass. Two networks of sigmoid come after them, on which the losses of a trial are
at guessing and must not decide.

    cargo build --release
    python3 scripts/check_recommend.py            # about 15 minutes on two cores; finished runs are kept
    python3 scripts/check_recommend.py tanh-deep  # only networks whose name has this in it

INITLAB names another program. Needs Python alone. Prints the table that stands in docs/RECOMMEND.md; exits 1 if fewer pass.
"""

import csv
import math
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("INITLAB", ROOT / "target/release/initlab")).resolve()
OUT = ROOT / "results/check_recommend"
SEEDS = 5
T_95 = 2.776445105  # Student's t, two-sided 95 %, 4 degrees of freedom
HIDDEN = {"shallow": [64] * 2, "middle": [64] * 4, "deep": [32] * 8}
RATES = {"sgd": "0.01", "adam": "0.001"}
NETWORKS = [(f, depth, rule) for rule in RATES for f in ("relu", "tanh", "gelu") for depth in ("shallow", "deep")]
NETWORKS += [("sigmoid", "middle", "sgd"), ("sigmoid", "deep", "sgd")]


def shared_flags(activation, rule):
    return ["--activation", activation, "--optimizer", rule, "--learning-rate", RATES[rule],
            "--batch-size", "32", "--iterations", "2000"]


def recommend(activation, depth, rule):
    """The candidates in the order of the ranking, the one recommended, as compare writes them, and if it is another."""
    sizes = ",".join(map(str, [784, *HIDDEN[depth], 10]))
    command = [PROGRAM, "recommend", "--verbose", "--sizes", sizes, *shared_flags(activation, rule)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    ranked = re.findall(r"^ *\d+  (\S+(?: \S+)*)  ", text, re.MULTILINE)
    line = " ".join(text.splitlines()[:3])
    chosen = re.search(r"(?:^Use |^Keep [^(]*\(|not even )(exact gain|[^ ).]+)", line).group(1)
    labels = dict(re.findall(r"^(exact gain) is (\S+)\.$", text, re.MULTILINE))
    return [labels.get(name, name) for name in ranked], labels.get(chosen, chosen), chosen != ranked[0]


def final_losses(activation, depth, rule, candidates):
    """The final loss of each candidate, seed by seed; infinite where a run diverged."""
    out = OUT / f"{activation}-{depth}-{rule}"
    command = [PROGRAM, "compare", "--quiet", "--out", out, "--init", ",".join(candidates), "--seed", "101",
               "--seeds", str(SEEDS), "--hidden", ",".join(map(str, HIDDEN[depth])),
               *shared_flags(activation, rule)]
    subprocess.run(command, check=True, capture_output=True)
    losses = defaultdict(list)
    with open(out / "compare/summary.csv", newline="") as file:
        for row in csv.DictReader(file):
            loss = float(row["final_loss"] or "nan")
            losses[row["initializer"]].append(loss if math.isfinite(loss) else math.inf)
    return losses


def interval(pairs):
    """Mean and half of the 95 % interval of paired differences."""
    mean = sum(pairs) / len(pairs)
    variance = sum((pair - mean) ** 2 for pair in pairs) / (len(pairs) - 1)
    return mean, T_95 * math.sqrt(variance / len(pairs))


def judge(losses, chosen):
    """The best candidate, its loss, the chosen one's, their difference with its interval, whether it passes."""
    means = {name: sum(values) / len(values) for name, values in losses.items()}
    best = min(means, key=means.get)
    mean, half = interval([a - b for a, b in zip(losses[chosen], losses[best])])
    passes = abs(mean) <= half or mean < 0.02 or mean < 0.05 * means[best]
    return best, means[best], means[chosen], mean, half, passes


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    networks = [network for network in NETWORKS if wanted in "-".join(network)]
    passed = 0
    print("| network | recommended | its loss | best | its loss | difference | passes |")
    print("|---|---|---|---|---|---|---|")
    for network in networks:
        candidates, chosen, overruled = recommend(*network)
        losses = final_losses(*network, candidates)
        best, best_loss, loss, mean, half, passes = judge(losses, chosen)
        passed += passes
        mark = " (not first before the trial)" if overruled else ""
        print(f"| {' '.join(network)} | {chosen}{mark} | {loss:.4f} | {best} | {best_loss:.4f} "
              f"| {mean:+.4f} ± {half:.4f} | {'yes' if passes else 'no'} |", flush=True)
    print(f"\n{passed} of {len(networks)} pass.")
    return 0 if passed >= len(networks) - 1 else 1


if __name__ == "__main__":
    sys.exit(main())
