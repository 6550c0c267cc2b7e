/**
 * What is being typed, until the workspace has it. A draft outlives every redraw of its field and
 * every failure of the line; it goes only when the workspace has confirmed that very value.
 */

import { post } from "./api.js";
import { apply, store } from "./store.js";

const PAUSE = 300;
const drafts = new Map();
const touched = new Map();
const lines = new Map();

const keyOf = (surface, blockId, actionId) => JSON.stringify([surface.key, blockId, actionId]);

/** The value typed and not yet confirmed, or undefined. */
export function draftOf(surface, blockId, actionId) {
  return drafts.get(keyOf(surface, blockId, actionId))?.value;
}

/** Keep `value`; tell the workspace after a pause in the typing, or at once, or not at all (`quiet`). */
export function keep(surface, blockId, actionId, value, { atOnce = false, quiet = false } = {}) {
  const key = keyOf(surface, blockId, actionId);
  clearTimeout(drafts.get(key)?.timer);
  const draft = { surface, blockId, actionId, value, quiet, person: store.person, timer: 0 };
  drafts.set(key, draft);
  touched.set(surface.key, editsIn(surface.key) + 1);
  if (surface.where.view_id && !quiet) draft.timer = setTimeout(() => send(key), atOnce ? 0 : PAUSE);
}

/** The value is known to the workspace, or was not wanted: what the workspace keeps is shown again. */
export function drop(surface, blockId, actionId) {
  drafts.delete(keyOf(surface, blockId, actionId));
}

/** Send one draft, after those of the same surface that went before it. */
function send(key) {
  const draft = drafts.get(key);
  if (!draft) return Promise.resolve();
  const line = (lines.get(draft.surface.key) ?? Promise.resolve()).then(() => deliver(key));
  lines.set(draft.surface.key, line);
  return line;
}

async function deliver(key) {
  const draft = drafts.get(key);
  if (!draft || !draft.surface.where.view_id) return;
  const { surface, blockId, actionId, value, person } = draft;
  try {
    const answer = await post("input", {
      person,
      view_id: surface.where.view_id,
      block_id: blockId,
      action_id: actionId,
      value,
    });
    if (answer.ok && drafts.get(key) === draft) drafts.delete(key);
    apply(answer.sees);
  } catch {
    // Kept: the draft goes along with the submission, or with the next thing typed.
  }
}

/** Send everything typed on this surface now; resolves when the workspace has answered. */
export async function settle(surface) {
  for (const [key, draft] of drafts) {
    if (draft.surface.key !== surface.key || draft.quiet) continue;
    clearTimeout(draft.timer);
    send(key);
  }
  await lines.get(surface.key);
}

/** What is not yet confirmed and has a field among these blocks, as `{block_id: {action_id: value}}`. */
export function unsent(surface, blocks) {
  const values = {};
  const fields = new Map(
    blocks.filter(({ type }) => type === "input").map((block) => [block.block_id, block.element.action_id]),
  );
  for (const draft of drafts.values()) {
    if (draft.surface.key !== surface.key || draft.quiet || fields.get(draft.blockId) !== draft.actionId) continue;
    (values[draft.blockId] ??= {})[draft.actionId] = draft.value;
  }
  return values;
}

/** How often something was typed or chosen here. */
export function editsIn(key) {
  return touched.get(key) ?? 0;
}

/** The surface is gone, on purpose: forget what was typed there. */
export function forget(key) {
  touched.delete(key);
  lines.delete(key);
  for (const [name, draft] of drafts) {
    if (draft.surface.key !== key) continue;
    clearTimeout(draft.timer);
    drafts.delete(name);
  }
}

/** The page is being left: send what is left of the drafts on its way out. */
export function sendAllOnLeaving() {
  for (const { surface, blockId, actionId, value, person, timer, quiet } of drafts.values()) {
    clearTimeout(timer);
    if (!surface.where.view_id || quiet) continue;
    const body = { person, view_id: surface.where.view_id, block_id: blockId, action_id: actionId, value };
    post("input", body, { keepalive: true }).catch(() => {});
  }
}
