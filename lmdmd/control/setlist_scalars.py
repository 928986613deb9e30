"""Single values of a setlist as parameters want them, read more strictly than from a surface. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable

from lmdmd.control.yaml_lines import Node
from lmdmd.errors import ParamError

_SHOWN = 60
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_OTHER_NUMBER = re.compile(r"[-+]?0[0-9xXoObB_][0-9a-fA-F_]*\Z")


def shown(text: str) -> str:
    """A wrong word as a problem repeats it."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def got(node: Node) -> str:
    """What stands there, for a problem's text."""
    return shown(node.raw) or ("nothing" if node.value is None else "several values")


def whole(node: Node, lo: int, hi: int) -> int | None:
    """A whole number between two others, ``None`` for anything else."""
    number = node.value if isinstance(node.value, int) and not isinstance(node.value, bool) else lo - 1
    return number if lo <= number <= hi else None


def _present(node: Node, what: str, wanted: str) -> object:
    if node.value is None or isinstance(node.value, (dict, list)):
        raise ParamError(f"{what}: expected {wanted}")
    return node.value


def _float(node: Node, what: str) -> object:
    value, text = _present(node, what, "a value"), node.raw.strip()
    if _OTHER_NUMBER.match(text):
        raise ParamError(f"{what}: {shown(text)} is another number to YAML than it looks: write it out, as 16")
    if isinstance(value, bool) or not _NUMBER.match(text):
        raise ParamError(f"{what}: {shown(text) if isinstance(value, bool) else _quoted(text)} is not a number")
    return float(text)


def _int(node: Node, what: str) -> object:
    number = _float(node, what)
    assert isinstance(number, float)
    if number == number // 1:
        return number
    raise ParamError(f"{what}: {shown(node.raw)} is not a whole number")


def _bool(node: Node, what: str) -> object:
    value = _present(node, what, "a value")
    if isinstance(value, bool) or node.raw.strip().lower() in ("on", "off", "yes", "no", "true", "false", "0", "1"):
        return value
    raise ParamError(f"{what}: {_quoted(node.raw)} is not true or false")


def _choice(node: Node, what: str) -> object:
    value = _present(node, what, "a value")
    if node.trap:
        raise ParamError(f"{what}: {node.trap}")
    return value


def _text(node: Node, what: str) -> object:
    _present(node, what, "text")
    if node.trap:
        raise ParamError(f"{what}: {node.trap}")
    return node.raw


def _quoted(text: str) -> str:
    return f'"{shown(text)}"'


SCALARS: dict[str, Callable[[Node, str], object]] = {
    "float": _float,
    "int": _int,
    "bool": _bool,
    "choice": _choice,
    "text": _text,
}
"""Readers by kind of parameter: what ``Param.coerce`` should make the value of. They raise ``ParamError``."""
