"""Many short runs of the He network, each with seeds of its own: --numpy by a pool of processes with one thread for
products each, --jax as one `vmap` over all of them. Prints the mean of the last losses.

    many_runs.py --jax RUNS ITERATIONS
"""
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is there
from multiprocessing import Pool

import numpy as np

import common
from common import BATCH, mnist, network


def drawn(seed, iterations, examples):
    return np.random.default_rng(seed).integers(examples, size=(iterations, BATCH))


def read():
    global DATA
    DATA = mnist()


def numpy_run(task):
    from numpy_peer import step

    (seed, iterations), (images, labels) = task, DATA
    weights, biases = network("He", seed=seed)
    losses = [step(weights, biases, images[b], labels[b], np.float32) for b in drawn(seed, iterations, len(labels))]
    return losses[-1]


def numpy_runs(runs, iterations):
    with Pool(os.cpu_count(), read) as pool:
        return pool.map(numpy_run, [(seed, iterations) for seed in range(1, runs + 1)], chunksize=8)


def jax_runs(runs, iterations, at_once=200):
    """At most `at_once` networks in memory: more of them are slower, not faster."""
    import jax
    import jax.numpy as jnp
    from jax_peer import loss_of

    images, labels = map(jnp.asarray, mnist())

    @jax.jit
    def train(parameters, batches):
        def step(parameters, batch):
            each = jax.vmap(jax.value_and_grad(loss_of))
            loss, gradients = each(parameters, images[batch], labels[batch])
            return jax.tree.map(lambda p, g: p - common.RATE * g, parameters, gradients), loss

        return jax.lax.scan(step, parameters, batches)[1][-1]

    last = []
    for first in range(1, runs + 1, at_once):
        seeds = range(first, min(first + at_once, runs + 1))
        parameters = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(network("He", seed=s) for s in seeds))
        batches = np.stack([drawn(s, iterations, len(labels)) for s in seeds], axis=1)
        last += train(parameters, batches).tolist()
    return last


if __name__ == "__main__":
    way, runs, iterations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    losses = (numpy_runs if way == "--numpy" else jax_runs)(runs, iterations)
    print(f"{len(losses)} runs, mean of the last losses {np.mean(losses):.4f}")
