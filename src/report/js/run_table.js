/** Tables of runs: sorted by any column, filtered by a text, with the columns that differ. */

import { element } from "./element.js";

/** Rows that are laid out unless all are asked for: more than the table's window shows, and few enough to answer a key at once. Rows with sentences are several lines high. */
const [FIRST_ROWS, FIRST_ROWS_WITH_SENTENCES] = [20, 10];

/** @typedef {{empty: boolean, number: number, text: string}} SortKey what a cell is sorted by, read once */

/** @param {string} text @returns {SortKey} */
export function sortKey(text) {
  return { empty: text === "" || text === "–", number: Number(text), text };
}

/** Compares two cells: numbers as numbers, everything else as text, empty ones last in both directions. @param {SortKey} a @param {SortKey} b @param {1 | -1} direction upwards or downwards @returns {number} */
export function compareKeys(a, b, direction = 1) {
  if (a.empty || b.empty) return Number(a.empty) - Number(b.empty);
  if (!Number.isNaN(a.number) && !Number.isNaN(b.number)) return direction * (a.number - b.number);
  return direction * (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
}

/** A table that can be sorted and filtered. */
export class RunTable {
  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.table = table;
    this.rows = [...table.tBodies[0].rows];
    this.texts = new Map(this.rows.map((row) => [row, (row.textContent ?? "").toLowerCase()]));
    this.heads = [...(table.tHead?.rows[0].cells ?? [])];
    this.most = table.querySelector("td.long") ? FIRST_ROWS_WITH_SENTENCES : FIRST_ROWS;
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
    const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    this.heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", direction < 0 ? "descending" : "ascending");
    const keyed = this.rows.map((row) => ({ row, key: sortKey(row.cells[column].getAttribute("title") ?? row.cells[column].textContent ?? "") }));
    keyed.sort((a, b) => compareKeys(a.key, b.key, direction));
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
    this.count.textContent = shown.length < this.rows.length ? `${shown.length} of ${this.rows.length} rows` : "";
  }
}
