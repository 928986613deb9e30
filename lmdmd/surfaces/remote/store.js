/* What every row is, for all that shows it. A hand's own moves show at once; the daemon's word comes after. */

const SEND_MS = 33;
const SETTLE_MS = 400;
const SINGLE_DIGITS = 7;

/** What came over the line, as the kind it is: a truth travels as a number, and a number with some 7 digits. */
const READ = {
  bool: (value) => Boolean(value),
  float: (value) => Number(value.toPrecision(SINGLE_DIGITS)),
};

/** Values of rows by name; `send(address, value)` passes a write on and says whether it went out. */
export class Store {
  constructor(send, onUnsent) {
    this.send = send;
    this.onUnsent = onUnsent;
    this.rows = new Map();
    this.cells = new Map();
    this.watchers = new Set();
  }

  /** Take a table of rows; what was shown of rows that are still there stays. */
  adopt(rows) {
    this.rows = rows;
    for (const row of rows.values()) {
      if (!this.cells.has(row.name)) this.cells.set(row.name, new Cell(row.value));
    }
  }

  get(name) {
    return this.cells.get(name)?.shown;
  }

  /** Call `show(value)` now and on every change. */
  watch(name, show) {
    const cell = this.cells.get(name);
    if (!cell) return;
    cell.watchers.add(show);
    if (cell.shown !== undefined) show(cell.shown);
  }

  /** Forget who watches: the views are built anew. */
  unwatch() {
    for (const cell of this.cells.values()) cell.watchers.clear();
  }

  // --- the daemon's word ---------------------------------------------------------------------------------

  /** A row's value as the daemon says it. */
  told(name, value) {
    const cell = this.cells.get(name);
    if (!cell || !this.rows.has(name)) return;
    cell.truth = READ[this.rows.get(name).kind]?.(value) ?? value;
    if (!cell.held && performance.now() >= cell.settled_ms) cell.show(cell.truth);
  }

  /** The daemon has taken a write of this row, as `value`, or refused it: from now on its word counts. */
  answered(name, value) {
    const cell = this.cells.get(name);
    if (!cell?.settled_ms) return;
    if (value !== undefined) this.told(name, value);
    this.rest(cell);
  }

  rest(cell) {
    if (cell.held || cell.timer) return;
    cell.settled_ms = 0;
    cell.show(cell.truth);
  }

  // --- the hand ------------------------------------------------------------------------------------------

  /** A finger is on a row: what the daemon says of it is not shown until `letGo`. */
  hold(name) {
    this.cells.get(name).held = true;
  }

  /** Whether the finger still counts; a lost line lifts it. */
  isHeld(name) {
    return this.cells.get(name).held;
  }

  letGo(name) {
    const cell = this.cells.get(name);
    cell.held = false;
    this.settle(cell);
  }

  /** Set a row by hand: shown at once, sent at most some 30 times a second, the last value always. */
  set(name, value) {
    const cell = this.cells.get(name);
    cell.show(value);
    cell.unsent = { value };
    const wait_ms = cell.sent_ms + SEND_MS - performance.now();
    if (wait_ms <= 0) this.flush(name, cell);
    else cell.timer ||= setTimeout(() => this.flush(name, cell), wait_ms);
  }

  flush(name, cell) {
    clearTimeout(cell.timer);
    cell.timer = 0;
    if (!cell.unsent) return;
    const { value } = cell.unsent;
    cell.unsent = null;
    cell.sent_ms = performance.now();
    if (this.send(this.rows.get(name).address, value)) this.settle(cell);
    else this.refuse(name, cell, value);
  }

  settle(cell) {
    cell.settled_ms = performance.now() + SETTLE_MS;
    clearTimeout(cell.settling);
    cell.settling = setTimeout(() => this.rest(cell), SETTLE_MS);
  }

  refuse(name, cell, value) {
    cell.settled_ms = 0;
    cell.show(cell.truth);
    this.onUnsent(name, value);
  }

  /** The line is lost: what was not sent never will be. */
  drop() {
    for (const cell of this.cells.values()) {
      clearTimeout(cell.timer);
      cell.timer = 0;
      cell.unsent = null;
      cell.held = false;
      cell.settled_ms = 0;
      cell.show(cell.truth);
    }
  }
}

/** One row: the daemon's truth, what is shown, and what a hand is doing to it. */
class Cell {
  constructor(value) {
    this.truth = this.shown = value;
    this.watchers = new Set();
    this.held = false;
    this.unsent = null;
    this.timer = 0;
    this.sent_ms = -SEND_MS;
    this.settled_ms = 0;
  }

  show(value) {
    if (value === this.shown) return;
    this.shown = value;
    for (const show of this.watchers) show(value);
  }
}
