"""The object ``lmdm`` of the Max package: everything between a patch and the daemon's port.

Max receives on another port than it sends from, so ``lmdm`` asks for values on its own port, renews that wish before
its lease ends, and asks for one small value every other second to know that the daemon lives.
"""

from __future__ import annotations

from py2max import Patcher
from py2max.core import Box

from lmdmd.surfaces.export.connection import ANSWERS, HOST, LEASE_S, PORT, PULSE, PULSE_S, RENEW_S, SILENT_S
from lmdmd.surfaces.export.max_sheet import Sheet

RECEIVE = 9100
"""Port on which a patch hears, when it says nothing else."""
DEVICE_RECEIVE = 9110
"""The same for the Live device, which may run beside a patch."""

RENEW_MS, PULSE_MS, SILENT_MS = RENEW_S * 1000, PULSE_S * 1000, SILENT_S * 1000

CHATTER = ("listen", "ignore", "ping")
"""Verbs of which ``lmdm`` alone needs to know that they are done."""
OFTEN = ("tick", "ack", "heard", "synced", "status")
"""Answers that come so often that a line for people leaves them out."""


def make_core(start: str, parent: Patcher | None = None) -> Sheet:
    """The patch. ``start`` is an object that gives host, port and the port to hear on when it loads."""
    sheet = Sheet(980.0, 520.0, parent=parent, presents=False)
    send = sheet.box(f"udpsend {HOST} {PORT}", (20.0, 440.0, 160.0, 22.0))
    hear = sheet.box(f"udpreceive {RECEIVE} @defer 1", (560.0, 220.0, 200.0, 22.0))
    ask = _make_asking(sheet, send)
    _make_settings(sheet, start, send, hear, ask)
    _make_hearing(sheet, hear, ask)
    stop = sheet.message("/lmdm/ignore *", (20.0, 390.0, 110.0, 22.0))
    for name, left in (("closebang", 20.0), ("freebang", 100.0)):
        sheet.chain(sheet.box(name, (left, 350.0, 70.0, 22.0)), stop)
    sheet.wire(stop, send)
    return sheet


def _make_asking(sheet: Sheet, send: Box) -> tuple[Box, Box, Box]:
    """What asks for values: the start of its clocks, and the two places where the port to hear on is kept."""
    begin = sheet.box("t 1", (330.0, 180.0, 40.0, 22.0))
    kept = []
    for name, interval_ms, left in (("*", RENEW_MS, 240.0), (PULSE, PULSE_MS, 390.0)):
        clock = sheet.box(f"metro {interval_ms}", (left, 220.0, 100.0, 22.0))
        port = sheet.box(f"int {RECEIVE}", (left, 280.0, 70.0, 22.0))
        wish = sheet.message(f"/lmdm/listen {name} {LEASE_S} $1", (left - 20.0 * (name == "*"), 330.0, 0.0, 22.0))
        wish.patching_rect = wish.patching_rect._replace(w=150.0 if name == "*" else 250.0)
        sheet.chain(begin, clock, port, wish, send)
        kept.append(port)
    return begin, kept[0], kept[1]


def _make_settings(sheet: Sheet, start: str, send: Box, hear: Box, ask: tuple[Box, Box, Box]) -> None:
    begin, *kept = ask
    route = sheet.box("route host port receive", (20.0, 60.0, 180.0, 22.0))
    sheet.chain(sheet.box("inlet", (20.0, 10.0, 30.0, 30.0)), route)
    sheet.wire(route, send, outlet=3)
    given = sheet.box("unpack s i i", (330.0, 60.0, 100.0, 22.0))
    sheet.chain(sheet.box(start, (330.0, 10.0, 220.0, 22.0)), given)
    pause = sheet.box("delay 100", (330.0, 140.0, 70.0, 22.0))
    sheet.chain(pause, begin)
    for outlet, (kind, word, target, left) in enumerate(
        (("s", "host", send, 20.0), ("i", "port", send, 120.0), ("i", "port", hear, 220.0))
    ):
        both = sheet.box(f"t b {kind}", (left, 100.0, 50.0, 22.0))
        told = sheet.box(f"prepend {word}", (left, 140.0, 90.0, 22.0))
        sheet.wire(route, both, outlet=outlet)
        sheet.wire(given, both, outlet=outlet)
        sheet.wire(both, pause)
        sheet.wire(both, told, outlet=1)
        sheet.wire(told, target)
        if target is hear:
            for port in kept:
                sheet.wire(both, port, outlet=1, inlet=1)


def _make_hearing(sheet: Sheet, hear: Box, ask: tuple[Box, Box, Box]) -> None:
    sort = sheet.box("routepass " + " ".join(f"/lmdm/{name}" for name in ANSWERS), (560.0, 280.0, 400.0, 36.0))
    values = sheet.box("outlet", (560.0, 470.0, 30.0, 30.0))
    answers = sheet.box("outlet", (640.0, 470.0, 30.0, 30.0))
    alive = sheet.box("outlet", (720.0, 470.0, 30.0, 30.0))
    sheet.wire(hear, sort)
    for outlet, name in enumerate(ANSWERS):
        if name != "done":
            sheet.wire(sort, answers, outlet=outlet)
    done = sheet.box("route /lmdm/done", (660.0, 340.0, 110.0, 22.0))
    sheet.wire(sort, done, outlet=ANSWERS.index("done"))
    said = sheet.box("routepass " + " ".join(CHATTER), (630.0, 380.0, 150.0, 22.0))
    sheet.wire(done, said)
    told = sheet.box("prepend /lmdm/done", (650.0, 420.0, 130.0, 22.0))
    sheet.wire(said, told, outlet=len(CHATTER))
    sheet.wire(told, answers)
    sheet.wire(sort, values, outlet=len(ANSWERS))
    heard = sheet.box("t 1 b", (800.0, 330.0, 50.0, 22.0))
    change = sheet.box("change", (800.0, 410.0, 60.0, 22.0))
    silent = sheet.box(f"delay {SILENT_MS}", (870.0, 330.0, 80.0, 22.0))
    sheet.chain(hear, heard, change, alive)
    sheet.wire(heard, silent, outlet=1)
    sheet.chain(silent, sheet.box("t 0", (870.0, 370.0, 40.0, 22.0)), change)
    again = sheet.box("t b", (870.0, 440.0, 40.0, 22.0))
    sheet.wire(change, again, outlet=1)
    sheet.wire(again, ask[1])
