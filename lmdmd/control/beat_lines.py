"""Where beats and bars fall, as the decks are told: a line for each anchor of the tempo map, a minute ahead.

A line goes on for ever, until the next one begins: what a deck makes of an anchor does not depend on when it was told
of the one after it, so that a render, which is told of all at once, has the same beats as the show.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.messages import Course, Write
from lmdmd.params import CLOCKED
from lmdmd.units import frames_from_s

if TYPE_CHECKING:
    from lmdmd.control.session import Session

AHEAD_S = 60.0
"""So far ahead decks are told, again when half of it has passed: a ramp is long, and every correction moves it."""
_FOR_EVER_S = 1e7
"""Longer than a show lasts."""


class BeatLines:
    """Tells a session of a clock, and of what is new about it and nothing else."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: tuple[Anchor, ...] = ()
        self._told: tuple[Anchor, ...] = ()
        self._until_frame = 0

    def follow(self, clock: TempoMap) -> None:
        """Let the decks go by this clock from now on."""
        playhead = self._session.playhead
        if clock.anchors is self._seen and playhead < self._until_frame:
            return
        told = TempoMap(clock.rate_hz, self._told).since(playhead).anchors if self._told else ()
        now = self._near(clock.since(playhead), playhead)
        frame = first_news(told, now.anchors)
        self._seen, self._told = clock.anchors, now.anchors
        if frame is not None:
            self._session.set_course(course_of(now, frame))

    def _near(self, clock: TempoMap, playhead: int) -> TempoMap:
        """As much of the clock as decks are told now; where there are none, all of it."""
        ahead_frames = frames_from_s(AHEAD_S, clock.rate_hz)
        self._until_frame = playhead + ahead_frames // 2
        if not self._session.outlets:
            return clock
        near = (anchor for anchor in clock.anchors[1:] if anchor.frame <= playhead + ahead_frames)
        return replace(clock, anchors=(clock.anchors[0], *near))


def first_news(old: tuple[Anchor, ...], new: tuple[Anchor, ...]) -> int | None:
    """Frame from which on two clocks differ, both from the anchor in force on; ``None`` where they do not."""
    for index, (before, after) in enumerate(zip_longest(old, new)):
        if before == after:
            continue
        if before is None or (index == 0 and after is not None):
            return after.frame
        return before.frame if after is None else min(before.frame, after.frame)
    return None


def course_of(clock: TempoMap, since: int) -> Course:
    """Writes of the clock's rows from frame ``since`` on: a glide there may be of the anchor a frame before."""
    writes = (write for anchor in clock.anchors for write in _lines(clock, anchor) if write.frame >= since)
    return Course(max(since, 0), tuple(writes))


def _lines(clock: TempoMap, anchor: Anchor) -> list[Write]:
    """A step and a glide a row; the step is where the glide begins, a frame later."""
    begin, length = max(anchor.frame, 0), frames_from_s(_FOR_EVER_S, clock.rate_hz)
    beats_a_frame = 1.0 / clock.beat_frames(anchor.frame)
    passed = (begin + 1 - anchor.frame) * beats_a_frame
    bars = anchor.bar - 1 + (anchor.beat - 1.0 + passed) / anchor.metre
    beats = (anchor.bar - 1) * anchor.metre + anchor.beat - 1.0 + passed
    slopes = (beats_a_frame, beats_a_frame / anchor.metre)
    return [
        write
        for name, start, slope in zip(CLOCKED, (beats, bars), slopes, strict=True)
        for write in (Write(name, start, begin), Write(name, start + slope * length, begin + 1, length))
    ]
