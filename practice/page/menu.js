/** A button that opens a menu: arrow keys, Home, End, first letters, Escape, Tab. */

import { freshId, h } from "./dom.js";

/**
 * Make a menu button. `items()` answers `[{label, detail?, run?, href?}]` each time it opens.
 * `button` are properties for the button, `face` what is in it.
 */
export function menuButton({ button, face, items, empty = "Nothing here" }) {
  const id = freshId("menu");
  const list = h("ul", { class: "menu", id, role: "menu", hidden: true });
  const opener = h(
    "button",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id, ...button },
    face,
  );
  const node = h("div", { class: "menu-place" }, opener, list);
  list.setAttribute("aria-label", opener.getAttribute("aria-label") ?? opener.textContent.trim());

  const choices = () => [...list.querySelectorAll("[role=menuitem]")];
  const close = (refocus) => {
    if (list.hidden) return;
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (refocus) opener.focus();
  };
  const open = (last) => {
    const found = items();
    list.replaceChildren(
      ...(found.length ? found : [{ label: empty, idle: true }]).map((item) => entry(item, () => close(true))),
    );
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    list.scrollIntoView({ block: "nearest" });
    choices()
      .at(last ? -1 : 0)
      ?.focus();
  };

  opener.addEventListener("click", () => (list.hidden ? open(false) : close(true)));
  opener.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowUp");
  });
  list.addEventListener("keydown", (event) => walk(event, choices(), close));
  node.addEventListener("focusout", (event) => {
    if (!node.contains(event.relatedTarget)) close(false);
  });
  return node;
}

function entry({ label, detail, run, href, idle }, close) {
  const face = [h("span", {}, label), detail ? h("span", { class: "menu-detail" }, detail) : null];
  const chosen = () => {
    close();
    run?.();
  };
  const item = href
    ? h(
        "a",
        { role: "menuitem", tabindex: "-1", href, target: "_blank", rel: "noopener noreferrer", on: { click: chosen } },
        face,
      )
    : h(
        "button",
        { type: "button", role: "menuitem", tabindex: "-1", "aria-disabled": idle && "true", on: { click: chosen } },
        face,
      );
  return h("li", { role: "none" }, item);
}

function walk(event, choices, close) {
  const here = choices.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    choices.at(to % choices.length)?.focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  } else if (event.key === "Tab") {
    close(false);
  } else if (event.key.length === 1 && /\S/.test(event.key)) {
    const after = [...choices.slice(here + 1), ...choices.slice(0, here + 1)];
    after.find((choice) => choice.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  }
}
