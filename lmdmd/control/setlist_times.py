"""Readers for when and how long: times, lengths of music, curves, triggers, loops."""

from __future__ import annotations

import re
from dataclasses import replace

from lmdmd.control.setlist import Loop, Span, Trigger
from lmdmd.control.setlist_messages import OWN, osc_parts
from lmdmd.control.setlist_place import Defaults, Place, Reader, read_fields
from lmdmd.control.setlist_scalars import got, shown, whole
from lmdmd.control.setlist_schema import KEYS, form
from lmdmd.control.yaml_lines import Entry, Node
from lmdmd.errors import SetlistError, did_you_mean
from lmdmd.units import CURVES

_LONGEST_S = 24 * 3600.0
_LONGEST_BARS = 100_000
_MOST_TIMES = 999

_CLOCK_TIME = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,4}):([0-5]?[0-9](?:\.[0-9]+)?)\Z")
_UNIT_TIME = re.compile(r"(?:([0-9]{1,2})h)? ?(?:([0-9]{1,4})m)? ?(?:([0-9]{1,6}(?:\.[0-9]+)?)s?)?\Z")
_BARS = re.compile(r"([0-9]{1,6}(?:\.[0-9]+)?) ?(bar|beat)s?\Z")
_GRID = re.compile(r"(?:([1-9][0-9]{0,3}) )?(bar|beat)s?\Z")


def parse_seconds(text: str) -> float | None:
    """Seconds in ``12``, ``12s``, ``1m30s``, ``1:30`` or ``1:02:03.5``; ``None`` for anything else."""
    match = _CLOCK_TIME.match(text.strip()) or _UNIT_TIME.match(text.strip())
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _seconds(node: Node, what: str, place: Place, kind: str) -> float | None:
    seconds = None if isinstance(node.value, (bool, dict, list)) else parse_seconds(node.raw)
    if seconds is not None and node.trap:
        place.fault(node.line, f"{what}: {node.trap}, or 1m30s")
        return None
    if seconds is not None and seconds <= _LONGEST_S:
        return seconds
    wrong = f'"{shown(node.raw)}"' if node.raw else "this"
    place.fault(node.line, f"{what}: {wrong} is not a time up to 24 hours; write {form(kind)}")
    return None


def read_span(entry: Entry, what: str, place: Place) -> Span | None:
    node = entry.node
    musical = _BARS.match(node.raw.strip()) if isinstance(node.value, str) else None
    if musical is None:
        seconds = _seconds(node, what, place, "span")
        return None if seconds is None else Span(seconds)
    if float(musical[1]) > _LONGEST_BARS:
        place.fault(node.line, f"{what}: {node.raw} is longer than {_LONGEST_BARS} bars")
        return None
    return Span(float(musical[1]), musical[2] + "s")


def _length(entry: Entry, what: str, place: Place) -> Span | None:
    span = read_span(entry, what, place)
    if span is not None and span.value <= 0:
        place.fault(entry.node.line, f"{what} must be above 0")
        return None
    return span


def _grid(entry: Entry, what: str, place: Place) -> Span | None:
    text = place.text(entry.node, what)
    match = _GRID.match(text)
    if match:
        return Span(float(match[1] or 1), match[2] + "s")
    if text and text != "now":
        hint = did_you_mean(text, ["now", "beat", "bar"])
        place.fault(entry.node.line, f'{what}: "{shown(text)}" is not one of {form("grid")}{hint}')
    return Span(0.0) if text == "now" else None


def read_curve(entry: Entry, what: str, place: Place) -> str | None:
    curve = place.text(entry.node, what)
    if not curve or curve in CURVES:
        return curve or None
    place.fault(entry.node.line, f'unknown curve "{shown(curve)}"{did_you_mean(curve, CURVES)}')
    return None


# --- triggers ---------------------------------------------------------------------------------------------------------


def _at(entry: Entry, what: str, place: Place) -> Trigger:
    return Trigger("at", _seconds(entry.node, what, place, "at") or 0.0)


def _bar(entry: Entry, what: str, place: Place) -> Trigger | None:
    bar = whole(entry.node, 1, _LONGEST_BARS)
    if bar is None:
        place.fault(entry.node.line, f"{what}: expected a whole number from 1, got {got(entry.node)}")
    return None if bar is None else Trigger("bar", bar)


def _go(entry: Entry, what: str, place: Place) -> Trigger:
    if entry.node.value is not True:
        place.fault(entry.node.line, f"{what}: write go: true for a cue that is fired by hand")
    return Trigger("go")


def _after(entry: Entry, what: str, place: Place) -> Trigger | None:
    word = place.text(entry.node, what)
    if word in ("start", "end"):
        return Trigger(word)
    if parse_seconds(word) is not None:
        place.fault(entry.node.line, f"{what}: write after: start, and wait: {word} for the time in between")
    elif word:
        place.fault(
            entry.node.line, f'{what}: "{shown(word)}" is not start or end{did_you_mean(word, ["start", "end"])}'
        )
    return None


def _osc(entry: Entry, what: str, place: Place) -> Trigger | None:
    text = place.text(entry.node, what)
    if not text:
        return None
    try:
        address, _ = osc_parts(text)
    except SetlistError as error:
        place.fault(entry.node.line, f"{what}: {error}")
        return None
    if OWN.match(address):
        place.fault(entry.node.line, f"{what}: {shown(address)} speaks to the program itself; choose another address")
    return Trigger("osc", message=text)


# --- loops and defaults -----------------------------------------------------------------------------------------------

_FROM_TO = re.compile(r"([1-9][0-9]{0,5})(?: ?[-–] ?([1-9][0-9]{0,5}))?\Z")


def _loop(entry: Entry, what: str, place: Place) -> Loop | None:
    fields = place.fields(entry.node, "loop")
    if fields and "bars" not in fields:
        place.fault(entry.line, f"{what}: has no bars; write {what}: {KEYS['cue']['loop'].example}")
    read = read_fields(fields, "loop", place, TIME_READERS)
    first, last = read.get("bars", (0, 0))
    return Loop(first, last, read.get("times", Loop.times)) if last else None


def _bars(entry: Entry, what: str, place: Place) -> tuple[int, int] | None:
    match = _FROM_TO.match(entry.node.raw.strip())
    first = int(match[1]) if match else 0
    last = int(match[2] or first) if match else 0
    if match and first <= last <= _LONGEST_BARS:
        return first, last
    place.fault(entry.node.line, f"{what}: expected {form('bars')}, got {got(entry.node)}")
    return None


def _times(entry: Entry, what: str, place: Place) -> int | None:
    times = whole(entry.node, 0, _MOST_TIMES)
    if times is None:
        said = f"{what}: expected a whole number from 0 to {_MOST_TIMES}, got {got(entry.node)}"
        place.fault(entry.node.line, said)
    return times


def _defaults(entry: Entry, what: str, place: Place) -> Defaults:
    return replace(place.defaults, **read_fields(place.fields(entry.node, what), "defaults", place, TIME_READERS))


TIME_READERS: dict[str, Reader] = {
    "span": read_span,
    "curve": read_curve,
    "length": _length,
    "grid": _grid,
    "at": _at,
    "bar": _bar,
    "go": _go,
    "after": _after,
    "osc": _osc,
    "loop": _loop,
    "bars": _bars,
    "times": _times,
    "defaults": _defaults,
}
"""Readers by kind."""
