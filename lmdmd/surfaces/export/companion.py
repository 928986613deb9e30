"""A note for Bitfocus Companion (Stream Deck): which buttons, which messages, and the way by the QLab words."""

from __future__ import annotations

from lmdmd import commands, params
from lmdmd.config import QLAB_PORT
from lmdmd.surfaces.export.connection import BUTTONS, HOST, LEASE_S, PORT, RENEW_S
from lmdmd.surfaces.export.table import Table

FEEDBACKS = ("show/cue", "show/next", "show/notes", "show/armed", "show/remaining", "mix/mute", "status/incident")
"""Rows worth showing on a button."""
RECEIVE = 9150
"""Port on which Companion hears."""


def make_files(table: Table) -> dict[str, str | bytes]:
    """The note."""
    return {"README.md": make_note(table)}


def make_note(table: Table) -> str:
    """The whole note."""
    return "\n".join([HEAD, *_verbs(table), *_rows(table), *_feedbacks(), TAIL])


def _verbs(table: Table) -> list[str]:
    """Buttons that need no number or word, the four of the stage first."""
    words = {verb: word for verb, word in BUTTONS}
    ready = [
        verb
        for verb in table.commands
        if "/" in verb.name and all(argument.default is not None for argument in verb.arguments)
    ]
    chosen = [commands.find(verb) for verb in words] + [verb for verb in ready if verb.name not in words]
    lines = [f"| {words.get(verb.name, verb.name)} | `{verb.address}` | {verb.doc} |" for verb in chosen]
    cue = commands.find("show/cue")
    jump = f"| CUE 3 | `{cue.address}` with the string `3` | {cue.doc} |"
    return ["| button | send message without arguments to | what it does |", "|---|---|---|", *lines, jump, ""]


def _rows(table: Table) -> list[str]:
    """Switches and faders that a performer wants at hand."""
    lines = []
    for row in (row for row in table.stage if row.kind != "text"):
        kind = "an integer" if row.kind in ("int", "bool") else "a float"
        span = "0 or 1" if row.kind == "bool" else f"{row.lo:g} to {row.hi:g} {row.unit}".rstrip()
        turn = "" if row.kind == "bool" else f"`{row.address}` with the strings `+` and a number"
        lines.append(f"| {row.name} | `{row.address}` with {kind}: {span} | {turn} |")
    return ["| switch or dial | set | a turn of a dial |", "|---|---|---|", *lines, ""]


def _feedbacks() -> list[str]:
    lines = [f"| `{params.find(name).address}` | {params.find(name).doc} |" for name in FEEDBACKS]
    return [FEEDBACK, "| feedback on | what it tells |", "|---|---|", *lines, ""]


HEAD = f"""\
# lmdmd on a Stream Deck, with Bitfocus Companion

Made by `lmdmd export patches companion` from the program's tables; do not edit. Two ways:

## By the QLab words: nothing to type

Where the daemon speaks them (see its README), add the connection *Figure 53: QLab* (or *QLab Advanced*) with host
{HOST}, TCP, port {QLAB_PORT}, and its presets: GO, panic, the playhead, the names of cues on the buttons.

## By OSC: everything

Add the connection *Generic: OSC* with host {HOST}, port {PORT}, and actions *Send message*:
"""

FEEDBACK = f"""\
What the daemon tells comes back once a trigger (*Time interval*, {RENEW_S} s) sends `/lmdm/listen` with the arguments
`*` (string), {LEASE_S} and {RECEIVE} (integers), and the connection listens for feedback on port {RECEIVE}.
"""

TAIL = """\
## To be checked by hand

Neither way was tried with a Stream Deck. With a running daemon: GO fires once a press; PANIC silences and RELEASE
brings back; the name of the next cue stands on a button and follows; a dial moves *mix gain*; a second press of GO
within the guard is refused and does no harm.
"""
