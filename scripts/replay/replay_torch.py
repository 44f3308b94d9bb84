"""Computes an exported run again with PyTorch's functions, gradients and optimizers. Ends with 1 where a number differs by more than --tolerance.

    python3 scripts/replay/replay_torch.py runs/ID

Conventions of PyTorch that differ are mapped where a line says so; docs/FIDELITY.md has them in a table.
"""
import math

import torch
import torch.nn.functional as F

import folder

ACTIVATIONS = {
    "identity": lambda z: z.clone(),
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu, "selu": F.selu,
    "gelu": F.gelu, "silu": F.silu, "softsign": F.softsign,
    "softplus": lambda z: F.softplus(z, threshold=40),  # PyTorch takes z itself above 20: 2e-9 less
}
# What PyTorch calls that which initlab calls first and second.
REMEMBERED = {"momentum_buffer": "first", "sum": "first", "square_avg": "first", "exp_avg": "first", "exp_avg_sq": "second"}


def forward(spec, p, x, learning=True):
    """z and a of every layer; running statistics move where the network is learning."""
    kept, last, norm = {"a0": x}, len(spec["sizes"]) - 1, spec["batch_norm"]
    for layer in range(1, last + 1):
        y = kept[f"z{layer}"] = F.linear(kept[f"a{layer - 1}"], p[f"W{layer}"].T, p[f"b{layer}"])
        if layer == last:
            return kept
        if norm:
            running = [p[f"running_{name}{layer}"] if learning else None for name in ("mean", "variance")]
            y = F.batch_norm(y, *running, p[f"gamma{layer}"], p[f"beta{layer}"], True, 1 - norm["momentum"], norm["epsilon"])
        kept[f"a{layer}"] = ACTIVATIONS[spec["activation"]](y)


def loss(spec, logits, labels):
    if spec["loss"] == "binary_cross_entropy":
        return F.binary_cross_entropy_with_logits(logits[:, 0], labels.to(logits.dtype))
    return F.cross_entropy(logits, labels)


def optimizer(o, p):
    """PyTorch's of that name; only weights decay."""
    trained = {name: array for name, array in p.items() if array.requires_grad}
    groups = [{"params": [array for name, array in trained.items() if name.startswith("W")], "weight_decay": o["weight_decay"]},
              {"params": [array for name, array in trained.items() if not name.startswith("W")]}]
    rate, momentum, epsilon = o["learning_rate"], o["momentum"], o["epsilon"]
    return {
        "sgd": lambda: torch.optim.SGD(groups, rate),
        "momentum": lambda: torch.optim.SGD(groups, rate, momentum=momentum),
        "nesterov": lambda: torch.optim.SGD(groups, rate, momentum=momentum, nesterov=True),
        "adagrad": lambda: torch.optim.Adagrad(groups, rate, eps=epsilon),
        "rmsprop": lambda: torch.optim.RMSprop(groups, rate, alpha=o["rmsprop_decay"], eps=epsilon),
        "adam": lambda: torch.optim.Adam(groups, rate, betas=o["adam_beta"], eps=epsilon),
    }[o["name"]]()


def remembered(spec, p, rule):
    """What the optimizer remembers, in initlab's terms."""
    found, o = {}, spec["optimizer"]
    for name, array in p.items():
        for theirs, kept in rule.state.get(array, {}).items():
            if theirs in REMEMBERED:  # PyTorch remembers a sum of gradients, initlab the step: -rate times as large
                found[f"{name}.{REMEMBERED[theirs]}"] = -o["learning_rate"] * kept if theirs == "momentum_buffer" else kept
    return found


def train(spec, start, x, labels, batches):
    """Trains from the start; yields what folder.py says."""
    torch.set_num_threads(1)  # the networks are small
    p = {name: torch.tensor(array, requires_grad=not name.startswith("running")) for name, array in start.items()}
    x, labels, batches = torch.tensor(x), torch.tensor(labels).long(), torch.tensor(batches.astype("int64"))
    rule, rows, last = optimizer(spec["optimizer"], p), batches.shape[1], len(spec["sizes"]) - 1
    ratio = rows / max(rows - 1, 1)  # PyTorch's running variance is of the unbiased ones, initlab's of the biased ones
    variances = [name for name in p if name.startswith("running_variance")]
    for name in variances:
        p[name] *= ratio

    def state():
        mapped = remembered(spec, p, rule) | {name: p[name] / ratio for name in variances}
        return {name: array.detach().clone().numpy() for name, array in (p | mapped).items()}

    for iteration, batch in enumerate(batches):
        before, kept = state(), forward(spec, p, x[batch])
        made = {name: array for name, array in kept.items() if name != "a0"}
        for array in made.values():
            array.retain_grad()
        value = loss(spec, kept[f"z{last}"], labels[batch])
        rule.zero_grad()
        value.backward()
        gradients = {f"d_{name}": array.grad for name, array in (p | made).items() if array.requires_grad and name[0] != "a"}
        yield "arrays", iteration, before | {name: array.detach().numpy() for name, array in (made | gradients).items()}
        if spec["optimizer"]["name"] == "adam":  # PyTorch's epsilon stands inside of the correction
            for group in rule.param_groups:
                group["eps"] = spec["optimizer"]["epsilon"] / math.sqrt(1 - spec["optimizer"]["adam_beta"][1] ** (iteration + 1))
        rule.step()
        if spec["loss_at"] == "after":
            with torch.no_grad():
                value = loss(spec, forward(spec, p, x[batch], learning=False)[f"z{last}"], labels[batch])
        yield "loss", iteration, value.item()
    yield "arrays", len(batches), state()


if __name__ == "__main__":
    folder.main(train, __doc__)
