#!/usr/bin/env python3
"""Writes tests/models: one small file per format, by the frameworks themselves (requirements.txt of scripts/frameworks,
h5py and onnx). Every number is its place in the file's order, so that a test can say what must be read."""

import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import h5py
import keras
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

out = Path(sys.argv[1] if len(sys.argv) > 1 else "tests/models")
out.mkdir(parents=True, exist_ok=True)


def count(*shape, start=0):
    return torch.arange(start, start + int(np.prod(shape)), dtype=torch.float32).reshape(shape)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.norm = nn.BatchNorm1d(2)
        self.fc.weight.data, self.fc.bias.data = count(2, 3), count(2, start=6)

    def forward(self, x):
        return self.norm(self.fc(x))


net = Net()
torch.save(net.state_dict(), out / "state_dict.pt")
torch.save(net, out / "module.pt")
optimizer = torch.optim.Adam(net.parameters())
net(count(4, 3)).sum().backward()
optimizer.step()
odd = {"transposed": count(2, 3).T, "row": count(4, 3)[1], "half": count(2, 2).half(), "bf16": count(3).bfloat16(),
       "ids": torch.arange(3), "expanded": count(1).expand(5, 4), "complex": torch.zeros(2, dtype=torch.complex64),
       "tied": net.fc.weight.data, "scalar": torch.tensor(7.0)}
torch.save({"epoch": 3, "model": odd, "optimizer": optimizer.state_dict(), "note": None}, out / "checkpoint.ckpt")
torch.jit.script(nn.Sequential(nn.Linear(3, 2))).save(str(out / "script.jit"))
torch.save(odd["half"], out / "old.pt", _use_new_zipfile_serialization=False)

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="hidden"), keras.layers.BatchNormalization()])
model.layers[0].set_weights([count(3, 2).numpy(), count(2, start=6).numpy()])
model.compile("adam", "mse")
model.save(out / "model.keras")
model.save(out / "model.h5")
model.save_weights(out / "model.weights.h5")
with h5py.File(out / "chunks.h5", "w") as file:
    numbers = np.arange(35, dtype=np.float64).reshape(5, 7)
    file.create_dataset("deflated", data=numbers, chunks=(2, 3), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("plain", data=numbers.astype(np.float16), chunks=(5, 7))
    file.create_dataset("text", data="hello")
    file.create_dataset("big", data=numbers.astype(">f4"))
    file.create_dataset("unwritten", (2, 2), dtype="f4", chunks=(1, 1))

weights = {"gemm": (2, 3), "matmul": (3, 2), "conv": (4, 3, 1, 1)}
initializers = [numpy_helper.from_array(count(*shape).numpy(), name) for name, shape in weights.items()]
initializers.append(helper.make_tensor("typed", TensorProto.FLOAT16, [2], [0.0, 1.0]))
constant = helper.make_tensor("inner", TensorProto.FLOAT, [2], [0.0, 1.0])
nodes = [helper.make_node("Constant", [], ["constant"], value=constant), helper.make_node("Gemm", ["x", "gemm"], ["a"], transB=1),
         helper.make_node("MatMul", ["x", "matmul"], ["b"]), helper.make_node("Conv", ["i", "conv"], ["c"])]
graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3])],
                          [helper.make_tensor_value_info("a", TensorProto.FLOAT, [1, 2])], initializers)
onnx.save(helper.make_model(graph), out / "graph.onnx")
