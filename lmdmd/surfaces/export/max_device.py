"""The Max for Live device: what a performer wants at hand, as parameters that Live can automate and map.

What Live restores when it loads a set must not be sent: a gate stays shut until the daemon has answered, so that the
device takes the daemon's values first. Buttons pass it by. Audio goes through untouched.
"""

from __future__ import annotations

import json
from typing import Any

from py2max.core import Box
from py2max.m4l import enable_presentation, ensure_amxd_project_block, pack_amxd, unix_to_max_time

from lmdmd import commands
from lmdmd.params import Param
from lmdmd.surfaces.export.max_core import DEVICE_RECEIVE, HOST, PORT, make_core
from lmdmd.surfaces.export.max_panel import LINE
from lmdmd.surfaces.export.max_sheet import Place, Sheet, fits_parameter, parameter, stored
from lmdmd.surfaces.export.table import Table

WIDTH = 940
MADE = unix_to_max_time(0)
"""Date in the file: always the same, so that the same tables give the same file."""

BUTTONS = (
    ("show/go", "GO", (10.0, 20.0, 46.0, 46.0)),
    ("show/back", "BACK", (68.0, 20.0, 46.0, 46.0)),
    ("panic", "PANIC", (10.0, 94.0, 46.0, 46.0)),
    ("release", "RELEASE", (68.0, 94.0, 46.0, 46.0)),
)
DIALS = 9
"""Dials in a row."""


def make_device(table: Table) -> bytes:
    """The device as a file."""
    sheet = make_device_sheet(table)
    enable_presentation(sheet.patcher, devicewidth=WIDTH)
    made = ensure_amxd_project_block(json.loads(sheet.text()), device_type="audio_effect", mtime=MADE)
    text = json.dumps(made, indent=1)
    return pack_amxd(text, device_type="audio_effect", patcher_filename="lmdmd.maxpat", mtime=MADE)


def make_device_sheet(table: Table) -> Sheet:
    """The device's patch."""
    rows = table.stage
    sheet = Sheet(1080.0, 400.0 + LINE * (len(rows) + len(BUTTONS)))
    core = sheet.inner(
        "p lmdm", make_core(f"loadmess {HOST} {PORT} {DEVICE_RECEIVE}", sheet.patcher), (20.0, 200.0, 80.0, 22.0)
    )
    gate = _add_gate(sheet, core)
    _add_connection(sheet, core)
    _add_audio(sheet)
    for line, (verb, word, shown) in enumerate(BUTTONS):
        _add_button(sheet, core, verb, word, line, shown)
    for line, (param, shown) in enumerate(_places(rows), len(BUTTONS)):
        _add_row(sheet, core, gate, param, line, shown)
    return sheet


def _places(rows: list[Param]) -> list[tuple[Param, Place]]:
    texts = [row for row in rows if row.kind == "text"]
    dials = [row for row in rows if fits_parameter(row)]
    lamps = [row for row in rows if row.kind == "bool"]
    return [
        *((row, (126.0, 6.0 + 27.0 * at, 200.0, 20.0)) for at, row in enumerate(texts)),
        *((row, (334.0 + 41.0 * (at % DIALS), 6.0 + 80.0 * (at // DIALS), 40.0, 48.0)) for at, row in enumerate(dials)),
        *((row, (712.0, 8.0 + 23.0 * at, 18.0, 18.0)) for at, row in enumerate(lamps)),
    ]


def _y(line: int) -> float:
    return 330.0 + LINE * line


def _add_gate(sheet: Sheet, core: Box) -> Box:
    """What lets hands and automation through once the daemon's own values have come."""
    gate = sheet.box("gate", (20.0, 150.0, 60.0, 22.0))
    sheet.wire(gate, core)
    alive = sheet.box("sel 1 0", (140.0, 240.0, 70.0, 22.0))
    sheet.wire(core, alive, outlet=2)
    wait = sheet.box("delay 1000", (140.0, 270.0, 80.0, 22.0))
    opened, shut = sheet.box("t 1", (230.0, 270.0, 40.0, 22.0)), sheet.box("t 0 stop", (280.0, 270.0, 60.0, 22.0))
    sheet.chain(alive, wait, opened, gate)
    sheet.wire(alive, shut, outlet=1)
    sheet.wire(shut, wait, outlet=1)
    sheet.wire(shut, gate)
    lamp = sheet.widget("led", (230.0, 200.0, 24.0, 24.0), (800.0, 8.0, 18.0, 18.0), ignoreclick=1, parameter_enable=0)
    sheet.wire(core, lamp, outlet=2)
    sheet.comment("daemon answers", (260.0, 200.0, 110.0, 20.0), (822.0, 7.0, 110.0, 20.0))
    return gate


def _add_connection(sheet: Sheet, core: Box) -> None:
    """Host and ports, which Live keeps with the set."""
    host: dict[str, Any] = {"parameter_longname": "host", "parameter_shortname": "host", "parameter_type": 3}
    host |= {"parameter_invisible": 1, "parameter_initial": [HOST], "parameter_initial_enable": 1}
    said = sheet.entry(
        (400.0, 20.0, 120.0, 20.0), (800.0, 35.0, 130.0, 20.0), hint="host of the daemon", **stored(host)
    )
    told = sheet.box("prepend host", (400.0, 110.0, 90.0, 22.0))
    sheet.chain(said, sheet.box("route text", (400.0, 60.0, 75.0, 22.0)), told, core)
    for word, port, left, y in (("port", PORT, 540.0, 62.0), ("receive", DEVICE_RECEIVE, 680.0, 89.0)):
        kept: dict[str, Any] = {"parameter_longname": word, "parameter_shortname": word, "parameter_type": 0}
        kept |= {"parameter_mmin": 1.0, "parameter_mmax": 65535.0, "parameter_unitstyle": 0, "parameter_invisible": 1}
        kept |= {"parameter_initial": [float(port)], "parameter_initial_enable": 1}
        number = sheet.widget("live.numbox", (left, 20.0, 60.0, 20.0), (870.0, y, 60.0, 20.0), **stored(kept))
        told = sheet.box(f"prepend {word}", (left, 110.0, 110.0, 22.0))
        sheet.chain(number, sheet.box("i", (left, 60.0, 40.0, 22.0)), told, core)
        sheet.comment(word, (left + 65.0, 20.0, 60.0, 20.0), (798.0, y, 70.0, 20.0))


def _add_audio(sheet: Sheet) -> None:
    source, sink = sheet.box("plugin~", (850.0, 20.0, 60.0, 22.0)), sheet.box("plugout~", (850.0, 110.0, 60.0, 22.0))
    for channel in (0, 1):
        sheet.wire(source, sink, outlet=channel, inlet=channel)


def _add_button(sheet: Sheet, core: Box, verb: str, word: str, line: int, shown: Place) -> None:
    y = _y(line)
    command = commands.find(verb)
    value = {"parameter_longname": verb, "parameter_shortname": word, "parameter_type": 2}
    value |= {"parameter_enum": ["off", "on"], "parameter_mmax": 1, "parameter_info": command.doc}
    press = sheet.widget("live.button", (320.0, y, 20.0, 20.0), shown, hint=command.doc, **stored(value))
    sheet.chain(press, sheet.message(command.address, (610.0, y, 220.0, 22.0)), core)
    sheet.comment(word, (840.0, y, 170.0, 20.0), (shown[0] - 4.0, shown[1] - 18.0, shown[2] + 8.0, 18.0), fontsize=10.0)


def _add_row(sheet: Sheet, core: Box, gate: Box, param: Param, line: int, shown: Place) -> None:
    y = _y(line)
    route = sheet.box(f"route {param.address}", (20.0, y, 200.0, 22.0))
    widget = _add_widget(sheet, param, y, shown)
    sheet.chain(core, route, sheet.box("prepend set", (225.0, y, 90.0, 22.0)), widget)
    words = [sheet.box("route text", (530.0, y, 75.0, 22.0))] if param.kind == "text" else []
    sheet.chain(widget, *words, told := sheet.box(f"prepend {param.address}", (610.0, y, 220.0, 22.0)))
    sheet.wire(told, gate, inlet=1)


def _add_widget(sheet: Sheet, param: Param, y: float, shown: Place) -> Box:
    hint = f"{param.address}: {param.doc}"
    if param.kind == "text":
        return sheet.entry((320.0, y, 200.0, 20.0), shown, hint=hint)
    if param.kind == "bool":
        sheet.comment(param.name, (840.0, y, 170.0, 20.0), (shown[0] + 20.0, shown[1] - 1.0, 66.0, 20.0), fontsize=10.0)
        return sheet.widget("live.toggle", (320.0, y, 20.0, 20.0), shown, hint=hint, **parameter(param))
    return sheet.widget("live.dial", (320.0, y, 44.0, 26.0), shown, hint=hint, **parameter(param))
