"""Schedule: mixer writes on their way from control to the audio process, stamped with timeline frames.

A bounded queue in shared memory: control pushes, audio drains. Entries are numbers only, so reading
them costs no lock and no pipe.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lmdmd.rt.board import fingerprint
from lmdmd.rt.shared import Segment
from lmdmd.units import CURVES

CAPACITY = 4096
CLEAR = -1
"""Slot of an entry that cancels everything planned after its frame."""
CANCEL = -1
"""Glide of an entry that takes its row nowhere: it cancels what is planned for that row after its frame."""

_ITEM = np.dtype(np.float64)
_COLUMNS = 5
_PUSHED, _DRAINED = range(2)
_CURVE_NAMES = tuple(CURVES)


class Entry(NamedTuple):
    """From ``frame`` (or ``NOW``) on, take the row in ``slot`` to ``target``."""

    frame: int
    slot: int
    target: float
    glide_frames: int
    curve: str


class Schedule:
    """Shared queue of ``Entry``; frames are exact up to 2**53."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._cells = segment.cells
        self._rows = segment.payload(_ITEM)
        self._capacity = segment.shape[0]
        self.name = segment.name

    @classmethod
    def create(cls, capacity: int = CAPACITY) -> Schedule:
        """Make an empty schedule."""
        return cls(Segment.create("sched", (capacity, _COLUMNS), _ITEM, fingerprint()))

    @classmethod
    def attach(cls, name: str) -> Schedule:
        """Map another process's schedule; raises ``SegmentError`` when its table differs from ours."""
        return cls(Segment.attach("sched", name, _ITEM, fingerprint()))

    @property
    def pushed(self) -> int:
        """Entries pushed so far: the cursor of a reader that wants only what comes from now on."""
        return int(self._cells[_PUSHED])

    def push(self, frame: int, slot: int, target: float, glide_frames: int = 0, curve: str = "linear") -> bool:
        """Add one write; False when the reader is a whole queue behind (try again later)."""
        if self.waiting >= self._capacity:
            return False
        pushed = self.pushed
        self._rows[pushed % self._capacity] = (frame, slot, target, glide_frames, _CURVE_NAMES.index(curve))
        self._cells[_PUSHED] = pushed + 1
        return True

    @property
    def waiting(self) -> int:
        """Entries that the reader has not drained yet."""
        return self.pushed - int(self._cells[_DRAINED])

    def drain(self, cursor: int, limit: int = CAPACITY) -> tuple[list[Entry], int]:
        """Up to ``limit`` entries from ``cursor`` on, and the cursor for next time. Reader only."""
        pushed = self.pushed
        if cursor == pushed:
            return [], cursor
        end = min(pushed, cursor + limit)
        entries = [self._entry(index) for index in range(cursor, end)]
        self._cells[_DRAINED] = end
        return entries, end

    def _entry(self, index: int) -> Entry:
        frame, slot, target, glide_frames, curve = self._rows[index % self._capacity].tolist()
        return Entry(int(frame), int(slot), target, int(glide_frames), _CURVE_NAMES[int(curve)])

    def start_reading(self, cursor: int) -> None:
        """Say where a new reader begins; what lies before counts as drained."""
        self._cells[_DRAINED] = cursor

    def touch(self) -> None:
        """Map every page now."""
        self._segment.touch()

    def close(self) -> None:
        """Unmap."""
        del self._cells, self._rows
        self._segment.close()

    def unlink(self) -> None:
        """Remove it for everyone (creator only)."""
        self._segment.unlink()
