"""Panels of the Max package: one patch a group, one line a row or verb.

A line of a row reads from left to right: ``route`` picks its value out of what comes in, ``prepend set`` shows it on
the widget without sending it again (so nothing goes in circles), and ``prepend`` sends what the player does.
"""

from __future__ import annotations

from typing import Any

from py2max.core import Box

from lmdmd.commands import Command
from lmdmd.params import Param
from lmdmd.surfaces.export.max_sheet import Place, Sheet, fits_parameter, parameter
from lmdmd.surfaces.export.table import Group, short_name, usage

WIDTH = 312.0
"""Of every panel, as a player sees it."""
LABEL = 116.0
PITCH = 22.0
HEAD = 26.0
LINE = 30.0
"""Distance of two lines in the patch itself."""


def make_panel(group: Group, params: list[Param], commands: list[Command]) -> Sheet:
    """A panel with some of a group's rows and verbs; one inlet takes what comes in, one outlet gives what goes out."""
    sheet = Sheet(1080.0, 80.0 + LINE * (len(params) + len(commands)))
    feed = sheet.box("inlet", (20.0, 10.0, 30.0, 30.0))
    out = sheet.box("outlet", (1020.0, 10.0, 30.0, 30.0))
    sheet.comment(group.name, (320.0, 10.0, 200.0, 20.0), (8.0, 3.0, WIDTH - 16.0, 20.0), fontface=1, fontsize=13.0)
    for line, param in enumerate(params):
        add_row(sheet, feed, out, param, line, shown_at(line))
    for line, command in enumerate(commands, len(params)):
        add_verb(sheet, out, command, line, shown_at(line))
    return sheet


def shown_at(line: int) -> Place:
    """Where a line's widget is seen on a panel; its label stands before it."""
    return (LABEL + 8.0, HEAD + PITCH * line, WIDTH - LABEL - 16.0, 19.0)


def shown_height(lines: int) -> float:
    """Height of a panel of so many lines."""
    return HEAD + PITCH * lines + 6.0


def add_row(sheet: Sheet, feed: Box, out: Box, param: Param, line: int, shown: Place, where: str = "") -> Box:
    """A row: its widget, its way in and out, and on a panel of its group (no ``where``) its label."""
    y = 50.0 + LINE * line
    if not where:
        words = short_name(param.name) + (f" ({param.unit})" if param.unit and not param.writable else "")
        place = (8.0, shown[1], shown[0] - 12.0, 19.0)
        sheet.comment(words, (840.0, y, 170.0, 20.0), place, hint=param.doc)
    widget = add_widget(sheet, param, (320.0, y, 200.0, 20.0), shown, where)
    route = sheet.box(f"route {param.address}", (20.0, y, 200.0, 22.0))
    show = sheet.box(f"prepend {'setsymbol' if is_menu(param) else 'set'}", (225.0, y, 90.0, 22.0))
    sheet.chain(feed, route, show, widget)
    if param.writable:
        sheet.chain(widget, *_way_out(sheet, param, y), out)
    return widget


def _way_out(sheet: Sheet, param: Param, y: float) -> list[Box]:
    words = [sheet.box("route text", (530.0, y, 75.0, 22.0))] if param.kind == "text" else []
    return [*words, sheet.box(f"prepend {param.address}", (610.0, y, 220.0, 22.0))]


def is_menu(param: Param) -> bool:
    """Whether a row is shown as a menu."""
    return param.kind == "choice" and param.writable


def add_widget(sheet: Sheet, param: Param, place: Place, shown: Place, where: str = "") -> Box:
    """What shows a row, and lets it be changed if it may be."""
    common = {"hint": param.doc, "annotation": f"{param.address}: {param.doc}"}
    still: dict[str, Any] = {} if param.writable else {"ignoreclick": 1}
    if param.kind == "bool":
        square = (shown[0], shown[1], shown[3], shown[3])
        return sheet.widget("toggle", (*place[:2], 20.0, 20.0), square, parameter_enable=0, **common, **still)
    if is_menu(param):
        items = [word for choice in param.choices for word in (choice, ",")][:-1]
        return sheet.widget("umenu", place, shown, items=items, parameter_enable=0, **common)
    if not param.numeric or param.kind == "choice":
        return sheet.entry(place, shown, readonly=int(not param.writable), **common, **still)
    if param.writable and fits_parameter(param):
        return sheet.widget("live.numbox", place, shown, appearance=2, **parameter(param, where), **common)
    if param.unit == "dB":
        span = {"min": param.lo, "size": param.hi - param.lo, "floatoutput": 1, "orientation": 1}
        return sheet.widget("slider", place, shown, **span, parameter_enable=0, **common, **still)
    limits = {"minimum": param.lo, "maximum": param.hi} if param.writable else {}
    kind = "number" if param.kind == "int" else "flonum"
    return sheet.widget(kind, place, shown, parameter_enable=0, **limits, **common, **still)


def add_verb(sheet: Sheet, out: Box, command: Command, line: int, shown: Place) -> None:
    """A verb: a button when it needs nothing said, and a line to type its arguments into when it has some."""
    y = 50.0 + LINE * line
    left = (8.0, shown[1], shown[0] - 12.0, shown[3])
    hint = f"{command.address} {usage(command.arguments)}".strip() + f": {command.doc}"
    if all(argument.default is not None for argument in command.arguments):
        press = sheet.button(short_name(command.name), (20.0, y, 100.0, 20.0), left, hint=hint)
        sheet.chain(press, sheet.message(command.address, (130.0, y, 185.0, 22.0)), out)
    else:
        sheet.comment(short_name(command.name), (20.0, y, 100.0, 20.0), left, hint=hint)
    if command.arguments:
        whole = len(command.arguments) == 1 and command.arguments[0].kind is str
        said = sheet.entry((320.0, y, 200.0, 20.0), shown, whole=whole, hint=hint)
        words = sheet.box("route text", (530.0, y, 75.0, 22.0))
        sheet.chain(said, words, sheet.box(f"prepend {command.address}", (610.0, y, 220.0, 22.0)), out)
