/* The line to the daemon: one WebSocket, OSC both ways. What cannot be sent now is not sent, and never later. */

import { decode, encode } from "./osc.js";

export const STALE_MS = 1200;
const BEAT_MS = 400;
const ANSWER_MS = 1800;
const SURE_MS = 250;
const SIGN_MS = 350;
const CONNECT_MS = 2000;
const AGAIN_MS = 400;
const LEASE_S = 60;
const RENEW_MS = 20000;

/** `onState(live)` hears of every gain and loss, `onMessage(address, values)` of every message. */
export class Link {
  constructor(url, { onMessage, onState }) {
    this.url = url;
    this.onMessage = onMessage;
    this.onState = onState;
    this.live = false;
    this.round_ms = 0;
    this.socket = null;
    this.passcode = "";
    this.signs = [];
  }

  /** Connect, and again whenever the line is lost, until the page goes. */
  start() {
    addEventListener("online", () => this.lose());
    addEventListener("offline", () => this.lose());
    document.addEventListener("visibilitychange", () => this.beat());
    setInterval(() => this.beat(), BEAT_MS);
    this.connect();
  }

  /** Whether the other end was heard of just now: only then is anything sent. */
  get fresh() {
    return this.live && performance.now() - this.heard_ms < STALE_MS;
  }

  /** Send one message now; returns whether it went out. */
  send(address, ...values) {
    if (!this.fresh) return false;
    this.put(address, ...values);
    return true;
  }

  /** Send a message that must not come late: only to an end that was heard just now, or gives a sign when asked. */
  async sendInTime(address, ...values) {
    if (!this.fresh) return false;
    if (performance.now() - this.heard_ms > SURE_MS && !(await this.sign())) return false;
    return this.send(address, ...values);
  }

  sign() {
    this.ask();
    return new Promise((resolve) => {
      this.signs.push(resolve);
      setTimeout(() => resolve(false), SIGN_MS);
    });
  }

  /** Say a passcode; it is said again on every new line until `forget`. */
  login(passcode) {
    this.passcode = passcode;
    return this.send("/lmdm/login", passcode);
  }

  forget() {
    this.passcode = "";
  }

  /** The address space as the daemon has it for us; it never comes when we may not look, or the line is lost. */
  tree() {
    return new Promise((resolve) => {
      this.onTree = resolve;
      this.socket?.send("/");
    });
  }

  put(address, ...values) {
    this.socket.send(encode(address, ...values));
  }

  connect() {
    clearTimeout(this.again);
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.greet();
    socket.onmessage = (event) => this.take(event.data);
    socket.onclose = () => this.lose();
    this.socket = socket;
    this.began_ms = performance.now();
  }

  greet() {
    this.heard_ms = this.answered_ms = performance.now();
    this.asked_ms = 0;
    if (this.passcode) this.put("/lmdm/login", this.passcode);
    this.listen();
    this.ask();
  }

  listen() {
    this.listened_ms = performance.now();
    this.put("/lmdm/listen", "*", LEASE_S);
  }

  ask() {
    this.asked_ms = performance.now();
    this.put("/lmdm/status");
  }

  /** Ask whether the other end is there, and give the line up when it has been silent for too long. */
  beat() {
    const now_ms = performance.now();
    if (!this.socket) return;
    if (this.socket.readyState === WebSocket.CONNECTING) {
      if (now_ms - this.began_ms > CONNECT_MS) this.lose();
    } else if (now_ms - this.heard_ms > STALE_MS || now_ms - this.answered_ms > ANSWER_MS) {
      this.lose();
    } else {
      if (!this.asked_ms) this.ask();
      if (now_ms - this.listened_ms > RENEW_MS) this.listen();
    }
  }

  take(data) {
    this.heard_ms = performance.now();
    for (const resolve of this.signs.splice(0)) resolve(true);
    if (typeof data === "string") return this.read(JSON.parse(data));
    for (const { address, values } of decode(data)) {
      if (address === "/lmdm/status" || (address === "/lmdm/fail" && values[0] === "status")) this.answer();
      this.onMessage(address, values);
    }
  }

  read(said) {
    if (said.FULL_PATH === "/") this.onTree?.(said);
  }

  answer() {
    if (this.asked_ms) this.round_ms = this.heard_ms - this.asked_ms;
    this.asked_ms = 0;
    this.answered_ms = this.heard_ms;
    if (!this.live) {
      this.live = true;
      this.onState(true);
    }
  }

  /** Let go of the line and try again soon. */
  lose() {
    const socket = this.socket;
    if (!socket) return;
    this.socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    for (const resolve of this.signs.splice(0)) resolve(false);
    if (this.live) {
      this.live = false;
      this.onState(false);
    }
    this.again = setTimeout(() => this.connect(), AGAIN_MS);
  }
}
