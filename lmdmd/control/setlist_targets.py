"""Readers for what a setlist calls by name, its variables and targets, and for the messages that cues send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from lmdmd.control.setlist import Send
from lmdmd.control.setlist_messages import midi_parts, midi_text, osc_parts
from lmdmd.control.setlist_place import Place, Reader
from lmdmd.control.setlist_scalars import shown
from lmdmd.control.setlist_schema import KEYS, listed
from lmdmd.control.setlist_variables import NAME, TEXT_LIMIT
from lmdmd.control.yaml_lines import Entry, Node
from lmdmd.errors import SetlistError, did_you_mean

_MOST_NAMES = 200
_ENDPOINT = re.compile(r"[A-Za-z0-9._-]{1,253}:([0-9]{1,5})\Z")


def _endpoint(entry: Entry, what: str, place: Place) -> str | None:
    text = place.text(entry.node, what)
    match = _ENDPOINT.match(text)
    if text in place.targets:
        place.fault(entry.node.line, f"{what}: {text} is one of targets: write to: {text}")
    elif text and not (match and 1 <= int(match[1]) <= 65535):
        place.fault(entry.node.line, f'{what}: "{shown(text)}" is not host:port, such as "127.0.0.1:7000"')
    return text or None


def _target(entry: Entry, what: str, place: Place) -> tuple[str, str] | None:
    name = place.text(entry.node, what)
    if name and name not in place.targets:
        hint = did_you_mean(name, place.targets) or ("" if place.targets else "; there are no targets: in this setlist")
        place.fault(entry.node.line, f'{what}: unknown target "{shown(name)}"{hint}')
    return place.targets.get(name)


def _goal(fields: Mapping[str, Entry], part: str, place: Place, line: int) -> tuple[str, str] | None:
    """Kind and target of a message, or of a target."""
    ways = [key for key in KEYS[part] if key != "message"]
    given = [key for key in ways if key in fields]
    if len(given) != 1:
        wanted, have = listed(tuple(ways), "or"), " and ".join(given) or "none"
        place.fault(line, f"needs {wanted} to say where it goes; it has {have}")
        return None
    (key,) = given
    read = TARGET_READERS[KEYS[part][key].kind](fields[key], key, place)
    return (key, read) if isinstance(read, str) else read


def _targets(entry: Entry, what: str, place: Place) -> dict[str, tuple[str, str]]:
    targets = {}
    for name, item in _named(entry, what, place).items():
        here = replace(place, prefix=f"{place.prefix}{what}: {shown(name)}: ")
        fields = here.fields(item.node, "target")
        goal = _goal(fields, "target", here, item.line) if fields else None
        if goal is not None:
            targets[name] = goal
    return targets


def _named(entry: Entry, what: str, place: Place) -> dict[str, Entry]:
    if not isinstance(entry.node.value, dict):
        place.fault(entry.line, f"{what} must be a mapping, such as {KEYS['setlist'][what].example}")
        return {}
    for count, (name, item) in enumerate(entry.node.value.items()):
        if not NAME.match(name):
            place.fault(item.line, f'{what}: "{shown(name)}" is not a name of letters, digits and _')
        if count == _MOST_NAMES:
            place.fault(item.line, f"{what}: there are more than {_MOST_NAMES}")
            return {}
    return place.entries(entry.node)


def _sends(entry: Entry, what: str, place: Place) -> tuple[Send, ...]:
    here = replace(place, prefix=f"{place.prefix}{what}: ")
    sends = (_send(node, here) for node in place.items(entry, what))
    return tuple(send for send in sends if send is not None)


def _send(node: Node, place: Place) -> Send | None:
    fields = place.fields(node, "send")
    goal = _goal(fields, "send", place, node.line) if fields else None
    message = place.text(fields["message"].node, "message") if "message" in fields else ""
    if fields and "message" not in fields:
        place.fault(node.line, f"has no message; write message: {KEYS['send']['message'].example}")
    if goal is None or not message:
        return None
    try:
        return Send(*goal, _checked(goal[0], message))
    except SetlistError as error:
        place.fault(fields["message"].node.line, f"message: {error}")
        return None


def _checked(kind: str, message: str) -> str:
    """A message that is one, as the one who sends it wants it written."""
    if kind == "midi":
        return midi_text(*midi_parts(message))
    osc_parts(message)
    return message


def _variables(entry: Entry, what: str, place: Place) -> dict[str, Node]:
    variables: dict[str, Node] = {}
    bare = replace(place, variables={})
    for name, item in _named(entry, what, bare).items():
        node = item.node
        if node.value is None or isinstance(node.value, (dict, list)) or len(node.raw) > TEXT_LIMIT:
            place.fault(item.line, f"{what}: {shown(name)}: expected text or a number")
            node = Node("", node.line)
        elif node.trap and not isinstance(node.value, bool):
            place.fault(node.line, f"{what}: {shown(name)}: {node.trap}")
        variables[name] = replace(node, trap=node.trap if isinstance(node.value, bool) else "")
    return variables


def _port(entry: Entry, what: str, place: Place) -> str | None:
    return place.text(entry.node, what) or None


TARGET_READERS: dict[str, Reader] = {
    "endpoint": _endpoint,
    "port": _port,
    "target": _target,
    "targets": _targets,
    "sends": _sends,
    "variables": _variables,
}
"""Readers by kind."""
