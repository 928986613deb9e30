"""Writing a controller's map: learned bindings go into the file between what a person has written there.

The file is edited as text, so that comments stay; where that does not come out as it should, it is written anew.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import yaml

from lmdmd.errors import MidiError
from lmdmd.surfaces.midi_binding import Binding
from lmdmd.surfaces.midi_map import MidiMap, parse_map

_HEAD = "bindings:"

Change = Callable[[MidiMap], MidiMap]


def default_map() -> Path | None:
    """Where the map of whoever plays here is, if there is a home: controllers go with their player, not with a show."""
    folder = os.environ.get("XDG_CONFIG_HOME")
    with suppress(RuntimeError):
        return (Path(folder) if folder else Path.home() / ".config") / "lmdmd" / "midi.yaml"
    return None


def change_map(path: Path, change: Change) -> MidiMap:
    """Change the map of a file, in one step, so that there is always a whole one, and return it; raises ``MidiError``.

    What stands in the file counts: a person may have written into it since it was read.
    """
    try:
        before = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        known, faults = parse_map(before)
        if faults:
            raise MidiError(f"{path}:{faults[0].line}: {faults[0].text}; mend that first, or it would be lost")
        wanted = change(known)
        _write(path, with_map(before, wanted))
    except OSError as error:
        raise MidiError(f"{path}: cannot be written: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise MidiError(f"{path}: cannot be written: what is there is not text in UTF-8") from None
    return wanted


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A link to a file elsewhere, as people keep their settings, stays one.
    path = path.resolve()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def with_map(text: str, wanted: MidiMap) -> str:
    """A sound file's text with another map in it; what else is written there stays if it can."""
    known, _ = parse_map(text)
    edited = _with_ports(_edited(text, known, wanted), known, wanted)
    return edited if _says(edited, wanted) else map_text(wanted)


def _says(text: str, wanted: MidiMap) -> bool:
    found, faults = parse_map(text)
    return not faults and found == wanted


def _edited(text: str, known: MidiMap, wanted: MidiMap) -> str:
    """Lines without the bindings that are gone, and with the new ones behind the last that stays."""
    lines = text.splitlines()
    kept = [binding for binding in known.bindings if binding in wanted.bindings]
    fresh = [binding for binding in wanted.bindings if binding not in kept]
    gone = {line for binding in known.bindings if binding not in kept for line in _lines_of(lines, binding)}
    begin = next((at for at, line in enumerate(lines) if line.startswith(_HEAD)), None)
    if begin is None:
        return "\n".join([*lines, _HEAD, *map(_item, fresh), ""])
    lines[begin] = _HEAD if not wanted.bindings or not known.bindings else lines[begin]
    last = max((line for binding in known.bindings for line in _lines_of(lines, binding)), default=begin)
    indent = _indent(lines[known.bindings[0].line - 1]) if known.bindings else "  "
    added = [indent + _item(binding).lstrip() for binding in fresh]
    placed = [*enumerate(lines[: last + 1]), *((-1, line) for line in added), *enumerate(lines[last + 1 :], last + 1)]
    return "\n".join([line for at, line in placed if at not in gone] + [""])


def _with_ports(text: str, known: MidiMap, wanted: MidiMap) -> str:
    """Lines with the names of ports that have changed."""
    lines = text.splitlines()
    pairs = (("out", known.port_out, wanted.port_out), ("in", known.port_in, wanted.port_in))
    for key, _, name in (pair for pair in pairs if pair[1] != pair[2]):
        lines = [line for line in lines if not line.startswith(f"{key}:")]
        lines = [f"{key}: {_flow(name)}", *lines] if name else lines
    return "\n".join([*lines, ""])


def _lines_of(lines: Sequence[str], binding: Binding) -> list[int]:
    """Places of the lines of one binding: its dash, and what stands further in below it."""
    begin = binding.line - 1
    indent, found = len(_indent(lines[begin])), [begin]
    for at in range(begin + 1, len(lines)):
        line = lines[at]
        if not line.strip() or len(_indent(line)) <= indent or line.lstrip().startswith("#"):
            break
        found.append(at)
    return found


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def map_text(wanted: MidiMap) -> str:
    """A map as a file."""
    ports = {"in": wanted.port_in, "out": wanted.port_out}
    heads = [f"{key}: {_flow(name)}" for key, name in ports.items() if name]
    return "\n".join([*heads, _HEAD, *map(_item, wanted.bindings), ""])


def _item(binding: Binding) -> str:
    """A binding as one line."""
    record: dict[str, object] = {binding.kind: "any" if binding.number is None else binding.number}
    optional = {
        "channel": binding.channel,
        "target": binding.target,
        "value": binding.value,
        "arguments": list(binding.arguments) or None,
        "range": _range(binding),
        "mode": binding.mode or None,
        "first": binding.first or None,
        "feedback": None if binding.feedback else False,
    }
    return f"  - {_flow(record | {key: value for key, value in optional.items() if value is not None})}"


def _range(binding: Binding) -> list[float] | None:
    if binding.lo is None and binding.hi is None:
        return None
    param = binding.param
    return [param.lo if binding.lo is None else binding.lo, param.hi if binding.hi is None else binding.hi]


def _flow(value: object) -> str:
    said = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return said.removesuffix("\n").removesuffix("\n...")
