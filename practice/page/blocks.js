/** Blocks as nodes. `drawBlocks` keeps a place in step with a list of blocks. */

import { freshId, h, keepInStep } from "./dom.js";
import { isField, picture, plainElement, wiredField } from "./elements.js";
import { inputBlock } from "./input.js";
import { NEWER } from "./newer.js";
import { markdown, richText } from "./rich.js";
import { plainText, textNodes } from "./text.js";
import { store } from "./store.js";

/**
 * Show `blocks` in `place`, touching only what changed. A block is known by what it says, as an app
 * that gives no `block_id` gets new ones each time: a press that is under way still finds its button,
 * and names the block as it is called by then. An input block is known by its id, as what was typed is.
 */
export function drawBlocks(place, blocks, surface) {
  const seen = new Map();
  const items = blocks.map((block) => {
    const says = JSON.stringify(block, block.type === "input" ? undefined : withoutId);
    const nth = seen.get(says) ?? 0;
    seen.set(says, nth + 1);
    return { block, says, key: `${surface.key} ${nth} ${says}` };
  });
  keepInStep(place, items, { key: ({ key }) => key, stamp: worldMark, make: ({ block }) => livePart(block, surface) });
}

const withoutId = (name, value) => (name === "block_id" ? undefined : value);

function livePart(block, surface) {
  const live = { ...block };
  const part = (BLOCKS[block.type] ?? NEWER[block.type] ?? unknown)(live, surface);
  const sync = (item) => {
    Object.assign(live, item.block);
    part.sync?.();
  };
  return { node: part.node, sync };
}

/** Names of people and channels come from outside the block. */
function worldMark({ says }) {
  if (
    !/"(user|channel|users_select|multi_users_select|conversations_select|multi_conversations_select|channels_select|multi_channels_select|datetimepicker)"/.test(
      says,
    )
  )
    return "";
  return JSON.stringify([
    store.sees?.me.tz,
    store.sees?.people.map((person) => [person.id, person.real_name, person.deleted]),
    store.sees?.channels.map((channel) => channel.id),
  ]);
}

const unknown = (block) => ({
  node: h("p", { class: "unknown" }, `(This practice workspace cannot show a “${block.type}” block.)`),
});

const BLOCKS = {
  section,
  actions,
  context,
  header,
  image,
  input: inputBlock,
  rich_text: (block) => ({ node: h("div", { class: "block words" }, richText(block.elements)) }),
  context_actions: (block, surface) => actions(block, surface),
  divider: () => ({ node: h("hr", { class: "block" }) }),
  markdown: (block, surface) => ({ node: h("div", { class: "block words" }, markdown(block.text, surface.level)) }),
};

function header(block, surface) {
  return {
    node: h(
      `h${block.level ? Math.min(6, surface.level + block.level - 1) : surface.level}`,
      { class: "block header" },
      textNodes(block.text),
    ),
  };
}

function section(block, surface) {
  const words = h("div", { class: "words", id: freshId("words") }, block.text && h("div", {}, textNodes(block.text)));
  if (block.fields?.length)
    words.append(
      h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", {}, textNodes(field))),
      ),
    );
  if (!block.accessory) return { node: h("div", { class: "block section" }, words) };
  const part = accessory(block, surface, block.accessory, words.id);
  const wide =
    isField(block.accessory) && block.accessory.type !== "datepicker" && block.accessory.type !== "timepicker";
  return {
    node: h(
      "div",
      { class: `block section with-accessory${wide ? " wide" : ""}` },
      words,
      h("div", { class: "accessory" }, part.node),
    ),
    sync: part.sync,
  };
}

function accessory(block, surface, element, wordsId) {
  const part = loose(block, surface, element);
  if (part.control) {
    const name = freshId("name");
    part.control.removeAttribute("aria-label");
    part.node.append(h("span", { id: name, hidden: true }, nameOf(element)));
    const named = part.group ? part.node : part.control;
    named.setAttribute("aria-labelledby", `${wordsId} ${name}`);
  }
  return part;
}

/** An element that stands outside an input block. */
function loose(block, surface, element) {
  if (!isField(element)) return { node: plainElement(surface, block, element) };
  const field = wiredField(surface, block, element, { name: nameOf(element) });
  const shown = element.type in SHOWN && h("span", { class: "loose-name", "aria-hidden": "true" }, nameOf(element));
  const node = h(
    "div",
    { class: `loose ${element.type}`, role: field.group && "group", "aria-label": field.group && nameOf(element) },
    shown,
    field.node,
    field.hint,
  );
  if (field.hint) field.control.setAttribute("aria-describedby", field.hint.id);
  return { ...field, node };
}

// A browser's own date field has no room for the app's words.
const SHOWN = { datepicker: true, timepicker: true, datetimepicker: true };
const NAMES = {
  datepicker: "Choose a date",
  timepicker: "Choose a time",
  datetimepicker: "Choose a date and time",
  radio_buttons: "Choose one",
  checkboxes: "Choose any",
};

function nameOf(element) {
  return plainText(element.placeholder) || NAMES[element.type] || "Choose";
}

function actions(block, surface) {
  const parts = block.elements.map((element) => loose(block, surface, element));
  return {
    node: h(
      "div",
      { class: "block actions" },
      parts.map((part) => part.node),
    ),
    sync: () => parts.forEach((part) => part.sync?.()),
  };
}

function context(block) {
  const pieces = block.elements.map((element) =>
    element.type === "image" ? picture(element) : h("span", {}, textNodes(element)),
  );
  return { node: h("div", { class: "block context" }, pieces) };
}

function image(block) {
  const title = plainText(block.title);
  return { node: h("figure", { class: "block image" }, title && h("figcaption", {}, title), picture(block)) };
}
