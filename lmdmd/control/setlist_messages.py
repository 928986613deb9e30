"""The messages that a cue waits for or sends, as text: what is one, and what it says. Pure functions.

MIDI messages are written as mido writes them; which words and fields there are stands here, so that a setlist can be
checked where mido is not installed.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Mapping

from lmdmd.errors import SetlistError, did_you_mean

OWN = re.compile(r"/lmdm(?:/|\Z)|/(?:go|stop|panic|status|notify|sync|quit|ping)\Z|/cue/[^/]+/start\Z")
"""Addresses that the program itself answers, in its own grammar or in those of other programs."""

_CHANNEL, _BYTE = (0, 15), (0, 127)
MIDI_FIELDS: dict[str, dict[str, tuple[int, int]]] = {
    "note_on": {"channel": _CHANNEL, "note": _BYTE, "velocity": _BYTE},
    "note_off": {"channel": _CHANNEL, "note": _BYTE, "velocity": _BYTE},
    "polytouch": {"channel": _CHANNEL, "note": _BYTE, "value": _BYTE},
    "control_change": {"channel": _CHANNEL, "control": _BYTE, "value": _BYTE},
    "program_change": {"channel": _CHANNEL, "program": _BYTE},
    "aftertouch": {"channel": _CHANNEL, "value": _BYTE},
    "pitchwheel": {"channel": _CHANNEL, "pitch": (-8192, 8191)},
    "quarter_frame": {"frame_type": (0, 7), "frame_value": (0, 15)},
    "songpos": {"pos": (0, 16383)},
    "song_select": {"song": _BYTE},
    "tune_request": {},
    "clock": {},
    "start": {},
    "continue": {},
    "stop": {},
    "active_sensing": {},
    "reset": {},
    "sysex": {"data": _BYTE},
}
"""MIDI messages by mido's words, and the range of each field; ``data`` holds several numbers: ``data=(1,2,3)``."""

_ADDRESS = re.compile(r"(?:/[!\"$-)+.0->@-Z\\^-z|~-]+)+\Z")
_INT = re.compile(r"[-+]?[0-9]{1,10}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?\Z")
_DATA = re.compile(r"\(([0-9, ]*)\)\Z")
_INT32 = 2**31
_SHOWN = 60


def osc_parts(text: str) -> tuple[str, tuple[int | float | str, ...]]:
    """Address and arguments of an OSC message as text; words with spaces stand in quotes. Raises ``SetlistError``."""
    try:
        address, *words = shlex.split(text)
    except ValueError:
        raise SetlistError(f'"{text[:_SHOWN]}" is not an OSC message such as /cue/thunder 1') from None
    if not _ADDRESS.match(address):
        raise SetlistError(f'"{address[:_SHOWN]}" is not an OSC address such as /cue/thunder')
    return address, tuple(map(_argument, words))


def _argument(word: str) -> int | float | str:
    if _INT.match(word) and -_INT32 <= int(word) < _INT32:
        return int(word)
    if _FLOAT.match(word) and math.isfinite(float(word)):
        return float(word)
    return word


def midi_parts(text: str) -> tuple[str, dict[str, int | tuple[int, ...]]]:
    """Word and fields of a MIDI message as mido writes it. Raises ``SetlistError``."""
    kind, *words = re.sub(r"\s*([=,])\s*", r"\1", text).split() or [""]
    if kind not in MIDI_FIELDS:
        raise SetlistError(f'"{kind[:_SHOWN]}" is not a MIDI message{_near(kind, list(MIDI_FIELDS))}')
    fields: dict[str, int | tuple[int, ...]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise SetlistError(f'"{word[:_SHOWN]}" is not a field such as channel=0')
        if name not in MIDI_FIELDS[kind]:
            raise SetlistError(f'{kind} has no "{name[:_SHOWN]}"{_near(name, list(MIDI_FIELDS[kind]))}')
        if name in fields:
            raise SetlistError(f'"{name}" is given twice')
        fields[name] = _midi_value(name, value, *MIDI_FIELDS[kind][name])
    return kind, fields


def _near(word: str, known: list[str]) -> str:
    return did_you_mean(word, known) or (f"; there are {', '.join(known)}" if known else ": it has no fields")


def _midi_value(name: str, value: str, lo: int, hi: int) -> int | tuple[int, ...]:
    data = _DATA.match(value) if name == "data" else None
    words = data[1].split(",") if data else [value]
    if any(not _INT.match(word) or not lo <= int(word) <= hi for word in words) or (name == "data") != bool(data):
        wanted = f"data=(1,2,3), each {lo} to {hi}" if name == "data" else f"a whole number from {lo} to {hi}"
        raise SetlistError(f"{name}={value[:_SHOWN]} must be {wanted}")
    return tuple(map(int, words)) if data else int(value)


def midi_text(kind: str, fields: Mapping[str, int | tuple[int, ...]]) -> str:
    """A MIDI message as ``mido.Message.from_str`` reads it."""
    return " ".join([kind, *(f"{name}={_midi_word(value)}" for name, value in fields.items())])


def _midi_word(value: int | tuple[int, ...]) -> str:
    return f"({','.join(map(str, value))})" if isinstance(value, tuple) else str(value)
