/** Tables of runs: sorted by any column, filtered by a text, with the columns that differ. */

import { element } from "./chart.js";

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

/** Makes a table sortable and filterable. @param {HTMLTableElement} table */
export function enhanceTable(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...(table.tHead?.rows[0].cells ?? [])];
  heads.forEach((head, column) => {
    const button = element("button", { type: "button", click: () => sort(head, column) }, ...head.childNodes);
    head.append(button);
  });
  /** @param {HTMLTableCellElement} head @param {number} column */
  function sort(head, column) {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((row) => ({ row, key: fullText(row.cells[column]) }));
    keyed.sort((a, b) => (down ? -1 : 1) * compareCells(a.key, b.key));
    body.append(...keyed.map(({ row }) => row));
  }
  const count = element("output", { class: "muted" });
  const filter = element("input", { type: "search", input: () => {
    const wanted = filter.value.toLowerCase().split(/\s+/);
    rows.forEach((row) => { row.hidden = !wanted.every((/** @type {string} */ word) => (row.textContent ?? "").toLowerCase().includes(word)); });
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
  } });
  const all = element("input", { type: "checkbox", change: () => table.classList.toggle("all-columns", all.checked) });
  const constant = heads.some((head) => head.classList.contains("constant"));
  const controls = element("div", { class: "controls" }, element("label", { class: "field" }, "filter ", filter), count,
    ...(constant ? [element("label", { class: "field" }, all, " all columns")] : []));
  if (rows.length > 1) table.parentElement?.before(controls);
}
