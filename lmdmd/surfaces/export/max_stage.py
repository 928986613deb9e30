"""The stage of the Max package: what a player needs in the dark, big, on one panel."""

from __future__ import annotations

from typing import Any

from py2max.core import Box

from lmdmd import commands, params
from lmdmd.params import PROMPT_SLOTS
from lmdmd.surfaces.export.max_panel import LINE, add_row
from lmdmd.surfaces.export.max_sheet import BLUE, GREEN, RED, WHITE, Place, Sheet

WIDTH, HEIGHT = 1258.0, 276.0
PADS = 16
"""Buttons that jump to the cues called 1, 2, ..."""

BIG = (
    ("show/go", "GO", (8.0, 8.0, 150.0, 92.0), GREEN),
    ("show/back", "BACK", (164.0, 8.0, 80.0, 43.0), BLUE),
    ("release", "RELEASE", (164.0, 57.0, 80.0, 43.0), BLUE),
    ("panic", "PANIC", (250.0, 8.0, 112.0, 92.0), RED),
)
"""Verb, word, place and colour of the big buttons."""

COLUMNS = (
    (
        (380.0, 8.0, 76.0, 300.0),
        (
            ("song", "show/song"),
            ("cue", "show/cue"),
            ("notes", "show/notes"),
            ("next", "show/next"),
            ("number", "show/next_number"),
            ("its notes", "show/next_notes"),
            ("model", "show/next_model_state"),
            ("armed", "show/armed"),
            ("in beats", "show/armed_in_beats"),
            ("left s", "show/remaining"),
        ),
    ),
    (
        (768.0, 168.0, 76.0, 176.0),
        (
            ("tempo", "clock/tempo"),
            ("guidance", "gen/cfg"),
            ("wet", "mix/wet"),
            ("freeze", "mix/freeze"),
        ),
    ),
    (
        (1036.0, 8.0, 66.0, 148.0),
        (
            ("out L", "meter/out/l"),
            ("out R", "meter/out/r"),
            ("in L", "meter/in/l"),
            ("in R", "meter/in/r"),
            ("gain", "mix/gain"),
            ("mute", "mix/mute"),
            ("lead s", "status/lead"),
            ("underruns", "status/underruns"),
            ("to ear ms", "status/knob_p95"),
            ("incident", "status/incident"),
        ),
    ),
)
"""Left and upper edge, width of labels and width of widgets of each column, and its rows."""

PROMPTS = (768.0, 170.0, 76.0)
"""Left edge of the prompts, width of their words and of their shares."""
PITCH = 26.0


def make_stage() -> Sheet:
    """The panel; one inlet takes what comes in, one outlet gives what goes out."""
    sheet = Sheet(1080.0, 2200.0)
    feed = sheet.box("inlet", (20.0, 10.0, 30.0, 30.0))
    out = sheet.box("outlet", (1020.0, 10.0, 30.0, 30.0))
    lines = iter(range(1000))
    for verb, word, shown, colour in BIG:
        style: dict[str, Any] = {"bgcolor": colour, "textcolor": WHITE, "fontsize": 20.0 if shown[3] > 60 else 13.0}
        _press(sheet, out, commands.find(verb).address, word, next(lines), shown, style)
    for pad in range(PADS):
        row, column = divmod(pad, PADS // 2)
        shown = (8.0 + 44.0 * column, 110.0 + 34.0 * row, 40.0, 30.0)
        _press(sheet, out, f"{commands.find('show/cue').address} {pad + 1}", str(pad + 1), next(lines), shown, {})
    _jump(sheet, out, next(lines), (98.0, 184.0, 262.0, 22.0))
    _played(sheet, feed, out, next(lines), (98.0, 214.0, 262.0, 22.0))
    for (left, top, label, width), rows in COLUMNS:
        for at, (word, name) in enumerate(rows):
            line, shown = next(lines), (left + label, top + PITCH * at, width, 22.0)
            sheet.comment(word, (840.0, 50.0 + LINE * line, 170.0, 20.0), (left, shown[1], label - 4.0, 20.0))
            add_row(sheet, feed, out, params.find(name), line, shown, where="stage")
    left, words, share = PROMPTS
    for slot in range(PROMPT_SLOTS):
        y = 8.0 + PITCH * slot
        text = (left, y, words, 22.0)
        add_row(sheet, feed, out, params.find(f"prompt/{slot}/text"), next(lines), text, where="stage")
        weight = (left + words + 6.0, y, share, 22.0)
        add_row(sheet, feed, out, params.find(f"prompt/{slot}/weight"), next(lines), weight, where="stage")
    return sheet


def _press(sheet: Sheet, out: Box, message: str, word: str, line: int, shown: Place, style: dict[str, Any]) -> None:
    y = 50.0 + LINE * line
    press = sheet.button(word, (20.0, y, 100.0, 20.0), shown, hint=message, **style)
    sheet.chain(press, sheet.message(message, (130.0, y, 185.0, 22.0)), out)


def _jump(sheet: Sheet, out: Box, line: int, shown: Place) -> None:
    y = 50.0 + LINE * line
    verb = commands.find("show/cue")
    sheet.comment("jump to cue", (840.0, y, 170.0, 20.0), (8.0, shown[1], shown[0] - 12.0, 20.0))
    said = sheet.entry((320.0, y, 200.0, 20.0), shown, hint=verb.doc)
    words = sheet.box("route text", (530.0, y, 75.0, 22.0))
    sheet.chain(said, words, sheet.box(f"prepend {verb.address}", (610.0, y, 220.0, 22.0)), out)


def _played(sheet: Sheet, feed: Box, out: Box, line: int, shown: Place) -> None:
    """A menu of the cues that have fired, to go back to one of them."""
    y = 50.0 + LINE * line
    address = commands.find("show/cue").address
    sheet.comment("played", (840.0, y, 170.0, 20.0), (8.0, shown[1], shown[0] - 12.0, 20.0))
    route = sheet.box(f"route {address}", (20.0, y, 130.0, 22.0))
    once = sheet.box("zl.change", (155.0, y, 70.0, 22.0))
    menu = sheet.widget("umenu", (320.0, y, 200.0, 20.0), shown, items=[], parameter_enable=0, hint="cues that fired")
    sheet.chain(feed, route, once, sheet.box("prepend append", (230.0, y, 85.0, 22.0)), menu)
    jump = sheet.box(f"prepend {address}", (610.0, y, 220.0, 22.0))
    sheet.wire(menu, jump, outlet=1)
    sheet.wire(jump, out)
