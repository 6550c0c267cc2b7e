/** Small helpers over the DOM: make nodes, keep lists in step, keep focus, speak. */

/**
 * Make an element. `props` keys: `class`, `text`, `on` (event name to listener), `data` (dataset);
 * the rest are attributes: `true` sets an empty one, `false`, `null` and `undefined` leave it out.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name === "class") node.className = value;
  else if (name === "text") node.textContent = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else node.setAttribute(name, value === true ? "" : String(value));
}

let ids = 0;
/** An id that nothing else on the page has. */
export function freshId(stem = "id") {
  ids += 1;
  return `${stem}-${ids}`;
}

const kept = new WeakMap();

/**
 * Make `parent`'s children match `items`, touching only what changed: an item whose `stamp` is the
 * same keeps its node (and so its focus, its selection and what is being typed in it). Keys are unique.
 * `make(item)` answers a part, `{node, sync?}`; `sync(item)` runs on every call for kept and new parts.
 */
export function keepInStep(parent, items, { key, stamp, make }) {
  const before = kept.get(parent) ?? new Map();
  const now = new Map();
  items.forEach((item, index) => {
    const name = key(item, index);
    const mark = stamp(item, index);
    const part = before.get(name);
    now.set(name, part?.mark === mark ? part : { ...make(item, index), mark });
  });
  kept.set(parent, now);
  const nodes = new Set([...now.values()].map((part) => part.node));
  // First take away, then put in: what stays is not moved, and keeps its focus and a press under way.
  for (const node of [...parent.children]) if (!nodes.has(node)) node.remove();
  [...now.values()].forEach((part, index) => {
    if (parent.children[index] !== part.node) parent.insertBefore(part.node, parent.children[index] ?? null);
    part.sync?.(items[index], index);
  });
}

/** Forget what `parent` held, so that the next `keepInStep` starts afresh. */
export function startAfresh(parent) {
  kept.delete(parent);
  parent.replaceChildren();
}

/** Remember where the focus is; the answer puts it back after a redraw replaced the node. */
export function holdFocus() {
  const node = document.activeElement;
  if (!node || node === document.body) return () => {};
  const place = node.closest("dialog, main, nav, header") ?? document.body;
  const { focus, twin } = node.dataset;
  const twins = twin ? [...place.querySelectorAll(`[data-twin="${CSS.escape(twin)}"]`)].indexOf(node) : -1;
  const selection = selectionOf(node);
  return () => {
    if (node.isConnected && document.activeElement === node) return;
    const found = node.isConnected
      ? node
      : (focus && place.querySelector(`[data-focus="${CSS.escape(focus)}"]`)) ||
        (twins >= 0 && place.querySelectorAll(`[data-twin="${CSS.escape(twin)}"]`)[twins]);
    if (found) return putFocus(found, selection);
    // What had the focus is gone: stay in the same part of the page, not at its very top.
    if (place.isConnected && document.activeElement === document.body)
      place.querySelector("h1, h2")?.focus({ preventScroll: true });
  };
}

function selectionOf(node) {
  try {
    return node.selectionStart === null || node.selectionStart === undefined
      ? null
      : [node.selectionStart, node.selectionEnd];
  } catch {
    return null;
  }
}

function putFocus(node, selection) {
  node.focus({ preventScroll: true });
  if (selection && typeof node.setSelectionRange === "function") node.setSelectionRange(...selection);
}

const FOCUSABLE = "a[href], button:not([hidden]), input, select, textarea, summary, [tabindex='0']";

/** What scrolls and holds nothing that takes the focus takes it itself, so that the keyboard can scroll it. */
export function letScroll(node, name) {
  const needed = node.scrollHeight > node.clientHeight && !node.querySelector(FOCUSABLE);
  node.setAttribute("tabindex", needed ? "0" : "-1");
  if (!needed || node.matches("main")) return;
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", name);
}

/** Say something to screen readers, where it can be heard: inside an open dialog, else on the page. */
export function say(text) {
  const dialog = document.querySelector("dialog[open]");
  const place = dialog?.querySelector("[data-said]") ?? document.getElementById("said");
  const line = h("p", { text });
  place.replaceChildren(line);
  setTimeout(() => line.remove(), 5000);
}

/** "1 message", "3 messages". */
export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}
