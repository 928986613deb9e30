"""How the show's clock comes to an outside one: what to do about a tempo and a place in the bar that differ.

Pure. The answer is anchors for the tempo map: none where both agree; a bend of the tempo, too slight to be noticed,
for a small error; a new bar where the other clock begins one for a large one. With another tempo the place is taken
at once, if it is near.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lmdmd.control.clock import Anchor, TempoMap

MOST_BEND = 0.02
TEMPO_STEP = 0.01
"""A tempo that differs by more than this share is another one, and no drift."""

_NEAR_BEATS = 0.25


def ahead_beats(clock: TempoMap, frame: float, beat: float, cycle: float | None = None) -> float:
    """How far the clock is ahead of an outside ``beat`` (from 0) at a frame, less than 0 when it is behind.

    Only the place in the ``cycle`` counts, which is a bar unless it is said.
    """
    length = cycle or clock.anchor_at(math.floor(frame)).metre
    return (clock.beats_at(frame) - beat + length / 2.0) % length - length / 2.0


@dataclass(frozen=True)
class Slack:
    """What is left alone, since a clock is not known better: a share of its tempo, and seconds of its beat."""

    tempo: float
    beat_s: float


def follow(clock: TempoMap, frame: int, beat: float, tempo_bpm: float, slack: Slack) -> tuple[Anchor, ...]:
    """Anchors, the first on ``frame``, that bring the clock to one whose ``beat`` is there and whose tempo is given."""
    ahead, change = ahead_beats(clock, frame, beat), abs(tempo_bpm / clock.anchor_at(frame).tempo_bpm - 1.0)
    if change > TEMPO_STEP and abs(ahead) < _NEAR_BEATS:
        return (shifted(clock, frame, tempo_bpm, -ahead),)
    if abs(ahead) > MOST_BEND * clock.anchor_at(frame).metre:
        return rejoined(clock, frame, beat, tempo_bpm)
    if abs(ahead) * 60.0 / tempo_bpm > slack.beat_s or change > slack.tempo:
        return bent(clock, frame, tempo_bpm, -ahead)
    return ()


def shifted(clock: TempoMap, frame: int, tempo_bpm: float, beats: float) -> Anchor:
    """The clock from ``frame`` on, ``beats`` further than it was."""
    return _anchor(clock, frame, tempo_bpm, clock.beats_at(frame) + beats)


def bent(clock: TempoMap, frame: int, tempo_bpm: float, beats: float) -> tuple[Anchor, Anchor]:
    """The clock made to gain ``beats`` by a bend, which ends with the second anchor."""
    length = max(abs(beats) / MOST_BEND, 1.0)
    lasting = round(length * 60.0 * clock.rate_hz / tempo_bpm)
    passed = lasting * tempo_bpm / (60.0 * clock.rate_hz)
    begin = clock.beats_at(frame)
    first = _anchor(clock, frame, tempo_bpm, begin, 1.0 + beats / passed)
    return first, _anchor(clock, frame + lasting, tempo_bpm, begin + passed + beats)


def left_beats(clock: TempoMap, frame: int, end: Anchor) -> float:
    """What the clock has still to gain at ``frame`` until a bend of it is over; 0 where there is none."""
    if frame >= end.frame or end not in clock.anchors:
        return 0.0
    straight = (end.frame - frame) / clock.beat_frames(end.frame)
    return clock.beats_at(end.frame) - clock.beats_at(frame) - straight


def rejoined(clock: TempoMap, frame: int, beat: float, tempo_bpm: float) -> tuple[Anchor, Anchor]:
    """The clock that goes on as it is until the other one begins a bar, and then begins the nearest of its own."""
    metre, beat_frames = clock.anchor_at(frame).metre, 60.0 * clock.rate_hz / tempo_bpm
    wait = -beat % metre
    begin = clock.beats_at(frame)
    bars = max(round((begin + wait) / metre), math.floor(begin / metre))
    first = _anchor(clock, frame, tempo_bpm, begin)
    return first, _anchor(clock, frame + max(1, round(wait * beat_frames)), tempo_bpm, bars * metre)


def _anchor(clock: TempoMap, frame: int, tempo_bpm: float, beats: float, bend: float = 1.0) -> Anchor:
    metre = clock.anchor_at(frame).metre
    bars = math.floor(beats / metre + 1e-9)
    return Anchor(frame, tempo_bpm, metre, 1 + bars, 1.0 + max(0.0, beats - bars * metre), bend)
