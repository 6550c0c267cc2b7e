/** A channel: its messages, in order, and the place to write. */

import { drawBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { count, h, keepInStep, letScroll, say } from "./dom.js";
import { menuButton } from "./menu.js";
import { act, channelAt, nameOf, personOf, store } from "./store.js";
import { messageSurface } from "./surfaces.js";
import { textNodes, tokenNodes, tokenWords, withBreaks } from "./text.js";
import { failed } from "./toasts.js";
import { dateOf, dayWords, timeWords } from "./when.js";

const TOGETHER = 300;

/** Make the channel in `main`; answers how to draw it again. */
export function messagesPlace(main) {
  const title = h("h1", { tabindex: "-1" });
  const about = h("p", { class: "soft" });
  const list = h("ol", { class: "messages" });
  const empty = h("p", { class: "empty", hidden: true });
  const below = h(
    "button",
    { type: "button", class: "button below", hidden: true, on: { click: () => toEnd() } },
    "New messages below",
  );
  const scroll = h("div", { class: "scroll" }, empty, list);
  const write = new Composer();
  main.replaceChildren(
    h(
      "div",
      { class: "page channel" },
      h("header", { class: "page-head" }, title, about),
      scroll,
      h("div", { class: "below-place" }, below),
      write.node,
    ),
  );

  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
    below.hidden = true;
  };
  scroll.addEventListener("scroll", () => {
    if (atEnd()) below.hidden = true;
  });
  let last = null;

  return () => {
    const channel = channelAt(store.place);
    if (!channel) return;
    title.textContent = channel.kind === "app" ? `Messages with ${nameOf(channel)}` : nameOf(channel);
    about.textContent = aboutWords(channel);
    empty.hidden = channel.messages.length > 0 && !channel.older;
    empty.textContent = channel.older ? `${count(channel.older, "older message")} not shown.` : "No messages yet.";
    const stay = last !== null && !atEnd();
    keepInStep(list, withDays(channel.messages), {
      key: (item) => item.key,
      stamp: (item) => item.stamp,
      make: (item) => (item.day ? dayLine(item) : messagePart(channel, item)),
    });
    write.sync(channel);
    const newest = channel.messages.at(-1)?.ts ?? "0";
    if (last !== null) tellNew(channel, last, (theirs) => (below.hidden = !(stay && theirs)));
    letScroll(scroll, "Messages");
    if (!stay) toEnd();
    last = newest;
    markRead(channel);
  };
}

function aboutWords({ kind, bot_in: botIn }) {
  const app = store.sees.workspace.bot.name;
  if (kind === "app") return "Only you and the app see these.";
  if (kind === "dm") return "Only the two of you see these.";
  return [
    kind === "private" ? "A private channel." : "A channel for everyone.",
    botIn ? `${app} is in it.` : `${app} is not in it.`,
  ].join(" ");
}

/** The workspace is told once for each newest message that is looked at. */
function markRead(channel) {
  const newest = channel.messages.at(-1)?.ts;
  if (!channel.unread || document.hidden || told.get(channel.id) === newest) return;
  told.set(channel.id, newest);
  act("read", { channel: channel.id });
}

const told = new Map();

function tellNew(channel, last, show) {
  const theirs = channel.messages.filter(
    (message) => Number(message.ts) > Number(last) && message.user !== store.sees.me.id,
  );
  if (!theirs.length) return;
  show(true);
  const newest = theirs.at(-1);
  const words = newest.text_tokens ? tokenWords(newest.text_tokens) : newest.text;
  say(`${theirs.length > 1 ? `${count(theirs.length, "new message")}. ` : ""}${authorOf(newest)}: ${words}`);
}

function withDays(messages) {
  const zone = store.sees.me.tz;
  const items = [];
  let before = null;
  for (const message of messages) {
    const day = dayWords(dateOf(message.ts), zone);
    if (day !== before?.day) items.push({ day, key: `day ${day}`, stamp: day });
    const author = authorOf(message);
    const follows =
      before &&
      before.day === day &&
      before.author === author &&
      !message.ephemeral &&
      !before.message.ephemeral &&
      Number(message.ts) - Number(before.message.ts) < TOGETHER;
    const stamp = JSON.stringify([
      author,
      zone,
      follows,
      message.ephemeral,
      message.edited,
      message.files,
      store.sees.workspace.shortcuts,
    ]);
    items.push({ message, author, follows, key: message.ts + (message.ephemeral ? "e" : ""), stamp });
    before = { day, author, message };
  }
  return items;
}

function dayLine({ day }) {
  return { node: h("li", { class: "day" }, h("h2", {}, day)) };
}

function authorOf(message) {
  return message.bot_id ? store.sees.workspace.bot.name : personOf(message.user).real_name;
}

const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();
const hue = (name) => [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;

function messagePart(channel, { message, author, follows }) {
  const zone = store.sees.me.tz;
  const words = h("div", { class: "words" });
  const blocks = h("div", { class: "blocks" });
  const at = dateOf(message.ts);
  const head = h(
    "p",
    { class: follows ? "message-head visually-hidden" : "message-head" },
    h("strong", { class: "author" }, author),
    message.bot_id && h("span", { class: "tag" }, "App"),
    h("time", { datetime: at.toISOString() }, timeWords(at, zone)),
  );
  const node = h(
    "li",
    { class: ["message", follows && "follows", message.ephemeral && "ephemeral"].filter(Boolean).join(" ") },
    h(
      "span",
      { class: `face hue-${message.bot_id ? "app" : hue(author)}`, "aria-hidden": "true" },
      follows ? "" : initials(author),
    ),
    h(
      "div",
      { class: "message-body" },
      message.ephemeral && h("p", { class: "only-you" }, "Only you can see this"),
      head,
      words,
      blocks,
      files(message),
      message.edited && h("p", { class: "edited" }, "(edited)"),
    ),
    shortcutsFor(channel, message),
  );
  let drawn = null;
  return {
    node,
    sync: ({ message: now }) => {
      const plain = !now.blocks?.length;
      const mark = JSON.stringify([now.text, now.text_tokens, now.attachments]);
      if (drawn !== mark)
        words.replaceChildren(
          ...(plain && now.text
            ? [h("div", {}, now.text_tokens ? tokenNodes(now.text_tokens) : withBreaks(now.text))]
            : []),
          ...attachments(now),
        );
      drawn = mark;
      drawBlocks(
        blocks,
        [...(now.blocks ?? []), ...(now.attachments ?? []).flatMap((one) => one.blocks ?? [])],
        messageSurface(channel.id, now.ts),
      );
    },
  };
}

function attachments(message) {
  return (message.attachments ?? [])
    .filter((one) => !one.blocks)
    .map((one) => h("blockquote", {}, one.title && h("strong", {}, one.title), textNodes(one.text ?? one.fallback)));
}

function files(message) {
  if (!message.files?.length) return null;
  return h(
    "ul",
    { class: "files" },
    message.files.map((file) => h("li", {}, file.picture ? pictureFile(file) : otherFile(file))),
  );
}

/** A picture, as large as there is room, and beneath it a link that opens it as it is. */
function pictureFile(file) {
  const { width, height } = file.picture;
  const name = file.title || file.name;
  return h(
    "figure",
    { class: "picture-file" },
    h("img", { src: file.url, alt: file.alt || name, width: width || null, height: height || null }),
    h(
      "figcaption",
      {},
      h("a", { href: file.url, target: "_blank", rel: "noopener" }, `Open ${name}`),
      h("span", { class: "soft" }, `Picture, ${sizeWords(file.size)}. Opens in a new tab.`),
    ),
  );
}

function otherFile(file) {
  return h(
    "a",
    { href: file.url, download: file.name },
    h("span", { class: "file-name" }, file.title || file.name),
    h(
      "span",
      { class: "soft" },
      `${file.title && file.title !== file.name ? `${file.name}, ` : ""}${sizeWords(file.size)}`,
    ),
  );
}

function sizeWords(size) {
  return size < 1000
    ? count(size, "byte")
    : size < 1e6
      ? `${Math.round(size / 1000)} kB`
      : `${(size / 1e6).toFixed(1)} MB`;
}

function shortcutsFor(channel, message) {
  const found = store.sees.workspace.shortcuts.filter(({ type }) => type === "message");
  if (!found.length || message.ephemeral) return null;
  const run = (shortcut) => async () => {
    const answer = await act("shortcut", { callback_id: shortcut.callback_id, channel: channel.id, ts: message.ts });
    if (!answer.ok) failed(answer);
  };
  return menuButton({
    button: {
      class: "button quiet more",
      "aria-label": `Do something with this message from ${authorOf(message)}`,
      data: { focus: `more/${message.ts}` },
    },
    face: h("span", { class: "dots", "aria-hidden": "true" }),
    items: () => found.map((shortcut) => ({ label: shortcut.name, detail: shortcut.description, run: run(shortcut) })),
  });
}
