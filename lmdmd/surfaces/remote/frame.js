/* What is around every view: the line above, the tabs, the banner, the lock, and short messages. */

import { el, onHold, say } from "./dom.js";
import { panicButton } from "./cues.js";
import { clockWords } from "./table.js";
import { onTap } from "./widgets.js";

const TOLD_MS = 4500;
const TOLD_AT_ONCE = 3;
const UNLOCK_MS = 1000;
const LOCKED = "lmdmd.locked";
const DOTS = 12;

/** The line above: connection, show, clock, and on other views than the Stage a panic button. */
export function topLine(stage, { onSheet, onLock }) {
  const { store } = stage;
  const title = el("b.title");
  const song = el("span.song");
  store.watch("show/title", (words) => say(title, words || "lmdmd"));
  store.watch("show/song", (words) => say(song, words));
  const left = el(
    "button.status",
    { type: "button", "aria-label": "connection" },
    el("i.light"),
    el("span", {}, title, song),
  );
  const elapsed = el("span.elapsed");
  store.watch("show/elapsed", (seconds) => say(elapsed, clockWords(seconds)));
  const rec = el("span.chip.rec", { hidden: true }, "rec");
  store.watch("record/on", (on) => (rec.hidden = !on));
  const lock = onTap(el("button.lock", { type: "button", "aria-label": "lock this page" }), onLock);
  return el("header.top", {}, onTap(left, onSheet), pulse(stage), rec, elapsed, lock, panicButton(stage));
}

/** Bar and beat: the dot of the beat lights when the beat is heard. */
function pulse(stage) {
  const { store } = stage;
  const bar = el("b.bar");
  const beat = el("b.beat");
  const tempo = el("span.tempo");
  const dots = el("span.beats", { "aria-hidden": "true" });
  const node = el("div.pulse", {}, tempo, el("span.place", {}, bar, el("i", {}, "."), beat), dots);
  const show = (at) => {
    say(beat, String(at));
    [...dots.children].forEach((dot, index) => dot.classList.toggle("on", index === at - 1));
  };
  store.watch("clock/metre", (count) =>
    dots.replaceChildren(...Array.from({ length: Math.min(count, DOTS) }, () => el("i"))),
  );
  store.watch("clock/bar", (number) => say(bar, String(number)));
  store.watch("clock/beat", (at) => show(Math.floor(at)));
  store.watch("clock/tempo", (bpm) => say(tempo, `${bpm.toFixed(bpm % 1 ? 1 : 0)} bpm`));
  stage.onTick = (number, at) => {
    say(bar, String(number));
    show(at);
    node.classList.remove("one", "other");
    void node.offsetWidth;
    node.classList.add(at === 1 ? "one" : "other");
  };
  return node;
}

/** Tabs; `onPick(name)` hears of every choice. */
export function tabs(names, onPick) {
  const buttons = names.map((name) =>
    onTap(el("button", { type: "button", "data-tab": name }, el(`i.icon.${name}`), name), () => pick(name)),
  );
  const pick = (name) => {
    buttons.forEach((button) => button.setAttribute("aria-current", button.dataset.tab === name ? "page" : "false"));
    onPick(name);
  };
  return { node: el("nav.tabs", {}, ...buttons), pick };
}

/** The banner of a lost line; it counts how long that is. */
export class Banner {
  constructor() {
    this.since = el("b");
    const words = el("span", {}, "No connection. Nothing that you touch is sent. ");
    this.node = el("div.banner", { role: "alert", hidden: true }, words, this.since);
  }

  show(lost) {
    clearInterval(this.timer);
    this.node.hidden = !lost;
    if (!lost) return;
    const began_ms = performance.now();
    const count = () => say(this.since, `${Math.floor((performance.now() - began_ms) / 1000)} s`);
    count();
    this.timer = setInterval(count, 1000);
  }
}

/** Short messages that go by themselves. */
export class Messages {
  constructor() {
    this.node = el("div.messages", { "aria-live": "polite" });
  }

  say(text, kind = "") {
    const known = [...this.node.children].find((node) => node.textContent === text);
    known?.remove();
    const node = el(`div.message${kind ? `.${kind}` : ""}`, {}, text);
    this.node.append(node);
    if (this.node.childElementCount > TOLD_AT_ONCE) this.node.firstChild.remove();
    setTimeout(() => node.remove(), TOLD_MS);
  }
}

/** The lock: everything is seen, no touch does anything, and a long one on the handle takes the lock away. */
export class Lock {
  constructor() {
    const handle = el("button.handle", { type: "button" }, el("span", {}, "locked · hold to unlock"));
    onHold(handle, UNLOCK_MS, () => this.set(false));
    this.node = el("div.locked", { hidden: true }, handle);
    this.set(localStorage.getItem(LOCKED) === "1");
  }

  set(on) {
    this.on = on;
    this.node.hidden = !on;
    document.body.classList.toggle("is-locked", on);
    for (const part of document.querySelectorAll("header.top, main, nav.tabs, .sheet")) part.inert = on;
    if (on) document.activeElement?.blur();
    localStorage.setItem(LOCKED, on ? "1" : "0");
  }
}

/** Keeps the screen awake where the browser allows it; `state` says whether it does. */
export class Wake {
  constructor(onState) {
    this.onState = onState;
    this.state = "wakeLock" in navigator ? "asked" : "not possible over plain http: set the screen to stay on";
    document.addEventListener("visibilitychange", () => this.ask());
    addEventListener("pointerdown", () => this.ask());
    this.ask();
  }

  async ask() {
    if (!("wakeLock" in navigator) || document.hidden || (this.held && !this.held.released)) return;
    try {
      this.held = await navigator.wakeLock.request("screen");
      this.state = "stays on";
    } catch (error) {
      this.state = `may go dark: ${error.message}`;
    }
    this.onState();
  }
}
