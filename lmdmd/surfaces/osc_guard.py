"""What a client may do now: its level, and whether another client conducts. Single asyncio thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from lmdmd.commands import Command
from lmdmd.errors import OscError
from lmdmd.levels import Level
from lmdmd.params import Param
from lmdmd.surfaces.osc_peers import Peer, Target

SHOW = "show/"
"""Verbs and rows that are the conductor's while there is one."""
FREE_FOR_ALL = ("show/message",)
"""Verbs that nobody locks: a cue that waits for a message has asked for it."""


class DeniedError(OscError):
    """A client's level does not allow it."""


class Guard:
    """Lets clients do what their level allows, and what no conductor has for itself."""

    def __init__(self, conductor: Conductor) -> None:
        self.conductor = conductor

    def look(self, peer: Peer, what: str) -> None:
        """Raise ``DeniedError`` unless a client may look."""
        _need(peer, Level.VIEW, what)

    def set(self, peer: Peer, param: Param) -> None:
        """Raise ``DeniedError`` unless a client may set a row, ``OscError`` while it is the conductor's."""
        _need(peer, param.level, param.name)
        if param.name.startswith(SHOW):
            self.conductor.check(peer, param.name)

    def do(self, peer: Peer, command: Command) -> None:
        """Raise ``DeniedError`` unless a client may do a verb, ``OscError`` while it is the conductor's."""
        _need(peer, command.level, command.name)
        if command.name.startswith(SHOW) and command.name not in FREE_FOR_ALL:
            self.conductor.check(peer, command.name)


def _need(peer: Peer, level: Level, what: str) -> None:
    if peer.level < level:
        raise DeniedError(f"{what}: needs {level.word}, you have {peer.level.word}; send /lmdm/login and a passcode")


class Conductor:
    """The one client that has taken the show, until it leaves or has said nothing for as long as its lease lasts.

    ``publish`` is told its name, or "".
    """

    def __init__(self, publish: Callable[[str], None]) -> None:
        self._publish = publish
        self._holder: Target | None = None
        self._name = ""
        self._lease_s = 0.0
        self._heard_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def take(self, peer: Peer, lease_s: float) -> None:
        """Give the show to a client; raises ``OscError`` while another one has it."""
        self.check(peer, "conductor/take")
        self._end()
        self._holder, self._name, self._lease_s = peer.target, peer.source, lease_s
        self.heard(peer)
        self._timer = asyncio.get_running_loop().call_later(lease_s, self._look)
        self._publish(self._name)

    def heard(self, peer: Peer) -> None:
        """A client has said something; its lease, if it has one, begins anew."""
        if peer.target == self._holder:
            self._heard_s = time.monotonic()

    def leave(self, peer: Peer) -> bool:
        """Take the show back from a client; returns whether it had it."""
        if peer.target != self._holder:
            return False
        self._end()
        return True

    def check(self, peer: Peer, what: str) -> None:
        """Raise ``OscError`` while another client has the show."""
        if self._holder not in (None, peer.target):
            raise OscError(f"{what}: {self._name} conducts, until it leaves or is silent for {self._lease_s:g} s")

    def stop(self) -> None:
        """Nobody conducts any more, and nobody is told."""
        self._holder = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        left_s = self._heard_s + self._lease_s - time.monotonic()
        if left_s > 0:
            self._timer = asyncio.get_running_loop().call_later(left_s, self._look)
        else:
            self._end()

    def _end(self) -> None:
        had = self._holder is not None
        self.stop()
        if had:
            self._publish("")
