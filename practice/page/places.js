/** The list of places: Home, messages with the app, channels, direct messages. */

import { count, h, holdFocus, say } from "./dom.js";
import { channelAt, store } from "./store.js";

/** Of more people than this, those one writes with are listed, and whoever is looked for. */
const MANY = 40;
const MOST_FOUND = 20;
let wanted = "";

/** Draw the list; it is small, and drawn whole. */
export function drawPlaces() {
  const { channels, workspace } = store.sees;
  const { entries: direct, finder } = directMessages();
  const groups = [
    [workspace.bot.name, [entry("home", "Home", null), entry("messages", "Messages", channelAt("messages"))]],
    [
      "Channels",
      channels
        .filter(({ kind }) => kind === "channel" || kind === "private")
        .map((channel) => entry(channel.id, channel.name, channel)),
    ],
    ["Direct messages", direct, finder],
  ].filter(([, entries, more]) => entries.length || more);
  const nav = document.getElementById("places");
  const mark = JSON.stringify([groups, store.place, store.person]);
  if (nav.dataset.mark === mark) return;
  nav.dataset.mark = mark;
  const back = holdFocus();
  nav.replaceChildren(
    ...groups.map(([title, entries, more], index) => {
      const id = `places-${index}`;
      return h(
        "section",
        { "aria-labelledby": id },
        h("h2", { id, class: "places-title" }, title),
        more && findPerson(more),
        entries.length > 0 && h("ul", {}, entries.map(item)),
      );
    }),
  );
  back();
}

/** The people to write to; where they are many, also what there is to say about looking for one. */
function directMessages() {
  const { channels, people, me } = store.sees;
  const others = people.filter((person) => person.id !== me.id && !person.is_bot && !person.deleted);
  const known = new Map(channels.filter(({ kind }) => kind === "dm").map((channel) => [channel.with, channel]));
  const entryOf = ({ id, name, real_name: words }) => entry(`@${name}`, words, known.get(id));
  if (others.length <= MANY) return { entries: others.map(entryOf), finder: null };
  const text = wanted.trim().toLowerCase();
  if (!text) {
    const near = others.filter(({ id, name }) => known.has(id) || store.place === `@${name}`);
    return { entries: near.map(entryOf), finder: { words: `${others.length} people are here.` } };
  }
  const found = others.filter((one) => `${one.real_name} ${one.name} ${one.title}`.toLowerCase().includes(text));
  const more = found.length - MOST_FOUND;
  const words = found.length ? count(found.length, "person fits", "people fit") : "Nobody fits. Try another name";
  return {
    entries: found.slice(0, MOST_FOUND).map(entryOf),
    finder: { words: `${words}.${more > 0 ? ` The first ${MOST_FOUND}:` : ""}` },
  };
}

function findPerson({ words }) {
  const field = h("input", {
    type: "search",
    id: "find-person",
    class: "control",
    autocomplete: "off",
    "aria-describedby": "find-person-state",
    data: { focus: "find-person" },
  });
  field.value = wanted;
  field.addEventListener("input", () => {
    wanted = field.value;
    drawPlaces();
    say(document.getElementById("find-person-state")?.textContent ?? "");
  });
  return h(
    "div",
    { class: "find-person" },
    h("label", { for: "find-person" }, "Find a person"),
    field,
    h("p", { class: "soft", id: "find-person-state" }, words),
  );
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
