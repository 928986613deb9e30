"""Fewer steps rather than a gap: how much work a block may be on a machine that has become slow.

Blind to clocks and engines: it is told how long a block took, and says what the next one may ask of the network.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

TOO_SLOW, FAST_AGAIN = 0.85, 0.65
"""Compute time over audio time above which less is asked, and below which more would have to stay."""
SHARES, LAST_SHARE = (1, 3 / 4, 1 / 2, 3 / 8, 1 / 4), 1 / 8
"""Parts of the steps asked for, and the one that is left when guidance has gone too."""
_LATEST_BLOCKS, _ENOUGH_BLOCKS = 5, 3
_LOW_LEAD, _FALLS = 0.5, 2
"""Part of the lead aimed at below which it may not fall so many times in a row."""
_CALM_BLOCKS, _CALM_S, _MOST_CALM_S = 8, 5.0, 320.0
_TRIAL_S = 30.0
"""A raise that does not last so long was a mistake, and the next one waits twice as long."""


@dataclass(frozen=True)
class Effort:
    """What a block asks of the network; guidance reads it twice at every step."""

    steps: int
    guided: bool

    @property
    def cost(self) -> int:
        """Times the network is read; the time of a block grows about as this does."""
        return self.steps * (2 if self.guided else 1)

    def __str__(self) -> str:
        return f"{self.steps} step{'s' * (self.steps > 1)}"


def ladder(asked: Effort) -> list[Effort]:
    """Notches from what is asked for down to the least: fewer steps, then no guidance, then both; each costs less."""
    counts = [max(1, round(share * asked.steps)) for share in (*SHARES, LAST_SHARE)]
    fewer = [Effort(count, asked.guided) for count in counts[:-1]]
    return list(dict.fromkeys([*fewer, Effort(counts[-2], False), Effort(counts[-1], False)]))


class Governor:
    """Where on the ladder a deck stands, and when it moves.

    `settle` before a block, `add` after it. It remembers a cost and no notch, so that asking for more of a machine that
    is too slow already changes nothing. The cost of what a block does besides the network is taken for a part of it:
    it goes up a little late, never early.
    """

    def __init__(self, block_s: float) -> None:
        self.block_s = block_s
        self.reset()

    def reset(self) -> None:
        """Allow everything again."""
        self._most_cost = math.inf
        self._asked = self._effort = Effort(1, False)
        self._wait_s = _CALM_S
        self._trial_s: float | None = None  # how long the latest raise has lasted; none that lasted, or failed
        self._said_least = False
        self._begin_notch()

    def _begin_notch(self) -> None:
        self._times_ms: deque[float] = deque(maxlen=_LATEST_BLOCKS)
        self._last_lead_s = math.inf
        self._falls = self._calm_blocks = 0

    # --- before a block ------------------------------------------------------------------------------

    def settle(self, asked: Effort) -> Effort:
        """What the next block may be, never more than `asked`."""
        notches = ladder(asked)
        effort = next((notch for notch in notches if notch.cost <= self._most_cost), notches[-1])
        if effort != self._effort:
            self._begin_notch()
        self._asked, self._effort = asked, effort
        return effort

    @property
    def notch(self) -> int:
        """Notches below what is asked for; 0 is all of it."""
        return ladder(self._asked).index(self._effort)

    # --- after a block -------------------------------------------------------------------------------

    def add(self, compute_ms: float, lead_s: float, target_s: float, redone: bool = False) -> str:
        """Note a block: its time, the lead with it in the ring, the lead aimed at; say it if that moves a notch.

        `redone` says that the lead was shortened on purpose since the last block.
        """
        self._note_trial()
        self._times_ms.append(compute_ms)
        self._note_lead(lead_s, target_s, redone)
        if self._hopeless(compute_ms, lead_s):
            return self._lower(compute_ms, self._enough_for(compute_ms, lead_s))
        if self._behind():
            return self._lower(median(self._times_ms), self.notch + 1)
        self._note_calm(redone or lead_s >= _LOW_LEAD * target_s)
        return self._raise() if self._calm_enough() else ""

    def _note_trial(self) -> None:
        if self._trial_s is not None:
            self._trial_s += self.block_s
            if self._trial_s >= _TRIAL_S:
                self._trial_s, self._wait_s = None, _CALM_S

    def _note_lead(self, lead_s: float, target_s: float, redone: bool) -> None:
        fell = lead_s < min(self._last_lead_s, _LOW_LEAD * target_s) and not redone
        self._falls = self._falls + 1 if fell else 0
        self._last_lead_s = lead_s

    def _hopeless(self, compute_ms: float, lead_s: float) -> bool:
        """Whether another block like this one would come too late."""
        return compute_ms / 1000.0 > lead_s

    def _behind(self) -> bool:
        slow = len(self._times_ms) >= _ENOUGH_BLOCKS and self._factor(median(self._times_ms)) > TOO_SLOW
        return slow or self._falls >= _FALLS

    def _factor(self, compute_ms: float) -> float:
        return compute_ms / 1000.0 / self.block_s

    def _enough_for(self, compute_ms: float, lead_s: float) -> int:
        """The first lower notch of which the lead would survive two blocks, and grow."""
        notches = ladder(self._asked)
        for number in range(self.notch + 1, len(notches)):
            expected_s = compute_ms / 1000.0 * notches[number].cost / self._effort.cost
            if expected_s < min(lead_s / 2, TOO_SLOW * self.block_s):
                return number
        return len(notches) - 1

    def _lower(self, compute_ms: float, number: int) -> str:
        notches, percent = ladder(self._asked), round(100 * self._factor(compute_ms))
        if self.notch == len(notches) - 1:
            return self._say_least(percent)
        if self._trial_s is not None:
            self._trial_s, self._wait_s = None, min(2 * self._wait_s, _MOST_CALM_S)
        self._move(notches[number])
        return f"blocks take {percent} % of their time: {self._describe()}"

    def _say_least(self, percent: int) -> str:
        if self._said_least:
            return ""
        self._said_least = True
        return f"blocks take {percent} % of their time, and less than {self._effort} is not to be had"

    def _describe(self) -> str:
        less = [f"{self._effort} instead of {self._asked.steps}"] if self._effort.steps < self._asked.steps else []
        return ", ".join([*less, *["no guidance"] * (self._asked.guided and not self._effort.guided)])

    # --- the way back --------------------------------------------------------------------------------

    def _note_calm(self, in_time: bool) -> None:
        self._calm_blocks = self._calm_blocks + 1 if in_time and self._could_raise() else 0

    def _could_raise(self) -> bool:
        if not self.notch or len(self._times_ms) < _ENOUGH_BLOCKS:
            return False
        higher = ladder(self._asked)[self.notch - 1]
        return self._factor(median(self._times_ms)) * higher.cost / self._effort.cost < FAST_AGAIN

    def _calm_enough(self) -> bool:
        return self._calm_blocks >= max(_CALM_BLOCKS, math.ceil(self._wait_s / self.block_s))

    def _raise(self) -> str:
        guided = self._effort.guided
        self._move(ladder(self._asked)[self.notch - 1])
        self._trial_s, self._said_least = 0.0, False
        return f"there is time again: {self._effort}{', guidance' * (self._effort.guided and not guided)}"

    def _move(self, effort: Effort) -> None:
        self._effort = effort
        self._most_cost = effort.cost if self.notch else math.inf
        self._begin_notch()
