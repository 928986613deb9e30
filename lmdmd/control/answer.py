"""Call and response: on which bar lines the music falls silent to listen, and on which it answers.

``jam/answer`` bars it listens, as many it answers, and so on, counted from bar 1: what the row says as a bar begins
holds for that bar. The decks know by themselves what they hear in an answer; here the mixer is told when they sound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmdmd.control.clock import TempoMap
from lmdmd.units import frames_from_s

if TYPE_CHECKING:
    from lmdmd.control.session import Session

BARS, OPEN = "jam/answer", "mix/open"
AHEAD_S = 8.0
"""So far ahead the mixer is told, where time runs."""


def sounds_in(bar: int, bars: int) -> bool:
    """Whether a bar, from 1, is one of an answer, or of music that listens to nobody."""
    return bars == 0 or (bar - 1) // bars % 2 == 1


class Answer:
    """Tells a session's mixer when the decks sound, and tells it again what was cancelled meanwhile."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: list[tuple[int, float]] = []

    def follow(self, clock: TempoMap, end_frame: int | None) -> None:
        """Let bars begin by this clock, in a show that may have an end."""
        session, playhead = self._session, self._session.playhead
        until = playhead + frames_from_s(AHEAD_S, clock.rate_hz)
        if not session.outlets and end_frame is not None:
            until = end_frame
        turns = self._turns(clock, playhead, until)
        told = [turn for turn in self._told if turn[0] > playhead]
        same = self._same(told, turns)
        if same < len(told):
            session.unsteer(OPEN, min(frame for frame, _ in (*told[same:], *turns[same : same + 1])))
        for frame, value in turns[same:]:
            session.steer(OPEN, value, frame=frame)
        self._told = turns

    def _turns(self, clock: TempoMap, begin: int, until: int) -> list[tuple[int, float]]:
        """Frames at which it turns, and whether it sounds from there on."""
        turns, frame, value = [], clock.bar_after(begin), self._session.steered_to(OPEN, begin)
        while frame <= until:
            bar, _ = clock.position(frame)
            wanted = float(sounds_in(bar, int(self._session.planned(BARS, frame))))
            if wanted != value:
                turns.append((frame, wanted))
                value = wanted
            frame = clock.bar_after(frame + 1)
        return turns

    def _same(self, told: list[tuple[int, float]], turns: list[tuple[int, float]]) -> int:
        """How many of the turns that were told are still planned, and wanted."""
        pairs = zip(told, turns, strict=False)
        still = (old == new and self._session.steered_to(OPEN, old[0]) == old[1] for old, new in pairs)
        return next((at for at, is_same in enumerate(still) if not is_same), min(len(told), len(turns)))
