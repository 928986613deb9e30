"""The map of a MIDI controller, as a file: read with every problem placed at once, and written by hand or by learning.

    in: nanoKONTROL                               # part of a port's name, or several with commas
    out: nanoKONTROL                              # where its lights and motors are
    bindings:
      - {cc: 0, channel: 1, target: mix/gain, range: [-60, 0]}
      - {note: 36, target: show/go}
      - {program: any, first: 1, target: show/cue}
      - {note: 40, target: prompt/0/text, value: warm dub}

Channels count from 1, all other numbers from 0, as ``midi/last`` shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lmdmd.control.yaml_lines import SIZE_LIMIT, Entry, Fault, Node, read_yaml
from lmdmd.errors import MidiError, did_you_mean
from lmdmd.params import TEXT_LIMIT, Value
from lmdmd.surfaces.midi_binding import ANY, KINDS, MODES, Binding, row_value, way_of

KEYS = ("in", "out", "bindings")
BINDING_KEYS = (*KINDS, "channel", "target", "value", "arguments", "range", "mode", "first", "feedback")
_SHOWN = 60
_MADE = "; an empty file is a map to learn into"


@dataclass(frozen=True)
class MidiMap:
    """Ports by part of their names ("" leaves a row as it is), and bindings."""

    port_in: str = ""
    port_out: str = ""
    bindings: tuple[Binding, ...] = ()


def load_map(path: Path) -> MidiMap:
    """Map of a file; raises ``MidiError`` with one ``file:line: problem`` line for each problem."""
    found, faults = read_map(path)
    if faults:
        raise MidiError("\n".join(map(str, faults)))
    return found


def read_map(path: Path) -> tuple[MidiMap, list[Fault]]:
    """Map, as far as it can be read, and its problems by line."""
    if path.exists() and not path.is_file():
        return MidiMap(), [Fault(1, "cannot be read: is not a file", path)]
    try:
        with path.open("rb") as file:
            text = file.read(SIZE_LIMIT + 1).decode("utf-8-sig")
    except OSError as error:
        return MidiMap(), [Fault(1, f"cannot be read: {error.strerror or error}{_MADE}", path)]
    except UnicodeDecodeError:
        return MidiMap(), [Fault(1, "cannot be read: is not text in UTF-8", path)]
    found, faults = parse_map(text)
    return found, [replace(fault, path=path) for fault in faults]


def parse_map(text: str) -> tuple[MidiMap, list[Fault]]:
    """Map of a file's text, and its problems by line; an empty one is a map of nothing."""
    root, faults = read_yaml(text)
    if root is None or root.value is None:
        return MidiMap(), faults
    reading = _Reading(faults)
    found = reading.whole(root)
    return found, sorted(dict.fromkeys(reading.faults), key=lambda fault: fault.line)


class _Reading:
    """One pass over a file's nodes."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = list(faults)

    def _fault(self, line: int, text: str) -> None:
        self.faults.append(Fault(line, text))

    def whole(self, root: Node) -> MidiMap:
        entries = self._entries(root, KEYS, "a map")
        port_in, port_out = (self._text(entries[key].node, key) if key in entries else "" for key in ("in", "out"))
        if "bindings" not in entries or (listed := entries["bindings"].node).value is None:
            return MidiMap(port_in, port_out)
        if not isinstance(listed.value, list):
            self._fault(listed.line, "bindings must be a list (lines that begin with -)")
            return MidiMap(port_in, port_out)
        read = [self._binding(node) for node in listed.value]
        return MidiMap(port_in, port_out, tuple(binding for binding in read if binding is not None))

    def _entries(self, node: Node, known: tuple[str, ...], what: str) -> dict[str, Entry]:
        if not isinstance(node.value, dict):
            self._fault(node.line, f"{what} must be a mapping with {', '.join(known)}")
            return {}
        for key, entry in node.value.items():
            if key not in known:
                self._fault(entry.line, f'unknown key "{key[:_SHOWN]}" in {what}{did_you_mean(key[:_SHOWN], known)}')
        return {key: entry for key, entry in node.value.items() if key in known}

    def _binding(self, node: Node) -> Binding | None:
        before, entries = len(self.faults), self._entries(node, BINDING_KEYS, "a binding")
        if not entries:
            return None
        kinds = [kind for kind in KINDS if kind in entries]
        if len(kinds) != 1:
            listed = " and ".join(kinds) or "none"
            self._fault(node.line, f"a binding needs one of {', '.join(KINDS)}; it has {listed}")
            return None
        if "target" not in entries:
            self._fault(node.line, "a binding needs target: the row or verb that the control is for")
            return None
        read: dict[str, Any] = {
            "kind": kinds[0],
            "number": self._number(kinds[0], entries[kinds[0]].node),
            "target": self._text(entries["target"].node, "target").removeprefix("/lmdm/"),
            "line": node.line,
        }
        for key, read_one in self._readers().items():
            if key in entries:
                read |= read_one(entries[key].node)
        return self._whole_binding(Binding(**read), entries, node) if len(self.faults) == before else None

    def _whole_binding(self, binding: Binding, entries: dict[str, Entry], node: Node) -> Binding | None:
        """A binding whose parts go together."""
        try:
            if "value" in entries:
                binding = replace(binding, value=self._value(binding, entries["value"].node))
            for end in (binding.lo, binding.hi):
                if end is not None:
                    row_value(binding.param, end)
            way_of(binding)
        except MidiError as error:
            self._fault(node.line, str(error))
            return None
        return binding

    def _readers(self) -> dict[str, Callable[[Node], dict[str, Any]]]:
        return {
            "channel": lambda node: {"channel": self._channel(node)},
            "arguments": lambda node: {"arguments": self._arguments(node)},
            "range": self._range,
            "mode": lambda node: {"mode": self._mode(node)},
            "first": lambda node: {"first": self._int(node, "first", 0, 127)},
            "feedback": lambda node: {"feedback": self._flag(node, "feedback")},
        }

    # --- values -------------------------------------------------------------------------------------

    def _text(self, node: Node, what: str) -> str:
        if node.value is None or isinstance(node.value, (dict, list)) or len(node.raw) > TEXT_LIMIT:
            self._fault(node.line, f"{what}: expected a name")
            return ""
        return " ".join(node.raw.split())

    def _int(self, node: Node, what: str, lo: int, hi: int) -> int:
        if isinstance(node.value, int) and not isinstance(node.value, bool) and lo <= node.value <= hi:
            return node.value
        self._fault(node.line, f"{what}: {node.raw[:_SHOWN] or 'nothing'} is not a whole number from {lo} to {hi}")
        return lo

    def _number(self, kind: str, node: Node) -> int | None:
        top = KINDS[kind]
        if node.raw == "any" and (kind in ANY or top is None):
            return None
        if top is None:
            self._fault(node.line, f"{kind}: a channel has only one: write {kind}: any")
            return None
        return self._int(node, kind, 0, top)

    def _channel(self, node: Node) -> int | None:
        return None if node.raw == "any" else self._int(node, "channel", 1, 16)

    def _mode(self, node: Node) -> str:
        if node.raw not in MODES:
            hint = did_you_mean(node.raw[:_SHOWN], MODES)
            self._fault(node.line, f'mode: "{node.raw[:_SHOWN]}" is not one of {", ".join(MODES)}{hint}')
            return ""
        return node.raw

    def _flag(self, node: Node, what: str) -> bool:
        if not isinstance(node.value, bool):
            self._fault(node.line, f"{what}: {node.raw[:_SHOWN] or 'nothing'} is not true or false")
        return node.value is True

    def _range(self, node: Node) -> dict[str, Any]:
        ends = [item.value for item in node.value] if isinstance(node.value, list) else []
        numbers = [end for end in ends if isinstance(end, (int, float)) and not isinstance(end, bool)]
        if len(ends) != 2 or len(numbers) != 2:
            self._fault(node.line, "range: must be two numbers, such as [-60, 0]; the first is the control's lower end")
            return {}
        return {"lo": float(numbers[0]), "hi": float(numbers[1])}

    def _arguments(self, node: Node) -> tuple[Value, ...]:
        items = node.value if isinstance(node.value, list) else [node]
        return tuple(self._scalar(item, "arguments") for item in items)

    def _scalar(self, node: Node, what: str) -> Value:
        if node.trap:
            self._fault(node.line, f"{what}: {node.trap}")
        elif isinstance(node.value, (str, int, float)) and len(node.raw) <= TEXT_LIMIT:
            return node.value
        else:
            self._fault(node.line, f"{what}: expected numbers or words")
        return ""

    def _value(self, binding: Binding, node: Node) -> Value:
        if node.value is None or isinstance(node.value, (dict, list)):
            raise MidiError("value: expected one value")
        param = binding.param
        if node.trap and param.kind in ("choice", "text"):
            raise MidiError(f"value: {node.trap}")
        return row_value(param, node.raw if param.kind == "text" else node.value)
