"""NumPy: f32 with the loss before the update, or with --f64 in double precision with the loss after it.

With --tuned the batches are drawn beforehand and each network has a thread of its own (set the threads of the
products to one: OPENBLAS_NUM_THREADS=1); NumPy lets go of Python's lock in a product.
"""
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from common import INITIALIZERS, RATE, batches, mnist, network, tell


def forward(weights, biases, x):
    activations = [x]
    for layer, (w, b) in enumerate(zip(weights, biases)):
        z = activations[-1] @ w + b
        activations.append(np.maximum(z, 0) if layer < len(weights) - 1 else z)
    return activations


def loss_of(logits, labels):
    logits = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits)
    sums = exponentials.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    return float(np.mean(np.log(sums[:, 0]) - logits[rows, labels])), exponentials / sums


def step(weights, biases, x, labels, dtype):
    activations = forward(weights, biases, x)
    loss, d = loss_of(activations[-1], labels)
    d[np.arange(len(labels)), labels] -= 1
    d /= dtype(len(labels))
    for layer in reversed(range(len(weights))):
        d_w, d_b = activations[layer].T @ d, d.sum(axis=0)
        if layer:
            d = (d @ weights[layer].T) * (activations[layer] > 0)
        weights[layer] -= dtype(RATE) * d_w
        biases[layer] -= dtype(RATE) * d_b
    return loss


def tuned():
    images, labels = mnist()
    drawn = list(batches(len(labels)))

    def curve(name):
        weights, biases = network(name)
        return [step(weights, biases, images[batch], labels[batch], np.float32) for batch in drawn]

    with ThreadPoolExecutor(len(INITIALIZERS)) as pool:
        tell(dict(zip(INITIALIZERS, pool.map(curve, INITIALIZERS))))


def main():
    double = "--f64" in sys.argv
    dtype = np.float64 if double else np.float32
    images, labels = mnist(dtype)
    networks = {name: network(name, dtype) for name in INITIALIZERS}
    losses = {name: [] for name in networks}
    for batch in batches(len(labels)):
        x, t = images[batch], labels[batch]
        for name, (weights, biases) in networks.items():
            loss = step(weights, biases, x, t, dtype)
            losses[name].append(loss_of(forward(weights, biases, x)[-1], t)[0] if double else loss)
    tell(losses)


if __name__ == "__main__":
    tuned() if "--tuned" in sys.argv else main()
