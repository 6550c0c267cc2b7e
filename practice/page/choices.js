/** Fields for choosing: radio buttons, checkboxes, menus of one and of several. Fields as in fields.js. */

import { freshId, h } from "./dom.js";
import { picker } from "./picker.js";
import { plainText, textNodes } from "./text.js";
import { nameOf, personOf, store } from "./store.js";
import { optionsOf } from "./values.js";

/** From here on, a menu has a field to narrow it down by typing. */
const MANY = 10;

/** Radio buttons. */
export function radioField(element, { id, changed, optional }) {
  const field = ticks("radio", element.options, id, (values) => changed(values[0] ?? null, { atOnce: true }));
  const clear = h(
    "button",
    { type: "button", class: "button quiet small", hidden: true, on: { click: () => field.clear() } },
    "Clear this choice",
  );
  const show = () => {
    clear.hidden = !optional || !field.chosen().length;
  };
  field.node.append(clear);
  field.node.addEventListener("change", show);
  return {
    ...field,
    get: () => field.chosen()[0] ?? null,
    set: (value) => {
      field.choose(value === null ? [] : [value]);
      show();
    },
  };
}

/** Checkboxes. */
export function checkboxField(element, { id, changed }) {
  const field = ticks("checkbox", element.options, id, (values) => changed(values, { atOnce: true }));
  return { ...field, get: field.chosen, set: (values) => field.choose(values ?? []) };
}

function ticks(type, options, id, changed) {
  const boxes = options.map((option, index) => {
    const detail =
      option.description && h("span", { class: "tick-detail", id: freshId("detail") }, textNodes(option.description));
    const box = h("input", {
      type,
      name: id,
      value: option.value,
      id: index ? freshId("tick") : id,
      "aria-describedby": detail?.id,
      data: { focus: `${id}/${option.value}` },
      on: { change: () => changed(chosen()) },
    });
    const label = h("label", { for: box.id }, textNodes(option.text));
    return { box, row: h("div", { class: "tick" }, box, h("div", { class: "tick-words" }, label, detail)) };
  });
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return {
    group: true,
    node: h(
      "div",
      { class: "ticks" },
      boxes.map(({ row }) => row),
    ),
    control: boxes[0].box,
    chosen,
    choose: (values) => boxes.forEach(({ box }) => (box.checked = values.map(String).includes(box.value))),
    clear: () => {
      boxes.forEach(({ box }) => (box.checked = false));
      boxes[0].box.focus();
      boxes[0].box.dispatchEvent(new Event("change", { bubbles: true }));
    },
  };
}

/** A menu of one or of several: a plain one, or a field that narrows as one types. */
export function menuField(element, context) {
  const several = element.type.startsWith("multi_");
  const groups = groupsOf(element);
  const size = groups.reduce((sum, group) => sum + group.options.length, 0);
  const settings = {
    ...context,
    groups,
    placeholder: plainText(element.placeholder) || "Choose",
    most: element.max_selected_items,
    wordsForOther: wordsForId,
  };
  if (context.load)
    return picker({
      ...settings,
      several,
      least: element.min_query_length ?? 0,
      load: async (text) => groupsIn(await context.load(text)),
    });
  if (!several && size <= MANY) return selectField(settings);
  const fewTicks = element.type === "multi_static_select" && size <= MANY && groups.length === 1;
  if (fewTicks && context.inForm) return tickMenu(settings);
  return picker({ ...settings, several });
}

function tickMenu({ id, changed, groups }) {
  const options = groups[0].options.map(({ value, words, detail }) => ({ value, text: words, description: detail }));
  return checkboxField({ options }, { id, changed });
}

function selectField({ id, changed, groups, placeholder }) {
  const none = h("option", { value: "" }, placeholder);
  const make = (option) =>
    h("option", { value: option.value }, option.detail ? `${option.words} (${option.detail})` : option.words);
  const control = h(
    "select",
    { id, class: "control", on: { change: () => changed(control.value || null, { atOnce: true }) } },
    none,
    groups.map((group) =>
      group.label ? h("optgroup", { label: group.label }, group.options.map(make)) : group.options.map(make),
    ),
  );
  const set = (value) => {
    // Somebody who has left, or a channel one does not see, may still be what was chosen.
    const known = !value || [...control.options].some((option) => option.value === value);
    if (!known) control.append(make({ value, words: wordsForId(value) }));
    control.value = value ?? "";
  };
  return { node: control, control, get: () => control.value || null, set };
}

function wordsForId(id) {
  const channel = store.sees?.channels.find((one) => one.id === id);
  return channel ? nameOf(channel) : personOf(id).real_name;
}

function groupsOf(element) {
  const { type } = element;
  if (type.endsWith("users_select")) return [{ options: people() }];
  if (type.endsWith("conversations_select")) return [{ options: conversations(element.filter) }];
  if (type.endsWith("channels_select")) return [{ options: conversations({ include: ["public"] }) }];
  if (element.option_groups)
    return element.option_groups.map((group) => ({
      label: plainText(group.label),
      options: group.options.map(option),
    }));
  return [{ options: optionsOf(element).map(option) }];
}

/** What the app offered, as groups. */
function groupsIn({ options = [], option_groups: groups }) {
  return groupsOf({ type: "static_select", options, option_groups: groups });
}

function option(whole) {
  return { value: whole.value, words: plainText(whole.text), detail: plainText(whole.description), whole };
}

function people() {
  return (store.sees?.people ?? [])
    .filter((person) => !person.deleted)
    .map((person) => ({ value: person.id, words: person.real_name, detail: whatTheyAre(person) }));
}

function whatTheyAre(person) {
  if (person.is_bot) return "App";
  if (person.is_stranger) return "From another organisation";
  return [person.title, person.is_guest && "Guest"].filter(Boolean).join(", ");
}

const KINDS = { channel: "public", private: "private", dm: "im", app: "im" };

function conversations(filter = {}) {
  const wanted = filter.include;
  return (store.sees?.channels ?? [])
    .filter((channel) => !wanted || wanted.includes(KINDS[channel.kind]))
    .filter((channel) => !(filter.exclude_bot_users && channel.kind === "app"))
    .map((channel) => ({
      value: channel.id,
      words: nameOf(channel),
      detail: channel.kind === "private" ? "Private" : "",
    }));
}
