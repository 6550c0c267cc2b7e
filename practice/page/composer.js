/** Where one writes: messages, and commands with completion. */

import { count, freshId, h, say } from "./dom.js";
import { act, nameOf, store } from "./store.js";
import { failed } from "./toasts.js";

/** The composer of the channel one is in: `{node, sync(channel)}`. What is typed survives a reload. */
export function composer() {
  const listId = freshId("commands");
  const label = h("label", { class: "visually-hidden", for: freshId("write") });
  const control = h("textarea", {
    id: label.htmlFor,
    class: "control",
    rows: 1,
    "aria-autocomplete": "list",
    "aria-controls": listId,
    data: { focus: "write" },
    "aria-describedby": `${listId}-help`,
  });
  const list = h("ul", { id: listId, class: "commands", role: "listbox", hidden: true, "aria-label": "Commands" });
  const send = h("button", { type: "submit", class: "button primary" }, "Send");
  const help = h(
    "p",
    { class: "compose-help", id: `${listId}-help` },
    "Type / for commands.",
    h("span", { class: "for-keys" }, " Enter sends. Shift and Enter starts a new line."),
  );
  const node = h(
    "form",
    { class: "composer", on: { submit: (event) => (event.preventDefault(), sendIt()) } },
    label,
    list,
    h("div", { class: "compose-row" }, control, send),
    help,
  );
  let channel = null;
  let active = -1;

  const keyNow = () => `words/${store.person}/${store.place}`;
  const rows = () => [...list.children];
  const isOpen = () => !list.hidden;

  function hold(words) {
    control.value = words;
    typed();
  }

  function typed() {
    if (control.value) sessionStorage.setItem(keyNow(), control.value);
    else sessionStorage.removeItem(keyNow());
    complete();
  }

  function complete() {
    const words = control.value;
    const found = /^\/\S*$/.test(words)
      ? store.sees.workspace.commands.filter(({ command }) => command.startsWith(words.toLowerCase()))
      : [];
    if (!found.length) return close();
    list.replaceChildren(
      ...found.map((one) =>
        h(
          "li",
          {
            role: "option",
            id: freshId("command"),
            "aria-selected": "false",
            data: { command: one.command },
            on: { mousedown: (event) => event.preventDefault(), click: () => take(one.command) },
          },
          h("span", { class: "command-name" }, one.command),
          one.usage_hint && h("span", { class: "soft" }, ` ${one.usage_hint}`),
          h("span", { class: "command-about" }, one.description),
        ),
      ),
    );
    if (!isOpen()) say(`${count(found.length, "command")}. Use the up and down arrows.`);
    list.hidden = false;
    control.setAttribute("role", "combobox");
    control.setAttribute("aria-expanded", "true");
    return move(found[0].command === words ? -1 : 0);
  }

  function close() {
    list.hidden = true;
    active = -1;
    control.removeAttribute("role");
    control.removeAttribute("aria-expanded");
    control.removeAttribute("aria-activedescendant");
  }

  function move(to) {
    const all = rows();
    active = to < 0 ? -1 : to % all.length;
    all.forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
    if (active < 0) control.removeAttribute("aria-activedescendant");
    else {
      control.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function take(command) {
    hold(`${command} `);
    control.focus();
  }

  async function sendIt() {
    const words = control.value.trim();
    if (!words) return control.focus();
    const key = keyNow();
    hold("");
    const answer = await deliver(words, channel);
    if (answer.ok) return undefined;
    failed(answer);
    // Not sent: the words come back, here or when one comes back here.
    if (node.isConnected && key === keyNow()) return control.value ? undefined : hold(words);
    return sessionStorage.setItem(key, words);
  }

  async function deliver(words, { id }) {
    const [, command, text] = words.match(/^(\/\S+)\s*([\s\S]*)$/) ?? [];
    return command ? act("command", { command, text, channel: id }) : act("message", { channel: id, text: words });
  }

  const KEYS = {
    ArrowDown: () => (isOpen() ? move(active + 1) : false),
    ArrowUp: () => (isOpen() ? move(active <= 0 ? rows().length - 1 : active - 1) : false),
    Escape: () => (isOpen() ? close() : false),
    Tab: () => (isOpen() && active >= 0 ? take(rows()[active].dataset.command) : false),
    Enter: (event) =>
      event.shiftKey ? false : isOpen() && active >= 0 ? take(rows()[active].dataset.command) : sendIt(),
  };
  control.addEventListener("keydown", (event) => {
    if (event.isComposing || !KEYS[event.key] || KEYS[event.key](event) === false) return;
    event.preventDefault();
  });
  control.addEventListener("input", typed);
  control.addEventListener("blur", close);

  return {
    node,
    sync: (now) => {
      if (!channel) control.value = sessionStorage.getItem(keyNow()) ?? "";
      channel = now;
      const readOnly = now.kind === "app" && store.sees.workspace.bot.messages_read_only;
      label.textContent = readOnly ? `Commands to ${nameOf(now)}` : `Message ${nameOf(now)}`;
      control.placeholder = label.textContent;
    },
  };
}
