/** rich_text blocks and markdown blocks, as nodes. */

import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { channelNode, link, userNode, withBreaks } from "./text.js";
import { formatted } from "./when.js";
import { store } from "./store.js";

/** The elements of a rich_text block. Neighbouring lists of deeper indent nest in the one before. */
export function richText(elements) {
  const out = [];
  for (const element of elements) {
    const make = RICH[element.type];
    if (make) out.push(make(element));
  }
  return nest(out);
}

const RICH = {
  rich_text_section: (element) => h("p", { class: "rich" }, pieces(element.elements)),
  rich_text_preformatted: (element) => h("pre", { tabindex: "0" }, pieces(element.elements)),
  rich_text_quote: (element) => h("blockquote", {}, pieces(element.elements)),
  rich_text_list: (element) => {
    const list = h(
      element.style === "ordered" ? "ol" : "ul",
      { data: { indent: element.indent ?? 0 } },
      element.elements.map((item) => h("li", {}, pieces(item.elements))),
    );
    if (element.offset) list.setAttribute("start", element.offset + 1);
    return list;
  },
};

function nest(nodes) {
  const out = [];
  for (const node of nodes) {
    const indent = Number(node.dataset.indent ?? 0);
    const before = out.at(-1);
    let host = indent > 0 && before?.matches("ul, ol") ? before : null;
    for (
      let depth = 1;
      host && depth < indent && host.lastElementChild?.lastElementChild?.matches("ul, ol");
      depth += 1
    )
      host = host.lastElementChild.lastElementChild;
    if (host) host.lastElementChild.append(node);
    else out.push(node);
  }
  return out;
}

function pieces(elements) {
  return elements.flatMap((element) => styled(piece(element), element.style));
}

function piece(element) {
  switch (element.type) {
    case "text":
      return withBreaks(element.text);
    case "link":
      return [link(element.url, [element.text || element.url])].flat();
    case "emoji":
      return [emojiOf(element)];
    case "user":
      return [userNode(element.user_id)];
    case "channel":
      return [channelNode(element.channel_id)];
    case "broadcast":
      return [h("span", { class: "mention" }, `@${element.range}`)];
    case "usergroup":
      return [h("span", { class: "mention" }, `@${element.usergroup_id}`)];
    case "date":
      return [h("time", {}, formatted(element.format, element.timestamp, store.sees.me.tz))];
    case "color":
      return [h("code", {}, element.value)];
    default:
      return element.text || element.label ? [element.text || element.label] : [];
  }
}

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

function styled(nodes, style) {
  return Object.keys(STYLES).reduce((inner, name) => (style?.[name] ? [h(STYLES[name], {}, inner)] : inner), nodes);
}

/** A markdown block: headings, lists, quotes, code, emphasis and links; the rest stays as written. */
export function markdown(text, level) {
  const lines = text.replace(/\r/g, "").split("\n");
  const out = [];
  while (lines.length) {
    const line = lines.shift();
    if (!line.trim()) continue;
    const made = fence(line, lines) ?? heading(line, level) ?? rule(line) ?? quote(line, lines) ?? list(line, lines);
    out.push(made ?? paragraph(line, lines));
  }
  return out;
}

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const SPECIAL = /^(\s*(?:[-*+]|\d+[.)])\s+|#{1,6}\s|>|```|\s*([-*_])(\s*\2){2,}\s*$)/;

function fence(line, rest) {
  if (!line.startsWith("```")) return null;
  const end = rest.findIndex((one) => one.startsWith("```"));
  const code = rest.splice(0, end < 0 ? rest.length : end);
  if (end >= 0) rest.shift();
  return h("pre", { tabindex: "0", text: code.join("\n") });
}

function heading(line, level) {
  const found = line.match(/^(#{1,6})\s+(.*?)\s*#*$/);
  return found && h(`h${Math.min(6, level + found[1].length - 1)}`, {}, inline(found[2]));
}

function rule(line) {
  return /^\s*([-*_])(\s*\1){2,}\s*$/.test(line) ? h("hr") : null;
}

function quote(line, rest) {
  if (!line.startsWith(">")) return null;
  const lines = [line, ...takeWhile(rest, (one) => one.startsWith(">"))].map((one) => one.replace(/^>\s?/, ""));
  return h("blockquote", {}, joined(lines));
}

function list(line, rest) {
  const found = line.match(ITEM);
  if (!found) return null;
  const lines = [line, ...takeWhile(rest, (one) => ITEM.test(one))];
  return h(
    found[1] ? "ol" : "ul",
    {},
    lines.map((one) => h("li", {}, inline(one.match(ITEM)[2]))),
  );
}

function paragraph(line, rest) {
  return h("p", {}, joined([line, ...takeWhile(rest, (one) => one.trim() && !SPECIAL.test(one))]));
}

function takeWhile(lines, fits) {
  const end = lines.findIndex((line) => !fits(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function joined(lines) {
  return lines.flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line)));
}

const INLINE = /(`+)(.+?)\1|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*(.+?)\*|\b_(.+?)_\b|!?\[([^\]]*)\]\(([^)\s]+)\)/;

function inline(text) {
  const found = text.match(INLINE);
  if (!found) return text ? [text] : [];
  const [whole, , code, bold, bold2, strike, italic, italic2, words, url] = found;
  const before = text.slice(0, found.index);
  const made =
    code !== undefined
      ? h("code", { text: code })
      : url !== undefined
        ? link(url, [words || url])
        : (bold ?? bold2)
          ? h("strong", {}, inline(bold ?? bold2))
          : strike
            ? h("s", {}, inline(strike))
            : h("em", {}, inline(italic ?? italic2));
  return [before, made, ...inline(text.slice(found.index + whole.length))].flat().filter((part) => part !== "");
}
