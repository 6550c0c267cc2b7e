/**
 * Fields for dates and times, as in fields.js. What is chosen stands beneath in words, as a browser
 * may write 3 November as 11/03 or as 03/11.
 */

import { freshId, h } from "./dom.js";
import { store } from "./store.js";
import { dayWords, fullWords, instantOf, wallOf } from "./when.js";

/** A date ("2026-03-03"). */
export function dateField(element, { id, changed }) {
  const words = (day) => dayWords(new Date(`${day}T12:00:00Z`), "UTC");
  return timed({ id, changed, type: "date", words, problem: "Choose a whole date: day, month and year." });
}

/** A time ("14:30"). */
export function timeField({ timezone }, { id, changed }) {
  const zone = timezone ? `Time zone: ${timezone.replaceAll("_", " ")}` : "";
  return timed({ id, changed, type: "time", words: () => zone, problem: "Choose a whole time: hours and minutes." });
}

/** A moment, kept in seconds since 1970, chosen in the person's own time zone. */
export function momentField(element, { id, changed }) {
  const zone = store.sees?.me.tz ?? "UTC";
  const wallAt = (seconds) => wallOf(new Date(Number(seconds) * 1000), zone);
  const secondsAt = (wall) => Math.round(instantOf(wall, zone).getTime() / 1000);
  const words = (wall) => `${fullWords(instantOf(wall, zone), zone)}, ${zone.replaceAll("_", " ")} time`;
  const problem = "Choose a whole date and time.";
  return timed({ id, changed, type: "datetime-local", words, problem, fromControl: secondsAt, toControl: wallAt });
}

const asItIs = (value) => value;

function timed({ id, changed, type, words, problem, fromControl = asItIs, toControl = asItIs }) {
  const control = h("input", { id, type, class: "control narrow" });
  const hint = h("p", { class: "hint", id: freshId("day") });
  // While a year is being typed it reads as 0002, 0020, 0202: no date that anybody means.
  const isWhole = () => type === "time" || !control.value.startsWith("0");
  // What came in goes out unchanged, seconds and all, unless somebody changes it.
  let kept = { plain: null, wall: "" };
  const value = () => {
    if (control.value === kept.wall) return kept.plain;
    return control.value && isWhole() ? fromControl(control.value) : null;
  };
  const tell = () => {
    hint.textContent = control.value && isWhole() ? words(control.value) : "";
  };
  control.addEventListener("input", () => {
    tell();
    if (isWhole()) changed(value());
  });
  const set = (plain) => {
    const wanted = plain === null ? "" : toControl(plain);
    // A date half typed reads as empty: do not wipe it.
    if (wanted !== control.value) control.value = wanted;
    kept = { plain, wall: wanted };
    tell();
  };
  return {
    node: control,
    control,
    hint,
    get: value,
    set,
    problem: () => (control.validity.badInput || !isWhole() ? problem : null),
  };
}
