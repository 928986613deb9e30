"""Help of the Max package: a patch to try ``lmdm``, one for each panel, a reference page, and the Extras menu."""

from __future__ import annotations

from xml.sax.saxutils import escape

from lmdmd.commands import Command
from lmdmd.params import Param
from lmdmd.surfaces.export.max_core import HOST, PORT, RECEIVE
from lmdmd.surfaces.export.max_main import add_core
from lmdmd.surfaces.export.max_panel import WIDTH, shown_height
from lmdmd.surfaces.export.max_sheet import Sheet
from lmdmd.surfaces.export.table import Group, describe, describe_verb

TRIES = (
    ("/lmdm/mix/gain -6. 2.", "a row: its value, and in how many seconds"),
    ('/lmdm/prompt/0/text "warm dub techno"', "words"),
    ("/lmdm/show/go", "a verb"),
    ("host 127.0.0.1", "where the daemon is"),
    ("port 9000", "its port"),
    ("receive 9100", "the port on which this patch hears"),
)


def make_core_help() -> Sheet:
    """The patch that opens by a right click on ``lmdm``."""
    sheet = Sheet(760.0, 420.0, presents=False)
    words = f"lmdm speaks with lmdmd. Write it as: lmdm {HOST} {PORT} {RECEIVE} (host, port, port to hear on)."
    sheet.comment(words, (20.0, 10.0, 700.0, 20.0), fontface=1)
    core = add_core(sheet, (20.0, 250.0, 200.0, 40.0))
    for line, (message, meaning) in enumerate(TRIES):
        y = 50.0 + 30.0 * line
        sheet.wire(sheet.message(message, (20.0, y, 280.0, 22.0)), core)
        sheet.comment(meaning, (320.0, y, 380.0, 20.0))
    gain = sheet.widget("flonum", (20.0, 380.0, 80.0, 22.0), ignoreclick=1, parameter_enable=0)
    route = sheet.box("route /lmdm/mix/gain", (20.0, 320.0, 150.0, 22.0))
    sheet.chain(core, route, sheet.box("prepend set", (20.0, 350.0, 90.0, 22.0)), gain)
    said = sheet.message("", (260.0, 380.0, 300.0, 22.0))
    shown = sheet.box("prepend set", (260.0, 350.0, 90.0, 22.0))
    sheet.wire(core, shown, outlet=1)
    sheet.wire(shown, said)
    lamp = sheet.widget("led", (620.0, 350.0, 24.0, 24.0), ignoreclick=1, parameter_enable=0)
    sheet.wire(core, lamp, outlet=2)
    for text, left in (("every value, as it changes", 20.0), ("answers and news", 260.0), ("1: it answers", 620.0)):
        sheet.comment(
            text,
            (left if left > 20.0 else 180.0, 300.0 if left > 20.0 else 322.0, 76.0 if left == 20.0 else 120.0, 20.0),
        )
    return sheet


def make_panel_help(group: Group, params: list[Param]) -> Sheet:
    """The patch that opens by a right click on a panel: it works, and says what each line is."""
    lines: list[Param | Command] = [*params, *group.commands]
    height = max(shown_height(len(lines)), 40.0 + 24.0 * len(lines))
    sheet = Sheet(WIDTH + 760.0, height + 130.0, presents=False)
    core = add_core(sheet, (20.0, 20.0, 140.0, 40.0))
    panel = sheet.panel(f"lmdm.{group.name}", (20.0, 90.0, WIDTH, height))
    sheet.wire(core, panel)
    sheet.wire(panel, core)
    for line, row in enumerate(lines):
        words = describe(row) if isinstance(row, Param) else describe_verb(row)
        sheet.comment(words, (WIDTH + 40.0, 90.0 + 24.0 * line, 700.0, 20.0))
    return sheet


def make_extras() -> Sheet:
    """What the Extras menu opens."""
    sheet = Sheet(420.0, 150.0)
    for line, (word, message) in enumerate(
        (
            ("open the console", "load lmdmd.maxpat"),
            ("open the tablet page", "load lmdmd.tablet.maxpat"),
            ("help for the object lmdm", "help lmdm"),
        )
    ):
        y = 10.0 + 44.0 * line
        press = sheet.button(word, (10.0, y, 120.0, 20.0), (10.0, 8.0 + 44.0 * line, 400.0, 38.0), fontsize=15.0)
        sheet.chain(
            press, sheet.message(message, (140.0, y, 170.0, 22.0)), sheet.box("pcontrol", (320.0, y, 70.0, 22.0))
        )
    return sheet


def make_reference() -> str:
    """The reference page of ``lmdm``, in Max's format."""
    methods = "".join(
        f'    <method name="{name}"><digest>{escape(digest)}</digest></method>\n'
        for name, digest in (
            ("anything", "An OSC message for the daemon, such as /lmdm/mix/gain -6."),
            ("host", "Where the daemon is."),
            ("port", "The daemon's OSC port."),
            ("receive", "The port on which this patch hears."),
        )
    )
    outlets = "".join(
        f'    <outlet id="{number}" type="message"><digest>{escape(digest)}</digest></outlet>\n'
        for number, digest in enumerate(
            (
                "Every value, as it changes.",
                "Answers and news: ack, heard, note, incident, tick.",
                "1 while it answers.",
            )
        )
    )
    arguments = "".join(
        f'    <objarg name="{name}" optional="1" type="{kind}"><digest>{escape(digest)}</digest></objarg>\n'
        for name, kind, digest in (
            ("host", "symbol", f"Where the daemon is ({HOST})."),
            ("port", "int", f"Its OSC port ({PORT})."),
            ("receive", "int", f"The port on which this patch hears ({RECEIVE}); each lmdm needs its own."),
        )
    )
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
        '<c74object name="lmdm" module="max" category="OSC">\n'
        "  <digest>Speak with lmdmd, the daemon that plays a Live Music Diffusion Model</digest>\n"
        "  <description>Sends OSC to the daemon, asks it for every value, renews that wish before it ends, and tells "
        "whether the daemon answers. Loading it changes nothing.</description>\n"
        '  <inletlist>\n    <inlet id="0" type="message"><digest>OSC messages, host, port, receive</digest></inlet>\n'
        f"  </inletlist>\n  <outletlist>\n{outlets}  </outletlist>\n  <objarglist>\n{arguments}  </objarglist>\n"
        f"  <methodlist>\n{methods}  </methodlist>\n</c74object>\n"
    )
