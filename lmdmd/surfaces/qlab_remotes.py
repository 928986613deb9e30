"""QLab's remotes: what is remembered of each, and where its answers go. Single asyncio thread; bounded."""

from __future__ import annotations

import time
from dataclasses import dataclass

from lmdmd.errors import OscError
from lmdmd.surfaces.osc_peers import MAX_PEERS, Peer, Target

REPLY_PORT = 53001
"""Where QLab answers over UDP, unless it is told another port."""
SILENT_S = 60.0
"""A client over UDP that has said nothing for so long is told of no more updates."""


@dataclass
class Remote:
    """One client: where its answers go, what it wants to hear, and when it spoke last."""

    peer: Peer
    target: Target
    always: bool = False
    updates: bool = False
    heard_s: float = 0.0


class Remotes:
    """Every client that is there, or was heard lately."""

    def __init__(self) -> None:
        self._remotes: dict[Target, Remote] = {}

    def of(self, peer: Peer) -> Remote:
        """What is known of a client that has just been heard."""
        remote = self._remotes.get(peer.target)
        if remote is None:
            self._forget_silent()
            remote = self._remotes[peer.target] = Remote(peer, _reply_target(peer))
        remote.heard_s = time.monotonic()
        return remote

    def forget(self, peer: Peer) -> None:
        """A client is gone."""
        self._remotes.pop(peer.target, None)

    def listening(self) -> list[Remote]:
        """Clients that want to be told of updates."""
        self._forget_silent()
        return [remote for remote in self._remotes.values() if remote.updates]

    def _forget_silent(self) -> None:
        oldest_s = time.monotonic() - SILENT_S
        loose = [(at, one.heard_s) for at, one in self._remotes.items() if one.peer.reach is not None]
        for index, (target, heard_s) in enumerate(loose):
            if heard_s < oldest_s or len(loose) - index > MAX_PEERS:
                del self._remotes[target]


def _reply_target(peer: Peer) -> Target:
    try:
        return peer.reach(REPLY_PORT) if peer.reach is not None else peer.target
    except OscError:
        return peer.target  # on one machine that port may be our own
