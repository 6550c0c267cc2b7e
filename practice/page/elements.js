/** Block elements as nodes: each answers a field or a plain node, wired to the workspace. */

import { press } from "./actions.js";
import { draftOf, drop, keep } from "./drafts.js";
import { freshId, h } from "./dom.js";
import { checkboxField, menuField, radioField } from "./choices.js";
import { areaField, fileField, lineField } from "./fields.js";
import { menuButton } from "./menu.js";
import { act } from "./store.js";
import { plainText } from "./text.js";
import { dateField, momentField, timeField } from "./times.js";
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
    await press(surface, block, element);
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
    const give = () => press(surface, block, element, value);
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
        run: () => press(surface, block, element, option.value),
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
 * where no label stands beside it. The answer is a field with `sync()`, to call at every redraw.
 */
export function wiredField(surface, block, element, { name, optional = false } = {}) {
  const wire = new Wire(surface, block, element);
  const { inForm } = wire;
  const id = freshId("field");
  const field = FIELDS[element.type](element, {
    id,
    name,
    optional,
    inForm,
    load: wire.load(),
    entered: wire.entered(),
    changed: (...typed) => wire.changed(...typed),
  });
  wire.field = field;
  const { control } = field;
  if (name && !field.group) control.setAttribute("aria-label", name);
  Object.assign(control.dataset, marks(surface, block, element));
  if (element.focus_on_load) control.dataset.first = "";
  wire.sync(true);
  return { ...field, sync: () => wire.sync(), unlike: () => wire.unlike() };
}

/** What stands between a field and the workspace. */
class Wire {
  constructor(surface, block, element) {
    Object.assign(this, { surface, block, element, field: null, pause: 0 });
    this.inForm = block.type === "input";
    this.sendsAtOnce = !this.inForm || (block.dispatch_action && !isTyped(element));
  }

  /** By which names the workspace knows the field now. */
  get ids() {
    return [this.surface, this.block.block_id, this.element.action_id];
  }

  press(value) {
    return press(this.surface, this.block, this.element, value);
  }

  changed(value, options) {
    // Where the app wants every letter, the workspace itself passes on what is kept.
    if (!this.sendsAtOnce) keep(...this.ids, value, options);
    else if (isTime(this.element)) this.settleDown(value);
    else this.choose(value);
  }

  async choose(value) {
    const { ids } = this;
    keep(...ids, value, { quiet: true });
    const done = await this.press(value);
    if (draftOf(...ids) !== value) return;
    if (!done && this.inForm) keep(...ids, value);
    else if (!done || this.surface.where.view_id) drop(...ids);
    this.sync();
  }

  /** A date or a time is typed in parts: it is sent after a pause, or when one goes on. */
  settleDown(value) {
    const { ids } = this;
    const { control } = this.field;
    keep(...ids, value, { quiet: true });
    const now = () => {
      clearTimeout(this.pause);
      control.onblur = control.onkeydown = null;
      if (draftOf(...ids) === value) this.choose(value);
    };
    clearTimeout(this.pause);
    this.pause = setTimeout(now, 700);
    control.onblur = now;
    control.onkeydown = (event) => event.key === "Enter" && now();
  }

  /** What Enter does in a field that tells the app; undefined where it sends the form as usual. */
  entered() {
    if (!this.block.dispatch_action || !triggers(this.element).includes("on_enter_pressed")) return undefined;
    return (value) => this.press(value);
  }

  /** How to ask the app for choices; undefined where they stand in the block. */
  load() {
    if (!this.element.type.endsWith("external_select")) return undefined;
    const { block, element, surface } = this;
    return (text) => act("options", { block_id: block.block_id, action_id: element.action_id, text, ...surface.where });
  }

  /** What stands on the screen and is not what the workspace keeps (another window typed, say); else undefined. */
  unlike() {
    const [, ...ids] = this.ids;
    const value = this.field.get();
    return same(value, plainOf(this.surface.typed(...ids))) ? undefined : value;
  }

  sync(first = false) {
    const { field, surface, element } = this;
    const [, ...ids] = this.ids;
    const typed = surface.typed(...ids);
    const draft = draftOf(...this.ids);
    if (draft !== undefined) return first ? field.set(draft, typed) : undefined;
    const value = typed || surface.where.view_id ? plainOf(typed) : initialOf(element);
    if (!first && field.control === document.activeElement && isTyped(element)) return undefined;
    return first || !same(field.get(), value) ? field.set(value, typed) : undefined;
  }
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
