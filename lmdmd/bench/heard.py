"""What the ear wrote down: raw sound, and a note of each buffer. Read by mapping, as an hour is 1.4 GB."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lmdmd.bench.jack_server import PERIOD_FRAMES

AUDIO, NOTES = "heard.f32", "heard.notes"
BUFFER = np.dtype([("frame", "<u4"), ("xruns", "<u4"), ("at_s", "<f8"), ("connected", "?")])
"""Of each buffer: the server's frame time, its xruns so far, ``time.monotonic()``, and whether it came from lmdmd."""

EXCUSED_BUFFERS = 8
"""What is so near to a slip of the clock may be the server's or the ear's doing."""


@dataclass(frozen=True)
class Heard:
    """A recording: ``audio`` [N, 2] float32, and ``notes`` [N / period] of ``BUFFER``."""

    audio: np.ndarray
    notes: np.ndarray
    period: int = PERIOD_FRAMES

    @property
    def slipped(self) -> np.ndarray:
        """For each buffer, whether the clock slipped there: server or ear lost time, or an xrun was reported."""
        xruns = np.diff(self.notes["xruns"]) != 0
        return np.concatenate(([False], (self.lost_frames != 0) | xruns))[: len(self.notes)]

    @property
    def lost_frames(self) -> np.ndarray:
        """Frames missing before each buffer but the first, less than 0 where the ear had only woken late."""
        # Frame times wrap at 2^32.
        return (np.diff(self.notes["frame"]) - np.uint32(self.period)).astype(np.int32)

    @property
    def near_slips(self) -> np.ndarray:
        """For each buffer, whether the clock slipped within EXCUSED_BUFFERS of it."""
        near = np.zeros(len(self.notes), bool)
        for at in np.flatnonzero(self.slipped):
            near[max(0, at - EXCUSED_BUFFERS) : at + EXCUSED_BUFFERS + 1] = True
        return near

    def buffer_at(self, at_s: float) -> int:
        """First buffer that was heard at ``at_s`` (``time.monotonic()``) or later."""
        return int(np.searchsorted(self.notes["at_s"], at_s))

    def between(self, begin_s: float, end_s: float) -> Heard:
        """What was heard from one moment to another."""
        first, last = self.buffer_at(begin_s), self.buffer_at(end_s)
        return Heard(self.audio[first * self.period : last * self.period], self.notes[first:last], self.period)


def read_heard(folder: Path) -> Heard:
    """Map what an ear wrote into ``folder``."""
    notes = np.fromfile(folder / NOTES, BUFFER)
    frames = len(notes) * PERIOD_FRAMES
    if not frames:
        return Heard(np.zeros((0, 2), np.float32), notes)
    return Heard(np.memmap(folder / AUDIO, np.float32, "r", shape=(frames, 2)), notes)
