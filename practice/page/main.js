/** The page as a whole: who, where, and drawing it all when something changed. */

import { get } from "./api.js";
import { drawClock, setUpClock } from "./clock.js";
import { holdFocus, letScroll } from "./dom.js";
import { sendAllOnLeaving } from "./drafts.js";
import { homePlace } from "./home.js";
import { messagesPlace } from "./messages.js";
import { drawModals, setModalsAside, setUpModal } from "./modal.js";
import { drawPlaces, setUpPlaces } from "./places.js";
import { act, changed, channelAt, live, onChange, refresh, store } from "./store.js";
import { clearToasts, drawNotices } from "./toasts.js";
import { drawTop, setUpTop } from "./top.js";

const main = document.getElementById("main");
let drawn = null;
let drawPlace = () => {};

/** The address names the person and the place: `#ada/home`, `#ada/messages`, `#ada/C0123`. */
function readAddress() {
  const [person, place] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { person: person || null, place: place || "home" };
}

function draw() {
  if (!store.sees) return;
  if (store.place !== "home" && !channelAt(store.place)) store.place = "home";
  const back = holdFocus();
  drawTop();
  drawPlaces();
  drawClock();
  const here = `${store.sees.me.id} ${store.place}`;
  if (drawn !== here) {
    const first = drawn === null;
    drawn = here;
    drawPlace = store.place === "home" ? homePlace(main) : messagesPlace(main);
    main.classList.toggle("at-home", store.place === "home");
    drawPlace();
    document.title = `${main.querySelector("h1").textContent} – ${store.sees.me.real_name} – Practice workspace`;
    if (!first) arrive();
  } else {
    drawPlace();
    back();
  }
  letScroll(main);
  drawModals();
  drawNotices();
}

/** One came to another place: the focus goes where one goes on. */
function arrive() {
  if (document.querySelector("dialog[open]") || document.activeElement?.id === "person") return;
  const write = matchMedia("(pointer: fine)").matches && main.querySelector(".composer textarea");
  (write || main.querySelector("h1")).focus({ preventScroll: true });
}

/** The app is told when its tabs are opened, as Slack tells it. */
function tellApp() {
  if (store.place === "home" || store.place === "messages") act("home", { tab: store.place });
}

async function follow() {
  const { person, place } = readAddress();
  store.place = place;
  if (person === store.person) {
    changed();
    return tellApp();
  }
  sendAllOnLeaving();
  setModalsAside();
  clearToasts();
  return enter(person);
}

/** Be this person from now on; somebody the workspace does not know is the first partner. */
async function enter(person, { fresh = false } = {}) {
  store.person = person;
  if (person) await refresh({ fresh, force: true });
  if (store.sees?.me.name !== store.person) {
    store.person = await firstPerson();
    await refresh({ fresh, force: true });
  }
  if (store.place !== "home" && !channelAt(store.place)) store.place = "home";
  const address = `#${store.person}/${store.place}`;
  if (location.hash !== address) history.replaceState(null, "", address);
  live();
  tellApp();
}

async function firstPerson() {
  const { people } = await get("state");
  return (people.find(({ title, deleted }) => !deleted && title === "Partner") ?? people[0]).name;
}

async function start() {
  setUpTop((person) => (location.hash = `${person}/${store.place}`));
  setUpPlaces();
  setUpModal();
  setUpClock();
  onChange(draw);
  const { person, place } = readAddress();
  store.place = place;
  await enter(person, { fresh: true });
  addEventListener("hashchange", () => follow());
  addEventListener("pagehide", sendAllOnLeaving);
  document.addEventListener("visibilitychange", () => changed());
  addEventListener("resize", () => changed());
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    (main.querySelector("h1") ?? main).focus();
  });
}

start();
