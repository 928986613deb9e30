/* The page: joins the line, the store and the views. Loading it asks and listens, and writes nothing. */

import { el } from "./dom.js";
import { Banner, Lock, Messages, tabs, topLine, Wake } from "./frame.js";
import { Link } from "./link.js";
import { Log } from "./log.js";
import { mixerView } from "./mixer.js";
import { paramsView } from "./params.js";
import { Passcode, Sheet } from "./sheet.js";
import { stageView } from "./stage.js";
import { Store } from "./store.js";
import { rowsOf, wordsOf } from "./table.js";

const PREFIX = "/lmdm/";
const NEEDS_LOGIN = "send /lmdm/login";
const QUIET_VERBS = ["listen", "ignore", "status"];
const VIEWS = { Stage: stageView, Mixer: mixerView, Params: paramsView, Log: (stage) => stage.log.view() };

const messages = new Messages();
const banner = new Banner();
const log = new Log();
const link = new Link(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`, { onMessage, onState });
const store = new Store((address, value) => link.send(address, value), onUnsent);
const answers = new Map();
const stage = {
  store,
  link,
  log,
  say: (text, kind) => messages.say(text, kind),
  onAnswer: (verb, hear) => answers.set(verb, [...(answers.get(verb) ?? []), hear]),
  heard: new Map(),
  onTick: () => {},
  name: "",
};
const lock = new Lock();
const wake = new Wake(() => {});
const passcode = new Passcode(link, () => refresh());
let built = "";

// --- the table and the views -------------------------------------------------------------------------------

async function refresh() {
  const rows = rowsOf(await link.tree());
  store.adopt(rows);
  const shape = JSON.stringify([...rows.values()].map((row) => ({ ...row, value: null })));
  if (shape !== built) build();
  built = shape;
  if (link.live) link.listen();
}

function build() {
  store.unwatch();
  answers.clear();
  stage.heard.clear();
  document.body.classList.remove("waiting");
  const main = el("main");
  const views = Object.fromEntries(Object.entries(VIEWS).map(([name, view]) => [name, view(stage)]));
  main.append(...Object.values(views));
  const sheet = new Sheet(stage, wake, passcode);
  const choice = tabs(Object.keys(VIEWS), (name) => {
    for (const [other, view] of Object.entries(views)) view.hidden = other !== name;
    document.body.dataset.view = name;
    sheet.show(false);
    sessionStorage.setItem("lmdmd.view", name);
  });
  const top = topLine(stage, { onSheet: () => sheet.show(sheet.node.hidden), onLock: () => lock.set(true) });
  document.body.replaceChildren(
    top,
    banner.node,
    main,
    choice.node,
    sheet.node,
    passcode.node,
    messages.node,
    lock.node,
  );
  choice.pick(sessionStorage.getItem("lmdmd.view") ?? "Stage");
  lock.set(lock.on);
}

// --- what comes in -----------------------------------------------------------------------------------------

const nameOf = (address) => (address.startsWith(PREFIX) ? address.slice(PREFIX.length) : address);

const HANDLERS = {
  "/lmdm/status": () => {},
  "/lmdm/tick": (bar, beat) => stage.onTick(bar, beat),
  "/lmdm/done": (verb, text = "") => {
    answered(verb, true);
    if (verb === "login") passcode.accepted(text);
    if (verb === "conductor/take") stage.name = text;
    if (!QUIET_VERBS.includes(verb)) log.add("done", verb, text);
  },
  "/lmdm/fail": (what, why) => {
    const name = nameOf(what);
    if (name === "login") return passcode.refused(why);
    if (why.includes(NEEDS_LOGIN)) return refuse(name, why);
    answered(name, false);
    store.answered(name);
    log.add("fail", name, why);
    messages.say(why, "bad");
  },
  "/lmdm/note": (address, text) => {
    log.add("note", nameOf(address), text);
    messages.say(`${nameOf(address)}: ${text}`);
  },
  "/lmdm/incident": (_, text) => {
    log.add("incident", text);
    messages.say(text, "bad");
  },
  "/lmdm/ack": (address, value, _, seconds) => {
    const name = nameOf(address);
    const row = store.rows.get(name);
    if (!row) return;
    store.answered(name, value);
    log.acked(name, wordsOf(row, value), seconds);
    stage.heard.get(name)?.("waiting");
  },
  "/lmdm/heard": (address, _, __, seconds) => {
    log.heard(nameOf(address), seconds);
    stage.heard.get(nameOf(address))?.("heard");
  },
};

function answered(verb, done) {
  for (const hear of answers.get(verb) ?? []) hear(done);
}

/** What this page may not do: what was touched stays as it was, and the passcode is asked for. */
function refuse(name, why) {
  answered(name, false);
  store.answered(name);
  if (!passcode.looking || !QUIET_VERBS.includes(name)) passcode.ask(why.split(";")[0]);
}

function onMessage(address, values) {
  const handler = HANDLERS[address];
  if (handler) handler(...values);
  else if (values.length) store.told(nameOf(address), values[0]);
}

function onState(live) {
  document.body.classList.toggle("lost", !live);
  banner.show(!live);
  if (live) {
    refresh();
  } else {
    store.drop();
    log.add("lost", "no connection");
  }
}

function onUnsent(name, value) {
  messages.say(`${name} ${value} was not sent: no connection`, "bad");
}

// --- the screen --------------------------------------------------------------------------------------------

/** The on-screen keyboard takes room: the page keeps to what is left, and the line that is typed stays in sight. */
function followKeyboard() {
  const { visualViewport } = window;
  const fit = () => {
    document.documentElement.style.setProperty("--tall", `${visualViewport.height}px`);
    document.body.classList.toggle("typing", isTyping());
    scrollTo(0, 0);
  };
  visualViewport.addEventListener("resize", fit);
  document.addEventListener("focusin", () => {
    document.body.classList.toggle("typing", isTyping());
    if (isTyping()) requestAnimationFrame(() => document.activeElement.scrollIntoView({ block: "center" }));
  });
  document.addEventListener("focusout", () => document.body.classList.toggle("typing", false));
  fit();
}

const isTyping = () => document.activeElement?.matches("input") && matchMedia("(pointer: coarse)").matches;

for (const kind of ["gesturestart", "contextmenu", "dblclick"]) {
  const keep = (event) => event.target.closest?.("input") || event.preventDefault();
  document.addEventListener(kind, keep, { passive: false });
}
document.body.append(banner.node, passcode.node, messages.node);
followKeyboard();
link.start();
