"""The program `initlab` from Python: each function runs it once and gives back what it wrote.

    >>> import initlab
    >>> tables = initlab.compare(init=["Xavier", "He"], iterations=500)
    >>> [(row["initializer"], row["final_loss"]) for row in tables["summary"]]

A keyword is the program's flag of that name, `learning_rate=0.1` for `--learning-rate 0.1`: True stands for a flag
alone, a list for values with commas between them; None and False leave it out. `initlab compare --help` lists them.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import struct
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Mapping, Union

__all__ = ["InitlabError", "compare", "inspect", "recommend"]

Flag = Union[None, bool, str, int, float, "os.PathLike[str]", List[Any]]
Row = Dict[str, Union[str, float]]


class InitlabError(Exception):
    """The program ended with another exit code than 0; its text is what the program said."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def compare(out: Union[None, str, "os.PathLike[str]"] = None, **flags: Flag) -> Dict[str, List[Row]]:
    """Trains a network per initializer; every table by its name, `summary` and `loss` among them.

    Tables and figures stay in `out`/compare; without `out` they are gone afterwards.
    """
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside if out is None else out)
        _run("compare", "--quiet", f"--out={folder}", *_words(flags))
        tables = (folder / "compare" / str(flags.get("name") or "")).glob("*.csv")
        return {path.stem: _rows(path) for path in sorted(tables)}


def recommend(sizes: List[int], **flags: Flag) -> Any:
    """Which initializer for layers of these sizes, and why: what `initlab recommend --format json` says."""
    return json.loads(_run("recommend", "--format=json", *_words({"sizes": sizes, **flags})))


def inspect(model: Any, **flags: Flag) -> Any:
    """What a model's weights were drawn from and what is wrong: what `initlab inspect --format json` says.

    `model` is the path of a model file, a torch module, a Keras model, or a dict of arrays by name.
    """
    with tempfile.TemporaryDirectory() as aside:
        file = model if isinstance(model, (str, os.PathLike)) else _stored(_arrays(model), Path(aside))
        return json.loads(_run("inspect", "--format=json", *_words(flags), "--", os.fspath(file)))


def _binary() -> str:
    """The binary that came with this package, else the first on the PATH."""
    beside = shutil.which("initlab", path=sysconfig.get_path("scripts"))
    found = beside or shutil.which("initlab")
    if found is None:
        raise InitlabError("the program initlab is neither installed with this package nor on the PATH", 127)
    return found


def _run(*words: str) -> str:
    """What the program printed."""
    ended = subprocess.run([_binary(), *words], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    if ended.returncode != 0:
        raise InitlabError(ended.stderr.strip(), ended.returncode)
    return ended.stdout


def _words(flags: Mapping[str, Flag]) -> List[str]:
    """Keywords as flags."""
    words = []
    for name, value in flags.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, (list, tuple)):
            value = ",".join(map(str, value))
        if value is True:
            words.append(flag)
        elif value is not None and value is not False:
            words.append(f"{flag}={value}")
    return words


def _rows(path: Path) -> List[Row]:
    """A table's rows; what reads as a number is one."""
    with open(path, newline="", encoding="utf-8") as file:
        return [{name: _number(text) for name, text in row.items()} for row in csv.DictReader(file)]


def _number(text: str) -> Union[str, float]:
    try:
        return float(text)
    except ValueError:
        return text


def _arrays(model: Any) -> Dict[str, Any]:
    """A model's arrays by name."""
    if hasattr(model, "state_dict"):
        return {name: tensor.detach().cpu() for name, tensor in model.state_dict().items()}
    if hasattr(model, "weights"):
        return {getattr(weight, "path", weight.name): weight.numpy() for weight in model.weights}
    return dict(model)


def _stored(arrays: Mapping[str, Any], folder: Path) -> Path:
    """The arrays in a safetensors file, in single precision."""
    import numpy

    head, bytes_, end = {}, [], 0
    for name, array in arrays.items():
        array = numpy.ascontiguousarray(array, dtype="<f4")
        head[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [end, end + array.nbytes]}
        bytes_.append(array.tobytes())
        end += array.nbytes
    text = json.dumps(head).encode()
    file = folder / "model.safetensors"
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(bytes_))
    return file
