/** Living through time: the clock goes on hour by hour, and the app keeps up with each of them. */

import { Unreachable, post } from "./api.js";
import { refresh, store } from "./store.js";
import { instantOf, wallOf } from "./when.js";

const HOUR = 3600000;
/** How long the app must have been quiet before the clock goes on: most is due in the daytime. */
const QUIET_BY_DAY_MS = 150;
const QUIET_BY_NIGHT_MS = 60;

/**
 * Move the clock on by `days`, an hour at a time, until `stopped()`. `told({done, fresh})` is called at
 * each step: how much of the way is done (0 to 1), and how many messages the person has got so far.
 * Answers what went wrong, in words; null when nothing did.
 */
export async function liveThrough(days, { told, stopped }) {
  const start = now();
  const end = daysOn(start, days);
  const before = messagesSeen();
  for (let at = start; at < end && !stopped(); at = Math.max(at, now())) {
    const answer = await step(Math.min(end, (Math.floor(at / HOUR) + 1) * HOUR));
    if (answer.ok === false) return answer.message ?? `The clock did not move: ${answer.error}.`;
    at = Date.parse(answer.now);
    store.sees.clock = { ...store.sees.clock, now: answer.now, offset_seconds: answer.offset_seconds };
    told({ done: Math.min(1, (at - start) / (end - start)), fresh: newSince(before) });
  }
  await caughtUp();
  told({ done: 1, fresh: newSince(before) });
  return null;
}

const now = () => Date.now() + (store.sees?.clock.offset_seconds ?? 0) * 1000;

/** The same time of day, so many days on, also where the clocks go forward in between. */
function daysOn(start, days) {
  const zone = store.sees.me.tz;
  const wall = new Date(`${wallOf(new Date(start), zone)}:00Z`);
  wall.setUTCDate(wall.getUTCDate() + days);
  return instantOf(wall.toISOString().slice(0, 16), zone).getTime() + (start % 60000);
}

async function step(to) {
  const hour = Number(wallOf(new Date(to), store.sees.me.tz).slice(11, 13));
  const quiet = hour >= 8 && hour < 20 ? QUIET_BY_DAY_MS : QUIET_BY_NIGHT_MS;
  try {
    return await post("clock", { now: new Date(to).toISOString(), settle_ms: quiet });
  } catch (reason) {
    if (!(reason instanceof Unreachable)) throw reason;
    return { ok: false, message: "The practice workspace does not answer. The clock has stopped." };
  }
}

/** The page follows by itself. At the end, one question that may be under way, and one more. */
async function caughtUp() {
  await refresh().catch(() => {});
  await refresh().catch(() => {});
}

/** How many messages stand in each place; while the dialog is open one writes none oneself. */
function messagesSeen() {
  return new Map((store.sees?.channels ?? []).map((channel) => [channel.id, channel.older + channel.messages.length]));
}

function newSince(before) {
  return [...messagesSeen()].reduce((sum, [id, many]) => sum + Math.max(0, many - (before.get(id) ?? 0)), 0);
}
