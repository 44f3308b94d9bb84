#!/usr/bin/env python3
"""Runs every snippet of `initlab initializers --code` in its framework and compares what it draws with our own draws.

Started by check.sh, which installs the frameworks. For every framework, initializer and shape, the
weights of all seeds together are held against those of `initlab draw` under as many other seeds: mean,
variance, kurtosis, largest value, Kolmogorov-Smirnov distance. What is not drawn one by one is held
against its own rule: orthogonality, places and number of zeros, exact values.

Thresholds. Under the hypothesis that both samples have one distribution, differences of means,
variances and kurtoses are normal (their skewness cancels between samples of one size); the
Kolmogorov-Smirnov distance D of two samples of n exceeds d with probability at most
2.17 exp(-n d^2) (Wei & Dudley 2012); and that the r largest of both samples together come from
one of them has probability at most 2^(1-r). All tests of a run share a budget of 1e-5 evenly
(Bonferroni), a tenth of the 1e-4 that is promised, so that even tails tenfold heavier than the
normal's keep the promise.
"""

import argparse
import importlib.util
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

BUDGET = 1e-5
# What a framework's lines need beside check.sh's packages; where it is not there, this is said.
PYTHON, RUST = {"pytorch": "torch", "keras": "keras", "jax": "flax", "nnx": "flax", "equinox": "equinox",
                "tensorflow": "tensorflow"}, ("burn", "candle")
SHORT = [(200, 100)]
FULL = [(784, 100), (64, 200), (256, 256), (50, 20), (3, 16, 32)]  # the last: a 3x3 convolution, 16 to 32
EXACT = ("identity", "zero_hadamard", "zeros", "ones", "constant")
DENSE_ONLY = ("identity", "zero_hadamard", "sparse", "lsuv")

# Wrong lines that people do write: each must be found out.
WRONG = [
    ("pytorch", "he_normal", "nn.init.kaiming_normal_(layer.weight, nonlinearity='relu'); nn.init.zeros_(layer.bias)"),
    ("pytorch", "He", "nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')"),
    ("pytorch", "he_normal", "std = math.sqrt(2 / layer.weight[0].numel()); nn.init.zeros_(layer.bias)\n"
                             "nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)"),
    ("pytorch", "lecun_normal", "std = math.sqrt(1 / layer.weight[0].numel()) / 0.8796256610342398\n"
                                "nn.init.trunc_normal_(layer.weight, std=std); nn.init.zeros_(layer.bias)"),
    ("pytorch", "He", "nn.init.normal_(layer.weight, std=math.sqrt(2 / layer.weight[:, 0].numel())); nn.init.zeros_(layer.bias)"),
    ("pytorch", "sparse=0.9", "nn.init.sparse_(layer.weight, sparsity=0.9); nn.init.zeros_(layer.bias)"),
    ("pytorch", "Xavier", "nn.init.xavier_normal_(layer.weight); nn.init.zeros_(layer.bias)"),
    ("keras", "He", "layer = keras.layers.Dense(units, kernel_initializer='he_normal')"),
    ("keras", "truncated_normal=0.01",
     "layer = keras.layers.Dense(units, kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.01))"),
    ("keras", "orthogonal=1.5", "layer = keras.layers.Dense(units, kernel_initializer='orthogonal')"),
    ("jax", "uniform=0.05", "layer = nn.Dense(units, kernel_init=jax.nn.initializers.uniform(0.05))"),
    ("nnx", "pytorch_default", "layer = nnx.Linear(fan_in, units, kernel_init=jax.nn.initializers.variance_scaling("
                               "1 / 3, 'fan_in', 'uniform'), rngs=rngs)"),
    ("equinox", "He", "weight = jax.nn.initializers.he_normal()(key, layer.weight.shape); "
                      "layer = eqx.tree_at(lambda layer: layer.weight, layer, weight)"),
    ("tensorflow", "He", "layer = tf.keras.layers.Dense(units, kernel_initializer='he_normal')"),
    ("jax", "glorot_uniform", "layer = nn.Dense(units, kernel_init=jax.nn.initializers.glorot_normal())"),
]


def snippets(initlab, framework):
    """The preamble and the code of each initializer, as printed."""
    text = subprocess.run([initlab, "initializers", "--code", framework, "--activation", "tanh"],
                          check=True, capture_output=True, text=True).stdout
    blocks = text.split("\n\n")
    label = re.compile(r"^(?:#|//) (\S+): ")
    named = {label.match(block).group(1): block for block in blocks[1:]}
    assert len(named) == len(blocks) - 1 > 20, framework
    return blocks[0], named


def is_code(block):
    return any(line.strip() and not line.startswith(("#", "//")) for line in block.splitlines())


def fans(shape):
    """fan_in, fan_out and the matrix (inputs of a unit, units) that holds the weights."""
    if len(shape) == 2:
        return shape[0], shape[1], shape
    kernel, inputs, units = shape
    return kernel * kernel * inputs, kernel * kernel * units, (kernel * kernel * inputs, units)


class Ours:
    """Our own draws, with seeds that no framework's run uses."""

    def __init__(self, initlab):
        self.initlab, self.folder = initlab, Path(tempfile.mkdtemp())

    def draw(self, label, shape, seed):
        fan_in, fan_out, (rows, units) = fans(shape)
        sizes = f"{rows},{units}" if label.startswith("orthogonal") else f"{fan_in},{fan_out}"
        out = self.folder / "weights.npz"
        subprocess.run([self.initlab, "draw", "--init", label, "--activation", "tanh", "--sizes", sizes, "--seed",
                        str(seed + 1_000_000), "--out", out, "--force"], check=True, stdout=subprocess.DEVNULL)
        with np.load(out) as arrays:
            return arrays["layers_0.kernel"][:, :units], arrays["layers_0.bias"][:units]


def as_matrix(kernel):
    """(..., units) to (inputs of a unit, units)."""
    return np.asarray(kernel, dtype=np.float32).reshape(-1, kernel.shape[-1])


class Framework:
    """Runs snippets and hands back weights (inputs of a unit, units) and biases."""

    def __init__(self, name, preamble):
        self.name, self.scope = name, {}
        exec(preamble, self.scope)

    def draw(self, code, shape, seed):
        fan_in, fan_out, (_, units) = fans(shape)
        x = np.random.default_rng(seed).normal(1, 3, (256, fan_in)).astype(np.float32)
        scope = dict(self.scope, units=units, fan_in=fan_in, fan_out=fan_out, x=x)
        return getattr(self, self.name)(code, scope, shape, seed)

    def pytorch(self, code, scope, shape, seed):
        torch, nn = scope["torch"], scope["nn"]
        torch.manual_seed(seed)
        conv = len(shape) == 3
        layer = nn.Conv2d(shape[1], shape[2], shape[0]) if conv else nn.Linear(*shape)
        scope.update(layer=layer, x=torch.from_numpy(scope["x"]))
        exec(code, scope)
        weight = layer.weight.detach().numpy()
        return weight.reshape(weight.shape[0], -1).T, layer.bias.detach().numpy()

    def keras(self, code, scope, shape, seed):
        keras = scope["keras"] if "keras" in scope else scope["tf"].keras
        keras.utils.set_random_seed(seed)
        exec(code, scope)
        layer = scope["layer"]
        if len(shape) == 3:
            layer = keras.layers.Conv2D(shape[2], shape[0], kernel_initializer=layer.kernel_initializer,
                                        bias_initializer=layer.bias_initializer)
            layer.build((None, 8, 8, shape[1]))
        elif not layer.built:
            layer.build((None, shape[0]))
        return as_matrix(layer.kernel), np.asarray(layer.bias)

    tensorflow = keras

    def nnx(self, code, scope, shape, seed):
        nnx = scope["nnx"]
        scope["rngs"] = nnx.Rngs(seed)
        if len(shape) == 3:
            scope.update(convolution=lambda fan_in, units, **arguments: nnx.Conv(
                fan_in, units, (shape[0], shape[0]), **arguments))
            code = code.replace("nnx.Linear(\n    fan_in", "nnx.Linear(fan_in").replace(
                "nnx.Linear(fan_in", f"convolution({shape[1]}")
        exec(code, scope)
        return as_matrix(scope["layer"].kernel[...]), np.asarray(scope["layer"].bias[...])

    def equinox(self, code, scope, shape, seed):
        jax, nn = scope["jax"], scope["eqx"].nn
        key, made = jax.random.split(jax.random.key(seed))
        conv = len(shape) == 3
        layer = nn.Conv2d(shape[1], shape[2], shape[0], key=made) if conv else nn.Linear(*shape, key=made)
        scope.update(key=key, layer=layer)
        exec(code, scope)
        weight, bias = np.asarray(scope["layer"].weight), np.asarray(scope["layer"].bias)
        return weight.reshape(weight.shape[0], -1).T, bias.ravel()

    def jax(self, code, scope, shape, seed):
        jax, nn = scope["jax"], scope["nn"]
        key = scope["key"] = jax.random.key(seed)
        exec(code, scope)
        layer, x = scope["layer"], scope["x"]
        if len(shape) == 3:
            layer = nn.Conv(shape[2], (shape[0], shape[0]), kernel_init=layer.kernel_init, bias_init=layer.bias_init)
            x = np.zeros((1, 8, 8, shape[1]), np.float32)
        params = scope.get("params") or layer.init(key, x[:1])
        return as_matrix(params["params"]["kernel"]), np.asarray(params["params"]["bias"])


class Files:
    """Draws that the Rust program has left in a folder, as numbers in single precision."""

    def __init__(self, name, folder):
        self.name, self.folder = name, Path(folder) / name

    def draw(self, label, shape, seed):
        stem = self.folder / label.replace(":", "_") / "x".join(map(str, shape))
        matrix = fans(shape)[2]
        weight = np.fromfile(f"{stem}.{seed}.weight", np.float32)
        units_first = self.name == "candle" or len(shape) == 3
        weight = weight.reshape(matrix[1], -1).T if units_first else weight.reshape(matrix)
        return weight, np.fromfile(f"{stem}.{seed}.bias", np.float32)


class Judge:
    """Collects tests; a test has a name and either a probability at most, or a plain yes or no."""

    def __init__(self):
        self.tests, self.wrong = [], []

    def probability(self, what, p):
        self.tests.append((what, p))

    def must(self, what, holds):
        if not holds:
            self.wrong.append(what)

    def failures(self, tests=None):
        threshold = BUDGET / max(tests or len(self.tests), 1)
        return self.wrong + [f"{what} (p = {p:.1e})" for what, p in self.tests if p < threshold]


def two_sided(z):
    return math.erfc(abs(z) / math.sqrt(2))


def compare(judge, what, a, b):
    """Two samples of independent numbers."""
    size = min(a.size, b.size)
    a, b = (np.asarray(sample, np.float64).ravel()[:size] for sample in (a, b))
    pooled = np.concatenate([a, b])
    scale = math.sqrt(np.mean(pooled**2))
    a, b, pooled = a / scale, b / scale, pooled / scale
    moment = {k: np.mean(pooled**k) for k in (2, 4, 6, 8)}
    judge.probability(f"{what}: mean", two_sided((a.mean() - b.mean()) / math.sqrt(2 * moment[2] / size)))
    spread = math.sqrt(2 * (moment[4] - moment[2] ** 2) / size)
    judge.probability(f"{what}: variance", two_sided((a.var() - b.var()) / spread))
    if size >= 20_000:  # below, kurtoses are too far from normal
        k = moment[4] / moment[2] ** 2
        variance = moment[8] / moment[2] ** 4 - 4 * k * moment[6] / moment[2] ** 3 + 4 * k**3 - k**2
        difference = np.mean(a**4) / np.mean(a**2) ** 2 - np.mean(b**4) / np.mean(b**2) ** 2
        judge.probability(f"{what}: kurtosis", two_sided(difference / math.sqrt(2 * variance / size)))
    run = max(np.sum(np.abs(a) > np.abs(b).max()), np.sum(np.abs(b) > np.abs(a).max()))
    judge.probability(f"{what}: largest value", min(1.0, 2.0 ** float(1 - run)))
    a, b = np.sort(a), np.sort(b)
    grid = np.concatenate([a, b])
    distance = np.abs(np.searchsorted(a, grid, "right") - np.searchsorted(b, grid, "right")).max() / size
    judge.probability(f"{what}: Kolmogorov-Smirnov", min(1.0, 2.17 * math.exp(-size * distance**2)))


def orthogonal_gain(weights):
    """The length of columns (or rows where fewer), and how far they are from orthogonal."""
    w = weights.astype(np.float64)
    gram = w.T @ w if w.shape[0] >= w.shape[1] else w @ w.T
    gain2 = np.trace(gram) / len(gram)
    return math.sqrt(gain2), np.abs(gram / gain2 - np.eye(len(gram))).max()


def check_orthogonal(judge, what, label, theirs, ours):
    for weights, _ in theirs:
        gain, defect = orthogonal_gain(weights)
        judge.must(f"{what}: not orthogonal ({defect:.1e})", defect < 1e-4)
        if label.startswith("orthogonal"):
            judge.must(f"{what}: gain {gain}", abs(gain / float(label.split("=")[1]) - 1) < 1e-4)
    if "lsuv" == label or len(theirs) < 20:
        return
    # A corner of a large orthogonal matrix is almost independent normal numbers; its diagonal shows signs.
    corner = [np.concatenate([w[:5, :5].ravel() for w, _ in draws]) for draws in (theirs, ours)]
    for name, a, b in [("corner", *corner)]:
        run = max(np.sum(np.abs(a) > np.abs(b).max()), np.sum(np.abs(b) > np.abs(a).max()))
        judge.probability(f"{what}: largest value of a {name}", min(1.0, 2.0 ** float(1 - run)))
        grid = np.concatenate([a, b])
        distance = np.abs((a[None] <= grid[:, None]).mean(1) - (b[None] <= grid[:, None]).mean(1)).max()
        judge.probability(f"{what}: Kolmogorov-Smirnov of a {name}", min(1.0, 2.17 * math.exp(-len(a) * distance**2)))
    positive = sum(int(w[i, i] > 0) for w, _ in theirs for i in range(5))
    tries = 5 * len(theirs)
    tail = sum(math.comb(tries, k) for k in range(min(positive, tries - positive) + 1)) / 2**tries
    judge.probability(f"{what}: signs of the diagonal", min(1.0, 2 * tail))


def check_one(judge, framework, label, code, shape, seeds, ours):
    """All tests of one initializer in one framework for one shape."""
    what = f"{framework.name} {label} {'x'.join(map(str, shape))}"
    if label.split("=")[0] in EXACT:
        seeds = min(seeds, 2)
    try:
        source = label if isinstance(framework, Files) else code
        theirs = [framework.draw(source, shape, seed) for seed in range(seeds)]
    except Exception as error:  # whatever a wrong line does
        return judge.must(f"{what}: {type(error).__name__}: {error}", False)
    name = label.split("=")[0]
    matrix = fans(shape)[2]
    judge.must(f"{what}: shape {theirs[0][0].shape}, expected {matrix}", theirs[0][0].shape == matrix)
    if judge.wrong and judge.wrong[-1].startswith(f"{what}: shape"):
        return None
    mine = ours(label, shape) if name != "lsuv" else None
    if name == "lsuv":
        for seed, (weights, biases) in enumerate(theirs):
            x = np.random.default_rng(seed).normal(1, 3, (256, shape[0]))
            variance = np.var(x @ weights + biases)
            judge.must(f"{what}: variance {variance}", abs(variance - 1) < 0.01)
        check_orthogonal(judge, what, label, theirs, None)
        return None
    if name in EXACT:
        judge.must(f"{what}: other values", all(np.array_equal(w, mine[0][0]) for w, _ in theirs))
    elif name == "orthogonal":
        check_orthogonal(judge, what, label, theirs, mine)
    elif name == "sparse":
        zeros = math.ceil(float(label.split("=")[1]) * shape[0])
        counts = np.concatenate([(w == 0).sum(axis=0) for w, _ in theirs])
        judge.must(f"{what}: zeros per unit {counts.min()}..{counts.max()}, expected {zeros}", (counts == zeros).all())
        kept = [np.concatenate([w[w != 0] for w, _ in draws]) for draws in (theirs, mine)]
        compare(judge, what, *kept)
    else:
        compare(judge, what, *(np.concatenate([w.ravel() for w, _ in draws]) for draws in (theirs, mine)))
    biases = [np.concatenate([b for _, b in draws]) for draws in (theirs, mine)]
    if not biases[1].any():
        judge.must(f"{what}: biases are not zero", not biases[0].any())
    else:
        compare(judge, f"{what} biases", *biases)
    if name not in EXACT and not isinstance(framework, Files):
        distinct = {w.tobytes() for w, _ in theirs}
        judge.must(f"{what}: the same weights under other seeds", len(distinct) == len(theirs))
    return None


def gpt2_like(nn):
    def block():
        return nn.ModuleDict({"ln_1": nn.LayerNorm(64), "attn": nn.ModuleDict({"c_proj": nn.Linear(64, 64)}),
                              "mlp": nn.ModuleDict({"c_fc": nn.Linear(64, 256), "c_proj": nn.Linear(256, 64)})})
    return nn.ModuleDict({"wte": nn.Embedding(300, 64), "h": nn.ModuleList(block() for _ in range(3))})


def siren_like(nn):
    return nn.ModuleDict({"net": nn.Sequential(nn.Linear(2, 256), nn.Linear(256, 256), nn.Linear(256, 3))})


def check_recipes(judge, initlab):
    """`inspect --expect` finds nothing in a model after a recipe's lines, nor in what `draw` makes of it, and does before."""
    import torch
    for name, make in (("gpt2", gpt2_like), ("siren", siren_like)):
        folder = Path(tempfile.mkdtemp())
        model, fresh, drawn = make(torch.nn), folder / "fresh.pt", folder / "drawn.safetensors"

        def ends(code, *words, name=name):
            found = subprocess.run([initlab, *words], capture_output=True, text=True)
            judge.must(f"recipe {name}: {words}: {found.returncode} {found.stdout}{found.stderr}", found.returncode == code)
            return found.stdout

        torch.save(model.state_dict(), fresh)
        ends(6, "inspect", fresh, "--expect", name)
        ends(0, "draw", "--like", fresh, "--recipe", name, "--dtype", "bf16", "--out", drawn)
        ends(0, "inspect", drawn, "--expect", name)
        exec(ends(0, "initializers", "--code", "pytorch", "--recipe", name), {"model": model})
        torch.save(model.state_dict(), fresh)
        ends(0, "inspect", fresh, "--expect", name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--initlab", required=True)
    parser.add_argument("--full", action="store_true", help="five shapes and 100 seeds instead of one and 20")
    parser.add_argument("--shapes", help="other shapes, as 200x100,3x16x32")
    parser.add_argument("--frameworks", default="pytorch,keras,jax,nnx,equinox")
    parser.add_argument("--rust-draws", help="folder with the draws of burn and candle")
    wanted = parser.parse_args()
    shapes, seeds = (FULL, 100) if wanted.full else (SHORT, 20)
    if wanted.shapes:
        shapes = [tuple(map(int, shape.split("x"))) for shape in wanted.shapes.split(",")]
    cache, source = {}, Ours(wanted.initlab)

    def ours(label, shape):
        if (label, shape) not in cache:
            count = min(seeds, 2) if label.split("=")[0] in EXACT else seeds
            cache[label, shape] = [source.draw(label, shape, seed) for seed in range(count)]
        return cache[label, shape]

    judge, code, frameworks = Judge(), {}, {}
    for name in wanted.frameworks.split(","):
        if name in PYTHON and importlib.util.find_spec(PYTHON[name]) is None:
            print(f"SKIPPED: the lines for {name}, as {PYTHON[name]} is not installed", flush=True)
            continue
        preamble, code[name] = snippets(wanted.initlab, name)
        frameworks[name] = Framework(name, preamble) if name in PYTHON else Files(name, wanted.rust_draws)
        before, ran = len(judge.tests), 0
        for label, block in code[name].items():
            for shape in shapes:
                if is_code(block) and not (len(shape) == 3 and label.split("=")[0] in DENSE_ONLY):
                    check_one(judge, frameworks[name], label, block, shape, seeds, ours)
                    ran += 1
        said = sum(map(is_code, code[name].values()))
        print(f"{name}: {said} of {len(code[name])} initializers have code, {ran} cases, "
              f"{len(judge.tests) - before} tests", flush=True)
    if not frameworks:
        return 0
    if "pytorch" in frameworks:
        check_recipes(judge, wanted.initlab)
    smallest = min(judge.tests, key=lambda test: test[1])
    print(f"{len(judge.tests)} tests, threshold {BUDGET / len(judge.tests):.1e}; "
          f"smallest probability {smallest[1]:.1e}, {smallest[0]}")
    failures = judge.failures()
    for failure in failures:
        print(f"WRONG: {failure}")
    missed = 0
    for name, label, line in WRONG:
        if name in frameworks:
            other = Judge()
            check_one(other, frameworks[name], label, line, shapes[0], seeds, ours)
            found = other.failures(len(judge.tests))
            print(f"a wrong line for {label} in {name} is {'found: ' + found[0] if found else 'NOT FOUND: ' + line}")
            missed += not found
    print(f"{len(judge.tests) - len(failures)} passed, {len(failures) + missed} failed")
    return 1 if failures or missed else 0


if __name__ == "__main__":
    sys.exit(main())
