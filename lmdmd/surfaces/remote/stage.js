/* The Stage: what a performer looks at. */

import { nextCard, nowCard, takenStrip, transport } from "./cues.js";
import { el } from "./dom.js";
import { blendPad, promptList } from "./prompts.js";
import { meter, slider, toggle } from "./widgets.js";

/** The view. */
export function stageView(stage) {
  const { store } = stage;
  const cues = el("div.cues", {}, nowCard(stage), nextCard(stage), takenStrip(stage));
  const prompts = el("section.mixture", {}, promptList(stage), blendPad(stage));
  return el("div.view.stage", {}, cues, prompts, levels(store), transport(stage));
}

/** Output meters, level, and the switches that a performer wants at hand. */
function levels(store) {
  const node = el("section.levels");
  const rows = (test) => [...store.rows.values()].filter(test);
  const meters = rows((row) => row.name.startsWith("meter/out/")).map((row) => meter(row, store));
  const pads = rows((row) => row.stage && row.rate === "audio" && row.kind === "bool");
  node.append(el("div.meters", {}, ...meters));
  const gain = store.rows.get("mix/gain");
  if (gain) node.append(el("div.labelled", {}, el("span.label", {}, "level"), slider(gain, store)));
  node.append(el("div.pads", {}, ...pads.map((row) => toggle(row, store, row.name.split("/").pop()))));
  return node;
}
