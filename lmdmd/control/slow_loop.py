"""The slow howl: a delay that hears its own output, by the room or by ``input/feedback``, and grows each time around.

A loop through the model is as slow as the delay is long, so that what the howl guard looks for does not happen. What
gives it away are two things together: the output grows evenly from one delay to the next, and the input goes up and
down as the output does at the same time, which a player's input does only a delay before. The input is then eased, and
comes back when the output has been calm for a while. What is heard directly goes around too fast to be seen here: that
is the howl guard's.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np

from lmdmd.control.session import Session
from lmdmd.units import SILENCE_DB

EASED = "input/eased"
ROUNDS, ROUND_DB, RISE_DB = 4, 1.0, 6.0
"""So many delays in a row grow by at least this each, and so much together."""
EVEN_DB = 5.0
"""Rounds of a loop differ by less."""
LOUD_DB, SUSPECT_DB = -3.0, -30.0
"""Quieter than ``SUSPECT_DB`` nothing is suspected; as loud as ``LOUD_DB``, a loop has nowhere left to grow."""
ALIKE = 0.7
"""Correlation from which input and output are one sound."""
LEAST_DELAY_S, LEAST_LOOKS = 0.3, 8
EASE_DB, MOST_DB, EASE_S = 12.0, 36.0, 0.3
CALM_ROUNDS, BACK_DB_PER_S = 4, 3.0
AGAIN_S = 60.0
"""What comes back sooner is not said again."""
_FLOOR_DB = -90.0
_MOST_LOOKS = 4096


class Look(NamedTuple):
    """Levels of input and output at a moment, in seconds of the timeline."""

    at_s: float
    in_db: float
    out_db: float


class SlowLoop:
    """Looks at levels, a delay long, one after another; ``grows`` says whether they are a loop's."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque(maxlen=_MOST_LOOKS)

    def forget(self) -> None:
        """What was seen is of another loop."""
        self._looks.clear()

    def look(self, at_s: float, in_db: float, out_db: float) -> None:
        """See how loud input and output are; time only goes on."""
        if self._looks and at_s <= self._looks[-1].at_s:
            return
        self._looks.append(Look(at_s, max(in_db, _FLOOR_DB), max(out_db, _FLOOR_DB)))

    def grows(self, delay_s: float) -> bool:
        """Whether the output grows with each delay, or can no more, and the input is the output."""
        rounds = self._rounds(delay_s)
        if len(rounds) <= ROUNDS:
            return False
        levels = np.array([_power_db([look.out_db for look in part]) for part in rounds])
        return (_rises(levels) or bool(levels.min() >= LOUD_DB)) and self._are_one(rounds)

    def _rounds(self, delay_s: float) -> list[list[Look]]:
        """The latest looks by rounds, oldest first; none where they do not reach back so far."""
        if delay_s < LEAST_DELAY_S or not self._looks:
            return []
        end_s = self._looks[-1].at_s
        begin_s = end_s - (ROUNDS + 1) * delay_s
        if self._looks[0].at_s > begin_s:
            return []
        rounds: list[list[Look]] = [[] for _ in range(ROUNDS + 1)]
        for look in self._looks:
            if look.at_s > begin_s:
                rounds[min(int((look.at_s - begin_s) / delay_s), ROUNDS)].append(look)
        return rounds if min(map(len, rounds)) >= LEAST_LOOKS else []

    def _are_one(self, rounds: list[list[Look]]) -> bool:
        """Whether input and output move together inside the last rounds, beside that both have grown."""
        pairs = [np.array([look[1:] for look in part]) for part in rounds[1:]]
        moves = np.concatenate([part - part.mean(axis=0) for part in pairs])
        spread = moves.std(axis=0)
        return bool(spread.min() > 0.0 and (moves[:, 0] * moves[:, 1]).mean() >= ALIKE * spread.prod())


def _power_db(levels_db: list[float]) -> float:
    return float(10.0 * np.log10(np.mean(10.0 ** (np.array(levels_db) / 10.0))))


def _rises(levels_db: np.ndarray) -> bool:
    steps = np.diff(levels_db)
    even = steps.max() - steps.min() <= EVEN_DB
    return bool(levels_db[-1] >= SUSPECT_DB and steps.min() >= ROUND_DB and steps.sum() >= RISE_DB and even)


class SlowLoopGuard:
    """Eases the input of a session whose delay hears itself; a listener of nothing, asked at every look."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loop = SlowLoop()
        self._delay_s = self._eased_db = 0.0
        self._since_s = self._looked_s = 0.0
        self._said_s = -AGAIN_S

    def tick(self, at_s: float) -> None:
        """Look, some twenty times a second; ``at_s`` is the playhead."""
        delay_s = float(self._session.get("delay/now"))
        if abs(delay_s - self._delay_s) > 0.05 * self._delay_s or not self._may_look():
            self._loop.forget()
        self._delay_s = delay_s
        in_db, out_db = (self._level_db(side) for side in ("in", "out"))
        self._loop.look(at_s, in_db, out_db)
        if self._may_look() and self._loop.grows(delay_s):
            self._ease(at_s)
        elif self._eased_db and at_s - self._since_s > max(CALM_ROUNDS * delay_s, 2.0):
            self._come_back(at_s - self._looked_s)
        self._looked_s = at_s

    def _may_look(self) -> bool:
        get = self._session.get
        directly = float(get("mix/wet")) < 1.0 or float(get("input/monitor")) > SILENCE_DB
        return bool(get("delay/on")) and float(get("input/howl")) > 0.0 and not directly

    def _level_db(self, side: str) -> float:
        return max(float(self._session.get(f"meter/{side}/{channel}")) for channel in "lr")

    def _ease(self, at_s: float) -> None:
        self._eased_db = min(self._eased_db + EASE_DB, MOST_DB)
        self._session.steer(EASED, self._eased_db, glide_s=EASE_S)
        self._since_s = at_s
        self._loop.forget()
        if at_s - self._said_s >= AGAIN_S:
            self._session.report(
                f"the delay hears its own output and grows; the input is eased by {EASE_DB:g} dB until it is calm: "
                "turn down input/feedback or input/gain, or move the microphone"
            )
        self._said_s = at_s

    def _come_back(self, passed_s: float) -> None:
        self._eased_db = max(0.0, self._eased_db - BACK_DB_PER_S * max(passed_s, 0.0))
        self._session.steer(EASED, self._eased_db, glide_s=max(passed_s, 0.0))
