"""Computes an exported run again, in NumPy alone, and prints the largest differences.

    initlab circles --export runs --export-at 100
    python3 scripts/replay/replay.py runs/ID

Needs x.npy and labels.npy in the folder (--export-data). It computes in the precision of the export. The engine of
initlab was not looked at: the formulas are those of docs/FIDELITY.md, shortest form first.
"""
import json
import math
import sys
from pathlib import Path

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def phi(z):  # the normal distribution function
    return (0.5 * np.vectorize(math.erfc)(-z.astype(float) / math.sqrt(2))).astype(z.dtype)


def density(z):
    return np.exp(-z * z / 2) / z.dtype.type(math.sqrt(2 * math.pi))


NEEDED = ["spec.json", "x.npy", "labels.npy", "batches.npy", "losses.npy", "start.npz", "end.npz"]
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772  # of the SELU

# Each activation: its value, and its derivative from z and the value a.
ACTIVATIONS = {
    "identity": (lambda z: z, lambda z, a: np.ones_like(z)),
    "sigmoid": (sigmoid, lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: (z > 0).astype(z.dtype)),
    "leaky_relu": (lambda z: np.where(z > 0, z, z.dtype.type(0.01) * z),
                   lambda z, a: np.where(z > 0, z.dtype.type(1), z.dtype.type(0.01))),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), lambda z, a: np.where(z > 0, 1, a + 1)),
    "selu": (lambda z: SCALE * np.where(z > 0, z, ALPHA * np.expm1(np.minimum(z, 0))),
             lambda z, a: np.where(z > 0, z.dtype.type(SCALE), a + z.dtype.type(SCALE * ALPHA))),
    "gelu": (lambda z: z * phi(z), lambda z, a: phi(z) + z * density(z)),
    "silu": (lambda z: z * sigmoid(z), lambda z, a: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "softplus": (lambda z: np.logaddexp(0, z).astype(z.dtype), lambda z, a: sigmoid(z)),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda z, a: 1 / (1 + np.abs(z)) ** 2),
}


def forward(spec, p, x):
    """Everything that a batch makes on its way: z, a and what batch norm needs later, by layer from 1."""
    f, norm = ACTIVATIONS[spec["activation"]][0], spec["batch_norm"]
    kept, last = {"a0": x}, len(spec["sizes"]) - 1
    for layer in range(1, last + 1):
        y = kept[f"z{layer}"] = kept[f"a{layer - 1}"] @ p[f"W{layer}"] + p[f"b{layer}"]
        if layer == last:
            break
        if norm:
            mean, variance = y.mean(axis=0), y.var(axis=0)  # divided by the number of rows
            sigma = np.sqrt(variance + y.dtype.type(norm["epsilon"]))
            normal = (y - mean) / sigma
            kept |= {f"mean{layer}": mean, f"variance{layer}": variance, f"sigma{layer}": sigma, f"normal{layer}": normal}
            y = p[f"gamma{layer}"] * normal + p[f"beta{layer}"]
        kept[f"y{layer}"], kept[f"a{layer}"] = y, f(y)
    return kept


def loss(spec, logits, labels):
    """The mean loss, and its gradient with respect to the logits."""
    rows = len(labels)
    if spec["loss"] == "binary_cross_entropy":
        x, t = logits[:, 0], labels.astype(logits.dtype)
        value = np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))
        return float(value.astype(float).mean()), ((sigmoid(x) - t) / rows)[:, None]
    shifted = logits - logits.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    value = np.log(total[:, 0]) - shifted[np.arange(rows), labels]
    gradient = np.exp(shifted) / total
    gradient[np.arange(rows), labels] -= 1
    return float(value.astype(float).mean()), gradient / rows


def backward(spec, p, kept, d_z):
    """The gradient of every parameter, and d_z of every layer, without weight decay."""
    derivative, d = ACTIVATIONS[spec["activation"]][1], {}
    for layer in range(len(spec["sizes"]) - 1, 0, -1):
        d[f"z{layer}"] = d_z
        d[f"W{layer}"], d[f"b{layer}"] = kept[f"a{layer - 1}"].T @ d_z, d_z.sum(axis=0)
        if layer == 1:
            return d
        below = layer - 1
        d_z = (d_z @ p[f"W{layer}"].T) * derivative(kept[f"y{below}"], kept[f"a{below}"])
        if spec["batch_norm"]:
            normal = kept[f"normal{below}"]
            d[f"gamma{below}"], d[f"beta{below}"] = (d_z * normal).sum(axis=0), d_z.sum(axis=0)
            shared = (d[f"beta{below}"] + normal * d[f"gamma{below}"]) / len(d_z)
            d_z = p[f"gamma{below}"] / kept[f"sigma{below}"] * (d_z - shared)


def update(o, p, g, memory, name, t):
    """Moves p by g in place; `memory` has what the rule remembers of the parameter `name`."""
    real = p.dtype.type
    rate, m, epsilon = real(o["learning_rate"]), real(o["momentum"]), real(o["epsilon"])
    first = memory.setdefault(f"{name}.first", np.zeros_like(p))
    if name.startswith("W"):
        g = g + real(o["weight_decay"]) * p
    if o["name"] == "sgd":
        p -= rate * g
    elif o["name"] == "momentum":
        first[...] = m * first - rate * g
        p += first
    elif o["name"] == "nesterov":
        p += m * m * first - (1 + m) * rate * g
        first[...] = m * first - rate * g
    elif o["name"] == "adagrad":
        first += g * g
        p -= rate * g / (np.sqrt(first) + epsilon)
    elif o["name"] == "rmsprop":
        decay = real(o["rmsprop_decay"])
        first[...] = decay * first + (1 - decay) * g * g
        p -= rate * g / (np.sqrt(first) + epsilon)
    elif o["name"] == "adam":
        second = memory.setdefault(f"{name}.second", np.zeros_like(p))
        (beta1, beta2) = o["adam_beta"]
        first += real(1 - beta1) * (g - first)
        second += real(1 - beta2) * (g * g - second)
        # The correction of both moments in the rate, epsilon outside of it (the last lines of section 2 of the paper).
        p -= real(o["learning_rate"] * math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)) * first / (np.sqrt(second) + epsilon)


def largest(found, expected):
    """The largest difference of the numbers that both have, by array."""
    return max((float(np.max(np.abs(found[name] - expected[name]))) for name in expected if name in found), default=0.0)


def replay(folder):
    """Trains again; returns the largest difference of a loss, of parameters and memory, and of what a batch makes."""
    folder = Path(folder)
    missing = [name for name in NEEDED if not (folder / name).exists()]
    if missing:
        sys.exit(f"{folder}: no {', '.join(missing)}; --export-data writes the examples, too")
    spec = json.loads((folder / "spec.json").read_text())
    x, labels = np.load(folder / "x.npy"), np.load(folder / "labels.npy")
    batches, losses = np.load(folder / "batches.npy"), np.load(folder / "losses.npy")
    start = np.load(folder / "start.npz").items()
    p = {name: array.copy() for name, array in start if "." not in name}  # an optimizer remembers nothing yet
    memory, differs = {}, [0.0, 0.0, 0.0]

    def note(kind, difference):
        differs[kind] = max(differs[kind], difference)

    for iteration, batch in enumerate(batches):
        kept = forward(spec, p, x[batch])
        before, d_logits = loss(spec, kept[f"z{len(spec['sizes']) - 1}"], labels[batch])
        gradient = backward(spec, p, kept, d_logits)
        moment = folder / f"at-{iteration}.npz"
        if moment.exists():
            expected = dict(np.load(moment))
            note(1, largest(p | memory, expected))
            note(2, largest(kept | {f"d_{name}": array for name, array in gradient.items()}, expected))
        for layer in range(1, len(spec["sizes"]) - 1) if spec["batch_norm"] else []:
            keep = p[f"running_mean{layer}"].dtype.type(spec["batch_norm"]["momentum"])
            for name in ("mean", "variance"):
                running = p[f"running_{name}{layer}"]
                running[...] = keep * running + (1 - keep) * kept[f"{name}{layer}"]
        for name, array in p.items():
            if not name.startswith("running"):
                update(spec["optimizer"], array, gradient[name], memory, name, iteration + 1)
        if spec["loss_at"] == "after":
            before, _ = loss(spec, forward(spec, p, x[batch])[f"z{len(spec['sizes']) - 1}"], labels[batch])
        note(0, abs(before - float(losses[iteration])))
    note(1, largest(p | memory, dict(np.load(folder / "end.npz"))))
    return spec, differs


def main():
    for folder in sys.argv[1:]:
        spec, differs = replay(folder)
        words = ("loss", "parameters", "values and gradients")
        told = ", ".join(f"{word} {difference:.1e}" for word, difference in zip(words, differs))
        print(f"{folder} ({spec['precision']}): {told}; the largest {max(differs):.1e}")


if __name__ == "__main__":
    main()
