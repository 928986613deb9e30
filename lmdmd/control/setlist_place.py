"""Where the reading of a setlist stands: which file, song and cue, what holds there, and the problems so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lmdmd import bundles
from lmdmd.control.setlist import Span
from lmdmd.control.setlist_files import Files
from lmdmd.control.setlist_scalars import SCALARS, shown
from lmdmd.control.setlist_schema import KEYS, PARTS, listed, names
from lmdmd.control.setlist_variables import TEXT_LIMIT, expand
from lmdmd.control.yaml_lines import Entry, Fault, Node
from lmdmd.errors import BundleError, ParamError, did_you_mean
from lmdmd.params import Param, Value

FAULTS_LIMIT = 100
"""Problems that are told at once."""

_LONGEST = 500
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


class Enough(Exception):
    """There are too many problems to go on."""


@dataclass(frozen=True)
class Defaults:
    """What the cues of a song do that do not say."""

    over: Span | None = None
    curve: str | None = None
    quantise: Span | None = None


@dataclass(frozen=True)
class Place:
    """One place in one file; ``stack`` are the files that include one another down to it."""

    files: Files
    stack: tuple[Path, ...]
    faults: list[Fault]
    prefix: str = ""
    variables: Mapping[str, Node] = field(default_factory=dict)
    targets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)
    models: dict[tuple[Path, str], tuple[str, str]] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file."""
        return self.stack[-1]

    def fault(self, line: int, text: str) -> None:
        """Note a problem."""
        self.add(Fault(line, self.prefix + text, self.path))

    def add(self, fault: Fault) -> None:
        """Note a problem of this or another file; raises ``Enough`` after as many as anybody mends at once."""
        text = fault.text if len(fault.text) <= _LONGEST else fault.text[:_LONGEST] + "…"
        self.faults.append(replace(fault, text=text))
        if len(self.faults) >= FAULTS_LIMIT:
            self.faults.append(replace(fault, text="and there is more behind this; mend these first"))
            raise Enough

    def within(self, what: str, name: str) -> Place:
        """The place inside a song or cue."""
        return replace(self, prefix=f'{what} "{shown(name)}": ')

    def expanded(self, node: Node) -> Node:
        """A scalar with its variables put in."""
        return expand(node, self.variables, self.fault)

    def entries(self, node: Node, known: Iterable[str] | None = None) -> dict[str, Entry]:
        """Entries of a mapping, or those that are ``known``, their scalars with variables put in."""
        assert isinstance(node.value, dict)
        kept = {key: entry for key, entry in node.value.items() if known is None or key in known}
        return {key: Entry(entry.line, self.expanded(entry.node)) for key, entry in kept.items()}

    def fields(self, node: Node, part: str) -> dict[str, Entry]:
        """Entries of a part of the setlist, without (but naming) those whose key is not known."""
        known, what = names(part), PARTS[part]
        if not isinstance(node.value, dict):
            self.fault(node.line, f"{what} must be a mapping with {', '.join(known)}, such as {_example(known, part)}")
            return {}
        for key, entry in node.value.items():
            if key not in known:
                self.fault(entry.line, f'unknown key "{shown(key)}" in {what}{self._meant_key(key, known)}')
        return self.entries(node, known)

    def _meant_key(self, key: str, known: list[str]) -> str:
        parts = tuple(PARTS[part] for part in ("setlist", "song", "cue") if key in KEYS[part])
        return f"; it belongs to {listed(parts, 'or')}" if parts else did_you_mean(key, known)

    def items(self, entry: Entry, what: str) -> list[Node]:
        """Items of a list."""
        if entry.node.value is None:
            return []
        if not isinstance(entry.node.value, list):
            self.fault(entry.line, f"{what} must be a list (lines that begin with -)")
            return []
        return entry.node.value

    def text(self, node: Node, what: str) -> str:
        """Words on one line, "" when there are none."""
        if node.value is None or isinstance(node.value, (dict, list)):
            self.fault(node.line, f"{what}: expected text")
            return ""
        text = " ".join(node.raw.split())
        if node.trap:
            self.fault(node.line, f"{what}: {node.trap}")
        elif not text:
            self.fault(node.line, f"{what}: expected text")
        elif len(text) > TEXT_LIMIT or _CONTROL.search(text):
            wrong = f"longer than {TEXT_LIMIT} signs" if len(text) > TEXT_LIMIT else "holds a sign that cannot be shown"
            self.fault(node.line, f"{what}: {wrong}")
            return ""
        return text

    def param(self, node: Node, param: Param, what: str) -> Value:
        """Value of a row of the table, kept strictly: what a surface would clamp is a problem here."""
        try:
            value, note = param.coerce(SCALARS[param.kind](node, what))
        except ParamError as error:
            self.fault(node.line, str(error))
            return param.default
        if note and param.kind in ("float", "int"):
            self.fault(node.line, f"{what}: {shown(node.raw)} is outside {param.lo:g} to {param.hi:g}")
        elif note:
            self.fault(node.line, f"{what}: is {note}")
        elif param.kind == "text" and _CONTROL.search(str(value)):
            self.fault(node.line, f"{what}: holds a sign that cannot be shown")
        return value

    def model(self, name: str, line: int) -> str:
        """A bundle as ``bundles.find`` takes it, looked for beside this file first."""
        key = (self.path.parent, name)
        if key not in self.models:
            found = bundles.near(self.path.parent, name)
            self.models[key] = found, _why_no_bundle(found)
        found, why = self.models[key]
        if why:
            self.fault(line, f"model: {why}")
        return found


def _why_no_bundle(name: str) -> str:
    try:
        bundles.find(name)
    except BundleError as error:
        return str(error)
    return ""


def _example(known: list[str], part: str) -> str:
    row = KEYS[part][known[0]]
    return f"{row.name}: {row.example}"


Reader = Callable[[Entry, str, Place], Any]
"""Value behind a key: of its entry, what to call it and the place; ``None`` when it is wrong."""


def read_fields(fields: Mapping[str, Entry], part: str, place: Place, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """What is read from each field of a part; a field that is wrong is left out."""
    read = {name: readers[KEYS[part][name].kind](entry, name, place) for name, entry in fields.items()}
    return {name: value for name, value in read.items() if value is not None}
