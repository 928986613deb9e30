/* The Mixer: every row that acts in the mixer, as the table has them. */

import { takenRows } from "./cues.js";
import { el, say } from "./dom.js";
import { choice, fader, meter, toggle } from "./widgets.js";

/** The view. */
export function mixerView(stage) {
  const { store } = stage;
  const rows = [...store.rows.values()].filter((row) => row.rate === "audio");
  const groups = [...new Set(rows.map((row) => row.group))];
  const node = el(
    "div.view.mixer",
    {},
    ...groups.map((group) =>
      strip(
        store,
        group,
        rows.filter((row) => row.group === group),
      ),
    ),
  );
  markTaken(store, node);
  return node;
}

function strip(store, group, rows) {
  const label = (row) => row.name.slice(group.length + 1).replaceAll("_", " ");
  const numbers = rows.filter((row) => row.kind === "float" || row.kind === "int");
  const pads = rows.filter((row) => row.kind === "bool").map((row) => toggle(row, store, label(row)));
  const words = rows
    .filter((row) => row.kind === "choice")
    .map((row) => el("div.labelled", {}, el("span.label", {}, label(row)), choice(row, store)));
  const faders = el("div.faders", {}, meters(store, group), ...numbers.map((row) => fader(row, store, label(row))));
  return el(
    `section.card.strip.${group}`,
    {},
    el("header", {}, el("span.label", {}, group)),
    faders,
    el("div.pads", {}, ...pads, ...words),
  );
}

/** A group's own meters stand beside its faders: those of the mix are the output's. */
function meters(store, group) {
  const side = { mix: "out", input: "in" }[group];
  const rows = [...store.rows.values()].filter((row) => row.name.startsWith(`meter/${side}/`));
  const peak = el("b.words");
  const worst = () => say(peak, Math.max(...rows.map((row) => store.get(row.name))).toFixed(0));
  rows.forEach((row) => store.watch(row.name, worst));
  return el(
    "div.fader.metering",
    {},
    peak,
    el("div.meters", {}, ...rows.map((row) => meter(row, store))),
    el("span.label", {}, side ?? ""),
  );
}

/** Mark the widgets of rows that hands have taken from the cues. */
export function markTaken(store, node) {
  store.watch("show/taken", (words) => {
    const taken = takenRows(words);
    for (const widget of node.querySelectorAll("[data-row]")) {
      const { row } = widget.dataset;
      widget.classList.toggle(
        "taken-row",
        taken.includes(row) || (taken.includes("prompt") && row.startsWith("prompt/")),
      );
    }
  });
}
