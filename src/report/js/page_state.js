/** Where a reader is and what is chosen: links, keys, and the state of every chart in the address. */

/** The place that the address names: `#compare?0=kaiser` is the heading `compare`. @returns {HTMLElement | null} */
function place() {
  return document.getElementById(decodeURIComponent(location.hash.slice(1).split("?")[0]));
}

/** Brings the heading that the address names to the top, unless the reader has gone elsewhere. */
export function land() {
  if (!moved) place()?.scrollIntoView({ behavior: "instant", block: "start" });
}

/** Whether the reader has scrolled by hand. */
let moved = false;

/** Links lead to headings that stay where they are; n and p lead to the next and the previous section. @param {() => void} finish draws all that is still to be drawn */
export function turnPages(finish) {
  for (const kind of ["wheel", "touchmove", "pointerdown"]) addEventListener(kind, () => { moved = true; }, { passive: true });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('a[href^="#"]')) finish();
  });
  addEventListener("hashchange", () => place()?.scrollIntoView({ behavior: "instant", block: "start" }));
  addEventListener("keydown", (event) => {
    const step = { n: 1, p: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof HTMLElement && event.target.closest("input, select"))) return;
    finish();
    const heads = [...document.querySelectorAll("section h2")];
    const at = heads.map((head) => Math.round(head.getBoundingClientRect().top));
    const next = step > 0 ? at.findIndex((top) => top > 2) : at.findLastIndex((top) => top < -2);
    heads[next]?.scrollIntoView({ behavior: "instant", block: "start" });
  });
}

/** What can be set in charts, in the order of the page. @returns {(HTMLSelectElement | HTMLInputElement | HTMLElement)[]} */
function controls() {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".interactive select, .interactive input[type=range], .interactive .legend button"))];
}

/** @param {HTMLElement} control @returns {string} */
function valueOf(control) {
  return control instanceof HTMLSelectElement || control instanceof HTMLInputElement ? control.value : control.getAttribute("aria-pressed") ?? "";
}

/** Sets a control as a hand would. @param {HTMLElement} control @param {string} value */
function set(control, value) {
  if (valueOf(control) === value) return;
  if (!(control instanceof HTMLSelectElement || control instanceof HTMLInputElement)) return control.click();
  control.value = value;
  control.dispatchEvent(new Event(control instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
}

/** Takes the charts' state from the address, and keeps it there: what differs from the start, by place. */
export function keepState() {
  const start = controls().map(valueOf);
  for (const [index, value] of new URLSearchParams(location.hash.split("?")[1] ?? "")) {
    const control = controls()[Number(index)];
    if (control) set(control, value);
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let waiting;
  const write = () => {
    const changed = controls().flatMap((control, i) => (valueOf(control) === start[i] ? [] : [[String(i), valueOf(control)]]));
    const anchor = location.hash.slice(1).split("?")[0];
    history.replaceState(null, "", changed.length > 0 || anchor ? `#${anchor}${changed.length > 0 ? `?${new URLSearchParams(changed)}` : ""}` : location.pathname);
  };
  for (const kind of ["change", "input", "click"]) {
    document.addEventListener(kind, (event) => {
      if (!(event.target instanceof Element && event.target.closest(".interactive"))) return;
      clearTimeout(waiting);
      waiting = setTimeout(write, 200);
    });
  }
}
