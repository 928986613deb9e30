"""Messages that are due later, kept until then without ever blocking.

Single asyncio thread. Two messages of the same time run in the order in which they came.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable

from lmdmd.errors import OscError
from lmdmd.surfaces.osc_packet import unix_from_timetag

MAX_AHEAD_S = 60.0
MAX_WAITING = 1024

Action = Callable[[], None]


class Schedule:
    """A queue of actions by timetag, on one timer of the running loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Action]] = []
        self._pushed = 0
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, timetag: int, action: Action) -> None:
        """Run ``action`` at ``timetag``; raises ``OscError`` for one too far ahead, or too many."""
        ahead_s = unix_from_timetag(timetag) - time.time()
        if ahead_s > MAX_AHEAD_S:
            raise OscError(f"timed {ahead_s:.0f} s ahead, at most {MAX_AHEAD_S:.0f} s are kept; is a clock wrong?")
        if len(self._waiting) >= MAX_WAITING:
            raise OscError(f"{MAX_WAITING} timed messages are waiting already")
        heapq.heappush(self._waiting, (timetag, self._pushed, action))
        self._pushed += 1
        self._rearm()

    def clear(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()
        self._rearm()

    def _rearm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            delay_s = max(0.0, unix_from_timetag(self._waiting[0][0]) - time.time())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._run_due)

    def _run_due(self) -> None:
        now_s = time.time()
        while self._waiting and unix_from_timetag(self._waiting[0][0]) <= now_s:
            heapq.heappop(self._waiting)[2]()
        self._rearm()
