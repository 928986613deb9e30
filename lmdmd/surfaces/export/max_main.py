"""The main patch of the Max package: the stage, a panel for each group, the connection, and two windows to open."""

from __future__ import annotations

from py2max import Patcher
from py2max.core import Box

from lmdmd.config import HTTP_PORT
from lmdmd.surfaces.export import max_stage
from lmdmd.surfaces.export.max_core import HOST, OFTEN, PORT, RECEIVE
from lmdmd.surfaces.export.max_panel import WIDTH, make_panel, shown_height
from lmdmd.surfaces.export.max_sheet import Place, Sheet
from lmdmd.surfaces.export.table import Group, Table

COLUMNS = 4
GAP = 4.0
REPORTS = ".reports"
"""Ending of the name of a panel that only shows."""

Panels = dict[str, tuple[Sheet, float]]
"""Name of each panel, the patch, and how high it is."""


def make_panels(table: Table) -> tuple[Panels, Panels]:
    """Panels of what can be changed or done, and panels of what only tells."""
    hands: Panels = {}
    reports: Panels = {}
    for group in table.groups:
        settable = [param for param in group.params if param.writable]
        told = [param for param in group.params if not param.writable]
        if settable or group.commands:
            sheet = make_panel(group, settable, group.commands)
            hands[f"lmdm.{group.name}"] = sheet, shown_height(len(settable) + len(group.commands))
        if told:
            reports[f"lmdm.{group.name}{REPORTS}"] = make_panel(_told(group), told, []), shown_height(len(told))
    return hands, reports


def _told(group: Group) -> Group:
    return Group(f"{group.name}: reports")


def place_panels(panels: Panels, top: float) -> tuple[dict[str, Place], float]:
    """Places in columns, each panel below the shortest one, and where the longest column ends."""
    ends = [top] * COLUMNS
    places: dict[str, Place] = {}
    for name, (_, height) in panels.items():
        column = ends.index(min(ends))
        places[name] = ((WIDTH + GAP) * column, ends[column], WIDTH, height)
        ends[column] += height + GAP
    return places, max(ends)


def small_place(index: int, top: float) -> Place:
    """Where a panel lies in the patch itself, small: only a player needs to see it whole."""
    row, column = divmod(index, 6)
    return (20.0 + 200.0 * column, top + 80.0 * row, 180.0, 60.0)


def add_core(sheet: Sheet, place: Place, receive: int = RECEIVE) -> Box:
    """The object ``lmdm`` with its arguments."""
    ports = {"numinlets": 1, "numoutlets": 3, "outlettype": ["", "", "int"]}
    return sheet.panel("lmdm", place, args=[HOST, PORT, receive], **ports)


def make_main(hands: Panels, reports: Panels) -> Sheet:
    """The patch that opens first."""
    top = max_stage.HEIGHT + 40.0
    places, end = place_panels(hands, top)
    sheet = Sheet((WIDTH + GAP) * COLUMNS, end)
    core = add_core(sheet, (20.0, 180.0, 140.0, 60.0))
    _add_connection(sheet, core)
    stage = (0.0, 36.0, max_stage.WIDTH, max_stage.HEIGHT)
    for index, (name, shown) in enumerate({"lmdm.stage": stage, **places}.items()):
        panel = sheet.panel(name, small_place(index, 320.0), shown)
        sheet.wire(core, panel)
        sheet.wire(panel, core)
    _add_windows(sheet, core, reports)
    return sheet


def _add_connection(sheet: Sheet, core: Box) -> None:
    """Where the daemon is, whether it answers, and what it said last."""
    shown, at = iter((66.0, 230.0, 340.0)), iter((20.0, 190.0, 360.0))
    sheet.comment("daemon", (540.0, 20.0, 90.0, 20.0), (8.0, 8.0, 56.0, 20.0))
    sheet.comment("port", (640.0, 20.0, 90.0, 20.0), (196.0, 8.0, 34.0, 20.0))
    sheet.comment("hears on", (740.0, 20.0, 90.0, 20.0), (286.0, 8.0, 54.0, 20.0))
    x, left = next(shown), next(at)
    host = sheet.entry((left, 50.0, 120.0, 20.0), (x, 8.0, 124.0, 20.0), hint="host of the daemon")
    sheet.chain(sheet.box(f"loadmess set {HOST}", (left, 20.0, 150.0, 22.0)), host)
    sheet.chain(
        host,
        sheet.box("route text", (left, 80.0, 75.0, 22.0)),
        sheet.box("prepend host", (left, 110.0, 90.0, 22.0)),
        core,
    )
    for word, port, hint in (("port", PORT, "its OSC port"), ("receive", RECEIVE, "port on which this patch hears")):
        x, left = next(shown), next(at)
        number = sheet.widget(
            "number",
            (left, 50.0, 60.0, 22.0),
            (x, 8.0, 54.0, 20.0),
            minimum=1,
            maximum=65535,
            hint=hint,
            parameter_enable=0,
        )
        sheet.chain(sheet.box(f"loadmess set {port}", (left, 20.0, 120.0, 22.0)), number)
        sheet.chain(number, sheet.box(f"prepend {word}", (left, 110.0, 110.0, 22.0)), core)
    lamp = sheet.widget("led", (300.0, 220.0, 24.0, 24.0), (404.0, 8.0, 20.0, 20.0), ignoreclick=1, parameter_enable=0)
    sheet.wire(core, lamp, outlet=2)
    said = sheet.entry((340.0, 250.0, 300.0, 20.0), (432.0, 8.0, 600.0, 20.0), readonly=1, ignoreclick=1)
    often = sheet.box("route " + " ".join(f"/lmdm/{name}" for name in OFTEN), (340.0, 180.0, 340.0, 22.0))
    told = sheet.box("prepend set", (340.0, 220.0, 90.0, 22.0))
    sheet.wire(core, often, outlet=1)
    sheet.wire(often, told, outlet=len(OFTEN))
    sheet.wire(told, said)


def _add_windows(sheet: Sheet, core: Box, reports: Panels) -> None:
    """Buttons that open the reports and the tablet page."""
    inner = make_reports(sheet.patcher, reports)
    window = sheet.inner("p reports", inner, (700.0, 280.0, 90.0, 22.0))
    for word, message, left, shown in (
        ("reports", "open", 700.0, (1044.0, 6.0, 100.0, 24.0)),
        ("tablet page", "load lmdmd.tablet.maxpat", 840.0, (1150.0, 6.0, 104.0, 24.0)),
    ):
        press = sheet.button(word, (left, 150.0, 100.0, 20.0), shown)
        control = sheet.box("pcontrol", (left, 220.0, 70.0, 22.0))
        sheet.chain(press, sheet.message(message, (left, 180.0, 190.0 if "load" in message else 60.0, 22.0)), control)
        if message == "open":
            sheet.wire(control, window)
    sheet.wire(core, window)


def make_reports(parent: Patcher, reports: Panels) -> Sheet:
    """The window of everything that only tells."""
    places, end = place_panels(reports, 4.0)
    sheet = Sheet((WIDTH + GAP) * COLUMNS, end + 60.0, parent=parent)
    feed = sheet.box("inlet", (20.0, 10.0, 30.0, 30.0))
    for index, (name, shown) in enumerate(places.items()):
        sheet.wire(feed, sheet.panel(name, small_place(index, 60.0), shown))
    return sheet


def make_tablet() -> Sheet:
    """The tablet page, in a window of Max."""
    sheet = Sheet(1040.0, 860.0)
    url = f"http://{HOST}:{HTTP_PORT}/remote/"
    page = sheet.widget("jweb", (10.0, 60.0, 1010.0, 780.0), (0.0, 30.0, 1040.0, 800.0), url=url)
    again = sheet.button("reload", (10.0, 10.0, 80.0, 20.0), (4.0, 3.0, 80.0, 24.0))
    sheet.chain(again, sheet.message("reload", (110.0, 10.0, 60.0, 22.0)), page)
    sheet.comment(f"{url}, or type another address", (560.0, 10.0, 320.0, 20.0), (100.0, 6.0, 300.0, 20.0))
    other = sheet.entry((190.0, 10.0, 200.0, 20.0), (410.0, 5.0, 320.0, 20.0), hint="address of the page")
    words = sheet.box("route text", (400.0, 10.0, 75.0, 22.0))
    read = sheet.box("prepend read", (480.0, 35.0, 90.0, 22.0))
    sheet.chain(other, words, read, page)
    return sheet
