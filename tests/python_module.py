#!/usr/bin/env python3
"""The Python module, installed: what its functions give back, and what becomes of errors."""
import tempfile
from pathlib import Path

import initlab

tables = initlab.compare(init=["He", "Xavier"], hidden=[20, 20], iterations=30, batch_norm=True)
assert [row["initializer"] for row in tables["summary"]] == ["He", "Xavier"], tables["summary"]
assert len(tables["loss"]) == 60 and all(isinstance(row["loss"], float) for row in tables["loss"])

with tempfile.TemporaryDirectory() as folder:
    initlab.compare(out=folder, init="He", hidden=[20], iterations=30, batch_norm=False, seeds=None)
    assert (Path(folder) / "compare/loss.png").exists()

try:
    initlab.compare(iterations=0)
except initlab.InitlabError as error:
    assert error.exit_code == 2 and "--iterations" in str(error), error
else:
    raise AssertionError("0 iterations are refused")
found = initlab.recommend([20, 16, 4], activation="tanh", trial="none")
assert found["decision"] == "predicted" and found["initializer"] and len(found["candidates"]) > 10, found

try:
    import numpy
except ModuleNotFoundError:
    print("SKIPPED models of the Python module: no numpy")
else:
    draws = numpy.random.default_rng(1)
    arrays = {f"{layer}.weight": draws.normal(0, numpy.sqrt(2 / 200), (200, 200)) for layer in range(3)}
    model = initlab.inspect(arrays)["models"][0]
    assert (model["training"], model["healthy"], model["law"]) == ("untrained", True, "He"), model
print("ok: the Python module")
