#!/usr/bin/env python3
"""Is what `initlab recommend` recommends as good as the best initializer, in PyTorch?

Networks of a table (seven activations, three optimizers, with and without batch norm, depth 2 to 30, images and
tables) are trained in PyTorch from every initializer of a list over five seeds; then `recommend` is asked, and what it names
is trained too, where it is none of the list. The weights are `initlab draw`'s, biases included.

Final loss: mean of the last 50 mini-batches, infinite and more than 10 nats count as 10. An initializer is tied with the best where the
95 % interval of their difference, seed by seed, has 0 in it, or the difference is below 0.02 nats or 5 % of the best
one's loss. The choice matters where He is not tied with the best.

    cargo build --release
    python3 scripts/check_recommend.py        # the table of docs/RECOMMEND.md
    python3 scripts/check_recommend.py 150    # the networks of so many seconds; trainings are kept, so that it can be typed again
    python3 scripts/check_recommend.py --kept-back    # 24 others, which were not looked at when the rule was chosen

INITLAB names another program, OUT another folder. Needs torch and scikit-learn (digits, wine and breast cancer come with it).
"""

import csv
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from sklearn import datasets
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("INITLAB", ROOT / "target/release/initlab")).resolve()
OUT = Path(os.environ.get("OUT", ROOT / "results/check_recommend"))
KEPT_BACK = "--kept-back" in sys.argv
SEEDS = range(201, 206) if KEPT_BACK else range(101, 106)  # the trial of `recommend` has 1 to 3
T_95 = 2.776445105  # Student's t, two-sided 95 %, 4 degrees of freedom
ITERATIONS, BATCH, LAST, WORST = 500, 32, 50, 10.0
RATES = {"sgd": 0.01, "momentum": 0.01, "adam": 0.001}
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "selu": functional.selu,
               "silu": functional.silu, "elu": functional.elu, "gelu": functional.gelu}
KERAS, PYTORCH = "glorot_uniform", "pytorch_default"
LIST = ["He", KERAS, PYTORCH, "Xavier", "orthogonal", "variance_scaling=4:fan_in:normal"]

# activation, hidden layers, their width, optimizer, batch norm, data
NETWORKS = [
    ("relu", 2, 64, "sgd", False, "mnist"), ("relu", 10, 32, "sgd", False, "mnist"),
    ("relu", 30, 32, "adam", False, "digits"), ("relu", 5, 64, "momentum", True, "mnist"),
    ("relu", 8, 32, "momentum", False, "cancer"), ("tanh", 2, 64, "sgd", False, "mnist"),
    ("tanh", 10, 32, "adam", False, "digits"), ("tanh", 20, 32, "momentum", False, "mnist"),
    ("tanh", 4, 32, "sgd", True, "digits"), ("sigmoid", 2, 64, "adam", False, "mnist"),
    ("sigmoid", 4, 32, "momentum", False, "digits"), ("sigmoid", 5, 64, "adam", False, "mnist"),
    ("sigmoid", 6, 32, "adam", True, "digits"), ("selu", 3, 64, "sgd", False, "digits"),
    ("selu", 10, 32, "momentum", False, "mnist"), ("selu", 20, 32, "adam", False, "wine"),
    ("silu", 3, 64, "sgd", False, "mnist"), ("silu", 10, 32, "adam", False, "mnist"),
    ("silu", 6, 32, "momentum", False, "digits"), ("elu", 4, 64, "adam", False, "digits"),
    ("elu", 15, 32, "sgd", False, "mnist"), ("gelu", 3, 64, "momentum", False, "cancer"),
    ("gelu", 8, 32, "sgd", False, "mnist"), ("gelu", 20, 32, "adam", False, "digits"),
]
# One layer more, half as wide again or a quarter wider.
if KEPT_BACK:
    WIDER = {32: 48, 64: 80}
    NETWORKS = [(activation, depth + 1, WIDER[width], *rest) for activation, depth, width, *rest in NETWORKS]


def name(network):
    activation, depth, width, rule, norm, data = network
    return f"{activation} {depth}x{width} {rule}{' bn' if norm else ''} {data}"


def examples(data):
    """Inputs, brought to mean 0 and deviation 1 for tables, and labels."""
    if data == "mnist":
        def numbers(file, head):
            return np.frombuffer(gzip.decompress((ROOT / "data" / file).read_bytes()), np.uint8, offset=head)
        return (numbers("train-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255,
                numbers("train-labels-idx1-ubyte.gz", 8).astype(np.int64))
    found = {"digits": datasets.load_digits, "wine": datasets.load_wine, "cancer": datasets.load_breast_cancer}[data]()
    spread = found.data.std(axis=0)
    return ((found.data - found.data.mean(axis=0)) / np.where(spread > 0, spread, 1)).astype(np.float32), found.target


def table(data, folder):
    """A data set that is not in the program, as a file for it."""
    if data == "mnist":
        return []
    found = {"digits": datasets.load_digits, "wine": datasets.load_wine, "cancer": datasets.load_breast_cancer}[data]()
    with open(folder / f"{data}.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([f"x{i}" for i in range(found.data.shape[1])] + ["class"])
        rows.writerows([*row, f"c{label}"] for row, label in zip(found.data, found.target))
    return ["--data", str(folder / f"{data}.csv"), "--label", "class"]


def sizes(network):
    _, depth, width, _, _, data = network
    inputs, outputs = {"mnist": (784, 10), "digits": (64, 10), "wine": (13, 3), "cancer": (30, 2)}[data]
    return [inputs, *[width] * depth, outputs]


def draw(init, network, seed, inputs):
    """Weights (in, out) and biases, layer by layer; LSUV's are orthogonal ones, scaled on 256 examples."""
    init, lsuv = ("orthogonal", True) if init == "lsuv" else (init, False)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "weights.npz"
        subprocess.run([PROGRAM, "draw", "--init", init, "--activation", network[0], "--seed", str(seed), "--out", out,
                        "--sizes", ",".join(map(str, sizes(network)))], check=True, capture_output=True)
        with np.load(out) as arrays:
            layers = [(torch.from_numpy(arrays[f"layers_{i}.kernel"]), torch.from_numpy(arrays[f"layers_{i}.bias"]))
                      for i in range(network[1] + 1)]
    if lsuv:
        x = torch.from_numpy(inputs[:256])
        for weight, bias in layers:
            for _ in range(5):
                weight /= (x @ weight + bias).std()
            x = ACTIVATIONS[network[0]](x @ weight + bias)
    return layers


def train(network, inits):
    """The final loss of each initializer, seed by seed; all networks of a kind side by side."""
    activation, depth, _, rule, norm, data = network
    inputs, labels = examples(data)
    drawn = [[draw(init, network, seed, inputs) for init in inits] for seed in SEEDS]
    parameters = [tuple(torch.stack([of_one[layer][part] for of_seed in drawn for of_one in of_seed]).requires_grad_()
                        for part in (0, 1)) for layer in range(depth + 1)]
    flat = [array for pair in parameters for array in pair]
    scales = [(torch.ones_like(bias, requires_grad=True), torch.zeros_like(bias, requires_grad=True))
              for _, bias in parameters[:-1]] if norm else []
    flat += [array for pair in scales for array in pair]
    step = (torch.optim.Adam(flat, RATES[rule]) if rule == "adam" else
            torch.optim.SGD(flat, RATES[rule], momentum=0.9 if rule == "momentum" else 0))
    batches = [np.random.default_rng(seed).integers(0, len(labels), (ITERATIONS, BATCH)) for seed in SEEDS]
    losses = []
    for iteration in range(ITERATIONS):
        rows = np.repeat(np.stack([batch[iteration] for batch in batches]), len(inits), axis=0)
        x, wanted = torch.from_numpy(inputs[rows]), torch.from_numpy(labels[rows])
        for layer, (weight, bias) in enumerate(parameters):
            x = torch.baddbmm(bias[:, None], x, weight)
            if layer < depth:
                if norm:
                    mean, variance = x.mean(1, keepdim=True), x.var(1, unbiased=False, keepdim=True)
                    x = (x - mean) / torch.sqrt(variance + 1e-6) * scales[layer][0][:, None] + scales[layer][1][:, None]
                x = ACTIVATIONS[activation](x)
        each = functional.cross_entropy(x.flatten(0, 1), wanted.flatten(), reduction="none").view(len(rows), -1).mean(1)
        losses.append(each.detach().numpy())
        step.zero_grad()
        each.sum().backward()
        step.step()
    final = np.mean(losses[-LAST:], axis=0)
    final = np.where(np.isfinite(final), np.minimum(final, WORST), WORST).reshape(len(SEEDS), len(inits))
    return {init: final[:, i].tolist() for i, init in enumerate(inits)}


def losses_of(network, inits):
    """Those that are known, and the others trained and kept."""
    file = OUT / f"{name(network).replace(' ', '-')}.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    new = [init for init in inits if init not in known]
    if new:
        known |= train(network, new)
        OUT.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(known))
    return known


def mean(values):
    return sum(values) / len(values)


def tied(losses, init):
    """Whether it is as good as the best; the difference and half of its interval."""
    best = min(losses, key=lambda other: mean(losses[other]))
    pairs = [a - b for a, b in zip(losses[init], losses[best])]
    spread = math.sqrt(sum((pair - mean(pairs)) ** 2 for pair in pairs) / (len(pairs) - 1))
    difference, half = mean(pairs), T_95 * spread / math.sqrt(len(pairs))
    return difference <= half or difference < max(0.02, 0.05 * mean(losses[best])), difference, half


def recommended(network, folder):
    """What recommend says to use, as `--init` takes it, and how it decided."""
    activation, _, _, rule, norm, data = network
    command = [PROGRAM, "recommend", "--format", "json", "--sizes", ",".join(map(str, sizes(network))), "--activation",
               activation, "--optimizer", rule, "--learning-rate", str(RATES[rule]), "--batch-size", str(BATCH),
               "--iterations", str(ITERATIONS), *(["--batch-norm"] if norm else []), *table(data, folder)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found["initializer"] or PYTORCH, found["decision"]


def row(network, good):
    """Trains, asks, trains what is new; a row of the table, and who was good counted in `good`."""
    before = {init: losses for init, losses in losses_of(network, LIST).items() if init in LIST}
    matters = not tied(before, "He")[0]
    with tempfile.TemporaryDirectory() as folder:
        init, decision = recommended(network, Path(folder))
    losses = before | {init: losses_of(network, [init])[init]}
    ok = {what: tied(losses, one)[0] for what, one in (("recommend", init), ("He", "He"), (KERAS, KERAS), (PYTORCH, PYTORCH))}
    for what, value in ok.items():
        good[what][0] += value
        good[what][1] += value and matters
    best = min(losses, key=lambda other: mean(losses[other]))
    _, difference, half = tied(losses, init)
    words = ["yes" if value else "no" for value in ok.values()]
    print(f"| {name(network)}{' *' if matters else ''} | {decision} | {init} | {mean(losses[init]):.4f} | {best} | "
          f"{mean(losses[best]):.4f} | {difference:+.4f} ± {half:.4f} | {' | '.join(words)} |", flush=True)
    return matters


def main():
    seconds = next((float(word) for word in sys.argv[1:] if word[0] != "-"), math.inf)
    start, matter, count = time.time(), 0, 0
    good = {what: [0, 0] for what in ("recommend", "He", KERAS, PYTORCH)}
    print("| network | decision | recommended | its loss | best | its loss | difference | tied | He | Keras | PyTorch |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for network in NETWORKS:
        if time.time() - start > seconds:
            break
        matter, count = matter + row(network, good), count + 1
    print(f"\nBest or tied of {count} (of {len(NETWORKS)}), and of the {matter} where the choice matters (*): " +
          ", ".join(f"{what} {all_of} and {some}" for what, (all_of, some) in good.items()))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
