/** Short notices: what the workspace says about a failure, and what the page itself could not do. */

import { h } from "./dom.js";
import { store } from "./store.js";

const MOST = 3;
const UNREACHABLE = "The practice workspace does not answer. What you typed is still here. Try again in a moment.";
let seen = null;

/** Show a notice until it is dismissed: inside the open form, where there is one. */
export function toast(text, { kind = "alert" } = {}) {
  const dialog = document.querySelector("#modal[open]");
  const place = dialog?.querySelector("[data-notices]") ?? document.getElementById("toasts");
  for (const other of place.children) if (other.dataset.text === text) other.remove();
  while (place.children.length >= MOST) place.firstElementChild.remove();
  const dismiss = h(
    "button",
    { type: "button", class: "button quiet small", on: { click: () => away(note, dialog) } },
    "Dismiss",
  );
  const note = h(
    "div",
    { class: "toast", role: kind === "alert" ? "alert" : "status", data: { text } },
    h("p", { text }),
    dismiss,
  );
  place.append(note);
  note.scrollIntoView({ block: "nearest" });
}

function away(note, dialog) {
  const next = note.nextElementSibling ?? note.previousElementSibling;
  note.remove();
  const to = next?.querySelector("button") ?? dialog?.querySelector("h2") ?? document.querySelector("main h1");
  to?.focus({ preventScroll: true });
}

/** Take all notices away: they belong to the person one was. */
export function clearToasts() {
  document.getElementById("toasts").replaceChildren();
  seen = null;
}

/** Say in words why something was not done, unless a notice or the form itself says it. */
export function failed(answer) {
  const text = answer.error === "unreachable" ? UNREACHABLE : answer.message;
  if (text) toast(text);
}

const nameOf = (notice) => `${notice.at} ${notice.text}`;

/** Show the notices that came since the last look. Those from before the page was opened are past. */
export function drawNotices() {
  const notices = store.sees?.notices ?? [];
  if (seen) for (const notice of notices) if (!seen.has(nameOf(notice))) toast(notice.text);
  seen = new Set(notices.map(nameOf));
}
