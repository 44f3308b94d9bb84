#!/usr/bin/env python3
"""Measures what `initlab inspect` says of files whose truth is known: those of healthy_files.py, and planted faults.

    scripts/inspect/measure.py --initlab target/release/initlab --folder target/measure healthy planted
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

# The law of fresh tensors, by patterns of file and tensor; the first row decides, "" is not judged.
TRUTH = [
    (r"fresh_torch_\w+_(bn|residual)|squeeze|densenet", r"bn|norm", ""),
    *[(rf"fresh_torch_(mlp|deep|bn|wide|cnn|residual)_{init}\.", "", law) for init, law in {
        "default": "pytorch_default", "he": "He", "he_uniform": "he_uniform", "xavier_uniform": "glorot_uniform",
        "xavier_normal": "variance_scaling=1:fan_avg:normal", "orthogonal": "orthogonal"}.items()],
    (r"fresh_torch_encoder", r"in_proj", "glorot_uniform"),
    (r"fresh_torch_(encoder|module)", "", "pytorch_default"),
    (r"fresh_flax", r"kernel", "lecun_normal"),
    (r"fresh_equinox", "", "pytorch_default"),
    (r"fresh_keras_\w+_he\.", r"dense(_[12])?/", "he_normal"),
    (r"fresh_keras_\w+_(recurrent|embedding)", r"cell/vars/1|recurrent", "orthogonal"),
    (r"fresh_keras_\w+_embedding", r"embedding", ""),
    (r"fresh_keras_\w+_(mlp|cnn|separable|recurrent|embedding|attention|ResNet50|Xception|DenseNet121|MobileNetV2)\.", "", "glorot_uniform"),
    (r"transformers_gpt2", r"c_proj", "std=0.00707"),
    (r"transformers_(bert|roberta|distilbert|electra|gpt2|llama|mistral|mixtral|qwen2|gemma|opt|bloom|neox|albert|deberta|vit|deit)\.",
     r"layers?\.|h\.|block", "std=0.02"),
    (r"torchvision_(resnet|resnext)", r"fc", "pytorch_default"),
    (r"torchvision_(resnet|resnext)", "", "variance_scaling=2:fan_out:normal"),
]


def inspected(initlab, *files):
    ended = subprocess.run([initlab, "inspect", "--format", "json", *map(str, files)], capture_output=True, text=True)
    assert ended.returncode == 0, f"{files}: {ended.stderr}"
    return json.loads(ended.stdout)["models"]


def is_listed(law, labels):
    """True where the law is among the labels; of a width that the law has as a number, to 5 %."""
    name, number = law.partition("=")[::2]
    if name != "std":
        return law in labels
    widths = [float(label[4:]) for label in labels if label.startswith("std=")]
    return any(abs(width / float(number) - 1) < 0.05 for width in widths)


def healthy(initlab, folder):
    for what, wanted in [("fresh", "untrained"), ("trained", "trained")]:
        said, kinds, tensors, listed = Counter(), Counter(), 0, 0
        for file in sorted(folder.glob(f"{what}_*")):
            model = inspected(initlab, file)[0]
            kinds[file.name.split("_")[1]] += 1
            said[model["training"]] += 1
            if not model["healthy"]:
                said["false alarm"] += 1
                for fault in model["faults"][:4]:
                    print(f"false alarm in {file.name}: {fault['kind']} {fault['tensor']}: {fault['text']}")
            if model["training"] != wanted:
                print(f"{file.name}: said {model['training']}")
            for weight in model["weights"] if what == "fresh" else []:
                law = next((row[2] for row in TRUTH if re.search(row[0], file.name) and re.search(row[1], weight["name"])), "")
                if not law or weight["role"] != "weight":
                    continue
                tensors += 1
                labels = [label for one in weight["laws"] for label in one["labels"]]
                listed += is_listed(law, labels)
                if not is_listed(law, labels):
                    print(f"law of {file.name} {weight['name']} {weight['shape']}: {law}, said {labels[:3]}")
        files = sum(kinds.values())
        print(f"{what}: {files} files {dict(kinds)}: {said.pop('false alarm', 0)} false alarms; said {dict(said)}")
        if tensors:
            print(f"laws: {listed} of {tensors} fresh tensors have theirs among those listed")


def plant(state, weight, kind):
    """Spoils one hidden layer."""
    w = state[weight]
    flat = w.view(w.shape[0], -1)
    if kind == "NaN": flat[3, 5] = float("nan")
    elif kind == "all zero": w.zero_()
    elif kind == "constant": w.fill_(0.1)
    elif kind == "zero units": flat[4:8] = 0
    elif kind == "zero inputs": flat[:, 2:5] = 0
    elif kind == "repeated units": flat[9] = flat[4]
    elif kind == "negated units": flat[9] = -flat[4]
    elif kind == "all positive": w.abs_()
    elif kind == "x 2.5": w.mul_(2.5)
    elif kind == "x 0.4": w.mul_(0.4)
    elif kind == "huge value": flat[5, 5] = 60 * w.std()
    elif kind == "dead biases": state[bias_of(weight)].fill_(-50.0)


KINDS = ["NaN", "all zero", "constant", "zero units", "zero inputs", "repeated units", "negated units", "all positive",
         "x 2.5", "x 0.4", "huge value", "dead biases"]
PLANTED_IN = ["mlp", "cnn", "bn", "residual", "encoder"]


def bias_of(weight):
    """Of a convolution without a bias the shift of the norm that follows it."""
    return weight.replace("conv", "bn").replace("weight", "bias")


def planted(initlab, folder):
    """Twelve kinds of fault in five networks, in one hidden layer each."""
    import torch
    from networks import drawn, train
    for init in ["he", "default", "trained"]:
        found = blamed = cases = 0
        for net in PLANTED_IN:
            torch.manual_seed(len(net))
            model = drawn(net, "default" if init == "trained" or net == "encoder" else init)
            healthy_state = (train(model, "adam", 100) if init == "trained" else model).state_dict()
            weights = [name for name, value in healthy_state.items() if value.dim() >= 2 and bias_of(name) in healthy_state]
            weight = weights[len(weights) // 2]
            for kind in KINDS:
                state = {name: value.clone() for name, value in healthy_state.items()}
                plant(state, weight, kind)
                file = folder / "planted.pt"
                torch.save(state, file)
                faults = inspected(initlab, file)[0]["faults"]
                names, guilty = {fault["tensor"] for fault in faults}, {weight, bias_of(weight)}
                innocent = {name for name in names if name and name not in guilty}
                cases, found, blamed = cases + 1, found + bool(names & guilty), blamed + bool(innocent)
                if innocent or not names & guilty:
                    print(f"{init} {net}, {kind} in {weight}: {[(f['kind'], f['tensor']) for f in faults]}")
        print(f"planted in {init} networks: {found} of {cases} found, in {blamed} a healthy layer was blamed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--initlab", required=True)
    parser.add_argument("--folder", type=Path, default=Path("target/measure"))
    parser.add_argument("what", nargs="+", choices=["healthy", "planted"])
    arguments = parser.parse_args()
    for what in arguments.what:
        {"healthy": healthy, "planted": planted}[what](arguments.initlab, arguments.folder)


if __name__ == "__main__":
    sys.exit(main())
