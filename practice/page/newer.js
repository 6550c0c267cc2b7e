/** Slack's newer blocks, in plain shapes: alerts, cards, containers, tasks, charts as tables. */

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { picture, plainElement } from "./elements.js";
import { richText } from "./rich.js";
import { link, plainText, textNodes } from "./text.js";

const LEVELS = { info: "For information", warning: "Please note", error: "Something is wrong", success: "Done" };
const STATES = { pending: "Waiting", in_progress: "Under way", complete: "Done", error: "Did not work" };

function alert(block) {
  const level = LEVELS[block.level];
  return {
    node: h(
      "div",
      { class: `block alert ${block.level ?? "default"}` },
      level && h("strong", {}, `${level}. `),
      h("span", {}, textNodes(block.text)),
    ),
  };
}

function card(block, surface) {
  const heading = block.title && h(`h${surface.level + 1}`, {}, textNodes(block.title));
  const buttons = (block.actions ?? []).map((element) => plainElement(surface, block, element));
  return {
    node: h(
      "div",
      { class: "block card" },
      block.hero_image && picture(block.hero_image),
      block.icon && picture(block.icon),
      heading,
      ["subtitle", "body", "subtext"].map(
        (name) => block[name] && h("p", { class: name === "body" ? "" : "soft" }, textNodes(block[name])),
      ),
      buttons.length > 0 && h("div", { class: "actions" }, buttons),
    ),
  };
}

function carousel(block, surface) {
  return {
    node: h(
      "ul",
      { class: "block carousel", tabindex: "0", "aria-label": "Cards" },
      block.elements.map((element) => h("li", {}, card(element, surface).node)),
    ),
  };
}

function container(block, surface) {
  const inside = h("div", { class: "blocks" });
  const title = block.title ? textNodes(block.title) : richText(block.rich_text_title.elements);
  const head = [
    h("span", { class: "container-title" }, title),
    block.subtitle && h("span", { class: "soft" }, textNodes(block.subtitle)),
  ];
  const node = block.is_collapsible
    ? h("details", { class: "block container", open: !block.default_collapsed }, h("summary", {}, head), inside)
    : h("div", { class: "block container" }, h("div", { class: "container-head" }, head), inside);
  return { node, sync: () => drawBlocks(inside, block.child_blocks, surface) };
}

function task(block) {
  const sources = (block.sources ?? []).map((source) => h("li", {}, link(source.url, [source.text || source.url])));
  return h(
    "div",
    { class: "task" },
    h("p", {}, h("strong", {}, block.title), block.status && h("span", { class: "tag" }, STATES[block.status])),
    ["details", "output"].map((name) => block[name] && h("div", { class: "words" }, richText(block[name].elements))),
    sources.length > 0 && h("ul", {}, sources),
  );
}

function plan(block) {
  const state = block.status && h("span", { class: "tag" }, STATES[block.status]);
  return {
    node: h(
      "div",
      { class: "block card" },
      h("p", {}, h("strong", {}, block.title), state),
      h(
        "ol",
        { class: "tasks" },
        (block.tasks ?? []).map((one) => h("li", {}, task(one))),
      ),
    ),
  };
}

const cellWords = (cell) =>
  cell.type === "rich_text" ? richText(cell.elements) : (cell.text ?? String(cell.value ?? ""));

/** Rows of cells, the first being the heads of the columns. */
function tableOf(rows, { caption, headColumn } = {}) {
  const [head, ...body] = rows;
  const row = (cells) =>
    h(
      "tr",
      {},
      cells.map((cell, index) => (index === headColumn ? h("th", { scope: "row" }, cell) : h("td", {}, cell))),
    );
  return h(
    "div",
    { class: "block table", tabindex: "0", role: "group", "aria-label": caption ?? "Table" },
    h(
      "table",
      {},
      caption && h("caption", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((cell) => h("th", { scope: "col" }, cell)),
        ),
      ),
      h("tbody", {}, body.map(row)),
    ),
  );
}

function table(block) {
  const rows = block.rows.map((row) => row.map(cellWords));
  return { node: tableOf(rows, { caption: block.caption, headColumn: block.row_header_column_index }) };
}

/** A chart's numbers: the same for everyone, however they read. */
function chart(block) {
  const { chart: drawn, title } = block;
  if (drawn.type === "pie")
    return {
      node: tableOf([["Part", "Value"], ...drawn.segments.map(({ label, value }) => [label, String(value)])], {
        caption: title,
        headColumn: 0,
      }),
    };
  const { categories, x_label: across = "" } = drawn.axis_config;
  const value = (series, category) => String(series.data.find(({ label }) => label === category)?.value ?? "");
  return {
    node: tableOf(
      [
        [across, ...drawn.series.map(({ name }) => name)],
        ...categories.map((category) => [category, ...drawn.series.map((series) => value(series, category))]),
      ],
      { caption: title, headColumn: 0 },
    ),
  };
}

/** Makers of parts, by the block's type. */
export const NEWER = {
  alert,
  card,
  carousel,
  container,
  plan,
  table,
  data_table: table,
  data_visualization: chart,
  task_card: (block) => ({ node: h("div", { class: "block card" }, task(block)) }),
  call: () => ({ node: h("p", { class: "block soft" }, "A call") }),
  file: (block) => ({ node: h("p", { class: "block soft" }, `File: ${block.external_id}`) }),
  video: (block) => ({
    node: h(
      "div",
      { class: "block words video" },
      h("p", {}, link(block.title_url ?? block.video_url, [`Video: ${plainText(block.title) ?? block.alt_text}`])),
      block.description && h("p", { class: "soft" }, textNodes(block.description)),
      block.author_name && h("p", { class: "soft" }, `By ${block.author_name}`),
    ),
  }),
};
