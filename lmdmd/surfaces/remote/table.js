/* The table of rows, read from the daemon's OSCQuery tree. Nothing about any row is written in this page. */

const PREFIX = "/lmdm/";
const KINDS = ["float", "int", "bool", "choice", "text"];
const RATES = ["audio", "block", "control", "report"];
const UNITS = { "gain.db": "dB", "time.second": "s", "time.ms": "ms", "time.hz": "Hz", "time.bpm": "bpm" };
const WARP = "warp:";

/** Rows of a tree by name, in the table's order: every node with a kind and a rate. */
export function rowsOf(tree) {
  const rows = new Map();
  const walk = (node) => {
    const row = rowOf(node);
    if (row) rows.set(row.name, row);
    Object.values(node.CONTENTS ?? {}).forEach(walk);
  };
  walk(tree);
  return rows;
}

function rowOf(node) {
  const tags = node.TAGS ?? [];
  const rate = RATES.find((word) => tags.includes(word));
  const kind = KINDS.find((word) => node.EXTENDED_TYPE?.[0] === word);
  if (!rate || !kind) return null;
  const range = node.RANGE?.[0] ?? {};
  const name = node.FULL_PATH.slice(PREFIX.length);
  const unit = node.UNIT?.[0] ?? "";
  return {
    name,
    address: node.FULL_PATH,
    group: name.split("/")[0],
    kind,
    rate,
    writable: rate !== "report",
    stage: tags.includes("stage"),
    warp: tags.find((tag) => tag.startsWith(WARP))?.slice(WARP.length) ?? "lin",
    lo: range.MIN ?? 0,
    hi: range.MAX ?? 1,
    choices: range.VALS ?? [],
    unit: UNITS[unit] ?? unit,
    doc: node.DESCRIPTION ?? "",
    value: node.VALUE?.[0],
    preset: node.DEFAULT_VALUE?.[0],
  };
}

// --- places on a fader: 0 to 1 -----------------------------------------------------------------------------

const FADER_DB = 60;
const loudness = (db, row) => 10 ** ((db - row.hi) / FADER_DB);

/** Where on a fader a value stands. */
export function placeOf(row, value) {
  const at = Math.min(Math.max(value, row.lo), row.hi);
  if (row.warp === "exp") return Math.log(at / row.lo) / Math.log(row.hi / row.lo);
  if (row.warp === "db") {
    const floor = loudness(row.lo, row);
    return (loudness(at, row) - floor) / (1 - floor);
  }
  return (at - row.lo) / (row.hi - row.lo);
}

/** Value at a place on a fader, rounded to what an ear could tell. */
export function valueAt(row, place) {
  const at = Math.min(Math.max(place, 0), 1);
  if (at === 0 || at === 1) return at ? row.hi : row.lo;
  let value = row.lo + at * (row.hi - row.lo);
  if (row.warp === "exp") value = row.lo * (row.hi / row.lo) ** at;
  if (row.warp === "db") {
    const floor = loudness(row.lo, row);
    value = row.hi + FADER_DB * Math.log10(floor + at * (1 - floor));
  }
  return row.kind === "int" ? Math.round(value) : rounded(row, value);
}

const FINEST = 1000;
const DIGITS = 4;

function rounded(row, value) {
  if (row.warp === "exp") return Number(value.toPrecision(DIGITS));
  const digits = Math.max(0, -Math.floor(Math.log10((row.hi - row.lo) / FINEST)));
  return Number(value.toFixed(digits));
}

// --- words -------------------------------------------------------------------------------------------------

const WHOLE = 100;
const THOUSAND = 1000;

/** A value in words, with its unit. */
export function wordsOf(row, value) {
  if (row.kind === "bool") return value ? "on" : "off";
  if (row.kind === "text" || row.kind === "choice") return String(value);
  if (row.unit === "Hz" && value >= THOUSAND) return `${(value / THOUSAND).toFixed(value < 10 * THOUSAND ? 2 : 1)} kHz`;
  return `${digits(row, value)}${row.unit ? ` ${row.unit}` : ""}`;
}

function digits(row, value) {
  if (row.kind === "int") return String(value);
  if (row.unit === "dB") return value <= row.lo && row.writable ? "-∞" : value.toFixed(1);
  const size = Math.max(Math.abs(value), row.hi - row.lo > WHOLE ? WHOLE : 0);
  return value.toFixed(size >= WHOLE ? 0 : row.hi - row.lo > 2 ? 1 : 2);
}

/** Seconds as a clock shows them. */
export function clockWords(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const tail = String(whole % 60).padStart(2, "0");
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${tail}`;
}
