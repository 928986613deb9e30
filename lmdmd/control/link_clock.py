"""Ableton Link as the clock that is followed: tempo and place in the bar of everybody who plays in the session.

``aalink`` is GPL and comes with the extra ``sync``; it is loaded when somebody asks for Link. Its own thread keeps the
session; what is read here takes microseconds and never waits. Who joins takes over the session's tempo: Link itself
sees to that, half a second after it is switched on, and a tempo is handed in only where a person has set one here.
"""

from __future__ import annotations

import time
from typing import Any

from lmdmd.control.beat_fit import BeatLine
from lmdmd.control.follow import Slack
from lmdmd.errors import SyncError

_READ_S = 0.0005
_TRIES = 5


class LinkClock:
    """One peer of a Link session. Alone, it leads nobody and nobody leads it."""

    slack = Slack(1e-5, 0.0015)
    can_be_told = True

    def __init__(self, tempo_bpm: float, beat: float, metre: int) -> None:
        try:
            import aalink
        except ImportError:
            raise SyncError('clock/source: link needs the package aalink: pip install "lmdmd[sync]"') from None
        self._link: Any = aalink.Link(tempo_bpm)
        self.tell_beat(beat, metre)
        self._link.enabled = True

    @property
    def peers(self) -> int:
        """Others in the session."""
        return int(self._link.num_peers)

    def runs(self, _now_s: float) -> bool:
        """Whether there is anybody to follow."""
        return self.peers > 0

    def line(self, now_s: float, metre: int) -> BeatLine | None:
        """Beats of the session in bars of ``metre``; ``None`` when alone."""
        if not self.runs(now_s):
            return None
        self._link.quantum = float(metre)
        for _ in range(_TRIES):
            before_s = time.monotonic()
            beat, tempo_bpm = float(self._link.beat), float(self._link.tempo)
            after_s = time.monotonic()
            if after_s - before_s < _READ_S:
                return BeatLine((before_s + after_s) / 2.0, beat, round(tempo_bpm, 3))
        return None  # interrupted each time: the next look will do

    def tell_tempo(self, tempo_bpm: float) -> None:
        """Give the session another tempo."""
        self._link.tempo = tempo_bpm

    def tell_beat(self, beat: float, metre: int) -> None:
        """Let a session that has nobody else be at ``beat``, from 0, now: whoever joins takes over our bar."""
        if not self.peers:
            self._link.quantum = float(metre)
            self._link.force_beat(beat)

    def close(self) -> None:
        """Leave the session."""
        self._link.enabled = False
