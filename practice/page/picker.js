/** A menu that narrows as one types (the combobox pattern), for one choice or for several. */

import { count, freshId, h, say } from "./dom.js";

/** More than these are found by typing. */
const MOST_SHOWN = 100;

/**
 * A field as in fields.js. `groups` are `[{label?, options: [{value, words, detail?}]}]`.
 * With `load(text)`, which answers groups, the choices come from the app, and values are whole options.
 */
export function picker(settings) {
  const made = new Picker(settings);
  return {
    node: made.node,
    control: made.control,
    get: () => made.value(),
    set: (value, typed) => made.set(value, typed),
  };
}

class Picker {
  constructor({ id, changed, groups, placeholder, several, most, optional, inForm, load, least = 0, wordsForOther }) {
    Object.assign(this, { changed, several, most, load, least, wordsForOther });
    this.offered = groups;
    this.known = new Map(groups.flatMap((group) => group.options).map((option) => [option.value, option]));
    this.canClear = !several && (optional || !inForm);
    this.chosen = [];
    this.active = -1;
    this.asked = 0;
    this.build(id, placeholder);
    this.listen();
  }

  build(id, placeholder) {
    const listId = freshId("list");
    this.control = h("input", {
      id,
      type: "text",
      class: "control",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder,
      "aria-expanded": "false",
      "aria-controls": listId,
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
    });
    this.list = h("div", {
      id: listId,
      class: "picker-list",
      role: "listbox",
      hidden: true,
      "aria-multiselectable": this.several && "true",
      "aria-label": "Choices",
    });
    this.chips = h("ul", { class: "chips", hidden: true, "aria-label": "Chosen" });
    this.clear = h("button", { type: "button", class: "button quiet small picker-clear", hidden: true }, "Clear");
    const box = h("div", { class: "picker-box" }, this.control, this.clear, this.list);
    this.node = h("div", { class: "picker" }, this.chips, box);
  }

  listen() {
    const { control } = this;
    control.addEventListener("keydown", (event) => {
      if (event.isComposing || !this.pressed(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    control.addEventListener("input", () => this.open(control.value));
    control.addEventListener("click", () => this.isOpen() || this.open(""));
    control.addEventListener("focus", () => control.select());
    control.addEventListener("blur", () => this.close());
    this.clear.addEventListener("click", () => {
      this.hold([]);
      control.focus();
    });
  }

  /** What a key does here; false where it does nothing of its own. */
  pressed(key) {
    const open = this.isOpen();
    const rows = this.rows();
    if (key === "ArrowDown") open ? this.move(this.active + 1) : this.open("");
    else if (key === "ArrowUp") open ? this.move(this.active <= 0 ? rows.length - 1 : this.active - 1) : this.open("");
    else if (key === "Enter" && open) this.active >= 0 ? this.take(rows[this.active].dataset.value) : this.close();
    else if (key === "Escape" && open) this.close();
    else if (key === "Backspace" && this.several && !this.control.value && this.chosen.length)
      this.hold(this.chosen.slice(0, -1));
    else return false;
    return true;
  }

  isOpen() {
    return !this.list.hidden;
  }

  rows() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  wordsOf(value) {
    return this.known.get(value)?.words ?? this.wordsForOther(value);
  }

  async open(filter) {
    if (this.load && !(await this.ask(filter))) return;
    const wanted = filter.trim().toLowerCase();
    const found = this.draw(wanted);
    if (!found) this.list.append(h("p", { class: "picker-none" }, this.emptyWords(filter)));
    if (wanted) say(found ? count(found, "choice") : this.emptyWords(filter));
    this.list.hidden = false;
    this.control.setAttribute("aria-expanded", "true");
    this.move(wanted && found ? 0 : this.rows().findIndex((row) => row.getAttribute("aria-selected") === "true"));
    this.list.scrollIntoView({ block: "nearest" });
  }

  /** Ask the app what it offers; false when one has typed on in the meantime, or left. */
  async ask(filter) {
    this.asked += 1;
    const mine = this.asked;
    this.offered = filter.length < this.least ? [] : await this.load(filter);
    for (const option of this.offered.flatMap((group) => group.options)) this.known.set(option.value, option);
    return mine === this.asked && document.activeElement === this.control;
  }

  emptyWords(filter) {
    return filter.length < this.least
      ? `Type ${count(this.least, "letter")} or more.`
      : "Nothing fits. Try other words.";
  }

  /** Fill the list with what fits, or with the first of it; how many fit. */
  draw(wanted) {
    const fits = ({ words, detail = "" }) =>
      this.load || !wanted || `${words} ${detail}`.toLowerCase().includes(wanted);
    let found = 0;
    const first = (options) => {
      const room = Math.max(0, MOST_SHOWN - found);
      found += options.length;
      return options.slice(0, room);
    };
    const shown = this.offered
      .map((group) => ({ ...group, options: first(group.options.filter(fits)) }))
      .filter((group) => group.options.length);
    this.list.replaceChildren(...shown.flatMap((group) => this.drawGroup(group)));
    if (found > MOST_SHOWN)
      this.list.append(
        h("div", { class: "picker-none", role: "presentation" }, `And ${found - MOST_SHOWN} more. Type to narrow down.`),
      );
    return found;
  }

  drawGroup(group) {
    const options = group.options.map((option) => this.drawOption(option));
    if (!group.label) return options;
    const label = h("div", { class: "picker-group", id: freshId("group") }, group.label);
    return [h("div", { role: "group", "aria-labelledby": label.id }, label, options)];
  }

  drawOption({ value, words, detail }) {
    const row = h(
      "div",
      { role: "option", id: freshId("option"), class: "picker-option", data: { value } },
      h("span", {}, words),
    );
    if (detail) row.append(h("span", { class: "picker-detail" }, detail));
    row.setAttribute("aria-selected", String(this.chosen.includes(value)));
    // The focus stays in the field.
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.take(value));
    return row;
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.control.setAttribute("aria-expanded", "false");
    this.control.removeAttribute("aria-activedescendant");
    this.control.value = this.several || !this.chosen.length ? "" : this.wordsOf(this.chosen[0]);
  }

  move(to) {
    const rows = this.rows();
    this.active = rows.length && to >= 0 ? to % rows.length : -1;
    rows.forEach((row, index) => row.classList.toggle("active", index === this.active));
    if (this.active < 0) return this.control.removeAttribute("aria-activedescendant");
    this.control.setAttribute("aria-activedescendant", rows[this.active].id);
    return rows[this.active].scrollIntoView({ block: "nearest" });
  }

  take(value) {
    if (!this.several) {
      this.hold([value]);
      return this.close();
    }
    const out = this.chosen.includes(value);
    if (!out && this.most && this.chosen.length >= this.most) return say(`You can choose ${this.most} at most.`);
    this.hold(out ? this.chosen.filter((one) => one !== value) : [...this.chosen, value]);
    say(`${this.wordsOf(value)} ${out ? "removed" : "added"}.`);
    const at = this.control.value ? -1 : this.active;
    this.control.value = "";
    return this.open("").then(() => this.move(at));
  }

  hold(values) {
    this.show(values);
    this.changed(this.value(), { atOnce: true });
  }

  /** What is chosen; options from the app go back to it whole. */
  value() {
    const out = this.chosen.map((value) => (this.load ? (this.known.get(value)?.whole ?? value) : value));
    return this.several ? out : (out[0] ?? null);
  }

  set(value, typed) {
    for (const whole of [typed?.selected_option, ...(typed?.selected_options ?? [])]) {
      if (whole && !this.known.has(whole.value))
        this.known.set(whole.value, { value: whole.value, words: whole.text.text, whole });
    }
    this.show(this.several ? (value ?? []) : value === null ? [] : [value]);
  }

  show(values) {
    this.chosen = values.map((value) => value?.value ?? value);
    if (!this.isOpen()) this.close();
    this.clear.hidden = !this.canClear || !this.chosen.length;
    this.chips.hidden = !this.several || !this.chosen.length;
    if (this.several) this.chips.replaceChildren(...this.chosen.map((value) => this.drawChip(value)));
  }

  drawChip(value) {
    const remove = () => {
      this.hold(this.chosen.filter((one) => one !== value));
      this.control.focus();
    };
    const words = this.wordsOf(value);
    const button = h(
      "button",
      { type: "button", class: "chip-remove", "aria-label": `Remove ${words}`, on: { click: remove } },
      "×",
    );
    return h("li", { class: "chip" }, h("span", {}, words), button);
  }
}
