"""Where beats and bars fall, as the decks are told: a line for each anchor of the tempo map, as far as it is known.

A line goes on for ever, until the next one begins: what a deck makes of an anchor does not depend on when it was told
of the one after it, so that a render has the same beats as the show.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.messages import Course, Write
from lmdmd.params import CLOCKED
from lmdmd.units import frames_from_s

if TYPE_CHECKING:
    from lmdmd.control.session import Session

_FOR_EVER_S = 1e7
"""Longer than a show lasts."""


class BeatLines:
    """Tells a session of a clock, and of what is new about it and nothing else."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: tuple[Anchor, ...] = ()
        self._told: tuple[Anchor, ...] = ()

    def follow(self, clock: TempoMap) -> None:
        """Let the decks go by this clock from now on."""
        if clock.anchors is self._seen:
            return
        self._seen, playhead = clock.anchors, self._session.playhead
        told = TempoMap(clock.rate_hz, self._told).since(playhead).anchors if self._told else ()
        now = clock.since(playhead)
        frame = first_news(told, now.anchors)
        self._told = now.anchors
        if frame is not None:
            self._session.set_course(course_of(now, frame))


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
    """Writes of the clock's rows for every anchor from frame ``since`` on."""
    writes = (write for anchor in clock.anchors if anchor.frame >= since for write in _lines(clock, anchor))
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
