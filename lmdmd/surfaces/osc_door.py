"""What a door, which moves packets, asks of the desk behind it, which understands them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from lmdmd.control.session import Session
from lmdmd.levels import Level
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_peers import Address, Peer, Send, Target


class Desk(Protocol):
    """A desk. Nothing of it waits or raises."""

    session: Session

    @property
    def access(self) -> Access:
        """Which hosts are heard."""
        ...

    @property
    def counters(self) -> Counter[str]:
        """What came and went."""
        ...

    def start(self) -> None:
        """Hear the session's changes from now on."""
        ...

    async def stop(self) -> None:
        """End what runs."""
        ...

    def open(
        self,
        address: Address,
        send: Send,
        *,
        level: Level | None = None,
        door: str = "osc",
        reach: Callable[[int], Target] | None = None,
    ) -> Peer:
        """A client that is there."""
        ...

    def receive(self, packet: bytes, peer: Peer) -> None:
        """One packet of a client."""
        ...

    def close(self, peer: Peer) -> None:
        """A client that is gone."""
        ...

    def complain(self, door: str, address: Address, why: str) -> None:
        """Why a client was turned away, for the log."""
        ...
