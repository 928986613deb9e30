"""The board: one float64 for every row of the parameter table, on a page all processes see.

Writable rows are written by control; report rows by whoever measures them (the audio process its
counters and meters, control the rest). ``playhead`` is written by the audio process only, ``rolling``
and ``end_frame`` by control only, each heartbeat by its owner. Single numbers are whole; several are no snapshot.
"""

from __future__ import annotations

import hashlib
import math
import time

import numpy as np

from lmdmd.errors import ParamError
from lmdmd.params import PARAMS, SLOT, Param, Value, find
from lmdmd.rt.shared import Segment

WHO = ("control", "audio", "deck0", "deck1")
_RATE, _ROLLING, _PLAYHEAD, _END, _BEATS = 0, 1, 2, 3, 4
_ITEM = np.dtype(np.float64)


def fingerprint() -> int:
    """63-bit digest of the table's names, kinds and choices: two programs agree on every slot."""
    table = "\n".join(f"{p.name} {p.kind} {' '.join(p.choices)}" for p in PARAMS)
    return int.from_bytes(hashlib.sha256(table.encode()).digest()[:8], "little") >> 1


class Board:
    """Shared page of parameter slots, playhead and heartbeats."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._slots = segment.payload(_ITEM)[:, 0]
        self.name = segment.name

    @classmethod
    def create(cls, rate_hz: int = 0) -> Board:
        """Make a board with every row at its default."""
        board = cls(Segment.create("board", (len(PARAMS), 1), _ITEM, fingerprint()))
        board.rate_hz = rate_hz
        for param in PARAMS:
            if param.numeric:
                board.set(param.name, param.default)
        return board

    @classmethod
    def attach(cls, name: str) -> Board:
        """Map another process's board; raises ``SegmentError`` when its table differs from ours."""
        return cls(Segment.attach("board", name, _ITEM, fingerprint()))

    def get(self, name: str) -> Value:
        """Value of a numeric row."""
        param = _numeric(name)
        return param.from_slot(float(self._slots[SLOT[name]]))

    def set(self, name: str, value: Value) -> None:
        """Store the value of a numeric row, without coercion."""
        self._slots[SLOT[name]] = _numeric(name).to_slot(value)

    @property
    def rate_hz(self) -> int:
        """Frames per second of the timeline; 0 until a device is open."""
        return int(self._segment.cells[_RATE])

    @rate_hz.setter
    def rate_hz(self, rate_hz: int) -> None:
        self._segment.cells[_RATE] = rate_hz

    @property
    def rolling(self) -> int:
        """1 while time runs, 0 while the playhead stands."""
        return int(self._segment.cells[_ROLLING])

    @rolling.setter
    def rolling(self, rolling: int) -> None:
        self._segment.cells[_ROLLING] = rolling

    @property
    def playhead(self) -> int:
        """Next timeline frame that the device will be given."""
        return int(self._segment.cells[_PLAYHEAD])

    @playhead.setter
    def playhead(self, frame: int) -> None:
        self._segment.cells[_PLAYHEAD] = frame

    @property
    def end_frame(self) -> int:
        """Frame at which the show is over, as far as is known now; 0 while nothing says so."""
        return int(self._segment.cells[_END])

    @end_frame.setter
    def end_frame(self, frame: int) -> None:
        self._segment.cells[_END] = frame

    def beat(self, who: str) -> None:
        """Say that ``who`` (one of ``WHO``) is alive now."""
        self._segment.numbers[_BEATS + WHO.index(who)] = time.monotonic()

    def age_s(self, who: str) -> float:
        """Seconds since ``who`` last said it was alive; infinite when it never did."""
        beat = float(self._segment.numbers[_BEATS + WHO.index(who)])
        return time.monotonic() - beat if beat else math.inf

    def touch(self) -> None:
        """Map every page now."""
        self._segment.touch()

    def close(self) -> None:
        """Unmap."""
        del self._slots
        self._segment.close()

    def unlink(self) -> None:
        """Remove it for everyone (creator only)."""
        self._segment.unlink()


def _numeric(name: str) -> Param:
    param = find(name)
    if not param.numeric:
        raise ParamError(f"{name}: is text and has no place on the board")
    return param
