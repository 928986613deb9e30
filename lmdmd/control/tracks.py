"""What a recording listens to: tapes (what was heard, what came in) and rings (what each deck gave).

All tracks have one timeline: frame by frame they stand beside each other, with silence where one of them had nothing.
What leaves the mixer does so a few frames after it came out of a ring, as the limiter looks ahead.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from lmdmd.rt.ring import Ring
from lmdmd.rt.tape import Tape


class Track(Protocol):
    """A source of recorded sound."""

    def read(self, frame: int, frames: int) -> tuple[np.ndarray, int]:
        """Return ``[frames, C]`` from ``frame`` on, and how many of them were there once and are gone."""
        ...


class TapeTrack:
    """A tape; the half of it that is written over next counts as gone."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def read(self, frame: int, frames: int) -> tuple[np.ndarray, int]:
        """See ``Track``."""
        tape, audio = self._tape, np.zeros((frames, self._tape.channels), np.float32)
        oldest = max(tape.start_frame, tape.end_frame - tape.capacity_frames // 2)
        begin, end = max(frame, oldest), min(frame + frames, tape.end_frame)
        lost = min(max(oldest - frame, 0), frames)
        if begin >= end:
            return audio, lost
        heard = tape.read(begin, end - begin)
        if heard is None:
            return audio, frames
        audio[begin - frame : end - frame] = heard
        return audio, lost


class RingTrack:
    """A deck's ring, read behind the playhead: raw, before any fader, and also while the other deck is heard.

    A ring that begins anew forgets where its last stretch was; what is not recorded of that yet is found by how it
    stood when it was looked at last.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._stretches = [(ring.start_frame, ring.write_frame)]

    def read(self, frame: int, frames: int) -> tuple[np.ndarray, int]:
        """See ``Track``."""
        self._look()
        audio, lost = np.zeros((frames, self._ring.channels), np.float32), 0
        for start, end in self._stretches:
            begin, end = max(frame, start), min(frame + frames, end)
            if begin < end:
                lost += self._ring.read_past(begin, audio[begin - frame : end - frame])
        *past, now = self._stretches
        self._stretches = [*((start, end) for start, end in past if end > frame + frames), now]
        return audio, lost

    def _look(self) -> None:
        """Note how far the present stretch goes, or that another one has begun."""
        *past, (before, until) = self._stretches
        start, end = self._ring.start_frame, self._ring.write_frame
        if start == before:
            self._stretches[-1] = (start, end)
        elif start <= end:  # else it is just about to begin anew
            heard = min(until, start, self._ring.read_frame)
            self._stretches = [*past, (before, heard), (start, end)]
