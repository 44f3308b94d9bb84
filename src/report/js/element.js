/** Elements and colours. */

/** Colours of the palette, and lines of one colour that dashes tell apart. */
export const [COLORS, DASHED] = [14, 4];

/** An element with attributes and children; texts stay texts. @param {string} tag @param {Record<string, string | boolean | ((event: any) => void)>} attributes @param {...(Node | string)} children @returns {any} */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** A labelled choice. @param {string} label @param {(string | [string, string])[]} options value and text where they differ @param {string} chosen @param {(value: string) => void} changed @param {string} name where there is no label to see @returns {HTMLElement} */
export function choice(label, options, chosen, changed, name = label) {
  const pairs = options.map((option) => (typeof option === "string" ? [option, option] : option));
  const select = element("select", { "aria-label": name, change: () => changed(select.value) }, ...pairs.map(([value, text]) => element("option", { value, selected: value === chosen }, text)));
  return element("label", { class: "field" }, `${label} `, select);
}

/** A colour of the palette as CSS has it at the moment. @param {number} place @returns {string} */
export function paletteColor(place) {
  return cssColor(paletteName(place));
}

/** The name of that colour in the style sheet. @param {number} place @returns {string} */
export function paletteName(place) {
  return `--series-${place % COLORS}`;
}

/** A sample of that colour, for a legend. @param {number} place @returns {HTMLElement} */
export function swatch(place) {
  const sample = element("span", { class: "swatch", "aria-hidden": "true" });
  const color = `var(${paletteName(place)})`;
  sample.style.background = place < COLORS ? color : `repeating-linear-gradient(90deg, ${color} 0 0.3em, transparent 0.3em 0.45em)`;
  return sample;
}

/** Colours that were asked for, until light becomes dark. @type {Map<string, string>} */
const known = new Map();
globalThis.matchMedia?.("(prefers-color-scheme: dark)").addEventListener("change", () => known.clear());

/** @param {string} name @returns {string} */
export function cssColor(name) {
  const color = known.get(name) ?? getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  known.set(name, color);
  return color;
}

/** Red, green and blue from 0 to 255. @param {string} color as #rrggbb @returns {number[]} */
export function channels(color) {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
}
