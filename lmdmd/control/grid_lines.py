"""The lines on which a quantised cue falls: every so many bars, beats or seconds of its song."""

from __future__ import annotations

import math

from lmdmd.control.clock import TempoMap
from lmdmd.control.setlist import Span

_SAME = 1e-9


def next_line(span: Span, clock: TempoMap, origin: int, frame: int) -> int:
    """First frame from ``frame`` on that is a multiple of ``span`` in a song that began at ``origin``; 0: any frame."""
    if span.value <= 0:
        return frame
    passed = _passed(span, clock, origin, frame) / span.value
    line = math.ceil(passed - _SAME)
    while (found := _frame_of(line * span.value, span.unit, clock, origin, frame)) < frame:
        line += 1
    return found


def _passed(span: Span, clock: TempoMap, origin: int, frame: int) -> float:
    if span.unit == "s":
        return (frame - origin) / clock.rate_hz
    (bar, beat), metre = clock.position(frame), clock.anchor_at(frame).metre
    beats = (bar - 1) * metre + beat - 1.0
    return beats / metre if span.unit == "bars" else beats


def _frame_of(value: float, unit: str, clock: TempoMap, origin: int, frame: int) -> int:
    if unit == "s":
        return origin + round(value * clock.rate_hz)
    metre = clock.anchor_at(frame).metre
    bars = value if unit == "bars" else value / metre
    whole = math.floor(bars + _SAME)
    return clock.frame_of(1 + whole, 1.0 + max(0.0, bars - whole) * metre)
