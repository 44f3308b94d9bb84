/** Drawings: loss curves, a network's layers, images of weights, the plane of two inputs. */

import { channels, cssColor } from "../../js/element.js";
import { brief } from "../../js/format.js";

/** A canvas of so many CSS pixels, cleared, with its pen. @param {HTMLCanvasElement} canvas @param {number} height @returns {{pen: CanvasRenderingContext2D, width: number, height: number}} */
function begin(canvas, height) {
  const [width, scale] = [Math.max(160, canvas.parentElement?.clientWidth ?? 300), globalThis.devicePixelRatio || 1];
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    canvas.style.height = `${height}px`;
  }
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.textBaseline = "middle";
  return { pen, width, height };
}

/** A text; what lies behind it keeps off by a rim of the paper, unless it is `bare`. @param {CanvasRenderingContext2D} pen @param {string} text @param {number} x @param {number} y @param {{color?: string, size?: number, align?: CanvasTextAlign, bold?: boolean, bare?: boolean}} [look] */
function write(pen, text, x, y, { color = cssColor("--text"), size = 13, align = "left", bold = false, bare = false } = {}) {
  pen.fillStyle = color;
  pen.font = `${bold ? "600 " : ""}${size}px system-ui, sans-serif`;
  pen.textAlign = align;
  [pen.strokeStyle, pen.lineWidth, pen.lineJoin] = [cssColor("--paper"), 4, "round"];
  if (!bare) pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

/** @typedef {{color: string, dash: number[], losses: number[], smooth: number[], name: string}} LossLine */

/** Loss over steps: smoothed, the raw losses faint behind. @param {HTMLCanvasElement} canvas @param {LossLine[]} lines @param {{height: number, steps: number, chance: number}} look */
export function paintLosses(canvas, lines, { height, steps, chance }) {
  const { pen, width } = begin(canvas, height);
  pen.font = "600 13px system-ui, sans-serif";
  const widths = Object.fromEntries(["guessing", ...lines.map(({ name }) => name)].map((name) => [name, pen.measureText(name).width]));
  const [left, right, top, bottom] = [46, width - Math.min(0.2 * width, 14 + Math.max(...Object.values(widths))), 10, height - 34];
  const starts = lines.flatMap(({ losses }) => losses.slice(0, 1)).filter(Number.isFinite);
  const highest = Math.max(1.15 * chance, Math.min(3 * chance, 1.1 * Math.min(...starts, Infinity)));
  const x = (/** @type {number} */ step) => left + ((right - left) * step) / Math.max(1, steps);
  const y = (/** @type {number} */ loss) => bottom - ((bottom - top) * Math.min(loss, 1.04 * highest)) / highest;
  frame(pen, { left, right, top, bottom, x, y, steps, highest });
  path(pen, [[left, y(chance)], [right, y(chance)]], cssColor("--muted"), 1, [4, 4]);
  const curve = (/** @type {number[]} */ values) => thinned(values, right - left).map(([step, loss]) => [x(step), y(loss)]);
  for (const { losses, color } of lines) path(pen, curve(losses), `${color}40`, 1);
  for (const { smooth, color, dash } of lines) path(pen, curve(smooth), color, 3, dash);
  const ends = lines.filter(({ smooth }) => smooth.length > 0).map(({ smooth, color, name }) => ({ name, color, x: x(smooth.length - 1), y: Math.max(8, y(smooth.findLast(Number.isFinite) ?? highest)) }));
  ends.push({ name: "guessing", color: cssColor("--muted"), x: right, y: y(chance) });
  ends.sort((a, b) => a.y - b.y).forEach((end, i) => { if (i > 0) end.y = Math.max(end.y, ends[i - 1].y + 15); });
  for (const end of ends) write(pen, end.name, Math.min(end.x + 8, width - widths[end.name] - 2), end.y, { color: end.color, bold: true });
}

/** Every so many-th value, so that there are no more than pixels. @param {number[]} values @param {number} most @returns {[number, number][]} */
function thinned(values, most) {
  const every = Math.max(1, Math.floor(values.length / most));
  return values.flatMap((value, i) => (i % every === 0 && Number.isFinite(value) ? [/** @type {[number, number]} */ ([i, value])] : []));
}

/** @param {CanvasRenderingContext2D} pen @param {number[][]} points @param {string} color @param {number} thickness @param {number[]} [dash] */
function path(pen, points, color, thickness, dash = []) {
  pen.setLineDash(dash);
  pen.strokeStyle = color;
  pen.lineWidth = thickness;
  pen.lineJoin = "round";
  pen.beginPath();
  points.forEach(([px, py], i) => (i === 0 ? pen.moveTo(px, py) : pen.lineTo(px, py)));
  pen.stroke();
}

/** Axes with their numbers. @param {CanvasRenderingContext2D} pen @param {any} place */
function frame(pen, { left, right, top, bottom, x, y, steps, highest }) {
  const [muted, grid] = [cssColor("--muted"), cssColor("--grid")];
  const unit = highest > 4 ? Math.ceil(highest / 5) : highest > 1.2 ? 0.5 : 0.2;
  for (let loss = 0; loss <= highest; loss += unit) {
    path(pen, [[left, y(loss)], [right, y(loss)]], grid, 1);
    write(pen, loss.toFixed(unit < 1 ? 1 : 0), left - 8, y(loss), { align: "right", color: muted });
  }
  const stride = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((every) => steps / every <= 8) ?? 10000;
  for (let step = 0; step <= steps; step += stride) write(pen, String(step), x(step), bottom + 13, { align: "center", color: muted });
  write(pen, "iterations", right, bottom + 27, { align: "right", color: muted });
  pen.save();
  pen.translate(10, (top + bottom) / 2);
  pen.rotate(-Math.PI / 2);
  write(pen, "loss, nats", 0, 0, { align: "center", color: muted });
  pen.restore();
}

/** From how small to how large signals and gradients are drawn, in powers of ten. */
const [SIGNAL, GRADIENT] = [[-6, 2], [-10, 0]];

/** A power of ten as it is printed: 10⁻⁶. @param {number} power */
const tenTo = (power) => (power === 0 ? "1" : `10${[...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("")}`);

/** Where a size stands on a logarithmic bar, from 0 to 1. @param {number} value @param {number[]} powers */
function along(value, [low, high]) {
  return Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low)));
}

/** A layer's colour: pale where the signal has vanished, full where it is 1, red where it explodes. @param {number} signal @returns {string} */
function signalColor(signal) {
  const [paper, full, hot] = ["--soft", "--signal", "--hot"].map((name) => channels(cssColor(name)));
  const power = Number.isFinite(signal) ? Math.log10(Math.max(signal, 1e-30)) : 9;
  const share = power <= 0 ? Math.max(0, 1 + power / 5) : Math.min(1, power / 2);
  const [from, to] = power <= 0 ? [paper, full] : [full, hot];
  return `rgb(${from.map((channel, i) => Math.round(channel + share * (to[i] - channel))).join(" ")})`;
}

/** @typedef {{rowHeight: number, color: string, layers: import("./training.js").LayerView[], theory: {signal: number[], gradient: number[]} | null}} LayersPicture */

/** A row per layer: its signal as a colour, histogram, units, sizes of signal and gradient, dead or saturated share. @param {HTMLCanvasElement} canvas @param {LayersPicture} picture */
export function paintLayers(canvas, { rowHeight, color, layers, theory }) {
  const head = 22;
  const { pen, width } = begin(canvas, head + rowHeight * layers.length + 16);
  const bar = Math.max(44, 0.17 * width);
  const columns = { histogram: 34, signal: width - 2 * bar - 62, gradient: width - bar - 54, share: width - 46 };
  const muted = cssColor("--muted");
  const headings = { activations: columns.histogram, signal: columns.signal, gradient: columns.gradient, [layers.some(({ saturated }) => saturated !== null) ? "at ends" : "dead"]: columns.share };
  for (const [text, x] of Object.entries(headings)) write(pen, text, x, 9, { color: muted, size: 12 });
  layers.forEach((layer, i) => {
    const y = head + i * rowHeight;
    box(pen, layer, i === layers.length - 1 ? "out" : String(i + 1), y, rowHeight);
    histogram(pen, layer, { x: columns.histogram, y, width: columns.signal - columns.histogram - 14, height: rowHeight - 5 }, color);
    size(pen, layer.signal, theory?.signal[i], SIGNAL, { x: columns.signal, y, width: bar, height: rowHeight }, color);
    size(pen, layer.gradient, theory?.gradient[i], GRADIENT, { x: columns.gradient, y, width: bar, height: rowHeight }, color);
    const share = layer.saturated ?? layer.dead;
    const told = Number.isFinite(layer.signal) ? `${Math.round(100 * share)} %` : "–";
    if (i < layers.length - 1) write(pen, told, width - 4, y + rowHeight / 2, { align: "right", bold: share > 0.5, color: share > 0.5 ? cssColor("--hot") : muted });
  });
  const foot = head + rowHeight * layers.length + 7;
  for (const [at, powers] of /** @type {[number, number[]][]} */ ([[columns.signal, SIGNAL], [columns.gradient, GRADIENT]])) {
    write(pen, tenTo(powers[0]), at, foot, { size: 11, color: muted });
    write(pen, tenTo(powers[1]), at + bar, foot, { size: 11, color: muted, align: "right" });
  }
}

/** @param {CanvasRenderingContext2D} pen @param {import("./training.js").LayerView} layer @param {string} name @param {number} y @param {number} height */
function box(pen, layer, name, y, height) {
  pen.fillStyle = signalColor(layer.signal);
  pen.strokeStyle = cssColor("--line");
  pen.lineWidth = 1;
  pen.beginPath();
  pen.roundRect(0.5, y + 1.5, 25, height - 5, 4);
  pen.fill();
  pen.stroke();
  write(pen, name, 13, y + height / 2 - 1, { align: "center", size: 12, bold: true, bare: true, color: layer.signal <= 0.02 ? cssColor("--text") : "#ffffff" });
}

/** Bars of a histogram over a strip with a cell per unit. @param {CanvasRenderingContext2D} pen @param {import("./training.js").LayerView} layer @param {{x: number, y: number, width: number, height: number}} at @param {string} color */
function histogram(pen, { bins, zeros, low, high, units }, { x, y, width, height }, color) {
  const [most, strip, step] = [Math.max(...bins) || 1, 4, width / bins.length];
  const floor = y + height - strip - 2;
  pen.fillStyle = color;
  bins.forEach((count, i) => {
    const tall = (floor - y - 1) * (count / most);
    if (count > 0) pen.fillRect(x + i * step, floor - Math.max(1, tall), Math.max(1, step - 0.6), Math.max(1, tall));
  });
  const largest = Math.max(...units.map(Math.abs)) || 1;
  units.forEach((value, unit) => {
    pen.globalAlpha = Number.isFinite(value) ? 0.12 + 0.88 * Math.min(1, Math.abs(value) / largest) : 0;
    const [from, to] = [unit, unit + 1].map((cell) => Math.round(x + (cell * width) / units.length)); // no seams between equal cells
    pen.fillRect(from, floor + 2, to - from, strip);
  });
  pen.globalAlpha = 1;
  const muted = cssColor("--muted");
  if (height > 26) write(pen, brief(high), x + width, y + 6, { size: 11, align: "right", color: muted });
  if (height > 26 && width > 130 && zeros > 0) write(pen, `${Math.round(100 * zeros)} % are 0`, x + 1, y + 6, { size: 11, color: muted });
  if (height > 26 && width > 110 && low < 0) write(pen, brief(low), x, y + 6, { size: 11, color: muted });
}

/** A logarithmic bar with its number, and the theory's line. @param {CanvasRenderingContext2D} pen @param {number} value @param {number | undefined} theory @param {number[]} powers @param {{x: number, y: number, width: number, height: number}} at @param {string} color */
function size(pen, value, theory, powers, { x, y, width, height }, color) {
  const thick = Math.min(12, height - 22);
  pen.fillStyle = cssColor("--grid");
  pen.fillRect(x, y + height - thick - 7, width, thick);
  pen.fillStyle = color;
  if (value > 0) pen.fillRect(x, y + height - thick - 7, Math.max(1, width * along(value, powers)), thick);
  if (theory !== undefined && theory > 0) {
    pen.fillStyle = cssColor("--hot");
    pen.fillRect(x + width * along(theory, powers) - 1.5, y + height - thick - 10, 3, thick + 6);
  }
  write(pen, brief(value), x, y + height - thick - 15, { size: 12 });
}

/** First-layer weights as images: positive ones in one colour, negative ones in another. @param {HTMLCanvasElement} canvas @param {Float32Array} weights @param {number} side */
export function paintImages(canvas, weights, side) {
  const count = weights.length / (side * side);
  const scale = Math.max(...weights.map(Math.abs)) || 1;
  const [paper, more, less] = ["--paper", "--hot", "--signal"].map((name) => channels(cssColor(name)));
  const gap = 2;
  [canvas.width, canvas.height] = [count * (side + gap) - gap, side];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = pen.createImageData(canvas.width, side);
  for (let unit = 0; unit < count; unit += 1) {
    for (let pixel = 0; pixel < side * side; pixel += 1) {
      const value = weights[unit * side * side + pixel] / scale;
      const [to, at] = [value > 0 ? more : less, 4 * (Math.floor(pixel / side) * canvas.width + unit * (side + gap) + (pixel % side))];
      for (let channel = 0; channel < 3; channel += 1) image.data[at + channel] = paper[channel] + Math.abs(value) * (to[channel] - paper[channel]);
      image.data[at + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
}
