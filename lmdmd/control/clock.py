"""Bars and beats as frames: a tempo map of a few anchors, and the questions asked of it.

Tempo is constant between anchors. A place in a bar is ``(bar, beat)``, both counted from 1; a beat
that falls between two frames belongs to the nearest one, in both directions.
"""

from __future__ import annotations

import bisect
import itertools
import math
from dataclasses import dataclass, replace

_HALF_FRAME = 0.5 + 1e-6
_SAME_PULSE = 1e-6


@dataclass(frozen=True)
class Anchor:
    """From ``frame`` on, ``tempo_bpm`` and ``metre`` beats a bar; ``frame`` itself is ``(bar, beat)``.

    Beats come ``bend`` times as fast as the tempo says, while the clock catches up with another one.
    """

    frame: int
    tempo_bpm: float
    metre: int
    bar: int = 1
    beat: float = 1.0
    bend: float = 1.0

    def beats_until(self, bar: int, beat: float) -> float:
        """Beats from the anchor to a place; negative when the place lies before it."""
        return (bar - self.bar) * self.metre + beat - self.beat


@dataclass(frozen=True)
class TempoMap:
    """Piecewise-constant tempo over timeline frames; a value, changed by making another."""

    rate_hz: float
    anchors: tuple[Anchor, ...]

    @classmethod
    def constant(cls, rate_hz: float, tempo_bpm: float, metre: int, frame: int = 0) -> TempoMap:
        """One tempo from ``frame`` on, which is bar 1."""
        return cls(rate_hz, (Anchor(frame, tempo_bpm, metre),))

    def anchor_at(self, frame: int) -> Anchor:
        """Anchor in force at a frame (the first one before its own frame)."""
        return self.anchors[max(self._index(frame), 0)]

    def _index(self, frame: int) -> int:
        return bisect.bisect_right(self.anchors, frame, key=lambda anchor: anchor.frame) - 1

    def beat_frames(self, frame: int) -> float:
        """Frames in one beat at a frame."""
        return self._beat_frames(self.anchor_at(frame))

    def _beat_frames(self, anchor: Anchor) -> float:
        return self.rate_hz * 60.0 / (anchor.tempo_bpm * anchor.bend)

    def beats_at(self, frame: float) -> float:
        """Beats at a frame, counted from 0 at the beginning of bar 1, with their fraction."""
        anchor = self.anchor_at(math.floor(frame))
        begin = (anchor.bar - 1) * anchor.metre + anchor.beat - 1.0
        return begin + (frame - anchor.frame) / self._beat_frames(anchor)

    def next_pulse(self, frame: float, per_beat: int = 1) -> tuple[float, int]:
        """Where, after a frame, the next of ``per_beat`` even parts of a beat begins, and its number from bar 1."""
        number = math.floor(self.beats_at(frame) * per_beat + _SAME_PULSE) + 1
        at = self._pulse_frame(frame, number / per_beat)
        index = self._index(math.floor(frame)) + 1
        if index < len(self.anchors) and at >= self.anchors[index].frame:
            first = self.anchors[index].frame
            number = math.ceil(self.beats_at(first) * per_beat - _SAME_PULSE)
            at = self._pulse_frame(first, number / per_beat)
        return at, number

    def _pulse_frame(self, frame: float, beats: float) -> float:
        return frame + max(0.0, beats - self.beats_at(frame)) * self.beat_frames(math.floor(frame))

    def position(self, frame: int) -> tuple[int, float]:
        """Bar and beat (with its fraction) at a frame."""
        anchor = self.anchor_at(frame)
        beats = anchor.beat - 1.0 + self._beats_since(anchor, frame)
        bars = math.floor(beats / anchor.metre + 1e-12)
        return anchor.bar + bars, 1.0 + max(0.0, beats - bars * anchor.metre)

    def _beats_since(self, anchor: Anchor, frame: int) -> float:
        beat_frames = self._beat_frames(anchor)
        beats = (frame - anchor.frame) / beat_frames
        whole = round(anchor.beat + beats) - anchor.beat
        return whole if abs(whole - beats) * beat_frames <= _HALF_FRAME else beats

    def frame_of(self, bar: int, beat: float = 1.0) -> int:
        """Frame of a place; where bars were counted anew, the last such place."""
        for anchor in reversed(self.anchors):
            if anchor.beats_until(bar, beat) >= 0:
                return self._frame_from(anchor, bar, beat)
        return self._frame_from(self.anchors[0], bar, beat)

    def _frame_from(self, anchor: Anchor, bar: int, beat: float) -> int:
        return anchor.frame + round(anchor.beats_until(bar, beat) * self._beat_frames(anchor))

    def bar_after(self, frame: int) -> int:
        """First frame, not before this one, on which a bar begins, however often bars are counted anew after it."""
        first = max(self._index(frame), 0)
        for anchor, later in itertools.zip_longest(self.anchors[first:], self.anchors[first + 1 :]):
            at = max(frame, anchor.frame)
            beats = (at - anchor.frame - _HALF_FRAME) / self._beat_frames(anchor) + anchor.beat - 1.0
            begin = self._frame_from(anchor, anchor.bar + math.ceil(beats / anchor.metre), 1.0)
            if later is None or begin < later.frame:
                return max(at, begin)
        raise AssertionError("the last anchor has none after it")

    def anchored(self, anchor: Anchor) -> TempoMap:
        """The map with what follows ``anchor`` replaced by it."""
        kept = tuple(known for known in self.anchors if known.frame < anchor.frame)
        return replace(self, anchors=(*kept, anchor))

    def retimed(self, frame: int, tempo_bpm: float, metre: int) -> TempoMap:
        """The map with another tempo or metre from ``frame`` on.

        A new tempo goes on from the same place in the bar; a new metre begins a bar.
        """
        bar, beat = self.position(frame)
        if metre != self.anchor_at(frame).metre and beat > 1.0:
            bar, beat = bar + 1, 1.0
        return self.anchored(Anchor(frame, tempo_bpm, metre, bar, beat))

    def since(self, frame: int) -> TempoMap:
        """The map without anchors that no longer matter from ``frame`` on."""
        return replace(self, anchors=self.anchors[max(self._index(frame), 0) :])
