/* The show on the Stage: where it is, what comes next and when, and the three buttons. */

import { el, onHold, onPress, say } from "./dom.js";
import { clockWords } from "./table.js";

const ANSWER_MS = 1500;
const SHOWN_MS = 900;
const RELEASE_MS = 700;
const COUNTED_BEATS = 8;
const LATE = {
  waiting: "its model is not loaded yet",
  refused: "its model was refused",
  cold: "no room for its model",
};

// --- where the show is -------------------------------------------------------------------------------------

/** The cue that fired last. */
export function nowCard(stage) {
  const { store } = stage;
  const cue = el("h2.cue");
  const notes = el("p.notes");
  const left = el("b");
  const conductor = el("span.chip.conductor");
  const node = el("section.card.now", {}, el("header", {}, el("span.label", {}, "now"), conductor, left), cue, notes);
  store.watch("show/conductor", (name) => {
    say(conductor, name && (name === stage.name ? "you conduct" : `${name} conducts`));
    document.body.classList.toggle("conducted", Boolean(name) && name !== stage.name);
  });
  store.watch("show/cue", (name) => {
    say(cue, name || "–");
    flash(node, "fired");
  });
  store.watch("show/notes", (words) => say(notes, words));
  store.watch("show/remaining", (seconds) => say(left, seconds > 0 ? `song −${clockWords(seconds)}` : ""));
  return node;
}

/** The cue that comes next: its state is what colours it. */
export function nextCard({ store }) {
  const number = el("span.number");
  const name = el("span.name");
  const notes = el("p.notes");
  const state = el("span.chip.state");
  const when = el("div.when", {}, el("b"), el("small"));
  const dots = el("div.dots", { "aria-hidden": "true" }, ...Array.from({ length: COUNTED_BEATS }, () => el("i")));
  const lamp = el("span.chip.lamp");
  const head = el("header", {}, el("span.label", {}, "next"), state, lamp);
  const node = el("section.card.next", {}, head, el("h1.cue", {}, number, name), notes, when, dots);

  store.watch("show/next_number", (words) => say(number, words));
  store.watch("show/next_notes", (words) => say(notes, words));
  const tell = () => tellNext(store, node, state, when, dots, name);
  for (const row of ["armed", "armed_in_s", "armed_in_beats", "next", "next_in_s", "next_in_beats", "held", "loop"]) {
    store.watch(`show/${row}`, tell);
  }
  const glow = () => tellModel(store, node, lamp);
  store.watch("show/next_model", glow);
  store.watch("show/next_model_state", glow);
  return node;
}

/** What the next cue waits for: its own time, a line of the music, or a hand. */
export function standbyOf(store) {
  const armed = store.get("show/armed");
  if (armed) return { state: "armed", name: armed, ...timeTo(store, "armed") };
  if (store.get("show/loop")) return { state: "loop", why: store.get("show/loop") };
  if (store.get("show/held")) return { state: "held", why: "holds until go" };
  if (!store.get("show/next")) return { state: "over" };
  if (store.get("show/next_in_s") >= 0) return { state: "timed", ...timeTo(store, "next") };
  return { state: "standby" };
}

function timeTo(store, what) {
  return { seconds: store.get(`show/${what}_in_s`), beats: store.get(`show/${what}_in_beats`) };
}

const STATES = { armed: "armed", loop: "looping", held: "held", over: "", timed: "by itself", standby: "by hand" };

function tellNext(store, node, chip, when, dots, name) {
  const standby = standbyOf(store);
  node.dataset.state = standby.state;
  say(chip, STATES[standby.state]);
  say(name, standby.name ?? (store.get("show/next") || "the end"));
  // What is armed need not be what comes next in the list, of which the number and the notes are.
  node.classList.toggle("other", standby.state === "armed" && standby.name !== store.get("show/next"));
  const counted = standby.seconds !== undefined;
  node.classList.toggle("counted", counted);
  const [large, small] = when.children;
  say(large, counted ? inWords(standby.seconds) : "");
  say(small, counted ? `${standby.beats.toFixed(1)} beats` : (standby.why ?? ""));
  const lit = counted ? Math.min(COUNTED_BEATS, Math.ceil(standby.beats)) : 0;
  [...dots.children].forEach((dot, index) => dot.classList.toggle("on", index < lit));
}

function inWords(seconds) {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : clockWords(seconds);
}

function tellModel(store, node, lamp) {
  const [model, state] = [store.get("show/next_model"), store.get("show/next_model_state")];
  lamp.dataset.lamp = state;
  say(lamp, model ? `${model.split("/").pop()} ${state}` : "");
  lamp.title = LATE[state] ?? "";
  node.classList.toggle("late", state === "refused" || state === "cold");
}

/** Rows that hands have taken from the cues, with the way back. */
export function takenStrip({ store, link, say: tell }) {
  const names = el("span.names");
  const back = el("button.quiet", { type: "button", onclick: () => release("*") }, "give all back");
  const release = (pattern) => link.send("/lmdm/show/release", pattern) || tell("not sent: no connection", "bad");
  const node = el("div.taken", { hidden: true }, el("span.chip.hand", {}, "by hand"), names, back);
  store.watch("show/taken", (words) => {
    node.hidden = !words;
    names.replaceChildren(
      ...takenRows(words).map((row) => el("button.quiet", { type: "button", onclick: () => release(row) }, `${row} ↩`)),
    );
  });
  return node;
}

/** Names in a row such as `show/taken`. */
export function takenRows(words) {
  return words ? words.split(", ") : [];
}

// --- the three buttons -------------------------------------------------------------------------------------

/** GO, BACK and PANIC. Each acts when the finger comes down, once, and only on a living line. */
export function transport(stage) {
  return el("div.transport", {}, backButton(stage), goButton(stage), panicButton(stage));
}

function goButton(stage) {
  const hint = el("small");
  const node = verbButton(stage, "show/go", "go", "GO", hint, inTime);
  const tell = () => {
    const standby = standbyOf(stage.store);
    node.dataset.state = standby.state;
    say(hint, goHint(standby, stage.store.get("show/next")));
  };
  for (const row of ["armed", "next", "next_in_s", "held", "loop"]) stage.store.watch(`show/${row}`, tell);
  return node;
}

function goHint(standby, next) {
  if (standby.state === "armed") return `${standby.name}, now`;
  if (standby.state === "loop") return "on from the loop";
  if (standby.state === "held") return "go on";
  return next ?? "";
}

function backButton(stage) {
  return verbButton(stage, "show/back", "back", "BACK", el("small", {}, "cue before"), inTime);
}

/** A cue that comes late is worse than none; a panic is not. */
const inTime = (link, address) => link.sendInTime(address);
const atOnce = async (link, address) => link.send(address);

/** A button that does a verb once a touch, and shows what became of it. */
function verbButton(stage, verb, kind, label, hint, send) {
  const node = el(`button.do.${kind}`, { type: "button", "data-verb": verb }, el("b", {}, label), hint);
  let waiting = 0;
  onPress(node, async () => {
    node.classList.add("firing");
    if (!(await send(stage.link, `/lmdm/${verb}`))) return refuse(stage, node, label);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      node.classList.remove("firing");
      flash(node, "refused");
      stage.say(`${label}: no answer`, "bad");
    }, ANSWER_MS);
  });
  stage.onAnswer(verb, (done) => {
    clearTimeout(waiting);
    node.classList.remove("firing");
    flash(node, done ? "done" : "refused");
  });
  return node;
}

function refuse(stage, node, label) {
  node.classList.remove("firing");
  flash(node, "refused");
  stage.say(`${label} was not sent: no connection`, "bad");
}

/** Panic fades, a second one is silent at once; holding RELEASE brings the sound back. */
export function panicButton(stage) {
  const hint = el("small", {}, "fade out");
  const panic = verbButton(stage, "panic", "panic", "PANIC", hint, atOnce);
  const back = el("button.do.release", { type: "button" }, el("b", {}, "RELEASE"), el("small", {}, "hold"));
  onHold(back, RELEASE_MS, () => stage.link.send("/lmdm/release") || refuse(stage, back, "RELEASE"));
  const node = el("div.panics", {}, panic, back);
  stage.store.watch("mix/fade", (fade) => {
    node.classList.toggle("silent", fade < 1);
    say(hint, fade >= 1 ? "fade out" : fade > 0 ? "again: silent at once" : "silent");
  });
  return node;
}

/** Show a state for a moment. */
export function flash(node, state) {
  node.classList.remove(state);
  void node.offsetWidth;
  node.classList.add(state);
  setTimeout(() => node.classList.remove(state), SHOWN_MS);
}
