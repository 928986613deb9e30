"""The address space as an OSCQuery client reads it: one node a row or verb, nested by the slashes of their addresses.

A verb is an impulse, so that a client which writes every value it shows, as some do when they open, calls none; its
other forms, with arguments, stand in ``OVERLOADS``. A report that bears its verb's name is only read here: who writes
back what it reads would carry the verb out.
"""

from __future__ import annotations

from typing import Any

from lmdmd.commands import COMMANDS, Argument, Command
from lmdmd.control.session import Session
from lmdmd.params import BY_NAME, PARAMS, Param

Node = dict[str, Any]

REQUIRED = frozenset({"FULL_PATH", "CONTENTS", "TYPE"})
OPTIONAL = (
    "ACCESS",
    "VALUE",
    "RANGE",
    "DESCRIPTION",
    "TAGS",
    "UNIT",
    "CLIPMODE",
    "CRITICAL",
    "EXTENDED_TYPE",
    "OVERLOADS",
    "DEFAULT_VALUE",
)
NO_FACTS = frozenset({"HTML"})
"""What the proposal knows beside them that is no part of a node: the web port answers it with its page."""
EXTENSIONS = {
    **dict.fromkeys(OPTIONAL, True),
    "HTML": True,
    "LISTEN": True,
    "IGNORE": True,
    "PATH_CHANGED": True,
    "PATH_ADDED": True,
    "PATH_REMOVED": True,
    "PATH_RENAMED": False,
    "OSC_STREAMING": True,
}

LOAD = "/lmdm/deck/load"
"""The verb whose argument is one of the bundles that there are."""

READ, WRITE = 1, 2
TYPES = {"float": "f", "int": "i", "bool": "T", "choice": "s", "text": "s"}
_ARGUMENT_TYPES = {float: "f", int: "i", str: "s"}
UNITS = {"dB": "gain.db", "s": "time.second", "ms": "time.ms", "Hz": "time.hz", "bpm": "time.bpm"}
"""Our units in the words of the proposal; any other goes by its own."""


def row_node(param: Param) -> Node:
    """A row of the table as a node, without its value."""
    node = _node(param.address, TYPES[param.kind], READ | WRITE if param.writable else READ, param.doc)
    if param.kind in ("float", "int"):
        node["RANGE"] = [{"MIN": param.lo, "MAX": param.hi}]
        node["CLIPMODE"] = ["both"]
    elif param.kind == "choice":
        node["RANGE"] = [{"VALS": list(param.choices)}]
        node["CLIPMODE"] = ["none"]
    if param.unit:
        node["UNIT"] = [UNITS.get(param.unit, param.unit)]
    node["EXTENDED_TYPE"] = [param.kind]
    if param.writable:
        node["DEFAULT_VALUE"] = [param.default]
    node["TAGS"] = _row_tags(param)
    # Of a fader only the newest value counts, and that comes soon; whatever else is lost was meant.
    node["CRITICAL"] = param.writable and param.kind != "float"
    return node


def _row_tags(param: Param) -> list[str]:
    tags = [param.name.split("/")[0], "report" if param.rate == "read" else param.rate]
    return tags + ([f"warp:{param.warp}"] if param.warp != "lin" else []) + (["stage"] if param.stage else [])


def verb_node(command: Command) -> Node:
    """A verb as a node: an impulse, or what it cannot do without."""
    required = [argument for argument in command.arguments if argument.default is None]
    node = _verb_form(command, required)
    if len(required) < len(command.arguments):
        node["OVERLOADS"] = [_verb_form(command, list(command.arguments))]
    node["TAGS"] = [command.name.split("/")[0], "verb", *(["slow"] if command.slow else [])]
    return node


def _verb_form(command: Command, arguments: list[Argument]) -> Node:
    types = "".join(_ARGUMENT_TYPES[argument.kind] for argument in arguments) or "I"
    node = _node(command.address, types, WRITE, command.doc)
    if arguments:
        node["EXTENDED_TYPE"] = [argument.name for argument in arguments]
        node["RANGE"] = [
            None if argument.lo is None else {"MIN": argument.lo, "MAX": argument.hi} for argument in arguments
        ]
        node["CLIPMODE"] = ["none"] * len(arguments)
    node["CRITICAL"] = True
    return node


def cue_node(address: str) -> Node:
    """An address for which a cue waits."""
    return _node(address, "I", WRITE, "A cue waits for this.") | {"TAGS": ["cue"], "CRITICAL": True}


def _node(address: str, types: str, access: int, description: str) -> Node:
    return {"FULL_PATH": address, "TYPE": types, "ACCESS": access, "DESCRIPTION": description}


def _table_nodes() -> dict[str, Node]:
    nodes = {param.address: row_node(param) for param in PARAMS}
    for command in COMMANDS:
        if command.name in BY_NAME:
            nodes[command.address]["OVERLOADS"] = [_verb_form(command, list(command.arguments))]
        else:
            nodes[command.address] = verb_node(command)
    return nodes


_TABLE = _table_nodes()


class Tree:
    """Every node, with the values of a session as they are when it is asked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cues: frozenset[str] = frozenset()
        self._models: tuple[str, ...] = ()
        self._nodes: dict[str, Node] = {}
        self._children: dict[str, dict[str, str]] = {}
        self._build()

    def take_cues(self) -> tuple[list[str], list[str]]:
        """Take up the addresses for which cues wait now; returns those that came and those that went."""
        before, now = self._cues, self._session.cue_addresses - _TABLE.keys()
        if now != before:
            self._cues = now
            self._build()
        return sorted(now - before), sorted(before - now)

    def take_models(self, models: tuple[str, ...]) -> list[str]:
        """Take up the names of the bundles that there are; returns the nodes that this changes."""
        if models == self._models:
            return []
        self._models = models
        self._build()
        return [LOAD]

    def _build(self) -> None:
        self._nodes = _TABLE | {address: cue_node(address) for address in sorted(self._cues)}
        if self._models:
            self._nodes[LOAD] = _TABLE[LOAD] | {"RANGE": [{"VALS": list(self._models)}]}
        self._children = {}
        for address in self._nodes:
            parent = "/"
            for part in address.strip("/").split("/"):
                path = f"{parent.rstrip('/')}/{part}"
                self._children.setdefault(parent, {})[part] = path
                parent = path

    def answer(self, path: str, attribute: str = "") -> tuple[int, Node | None]:
        """HTTP status and JSON of a query: a node with all below it, or one attribute of it."""
        path = path.rstrip("/") or "/"
        if path not in self._nodes and path not in self._children:
            return 404, None
        if not attribute:
            return 200, self._node(path)
        if attribute not in REQUIRED and attribute not in OPTIONAL:
            return (204 if attribute in NO_FACTS else 400), None
        if attribute == "VALUE":
            name = self.readable(path)
            return (204, None) if name is None else (200, {"VALUE": [self._session.get(name)]})
        node = self._node(path)
        return 200, {attribute: node[attribute]} if attribute in node else {}

    def _node(self, path: str) -> Node:
        node = dict(self._nodes.get(path, {"FULL_PATH": path, "ACCESS": 0}))
        name = self.readable(path)
        if name is not None:
            node["VALUE"] = [self._session.get(name)]
        below = self._children.get(path)
        if below:
            node["CONTENTS"] = {part: self._node(child) for part, child in below.items()}
        return node

    def readable(self, path: str) -> str | None:
        """Name of the row whose value a path shows, if it shows one."""
        return _ROW_AT.get(path)


_ROW_AT = {param.address: param.name for param in PARAMS}
