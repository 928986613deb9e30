"""Schedule: mixer writes on their way from control to the audio process, and what that did, on its way back.

Two bounded queues in shared memory. Control pushes entries stamped with timeline frames, audio drains them and writes
into each the frame at which it took it. Audio leaves traces of whatever else a mixer's sound depends on, control
collects both. Everything is numbers only, so that neither side needs a lock or a pipe.
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

TRACES = ("start", "row", "stand", "open", "shut", "size", "short", "again", "fail")
"""What a trace may tell of the mixer, from its frame on.

``start``: it is a new one, whose first entry is ``number`` and whose largest buffer has ``value`` frames. ``row``: the
row in slot ``number`` began with ``value``. ``stand``: time stands. ``open``, ``shut``: time runs, or fades to stand.
``size``: buffers have ``number`` frames. ``short``: of deck ``number`` only ``value`` frames were there; ``again``: it
is back. ``fail``: a buffer was lost to a defect.
"""

_ITEM = np.dtype(np.float64)
_ENTRY, _TAKEN, _TRACE = slice(0, 5), slice(5, 7), slice(7, 11)
_COLUMNS = 11
_UNTAKEN = -1
_PUSHED, _DRAINED, _TRACED = range(3)
_CURVE_NAMES = tuple(CURVES)


class Entry(NamedTuple):
    """From ``frame`` (or ``NOW``) on, take the row in ``slot`` to ``target``."""

    frame: int
    slot: int
    target: float
    glide_frames: int
    curve: str


class Taken(NamedTuple):
    """Entry number ``number`` acted at the buffer that begins at ``frame``; ``standing`` says that time stood there."""

    number: int
    entry: Entry
    frame: int
    standing: bool


class Trace(NamedTuple):
    """What the mixer did at ``frame``: one of ``TRACES``."""

    what: str
    frame: int
    number: int = 0
    value: float = 0.0


class Schedule:
    """Shared queues of ``Entry`` and ``Trace``; frames are exact up to 2**53."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._cells = segment.cells
        self._rows = segment.payload(_ITEM)
        self._capacity = segment.shape[0]
        self._kept: list[Taken] | None = None
        self._collected = self._seen = 0
        self.name = segment.name

    @classmethod
    def create(cls, capacity: int = CAPACITY) -> Schedule:
        """Make an empty schedule."""
        return cls(Segment.create("sched", (capacity, _COLUMNS), _ITEM, fingerprint()))

    @classmethod
    def attach(cls, name: str) -> Schedule:
        """Map another process's schedule; raises ``SegmentError`` when its table differs from ours."""
        return cls(Segment.attach("sched", name, _ITEM, fingerprint()))

    # --- control ----------------------------------------------------------------------------------

    @property
    def pushed(self) -> int:
        """Entries pushed so far: the cursor of a reader that wants only what comes from now on."""
        return int(self._cells[_PUSHED])

    def push(self, frame: int, slot: int, target: float, glide_frames: int = 0, curve: str = "linear") -> bool:
        """Add one write; False when the reader is a whole queue behind (try again later)."""
        if self.waiting >= self._capacity:
            return False
        pushed = self.pushed
        if self._kept is not None:
            self._keep_until(pushed + 1 - self._capacity)
        row = self._rows[pushed % self._capacity]
        row[_TAKEN] = _UNTAKEN
        row[_ENTRY] = (frame, slot, target, glide_frames, _CURVE_NAMES.index(curve))
        self._cells[_PUSHED] = pushed + 1
        return True

    @property
    def waiting(self) -> int:
        """Entries that the reader has not drained yet."""
        return self.pushed - int(self._cells[_DRAINED])

    def keep_taken(self) -> None:
        """From now on ``taken`` will be asked: no row is used again before what it tells is kept."""
        self._kept, self._collected = [], self.pushed

    def taken(self) -> list[Taken]:
        """Entries that were taken since the last time, in order, without those that a new reader left out."""
        self._keep_until(int(self._cells[_DRAINED]))
        taken, self._kept = self._kept or [], []
        return taken

    def _keep_until(self, end: int) -> None:
        assert self._kept is not None
        for index in range(self._collected, end):
            frame, standing = self._rows[index % self._capacity, _TAKEN].tolist()
            if frame != _UNTAKEN:
                self._kept.append(Taken(index, self._entry(index), int(frame), bool(standing)))
        self._collected = max(self._collected, end)

    def traces(self) -> tuple[list[Trace], int]:
        """Traces since the last time, in order, and how many came before them that nobody collected in time."""
        traced = int(self._cells[_TRACED])
        first = max(self._seen, traced - self._capacity)
        lost, self._seen = first - self._seen, traced
        return [self._trace(index) for index in range(first, traced)], lost

    def _trace(self, index: int) -> Trace:
        what, frame, number, value = self._rows[index % self._capacity, _TRACE].tolist()
        return Trace(TRACES[int(what)], int(frame), int(number), value)

    # --- audio ------------------------------------------------------------------------------------

    def drain(
        self, cursor: int, limit: int = CAPACITY, frame: int = 0, *, standing: bool = False
    ) -> tuple[list[Entry], int]:
        """Take up to ``limit`` entries from ``cursor`` on at ``frame``; returns them, and the cursor for next time."""
        pushed = self.pushed
        if cursor == pushed:
            return [], cursor
        end = min(pushed, cursor + limit)
        entries = [self._entry(index) for index in range(cursor, end)]
        at = cursor % self._capacity
        self._rows[at : at + end - cursor, _TAKEN] = frame, standing
        self._rows[: max(at + end - cursor - self._capacity, 0), _TAKEN] = frame, standing
        self._cells[_DRAINED] = end
        return entries, end

    def _entry(self, index: int) -> Entry:
        frame, slot, target, glide_frames, curve = self._rows[index % self._capacity, _ENTRY].tolist()
        return Entry(int(frame), int(slot), target, int(glide_frames), _CURVE_NAMES[int(curve)])

    def start_reading(self, cursor: int) -> None:
        """Say where a new reader begins; what lies before counts as drained."""
        self._cells[_DRAINED] = cursor

    def trace(self, what: str, frame: int, number: int = 0, value: float = 0.0) -> None:
        """Leave a trace, over the oldest where nobody collects them."""
        traced = int(self._cells[_TRACED])
        self._rows[traced % self._capacity, _TRACE] = TRACES.index(what), frame, number, value
        self._cells[_TRACED] = traced + 1

    # --- either side ------------------------------------------------------------------------------

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
