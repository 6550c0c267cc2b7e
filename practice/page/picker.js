/** A menu that narrows as one types (the combobox pattern), for one choice or for several. */

import { count, freshId, h, say } from "./dom.js";

/**
 * A field as in fields.js. `groups` are `[{label?, options: [{value, words, detail?}]}]`.
 * With `load(text)`, which answers groups, the choices come from the app, and values are whole options.
 */
export function picker({ id, changed, groups, placeholder, several, most, optional, inForm, name, load, least = 0 }) {
  const listId = freshId("list");
  const known = new Map(groups.flatMap((group) => group.options).map((option) => [option.value, option]));
  const wordsOf = (value) => known.get(value)?.words ?? value;
  const out = (value) => (load ? (known.get(value)?.whole ?? value) : value);
  let offered = groups;
  let asked = 0;
  let chosen = [];
  let active = -1;

  const control = h("input", {
    id,
    type: "text",
    class: "control",
    role: "combobox",
    autocomplete: "off",
    placeholder,
    spellcheck: "false",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
  });
  const list = h("div", {
    id: listId,
    class: "picker-list",
    role: "listbox",
    hidden: true,
    "aria-multiselectable": several && "true",
    "aria-label": "Choices",
  });
  const chips = h("ul", { class: "chips", hidden: true, "aria-label": "Chosen" });
  const clear = h(
    "button",
    {
      type: "button",
      class: "button quiet small picker-clear",
      hidden: true,
      on: { click: () => (hold([]), control.focus()) },
    },
    "Clear",
  );
  const box = h("div", { class: "picker-box" }, control, clear, list);
  const node = h("div", { class: "picker" }, chips, box);

  const rows = () => [...list.querySelectorAll("[role=option]")];
  const isOpen = () => !list.hidden;

  async function open(filter) {
    if (load && (await ask(filter)) === false) return;
    const wanted = filter.trim().toLowerCase();
    const fits = (option) => load || !wanted || `${option.words} ${option.detail ?? ""}`.toLowerCase().includes(wanted);
    const shown = offered
      .map((group) => ({ ...group, options: group.options.filter(fits) }))
      .filter((group) => group.options.length);
    list.replaceChildren(...shown.flatMap(drawGroup));
    const found = rows().length;
    if (!found)
      list.append(
        h(
          "p",
          { class: "picker-none" },
          filter.length < least ? `Type ${count(least, "letter")} or more.` : "Nothing fits. Try other words.",
        ),
      );
    if (wanted) say(found ? count(found, "choice") : "Nothing fits.");
    list.hidden = false;
    control.setAttribute("aria-expanded", "true");
    move(wanted && found ? 0 : rows().findIndex((row) => row.getAttribute("aria-selected") === "true"));
    list.scrollIntoView({ block: "nearest" });
  }

  /** Ask the app what it offers; false when one has typed on in the meantime, or left. */
  async function ask(filter) {
    asked += 1;
    const mine = asked;
    offered = filter.length < least ? [] : await load(filter);
    for (const option of offered.flatMap((group) => group.options)) known.set(option.value, option);
    return mine === asked && document.activeElement === control;
  }

  function drawGroup(group) {
    const options = group.options.map(drawOption);
    if (!group.label) return options;
    const label = h("div", { class: "picker-group", id: freshId("group") }, group.label);
    return [h("div", { role: "group", "aria-labelledby": label.id }, label, options)];
  }

  function drawOption(option) {
    return h(
      "div",
      {
        role: "option",
        id: freshId("option"),
        class: "picker-option",
        data: { value: option.value },
        "aria-selected": chosen.includes(option.value) ? "true" : "false",
        on: {
          // The focus stays in the field.
          mousedown: (event) => event.preventDefault(),
          click: () => take(option.value),
        },
      },
      h("span", {}, option.words),
      option.detail ? h("span", { class: "picker-detail" }, option.detail) : null,
    );
  }

  function close() {
    list.hidden = true;
    active = -1;
    control.setAttribute("aria-expanded", "false");
    control.removeAttribute("aria-activedescendant");
    control.value = several || !chosen.length ? "" : wordsOf(chosen[0]);
  }

  function move(to) {
    const all = rows();
    active = all.length && to >= 0 ? to % all.length : -1;
    all.forEach((row, index) => row.classList.toggle("active", index === active));
    if (active < 0) return control.removeAttribute("aria-activedescendant");
    control.setAttribute("aria-activedescendant", all[active].id);
    return all[active].scrollIntoView({ block: "nearest" });
  }

  function take(value) {
    if (!several) {
      hold([value]);
      return close();
    }
    const out = chosen.includes(value);
    if (!out && most && chosen.length >= most) return say(`You can choose ${most} at most.`);
    hold(out ? chosen.filter((one) => one !== value) : [...chosen, value]);
    say(`${wordsOf(value)} ${out ? "removed" : "added"}.`);
    const filter = control.value;
    control.value = "";
    const at = filter ? -1 : active;
    open("");
    return move(at);
  }

  function hold(values) {
    show(values);
    changed(several ? chosen.map(out) : chosen.length ? out(chosen[0]) : null, { atOnce: true });
  }

  function show(values) {
    chosen = values.map((value) => value?.value ?? value);
    if (!isOpen()) close();
    clear.hidden = several || !chosen.length || !(optional || !inForm);
    chips.hidden = !several || !chosen.length;
    if (several) chips.replaceChildren(...chosen.map(drawChip));
  }

  function drawChip(value) {
    const remove = () => {
      hold(chosen.filter((one) => one !== value));
      control.focus();
    };
    return h(
      "li",
      { class: "chip" },
      h("span", {}, wordsOf(value)),
      h(
        "button",
        { type: "button", class: "chip-remove", "aria-label": `Remove ${wordsOf(value)}`, on: { click: remove } },
        "×",
      ),
    );
  }

  const KEYS = {
    ArrowDown: () => (isOpen() ? move(active + 1) : open("")),
    ArrowUp: () => (isOpen() ? move(active <= 0 ? rows().length - 1 : active - 1) : open("")),
    Enter: () => (!isOpen() ? false : active >= 0 ? take(rows()[active].dataset.value) : close()),
    Escape: () => (isOpen() ? close() : false),
    Backspace: () => (several && !control.value && chosen.length ? hold(chosen.slice(0, -1)) : false),
  };

  control.addEventListener("keydown", (event) => {
    if (event.isComposing || !KEYS[event.key] || KEYS[event.key]() === false) return;
    event.preventDefault();
    event.stopPropagation();
  });
  control.addEventListener("input", () => open(control.value));
  control.addEventListener("click", () => (isOpen() ? undefined : open("")));
  control.addEventListener("focus", () => control.select());
  control.addEventListener("blur", close);

  function set(value, typed) {
    for (const option of [typed?.selected_option, ...(typed?.selected_options ?? [])])
      if (option && !known.has(option.value))
        known.set(option.value, { ...option, words: option.text.text, whole: option });
    show(several ? (value ?? []) : value === null ? [] : [value]);
  }

  return { node, control, get: () => (several ? chosen : (chosen[0] ?? null)), set };
}
