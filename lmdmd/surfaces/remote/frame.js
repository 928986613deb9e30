/* What is around every view: the line above, the tabs, the banner, the lock, the sheet, and short messages. */

import { el, onHold, say } from "./dom.js";
import { panicButton } from "./cues.js";
import { clockWords } from "./table.js";
import { onTap, toggle } from "./widgets.js";

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

/** Asks for the passcode when the daemon wants one; the tab remembers a right one. */
export class Passcode {
  constructor(link, onLevel) {
    this.link = link;
    this.onLevel = onLevel;
    this.level = "";
    this.looking = false;
    this.why = el("p");
    this.line = el("input", { type: "password", autocomplete: "off", enterKeyHint: "go", "aria-label": "passcode" });
    const buttons = el(
      "div.line",
      {},
      onTap(el("button.quiet", { type: "button" }, "not now"), () => this.hide()),
      el("button.strong", { type: "submit" }, "log in"),
    );
    this.node = el(
      "div.asking",
      { hidden: true },
      el(
        "form.card",
        { onsubmit: (event) => this.tell(event) },
        el("h3", {}, "Passcode"),
        this.why,
        this.line,
        buttons,
      ),
    );
    link.passcode = sessionStorage.getItem(PASSCODE) ?? "";
  }

  /** Ask, saying why; who puts it off is asked again by what they touch, never by the line. */
  ask(why) {
    say(this.why, why);
    if (!this.node.hidden) return;
    this.node.hidden = false;
    this.line.value = "";
    this.line.focus();
  }

  hide() {
    this.looking = true;
    this.node.hidden = true;
    this.line.blur();
  }

  tell(event) {
    event.preventDefault();
    if (this.line.value) this.link.login(this.line.value);
  }

  /** The daemon took the passcode. */
  accepted(level) {
    this.level = level;
    sessionStorage.setItem(PASSCODE, this.link.passcode);
    this.hide();
    this.onLevel(level);
  }

  /** The daemon refused it. */
  refused(why) {
    this.link.forget();
    sessionStorage.removeItem(PASSCODE);
    this.ask(why);
  }
}

/** The sheet behind the connection light: what this page is to the show. */
export class Sheet {
  constructor(stage, wake, passcode) {
    Object.assign(this, { stage, wake, passcode });
    const { store } = stage;
    this.facts = el("dl");
    const close = onTap(el("button.quiet", { type: "button" }, "close"), () => this.show(false));
    const rows = SWITCHES.filter((name) => store.rows.has(name));
    this.node = el("aside.sheet", { hidden: true }, el("header", {}, el("h3", {}, "this page"), close), this.facts);
    this.node.append(
      labelled("jump to", this.jump()),
      labelled("timed cues", this.verb("show/stop", "hold them"), this.verb("show/start", "let them fire")),
      labelled("next cue", this.verb("show/skip", "leave it out")),
    );
    if (store.rows.has("show/conductor")) {
      this.node.append(
        labelled("conduct", this.verb("conductor/take", "only I fire cues"), this.verb("conductor/leave", "leave")),
      );
    }
    this.node.append(
      ...rows.map((name) =>
        labelled(
          name.replace("show/", "").replace("/on", ""),
          el("span.doc", {}, store.rows.get(name).doc),
          toggle(store.rows.get(name), store),
        ),
      ),
    );
    this.node.append(
      labelled(
        "passcode",
        onTap(el("button.quiet", { type: "button" }, "log in"), () => passcode.ask("")),
      ),
    );
  }

  verb(name, words) {
    return onTap(el("button.quiet", { type: "button" }, words), () => this.send(`/lmdm/${name}`));
  }

  jump() {
    const line = el("input", {
      type: "text",
      placeholder: "cue number or name",
      enterKeyHint: "go",
      autocomplete: "off",
      "aria-label": "cue",
    });
    line.addEventListener("keydown", (event) => {
      const cue = line.value.trim();
      if (event.key === "Enter" && cue && this.send("/lmdm/show/cue", cue)) line.value = "";
    });
    return line;
  }

  send(address, ...values) {
    const sent = this.stage.link.send(address, ...values);
    if (!sent) this.stage.say("not sent: no connection", "bad");
    return sent;
  }

  show(on) {
    this.node.hidden = !on;
    clearInterval(this.timer);
    if (!on) return;
    this.tell();
    this.timer = setInterval(() => this.tell(), 1000);
  }

  tell() {
    const { link } = this.stage;
    const facts = [
      ["connection", link.live ? `${link.round_ms.toFixed(0)} ms there and back` : "none"],
      ["daemon", location.host],
      ["may", this.passcode.level || "what needs no passcode: none was given"],
      ["screen", this.wake.state],
    ];
    this.facts.replaceChildren(...facts.flatMap(([name, words]) => [el("dt", {}, name), el("dd", {}, words)]));
  }
}

const PASSCODE = "lmdmd.passcode";
const SWITCHES = ["show/lock", "show/takeover", "show/auto", "record/on"];

function labelled(words, ...parts) {
  return el("div.labelled", {}, el("span.label", {}, words), el("div.line", {}, ...parts));
}
