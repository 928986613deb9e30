"""The TouchOSC layout: pages Stage, Prompts, Mixer, and All with a page for each group.

TouchOSC has no keyboard: words can be read there, not written. A fader there is linear over a row's whole range.
"""

from __future__ import annotations

import zlib
from uuid import NAMESPACE_URL, uuid5

import py2tosc
from py2tosc import ButtonType, Control, Document, Orientation, Response, Value, ui

from lmdmd import commands, params
from lmdmd.commands import Command
from lmdmd.params import PROMPT_SLOTS, Param
from lmdmd.surfaces.export.connection import BUTTONS, LEASE_S, PORT, RENEW_S, TOLD
from lmdmd.surfaces.export.table import Table, short_name

RECEIVE = 9130
"""Port on which TouchOSC hears."""
SIZE = (1024, 768)
TAB = 40
INNER = (SIZE[0], SIZE[1] - TAB)
PADS = 16
"""Buttons that jump to the cues called 1, 2, ..."""
COLOURS = {"show/go": "#2e8b40", "show/back": "#295c99", "panic": "#b32924", "release": "#295c99"}
DARK, GREY, BLUE = "#181818", "#404040", "#3a6ea5"

Place = tuple[float, float, float, float]

SCRIPT = f"""\
local renewed = -1e9
function update()
  local now = getMillis()
  if now - renewed > {RENEW_S * 1000} then
    renewed = now
    sendOSC('/lmdm/listen', '*', {LEASE_S}, {RECEIVE})
  end
end
"""
"""Asks for every value, and again before that wish ends."""


def make_files(table: Table) -> dict[str, str | bytes]:
    """The layout and its readme."""
    return {"lmdmd.tosc": to_bytes(make_layout(table)), "README.md": README}


def to_bytes(document: Document) -> bytes:
    """The file, the same for the same layout."""
    return zlib.compress(py2tosc.dumps(document).encode(), 9)


def make_layout(table: Table) -> Document:
    """The whole layout; every control has an identity that follows from its place."""
    pages = (stage_page(), prompts_page(), mixer_page(table), all_page(table))
    pager = ui.pager(*pages, name="pages", tabbar_size=TAB, frame=(0, 0, *SIZE))
    root = py2tosc.group(name="lmdmd", frame=(0, 0, *SIZE), color=DARK, script=SCRIPT, children=[pager])
    document = Document(root=root).resolve()
    for number, control in enumerate(document.walk()):
        control.id = str(uuid5(NAMESPACE_URL, f"lmdmd/touchosc/{number}"))
    return document


def _page(name: str, children: list[Control]) -> Control:
    return py2tosc.group(name=name, tab_label=name, color=DARK, outline=False, children=children)


# --- pages -------------------------------------------------------------------------------------------------


def stage_page() -> Control:
    """Big buttons, cues, what plays and what comes, the master fader and the meters."""
    children = [
        _press(commands.find(verb), (10 + 200 * place, 10, 190, 150), word, COLOURS[verb])
        for place, (verb, word) in enumerate(BUTTONS)
    ]
    for place, (word, name) in enumerate(TOLD):
        y = 180 + 36 * place
        children += [_label(word, (10, y, 110, 32)), _report(params.find(name), (125, y, 665, 32), 18)]
    for pad in range(PADS):
        x, y = 10 + 98 * (pad % 8), 590 + 66 * (pad // 8)
        jump = ui.osc(commands.find("show/cue").address, args=[ui.const(f"{pad + 1}")], on="RISE", receive=False)
        children += _named_button(f"{pad + 1}", (x, y, 90, 58), GREY, jump)
    for place, name in enumerate(("mix/gain", "meter/out/l", "meter/out/r")):
        row = params.find(name)
        x = 810 + 72 * place
        children += [_label(short_name(name), (x, 10, 66, 24)), _fader(row, (x, 40, 66, 620), tall=True)]
        children.append(_report(row, (x, 670, 66, 28), 13))
    return _page("Stage", children)


def prompts_page() -> Control:
    """The prompts and their shares, and what shapes the model."""
    children = []
    for slot in range(PROMPT_SLOTS):
        y = 10 + 80 * slot
        children += [
            _label(f"{slot}", (10, y, 40, 70)),
            _report(params.find(f"prompt/{slot}/text"), (60, y, 470, 70), 18),
            *_row(params.find(f"prompt/{slot}/weight"), (540, y, 474, 70)),
        ]
    rows = ("gen/cfg", "gen/temperature", "gen/steps")
    for place, name in enumerate(rows):
        y = 500 + 72 * place
        children += [_label(short_name(name), (10, y, 170, 62)), *_row(params.find(name), (190, y, 824, 62))]
    return _page("Prompts", children)


def mixer_page(table: Table) -> Control:
    """Every row of the mixer and of the input that can be changed."""
    rows = [row for row in table.params if row.writable and row.name.startswith(("mix/", "input/"))]
    return _page("Mixer", _lines([(row, None) for row in rows]))


def all_page(table: Table) -> Control:
    """A page for each group, with every row and every verb that needs nothing said."""
    pages = []
    for group in table.groups:
        ready = [verb for verb in group.commands if all(argument.default is not None for argument in verb.arguments)]
        lines = [*((row, None) for row in group.params), *((None, verb) for verb in ready)]
        pages.append(_page(group.name, _lines(lines, INNER[1] - TAB)))
    nested = ui.pager(*pages, name="groups", tabbar_size=TAB, frame=(0, 0, *INNER))
    return _page("All", [nested])


def _lines(rows: list[tuple[Param | None, Command | None]], height: float = INNER[1]) -> list[Control]:
    """Rows and verbs, in as many columns as they need."""
    columns = 2 if len(rows) > 9 else 1
    deep = -(-len(rows) // columns)
    pitch, width = min((height - 10) / max(deep, 1), 72.0), (SIZE[0] - 10) / columns
    children: list[Control] = []
    for at, (row, verb) in enumerate(rows):
        x, y = 10 + width * (at // deep), 5 + pitch * (at % deep)
        tall = round(pitch - 5)
        if row is not None:
            children += [_label(short_name(row.name), (x, y, 150, tall)), *_row(row, (x + 155, y, width - 170, tall))]
        elif verb is not None:
            colour = COLOURS.get(verb.name, GREY)
            children.append(_press(verb, (x, y, width - 20, tall), short_name(verb.name), colour))
    return children


# --- controls ----------------------------------------------------------------------------------------------


def _label(words: str, frame: Place) -> Control:
    text = [Value("text", default=words), Value("touch")]
    return py2tosc.label(frame=frame, values=text, text_size=14, background=False, outline=False)


def _report(param: Param, frame: Place, size: int = 16) -> Control:
    """What a row is, in words."""
    hear = ui.osc(param.address, args=[ui.value("text", conversion="STRING")], triggers=[], send=False)
    return py2tosc.label(name=param.name, frame=frame, text_size=size, color=GREY, messages=[hear])


def _row(param: Param, frame: Place) -> list[Control]:
    """What shows a row, and changes it if it may be; a number stands beside its fader."""
    x, y, width, height = frame
    if not param.writable or param.kind == "text":
        return [_report(param, frame)]
    if param.kind == "bool":
        return [_toggle(param, (x, y, min(width, 120), height))]
    shown = _report(param, (x + width - 90, y, 90, height), 13)
    touched = (x, y, width - 95, height)
    return [_radio(param, touched) if param.kind == "choice" else _fader(param, touched), shown]


def _fader(param: Param, frame: Place, *, tall: bool = False) -> Control:
    whole = "INTEGER" if param.kind == "int" else "FLOAT"
    said = ui.osc(
        param.address, args=[ui.value("x", conversion=whole, scale=(param.lo, param.hi))], send=param.writable
    )
    facing = Orientation.NORTH if tall else Orientation.EAST
    look = {"orientation": facing, "color": BLUE if param.writable else GREY, "response": Response.RELATIVE}
    return py2tosc.fader(name=param.name, frame=frame, messages=[said], interactive=param.writable, **look)


def _toggle(param: Param, frame: Place) -> Control:
    said = ui.osc(param.address, args=[ui.value("x", conversion="INTEGER")])
    return py2tosc.button(
        name=param.name, frame=frame, messages=[said], color=BLUE, button_type=ButtonType.TOGGLE_PRESS
    )


def _radio(param: Param, frame: Place) -> Control:
    """One of several: it says a number, and the word that comes back stands beside it."""
    said = ui.osc(param.address, args=[ui.value("x", conversion="INTEGER")], receive=False)
    return py2tosc.radio(name=param.name, frame=frame, messages=[said], color=BLUE, steps=len(param.choices))


def _press(command: Command, frame: Place, word: str, colour: str) -> Control:
    said = ui.osc(command.address, args=[], on="RISE", receive=False)
    return py2tosc.group(
        name=command.name, frame=frame, outline=False, children=_named_button(word, (0, 0, *frame[2:]), colour, said)
    )


def _named_button(word: str, frame: Place, colour: str, message: py2tosc.OscMessage) -> list[Control]:
    """A button with a word on it, which lets a finger through."""
    press = py2tosc.button(name=word, frame=frame, messages=[message], color=colour)
    text = [Value("text", default=word), Value("touch")]
    size = 28 if frame[3] > 100 else 16
    label = py2tosc.label(frame=frame, values=text, text_size=size, background=False, outline=False)
    return [press, label]


README = f"""\
# lmdmd for TouchOSC

Made by `lmdmd export patches touchosc` from the program's tables; do not edit.

Start `lmdmd run --bind ADDRESS` with the address that the tablet reaches. Load `lmdmd.tosc`. In TouchOSC's connections
switch on one of OSC: *UDP*, host: that address, send port: {PORT}, receive port: {RECEIVE}. Press play.

- *Stage*: GO, BACK, PANIC, RELEASE, the cues 1 to {PADS}, what plays and what comes, the master fader and meters.
- *Prompts*: the words (TouchOSC has no keyboard: they are written elsewhere), their shares, and what shapes the model.
- *Mixer*: everything of the mixer and the input. *All*: every row, and every verb that needs nothing said.

The layout asks for all values when it starts and every {RENEW_S} s; loading it sends nothing else.

## To be checked by hand

The file is checked with py2tosc, not in TouchOSC. On a tablet, with a running daemon:

1. The layout loads without a complaint; pages and labels can be read; nothing lies on something else.
2. All values come within a second; a fader moved elsewhere moves here, and does not flutter.
3. GO fires once a touch; PANIC silences, RELEASE brings back; a cue button jumps.
4. A toggle and a row of choices work; the word beside the choices follows.
5. The daemon stopped and started: after at most {RENEW_S} s values come again.
"""
