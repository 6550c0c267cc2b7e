/** Block elements as nodes: each answers a field or a plain node, wired to the workspace. */

import { press } from "./actions.js";
import { draftOf, drop, keep } from "./drafts.js";
import { freshId, h } from "./dom.js";
import { checkboxField, menuField, radioField } from "./choices.js";
import { areaField, dateField, fileField, lineField, momentField, timeField } from "./fields.js";
import { menuButton } from "./menu.js";
import { act } from "./store.js";
import { plainText } from "./text.js";
import { initialOf, plainOf, same } from "./values.js";

const FIELDS = {
  plain_text_input: (element, context) => (element.multiline ? areaField : lineField)(element, context),
  rich_text_input: areaField,
  email_text_input: lineField,
  url_text_input: lineField,
  number_input: lineField,
  datepicker: dateField,
  timepicker: timeField,
  datetimepicker: momentField,
  file_input: fileField,
  radio_buttons: radioField,
  checkboxes: checkboxField,
};
for (const kind of ["static", "external", "users", "conversations", "channels"]) {
  FIELDS[`${kind}_select`] = menuField;
  FIELDS[`multi_${kind}_select`] = menuField;
}

/** Whether an element is something to fill in. */
export function isField(element) {
  return element.type in FIELDS;
}

/** An element that is not filled in: a button, an overflow menu, a picture. */
export function plainElement(surface, block, element) {
  if (element.type === "button" || element.type === "workflow_button") return button(surface, block, element);
  if (element.type === "icon_button") return button(surface, block, element);
  if (element.type === "feedback_buttons") return feedback(surface, block, element);
  if (element.type === "overflow") return overflow(surface, block, element);
  if (element.type === "image") return picture(element);
  return h("p", { class: "unknown" }, `(This practice workspace cannot show “${element.type}”.)`);
}

/** Marks by which the focus is found again after a redraw. */
function marks(surface, block, element) {
  return {
    focus: `${surface.key}/${block.block_id}/${element.action_id}`,
    twin: `${surface.kind}/${element.action_id}`,
  };
}

function button(surface, block, element) {
  const look = { primary: "primary", danger: "danger" }[element.style] ?? "";
  const common = {
    class: `button ${look}`,
    "aria-label": element.accessibility_label,
    data: marks(surface, block, element),
  };
  const run = async () => {
    if (node.getAttribute("aria-busy") === "true" && element.confirm) return;
    node.setAttribute("aria-busy", "true");
    await press(surface, block.block_id, element);
    node.removeAttribute("aria-busy");
  };
  const node = element.url
    ? h(
        "a",
        { ...common, href: element.url, target: "_blank", rel: "noopener noreferrer", on: { click: () => run() } },
        plainText(element.text),
      )
    : h("button", { type: "button", ...common, on: { click: () => run() } }, plainText(element.text));
  return node;
}

function feedback(surface, block, element) {
  const one = (name) => {
    const { text, value, accessibility_label: label } = element[name];
    const give = () => press(surface, block.block_id, element, value);
    return h(
      "button",
      {
        type: "button",
        class: "button small",
        "aria-label": label,
        data: { focus: `${surface.key}/${block.block_id}/${name}` },
        on: { click: give },
      },
      plainText(text),
    );
  };
  return h(
    "div",
    { class: "feedback", role: "group", "aria-label": "Was this any good?" },
    one("positive_button"),
    one("negative_button"),
  );
}

function overflow(surface, block, element) {
  return menuButton({
    button: {
      class: "button quiet more",
      "aria-label": element.accessibility_label ?? "More choices",
      data: marks(surface, block, element),
    },
    face: h("span", { class: "dots", "aria-hidden": "true" }),
    items: () =>
      element.options.map((option) => ({
        label: plainText(option.text),
        detail: plainText(option.description),
        href: option.url,
        run: () => press(surface, block.block_id, element, option.value),
      })),
  });
}

/** A picture, where this page may load it; its description in words, where not. */
export function picture(element) {
  const words = () => h("span", { class: "no-picture" }, `Picture: ${element.alt_text || "no description"}`);
  const url = element.image_url ?? "";
  const near = url.startsWith("data:image/") || new URL(url || "x:", location.href).origin === location.origin;
  if (!near) return words();
  const image = h("img", { src: url, alt: element.alt_text ?? "", loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(words()), { once: true });
  return image;
}

/**
 * A field, wired: what is typed is kept, what acts at once is sent. `name` is its accessible name
 * where no label stands beside it. The answer has `sync()`, to call at every redraw.
 */
export function wiredField(surface, block, element, { name, optional = false } = {}) {
  const { block_id: blockId } = block;
  const { action_id: actionId } = element;
  const inForm = block.type === "input";
  const sendsAtOnce = !inForm || (block.dispatch_action && !isTyped(element));
  const changed = (value, options) =>
    !sendsAtOnce ? type(value, options) : isTime(element) ? settleDown(value) : choose(value);
  const load = element.type.endsWith("external_select")
    ? (text) => act("options", { block_id: blockId, action_id: actionId, text, ...surface.where })
    : undefined;
  const field = FIELDS[element.type](element, {
    id: freshId("field"),
    changed,
    entered: entering(),
    optional,
    inForm,
    name,
    load,
  });

  async function choose(value) {
    keep(surface, blockId, actionId, value, { quiet: true });
    const done = await press(surface, blockId, element, value);
    if (draftOf(surface, blockId, actionId) !== value) return;
    if (!done && inForm) keep(surface, blockId, actionId, value);
    else if (!done || surface.where.view_id) drop(surface, blockId, actionId);
    sync();
  }

  // A date or a time is typed in parts: it is sent after a pause, or when one goes on.
  let pause = 0;
  function settleDown(value) {
    keep(surface, blockId, actionId, value, { quiet: true });
    clearTimeout(pause);
    pause = setTimeout(() => choose(value), 700);
    const now = () => {
      clearTimeout(pause);
      if (draftOf(surface, blockId, actionId) === value) choose(value);
    };
    field.control.onblur = now;
    field.control.onkeydown = (event) => event.key === "Enter" && now();
  }

  // Where the app wants every letter, the workspace itself passes on what is kept.
  const type = (value, options) => keep(surface, blockId, actionId, value, options);

  function entering() {
    if (!block.dispatch_action || !triggers(element).includes("on_enter_pressed")) return undefined;
    return (value) => press(surface, blockId, element, value);
  }

  function sync(first = false) {
    const draft = draftOf(surface, blockId, actionId);
    if (draft !== undefined) return first ? field.set(draft, surface.typed(blockId, actionId)) : undefined;
    const typed = surface.typed(blockId, actionId);
    const value = typed ? plainOf(typed) : surface.where.view_id ? plainOf(typed) : initialOf(element);
    if (!first && field.control === document.activeElement && isTyped(element)) return undefined;
    return first || !same(field.get(), value) ? field.set(value, typed) : undefined;
  }

  const { control } = field;
  if (name && !field.group) control.setAttribute("aria-label", name);
  Object.assign(control.dataset, marks(surface, block, element));
  if (element.focus_on_load) control.dataset.first = "";
  sync(true);
  return { ...field, sync: () => sync() };
}

/** Typed letter by letter, rather than chosen. */
function isTyped(element) {
  return element.type.endsWith("_input") && element.type !== "file_input";
}

function isTime(element) {
  return ["datepicker", "timepicker", "datetimepicker"].includes(element.type);
}

function triggers(element) {
  if (!isTyped(element)) return [];
  return element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
}
