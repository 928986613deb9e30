"""The TouchDesigner component: a script that builds it, for a Text DAT, and how to use it.

TouchDesigner's files are binary, so a script ships. Parameters there are named with one capital letter and then small
letters and digits, and nothing else.
"""

from __future__ import annotations

import inspect
import pprint
import re

from lmdmd.commands import Argument, Command
from lmdmd.errors import ConfigError
from lmdmd.params import Param
from lmdmd.surfaces.export import touchdesigner_build, touchdesigner_core
from lmdmd.surfaces.export.table import Group, Table, short_name, usage

SCRIPT = "lmdmd_build.py"
STAGE = (("Stagego", "Go", "show/go"), ("Stageback", "Back", "show/back"), ("Stagepanic", "Panic", "panic"))
STAGE += (("Stagerelease", "Release", "release"),)
"""Buttons of the first page: parameter, label and verb."""
PADS = 16
"""Buttons that jump to the cues called 1, 2, ..."""

METERS = (
    "meter/*/*",
    "clock/bar",
    "clock/beat",
    "mix/deck",
    "mix/fade",
    "status/lead",
    "status/factor",
    "show/armed_in_beats",
    "show/remaining",
)
"""Patterns that the OSC In CHOP hears: reports that are numbers, as it can read no words."""

STYLES = {"float": "Float", "int": "Int", "bool": "Toggle", "choice": "Menu", "text": "Str"}
KINDS = {float: "Float", int: "Int", str: "Str"}
WHOLE = 2**31 - 1
"""Largest whole number that TouchDesigner's parameters hold."""

Entry = dict[str, object]

HEAD = '''"""Builds the lmdmd component in TouchDesigner (2022 or newer).

Put this text into a Text DAT and run it (right click > Run Script): beside the DAT appears the component `lmdmd`, in
place of an older one. Made by `lmdmd export patches touchdesigner` from the program's tables; do not edit.
"""
'''


def make_files(table: Table) -> dict[str, str | bytes]:
    """The script and its readme."""
    return {SCRIPT: make_script(table), "README.md": README}


def make_script(table: Table) -> str:
    """The whole script: tables, the text of the component's mind, the builder, and the call."""
    pages = make_pages(table)
    check_names([str(entry["par"]) for _, entries in pages for entry in entries])
    mind = source_of(touchdesigner_core) + _literal("ROWS", core_rows(table)) + _literal("VERBS", core_verbs(table))
    mind += _literal("METERS", list(METERS)) + "CORE = Core(me.parent(), ROWS, VERBS, METERS)\n"
    parts = (
        HEAD,
        "import td\n",
        source_of(touchdesigner_build),
        _literal("PAGES", pages),
        f"MIND = {_quoted(mind)}\n",
        "build(me.parent(), td, PAGES, MIND)\n",
    )
    return "\n".join(parts)


def source_of(module: object) -> str:
    """A module's text below its docstring."""
    text = inspect.getsource(module)  # type: ignore[arg-type]
    return text.partition('"""\n')[2].lstrip("\n") + "\n"


def _literal(name: str, value: object) -> str:
    return f"{name} = {pprint.pformat(value, width=116, sort_dicts=False)}\n"


def _quoted(text: str) -> str:
    return "'''\\\n" + text.replace("\\", "\\\\").replace("'''", "\\'\\'\\'") + "'''"


# --- names -------------------------------------------------------------------------------------------------


def parameter_name(*words: str) -> str:
    """Name of a parameter as TouchDesigner wants it: ``mix/gain`` is ``Mixgain``."""
    return re.sub(r"[^a-z0-9]", "", "".join(words).lower()).capitalize()


def check_names(names: list[str]) -> None:
    """Raise ``ConfigError`` for a name that TouchDesigner would refuse, or that is there twice."""
    taken = [name for name, *_ in touchdesigner_build.CONNECTION]
    for name in names:
        if not re.fullmatch(r"[A-Z][a-z0-9]*", name):
            raise ConfigError(f'touchdesigner: "{name}" is no name for a parameter')
        if name in taken:
            raise ConfigError(f'touchdesigner: two parameters would be called "{name}"')
        taken.append(name)


# --- pages -------------------------------------------------------------------------------------------------


def make_pages(table: Table) -> list[tuple[str, list[Entry]]]:
    """Pages of the component and the parameters on each: the stage, then a group's hands, then its reports."""
    pages = [("Stage", stage_entries(table))]
    for group in table.groups:
        told = [param_entry(param) for param in group.params if not param.writable]
        pages += [(group.name.capitalize(), hand_entries(group))] if hand_entries(group) else []
        pages += [(f"{group.name.capitalize()} Reports", told)] if told else []
    return pages


def stage_entries(table: Table) -> list[Entry]:
    """Big verbs and cue buttons."""
    docs = {command.name: command.doc for command in table.commands}
    buttons = [_pulse(name, label, docs[verb]) for name, label, verb in STAGE]
    return buttons + [_pulse(f"Cue{pad}", f"Cue {pad}", "Jump to this cue.") for pad in range(1, PADS + 1)]


def hand_entries(group: Group) -> list[Entry]:
    """What can be changed or done."""
    rows = [param_entry(param) for param in group.params if param.writable]
    verbs = [entry for command in group.commands for entry in verb_entries(command)]
    return rows + verbs


def param_entry(param: Param) -> Entry:
    """One row as a parameter."""
    unit = f" ({param.unit})" if param.unit else ""
    entry: Entry = {
        "par": parameter_name(param.name),
        "style": STYLES[param.kind],
        "label": short_name(param.name).replace("/", " ").replace("_", " ").title() + unit,
        "help": f"{param.address}: {param.doc}",
        "default": param.default,
        "told": not param.writable,
    }
    if param.kind == "choice":
        entry["choices"] = list(param.choices)
    if param.kind in ("float", "int") and param.hi <= WHOLE:
        entry["span"] = (param.lo, param.hi)
    return entry


def verb_entries(command: Command) -> list[Entry]:
    """A verb's arguments and its button."""
    words = f"{command.address} {usage(command.arguments)}".strip() + f": {command.doc}"
    label = short_name(command.name).replace("_", " ").title()
    return [
        *(_argument(command, argument) for argument in command.arguments),
        _pulse(parameter_name("do", command.name), f"{label} !", words),
    ]


def _argument(command: Command, argument: Argument) -> Entry:
    label = f"{short_name(command.name)} {argument.name}".replace("_", " ").title()
    empty = "" if argument.kind is str else argument.kind(max(argument.lo or 0, 0))
    entry: Entry = {
        "par": parameter_name("say", command.name, argument.name),
        "style": KINDS[argument.kind],
        "label": label,
        "help": f"{command.address}: {argument.name}",
        "default": empty if argument.default is None else argument.default,
        "told": False,
    }
    if argument.name == "passcode":
        entry["secret"] = True
    if argument.lo is not None and argument.hi is not None:
        entry["span"] = (argument.kind(argument.lo), argument.kind(argument.hi))
    return entry


def _pulse(name: str, label: str, words: str) -> Entry:
    return {"par": name, "style": "Pulse", "label": label, "help": words}


# --- what the mind knows -----------------------------------------------------------------------------------


def core_rows(table: Table) -> dict[str, Entry]:
    """Rows by address, as the component's mind looks them up."""
    return {
        param.address: {"par": parameter_name(param.name), "kind": param.kind, "writable": param.writable}
        for param in table.params
    }


def core_verbs(table: Table) -> list[Entry]:
    """Buttons, what they say, and the parameters whose values go along."""
    by_name = {command.name: command for command in table.commands}
    stage = [_said(name, by_name[verb].address) for name, _, verb in STAGE]
    cues = [_said(f"Cue{pad}", by_name["show/cue"].address, values=[str(pad)]) for pad in range(1, PADS + 1)]
    verbs = [
        _said(
            parameter_name("do", command.name),
            command.address,
            [parameter_name("say", command.name, argument.name) for argument in command.arguments],
        )
        for command in table.commands
    ]
    return [*stage, *cues, *verbs]


def _said(name: str, address: str, arguments: list[str] | None = None, values: list[str] | None = None) -> Entry:
    return {"par": name, "address": address, "arguments": arguments or [], "values": values or []}


README = """\
# lmdmd for TouchDesigner

Made by `lmdmd export patches touchdesigner` from the program's tables; do not edit.

Start `lmdmd run`. In TouchDesigner (2022 or newer) make a Text DAT, load `lmdmd_build.py` into it, right click, *Run
Script*. The component `lmdmd` appears; save it as a .tox if you like.

- Page *Lmdmd*: where the daemon is, on which ports the component hears (each component needs its own), whether it
  answers. Page *Stage*: Go, Back, Panic, Release, and a button for each of the cues 1 to 16. Then a page for each group
  of parameters, with its verbs as buttons, and one for what it reports.
- A parameter is called like its address: `/lmdm/mix/gain` is `Mixgain`, `/lmdm/prompt/0/text` is `Prompt0text`;
  bind them, export CHOPs to them, or write `op('lmdmd').par.Mixgain = -6`. A verb: `op('lmdmd').par.Doshowgo.pulse()`.
- Outputs: *out_meters*, numbers as they come in by OSC (meters, bar, beat, lead, time to the next cue), and *out_rows*,
  every number among the parameters as a channel.

Values that come in are shown, not sent again; building or loading the component changes nothing. A CHOP that exports to
a parameter sends one message a frame while it moves.

## To be checked by hand

The script runs in our tests against a stand-in for TouchDesigner's Python, not against TouchDesigner. With a running
daemon:

1. The script runs without an error in the Textport, twice in a row; the second run replaces the component.
2. *Connected* goes on within 2 s; every page has the daemon's values; pages and labels can be read.
3. Moving *Mixgain* is heard and shows on a second surface; moved there, it moves here and does not flutter.
4. A prompt typed here is taken whole; a menu (*Gensampler*) and a toggle (*Mixmute*) work both ways.
5. *Go* fires once a press; cue buttons jump; *Panic* silences, *Release* brings back.
6. *out_meters* has channels `meter/out/l` and so on, without a warning on the OSC In CHOP; *out_rows* has `Mixgain`.
7. *Answer* shows what the daemon refuses (a *Doshowcue* with an unknown cue): replies come back to the OSC Out DAT.
8. The daemon stopped: *Connected* goes off within 8 s; started again: all values come back by themselves.
9. Saved as .tox and loaded into another project it works, and sends nothing by itself but its wish to listen.
"""
