/** What a press or a choice does: ask first where the app wants it, then tell the workspace. */

import { confirmFirst } from "./confirm.js";
import { settle } from "./drafts.js";
import { act, drawNow, refresh } from "./store.js";
import { failed } from "./toasts.js";

/**
 * Send an action as the person. Everything typed on the surface goes first, so that the app sees
 * it in the state. Answers whether it was sent and accepted.
 */
export async function press(surface, block, element, value) {
  if (element.confirm && !(await confirmFirst(element.confirm))) return false;
  await settle(surface);
  const answer = await send(surface, block, element, value);
  if (!answer.ok) failed(answer);
  return answer.ok;
}

async function send(surface, block, element, value) {
  const name = block.block_id;
  const body = {
    action_id: element.action_id,
    block_id: name,
    ...surface.where,
    ...(value === undefined ? {} : { value }),
  };
  const answer = await act("action", body);
  if (answer.error !== "action_not_found") return answer;
  // The app has drawn the place anew in this very moment; the same block may have another name by now.
  await refresh().catch(() => {});
  drawNow();
  return block.block_id === name ? answer : act("action", { ...body, block_id: block.block_id, ...surface.where });
}
