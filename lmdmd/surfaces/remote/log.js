/* The Log: incidents, refusals, and what became of what this page did. */

import { el, say } from "./dom.js";
import { onTap } from "./widgets.js";

const KEPT = 400;
const KINDS = {
  all: () => true,
  incidents: (kind) => kind === "incident",
  refusals: (kind) => kind === "fail",
  mine: (kind) => ["done", "heard", "ack"].includes(kind),
};

/** Keeps the lines; the view is built anew with the others and shows what is there. */
export class Log {
  constructor() {
    this.list = el("div.lines", {
      role: "log",
      "data-empty": "Nothing has happened yet. Incidents, refusals, and when your changes were heard stand here.",
    });
    this.waiting = new Map();
    this.filter = "all";
  }

  /** Add a line; returns it. */
  add(kind, text, more = "") {
    const time = el("time", {}, new Date().toLocaleTimeString([], { hour12: false }));
    const line = el(
      `div.line.${kind}`,
      { "data-kind": kind },
      time,
      el("span.chip", {}, kind),
      el("b", {}, text),
      el("span.more", {}, more),
    );
    line.hidden = !KINDS[this.filter](kind);
    this.list.prepend(line);
    while (this.list.childElementCount > KEPT) this.list.lastChild.remove();
    return line;
  }

  /** A write was taken: one line for a row, until it is heard. */
  acked(name, words, seconds) {
    const known = this.waiting.get(name);
    const more = seconds > 0 ? `heard in ${seconds.toFixed(2)} s` : "heard now";
    if (known?.isConnected && known.dataset.kind === "ack") {
      say(known.querySelector("b"), `${name} ${words}`);
      say(known.querySelector(".more"), more);
    } else {
      this.waiting.set(name, this.add("ack", `${name} ${words}`, more));
    }
  }

  /** A write is heard. */
  heard(name, seconds) {
    const line = this.waiting.get(name);
    if (!line) return;
    this.waiting.delete(name);
    line.dataset.kind = "heard";
    line.className = "line heard";
    say(line.querySelector(".chip"), "heard");
    say(line.querySelector(".more"), `after ${seconds.toFixed(2)} s`);
    line.hidden = !KINDS[this.filter]("heard");
  }

  /** The view. */
  view() {
    const chips = Object.keys(KINDS).map((name) => onTap(el("button", { type: "button" }, name), () => pick(name)));
    const pick = (name) => {
      this.filter = name;
      chips.forEach((chip) => chip.setAttribute("aria-pressed", chip.textContent === name));
      for (const line of this.list.children) line.hidden = !KINDS[name](line.dataset.kind);
    };
    pick(this.filter);
    return el("div.view.log", {}, el("div.finder", {}, el("div.segments", { role: "group" }, ...chips)), this.list);
  }
}
