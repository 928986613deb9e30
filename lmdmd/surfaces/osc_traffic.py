"""What goes over a desk, as rows: how many clients there are, how much they say and are told. Single asyncio thread.

Bounded, as senders can be forged: at most ``MAX_PEERS`` clients are told apart.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence

from lmdmd.params import Value
from lmdmd.surfaces.osc_peers import MAX_PEERS, Peer, Target

PERIOD_S = 1.0
SILENT_S = 60.0
"""A client that listens to nothing and has said nothing for so long is gone."""
NAMED = 4
"""Clients that are called by their names."""

Publish = Callable[[str, Value], None]
Listening = Callable[[], Sequence[Target]]


class Traffic:
    """Counts for one desk, and publishes from ``start`` on.

    ``counters`` are those of its answers, ``listening`` gives who listens, once for each place that is told.
    """

    def __init__(self, publish: Publish, counters: Counter[str], listening: Listening) -> None:
        self._publish = publish
        self._counters = counters
        self._listening = listening
        self._heard_s: OrderedDict[Target, float] = OrderedDict()
        self._said: Counter[Target] = Counter()
        self._before: Counter[str] = Counter()
        self._since_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Publish once a second from now on."""
        self._since_s, self._before = time.monotonic(), Counter(self._counters)
        self._timer = asyncio.get_running_loop().call_later(PERIOD_S, self._tick)

    def stop(self) -> None:
        """Publish no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def heard(self, peer: Peer, messages: int) -> None:
        """A client has said something."""
        target = peer.target
        self._heard_s[target] = time.monotonic()
        self._heard_s.move_to_end(target)
        self._said[target] += messages
        if len(self._heard_s) > MAX_PEERS:
            forgotten, _ = self._heard_s.popitem(last=False)
            del self._said[forgotten]

    def closed(self, peer: Peer) -> None:
        """A client is gone."""
        self._heard_s.pop(peer.target, None)
        self._said.pop(peer.target, None)

    def _tick(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PERIOD_S, self._tick)
        self.tell(time.monotonic())

    def tell(self, now_s: float) -> None:
        """Publish what there was since the last time."""
        lasted_s = max(now_s - self._since_s, 1e-3)
        now = Counter(self._counters)
        while self._heard_s and now_s - next(iter(self._heard_s.values())) > SILENT_S:
            self._heard_s.popitem(last=False)
        listening = self._listening()
        busiest = [(target, said / lasted_s) for target, said in self._said.most_common(NAMED)]
        self._publish("osc/peers", len({*listening, *self._heard_s}))
        self._publish("osc/listeners", len(listening))
        self._publish("osc/in_rate", round((now["messages"] - self._before["messages"]) / lasted_s, 1))
        self._publish("osc/out_rate", round((now["sent"] - self._before["sent"]) / lasted_s, 1))
        self._publish("osc/busiest", ", ".join(f"{target.name} {per_s:.0f}/s" for target, per_s in busiest))
        self._publish("osc/failed", now["failed"])
        self._publish("osc/dropped", now["dropped"])
        self._said.clear()
        self._before, self._since_s = now, now_s
