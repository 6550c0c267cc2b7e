/** A question with two answers, in a dialog of its own. */

import { h } from "./dom.js";
import { plainText } from "./text.js";

/** Ask; true for yes. Escape, and leaving the dialog in any other way, is no. */
export function ask({ title, text, yes, no, danger = false }) {
  const dialog = document.getElementById("confirm");
  const back = document.activeElement;
  return new Promise((answer) => {
    const done = (value) => () => {
      dialog.returnValue = value;
      dialog.close();
    };
    dialog.replaceChildren(
      h("h2", { id: "confirm-title", class: "dialog-title" }, title),
      h("div", { id: "confirm-text", class: "dialog-text" }, text),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", on: { click: done("no") } }, no),
        h(
          "button",
          { type: "button", class: `button ${danger ? "danger" : "primary"}`, on: { click: done("yes") } },
          yes,
        ),
      ),
    );
    dialog.returnValue = "no";
    dialog.addEventListener(
      "close",
      () => {
        answer(dialog.returnValue === "yes");
        if (back?.isConnected) back.focus({ preventScroll: true });
      },
      { once: true },
    );
    dialog.showModal();
    dialog.querySelector("button").focus();
  });
}

/** Ask what a confirmation object of Block Kit asks. */
export function confirmFirst(confirm) {
  return ask({
    title: plainText(confirm.title) ?? "Are you sure?",
    text: plainText(confirm.text) ?? "",
    yes: plainText(confirm.confirm) ?? "Yes",
    no: plainText(confirm.deny) ?? "Cancel",
    danger: confirm.style === "danger",
  });
}
