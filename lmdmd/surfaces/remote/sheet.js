/* What this page is to the show: its passcode, and the sheet behind the connection light. */

import { el, say } from "./dom.js";
import { onTap, toggle } from "./widgets.js";

const PASSCODE = "lmdmd.passcode";
const SWITCHES = ["show/lock", "show/takeover", "show/auto", "record/on"];

/** Asks for the passcode when the daemon wants one; the tab remembers a right one. */
export class Passcode {
  constructor(link, onLevel) {
    this.link = link;
    this.onLevel = onLevel;
    this.level = "";
    this.looking = false;
    this.why = el("p");
    this.line = el("input", { type: "password", autocomplete: "off", enterKeyHint: "go", "aria-label": "passcode" });
    const buttons = el(
      "div.line",
      {},
      onTap(el("button.quiet", { type: "button" }, "not now"), () => this.hide()),
      el("button.strong", { type: "submit" }, "log in"),
    );
    this.node = el(
      "div.asking",
      { hidden: true },
      el(
        "form.card",
        { onsubmit: (event) => this.tell(event) },
        el("h3", {}, "Passcode"),
        this.why,
        this.line,
        buttons,
      ),
    );
    link.passcode = sessionStorage.getItem(PASSCODE) ?? "";
  }

  /** Ask, saying why; who puts it off is asked again by what they touch, never by the line. */
  ask(why) {
    say(this.why, why);
    if (!this.node.hidden) return;
    this.node.hidden = false;
    this.line.value = "";
    this.line.focus();
  }

  hide() {
    this.looking = true;
    this.node.hidden = true;
    this.line.blur();
  }

  tell(event) {
    event.preventDefault();
    if (this.line.value) this.link.login(this.line.value);
  }

  /** The daemon took the passcode. */
  accepted(level) {
    this.level = level;
    sessionStorage.setItem(PASSCODE, this.link.passcode);
    this.hide();
    this.onLevel(level);
  }

  /** The daemon refused it. */
  refused(why) {
    this.link.forget();
    sessionStorage.removeItem(PASSCODE);
    this.ask(why);
  }
}

/** The sheet behind the connection light: what this page is to the show. */
export class Sheet {
  constructor(stage, wake, passcode) {
    Object.assign(this, { stage, wake, passcode });
    const { store } = stage;
    this.facts = el("dl");
    const close = onTap(el("button.quiet", { type: "button" }, "close"), () => this.show(false));
    const rows = SWITCHES.filter((name) => store.rows.has(name));
    this.node = el("aside.sheet", { hidden: true }, el("header", {}, el("h3", {}, "this page"), close), this.facts);
    this.node.append(
      labelled("jump to", this.jump()),
      labelled("timed cues", this.verb("show/stop", "hold them"), this.verb("show/start", "let them fire")),
      labelled("next cue", this.verb("show/skip", "leave it out")),
    );
    if (store.rows.has("show/conductor")) {
      this.node.append(
        labelled("conduct", this.verb("conductor/take", "only I fire cues"), this.verb("conductor/leave", "leave")),
      );
    }
    this.node.append(
      ...rows.map((name) =>
        labelled(
          name.replace("show/", "").replace("/on", ""),
          el("span.doc", {}, store.rows.get(name).doc),
          toggle(store.rows.get(name), store),
        ),
      ),
    );
    this.node.append(
      labelled(
        "passcode",
        onTap(el("button.quiet", { type: "button" }, "log in"), () => passcode.ask("")),
      ),
    );
  }

  verb(name, words) {
    return onTap(el("button.quiet", { type: "button" }, words), () => this.send(`/lmdm/${name}`));
  }

  jump() {
    const line = el("input", {
      type: "text",
      placeholder: "cue number or name",
      enterKeyHint: "go",
      autocomplete: "off",
      "aria-label": "cue",
    });
    line.addEventListener("keydown", (event) => {
      const cue = line.value.trim();
      if (event.key === "Enter" && cue && this.send("/lmdm/show/cue", cue)) line.value = "";
    });
    return line;
  }

  send(address, ...values) {
    const sent = this.stage.link.send(address, ...values);
    if (!sent) this.stage.say("not sent: no connection", "bad");
    return sent;
  }

  show(on) {
    this.node.hidden = !on;
    clearInterval(this.timer);
    if (!on) return;
    this.tell();
    this.timer = setInterval(() => this.tell(), 1000);
  }

  tell() {
    const { link } = this.stage;
    const facts = [
      ["connection", link.live ? `${link.round_ms.toFixed(0)} ms there and back` : "none"],
      ["daemon", location.host],
      ["may", this.passcode.level || "what needs no passcode: none was given"],
      ["screen", this.wake.state],
    ];
    this.facts.replaceChildren(...facts.flatMap(([name, words]) => [el("dt", {}, name), el("dd", {}, words)]));
  }
}

function labelled(words, ...parts) {
  return el("div.labelled", {}, el("span.label", {}, words), el("div.line", {}, ...parts));
}
