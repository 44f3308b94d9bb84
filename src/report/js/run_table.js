/** Tables of runs: sorted by any column, filtered by a text, with the columns that differ. */

import { element } from "./chart.js";

/** Rows that are laid out unless all are asked for: more than the table's window shows, and few enough to answer a key at once. */
const FIRST_ROWS = 20;

/**
 * Compares two cells: numbers as numbers, everything else as text, empty ones last.
 * @param {string} a @param {string} b @returns {number}
 */
export function compareCells(a, b) {
  const [empty, other] = [a === "" || a === "–", b === "" || b === "–"];
  if (empty || other) return Number(empty) - Number(other);
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The full text of a cell. @param {Element} cell @returns {string} */
function fullText(cell) {
  return cell.getAttribute("title") ?? cell.textContent ?? "";
}

/** A table that can be sorted and filtered. */
export class RunTable {
  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.table = table;
    this.rows = [...table.tBodies[0].rows];
    this.texts = new Map(this.rows.map((row) => [row, (row.textContent ?? "").toLowerCase()]));
    this.heads = [...(table.tHead?.rows[0].cells ?? [])];
    this.most = FIRST_ROWS;
    this.heads.forEach((head, column) => {
      head.append(element("button", { type: "button", click: () => this.sort(head, column) }, ...head.childNodes));
    });
    this.count = element("output", { class: "muted" });
    this.filter = element("input", { type: "search", input: () => this.show() });
    this.all = element("button", { type: "button", click: () => { this.most = Infinity; this.show(); } }, `show all ${this.rows.length} rows`);
    if (this.rows.length > 1) table.parentElement?.before(this.controls());
    this.show();
    table.classList.add("cut"); // from here on the style sheet hides no row
  }

  /** @returns {HTMLElement} */
  controls() {
    const constant = this.heads.some((head) => head.classList.contains("constant"));
    const columns = element("input", { type: "checkbox", change: () => this.table.classList.toggle("all-columns", columns.checked) });
    return element("div", { class: "controls" }, element("label", { class: "field" }, "filter ", this.filter), this.count, this.all,
      ...(constant ? [element("label", { class: "field" }, columns, " all columns")] : []));
  }

  /** Sorts upwards, and downwards the second time. @param {HTMLTableCellElement} head @param {number} column */
  sort(head, column) {
    const down = head.getAttribute("aria-sort") === "ascending";
    this.heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = this.rows.map((row) => ({ row, key: fullText(row.cells[column]) }));
    keyed.sort((a, b) => (down ? -1 : 1) * compareCells(a.key, b.key));
    this.rows = keyed.map(({ row }) => row);
    this.show();
  }

  /** Lays out the first of the rows that pass the filter. */
  show() {
    const words = this.filter.value.toLowerCase().split(/\s+/);
    const passing = this.rows.filter((row) => words.every((/** @type {string} */ word) => this.texts.get(row)?.includes(word)));
    const shown = passing.slice(0, this.most);
    this.table.tBodies[0].replaceChildren(...shown);
    this.all.hidden = shown.length === passing.length;
    this.count.textContent = this.rows.length > 1 ? `${shown.length} of ${this.rows.length} rows` : "";
  }
}
