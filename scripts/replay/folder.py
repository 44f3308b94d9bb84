"""The folder that `--export` writes: read, verified, and held against what another program computes from it.

A program is a function train(spec, start, x, labels, batches) that yields, iteration by iteration,
("arrays", k, {name: array}) after k updates, with what the batch of iteration k makes, and ("loss", k, number); at the
end the arrays once more, without a batch.
"""
import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

NEEDED = ["spec.json", "x.npy", "labels.npy", "batches.npy", "losses.npy", "start.npz", "end.npz"]
TOLERANCE = {"f64": 1e-10, "f32": 1e-4}
KINDS = ("loss", "parameters", "values and gradients")


class Unusable(Exception):
    """The folder cannot be computed again."""


def read(folder):
    """The spec and the arrays of start, of every moment by its number of updates, of examples, batches and losses."""
    folder = Path(folder)
    if missing := [name for name in NEEDED if not (folder / name).exists()]:
        raise Unusable(f"{folder}: no {', '.join(missing)}; --export-data writes the examples, too")
    spec = json.loads((folder / "spec.json").read_text())
    for name, expected in spec.get("sha256", {}).items():
        if not (folder / name).exists() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
            raise Unusable(f"{folder}/{name}: not the file whose SHA-256 spec.json has")
    x, labels, batches, losses = (np.load(folder / f"{name}.npy") for name in ("x", "labels", "batches", "losses"))
    start = {name: array for name, array in np.load(folder / "start.npz").items() if "." not in name}
    moments = {int(path.stem[3:]): dict(np.load(path)) for path in folder.glob("at-*.npz")}
    moments[len(batches)] = dict(np.load(folder / "end.npz"))
    return spec, start, x, labels, batches, losses, moments


def differences(found, expected):
    """Number by number; infinite where the shapes differ or only one is NaN."""
    if np.shape(found) != np.shape(expected):
        return np.full(np.shape(expected), np.inf)
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        apart = np.abs(np.subtract(found, expected, dtype=float))
    return np.where(same, 0.0, np.nan_to_num(apart, nan=np.inf, posinf=np.inf))


def hold(train, folder, tolerance=None):
    """The spec, the largest difference by kind, sentences on the first that is above the tolerance, and what was not compared."""
    spec, start, x, labels, batches, losses, moments = read(folder)
    tolerance = TOLERANCE[spec["precision"]] if tolerance is None else tolerance
    largest, first, not_compared = dict.fromkeys(KINDS, 0.0), [], []
    if len(moments) == 1:
        not_compared.append("values and gradients: no at-K.npz (--export-at writes them)")
    for kind, k, found in train(spec, start, x, labels, batches):
        if kind == "loss":
            apart = float(differences(found, losses[k]))
            largest["loss"] = max(largest["loss"], apart)
            if apart > tolerance and not any("loss" in line for line in first):
                first.append(f"the first loss that differs is of iteration {k}: {losses[k]} in the folder, {found} here")
        elif k in moments:
            expected = moments[k]
            name = f"at-{k}.npz" if k < len(batches) else "end.npz"
            for only, where in ((set(found) - set(expected), f"not in {name}"), (set(expected) - set(found), f"of {name}, not computed")):
                if only:
                    not_compared.append(f"{where}: {' '.join(sorted(only))}")
            both = [array for array in expected if array in found]
            apart = {array: differences(found[array], expected[array]) for array in both}
            for array in both:
                kind = KINDS[1] if is_parameter(array) else KINDS[2]
                largest[kind] = max(largest[kind], apart[array].max(initial=0.0))
            wrong = [array for array in both if apart[array].max(initial=0.0) > tolerance]
            if wrong and not any("arrays" in line for line in first):
                first.append(first_array(k, wrong, apart, found, expected))
    return spec, largest, first, not_compared


def layer(array):
    return int("".join(letter for letter in array.split(".")[0] if letter.isdigit()))


def is_parameter(array):
    return not array.startswith(("z", "a", "d_"))


def first_array(k, wrong, apart, found, expected):
    """What differs after k updates, and the worst number. Parameters come first: a fault on the way back spares the layers above."""
    wrong = list(filter(is_parameter, wrong)) or wrong
    array = max(wrong, key=lambda name: apart[name].max())
    place = np.unravel_index(np.argmax(apart[array]), apart[array].shape)
    here = found[array][place] if found[array].shape == apart[array].shape else f"the shape {found[array].shape}"
    right = [name for name in apart if name not in wrong and is_parameter(name)]
    return (f"in arrays first after {k} updates, in layers {' '.join(map(str, sorted(set(map(layer, wrong)))))}: {' '.join(wrong)}; "
            f"most in {array}, unit {place[-1]}: {expected[array][place]} in the folder, {here} here; equal: {' '.join(right) or 'none'}")


def main(train, description):
    """Computes every folder of the command line again; ends with 0 where all are equal, 1 where one differs, 2 where one cannot be used."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--tolerance", type=float, help="the largest difference that is passed over (1e-10 in f64, 1e-4 in f32)")
    wanted, code = parser.parse_args(), 0
    for folder in wanted.folder:
        try:
            spec, largest, first, not_compared = hold(train, folder, wanted.tolerance)
        except Unusable as error:
            print(error, file=sys.stderr)
            code = 2
            continue
        told = ", ".join(f"{kind} {difference:.1e}" for kind, difference in largest.items())
        print(f"{folder} ({spec['precision']}): {'they differ' if first else 'equal'}; the largest differences: {told}")
        for line in [*first, *(f"not compared: {line}" for line in not_compared)]:
            print(f"  {line}")
        code = max(code, 1 if first else 0)
    sys.exit(code)
