"""Variables of a setlist: ``$lead``, ``${lead}`` and ``$$`` in a value as written. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from lmdmd.control.yaml_lines import Node
from lmdmd.errors import did_you_mean

TEXT_LIMIT = 2000
"""Signs of the longest text; variables must not multiply a file."""

_SHOWN = 60
_LISTED = 8

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

_USE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[^{}]*)\}|)")


def expand(node: Node, variables: Mapping[str, Node], tell: Callable[[int, str], None]) -> Node:
    """A scalar with its variables put in; ``tell`` hears of the line and text of each mistake.

    A value that is a variable and nothing else is whatever that is, a number too; else it is text.
    """
    if "$" not in node.raw:
        return node
    whole = _USE.fullmatch(node.raw)
    name = whole and (whole["bare"] or whole["braced"])
    if name and name in variables:
        return replace(variables[name], line=node.line)
    parts, end = [], 0
    for use in _USE.finditer(node.raw):
        parts += [node.raw[end : use.start()], _meant(use, variables, node.line, tell)]
        end = use.end()
        if sum(map(len, parts[-2:])) > TEXT_LIMIT or len(parts) > TEXT_LIMIT:
            break
    text = "".join([*parts, node.raw[end:]])
    return Node(text, node.line, text)


def _meant(use: re.Match[str], variables: Mapping[str, Node], line: int, tell: Callable[[int, str], None]) -> str:
    name = use["bare"] or use["braced"]
    if use["dollar"]:
        return "$"
    if not name:
        tell(line, "a lone $ stands here: write $$ for a dollar sign, or $name for a variable")
    elif name not in variables:
        known = f"; there are {', '.join(list(variables)[:_LISTED])}" if variables else "; there are none here"
        tell(line, f'unknown variable "{name[:_SHOWN]}"{did_you_mean(name[:TEXT_LIMIT], variables) or known}')
    else:
        return variables[name].raw
    return use[0]
