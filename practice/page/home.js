/** The app's Home tab, and what a first visitor reads above it. */

import { drawBlocks } from "./blocks.js";
import { h, startAfresh } from "./dom.js";
import { store } from "./store.js";
import { homeSurface } from "./surfaces.js";

const HINT = "practice-hint-read";

/** Make the Home tab in `main`; answers how to draw it again. */
export function homePlace(main) {
  const intro = h("p", { class: "lead" });
  const blocks = h("div", { class: "blocks home-blocks" });
  const empty = h("p", { class: "empty", hidden: true });
  main.replaceChildren(
    h(
      "div",
      { class: "page" },
      h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, "Home"), intro),
      hint(),
      blocks,
      empty,
    ),
  );
  startAfresh(blocks);
  return () => {
    const { home, workspace } = store.sees;
    intro.textContent = [workspace.bot.name, workspace.bot.description].filter(Boolean).join(": ");
    empty.hidden = Boolean(home);
    empty.textContent = workspace.bot.connected
      ? "The app has put nothing here yet."
      : "Waiting for the app to connect. It fills this page.";
    drawBlocks(blocks, home?.blocks ?? [], homeSurface());
  };
}

function hint() {
  if (localStorage.getItem(HINT)) return null;
  const read = () => {
    localStorage.setItem(HINT, "yes");
    card.remove();
    document.querySelector("main h1").focus();
  };
  const card = h(
    "section",
    { class: "hint-card", "aria-labelledby": "hint-title" },
    h("h2", { id: "hint-title" }, "A practice workspace"),
    h("p", {}, "Everyone here is made up. Nothing leaves this computer."),
    h(
      "ul",
      {},
      h("li", {}, "You are one of these people. Choose another one under “You are”."),
      h("li", {}, "Open a place and type / to see what the app can do."),
      h("li", {}, "Press the clock to live through a month in five minutes."),
    ),
    h("button", { type: "button", class: "button", on: { click: read } }, "Got it"),
  );
  return card;
}
