/** The top of the page: who one is, whether the app is there, shortcuts. */

import { h, say } from "./dom.js";
import { menuButton } from "./menu.js";
import { act, store } from "./store.js";
import { failed } from "./toasts.js";

/** Wire the top; `become(handle)` is called when another person is chosen. */
export function setUpTop(become) {
  const select = document.getElementById("person");
  select.addEventListener("change", () => become(select.value));
  const run = (shortcut) => async () => {
    const answer = await act("shortcut", { callback_id: shortcut.callback_id });
    if (!answer.ok) failed(answer);
  };
  document.getElementById("shortcuts").replaceWith(
    menuButton({
      button: { class: "button quiet", id: "shortcuts" },
      face: "Shortcuts",
      empty: "The app has no shortcuts yet",
      items: () =>
        (store.sees?.workspace.shortcuts ?? [])
          .filter(({ type }) => type === "global")
          .map((shortcut) => ({ label: shortcut.name, detail: shortcut.description, run: run(shortcut) })),
    }),
  );
}

/** Draw the top again. */
export function drawTop() {
  const { people, workspace, me } = store.sees;
  document.getElementById("workspace-name").textContent = workspace.name;
  drawPeople(
    people.filter((person) => !person.is_bot),
    me,
  );
  drawConnection(workspace.bot);
}

function drawPeople(people, me) {
  const select = document.getElementById("person");
  const mark = JSON.stringify(people.map((person) => [person.name, wordsFor(person), person.deleted]));
  if (select.dataset.mark !== mark) {
    select.dataset.mark = mark;
    select.replaceChildren(
      ...people.map((person) => h("option", { value: person.name, disabled: person.deleted }, wordsFor(person))),
    );
  }
  if (select.value !== me.name) select.value = me.name;
}

function wordsFor(person) {
  const kind = person.deleted
    ? "Deactivated"
    : person.title || (person.is_stranger ? "From another organisation" : person.is_guest ? "Guest" : "");
  return [person.real_name, kind].filter(Boolean).join(", ");
}

function drawConnection(bot) {
  const line = document.getElementById("connection");
  const words = !store.reached
    ? "The workspace does not answer"
    : bot.connected
      ? `${bot.name} is connected`
      : `Waiting for ${bot.name}`;
  if (line.dataset.words === words) return;
  if (line.dataset.words) say(words);
  line.dataset.words = words;
  line.className = `connection ${store.reached && bot.connected ? "on" : "off"}`;
  line.replaceChildren(h("span", { class: "lamp", "aria-hidden": "true" }), h("span", {}, words));
}
