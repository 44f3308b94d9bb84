"""Computes an exported run again, in NumPy alone: the reference. Ends with 1 where a number differs by more than --tolerance.

    initlab circles --export runs --export-at 100
    python3 scripts/replay/replay.py runs/ID

Needs x.npy and labels.npy in the folder (--export-data). It computes in the precision of the export. The engine of
initlab was not looked at: the formulas are those of docs/FIDELITY.md, shortest form first.
"""
import math

import numpy as np

import folder


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def phi(z):  # the normal distribution function
    return (0.5 * np.vectorize(math.erfc)(-z.astype(float) / math.sqrt(2))).astype(z.dtype)


def density(z):
    return np.exp(-z * z / 2) / z.dtype.type(math.sqrt(2 * math.pi))


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
    if o["name"] != "sgd":
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


def train(spec, start, x, labels, batches):
    """Trains from the start; yields what folder.py says."""
    p, memory, last = {name: array.copy() for name, array in start.items()}, {}, len(spec["sizes"]) - 1
    for iteration, batch in enumerate(batches):
        kept = forward(spec, p, x[batch])
        value, d_logits = loss(spec, kept[f"z{last}"], labels[batch])
        gradient = backward(spec, p, kept, d_logits)
        made = {name: array for name, array in kept.items() if name[0] in "za" and name != "a0"}
        yield "arrays", iteration, p | memory | made | {f"d_{name}": array for name, array in gradient.items()}
        for layer in range(1, last) if spec["batch_norm"] else []:
            keep = p[f"running_mean{layer}"].dtype.type(spec["batch_norm"]["momentum"])
            for name in ("mean", "variance"):
                running = p[f"running_{name}{layer}"]
                running[...] = keep * running + (1 - keep) * kept[f"{name}{layer}"]
        for name, array in p.items():
            if not name.startswith("running"):
                update(spec["optimizer"], array, gradient[name], memory, name, iteration + 1)
        if spec["loss_at"] == "after":
            value, _ = loss(spec, forward(spec, p, x[batch])[f"z{last}"], labels[batch])
        yield "loss", iteration, value
    yield "arrays", len(batches), p | memory


if __name__ == "__main__":
    folder.main(train, __doc__)
