/** Where one writes: messages, and commands with completion. What is typed survives a reload. */

import { count, freshId, h, say } from "./dom.js";
import { act, nameOf, store } from "./store.js";
import { failed } from "./toasts.js";

/** The composer of the channel one is in. Put `node` in its place, call `sync(channel)` at every redraw. */
export class Composer {
  constructor() {
    this.channel = null;
    this.active = -1;
    this.build();
    this.listen();
  }

  build() {
    const listId = freshId("commands");
    const id = freshId("write");
    this.label = h("label", { class: "visually-hidden", for: id });
    this.control = h("textarea", {
      id,
      class: "control",
      rows: 1,
      "aria-autocomplete": "list",
      "aria-controls": listId,
      "aria-describedby": `${listId}-help`,
      data: { focus: "write" },
    });
    this.list = h("ul", { id: listId, class: "commands", role: "listbox", hidden: true, "aria-label": "Commands" });
    const send = h("button", { type: "submit", class: "button primary" }, "Send");
    const help = h(
      "p",
      { class: "compose-help", id: `${listId}-help` },
      "Type / for commands.",
      h("span", { class: "for-keys" }, " Enter sends. Shift and Enter starts a new line."),
    );
    this.node = h(
      "form",
      { class: "composer" },
      this.label,
      this.list,
      h("div", { class: "compose-row" }, this.control, send),
      help,
    );
  }

  listen() {
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.control.addEventListener("keydown", (event) => {
      if (!event.isComposing && this.pressed(event)) event.preventDefault();
    });
    this.control.addEventListener("input", () => this.typed());
    this.control.addEventListener("blur", () => this.close());
  }

  /** What a key does here; false where it does nothing of its own. */
  pressed({ key, shiftKey }) {
    const rows = [...this.list.children];
    const open = !this.list.hidden;
    const chosen = open && this.active >= 0 ? rows[this.active].dataset.command : null;
    if (key === "ArrowDown" && open) this.move(this.active + 1);
    else if (key === "ArrowUp" && open) this.move(this.active <= 0 ? rows.length - 1 : this.active - 1);
    else if (key === "Escape" && open) this.close();
    else if ((key === "Tab" || (key === "Enter" && !shiftKey)) && chosen) this.take(chosen);
    else if (key === "Enter" && !shiftKey) this.send();
    else return false;
    return true;
  }

  keyNow() {
    return `words/${store.person}/${store.place}`;
  }

  hold(words) {
    this.control.value = words;
    this.typed();
  }

  typed() {
    if (this.control.value) sessionStorage.setItem(this.keyNow(), this.control.value);
    else sessionStorage.removeItem(this.keyNow());
    this.complete();
  }

  complete() {
    const words = this.control.value;
    const fits = ({ command }) => command.startsWith(words.toLowerCase());
    const found = /^\/\S*$/.test(words) ? store.sees.workspace.commands.filter(fits) : [];
    if (!found.length) return this.close();
    this.list.replaceChildren(...found.map((one) => this.row(one)));
    if (this.list.hidden) say(`${count(found.length, "command")}. Use the up and down arrows.`);
    this.list.hidden = false;
    this.control.setAttribute("role", "combobox");
    this.control.setAttribute("aria-expanded", "true");
    return this.move(found[0].command === words ? -1 : 0);
  }

  row({ command, usage_hint: hint, description }) {
    return h(
      "li",
      {
        role: "option",
        id: freshId("command"),
        "aria-selected": "false",
        data: { command },
        on: { mousedown: (event) => event.preventDefault(), click: () => this.take(command) },
      },
      h("span", { class: "command-name" }, command),
      hint && h("span", { class: "soft" }, ` ${hint}`),
      h("span", { class: "command-about" }, description),
    );
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    for (const name of ["role", "aria-expanded", "aria-activedescendant"]) this.control.removeAttribute(name);
  }

  move(to) {
    const rows = [...this.list.children];
    this.active = to < 0 ? -1 : to % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === this.active)));
    if (this.active < 0) return this.control.removeAttribute("aria-activedescendant");
    this.control.setAttribute("aria-activedescendant", rows[this.active].id);
    return rows[this.active].scrollIntoView({ block: "nearest" });
  }

  take(command) {
    this.hold(`${command} `);
    this.control.focus();
  }

  async send() {
    const words = this.control.value.trim();
    if (!words) return this.control.focus();
    const key = this.keyNow();
    this.hold("");
    const answer = await this.deliver(words);
    if (answer.ok) return undefined;
    failed(answer);
    // Not sent: the words come back, here or when one comes back here.
    if (this.node.isConnected && key === this.keyNow()) return this.control.value || this.hold(words);
    return sessionStorage.setItem(key, words);
  }

  deliver(words) {
    const [, command, text] = words.match(/^(\/\S+)\s*([\s\S]*)$/) ?? [];
    const { id } = this.channel;
    return command ? act("command", { command, text, channel: id }) : act("message", { channel: id, text: words });
  }

  sync(channel) {
    if (!this.channel) this.control.value = sessionStorage.getItem(this.keyNow()) ?? "";
    this.channel = channel;
    const readOnly = channel.kind === "app" && store.sees.workspace.bot.messages_read_only;
    this.label.textContent = readOnly ? `Commands to ${nameOf(channel)}` : `Message ${nameOf(channel)}`;
    this.control.placeholder = this.label.textContent;
  }
}
