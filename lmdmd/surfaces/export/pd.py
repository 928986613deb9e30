"""The Pure Data patches: the object ``lmdm``, an object for each group, the main patch, and help.

Vanilla objects of Pd 0.52 or newer only. The files lie flat in one folder, as Pd looks for objects.
"""

from __future__ import annotations

from lmdmd import commands, params
from lmdmd.params import PROMPT_SLOTS
from lmdmd.surfaces.export.connection import BUTTONS, HOST, PORT, TOLD
from lmdmd.surfaces.export.pd_core import make_core, make_words
from lmdmd.surfaces.export.pd_panel import PITCH, Face, make_panel, panel_name
from lmdmd.surfaces.export.pd_sheet import Sheet
from lmdmd.surfaces.export.table import Group, Table, describe, describe_verb, short_name

COLOURS = {"show/go": "#90d090", "panic": "#e07070"}
WIDTH = 980


def make_files(table: Table) -> dict[str, str | bytes]:
    """Every file of the folder."""
    return {
        "lmdm.pd": make_core().file(),
        "lmdm-words.pd": make_words().file(),
        "lmdm-help.pd": make_help(table).file(),
        "lmdmd.pd": make_main(table).file(),
        "README.md": README,
        **{f"{panel_name(group)}.pd": make_panel(group).file() for group in table.groups},
    }


# --- the main patch ----------------------------------------------------------------------------------------


def make_main(table: Table) -> Sheet:
    """The patch to open: the stage, and a button that opens each group's panel."""
    prompts = [row.name for slot in range(PROMPT_SLOTS) for row in _prompt(slot)]
    faders = [row for row in table.stage if row.name not in prompts]
    below = 200 + PITCH * (PROMPT_SLOTS + 1)
    top = below + 30
    end = top + PITCH * max(len(TOLD), (len(faders) + 1) // 2) + 20
    face = Face(WIDTH, end + 110)
    _add_connection(face)
    _add_buttons(face)
    face.sheet.field(10, 196, WIDTH - 20, below - 200, "prompts")
    for slot in range(PROMPT_SLOTS):
        words, share = _prompt(slot)
        y = 222 + PITCH * slot
        face.add_row(20, y, words, 560)
        face.add_row(620, y, share, 290)
    face.sheet.field(10, below, WIDTH - 20, end - below - 10, "stage")
    for line, (label, name) in enumerate(TOLD):
        face.sheet.text(20, top + PITCH * line, label)
        face.add_row(110, top + PITCH * line, params.find(name), 190)
    half = (len(faders) + 1) // 2
    for at, row in enumerate(faders):
        face.add_labelled(330 + 320 * (at // half), top + PITCH * (at % half), row, row.name, 130, 180)
    _add_panels(face, table, end)
    return face.close(WIDTH - 120, 20)


def _prompt(slot: int) -> tuple[params.Param, params.Param]:
    return params.find(f"prompt/{slot}/text"), params.find(f"prompt/{slot}/weight")


def _add_connection(face: Face) -> None:
    """Where the daemon is, whether it answers, and what it refused or changed last."""
    sheet = face.sheet
    sheet.field(10, 10, WIDTH - 20, 104, "lmdmd")
    core = sheet.obj(330, 58, f"lmdm {HOST} {PORT}")
    for x, words in ((20, f"connect {HOST} {PORT}"), (220, "disconnect")):
        sheet.chain(sheet.msg(x, 34, words), core)
    sheet.chain(sheet.obj(330, 22, "r $0-out"), core)
    for outlet, (x, name) in enumerate(((330, "in"), (410, "answers"), (530, "alive"))):
        sheet.cord(core, sheet.obj(x, 88, f"s $0-{name}"), outlet=outlet)
    sheet.text(640, 18, "answers")
    sheet.toggle(710, 18, "alive", told=True)
    sheet.atom("symbolatom", 640, 45, 22, hears="refused")
    sheet.atom("symbolatom", 640, 70, 38, hears="why")
    pipes, y = face.pipes, face.next_line()
    both = pipes.obj(10, y, "r $0-answers"), pipes.obj(140, y, "route /lmdm/fail /lmdm/note")
    sort, pair = pipes.chain(*both), pipes.obj(400, y, "list")
    for outlet in (0, 1):
        pipes.cord(sort, pair, outlet=outlet)
    parts = pipes.chain(pair, pipes.obj(450, y, "unpack s s"))
    for outlet, name in enumerate(("refused", "why")):
        pipes.cord(parts, pipes.obj(560 + 120 * outlet, y, f"s $0-{name}"), outlet=outlet)


def _add_buttons(face: Face) -> None:
    for place, (verb, word) in enumerate(BUTTONS):
        x = 20 + 100 * place
        face.sheet.text(x, 118, word)
        face.add_press(x, 138, 48, commands.find(verb), COLOURS.get(verb, "#ffffff"))
    jump = commands.find("show/cue")
    face.sheet.text(440, 118, "jump to the cue with this number or name (type, Return)")
    face.add_verb(412, 142, jump)


def _add_panels(face: Face, table: Table, top: int) -> None:
    """The panels, in a canvas of their own, and a button that opens each of them."""
    face.sheet.field(10, top, WIDTH - 20, 90, "panels")
    homes = Sheet(900, 300)
    each = (WIDTH - 40) // len(table.groups)
    for place, group in enumerate(table.groups):
        name, x = panel_name(group), 20 + each * place
        face.sheet.text(x, top + 24, group.name)
        face.sheet.button(x, top + 48, 26, f"open.{group.name}")
        y = face.next_line()
        opened = face.pipes.obj(10, y, f"r $0-open.{group.name}.says"), face.pipes.msg(260, y, f"; pd-{name}.pd vis 1")
        face.pipes.chain(*opened)
        x, y = 20 + 200 * (place % 4), 20 + 90 * (place // 4)
        homes.chain(homes.obj(x, y, "r $0-in"), homes.obj(x, y + 25, name), homes.obj(x, y + 50, "s $0-out"))
    face.sheet.inner(homes, WIDTH - 120, 48, "panels")


# --- help --------------------------------------------------------------------------------------------------

TRIES = (
    ("/lmdm/mix/gain -6 2", "a row: its value, and in how many seconds"),
    ("/lmdm/prompt/0/text warm dub techno", "words"),
    ("/lmdm/mix/gain", "a row without a value asks for it"),
    ("/lmdm/show/go", "a verb"),
    (f"connect {HOST} {PORT}", "where the daemon is"),
    ("disconnect", "leave it"),
)


def make_help(table: Table) -> Sheet:
    """The patch that opens by a right click on ``lmdm``: to try it, and every row and verb."""
    sheet = Sheet(820, 430 + 26 * ((len(table.groups) + 3) // 4))
    sheet.field(10, 10, 800, 34, "lmdm")
    sheet.text(80, 18, f"speaks with lmdmd. Write it as: lmdm {HOST} {PORT} (host and port).", 90)
    core = sheet.obj(20, 250, f"lmdm {HOST} {PORT}")
    for line, (message, meaning) in enumerate(TRIES):
        sheet.chain(sheet.msg(20, 60 + 28 * line, message), core)
        sheet.text(330, 60 + 28 * line, meaning)
    gain = sheet.obj(20, 290, "route /lmdm/mix/gain")
    sheet.chain(core, gain, sheet.atom("floatatom", 20, 320, 8))
    sheet.text(90, 320, "values come as they change, and all of them at the start")
    sheet.cord(core, sheet.obj(200, 290, "print lmdm"), outlet=1)
    sheet.text(290, 290, "answers and news")
    sheet.cord(core, sheet.obj(440, 290, "tgl 17 0 empty empty empty 17 7 0 10 #ffffff #000000 #000000 0 1"), outlet=2)
    sheet.text(466, 290, "1 while it answers")
    sheet.text(
        20, 356, "every row and verb, by the first word of its address; lmdm-mix and its like are their panels:", 100
    )
    for place, group in enumerate(table.groups):
        sheet.inner(make_list(group), 20 + 200 * (place % 4), 386 + 26 * (place // 4), group.name)
    return sheet


def make_list(group: Group) -> Sheet:
    """Every row and verb of a group, with what it is."""
    lines = [*map(describe, group.params), *map(describe_verb, group.commands)]
    sheet = Sheet(900, 60 + 24 * len(lines), group.name)
    sheet.text(10, 10, f"{panel_name(group)}: {', '.join(short_name(row.name) for row in group.params[:3])} ...")
    for line, words in enumerate(lines):
        sheet.text(10, 40 + 24 * line, words, 140)
    return sheet


README = f"""\
# lmdmd for Pure Data

Made by `lmdmd export patches pd` from the program's tables; do not edit. Vanilla objects of Pd 0.52 or newer only.

Start `lmdmd run` and open `lmdmd.pd`. For patches of your own, add this folder to Pd's path (*Edit > Preferences >
Path*), or copy it beside your patch.

- `lmdmd.pd`: GO, BACK, PANIC, RELEASE, the cues, six prompts, what a performer wants at hand, and a button that opens
  the panel of each group of parameters. A line of text is typed into and sent by Return.
- `lmdm.pd`: the object for your own patches, `lmdm {HOST} {PORT}`: host and port, or neither. In: OSC messages as they
  stand in the daemon's README, such as `/lmdm/mix/gain -6 2`; `connect host port`; `disconnect`. Out: values (`route
  /lmdm/mix/gain` finds them), answers and news, and 1 or 0 as the daemon answers or not. It asks for all values,
  renews that wish, and connects again by itself. Its help (right click) lists every row and verb.
- `lmdm-<group>.pd`: the panels. The first outlet of `lmdm` into one, its outlet into `lmdm`.
- `lmdm-words.pd`: the words of a symbol, one by one.

A value that comes in is shown, never sent again: nothing goes in circles. Loading a patch changes nothing. Numbers in
Pd have 24 bits: a seed above 16777216 is rounded.

## To be checked by hand

The patches run in our tests in Pd without its window, against the real program. With the window, look whether

1. on macOS and Windows (on Linux it was) everything on `lmdmd.pd`, on each panel and in the help can be read, and
   nothing lies on something else;
2. a typed line with a comma in it (a prompt) arrives whole, and comes back as it was typed;
3. faders move when another surface moves them, do not flutter, and each panel button opens its panel.
"""
