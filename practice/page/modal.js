/** Modals: the top one of the person's stack, in one dialog that keeps every word until it is sent. */

import { drawBlocks } from "./blocks.js";
import { ask } from "./confirm.js";
import { count, h, holdFocus, letScroll, say, startAfresh } from "./dom.js";
import { forget, editsIn, settle, unsent } from "./drafts.js";
import { rescue } from "./rescue.js";
import { act, drawNow, store } from "./store.js";
import { leave, modalSurface } from "./surfaces.js";
import { plainText } from "./text.js";
import { failed } from "./toasts.js";

const dialog = document.getElementById("modal");
const parts = {};
const scrolled = new Map();
const focused = new Map();
let shown = null;
let opener = null;
let busy = null;
let wanted = false;
let known = [];

/** Make the dialog's frame, once. */
export function setUpModal() {
  parts.title = h("h2", { id: "modal-title", class: "modal-title", tabindex: "-1" });
  parts.blocks = h("div", { class: "blocks" });
  parts.notices = h("div", { class: "modal-notices", data: { notices: "" } });
  parts.body = h("div", { class: "modal-body" }, parts.blocks, parts.notices);
  parts.close = h("button", { type: "button", class: "button", on: { click: () => close(false) } });
  parts.submit = h("button", { type: "submit", class: "button primary" });
  const away = h(
    "button",
    { type: "button", class: "button quiet icon-button", "aria-label": "Close", on: { click: () => close(true) } },
    h("span", { class: "cross", "aria-hidden": "true" }),
  );
  const form = h(
    "form",
    { novalidate: true, class: "modal-form", on: { submit } },
    h("header", { class: "modal-head" }, parts.title, away),
    parts.body,
    h("footer", { class: "modal-foot" }, parts.close, parts.submit),
    h("div", { class: "visually-hidden", role: "status", "aria-live": "polite", data: { said: "" } }),
  );
  dialog.append(form);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    close(false);
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    close(false);
  });
  dialog.addEventListener("focusin", () => {
    if (shown && document.activeElement.dataset.focus) focused.set(shown, document.activeElement.dataset.focus);
  });
}

/** Show the top of the stack, or nothing. */
export function drawModals() {
  const views = store.sees?.modals ?? [];
  partWith(views);
  const view = views.at(-1);
  if (!view) return shut();
  const changed = view.id !== shown;
  if (changed) turnTo(view);
  const surface = modalSurface(view.id);
  const title = plainText(view.title) || "Form";
  const another = !changed && parts.title.textContent !== title;
  parts.title.textContent = title;
  const back = holdFocus();
  drawBlocks(parts.blocks, view.blocks, surface);
  drawButtons(view);
  letScroll(parts.body, parts.title.textContent);
  if (changed) begin(view);
  else if (another) readFromTheTop();
  else back();
  return undefined;
}

/** Another page has taken the place of this one: it is read from its first line. */
function readFromTheTop() {
  parts.body.scrollTop = 0;
  parts.title.focus({ preventScroll: true });
}

function drawButtons(view) {
  const sending = busy === view.id || view.submitting;
  parts.submit.hidden = !view.submit;
  parts.submit.textContent = sending ? "Sending…" : (plainText(view.submit) ?? "Submit");
  parts.submit.setAttribute("aria-disabled", sending ? "true" : "false");
  parts.close.textContent = plainText(view.close) || (view.submit ? "Cancel" : "Close");
}

function turnTo(view) {
  if (shown) scrolled.set(shown, parts.body.scrollTop);
  shown = view.id;
  startAfresh(parts.blocks);
  parts.notices.replaceChildren();
  if (dialog.open) return;
  opener = document.activeElement;
  dialog.showModal();
}

/** Put the focus where filling in begins, or where one was before another form lay on top. */
function begin(view) {
  parts.body.scrollTop = scrolled.get(view.id) ?? 0;
  const before = focused.get(view.id);
  const back = before && dialog.querySelector(`[data-focus="${CSS.escape(before)}"]`);
  const touch = matchMedia("(pointer: coarse)").matches;
  const first =
    dialog.querySelector("[data-first]") ?? (touch ? null : parts.blocks.querySelector("input, select, textarea"));
  (back || first || parts.title).focus({ preventScroll: Boolean(back) || parts.body.scrollTop === 0 });
}

function shut() {
  if (!shown) return;
  shown = null;
  dialog.close();
  startAfresh(parts.blocks);
  parts.notices.replaceChildren();
  if (opener?.isConnected) return opener.focus({ preventScroll: true });
  const twin = opener?.dataset.twin && document.querySelector(`main [data-twin="${CSS.escape(opener.dataset.twin)}"]`);
  return (twin || document.querySelector("main h1"))?.focus({ preventScroll: true });
}

/** Forget the views that are gone; if one went that nobody here closed, save what was typed in it. */
function partWith(views) {
  const here = new Set(views.map((view) => view.id));
  for (const view of known) {
    if (here.has(view.id)) continue;
    const surface = modalSurface(view.id);
    if (!busy && editsIn(view.id) && store.sees.me.id === view.of) rescue(view, unsent(surface, view.blocks));
    forget(view.id);
    leave(view.id);
    focused.delete(view.id);
    scrolled.delete(view.id);
  }
  known = views.map((view) => ({ ...view, of: store.sees.me.id }));
}

/** Another person has other forms: these stay as they are until one comes back. */
export function setModalsAside() {
  known = [];
  shut();
}

async function close(all) {
  const views = store.sees.modals;
  const view = views.at(-1);
  if (!view || busy) return;
  const going = all || view.clear_on_close ? views : [view];
  if (going.some((one) => editsIn(one.id))) {
    const leaveIt = await ask({
      title: "Leave this form?",
      text: "What you typed here is not saved. It will go if you leave.",
      yes: "Leave it",
      no: "Keep writing",
    });
    if (!leaveIt) return;
  }
  await during(view, () => act("close", { view_id: view.id, ...(all ? { all: true } : {}) }));
}

async function during(view, work) {
  busy = view.id;
  drawNow();
  try {
    const answer = await work();
    if (!answer.ok) failed(answer);
    drawNow();
    return answer;
  } finally {
    busy = null;
    drawNow();
  }
}

async function submit(event) {
  event?.preventDefault();
  const view = store.sees.modals.at(-1);
  if (!view?.submit) return undefined;
  if (busy) {
    wanted = true;
    return undefined;
  }
  const surface = modalSurface(view.id);
  surface.problems = problemsOf(surface);
  if (Object.keys(surface.problems).length) {
    drawNow();
    return toFirstError();
  }
  wanted = false;
  const edits = editsIn(view.id);
  const seen = onScreen(surface);
  const answer = await during(view, async () => {
    await settle(surface);
    return act("submit", { view_id: view.id, values: { ...seen, ...unsent(surface, view.blocks) } });
  });
  // Saved: what the app shows next in this place can be left without a question.
  if (answer.ok) forget(view.id);
  else if (shown === view.id) {
    // Put right and sent again while the answer was still on its way.
    if (wanted && editsIn(view.id) > edits) return submit();
    toFirstError();
  }
  return undefined;
}

const fieldsOf = (surface) => [...surface.fields].filter(([, { node }]) => node.isConnected);

/** What the browser itself cannot read, by block. */
function problemsOf(surface) {
  const found = fieldsOf(surface).map(([blockId, { problem }]) => [blockId, problem()]);
  return Object.fromEntries(found.filter(([, words]) => words));
}

/** What is sent is what the person sees: whatever stands there and the workspace does not have yet. */
function onScreen(surface) {
  const found = fieldsOf(surface).map(([blockId, { action_id: actionId, unlike }]) => [blockId, actionId, unlike()]);
  return Object.fromEntries(
    found
      .filter(([, , value]) => value !== undefined)
      .map(([blockId, actionId, value]) => [blockId, { [actionId]: value }]),
  );
}

function toFirstError() {
  const wrong = [...parts.blocks.querySelectorAll('[data-wrong="yes"]')];
  if (!wrong.length) return;
  const control = wrong[0].querySelector("input, select, textarea, button");
  control.focus({ preventScroll: true });
  wrong[0].scrollIntoView({ block: "nearest" });
  say(`${count(wrong.length, "thing")} to put right.`);
}
