"""The book's program for its figure 6-15, operation by operation: f64 on f32 images, loss after the update.

A lean program would leave out some of what it computes: the gradient by the images; the squares of all
weights, for a weight decay of zero, in each of two losses per iteration; two exponentials where one
does; ReLU by masks; every gradient in an array of its own. `numpy_peer.py --f64` is that lean program.
"""
import numpy as np

from common import INITIALIZERS, RATE, batches, mnist, network, tell

DECAY = 0


def forward(weights, biases, x):
    """The logits, the input of every layer, and where its pre-activations were not positive."""
    inputs, masks = [], []
    for w, b in zip(weights, biases):
        inputs.append(x)
        z = np.dot(x, w) + b
        if len(inputs) == len(weights):
            return z, inputs, masks
        masks.append(z <= 0)
        x = z.copy()
        x[masks[-1]] = 0


def softmax(logits):
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    return np.exp(shifted) / np.sum(np.exp(shifted), axis=-1, keepdims=True)


def loss(weights, biases, x, labels):
    """The loss with its penalty, and what the way back needs."""
    logits, inputs, masks = forward(weights, biases, x)
    penalty = 0
    for w in weights:
        penalty += 0.5 * DECAY * np.sum(w**2)
    chances = softmax(logits)
    named = chances[np.arange(len(labels)), labels]
    return -np.sum(np.log(named + 1e-7)) / len(labels) + penalty, chances, inputs, masks


def gradients(weights, biases, x, labels):
    _, chances, inputs, masks = loss(weights, biases, x, labels)
    d = chances.copy()
    d[np.arange(len(labels)), labels] -= 1
    d = d / len(labels)
    d_weights, d_biases = [], []
    for layer in reversed(range(len(weights))):
        d_x = np.dot(d, weights[layer].T)  # by the images too, in the end
        d_weights.insert(0, np.dot(inputs[layer].T, d))
        d_biases.insert(0, np.sum(d, axis=0))
        if layer:
            d_x[masks[layer - 1]] = 0
            d = d_x
    return d_weights, d_biases


def main():
    images, labels = mnist(np.float32)
    networks = {name: network(name, np.float64) for name in INITIALIZERS}
    losses = {name: [] for name in networks}
    for batch in batches(len(labels)):
        x, t = images[batch], labels[batch]
        for name, (weights, biases) in networks.items():
            for parameters, slopes in zip((weights, biases), gradients(weights, biases, x, t)):
                for parameter, slope in zip(parameters, slopes):
                    parameter -= RATE * slope
            losses[name].append(loss(weights, biases, x, t)[0])
    tell(losses)


main()
