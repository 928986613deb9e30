"""The two tables as a patch needs them: rows and verbs, gathered by the first word of their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lmdmd.commands import COMMANDS, Argument, Command
from lmdmd.params import PARAMS, Param

PROGRAM = "program"
"""Group of the verbs whose name is one word."""


@dataclass
class Group:
    """What shares the first word of its name: one panel of a patch, one page of a component."""

    name: str
    params: list[Param] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """Every row and every verb, as targets are handed them."""

    params: tuple[Param, ...] = PARAMS
    commands: tuple[Command, ...] = COMMANDS

    @property
    def groups(self) -> list[Group]:
        """The groups, in the order in which the tables first name them."""
        groups: dict[str, Group] = {}
        for param in self.params:
            group_of(groups, param.name).params.append(param)
        for command in self.commands:
            group_of(groups, command.name).commands.append(command)
        return list(groups.values())

    @property
    def stage(self) -> list[Param]:
        """Rows that a performer wants at hand."""
        return [param for param in self.params if param.stage]


def group_of(groups: dict[str, Group], name: str) -> Group:
    """Group of a row or verb, new or known."""
    first, slash, _ = name.partition("/")
    return groups.setdefault(first if slash else PROGRAM, Group(first if slash else PROGRAM))


def short_name(name: str) -> str:
    """A name without its group: ``mix/gain`` is ``gain``."""
    return name.partition("/")[2] or name


def usage(arguments: Iterable[Argument]) -> str:
    """Arguments as people write them: ``model``, ``[fade_s = 4]``."""
    return " ".join(a.name if a.default is None else f"[{a.name} = {_show(a.default)}]" for a in arguments)


def describe(param: Param) -> str:
    """A row in one line: address, what it holds, and what it is."""
    held = ", ".join(param.choices) if param.choices else param.kind
    span = f" {param.lo:g} to {param.hi:g} {param.unit}".rstrip() if param.kind in ("float", "int") else ""
    return f"{param.address} ({held}{span}): {param.doc}"


def describe_verb(command: Command) -> str:
    """A verb in one line: address, arguments, and what it does."""
    return f"{command.address} {usage(command.arguments)}".strip() + f": {command.doc}"


def _show(value: str | int | float) -> str:
    return f"{value:g}" if isinstance(value, float) else f"{value}"
