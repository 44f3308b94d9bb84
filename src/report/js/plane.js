/** What a network of two inputs says of the plane, with the points it learns from. */

import { channels, cssColor, element } from "./element.js";

/** Half the side of the square that is shown, as in the drawn figure; pixels per side of the picture. */
const [HALF_SIDE, PIXELS] = [1.5, 300];
/** How much of a class's colour is in a cell: where the network is not sure, and where it is. */
const [FAINT, STRONG] = [0.12, 0.45];

/** @typedef {{x: number, y: number, label: number}} PlanePoint */

/** The centres of so many cells per side, row by row from the top. @param {number} cells @returns {[number, number][]} */
export function centres(cells) {
  const along = (/** @type {number} */ place) => HALF_SIDE * ((2 * place + 1) / cells - 1);
  return Array.from({ length: cells * cells }, (_, cell) => [along(cell % cells), -along(Math.floor(cell / cells))]);
}

/** Colours every cell by the log-odds of the inner ring, deeper the surer they are, and draws the points: discs for the outer ring, triangles for the inner one. @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} logits none: no cell is coloured @param {PlanePoint[]} points */
export function paintPlane(canvas, logits, points) {
  [canvas.width, canvas.height] = [PIXELS, PIXELS];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (logits.length > 0) pen.drawImage(cellsOf(logits), 0, 0, PIXELS, PIXELS);
  const place = (/** @type {number} */ along) => (PIXELS * (along / HALF_SIDE + 1)) / 2;
  for (const label of [0, 1]) {
    pen.fillStyle = cssColor(label === 1 ? "--series-3" : "--series-0");
    pen.beginPath();
    for (const point of points.filter((found) => found.label === label)) {
      const [x, y] = [place(point.x), place(-point.y)];
      if (label === 0) pen.moveTo(x + 2.5, y), pen.arc(x, y, 2.5, 0, 2 * Math.PI);
      else pen.moveTo(x, y - 3.5), pen.lineTo(x + 3.2, y + 2.4), pen.lineTo(x - 3.2, y + 2.4);
    }
    pen.fill();
  }
}

/** A pixel for each cell. @param {ArrayLike<number>} logits @returns {HTMLCanvasElement} */
function cellsOf(logits) {
  const [paper, outer, inner, none] = ["--paper", "--series-0", "--series-3", "--grid"].map((name) => channels(cssColor(name)));
  const side = String(Math.sqrt(logits.length));
  const cells = element("canvas", { width: side, height: side });
  const pen = cells.getContext("2d");
  const image = pen.createImageData(cells.width, cells.height);
  for (let cell = 0; cell < logits.length; cell += 1) {
    const z = logits[cell];
    const color = Number.isNaN(z) ? none : z > 0 ? inner : outer;
    const share = Number.isNaN(z) ? 1 : z === 0 ? 0 : FAINT + (STRONG - FAINT) * Math.abs(Math.tanh(z / 2)); // |2 p − 1|
    for (let channel = 0; channel < 3; channel += 1) image.data[4 * cell + channel] = paper[channel] + share * (color[channel] - paper[channel]);
    image.data[4 * cell + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
  return cells;
}
