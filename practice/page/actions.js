/** What a press or a choice does: ask first where the app wants it, then tell the workspace. */

import { confirmFirst } from "./confirm.js";
import { settle } from "./drafts.js";
import { act } from "./store.js";
import { failed } from "./toasts.js";

/**
 * Send an action as the person. Everything typed on the surface goes first, so that the app sees
 * it in the state. Answers whether it was sent and accepted.
 */
export async function press(surface, blockId, element, value) {
  if (element.confirm && !(await confirmFirst(element.confirm))) return false;
  await settle(surface);
  const body = { action_id: element.action_id, block_id: blockId, ...surface.where };
  if (value !== undefined) body.value = value;
  const answer = await act("action", body);
  if (!answer.ok) failed(answer);
  return answer.ok;
}
