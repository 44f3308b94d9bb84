/** The examples that the page carries, unpacked, and two rings, which it makes. */

import { normals, stream } from "./weights.js";

/** @typedef {import("./training.js").LabData} LabData */

/** Points of the rings, as many as `initlab circles` takes. */
const RING_POINTS = [300, 100];

/** Undoes base64 and gzip. @param {string} text @returns {Promise<Uint8Array>} */
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {any} head @param {string} text @param {number} batch @returns {Promise<LabData>} */
export async function examplesOf(head, text, batch) {
  const bytes = await unpack(text);
  const count = (head.train + head.test) * head.width;
  const inputs = head.bytes ? Float32Array.from(bytes.subarray(0, count), (byte) => byte / 255) : new Float32Array(bytes.slice(0, 4 * count).buffer);
  const labels = bytes.subarray(head.bytes ? count : 4 * count);
  const split = head.train * head.width;
  return {
    width: head.width, classes: head.classes.length, side: head.side, batch,
    train: { inputs: inputs.slice(0, split), labels: labels.slice(0, head.train) },
    test: { inputs: inputs.slice(split), labels: labels.slice(head.train) },
  };
}

/** Two rings with jitter: outer points are class 0, inner ones class 1. @returns {LabData} */
export function rings() {
  const [train, test] = RING_POINTS.map((count, set) => {
    const normal = normals(stream(7, set));
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const inputs = new Float32Array(2 * count);
    labels.forEach((label, i) => {
      const [angle, radius] = [(4 * Math.PI * (i >> 1)) / count, label === 1 ? 0.8 : 1];
      inputs[2 * i] = radius * Math.cos(angle) + 0.05 * normal();
      inputs[2 * i + 1] = radius * Math.sin(angle) + 0.05 * normal();
    });
    return { inputs, labels };
  });
  return { width: 2, classes: 2, side: 0, batch: RING_POINTS[0], train, test };
}

/** The loss of knowing no more than how often each class occurs, in nats. @param {LabData} data @returns {number} */
export function labelEntropy({ classes, train: { labels } }) {
  const counts = new Array(classes).fill(0);
  labels.forEach((label) => { counts[label] += 1; });
  return counts.filter((count) => count > 0).reduce((sum, count) => sum - (count / labels.length) * Math.log(count / labels.length), 0);
}
