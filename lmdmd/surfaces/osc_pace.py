"""When listeners are told: of a row that has rested at once, of whatever moves on and on some 30 times a second.

A move by hand, or a cue that fires, waits for no tick; a fader that is dragged, a meter or a flood costs no more than
its share. Single asyncio thread.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from lmdmd.surfaces.osc_peers import Allowance

TELL_S = 1.0 / 30.0
AT_ONCE_PER_S = 60.0
AT_ONCE_BURST = 30.0
"""So often somebody is told at once, for all rows together; beyond that everything waits its turn."""


class Pace:
    """Calls ``tell`` when it is time to; whoever tells of a row says so by ``told``."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._timer: asyncio.Handle | None = None
        self._at_once = False
        self._told_s = 0.0
        self._rows_told_s: dict[str, float] = {}
        self._allowance = Allowance(AT_ONCE_PER_S, AT_ONCE_BURST)

    def moved(self, name: str) -> None:
        """A row of which somebody wants to hear has moved."""
        if self._at_once:
            return
        rested_s = time.monotonic() - self._rows_told_s.get(name, -math.inf)
        if rested_s < TELL_S or not self._allowance.take():
            self.soon()
            return
        self.stop()
        self._at_once = True
        self._timer = asyncio.get_running_loop().call_soon(self._run)

    def soon(self) -> None:
        """Something is left to tell."""
        if self._timer is None:
            delay_s = max(0.0, self._told_s + TELL_S - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._run)

    def told(self, name: str) -> None:
        """A row is told of now."""
        self._rows_told_s[name] = self._told_s

    def stop(self) -> None:
        """Tell no more, until something moves."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._at_once = None, False

    def _run(self) -> None:
        self._timer, self._at_once = None, False
        self._told_s = time.monotonic()
        self._tell()
