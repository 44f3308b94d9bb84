#!/usr/bin/env python3
"""Writes model files with PyTorch, Keras and JAX and holds what `initlab inspect` says of them against what they are.

Healthy files in four precisions and both formats, files with planted faults, a model of which only some
layers were trained, hostile files; and a file of `initlab draw`, loaded by PyTorch. Started by check.sh.
"""

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import keras
import ml_dtypes
import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from check import snippets
from flax import linen
from torch import nn

LABELS = ["Xavier", "He", "lecun_normal", "lecun_uniform", "glorot_normal", "glorot_uniform", "he_normal",
          "he_uniform", "pytorch_default", "orthogonal"]
DENSE = [(784, 300), (300, 100), (100, 100), (100, 30)]
CONV = [(3, 8, 32), (3, 32, 64), (5, 64, 16)]  # kernel, inputs, units


def run(initlab, *arguments):
    return subprocess.run([initlab, *map(str, arguments)], capture_output=True, text=True)


def inspect(initlab, file, *arguments):
    """The table of one file, as a list of dictionaries."""
    ended = run(initlab, "inspect", file, *arguments)
    assert ended.returncode == 0, f"{file}: {ended.stderr}"
    lines = [line.split("\t") for line in ended.stdout.splitlines() if not line.startswith("#")]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def torch_layers(code, seed):
    torch.manual_seed(seed)
    layers = [nn.Linear(*shape) for shape in DENSE] + [nn.Conv2d(i, o, k) for k, i, o in CONV]
    scope = {"nn": nn, "torch": torch, "math": __import__("math")}
    for layer in layers:
        exec(code, dict(scope, layer=layer))
    return {f"{index}.{name}": value for index, layer in enumerate(layers)
            for name, value in layer.state_dict().items()}


def keras_layers(code, seed):
    keras.utils.set_random_seed(seed)
    arrays = {}
    for index, shape in enumerate(DENSE + CONV):
        scope = {"keras": keras, "math": __import__("math"), "units": shape[-1], "fan_in": int(np.prod(shape[:-1]))}
        exec(code, scope)
        layer = scope["layer"]
        if len(shape) == 3:
            layer = keras.layers.Conv2D(shape[2], shape[0], kernel_initializer=layer.kernel_initializer)
            layer.build((None, 9, 9, shape[1]))
        else:
            layer.build((None, shape[0]))
        arrays[f"layer_{index}/kernel"], arrays[f"layer_{index}/bias"] = map(np.asarray, layer.get_weights())
    return arrays


def jax_layers(code, seed):
    arrays = {}
    for index, shape in enumerate(DENSE + CONV):
        scope = {"jax": jax, "jnp": jnp, "nn": linen, "math": __import__("math"), "units": shape[-1],
                 "fan_in": int(np.prod(shape[:-1]))}
        exec(code, scope)
        layer, x = scope["layer"], jnp.zeros((1, shape[0]))
        if len(shape) == 3:
            layer = linen.Conv(shape[2], (shape[0], shape[0]), kernel_init=layer.kernel_init)
            x = jnp.zeros((1, 9, 9, shape[1]))
        params = layer.init(jax.random.key(100 * seed + index), x)["params"]
        arrays.update({f"params.layers_{index}.{name}": np.asarray(value) for name, value in params.items()})
    return arrays


def write(arrays, dtype, file):
    if isinstance(next(iter(arrays.values())), torch.Tensor):
        kinds = {"f32": torch.float32, "f64": torch.float64, "f16": torch.float16, "bf16": torch.bfloat16}
        return safetensors.torch.save_file({k: v.to(kinds[dtype]).contiguous() for k, v in arrays.items()}, file)
    kinds = {"f32": np.float32, "f64": np.float64, "f16": np.float16, "bf16": ml_dtypes.bfloat16}
    arrays = {name: np.ascontiguousarray(value.astype(kinds[dtype])) for name, value in arrays.items()}
    if file.suffix == ".npz":
        return np.savez(file, **arrays) if dtype != "f64" else np.savez_compressed(file, **arrays)
    return safetensors.numpy.save_file(arrays, file)


def healthy(initlab, folder, failures):
    """Every label from every framework: listed, first, no fault."""
    makers = {"pytorch": torch_layers, "keras": keras_layers, "jax": jax_layers}
    listed = first = big = telling = false_flags = tensors = 0
    for name, make in makers.items():
        code = snippets(initlab, name)[1]
        code["orthogonal"] = code["orthogonal=1.5"].replace("1.5", "1.0")
        for number, label in enumerate(LABELS):
            dtype = ["f32", "f16", "bf16", "f64"][(number + len(name)) % 4]
            file = folder / f"{name}_{label}.{'npz' if name != 'pytorch' and number % 2 else 'safetensors'}"
            write(make(code[label], number + 1), dtype, file)
            for row in inspect(initlab, file):
                count = int(np.prod([int(size) for size in row["shape"].split("x")]))
                fans = sorted([int(row["fan_in"]), int(row["fan_out"])])
                fits = [fit.split(" = ") for fit in row["fits"].split("; ")]
                tensors += 1
                false_flags += row["faults"] != "-"
                if row["faults"] != "-":
                    failures.append(f"false flag in {file.name} {row['tensor']}: {row['faults']}")
                if count >= 1000:
                    big += 1
                    listed += any(label in fit for fit in fits)
                if count >= 10_000 and fans[1] >= 1.5 * fans[0]:
                    telling += 1
                    first += label in fits[0]
                    if label not in fits[0]:
                        print(f"not first: {file.name} ({dtype}) {row['tensor']}: {row['fits']}")
    print(f"{tensors} healthy tensors: {false_flags} flagged; of {big} with 1,000 weights or more the right initializer is "
          f"listed for {listed}; of {telling} with 10,000 and fans that differ it is first for {first}")
    if tensors < 200 or listed < 0.95 * big or first < telling:
        failures.append("healthy files")


def faulty(initlab, folder, failures):
    """One fault at a time in the second of four layers of a PyTorch model."""
    def change(spoil):
        torch.manual_seed(3)
        arrays = {f"{i}.weight": nn.Linear(120, 90).weight.detach().clone() for i in range(5)}
        spoil(arrays["1.weight"])
        return arrays

    planted = {
        "all zero": lambda w: w.zero_(), "constant": lambda w: w.fill_(0.3),
        "repeated unit": lambda w: w[7].copy_(w[2]), "NaN": lambda w: w[3, 4].fill_(float("nan")),
        "infinite": lambda w: w[3].fill_(float("-inf")), "huge": lambda w: w[5, 5].fill_(40.0),
        "times the scale of": lambda w: w.mul_(12.0),
    }
    for expected, spoil in planted.items():
        file = folder / "faulty.safetensors"
        safetensors.torch.save_file(change(spoil), file)
        for index, row in enumerate(inspect(initlab, file)):
            fine = expected in row["faults"] if index == 1 else row["faults"] == "-"
            if not fine:
                failures.append(f"planted {expected}: tensor {index} says {row['faults']}")
    print(f"{len(planted)} planted faults")


def trained(initlab, folder, failures):
    """Some layers learn, one is frozen."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(64, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))
    model[2].requires_grad_(False)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=3e-3)
    centers = torch.randn(10, 64)
    for _ in range(300):
        labels = torch.randint(0, 10, (64,))
        loss = nn.functional.cross_entropy(model(centers[labels] + torch.randn(64, 64)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    file = folder / "trained.safetensors"
    safetensors.torch.save_file(model.state_dict(), file)
    found = {row["tensor"]: row["untrained"] for row in inspect(initlab, file)}
    print(f"trained, but for 2.weight; untrained are: {found}")
    if [name for name, answer in found.items() if answer == "yes"] != ["2.weight"]:
        failures.append("a trained model of which one layer was frozen")


def hostile(initlab, folder, failures):
    """Exit code 3, a message, and little memory."""
    good = safetensors.numpy.save({"a": np.zeros((4, 4), np.float32)})
    header = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    files = {
        "truncated.safetensors": good[:-3], "header.safetensors": struct.pack("<Q", 2**63) + b"{}" * 50,
        "overlap.safetensors": struct.pack("<Q", len(header)) + header + bytes(8),
        "dtype.safetensors": good.replace(b"F32", b"F99"), "empty.npz": b"",
        "pickle.safetensors": b"\x80\x04\x95" + bytes(100),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "bomb.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("a.npy", bytes(1 << 28))
    np.savez(folder / "objects.npz", a=np.array([{}], dtype=object))
    np.savez(folder / "torn.npz", a=np.zeros(1000, np.float32))
    torn = folder / "torn.npz"
    torn.write_bytes(torn.read_bytes()[:-40])
    names = [*files, "bomb.npz", "objects.npz", "torn.npz"]
    for name in names:
        limited = ["bash", "-c", 'ulimit -v 400000; exec "$0" "$@"', initlab, "inspect", str(folder / name)]
        ended = subprocess.run(limited, capture_output=True, text=True)
        if ended.returncode != 3 or name not in ended.stderr:
            failures.append(f"{name}: exit {ended.returncode}, {ended.stderr!r}")
    print(f"{len(names)} hostile files")


def drawn(initlab, folder, failures):
    """A file of ours in PyTorch, in both formats."""
    out = folder / "drawn.safetensors"
    run(initlab, "draw", "--sizes", "30,20,10", "--layout", "out_in", "--out", out)
    model = nn.Sequential(nn.Linear(30, 20), nn.ReLU(), nn.Linear(20, 10))
    model.load_state_dict(safetensors.torch.load_file(out))
    run(initlab, "draw", "--sizes", "30,20,10", "--out", folder / "drawn.npz")
    arrays = np.load(folder / "drawn.npz")
    same = np.array_equal(model[2].weight.detach().numpy().T, arrays["layers_1.kernel"])
    if not same or model[0].weight.std() < 0.1:
        failures.append("drawn weights in PyTorch")
    print("drawn weights load in PyTorch and NumPy")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--initlab", required=True)
    initlab = str(Path(parser.parse_args().initlab).resolve())
    failures, checks = [], [healthy, faulty, trained, hostile, drawn]
    with tempfile.TemporaryDirectory() as folder:
        for check in checks:
            check(initlab, Path(folder), failures)
    for failure in failures:
        print(f"WRONG: {failure}")
    print(f"{len(checks)} groups of files, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
