/* All params: every row of the table, by group, searchable, each with the widget of its kind. */

import { el, say } from "./dom.js";
import { markTaken } from "./mixer.js";
import { wordsOf } from "./table.js";
import { onTap, widgetFor } from "./widgets.js";

const FILTERS = {
  all: () => true,
  stage: (row) => row.stage,
  settable: (row) => row.writable,
  reports: (row) => !row.writable,
  changed: (row, store) => row.writable && isChanged(row, store.get(row.name)),
};

/** The view. */
export function paramsView({ store }) {
  const rows = [...store.rows.values()];
  const groups = [...new Set(rows.map((row) => row.group))].map((group) => groupOf(store, group, rows));
  const entries = groups.flatMap((group) => group.entries);
  const search = el("input", { type: "search", placeholder: `search ${rows.length} rows`, autocomplete: "off", "aria-label": "search" });
  const none = el("p.none", { hidden: true }, "nothing fits");
  let filter = "all";

  const sift = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { row, node, text } of entries) {
      node.hidden = !FILTERS[filter](row, store) || !words.every((word) => text.includes(word));
    }
    for (const group of groups) group.node.hidden = group.entries.every((entry) => entry.node.hidden);
    none.hidden = entries.some((entry) => !entry.node.hidden);
  };
  search.addEventListener("input", sift);
  const chips = Object.keys(FILTERS).map((name) => onTap(el("button", { type: "button" }, name), () => pick(name)));
  const pick = (name) => {
    filter = name;
    chips.forEach((chip) => chip.setAttribute("aria-pressed", chip.textContent === name));
    sift();
  };
  const list = el("div.list", {}, ...groups.map((group) => group.node), none);
  const node = el("div.view.params", {}, el("div.finder", {}, search, el("div.segments", { role: "group" }, ...chips)), list);
  pick("all");
  markTaken(store, list);
  return node;
}

function groupOf(store, group, rows) {
  const entries = rows.filter((row) => row.group === group).map((row) => entryOf(store, row));
  const head = el("header", {}, el("h3", {}, group), el("small", {}, String(entries.length)));
  return { entries, node: el("section.card.group", { "data-group": group }, head, ...entries.map((entry) => entry.node)) };
}

function entryOf(store, row) {
  const name = el("div.name", {}, el("b", {}, row.name.slice(row.group.length + 1)), el("p", {}, row.doc));
  const node = el(`div.entry.${row.kind}`, { "data-name": row.name }, name, el("div.widget", {}, widgetFor(row, store)));
  if (row.writable) node.append(aside(store, row));
  return { row, node, text: `${row.name} ${row.doc} ${row.unit} ${row.rate} ${row.choices.join(" ")}`.toLowerCase() };
}

/** Range, and the way back to the default. */
function aside(store, row) {
  const range = el("small");
  if (row.kind === "float" || row.kind === "int") say(range, `${wordsOf(row, row.lo)} … ${wordsOf(row, row.hi)}`);
  const node = el("div.aside", {}, range);
  if (row.preset === undefined) return node;
  const reset = el("button.quiet", { type: "button", "aria-label": `${row.name} to its default` });
  say(reset, `↺ ${wordsOf(row, row.preset) || "empty"}`);
  onTap(reset, () => store.set(row.name, row.preset));
  store.watch(row.name, (value) => reset.classList.toggle("idle", !isChanged(row, value)));
  node.append(reset);
  return node;
}

function isChanged(row, value) {
  if (row.preset === undefined) return false;
  return row.kind === "float" ? Math.abs(value - row.preset) > 1e-6 * Math.max(1, Math.abs(row.preset)) : value !== row.preset;
}
