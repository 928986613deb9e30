"""What is remembered of each client: its place in line, what it waits for, and how often it was scolded.

Single asyncio thread. Bounded: the client that was silent longest is forgotten first.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmdmd.levels import Level
from lmdmd.surfaces.osc_packet import OscMessage

if TYPE_CHECKING:
    from lmdmd.surfaces.osc_rows import Wish

MAX_PEERS = 256
MAX_BACKLOG = 256
MAX_SLOW = 8
COMPLAINTS_PER_S = 10.0
COMPLAINTS_BURST = 20.0
LISTENS_PER_S = 20.0
LISTENS_BURST = 40.0
ACKS_PER_S = 250.0
ACKS_BURST = 250.0
SETS_PER_S = 250.0
SETS_BURST = 250.0

Address = tuple[str, int]
Send = Callable[[bytes], bool]
"""Sends a packet, never waits, and returns whether it was sent."""


@dataclass(frozen=True)
class Target:
    """Where packets go: an address as a name for logs and leases, the door it belongs to, and the way there."""

    address: Address
    send: Send = field(compare=False, repr=False)
    door: str = "osc"

    @property
    def name(self) -> str:
        """The target as people read it."""
        return f"{self.door}:{self.address[0]}:{self.address[1]}"


class Allowance:
    """A token bucket: ``burst`` at once, then ``per_s`` a second."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._tokens = burst
        self._seen_s = time.monotonic()

    @property
    def left(self) -> bool:
        """Whether one more is allowed now."""
        now_s = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now_s - self._seen_s) * self._per_s)
        self._seen_s = now_s
        return self._tokens >= 1.0

    def take(self) -> bool:
        """Use one up; whether it was allowed."""
        if not self.left:
            return False
        self._tokens -= 1.0
        return True


@dataclass(eq=False)
class Peer:
    """One client: an address that packets come from, or a connection.

    ``quick`` is the verb being done: later messages wait in ``backlog``, so that order is kept.
    ``parked`` are values of rows that came too fast, until the next tick.
    ``slow`` are verbs that take their time beside it; only a sync waits for them. ``reach`` gives the target at
    another port of the client's host, where its door can reach one. ``ear`` is where it
    hears, when that is another port than the one it sends from. ``known`` is who has said a passcode.
    """

    target: Target
    level: Level = Level.EDIT
    reach: Callable[[int], Target] | None = None
    ear: Target | None = None
    known: bool = False
    complaints: Allowance = field(default_factory=lambda: Allowance(COMPLAINTS_PER_S, COMPLAINTS_BURST))
    acks: Allowance = field(default_factory=lambda: Allowance(ACKS_PER_S, ACKS_BURST))
    listens: Allowance = field(default_factory=lambda: Allowance(LISTENS_PER_S, LISTENS_BURST))
    sets: Allowance = field(default_factory=lambda: Allowance(SETS_PER_S, SETS_BURST))
    parked: dict[str, list[Wish]] = field(default_factory=dict)
    backlog: deque[OscMessage] = field(default_factory=deque)
    quick: asyncio.Task | None = None
    slow: set[asyncio.Task] = field(default_factory=set)

    @property
    def source(self) -> str:
        """Name under which its writes are logged."""
        return self.target.name


class Peers:
    """Clients heard lately, by address; ``open`` makes the client of an address that was not heard before."""

    def __init__(self, open: Callable[[Address], Peer]) -> None:
        self._open = open
        self._peers: OrderedDict[Address, Peer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._peers)

    def of(self, address: Address) -> Peer:
        """The client at ``address``, new or known."""
        peer = self._peers.get(address)
        if peer is None:
            peer = self._peers[address] = self._open(address)
            if len(self._peers) > MAX_PEERS:
                # Whoever has said a passcode is kept: forged senders come by the thousand.
                stranger = next((at for at, known in self._peers.items() if not known.known), address)
                del self._peers[stranger if stranger != address else next(iter(self._peers))]
        self._peers.move_to_end(address)
        return peer


class Logins:
    """Numbers handed to clients that ask to be notified, as scsynth does; the same client keeps its own."""

    def __init__(self, limit: int = 32, stale_s: float = 600.0) -> None:
        self.limit = limit
        self._stale_s = stale_s
        self._numbers: dict[Target, tuple[int, float]] = {}

    def enter(self, client: Target) -> int | None:
        """Number of a client, or ``None`` when all are taken by clients heard lately."""
        now_s = time.monotonic()
        self._numbers = {at: entry for at, entry in self._numbers.items() if now_s - entry[1] < self._stale_s}
        taken = {number for number, _ in self._numbers.values()}
        free = next((number for number in range(self.limit) if number not in taken), None)
        number = self._numbers[client][0] if client in self._numbers else free
        if number is not None:
            self._numbers[client] = (number, now_s)
        return number

    def leave(self, client: Target) -> int:
        """Give a client's number back; returns it, or -1 when it had none."""
        return self._numbers.pop(client, (-1, 0.0))[0]
