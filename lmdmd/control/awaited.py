"""Writes between the moment they are accepted and the moment they are heard."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lmdmd.control.events import Heard, Written

_REMEMBERED = 200


@dataclass
class _Awaited:
    """``frame`` is where the write is heard, as far as is known; ``settled`` when somebody has made that sound."""

    written: Written
    begun_frame: int
    frame: int
    settled: bool


class Awaited:
    """Accepted writes by stamp. Of several to one row meant for now, the last stands for all."""

    def __init__(self) -> None:
        self._by_stamp: dict[int, _Awaited] = {}
        self._newest: dict[str, int] = {}
        self._waits_ms: deque[float] = deque(maxlen=_REMEMBERED)

    def __len__(self) -> int:
        return len(self._by_stamp)

    def add(self, written: Written, playhead: int, settled: bool) -> None:
        """Let a write wait; one that is not ``settled`` waits for a deck to say from which frame on it is heard."""
        if not written.planned:
            self._by_stamp.pop(self._newest.get(written.name, -1), None)
            self._newest[written.name] = written.stamp
        self._by_stamp[written.stamp] = _Awaited(written, playhead, written.frame, settled)

    def planned(self) -> dict[tuple[str, int], int]:
        """Stamps of the writes that are planned, by row and frame."""
        waiting = (one.written for one in self._by_stamp.values())
        return {(written.name, written.frame): written.stamp for written in waiting if written.planned}

    def settle(self, stamps: Iterable[int], frame: int) -> None:
        """A deck has made the sound in which these writes are heard from ``frame`` on."""
        for stamp in stamps:
            if stamp in self._by_stamp:
                self._by_stamp[stamp].frame, self._by_stamp[stamp].settled = frame, True

    def settle_all(self, begin: int, end: int) -> None:
        """Another deck plays from ``begin`` on, and has made the sound until ``end`` from all that was written."""
        for one in self._by_stamp.values():
            if not one.settled and one.frame <= end:
                one.frame, one.settled = max(one.frame, begin), True

    def clear_after(self, frame: int) -> None:
        """What was planned after ``frame`` will not be heard."""
        gone = [s for s, one in self._by_stamp.items() if one.written.planned and one.written.frame > frame]
        for stamp in gone:
            del self._by_stamp[stamp]

    def take_heard(self, playhead: int, rate_hz: float) -> list[Heard]:
        """What has been heard since the last time."""
        due = [one for one in self._by_stamp.values() if one.settled and one.frame < playhead]
        for one in due:
            del self._by_stamp[one.written.stamp]
        return [self._heard(one, rate_hz) for one in sorted(due, key=lambda one: one.frame)]

    def _heard(self, one: _Awaited, rate_hz: float) -> Heard:
        w, waited_s = one.written, max(0, one.frame - one.begun_frame) / rate_hz
        return Heard(w.stamp, w.name, w.value, w.source, one.frame, waited_s, w.planned)

    def note_wait(self, heard: Heard) -> None:
        """Remember how long a change took from the hand to the ear."""
        self._waits_ms.append(1000.0 * heard.waited_s)

    def percentile_ms(self, percent: float) -> float:
        """Percentile of the waits that are remembered; 0 before the first."""
        return float(np.percentile(self._waits_ms, percent)) if self._waits_ms else 0.0
