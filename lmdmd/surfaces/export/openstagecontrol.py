"""The Open Stage Control session: tabs Stage, Prompts, Mixer, and one for each group of rows and verbs.

A widget's address is a row's address, and that is all it takes: what the daemon tells moves it, what a hand does is
sent. The session's custom module is not needed; the server is started with the daemon's address and a port to hear on.
"""

from __future__ import annotations

import json
from typing import Any

from lmdmd import commands, params
from lmdmd.commands import Command
from lmdmd.params import PROMPT_SLOTS, Param
from lmdmd.surfaces.export.connection import BUTTONS, HOST, LEASE_S, PORT, RENEW_S, TOLD
from lmdmd.surfaces.export.table import Group, Table, short_name, usage

RECEIVE = 9140
"""Port on which Open Stage Control hears."""
WEB = 8081
VERSION = "1.30.1"
PADS = 16
"""Buttons that jump to the cues called 1, 2, ..."""
COLOURS = {"show/go": "#2e8b40", "show/back": "#295c99", "panic": "#b32924", "release": "#295c99"}
WIDE = 20_000.0
"""Range up to which a fader is of use."""

Widget = dict[str, Any]

MODULE = f"""\
// Asks lmdmd for every value, and again before that wish ends. Made by lmdmd export patches openstagecontrol.
var [host, port] = [].concat(settings.read('send') || '{HOST}:{PORT}')[0].split(':')

function ask() {{
    send(host, port, '/lmdm/listen', {{type: 's', value: '*'}}, {{type: 'i', value: {LEASE_S}}})
}}

module.exports = {{
    init: function() {{
        ask()
        setInterval(ask, {RENEW_S * 1000})
    }},
    stop: function() {{
        send(host, port, '/lmdm/ignore', {{type: 's', value: '*'}})
    }}
}}
"""
"""The custom module of its server: scripts in a session may send only what a hand began."""


def make_files(table: Table) -> dict[str, str | bytes]:
    """The session, the module that asks for values, and a readme."""
    session = json.dumps(make_session(table), indent=1) + "\n"
    return {"lmdmd.json": session, "lmdmd.js": MODULE, "README.md": README}


def make_session(table: Table) -> Widget:
    """The whole session."""
    tabs = [_tab("Stage", stage_widgets()), _tab("Prompts", prompt_widgets()), *map(group_tab, table.groups)]
    root = _widget("root", "lmdmd", tabs=tabs, widgets=[], colorBg="#181818")
    return {"createdWith": "Open Stage Control", "version": VERSION, "type": "session", "content": root}


# --- tabs --------------------------------------------------------------------------------------------------


def _tab(name: str, widgets: list[Widget]) -> Widget:
    return _widget("tab", f"tab {name}", label=name, layout="vertical", widgets=widgets, scroll=True)


def stage_widgets() -> list[Widget]:
    """Big buttons, cues, and what plays and what comes."""
    big = [press(commands.find(verb), "stage", word, COLOURS[verb]) for verb, word in BUTTONS]
    jump = commands.find("show/cue")
    pads = [
        _widget(
            "button", f"stage cue {pad}", label=f"{pad}", mode="tap", address=jump.address, on=f"{pad}", typeTags="s"
        )
        for pad in range(1, PADS + 1)
    ]
    told = [_line(label, report(params.find(name), "stage")) for label, name in TOLD]
    faders = [row_widget(params.find(name), "stage") for name in ("mix/gain", "mix/mute", "mix/freeze")]
    meters = [report(params.find(f"meter/out/{side}"), "stage") for side in "lr"]
    return [
        _box("stage buttons", big, height=140),
        _box("stage cues", pads, height=70),
        *told,
        _box("stage faders", [*faders, *meters], height=60),
    ]


def prompt_widgets() -> list[Widget]:
    """The prompts: words to type, and their shares."""
    return [
        _box(
            f"prompt {slot}",
            [row_widget(params.find(f"prompt/{slot}/{what}"), "prompts") for what in ("text", "weight")],
            height=60,
        )
        for slot in range(PROMPT_SLOTS)
    ]


def group_tab(group: Group) -> Widget:
    """Every row and verb of a group."""
    rows = [_line(short_name(row.name), row_widget(row, "all")) for row in group.params]
    verbs = [_line(f"{short_name(verb.name)} {usage(verb.arguments)}", verb_widget(verb)) for verb in group.commands]
    return _tab(group.name, [*rows, *verbs])


def _line(label: str, widget: Widget) -> Widget:
    words = _widget("text", f"label {widget['id']}", default=label, width=220, align="left", bypass=True)
    return _box(f"line {widget['id']}", [words, widget], height=44)


def _box(name: str, widgets: list[Widget], height: int) -> Widget:
    return _widget("panel", name, layout="horizontal", widgets=widgets, height=height, scroll=False)


# --- widgets -----------------------------------------------------------------------------------------------


def _widget(kind: str, name: str, **properties: object) -> Widget:
    return {"type": kind, "id": name, **properties}


def row_widget(param: Param, where: str) -> Widget:
    """What shows a row, and changes it if it may be."""
    if not param.writable:
        return report(param, where)
    common = {"address": param.address, "label": False, "expand": True, "comments": param.doc}
    name = f"{where} {param.name}"
    if param.kind == "text":
        return _widget("input", name, typeTags="s", **common)
    if param.kind == "bool":
        return _widget("button", name, mode="toggle", on=1, off=0, typeTags="i", **{**common, "label": param.name})
    if param.kind == "choice":
        return _widget("switch", name, values=list(param.choices), layout="horizontal", typeTags="s", **common)
    tag = "i" if param.kind == "int" else "f"
    if param.hi - param.lo > WIDE:
        return _widget("input", name, numeric=True, typeTags=tag, **common)
    span = {"range": {"min": param.lo, "max": param.hi}, "unit": param.unit}
    curve = {"logScale": True} if param.warp == "exp" else {}
    steps = {"steps": round(param.hi - param.lo) + 1} if param.kind == "int" else {}
    fader = {"horizontal": True, "input": True, "doubleTap": True, "typeTags": tag}
    return _widget("fader", name, **common, **span, **curve, **steps, **fader)


def report(param: Param, where: str) -> Widget:
    """What shows a row and never sends."""
    name, common = f"{where} {param.name}", {"address": param.address, "label": False, "expand": True, "bypass": True}
    if param.unit == "dB":
        span = {"min": param.lo, "max": param.hi}
        return _widget("fader", name, range=span, horizontal=True, interaction=False, design="compact", **common)
    if param.kind == "bool":
        return _widget("led", name, range={"min": 0, "max": 1}, **common)
    return _widget("text", name, align="left", wrap=True, comments=param.doc, **common)


def press(command: Command, where: str, word: str, colour: str = "auto") -> Widget:
    """A verb as a button that sends its address once a touch."""
    look = {"label": word, "colorWidget": colour, "expand": True, "comments": command.doc}
    return _widget("button", f"{where} do {command.name}", address=command.address, mode="momentary", **look)


def verb_widget(command: Command) -> Widget:
    """A verb: a button when it needs nothing said, else a line to type its arguments into."""
    if all(argument.default is not None for argument in command.arguments):
        return press(command, "all", short_name(command.name))
    said = {"address": command.address, "label": False, "expand": True, "comments": command.doc}
    return _widget("input", f"all do {command.name}", **said)


README = f"""\
# lmdmd for Open Stage Control

Made by `lmdmd export patches openstagecontrol` from the program's tables; do not edit.

Start `lmdmd run`, then Open Stage Control 1.20 or newer with

    open-stage-control --load lmdmd.json --custom-module lmdmd.js --send {HOST}:{PORT} --osc-port {RECEIVE} --port {WEB}

and open its page, port {WEB}, in the browser of a tablet. *Stage* has GO, BACK, PANIC, RELEASE, the cues 1 to {PADS},
and what plays; *Prompts* the prompts, to be typed; then comes a tab for each group of rows and verbs. The module asks
the daemon for all values and renews that wish; they come to the port {RECEIVE}. Loading a session sends nothing else.

## To be checked by hand

The session's structure is checked in our tests, not in Open Stage Control. With a running daemon:

1. The session loads without an error in its console; tabs and labels can be read.
2. All values come within a second; a fader moved elsewhere moves here, and does not flutter.
3. GO fires once a touch; a cue button jumps; a prompt typed here arrives whole; a choice works both ways.
4. Two browsers side by side stay equal.
"""
