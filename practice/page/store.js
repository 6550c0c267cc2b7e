/** What the page knows: who one is, where one is, and what that person sees. */

import { Unreachable, follow, get, post } from "./api.js";

export const store = {
  /** What the person sees, as the workspace tells it; null until it first answers. */
  sees: null,
  /** The handle of the person one is. */
  person: null,
  /** "home", "messages" (with the app), "@handle" or a channel's id. */
  place: "home",
  /** Whether the workspace answers. */
  reached: true,
};

const listeners = new Set();
let draw = 0;

/** Call `listener()` after each change. */
export function onChange(listener) {
  listeners.add(listener);
}

/** Tell everyone that something changed (once for many changes in a row). */
export function changed() {
  if (draw) return;
  draw = requestAnimationFrame(drawNow);
  // A page in the background gets no frames.
  if (document.hidden) setTimeout(drawNow, 0);
}

/** Tell everyone now. */
export function drawNow() {
  cancelAnimationFrame(draw);
  draw = 0;
  for (const listener of listeners) listener();
}

/** Take in what the person sees, unless it is somebody else's or older than what is known. */
export function apply(sees, { force = false } = {}) {
  if (!sees?.me || sees.me.name !== store.person) return;
  if (!force && store.sees && store.sees.me.id === sees.me.id && sees.version < store.sees.version) return;
  store.sees = sees;
  changed();
}

let asking = null;
let askAgain = false;

/** Ask what the person sees now; calls made while one is under way become one more. */
export async function refresh({ fresh = false, force = false } = {}) {
  if (asking) {
    askAgain = true;
    return asking;
  }
  asking = look(fresh, force);
  try {
    await asking;
  } finally {
    asking = null;
  }
  if (askAgain) {
    askAgain = false;
    await refresh();
  }
}

async function look(fresh, force) {
  const person = store.person;
  const sees = await get(`state?person=${encodeURIComponent(person)}${fresh ? "&fresh=1" : ""}`);
  if (person === store.person) apply(sees, { force });
}

/** Act as the person; answers what the workspace said, or `{ok: false, error: "unreachable"}`. */
export async function act(what, body) {
  try {
    const answer = await post(what, { person: store.person, ...body });
    apply(answer.sees);
    return answer;
  } catch (reason) {
    if (!(reason instanceof Unreachable)) throw reason;
    return { ok: false, error: "unreachable" };
  }
}

let line = null;

/** Follow the changes that the person sees, for as long as one is that person. */
export async function live() {
  line?.abort();
  line = new AbortController();
  const { signal } = line;
  for (let wait = 300; !signal.aborted; wait = Math.min(wait * 2, 5000)) {
    let opened = false;
    try {
      await follow(
        store.person,
        () => {
          if (!opened) wait = 300;
          reachedNow(true);
          refresh({ force: !opened }).catch(() => reachedNow(false));
          opened = true;
        },
        signal,
      );
    } catch (reason) {
      if (signal.aborted) return;
      if (!(reason instanceof Unreachable || reason instanceof TypeError)) throw reason;
    }
    if (signal.aborted) return;
    reachedNow(false);
    await new Promise((go) => setTimeout(go, wait));
  }
}

function reachedNow(reached) {
  if (store.reached === reached) return;
  store.reached = reached;
  changed();
}

/** The person with this id, or a stand-in that can be shown. */
export function personOf(id) {
  return peopleById().get(id) ?? { id, name: id, real_name: id, title: "" };
}

const byId = { people: null, map: new Map() };

function peopleById() {
  const people = store.sees?.people ?? null;
  if (byId.people !== people) Object.assign(byId, { people, map: new Map(people?.map((one) => [one.id, one])) });
  return byId.map;
}

/**
 * The channel that a place stands for: "messages" (with the app), "@handle", or a channel's id.
 * One that does not exist before the first message is made up here; null where there is none.
 */
export function channelAt(place) {
  const { channels, people, workspace } = store.sees;
  if (place === "messages") return channels.find(({ kind }) => kind === "app") ?? empty("app", workspace.bot.user_id);
  if (!place.startsWith("@")) return channels.find(({ id }) => id === place) ?? null;
  const other = people.find(({ name }) => `@${name}` === place);
  if (!other) return null;
  return channels.find((channel) => channel.kind === "dm" && channel.with === other.id) ?? empty("dm", other.id);
}

function empty(kind, other) {
  return { id: other, name: "", kind, with: other, bot_in: kind === "app", unread: 0, older: 0, messages: [] };
}

/** A channel's name as people say it: "#general", "Bilal Sample". */
export function nameOf(channel) {
  if (channel.kind === "app") return store.sees.workspace.bot.name;
  return channel.kind === "dm" ? personOf(channel.with).real_name : `#${channel.name}`;
}
