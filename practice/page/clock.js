/** The practice clock: what time it is here, and moving it. */

import { Unreachable, post } from "./api.js";
import { h } from "./dom.js";
import { refresh, store } from "./store.js";
import { fullWords, instantOf, shortWords, wallOf } from "./when.js";

const MOVES = [
  ["1 hour on", 3600],
  ["1 day on", 86400],
  ["1 week on", 7 * 86400],
];
const dialog = document.getElementById("clock");
const zone = () => store.sees?.me.tz ?? "UTC";
const now = () => new Date(Date.now() + (store.sees?.clock.offset_seconds ?? 0) * 1000);

/** Show the time on the page, and in the dialog while it is open. */
export function drawClock() {
  if (!store.sees) return;
  const face = document.getElementById("clock-now");
  face.textContent = shortWords(now(), zone());
  face.dateTime = now().toISOString();
  const full = dialog.querySelector("[data-now]");
  if (full && full.textContent !== fullWords(now(), zone())) full.textContent = fullWords(now(), zone());
  const back = dialog.querySelector("[data-back]");
  if (back) back.hidden = !store.sees.clock.offset_seconds;
}

/** Wire the button and the ticking. */
export function setUpClock() {
  document.getElementById("clock-button").addEventListener("click", open);
  setInterval(drawClock, 5000);
}

function open() {
  const to = h("input", {
    type: "datetime-local",
    id: "clock-to",
    class: "control",
    "aria-describedby": "clock-state",
  });
  to.value = wallOf(now(), zone());
  const state = h("p", { class: "clock-state", role: "status", id: "clock-state" });
  const goTo = (event) => {
    event.preventDefault();
    if (!to.value) return (state.textContent = "Choose a whole date and time.");
    return move({ now: instantOf(to.value, zone()).toISOString() }, state);
  };
  dialog.replaceChildren(
    h("h2", { id: "clock-title", class: "dialog-title" }, "Move the clock"),
    h(
      "p",
      { class: "dialog-text" },
      "In this workspace it is ",
      h("strong", { data: { now: "" } }),
      ` (${zone().replaceAll("_", " ")} time). What is due by the new time happens.`,
    ),
    h(
      "div",
      { class: "clock-moves" },
      MOVES.map(([words, seconds]) =>
        h(
          "button",
          { type: "button", class: "button", on: { click: () => move({ advance_seconds: seconds }, state) } },
          words,
        ),
      ),
    ),
    h(
      "form",
      { class: "clock-to", on: { submit: goTo } },
      h("div", { class: "field" }, h("label", { for: "clock-to" }, "Or to a date and time"), to),
      h("button", { type: "submit", class: "button" }, "Move"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "button quiet",
        hidden: true,
        data: { back: "" },
        on: { click: () => move({ offset_seconds: 0 }, state) },
      },
      "Back to the real time",
    ),
    state,
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "button primary", on: { click: () => dialog.close() } }, "Done"),
    ),
  );
  drawClock();
  dialog.showModal();
}

async function move(body, state) {
  state.textContent = "Moving the clock…";
  try {
    const answer = await post("clock", body);
    if (answer.ok === false) return (state.textContent = answer.message ?? `The clock did not move: ${answer.error}.`);
    store.sees.clock = { ...store.sees.clock, now: answer.now, offset_seconds: answer.offset_seconds };
    state.textContent = `It is now ${fullWords(now(), zone())}.`;
    drawClock();
    return await refresh();
  } catch (reason) {
    if (!(reason instanceof Unreachable)) throw reason;
    return (state.textContent = "The practice workspace does not answer. The clock did not move.");
  }
}
