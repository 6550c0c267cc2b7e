/**
 * Fields for typing: text, e-mail, address, number, files.
 *
 * Every field is `{node, control, get, set, problem?, hint?}`: `control` takes the focus and the
 * description, `get` and `set` speak plain values, `problem` says in words what the browser cannot
 * read (a date half typed), `hint` what helps while typing.
 */

import { upload } from "./api.js";
import { count, freshId, h } from "./dom.js";
import { plainText } from "./text.js";
import { store } from "./store.js";

const LINE = {
  email_text_input: ["email", "email"],
  url_text_input: ["url", "url"],
  number_input: ["text", "decimal"],
  plain_text_input: ["text", "text"],
};

/** One line of text: plain, e-mail, web address or number. */
export function lineField(element, { id, changed, entered }) {
  const [type, inputmode] = LINE[element.type] ?? LINE.plain_text_input;
  const control = h("input", {
    id,
    type,
    inputmode: element.is_decimal_allowed === false ? "numeric" : inputmode,
    class: "control",
    placeholder: plainText(element.placeholder),
    autocomplete: "off",
    spellcheck: element.type === "plain_text_input" ? "true" : "false",
    on: {
      input: () => changed(control.value),
      keydown: (event) => {
        if (event.key !== "Enter" || event.isComposing || !entered) return;
        event.preventDefault();
        entered(control.value);
      },
    },
  });
  return withCounter(element, control);
}

/** Several lines of text. Control and Enter (Command and Enter) sends the form. */
export function areaField(element, { id, changed, entered }) {
  const control = h("textarea", {
    id,
    class: "control",
    rows: 4,
    placeholder: plainText(element.placeholder),
    spellcheck: "true",
    on: {
      input: () => changed(control.value),
      keydown: (event) => {
        if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        if (entered) entered(control.value);
        else control.form?.requestSubmit();
      },
    },
  });
  return withCounter(element, control);
}

function withCounter(element, control) {
  const most =
    element.type === "plain_text_input" || element.type === "rich_text_input" ? element.max_length : undefined;
  const least = element.min_length;
  const counter = h("p", { class: "counter", id: freshId("counter"), hidden: !most && !least });
  const tell = () => {
    const length = [...control.value].length;
    counter.classList.toggle("over", Boolean(most) && length > most);
    counter.textContent = lengthWords(length, least, most);
  };
  control.addEventListener("input", tell);
  const field = plain(control, (value) => {
    control.value = value ?? "";
    tell();
  });
  if (most || least) field.hint = counter;
  tell();
  return field;
}

function lengthWords(length, least, most) {
  if (most && length > most) return `${count(length - most, "character")} too many`;
  if (least && length < least)
    return length ? `${count(least - length, "more character")} needed` : `At least ${count(least, "character")}`;
  return most ? `${count(most - length, "character")} left` : "";
}

function plain(control, set) {
  return { node: control, control, get: () => control.value || null, set };
}

/** Files: each is uploaded when chosen and can be taken out again. */
export function fileField(element, { id, changed }) {
  let files = [];
  const most = element.max_files ?? 10;
  const list = h("ul", { class: "chosen-files" });
  const state = h("p", { class: "hint", role: "status" });
  const control = h("input", {
    id,
    type: "file",
    class: "control",
    multiple: most > 1,
    accept: element.filetypes?.map((type) => `.${type}`).join(","),
    on: { change: () => take() },
  });
  async function take() {
    const chosen = [...control.files];
    control.value = "";
    for (const file of chosen) {
      if (files.length >= most) {
        state.textContent = `You can add ${count(most, "file")} at most.`;
        return;
      }
      state.textContent = `Adding ${file.name}…`;
      const answer = await upload(store.person, file).catch(() => ({ ok: false }));
      state.textContent = answer.ok
        ? `${file.name} is added.`
        : `${file.name} could not be added. ${answer.message ?? "Try again."}`;
      if (answer.ok) hold([...files, answer.file]);
    }
  }
  function hold(next) {
    files = next;
    draw();
    changed(files, { atOnce: true });
  }
  function draw() {
    list.replaceChildren(
      ...files.map((file) =>
        h(
          "li",
          {},
          h("span", {}, file.name ?? file.title ?? "File"),
          h(
            "button",
            {
              type: "button",
              class: "button quiet small",
              "aria-label": `Remove ${file.name ?? "file"}`,
              on: { click: () => hold(files.filter((one) => one !== file)) },
            },
            "Remove",
          ),
        ),
      ),
    );
  }
  return {
    node: h("div", { class: "file-field" }, control, state, list),
    control,
    get: () => files,
    set: (value) => {
      files = value ?? [];
      draw();
    },
  };
}
