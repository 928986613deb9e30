"""The SuperCollider quark: a class ``Lmdm`` that speaks with the daemon, and one for each group of rows and verbs.

A row is a method that gives the value last heard, and a setter; a verb is a method. A number in a name is an index:
``/lmdm/prompt/0/text`` is ``lmdm.prompt(0).text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lmdmd import __version__
from lmdmd.commands import Command
from lmdmd.params import Param
from lmdmd.surfaces.export.supercollider_core import CORE, EXAMPLE, README
from lmdmd.surfaces.export.table import PROGRAM, Table, describe, describe_verb, usage

OWN = {"listen", "ignore", "sync", "status"}
"""Verbs that ``Lmdm`` does by itself, and one that tells no more than the rows."""


def make_files(table: Table) -> dict[str, str | bytes]:
    """Every file of the quark."""
    methods = "\n".join(_lmdm_methods(table))
    return {
        "Lmdm.quark": QUARK,
        "README.md": README,
        "example.scd": EXAMPLE,
        "Classes/Lmdm.sc": CORE.replace("\t// GROUPS", methods) + "".join(map(_class, places(table))),
        "HelpSource/Classes/Lmdm.schelp": make_help(table),
    }


@dataclass(frozen=True)
class Place:
    """A class of the quark: a group, or what in a group is told apart by a number."""

    group: str
    indexed: bool
    params: list[Param]
    commands: list[Command]

    @property
    def name(self) -> str:
        """Of the class."""
        return f"Lmdm{self.group.capitalize()}{'Slot' if self.indexed else ''}"

    @property
    def call(self) -> str:
        """How one gets there."""
        return f"lmdm.{self.group}{'(0)' if self.indexed else ''}"


def places(table: Table) -> list[Place]:
    """Every class but ``Lmdm``; of the rows that are told apart by a number, the first stand for all."""
    found = []
    for group in table.groups:
        if group.name == PROGRAM:
            continue
        plain = [param for param in group.params if index_of(param) is None]
        slots = [param for param in group.params if index_of(param) == 0]
        if plain or group.commands:
            found.append(Place(group.name, False, plain, group.commands))
        if slots:
            found.append(Place(group.name, True, slots, []))
    return found


def index_of(param: Param) -> int | None:
    """The number in a row's name, if there is one."""
    number = param.name.split("/")[1]
    return int(number) if number.isdigit() else None


def method(row: Param | Command) -> str:
    """A row or verb as a method: ``meter/out/l`` is ``out_l``, ``prompt/0/text`` is ``text``."""
    return re.sub(r"\W", "_", "_".join(word for word in _words(row) if not word.isdigit()))


def _words(row: Param | Command) -> list[str]:
    """A name's words behind its group."""
    first, *rest = row.name.split("/")
    return rest or [first]


# --- classes -----------------------------------------------------------------------------------------------


def _lmdm_methods(table: Table) -> Iterator[str]:
    """What ``Lmdm`` has of the tables: its groups, and the verbs whose name is one word."""
    named: dict[str, list[Place]] = {}
    for place in places(table):
        named.setdefault(place.group, []).append(place)
    for group, found in named.items():
        plain = next((f"{place.name}(this)" for place in found if not place.indexed), "")
        slots = next((f"{place.name}(this, index)" for place in found if place.indexed), "")
        if plain and slots:
            yield f"\t{group} {{ |index| ^if(index.isNil) {{ {plain} }} {{ {slots} }} }}"
        else:
            yield f"\t{group} {{ {'|index = 0| ' if slots else ''}^{plain or slots} }}"
    for group in table.groups:
        for command in group.commands if group.name == PROGRAM else ():
            if command.name not in OWN:
                yield from _verb(command)


def _class(place: Place) -> str:
    path = f'"{place.group}/" ++ index ++ "/"' if place.indexed else f'"{place.group}/"'
    verbs = {command.name: command for command in place.commands}
    lines = [f"\n{place.name} : LmdmGroup {{", f"\tpath {{ ^{path} }}"]
    for param in place.params:
        lines += _row(param, verbs.pop(param.name, None))
    lines += [line for command in verbs.values() for line in _verb(command)]
    return "\n".join([*lines, "}\n"])


def _row(param: Param, verb: Command | None) -> Iterator[str]:
    words = _words(param)
    last = "/".join(words[1:] if index_of(param) is not None else words)
    yield f"\t// {describe(param)}"
    if verb is not None:
        yield from _verb(verb, f'if({verb.arguments[0].name}.isNil) {{ ^this.get("{last}") }}; ')
    else:
        yield f'\t{method(param)} {{ ^this.get("{last}") }}'
    if param.writable:
        yield f'\t{method(param)}_ {{ |value, glide, curve| this.set("{last}", value, glide, curve) }}'


def _verb(command: Command, before: str = "") -> Iterator[str]:
    names = [argument.name for argument in command.arguments]
    given = f"|{', '.join(names)}| " if names else ""
    yield f"\t// {describe_verb(command)}"
    words = ", ".join([f'"{command.name}"', *names])
    yield f"\t{method(command)} {{ {given}{before}this.act({words}) }}"


# --- help --------------------------------------------------------------------------------------------------


def make_help(table: Table) -> str:
    """The help page of ``Lmdm``."""
    groups = [_section(place.call, place.params, place.commands) for place in places(table)]
    alone = [command for command in table.commands if "/" not in command.name and command.name not in OWN]
    return HELP.replace("// ROWS\n", "".join([_section("lmdm", [], alone), *groups]))


def _section(call: str, params: list[Param], commands: list[Command]) -> str:
    lines = [f"## code::{call}.{method(p)}:: || {_plain(describe(p))}" for p in params]
    for command in commands:
        told = usage(command.arguments)
        takes = f" Takes {told}." if told else ""
        lines.append(f"## code::{call}.{method(command)}:: || {_plain(command.doc)}{takes}")
    return "\n".join([f"SUBSECTION:: {call}", "definitionlist::", *lines, "::", "", ""])


def _plain(words: str) -> str:
    """Words without what the help's format would take for its own."""
    return words.replace("::", ": :").replace("||", "|").replace("##", "#")


QUARK = f"""\
(
	name: "Lmdm",
	summary: "Play and steer lmdmd, the daemon of Live Music Diffusion Models",
	author: "the lmdmd project",
	copyright: "Apache-2.0",
	license: "Apache-2.0",
	version: "{__version__}",
	schelp: "Lmdm",
	dependencies: [],
	isCompatible: {{ Main.versionAtLeast(3, 9) }}
)
"""

HELP = """\
TITLE:: Lmdm
summary:: Speaks with lmdmd, the daemon of Live Music Diffusion Models
categories:: Control, External Control and Sound
related:: Classes/NetAddr, Classes/Server

DESCRIPTION::
Sends OSC to the daemon, hears its values, renews that wish before it ends, and tells whether the daemon answers.
Making one changes nothing. Made by code::lmdmd export patches supercollider:: from the program's tables.

code::
l = Lmdm("127.0.0.1", 9000).connect;
l.mix.gain_(-6, 2);              // a row: value, and in how many seconds
l.prompt(0).text = "warm dub techno";
l.mix.gain;                      // the value last heard
l.show.go;                       // a verb
l.follow("show/cue", { |name, value| value.postln });
l.disconnect;
::

CLASSMETHODS::

METHOD:: new
Nothing is sent before link::#-connect::.
ARGUMENT:: host
Where the daemon is.
ARGUMENT:: port
Its OSC port.

METHOD:: default
The one that was made first, or the one that you set.

INSTANCEMETHODS::

METHOD:: connect
Ask for every value, and go on asking. It outlives Cmd-Period.

METHOD:: disconnect
Stop that.

METHOD:: alive
Whether the daemon answers. Dependants hear code::\\alive:: and the answer when it changes.

METHOD:: values
Every value last heard, by name.

METHOD:: get
The value last heard of a row.
ARGUMENT:: name
Such as code::"mix/gain"::.

METHOD:: set
Set a row.
ARGUMENT:: name
Such as code::"mix/gain"::.
ARGUMENT:: value
Number, string or boolean.
ARGUMENT:: glide
In how many seconds.
ARGUMENT:: curve
Of the glide.

METHOD:: act
Do a verb.
ARGUMENT:: verb
Such as code::"show/go"::.
ARGUMENT:: ... values
What it takes.

METHOD:: ask
Ask for a row's value once.
ARGUMENT:: name
Such as code::"mix/gain"::.

METHOD:: follow
Call a function with name and value whenever a row changes.
ARGUMENT:: name
Such as code::"mix/gain"::.
ARGUMENT:: action
The function.

METHOD:: unfollow
Stop that.
ARGUMENT:: name
Such as code::"mix/gain"::.
ARGUMENT:: action
The function; without one, all of that row.

METHOD:: answer
A function that is called with whatever the daemon says that is no value: code::\\done::, code::\\fail::,
code::\\note::, code::\\ack::, code::\\heard::, code::\\incident::, code::\\tick::, and what stands behind it.

METHOD:: sync
In a Routine, wait until the daemon has done everything before. Returns false after code::timeout:: seconds without.
ARGUMENT:: timeout
In seconds.

SECTION:: Rows and verbs
A row gives the value last heard; one that may be set has a setter: code::lmdm.mix.gain = -6::, or with a glide
code::lmdm.mix.gain_(-6, 2)::.

// ROWS
"""
