"""Who hears of which rows, and until when. Holds no socket and no clock: both are handed in.

A listener is a target that values go to. It holds patterns with leases; a change marks the row, and
``take`` hands out what is marked, so that a row that moved a hundred times is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from lmdmd.errors import OscError
from lmdmd.params import PARAMS, Value
from lmdmd.surfaces.osc_patterns import names_for
from lmdmd.surfaces.osc_peers import Target

MAX_LISTENERS = 32
MAX_PATTERNS = 16
MIN_LEASE_S = 1.0
MAX_LEASE_S = 3600.0
MAX_TOLD = 512
"""Messages handed out at one time, for all listeners together."""


@dataclass(frozen=True)
class Lease:
    """One pattern's rows, how long they are told of without another word, and until when."""

    names: frozenset[str]
    lasts_s: float
    end_s: float


@dataclass
class Listener:
    """One target that hears: its patterns' rows and ends, what is marked, what it was told last."""

    owner: Target
    leases: dict[str, Lease] = field(default_factory=dict)
    marked: dict[str, None] = field(default_factory=dict)
    told: dict[str, Value] = field(default_factory=dict)

    def wants(self, name: str) -> bool:
        """Whether one of its patterns covers the row."""
        return any(name in lease.names for lease in self.leases.values())

    def expire(self, now_s: float) -> None:
        """Drop the patterns whose lease has ended."""
        self.leases = {key: lease for key, lease in self.leases.items() if lease.end_s > now_s}


class Listeners:
    """Every listener, by the target that values go to."""

    def __init__(self) -> None:
        self._listeners: dict[Target, Listener] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, target: Target, owner: Target, pattern: str, lease_s: float, now_s: float) -> int:
        """Tell ``target`` of the rows of ``pattern`` until the lease ends; returns how many rows.

        Their values are marked at once. The same pattern again renews its lease and is told anew, for a
        client that was reloaded. Raises ``OscError`` for no match, or too many listeners or patterns.
        """
        names = names_for(pattern)
        self.expire(now_s)
        listener = self._listeners.get(target) or Listener(owner)
        if target not in self._listeners and len(self._listeners) >= MAX_LISTENERS:
            raise OscError(f"listen: {MAX_LISTENERS} clients are listening already")
        if pattern not in listener.leases and len(listener.leases) >= MAX_PATTERNS:
            raise OscError(f'listen: at most {MAX_PATTERNS} patterns a client; use "*" for everything')
        self._listeners[target] = listener
        listener.owner = owner
        lasts_s = min(max(lease_s, MIN_LEASE_S), MAX_LEASE_S)
        listener.leases[pattern] = Lease(names, lasts_s, now_s + lasts_s)
        for param in PARAMS:
            if param.name in names:
                listener.marked[param.name] = None
                listener.told.pop(param.name, None)
        return len(names)

    def renew(self, owner: Target, now_s: float) -> int:
        """Begin a client's leases anew, each for as long as it was asked for; returns how many."""
        self.expire(now_s)
        renewed = 0
        for target in self._of(owner):
            listener = self._listeners[target]
            listener.leases = {
                key: replace(lease, end_s=now_s + lease.lasts_s) for key, lease in listener.leases.items()
            }
            renewed += len(listener.leases)
        return renewed

    def remove(self, owner: Target, pattern: str) -> int:
        """End a client's patterns that equal ``pattern`` (``*``: all of them); returns how many ended."""
        ended = 0
        for target in self._of(owner):
            listener = self._listeners[target]
            keep = {key: lease for key, lease in listener.leases.items() if pattern != "*" and key != pattern}
            ended += len(listener.leases) - len(keep)
            listener.leases = keep
        self._drop_empty()
        return ended

    def mark(self, name: str) -> bool:
        """Note that a row changed; whether anybody wants it."""
        wanted = False
        for listener in self._listeners.values():
            if listener.wants(name):
                listener.marked[name] = None
                wanted = True
        return wanted

    def acks_for(self, owner: Target, name: str) -> list[Target]:
        """Where a client wants to hear that its own write of a row was taken."""
        return [target for target in self._of(owner) if self._listeners[target].wants(name)]

    def targets_of(self, name: str) -> list[Target]:
        """Everybody who wants a row."""
        return [target for target, listener in self._listeners.items() if listener.wants(name)]

    def take(self, get: Callable[[str], Value], now_s: float) -> Iterator[tuple[Target, str, Value]]:
        """Targets, rows and values that are due; what exceeds ``MAX_TOLD`` stays marked."""
        self.expire(now_s)
        share = MAX_TOLD // max(len(self._listeners), 1)
        for target, listener in self._listeners.items():
            due = [name for name in listener.marked if listener.wants(name)]
            listener.marked = dict.fromkeys(due[share:])
            for name in due[:share]:
                value = get(name)
                if listener.told.get(name) != value:
                    listener.told[name] = value
                    yield target, name, value

    @property
    def owners(self) -> list[Target]:
        """Who listens to anything, once for each target that is told."""
        return [listener.owner for listener in self._listeners.values()]

    @property
    def waiting(self) -> bool:
        """Whether anything is marked."""
        return any(listener.marked for listener in self._listeners.values())

    def expire(self, now_s: float) -> None:
        """Drop the leases that have ended, and listeners left without any."""
        for listener in self._listeners.values():
            listener.expire(now_s)
        self._drop_empty()

    def forget(self, target: Target) -> None:
        """End everything that goes to a target."""
        self._listeners.pop(target, None)

    def _drop_empty(self) -> None:
        self._listeners = {target: listener for target, listener in self._listeners.items() if listener.leases}

    def _of(self, owner: Target) -> Iterable[Target]:
        return [target for target, listener in self._listeners.items() if owner in (target, listener.owner)]
