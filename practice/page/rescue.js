/** Words from a form that went away by itself (the workspace was restarted, say): to copy, not lost. */

import { h } from "./dom.js";
import { plainText } from "./text.js";
import { plainOf } from "./values.js";

/** Show what was typed in `view`, drafts first, until it is dismissed. */
export function rescue(view, drafts) {
  const found = view.blocks
    .filter((block) => block.type === "input" && block.element.type.endsWith("_input"))
    .map((block) => {
      const { action_id: actionId } = block.element;
      const value = drafts[block.block_id]?.[actionId] ?? plainOf(view.state?.values?.[block.block_id]?.[actionId]);
      return { label: plainText(block.label), value };
    })
    .filter(({ value }) => typeof value === "string" && value.trim());
  if (!found.length) return;
  const dialog = document.createElement("dialog");
  dialog.className = "small-dialog";
  dialog.setAttribute("aria-labelledby", "rescue-title");
  dialog.append(
    h("h2", { id: "rescue-title", class: "dialog-title" }, "Your words are here"),
    h(
      "p",
      { class: "dialog-text" },
      `The form “${plainText(view.title)}” closed before it was saved. You can copy what you typed.`,
    ),
    h(
      "div",
      { class: "blocks" },
      found.map(({ label, value }, index) =>
        h("div", { class: "field" }, h("label", { for: `rescue-${index}` }, label), area(index, value)),
      ),
    ),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "button primary", on: { click: () => dialog.close() } }, "I have copied it"),
    ),
  );
  dialog.addEventListener(
    "close",
    () => {
      dialog.remove();
      document.querySelector("main .composer textarea, main h1").focus();
    },
    { once: true },
  );
  document.body.append(dialog);
  dialog.showModal();
}

function area(index, value) {
  const control = h("textarea", { id: `rescue-${index}`, class: "control", rows: 4, readonly: true });
  control.value = value;
  return control;
}
