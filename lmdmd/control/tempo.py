"""A tempo that changes on the way, and bars that are counted anew: what a show does to its clock.

The tempo map stays piecewise constant, so a ramp is a row of anchors, one on each beat. Between them the ramp is
exact: beats fall where the integral of the curve has them, to the nearest frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.setlist import Span, Way

MOST_STEPS = 1024
"""A ramp of more beats than this steps every few beats."""

_AREAS: dict[str, Callable[[float], float]] = {
    "linear": lambda position: position**2 / 2.0,
    "smooth": lambda position: position**3 - position**4 / 2.0,
    "slow": lambda position: position**3 / 3.0,
    "fast": lambda position: position**2 - position**3 / 3.0,
    "step": lambda position: 0.0,
}
"""What has been covered by a curve of ``units.CURVES`` at position 0..1 in time: its integral from 0."""

_SAME = 1e-9


def beats_at(seconds: float, length_s: float, from_bpm: float, to_bpm: float, curve: str) -> float:
    """Beats that have passed so long after a ramp began: the integral of its tempo."""
    covered = length_s * _AREAS[curve](seconds / length_s)
    return (from_bpm * seconds + (to_bpm - from_bpm) * covered) / 60.0


def ramp_s(over: Span, metre: int, from_bpm: float, to_bpm: float, curve: str) -> float:
    """Seconds that a ramp lasts; one over bars or beats ends on them."""
    if over.unit == "s":
        return over.value
    beats = over.value * (metre if over.unit == "bars" else 1)
    return 60.0 * beats / (from_bpm + (to_bpm - from_bpm) * _AREAS[curve](1.0))


def ramped(clock: TempoMap, frame: int, to_bpm: float, way: Way) -> TempoMap:
    """The map with a ramp to ``to_bpm`` that begins at ``frame``."""
    now = clock.anchor_at(frame)
    length_s = ramp_s(way.over, now.metre, now.tempo_bpm, to_bpm, way.curve)
    if length_s * clock.rate_hz < 1.0:
        return clock.retimed(frame, to_bpm, now.metre)

    def passed(seconds: float) -> float:
        return beats_at(seconds, length_s, now.tempo_bpm, to_bpm, way.curve)

    bar, beat = clock.position(frame)
    steps = _steps(beat, passed(length_s))
    moments = [_when(passed, step, length_s) for step in steps]
    frames = [frame + round(moment * clock.rate_hz) for moment in moments]
    anchors = [
        Anchor(begin, 60.0 * (steps[i + 1] - steps[i]) / (moments[i + 1] - moments[i]), now.metre, *place)
        for i, (begin, end) in enumerate(pairwise(frames))
        for place in (_place(bar, beat, steps[i], now),)
        if end > begin
    ]
    end = Anchor(frames[-1], to_bpm, now.metre, *_place(bar, beat, steps[-1], now))
    kept = tuple(anchor for anchor in clock.anchors if anchor.frame < frame)
    return replace(clock, anchors=(*kept, *anchors, end))


def _steps(beat: float, beats: float) -> list[float]:
    """Beats after the beginning at which a ramp of ``beats`` steps: on whole beats, and at its end."""
    stride = max(1, math.ceil(beats / MOST_STEPS))
    first = math.ceil(beat - _SAME) - beat
    whole = [first + stride * index for index in range(math.ceil(max(0.0, beats - first) / stride) + 1)]
    return [0.0, *(step for step in whole if _SAME < step < beats - _SAME), beats]


def _when(passed: Callable[[float], float], beats: float, length_s: float) -> float:
    """Seconds after which so many beats have passed."""
    low, high = 0.0, length_s
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if passed(middle) < beats else (low, middle)
    return high


def _place(bar: int, beat: float, beats: float, anchor: Anchor) -> tuple[int, float]:
    """Bar and beat so many beats after a place."""
    since = beat - 1.0 + beats
    since = round(since) if abs(since - round(since)) < _SAME else since
    bars = math.floor(since / anchor.metre)
    return bar + bars, 1.0 + since - bars * anchor.metre


def recounted(clock: TempoMap, frame: int, bar: int, beat: float = 1.0) -> TempoMap:
    """The map in which ``frame`` is another place, with the tempi that follow."""
    now, (old_bar, old_beat) = clock.anchor_at(frame), clock.position(frame)
    moved = (bar - old_bar) * now.metre + beat - old_beat
    kept = tuple(anchor for anchor in clock.anchors if anchor.frame < frame)
    later = tuple(
        replace(anchor, bar=place[0], beat=place[1])
        for anchor in clock.anchors
        if anchor.frame > frame
        for place in (_place(anchor.bar, anchor.beat, moved, anchor),)
    )
    return replace(clock, anchors=(*kept, Anchor(frame, now.tempo_bpm, now.metre, bar, beat), *later))


def shifted(clock: TempoMap, since: int, frame: int) -> tuple[Anchor, ...]:
    """Anchors from ``since`` on, moved so that ``since`` becomes ``frame``."""
    now, (bar, beat) = clock.anchor_at(since), clock.position(since)
    later = (replace(anchor, frame=anchor.frame + frame - since) for anchor in clock.anchors if anchor.frame > since)
    return (Anchor(frame, now.tempo_bpm, now.metre, bar, beat), *later)
