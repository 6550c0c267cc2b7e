/** Talking to the practice workspace: its control API and its stream of changes. */

/** The workspace did not answer at all. */
export class Unreachable extends Error {}

let token = document.querySelector('meta[name="practice-token"]').content;

/** After a restart of the workspace the token is a new one: it stands in the page itself. */
async function renewToken() {
  const answer = await fetch("/", { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector('meta[name="practice-token"]')?.content;
  const changed = Boolean(found) && found !== token;
  token = found || token;
  return changed;
}

async function reach(path, options) {
  const send = () =>
    fetch(path, { cache: "no-store", ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` } });
  try {
    let answer = await send();
    if ((answer.status === 401 || answer.status === 403) && (await renewToken())) answer = await send();
    return answer;
  } catch (reason) {
    if (reason.name === "AbortError") throw reason;
    throw new Unreachable("The practice workspace does not answer.");
  }
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    throw new Unreachable("The practice workspace gave no readable answer.");
  }
}

/** `GET /control/<path>`. */
export async function get(path) {
  return read(await reach(`/control/${path}`, {}));
}

/** `POST /control/<what>`: the answer has `ok`, perhaps `error`, and what the person now `sees`. */
export async function post(what, body, { keepalive = false } = {}) {
  const options = {
    method: "POST",
    keepalive,
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  };
  return read(await reach(`/control/${what}`, options));
}

/** `POST /control/upload` for a file field: one file, as it is. */
export async function upload(person, file) {
  const form = new FormData();
  form.append("person", person);
  form.append("file", file, file.name);
  return read(await reach("/control/upload", { method: "POST", body: form }));
}

/** Call `changed()` at each change that `person` would see, until `signal` stops it or the line drops. */
export async function follow(person, changed, signal) {
  const answer = await reach(`/control/stream?person=${encodeURIComponent(person)}`, { signal });
  if (!answer.ok || !answer.body) throw new Unreachable("The practice workspace sends no changes.");
  changed();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    if (events.some((event) => event.startsWith("data:"))) changed();
  }
}
