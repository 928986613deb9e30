/* All params: every row of the table, by group, searchable, each with the widget of its kind. */

import { el } from "./dom.js";
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
  const search = el("input", {
    type: "search",
    placeholder: `search ${rows.length} rows`,
    autocomplete: "off",
    "aria-label": "search",
  });
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
  const jumps = groups.map(({ name, node }) =>
    onTap(el("button.quiet", { type: "button" }, name), () => node.scrollIntoView({ block: "start" })),
  );
  const list = el("div.list", {}, ...groups.map((group) => group.node), none);
  const node = el(
    "div.view.params",
    {},
    el("div.finder", {}, search, el("div.segments", { role: "group" }, ...chips), el("div.jumps", {}, ...jumps)),
    list,
  );
  pick("all");
  markTaken(store, list);
  return node;
}

function groupOf(store, name, rows) {
  const entries = rows.filter((row) => row.group === name).map((row) => entryOf(store, row));
  const head = el("header", {}, el("h3", {}, name), el("small", {}, String(entries.length)));
  const body = el("div.entries", {}, ...entries.map((entry) => entry.node));
  return { name, entries, node: el("section.card.group", { "data-group": name }, head, body) };
}

function entryOf(store, row) {
  const head = el("div.head", {}, el("b", {}, row.name.slice(row.group.length + 1)));
  if (row.preset !== undefined) head.append(resetButton(store, row));
  const about = el("div.about", {}, head, el("p", {}, `${row.doc} `, el("small", {}, rangeOf(row))));
  const node = el(
    `div.entry.${row.kind}`,
    { "data-name": row.name },
    about,
    el("div.widget", {}, widgetFor(row, store)),
  );
  return { row, node, text: `${row.name} ${row.doc} ${row.unit} ${row.rate} ${row.choices.join(" ")}`.toLowerCase() };
}

function rangeOf(row) {
  const counted = row.writable && (row.kind === "float" || row.kind === "int");
  return counted ? `${wordsOf(row, row.lo)} … ${wordsOf(row, row.hi)}` : "";
}

/** The way back to the default, where the value is another. */
function resetButton(store, row) {
  const words = `↺ ${wordsOf(row, row.preset) || "empty"}`;
  const node = el("button.quiet.reset", { type: "button", "aria-label": `${row.name} to its default` }, words);
  onTap(node, () => store.set(row.name, row.preset));
  store.watch(row.name, (value) => node.classList.toggle("idle", !isChanged(row, value)));
  return node;
}

function isChanged(row, value) {
  if (row.preset === undefined) return false;
  return row.kind === "float"
    ? Math.abs(value - row.preset) > 1e-6 * Math.max(1, Math.abs(row.preset))
    : value !== row.preset;
}
