/** The practice clock: what time it is here, moving it, and living through time with it. */

import { Unreachable, post } from "./api.js";
import { count, h } from "./dom.js";
import { liveThrough } from "./living.js";
import { refresh, store } from "./store.js";
import { fullWords, instantOf, shortWords, wallOf } from "./when.js";

const MOVES = [
  ["1 hour on", 3600],
  ["1 day on", 86400],
  ["1 week on", 7 * 86400],
];
const LIVES = [
  ["Live the next day", 1],
  ["Live the next week", 7],
  ["Live the next 4 weeks", 28],
];
/** What is read out in between must have time to be heard. */
const SAY_EVERY_MS = 4000;
const dialog = document.getElementById("clock");
const zone = () => store.sees?.me.tz ?? "UTC";
const now = () => new Date(Date.now() + (store.sees?.clock.offset_seconds ?? 0) * 1000);
let stop = null;

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
  dialog.addEventListener("cancel", (event) => {
    if (!stop) return;
    event.preventDefault();
    stop();
  });
  dialog.addEventListener("close", () => stop?.());
  setInterval(drawClock, 5000);
}

function open() {
  const state = h("p", { class: "clock-state", role: "status", id: "clock-state" });
  const still = h("div", { class: "clock-still" }, lives(state), jumps(state));
  dialog.replaceChildren(
    h("h2", { id: "clock-title", class: "dialog-title" }, "Move the clock"),
    h(
      "p",
      { class: "dialog-text", data: { time: "" } },
      "In this workspace it is ",
      h("strong", { data: { now: "" } }),
      ` (${zone().replaceAll("_", " ")} time).`,
    ),
    state,
    still,
    h(
      "div",
      { class: "dialog-buttons" },
      h(
        "button",
        { type: "button", class: "button primary", data: { done: "" }, on: { click: () => dialog.close() } },
        "Done",
      ),
    ),
  );
  drawClock();
  dialog.showModal();
}

function lives(state) {
  return part(
    "clock-lives",
    "Live through time",
    "The clock goes on hour by hour. What is due happens in its hour.",
    h(
      "div",
      { class: "clock-moves" },
      LIVES.map(([words, days]) =>
        h(
          "button",
          { type: "button", class: "button", on: { click: (event) => live(days, event.currentTarget, state) } },
          words,
        ),
      ),
    ),
  );
}

function jumps(state) {
  const to = h("input", {
    type: "datetime-local",
    id: "clock-to",
    class: "control",
    "aria-describedby": "clock-state",
  });
  to.value = wallOf(now(), zone());
  const goTo = (event) => {
    event.preventDefault();
    if (!to.value) return (state.textContent = "Choose a whole date and time.");
    return move({ now: instantOf(to.value, zone()).toISOString() }, state);
  };
  return part(
    "clock-jumps",
    "Jump ahead",
    "What is due in between happens late, as if the app had been switched off.",
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
  );
}

function part(id, title, about, ...rest) {
  return h(
    "section",
    { class: "clock-part", "aria-labelledby": id },
    h("h3", { id }, title),
    h("p", { class: "soft" }, about),
    rest,
  );
}

async function live(days, pressed, state) {
  const { show, end } = showLiving(state);
  let stopped = false;
  stop = () => (stopped = true);
  let fresh = 0;
  let said = -Infinity;
  const words = (start) => `${start} ${fullWords(now(), zone())}. ${count(fresh, "new message")}.`;
  const tell = (done) => {
    drawClock();
    show(done, words("It is"));
    if (performance.now() - said < SAY_EVERY_MS) return;
    said = performance.now();
    state.textContent = words("It is");
  };
  tell(0);
  const wrong = await liveThrough(days, {
    stopped: () => stopped,
    told: (step) => {
      fresh = step.fresh;
      tell(step.done);
    },
  });
  stop = null;
  end(pressed);
  state.textContent = wrong ?? words(stopped ? "Stopped. It is now" : "It is now");
}

/** The dialog while time goes by: small, and out of the way of what arrives behind it. */
function showLiving(state) {
  const bar = h("progress", { class: "clock-bar", max: "1", value: "0", "aria-label": "How far it has got" });
  // This line changes too fast to be read out: `state` says the same now and then.
  const line = h("p", { class: "clock-state", "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "button primary", on: { click: () => stop?.() } }, "Stop");
  const swap = (on) => {
    for (const part of dialog.querySelectorAll("[data-time], .clock-still, [data-done]")) part.hidden = on;
    state.classList.toggle("visually-hidden", on);
    dialog.classList.toggle("living", on);
  };
  swap(true);
  state.before(bar, line);
  dialog.querySelector("[data-done]").after(button);
  button.focus();
  const show = (done, words) => {
    bar.value = done;
    line.textContent = words;
  };
  const end = (pressed) => {
    for (const part of [bar, line, button]) part.remove();
    swap(false);
    if (dialog.open) pressed.focus();
  };
  return { show, end };
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
