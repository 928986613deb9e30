"""Chords by hand, and bars to answer: on which line they come, and which chord is asked for now.

Cues know their own frames; what a hand sets waits for the next bar, or beat, as ``harmony/quantise`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmdmd.chords import chord_in_force
from lmdmd.control.answer import BARS
from lmdmd.control.clock import TempoMap
from lmdmd.control.cue_effects import FROM, PROGRESSION
from lmdmd.control.events import Event, Written
from lmdmd.control.show_takeover import is_hand
from lmdmd.messages import NOW
from lmdmd.params import Value

if TYPE_CHECKING:
    from lmdmd.control.session import Session

CHORD, KEY, QUANTISE = "harmony/chord", "harmony/key", "harmony/quantise"
_TIMED = (CHORD, PROGRESSION, KEY, BARS)


@dataclass(frozen=True)
class _Asked:
    """What a hand has set for a frame that is still to come."""

    frame: int
    value: Value
    source: str


class Harmony:
    """Times what hands set, and keeps it when the show is planned anew meanwhile; ``clock`` tells the bars."""

    def __init__(self, session: Session, clock: Callable[[], TempoMap]) -> None:
        self._session = session
        self._clock = clock
        self._asked: dict[str, _Asked] = {}
        for name in (CHORD, PROGRESSION, KEY):
            session.time_on(name, self._next_line)
        session.time_on(BARS, lambda: self._clock().bar_after(self._next_frame()))
        session.watch(self._hear)

    def _next_line(self) -> int:
        """Frame of the next bar or beat that can still be made in time."""
        session, clock, frame = self._session, self._clock(), self._next_frame()
        match session.get(QUANTISE):
            case "bar":
                return clock.bar_after(frame)
            case "beat":
                return round(clock.next_pulse(frame - 1)[0])
        return NOW

    def _next_frame(self) -> int:
        playhead = self._session.playhead
        return max((outlet.next_frame(playhead) for outlet in self._session.outlets), default=playhead)

    def _hear(self, event: Event) -> None:
        if not isinstance(event, Written) or event.name not in _TIMED or not is_hand(event.source):
            return
        if event.planned:
            self._asked[event.name] = _Asked(event.frame, event.value, event.source)
        if event.name == PROGRESSION:
            bar, _ = self._clock().position(event.frame)
            self._session.set(FROM, bar, source=event.source, frame=event.frame)

    def tick(self, playhead: int) -> None:
        """Say again what was cancelled with the cues that were planned after it; report the chord."""
        self._asked = {name: asked for name, asked in self._asked.items() if asked.frame > playhead}
        for name, asked in list(self._asked.items()):
            if self._session.planned(name, asked.frame) != asked.value:
                self._session.set(name, asked.value, source=asked.source, frame=asked.frame)
        self._report()

    def _report(self) -> None:
        get = self._session.get
        bars = float(get("beat/bars")) + 1.0 - float(get(FROM))
        chord = chord_in_force(str(get(CHORD)), str(get(PROGRESSION)), str(get(KEY)), bars)
        self._session.publish("harmony/now", chord if get("harmony/on") else "")
