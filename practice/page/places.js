/** The list of places: Home, messages with the app, channels, direct messages. */

import { count, h, holdFocus } from "./dom.js";
import { channelAt, store } from "./store.js";

/** Draw the list; it is small, and drawn whole. */
export function drawPlaces() {
  const { channels, workspace, people, me } = store.sees;
  const others = people.filter((person) => person.id !== me.id && !person.is_bot && !person.deleted);
  const groups = [
    [workspace.bot.name, [entry("home", "Home", null), entry("messages", "Messages", channelAt("messages"))]],
    [
      "Channels",
      channels
        .filter(({ kind }) => kind === "channel" || kind === "private")
        .map((channel) => entry(channel.id, channel.name, channel)),
    ],
    ["Direct messages", others.map(({ name, real_name: words }) => entry(`@${name}`, words, channelAt(`@${name}`)))],
  ].filter(([, entries]) => entries.length);
  const nav = document.getElementById("places");
  const mark = JSON.stringify([groups, store.place, store.person]);
  if (nav.dataset.mark === mark) return;
  nav.dataset.mark = mark;
  const back = holdFocus();
  nav.replaceChildren(
    ...groups.map(([title, entries], index) => {
      const id = `places-${index}`;
      return h(
        "section",
        { "aria-labelledby": id },
        h("h2", { id, class: "places-title" }, title),
        h("ul", {}, entries.map(item)),
      );
    }),
  );
  back();
}

function entry(place, name, channel) {
  const sign = channel?.kind === "channel" ? "#" : channel?.kind === "private" ? "locked" : "";
  return { place, name, sign, unread: channel?.unread ?? 0 };
}

function item({ place, name, sign, unread }) {
  const here = place === store.place;
  return h(
    "li",
    {},
    h(
      "a",
      {
        class: unread && !here ? "place new" : "place",
        href: `#${store.person}/${place}`,
        "aria-current": here && "page",
        data: { focus: `place/${place}` },
      },
      h("span", { class: sign === "locked" ? "sign locked" : "sign", "aria-hidden": "true" }, sign === "#" ? "#" : ""),
      h(
        "span",
        { class: "place-name" },
        name,
        sign === "locked" && h("span", { class: "visually-hidden" }, ", private"),
      ),
      unread && !here
        ? h(
            "span",
            { class: "unread" },
            h("span", { "aria-hidden": "true" }, `${unread} new`),
            h("span", { class: "visually-hidden" }, `, ${count(unread, "new message")}`),
          )
        : null,
    ),
  );
}

/** On a narrow screen the list opens over the page. */
export function setUpPlaces() {
  const button = document.getElementById("places-button");
  const nav = document.getElementById("places");
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    nav.classList.toggle("open", open);
  };
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    set(open);
    if (open) (nav.querySelector("[aria-current]") ?? nav.querySelector("a"))?.focus();
  });
  nav.addEventListener("click", (event) => {
    if (event.target.closest("a")) set(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || button.getAttribute("aria-expanded") !== "true") return;
    set(false);
    button.focus();
  });
  nav.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !nav.contains(event.relatedTarget) && event.relatedTarget !== button) set(false);
  });
  document.addEventListener("click", (event) => {
    if (!nav.contains(event.target) && !button.contains(event.target)) set(false);
  });
}
