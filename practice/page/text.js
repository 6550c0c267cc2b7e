/** Texts as the workspace has read them: tokens in, nodes out. Nothing is ever parsed as HTML. */

import { h } from "./dom.js";
import { emojiOf, withEmoji } from "./emoji.js";
import { personOf, store } from "./store.js";
import { formatted } from "./when.js";

/** The words of a plain_text object (or of a string), emoji names as emoji; undefined for nothing. */
export function plainText(text) {
  if (text === null || text === undefined) return undefined;
  if (typeof text === "string") return text;
  return text.type === "plain_text" && text.emoji !== false ? withEmoji(text.text) : text.text;
}

/** A text object of either kind as nodes. */
export function textNodes(text) {
  if (!text) return [];
  if (typeof text === "string") return withBreaks(text);
  if (text.type === "plain_text") return withBreaks(plainText(text));
  return text.tokens ? tokenNodes(text.tokens) : withBreaks(text.text);
}

/** Words with their line breaks. */
export function withBreaks(words) {
  return String(words)
    .split("\n")
    .flatMap((line, index) => (index ? [h("br"), line] : [line]))
    .filter((part) => part !== "");
}

/** Tokens of mrkdwn as nodes. */
export function tokenNodes(tokens) {
  return tokens.flatMap(tokenNode);
}

/** Tokens as bare words, for reading out. */
export function tokenWords(tokens) {
  return h("div", {}, tokenNodes(tokens)).textContent;
}

const WRAP = { bold: "strong", italic: "em", strike: "s", quote: "blockquote" };

function tokenNode(token) {
  const inner = () => (token.children ? tokenNodes(token.children) : withBreaks(token.text ?? ""));
  if (WRAP[token.type]) return h(WRAP[token.type], {}, inner());
  const make = TOKENS[token.type];
  return make ? make(token, inner) : inner();
}

const TOKENS = {
  code: (token, inner) => h("code", {}, inner()),
  pre: (token, inner) => h("pre", { tabindex: "0" }, inner()),
  line_break: () => h("br"),
  emoji: (token) =>
    h("span", { role: "img", "aria-label": token.name.split("::")[0].replaceAll("_", " ") }, emojiOf(token)),
  user: (token) => userNode(token.id, token.label),
  channel: (token) => channelNode(token.id, token.label),
  broadcast: (token) => mention(`@${token.name}`),
  usergroup: (token) => mention(token.label || `@${token.id}`),
  date: (token) => {
    const words = formatted(token.format, token.timestamp, store.sees.me.tz) || token.text;
    const time = h("time", { datetime: new Date(token.timestamp * 1000).toISOString() }, words);
    return token.url ? link(token.url, [time]) : time;
  },
  link: (token) => link(token.url, token.children ? tokenNodes(token.children) : [token.label || token.url]),
};

function mention(words) {
  return h("span", { class: "mention" }, words);
}

/** Somebody named in a text. */
export function userNode(id, label) {
  const person = personOf(id);
  const name = person.real_name === id && label ? label : person.real_name;
  return h("span", { class: id === store.sees?.me.id ? "mention me" : "mention" }, `@${name}`);
}

/** A channel named in a text: a way there, where the person can go there. */
export function channelNode(id, label) {
  const channel = store.sees?.channels.find((one) => one.id === id);
  if (!channel) return mention(`#${label || "private channel"}`);
  return h("a", { class: "mention", href: `#${store.person}/${id}` }, `#${channel.name}`);
}

/** A link that opens elsewhere. Only web, mail and telephone addresses are links at all. */
export function link(url, words) {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return words;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, words);
}
