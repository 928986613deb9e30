"""YAML with a line for every key and value, where the traps of YAML are named instead of suffered.

Reads what ``yaml.safe_load`` reads, less what has bitten people: a bare ``on`` is not silently true, a
bare ``1:30`` is not 90, a key given twice is not lost, a sign written as two halves (as JSON does) is one
sign, and no file can grow beyond its own size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml.reader import Reader

SIZE_LIMIT = 256 * 1024
NODE_LIMIT = 20_000
DEPTH_LIMIT = 20

_TAG = "tag:yaml.org,2002:"
_TAGS = {_TAG + kind for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")}
_BOOL = {"true": True, "false": False}
_WORDS = re.compile(r"(?:yes|no|on|off)\Z", re.IGNORECASE)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?\Z")
_ODD = re.compile(f"[\x85\u2028\u2029]|{Reader.NON_PRINTABLE.pattern}")


@dataclass(frozen=True)
class Fault:
    """Something wrong at a line (from 1) of a file, if it is one."""

    line: int
    text: str
    path: Path | None = None

    def __str__(self) -> str:
        return f"{self.path or ''}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Node:
    """A value and where it stands: a scalar, a list of nodes, or a dict from key to ``Entry``.

    ``raw`` is a scalar as written; ``trap`` says why it is not safely text, or is empty.
    """

    value: object
    line: int
    raw: str = ""
    trap: str = ""


@dataclass(frozen=True)
class Entry:
    """One key of a mapping: the line of the key, and its value."""

    line: int
    node: Node


class _Refused(Exception):
    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.fault = Fault(line, text)


class _Loader(yaml.SafeLoader):
    """Composes nodes, and refuses depth before Python's own stack does, and numbers before they take long."""

    def __init__(self, text: str, limit: int) -> None:
        super().__init__(text)
        self.depth, self.left = 0, limit

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self.depth += 1
        self.left -= 1
        if self.depth > DEPTH_LIMIT or self.left < 0:
            beyond = (
                "more values than a setlist may have" if self.left < 0 else f"nested deeper than {DEPTH_LIMIT} levels"
            )
            raise _Refused(self.peek_event().start_mark.line + 1, beyond)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


@dataclass
class _Reading:
    """One pass over composed nodes, collecting faults; ``left`` bounds what aliases may multiply."""

    faults: list[Fault] = field(default_factory=list)
    left: int = NODE_LIMIT

    def convert(self, node: yaml.Node, depth: int = 0) -> Node:
        line = node.start_mark.line + 1
        self.left -= 1
        if self.left < 0 or depth > DEPTH_LIMIT:
            raise _Refused(line, "aliases (*) multiply this file beyond reason")
        if node.tag not in _TAGS:
            self.faults.append(Fault(line, f"the tag {node.tag.removeprefix(_TAG)} is not allowed"))
        if isinstance(node, yaml.MappingNode):
            return Node(self._entries(node, depth), line)
        if isinstance(node, yaml.SequenceNode):
            return Node([self.convert(item, depth + 1) for item in node.value], line)
        return self._scalar(node, line)

    def _entries(self, node: yaml.MappingNode, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            value = self.convert(value_node, depth + 1)
            key = self._key(key_node, line)
            if key is None:
                continue
            if key in entries:
                self.faults.append(Fault(line, f'"{key}" is given twice (first on line {entries[key].line})'))
                continue
            entries[key] = Entry(line, value)
        return entries

    def _key(self, node: yaml.Node, line: int) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self.faults.append(Fault(line, "a key must be a word, not a list or a mapping"))
            return None
        if node.tag == _TAG + "merge":
            self.faults.append(Fault(line, "merging with << is not read here: write the keys out"))
            return None
        key = self._scalar(node, line)
        if key.trap and not _SEXAGESIMAL.match(key.raw):
            self.faults.append(Fault(line, key.trap))
        return key.raw

    def _scalar(self, node: yaml.Node, line: int) -> Node:
        text = self._whole(str(node.value), line)
        plain = isinstance(node, yaml.ScalarNode) and node.style is None and node.tag != _TAG + "str"
        if not plain:
            return Node(text, line, text)
        if _SEXAGESIMAL.match(text):
            return Node(
                text, line, text, f'YAML reads a bare {text} as one number in base 60: write "{text}" in quotes'
            )
        return _plain(text, line)

    def _whole(self, text: str, line: int) -> str:
        """Text with the halves of signs joined; a half without its other half is a fault."""
        utf16 = text.encode("utf-16-le", "surrogatepass")
        try:
            return utf16.decode("utf-16-le")
        except UnicodeDecodeError as error:
            half = int.from_bytes(utf16[error.start : error.start + 2], "little")
            self.faults.append(Fault(line, f'"\\u{half:04x}" is half a sign: write the sign itself'))
            return utf16.decode("utf-16-le", "replace")


def _plain(text: str, line: int) -> Node:
    if text in ("", "~") or text.lower() == "null":
        return Node(None, line, text)
    if text.lower() in _BOOL:
        trap = f'YAML reads a bare {text} as a truth value: write "{text}" in quotes'
        return Node(_BOOL[text.lower()], line, text, trap)
    if _WORDS.match(text):
        return Node(text, line, text, f'YAML reads a bare {text} as true or false: write "{text}" in quotes')
    if _INT.match(text):
        return Node(int(text), line, text)
    if _FLOAT.match(text) and not re.match(r"[-+]?0[0-9]", text):
        return Node(float(text), line, text)
    return Node(text, line, text)


def count(node: Node) -> int:
    """Values in a node, itself among them."""
    if isinstance(node.value, dict):
        return 1 + sum(1 + count(entry.node) for entry in node.value.values())
    return 1 + sum(map(count, node.value)) if isinstance(node.value, list) else 1


def read_yaml(text: str, limit: int = NODE_LIMIT) -> tuple[Node | None, list[Fault]]:
    """Root node of one YAML document and the faults found; no root when it cannot be read at all.

    ``limit`` is the number of values that it may have.
    """
    if len(text) > SIZE_LIMIT:
        return None, [Fault(1, f"longer than {SIZE_LIMIT // 1024} KiB")]
    odd = _ODD.search(text)
    if odd:
        # Some of these begin a line to YAML and not to an editor: no line behind them could be named.
        said = f"not readable as YAML: a sign stands here (U+{ord(odd[0]):04X}) that cannot be shown; write a space"
        return None, [Fault(text.count("\n", 0, odd.start()) + 1, said)]
    reading = _Reading(left=limit)
    try:
        loader = _Loader(text, limit)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
        return (None if root is None else reading.convert(root)), reading.faults
    except _Refused as refused:
        return None, [*reading.faults, refused.fault]
    except yaml.YAMLError as error:
        return None, [*reading.faults, _syntax_fault(text, error)]


def _syntax_fault(text: str, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Fault(1, f"not readable as YAML: {error}")
    lines = text.split("\n")
    here = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in here and "'\\t'" in str(error):
        return Fault(mark.line + 1, "a tab stands here: YAML wants spaces")
    said = " ".join(str(part) for part in (getattr(error, "context", ""), getattr(error, "problem", "")) if part)
    return Fault(mark.line + 1, f"not readable as YAML: {said}")
