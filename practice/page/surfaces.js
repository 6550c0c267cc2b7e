/**
 * Where blocks stand: a modal, the Home tab or a message. A surface knows what is kept for its
 * fields, which errors to show, and how the control API names it (`where`).
 */

import { store } from "./store.js";

const surfaces = new Map();

function once(key, make) {
  if (!surfaces.has(key)) surfaces.set(key, Object.assign(make(), { key, problems: {}, fields: new Map() }));
  return surfaces.get(key);
}

/** A modal, by its view's id: the same one for as long as the view lives. */
export function modalSurface(viewId) {
  const view = () => store.sees?.modals.find((one) => one.id === viewId);
  return once(viewId, () => ({ kind: "modal", level: 3, where: { view_id: viewId }, ...ofView(view) }));
}

/** The Home tab of the person one is. Each publishing may give its view another id. */
export function homeSurface() {
  return once(`home/${store.person}`, () => ({
    kind: "home",
    level: 2,
    ...ofView(() => store.sees?.home),
    get where() {
      return { view_id: store.sees?.home?.id };
    },
  }));
}

function ofView(view) {
  return {
    typed: (blockId, actionId) => view()?.state?.values?.[blockId]?.[actionId],
    error: (blockId) => view()?.errors?.[blockId],
  };
}

/** A message in a channel. What is chosen in it stays on the page until the app acts on it. */
export function messageSurface(channel, ts) {
  const message = () => store.sees?.channels.find((one) => one.id === channel)?.messages.find((one) => one.ts === ts);
  return once(`${channel}/${ts}`, () => ({
    kind: "message",
    level: 3,
    where: { channel, ts },
    typed: (blockId, actionId) => message()?.state?.values?.[blockId]?.[actionId],
    error: () => undefined,
  }));
}

/** The view is gone for good. */
export function leave(key) {
  surfaces.delete(key);
}
