/** The lab's arithmetic against the engine's: `network.json` has first weights, batches and the losses of 100 steps. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OPTIMIZERS, Network } from "../../src/report/lab/js/network.js";
import { ACTIVATIONS } from "../../src/report/js/activations.js";

const { inputs, batches, networks } = JSON.parse(readFileSync(new URL("network.json", import.meta.url), "utf8"));

/** The network of a row, with its first weights. */
function made(row, batchSize) {
  const hidden = row.layers.slice(0, -1).map((layer) => layer.biases.length);
  const network = new Network({ inputs: inputs[0].length, hidden, outputs: row.outputs, activation: row.activation, batchNorm: row.batch_norm }, batchSize);
  network.layers.forEach((layer, i) => {
    layer.weights.values.set(row.layers[i].weights);
    layer.biases.values.set(row.layers[i].biases);
  });
  return network;
}

test("the losses of 100 steps are the engine's to ten digits, for every activation and optimizer", () => {
  for (const row of networks) {
    const network = made(row, batches[0].length);
    batches.forEach((batch, step) => {
      const x = Float64Array.from(batch.flatMap((example) => inputs[example]));
      const loss = network.step(x, batch.map((example) => row.labels[example]), row);
      // A kink that is taken differently would show as a jump here, and is an error.
      assert.ok(Math.abs(loss - row.losses[step]) <= 1e-10, `${row.name}, step ${step}: ${loss}, the engine ${row.losses[step]}`);
    });
  }
});

test("nothing is missing: every activation with and without batch norm, every optimizer", () => {
  const seen = new Set(networks.map((row) => `${row.activation} ${row.optimizer} ${row.batch_norm}`));
  for (const activation of Object.keys(ACTIVATIONS)) {
    for (const optimizer of ["sgd", "adam"]) for (const norm of [false, true]) assert.ok(seen.has(`${activation} ${optimizer} ${norm}`));
  }
  assert.deepEqual(new Set(networks.map((row) => row.optimizer)), new Set(Object.keys(OPTIMIZERS)));
});

test("the first of the largest logits is named, and none where one is not a number", () => {
  const network = new Network({ inputs: 2, hidden: [], outputs: 3, activation: "relu", batchNorm: false }, 3);
  network.layers[0].weights.values.set([1, 2, 2, 0, 0, NaN]);
  assert.deepEqual(network.classes(Float64Array.of(1, 0, 0, 0, 0, 1), 3), [1, 0, -1]);
});
