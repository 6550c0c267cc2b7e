/** Between what the workspace keeps for an element (a typed object) and what a field on the page holds. */

const SINGLE = [
  "value",
  "selected_date",
  "selected_time",
  "selected_date_time",
  "selected_user",
  "selected_conversation",
  "selected_channel",
];
const SEVERAL = ["selected_users", "selected_conversations", "selected_channels"];

/** A plain value: text, number, null when empty, or a list of values where several can be chosen. */
export function plainOf(typed) {
  if (!typed) return null;
  if ("selected_option" in typed) return typed.selected_option?.value ?? null;
  if ("selected_options" in typed) return (typed.selected_options ?? []).map((option) => option.value);
  if ("rich_text_value" in typed) return richToPlain(typed.rich_text_value);
  if ("files" in typed) return typed.files ?? [];
  for (const name of SEVERAL) if (name in typed) return typed[name] ?? [];
  for (const name of SINGLE) if (name in typed) return typed[name] ?? null;
  return null;
}

/** What an element holds before anyone touches it: for messages, whose state stays on the page. */
export function initialOf(element) {
  const { type } = element;
  if (element.initial_option) return element.initial_option.value;
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  if (type === "rich_text_input") return richToPlain(element.initial_value);
  for (const name of [
    "value",
    "date",
    "time",
    "date_time",
    "user",
    "users",
    "conversation",
    "conversations",
    "channel",
    "channels",
  ]) {
    if (element[`initial_${name}`] !== undefined) return element[`initial_${name}`];
  }
  return type.startsWith("multi_") || type === "checkboxes" || type === "file_input" ? [] : null;
}

/** Two plain values are the same, whatever the order of a list. */
export function same(one, other) {
  const flat = (value) =>
    Array.isArray(value)
      ? value
          .map((item) => String(item?.id ?? item?.value ?? item))
          .sort()
          .join("\n")
      : String(value?.value ?? value ?? "");
  return flat(one) === flat(other);
}

/** Rich text as the words in it, a line for each paragraph and list item. */
export function richToPlain(rich) {
  if (!rich) return null;
  if (typeof rich === "string") return rich;
  const words = (part) =>
    part.elements
      ? part.elements.map(words).join(part.type === "rich_text_list" ? "\n" : "")
      : (part.text ?? part.url ?? "");
  return (rich.elements ?? []).map((part) => words(part).replace(/\n$/, "")).join("\n");
}

/** All options of an element, those of its groups included. */
export function optionsOf(element) {
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
}
