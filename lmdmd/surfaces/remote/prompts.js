/* The prompts: their words, their weights, and a pad on which a finger blends them. */

import { cornersFor, placeFor, weightsAt, within } from "./blend.js";
import { draw, el, say } from "./dom.js";
import { slider, text } from "./widgets.js";

const SLACK_PX = 5;
const INSET = 0.16;
const GLIDES_S = [0, 2, 8];
const TAP_MS = 350;

/** Numbers of the prompts that the table has. */
export function slotsOf(store) {
  const names = [...store.rows.keys()].map((name) => name.match(/^prompt\/(\d+)\/text$/));
  return names.filter(Boolean).map((found) => Number(found[1]));
}

/** One line for each prompt: words, weight, and when what was changed is heard. */
export function promptList(stage) {
  const { store } = stage;
  const slots = slotsOf(store);
  const lines = slots.map((slot) => promptLine(stage, slot));
  const more = el("button.quiet.more", { type: "button" }, "+ another prompt");
  const node = el("div.prompts", {}, ...lines, more);
  const hidden = () => slots.filter((slot) => lines[slot].hidden);
  const show = () => {
    const used = slots.filter((slot) => store.get(`prompt/${slot}/text`));
    slots.forEach(
      (slot) => (lines[slot].hidden = !used.includes(slot) && !lines[slot].asked && !(slot === 0 && !used.length)),
    );
    more.hidden = !hidden().length;
  };
  more.addEventListener("click", () => {
    const [slot] = hidden();
    lines[slot].asked = true;
    show();
    lines[slot].querySelector("input").focus();
  });
  slots.forEach((slot) => store.watch(`prompt/${slot}/text`, show));
  show();
  return node;
}

function promptLine({ store, heard }, slot) {
  const name = (part) => `prompt/${slot}/${part}`;
  const words = text(store.rows.get(name("text")), store, "words of this prompt");
  const weight = slider(store.rows.get(name("weight")), store);
  const node = el("div.prompt", { "data-slot": slot }, el("i.dot"), words, weight);
  words.addEventListener("blur", () => (node.asked = false));
  for (const part of ["text", "weight"]) {
    heard.set(name(part), (state) => {
      node.dataset.heard = state;
    });
  }
  return node;
}

/** A pad with a corner for every prompt that has words; the puck is the mixture. */
export function blendPad(stage) {
  const { store } = stage;
  const slots = slotsOf(store);
  const web = draw("svg", { viewBox: "0 0 100 100", "aria-hidden": "true", preserveAspectRatio: "none" });
  const puck = el("i.puck");
  const tags = el("div.tags");
  const surface = el("div.surface", { "data-pad": "prompts" }, web, tags, puck);
  const glide = glideChoice();
  const node = el("div.pad", {}, surface, glide.node);
  const pad = { used: [], corners: [], surface, held: false };

  const place = () => {
    const at = placeFor(
      pad.corners,
      pad.used.map((slot) => store.get(`prompt/${slot}/weight`)),
    );
    puck.style.left = `${percent(at[0])}%`;
    puck.style.top = `${percent(at[1])}%`;
    pad.used.forEach((slot, index) =>
      tags.children[index]?.style.setProperty("--weight", store.get(`prompt/${slot}/weight`)),
    );
    pad.at = at;
  };
  const build = () => {
    pad.used = slots.filter((slot) => store.get(`prompt/${slot}/text`));
    pad.corners = cornersFor(pad.used.length);
    node.hidden = pad.used.length < 2;
    surface.classList.toggle("two", pad.used.length === 2);
    const points = pad.corners.map((corner) => corner.map(percent).join(",")).join(" ");
    web.replaceChildren(draw("polygon", { points }));
    tags.replaceChildren(...pad.used.map((slot, index) => cornerTag(stage, pad, slot, index, glide)));
    place();
  };
  for (const slot of slots) {
    store.watch(`prompt/${slot}/text`, build);
    store.watch(`prompt/${slot}/weight`, place);
  }
  dragPuck(store, pad);
  return node;
}

const percent = (part) => 100 * (INSET + part * (1 - 2 * INSET));

function glideChoice() {
  const words = GLIDES_S.map((seconds) => (seconds ? `${seconds} s` : "now"));
  const buttons = words.map((word, index) => el("button", { type: "button", onclick: () => pick(index) }, word));
  const choice = {
    seconds: 0,
    node: el("div.segments.glide", { role: "group", "aria-label": "how long a tap on a corner takes" }, ...buttons),
  };
  const pick = (index) => {
    choice.seconds = GLIDES_S[index];
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", at === index));
  };
  pick(1);
  return choice;
}

/** A corner's name; a tap takes the mixture there. */
function cornerTag(stage, pad, slot, index, glide) {
  const [x, y] = pad.corners[index];
  const tag = el("span.tag", { "data-slot": slot }, stage.store.get(`prompt/${slot}/text`));
  tag.style.setProperty("--x", Math.abs(x - 0.5) < 0.1 ? 0.5 : Math.round(x));
  tag.style.setProperty("--y", y);
  tag.goThere = () => {
    for (const other of pad.used) {
      const value = other === slot ? 1 : 0;
      const sent = glide.seconds
        ? stage.link.send(`/lmdm/prompt/${other}/weight`, value, glide.seconds)
        : stage.link.send(`/lmdm/prompt/${other}/weight`, value);
      if (!sent) return stage.say("not sent: no connection", "bad");
    }
  };
  return tag;
}

function dragPuck(store, pad) {
  const { surface } = pad;
  const name = (slot) => `prompt/${slot}/weight`;
  let last = null;
  let at = [0.5, 0.5];
  let tapped = null;
  const end = () => {
    if (!last) return;
    const tap = last.slack && tapped && performance.now() - last.began_ms < TAP_MS;
    last = null;
    surface.classList.remove("held");
    pad.used.forEach((slot) => store.letGo(name(slot)));
    if (tap) tapped.goThere();
  };
  surface.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || last) return;
    tapped = event.target.closest(".tag");
    surface.setPointerCapture(event.pointerId);
    last = { x: event.clientX, y: event.clientY, slack: true, began_ms: performance.now() };
    at = pad.at;
    pad.used.forEach((slot) => store.hold(name(slot)));
    surface.classList.add("held");
  });
  surface.addEventListener("pointermove", (event) => {
    if (!last) return;
    if (!pad.used.every((slot) => store.isHeld(name(slot)))) return end();
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    if (last.slack) {
      if (Math.hypot(dx, dy) >= SLACK_PX) last = { ...last, x: event.clientX, y: event.clientY, slack: false };
      return;
    }
    const box = surface.getBoundingClientRect();
    const scale = 1 - 2 * INSET;
    at = within(pad.corners, [at[0] + dx / (box.width * scale), at[1] + dy / (box.height * scale)]);
    last = { ...last, x: event.clientX, y: event.clientY };
    weightsAt(pad.corners, at).forEach((weight, index) => store.set(name(pad.used[index]), rounded(weight)));
  });
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) surface.addEventListener(kind, end);
}

const rounded = (weight) => Math.round(weight * 1000) / 1000;
