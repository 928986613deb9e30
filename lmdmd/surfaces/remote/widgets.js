/* What a row looks like, by its kind. All of them show the store and write to it; none knows any row's name. */

import { el, say } from "./dom.js";
import { placeOf, valueAt, wordsOf } from "./table.js";

const SLACK_PX = 5;
const FINE_PX = 70;
const FINE = 0.2;
const KEY_STEP = 0.02;
const SEGMENTS = 4;
const WIDE = 10000;
const PEAK_MS = 1200;

/** The right widget for a row, wide. */
export function widgetFor(row, store) {
  if (!row.writable) return reading(row, store);
  const number = row.warp === "lin" && row.hi - row.lo > WIDE ? entry : slider;
  return { float: number, int: number, bool: toggle, choice, text }[row.kind](row, store);
}

// --- faders ------------------------------------------------------------------------------------------------

/** A horizontal slider. The finger moves it by as much as the finger moves: touching it changes nothing. */
export function slider(row, store) {
  const fill = el("i.fill");
  const words = el("b.words");
  const node = el("div.slider", faderFacts(row), fill, words);
  follow(node, row, store, (value) => {
    fill.style.transform = `scaleX(${placeOf(row, value)})`;
    node.classList.toggle("low", placeOf(row, value) < 0.5);
    say(words, wordsOf(row, value));
  });
  drag(node, row, store, (dx, dy, box) => [dx / box.width, Math.abs(dy)]);
  return node;
}

/** A vertical fader with its name. */
export function fader(row, store, label) {
  const fill = el("i.fill");
  const knob = el("i.knob");
  const words = el("b.words");
  const track = el("div.track", faderFacts(row), fill, el("i.preset"), knob);
  if (row.lo < 0 && row.hi > 0 && row.warp === "lin") {
    track.classList.add("bipolar");
    track.style.setProperty("--from", placeOf(row, 0));
  }
  if (row.preset !== undefined) track.style.setProperty("--preset", placeOf(row, row.preset));
  follow(track, row, store, (value) => {
    track.style.setProperty("--place", placeOf(row, value));
    say(words, wordsOf(row, value));
  });
  drag(track, row, store, (dx, dy, box) => [-dy / box.height, Math.abs(dx)]);
  return el("div.fader", { "data-row": row.name }, words, track, el("span.label", {}, label));
}

function faderFacts(row) {
  return {
    role: "slider",
    tabIndex: 0,
    "aria-label": row.name,
    "aria-valuemin": row.lo,
    "aria-valuemax": row.hi,
    "data-row": row.name,
  };
}

function follow(node, row, store, show) {
  store.watch(row.name, (value) => {
    node.setAttribute("aria-valuenow", value);
    node.setAttribute("aria-valuetext", wordsOf(row, value));
    show(value);
  });
}

/** Let a finger move a row: `part(dx, dy, box)` gives the way along the fader, 0 to 1, and the distance beside it. */
function drag(node, row, store, part) {
  let last = null;
  let place = 0;
  const end = () => {
    if (!last) return;
    last = null;
    node.classList.remove("held");
    store.letGo(row.name);
  };
  node.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || last) return;
    node.setPointerCapture(event.pointerId);
    last = { x: event.clientX, y: event.clientY, slack: true };
    place = placeOf(row, store.get(row.name));
    store.hold(row.name);
    node.classList.add("held");
  });
  node.addEventListener("pointermove", (event) => {
    if (!last) return;
    if (!store.isHeld(row.name)) return end();
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    if (last.slack) {
      if (Math.hypot(dx, dy) >= SLACK_PX) last = { x: event.clientX, y: event.clientY, slack: false };
      return;
    }
    const [along] = part(dx, dy, node.getBoundingClientRect());
    const box = node.getBoundingClientRect();
    const off = part(event.clientX - (box.left + box.width / 2), event.clientY - (box.top + box.height / 2), box)[1];
    place = Math.min(1, Math.max(0, place + along * (off > FINE_PX ? FINE : 1)));
    last = { x: event.clientX, y: event.clientY, slack: false };
    store.set(row.name, valueAt(row, place));
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(name, end);
  node.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (!step) return;
    event.preventDefault();
    const value = store.get(row.name);
    const next = row.kind === "int" ? value + Math.sign(step) : valueAt(row, placeOf(row, value) + step * KEY_STEP);
    store.set(row.name, Math.min(row.hi, Math.max(row.lo, next)));
  });
}

// --- switches ----------------------------------------------------------------------------------------------

/** A switch; `label` makes it a pad with its name. */
export function toggle(row, store, label = "") {
  const words = el("span.words");
  const node = el(label ? "button.pad" : "button.toggle", {
    "aria-label": row.name,
    "data-row": row.name,
    type: "button",
  });
  node.append(...(label ? [el("span.label", {}, label)] : [el("i.knob")]), words);
  store.watch(row.name, (value) => {
    node.setAttribute("aria-pressed", value);
    say(words, wordsOf(row, value));
  });
  return onTap(node, () => store.set(row.name, !store.get(row.name)));
}

/** One of a few words side by side, or a list of many. */
export function choice(row, store) {
  return row.choices.length > SEGMENTS ? list(row, store) : segments(row, store);
}

function segments(row, store) {
  const buttons = row.choices.map((word) =>
    onTap(el("button", { type: "button" }, word), () => store.set(row.name, word)),
  );
  store.watch(row.name, (value) => {
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", row.choices[index] === value));
  });
  return el("div.segments", { "aria-label": row.name, "data-row": row.name, role: "group" }, ...buttons);
}

function list(row, store) {
  const options = row.choices.map((word) => el("option", { value: word }, word));
  const node = el("select", { "aria-label": row.name, "data-row": row.name }, ...options);
  node.addEventListener("change", () => store.set(row.name, node.value));
  store.watch(row.name, (value) => (node.value = value));
  return node;
}

/** Call `act` for a tap: a finger that came down and went up on an element without scrolling away. */
export function onTap(node, act) {
  node.addEventListener("click", act);
  return node;
}

// --- words -------------------------------------------------------------------------------------------------

/** A line of text: goes out with Enter or when the finger leaves it, never sign by sign. */
export function text(row, store, hint = "") {
  const node = line(row, store, (words) => words.trim().replace(/\s+/g, " "));
  node.placeholder = hint;
  return node;
}

/** A number of so wide a range that no finger could hit it. */
function entry(row, store) {
  const node = line(row, store, (words) =>
    words.trim() && Number.isFinite(Number(words)) ? Number(words) : undefined,
  );
  node.inputMode = row.kind === "int" ? "numeric" : "decimal";
  return node;
}

/** A line that is written by hand; `read` says what its words mean, `undefined` for nothing. */
function line(row, store, read) {
  const node = el("input", {
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: false,
    enterKeyHint: "send",
    "aria-label": row.name,
    "data-row": row.name,
  });
  const show = () => (node.value = store.get(row.name) ?? "");
  node.addEventListener("blur", () => {
    const meant = read(node.value);
    if (meant !== undefined && meant !== store.get(row.name)) store.set(row.name, meant);
    show();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show();
    if (event.key === "Escape" || (event.key === "Enter" && !event.isComposing)) node.blur();
  });
  store.watch(row.name, () => document.activeElement !== node && show());
  return node;
}

/** A report: its value, with a bar where it has a range that says something. */
export function reading(row, store) {
  const words = el("b.words");
  const node = el("div.reading", { "data-row": row.name }, words);
  store.watch(row.name, (value) => say(words, wordsOf(row, value) || "–"));
  return node;
}

// --- meters ------------------------------------------------------------------------------------------------

/** A level as a bar with its peak; `--level` and `--peak` go from 0 to 1. */
export function meter(row, store) {
  const node = el(
    "div.meter",
    { "data-row": row.name, role: "meter", "aria-label": row.name },
    el("i.bar"),
    el("i.peak"),
  );
  let peak = 0;
  let peaked_ms = 0;
  store.watch(row.name, (value) => {
    const place = placeOf({ ...row, lo: METER_LO, hi: METER_HI, warp: "lin" }, value);
    const now_ms = performance.now();
    if (place >= peak || now_ms - peaked_ms > PEAK_MS) [peak, peaked_ms] = [place, now_ms];
    node.style.setProperty("--level", place);
    node.style.setProperty("--peak", peak);
    node.classList.toggle("hot", value > HOT_DB);
  });
  return node;
}

const METER_LO = -60;
const METER_HI = 6;
const HOT_DB = -0.5;
