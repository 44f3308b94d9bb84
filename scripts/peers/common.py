"""What every peer shares: MNIST, the three initial networks, the batches, and how results are told.

The task is `initlab compare`: 784-100-100-100-100-10, ReLU, softmax cross-entropy, SGD 0.01, 2,000
iterations on batches of 128 drawn with replacement, for std=0.01, Xavier and He.
"""
import json
import os
from pathlib import Path

import numpy as np

SIZES = (784, 100, 100, 100, 100, 10)
BATCH, ITERATIONS, RATE = 128, 2000, 0.01
INITIALIZERS = {"std=0.01": lambda fan_in: 0.01, "Xavier": lambda n: (1 / n) ** 0.5, "He": lambda n: (2 / n) ** 0.5}
SEED = int(os.environ.get("SEED", 1))  # of weights and batches
DATA = Path(__file__).resolve().parents[2] / "target/peers/mnist"  # unpacked by scripts/bench_peers.sh


def read(name, head):
    return np.frombuffer((DATA / name).read_bytes(), np.uint8, offset=head)


def mnist(dtype=np.float32):
    images = read("train-images-idx3-ubyte", 16).reshape(-1, 784).astype(dtype) / dtype(255)
    return images, read("train-labels-idx1-ubyte", 8).astype(np.int64)


def network(initializer, dtype=np.float32, seed=SEED):
    random, std = np.random.default_rng(seed), INITIALIZERS[initializer]
    layers = list(zip(SIZES, SIZES[1:]))
    weights = [(random.standard_normal(shape) * std(shape[0])).astype(dtype) for shape in layers]
    return weights, [np.zeros(shape[1], dtype) for shape in layers]


def batches(examples, seed=SEED):
    random = np.random.default_rng(seed)
    return (random.integers(examples, size=BATCH) for _ in range(ITERATIONS))


def tell(losses):
    """Mean of the last 100 losses of each network, as one line of JSON."""
    print(json.dumps({name: float(np.mean(curve[-100:])) for name, curve in losses.items()}))
