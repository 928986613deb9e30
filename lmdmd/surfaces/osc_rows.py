"""Rows by OSC: asked, set, acknowledged, and told when they are heard. Single asyncio thread.

A client that sets faster than ``SETS_PER_S`` has its values parked until the next tick, where of each row only the last
one is written: the last value always wins, and what comes between two ticks costs next to nothing. Whatever else it
says waits for no tick and overtakes nothing, because its parked values are written first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from lmdmd.control.events import Heard
from lmdmd.control.session import Accepted, Session
from lmdmd.errors import LmdmdError, OscError
from lmdmd.params import BY_NAME, PARAMS, Param, Value
from lmdmd.surfaces.osc_answers import Answers
from lmdmd.surfaces.osc_arguments import asks, split_set
from lmdmd.surfaces.osc_guard import Guard
from lmdmd.surfaces.osc_listeners import Listeners
from lmdmd.surfaces.osc_patterns import names_for
from lmdmd.surfaces.osc_peers import Peer, Target

TICK_S = 0.02


@dataclass(frozen=True)
class Wish:
    """One set: a row, what it is to become and how; ``aim`` is that value as the row takes it."""

    param: Param
    value: object
    glide_s: float
    curve: str
    aim: Value = 0.0


def _standing(before: list[Wish], wish: Wish) -> list[Wish]:
    """What of a row's earlier sets still matters: where a glide starts from."""
    return [one for one in before if one.glide_s <= 0] if wish.glide_s > 0 else []


class Rows:
    """Asks and sets a session's rows for clients."""

    def __init__(self, session: Session, answers: Answers, listeners: Listeners, guard: Guard) -> None:
        self._session = session
        self._guard = guard
        self._answers = answers
        self._listeners = listeners
        self._promised: dict[str, tuple[int, list[Target]]] = {}
        """Of each row the newest write, and who is still to be told that it is heard."""
        self._parking: dict[Target, Peer] = {}
        self._timer: asyncio.TimerHandle | None = None

    def on_param(self, param: Param, peer: Peer, values: tuple) -> None:
        """Handle a message to a row's address."""
        try:
            if asks(values):
                self._ask(param, peer)
            else:
                self._set(param, peer, values)
        except LmdmdError as error:
            self._answers.fail(peer, param.address, str(error))

    def _ask(self, param: Param, peer: Peer) -> None:
        self._guard.look(peer, param.name)
        self._answers.counters["queries"] += 1
        self._answers.reply(peer, param.address, self._session.get(param.name))

    def on_pattern(self, pattern: str, peer: Peer, values: tuple) -> None:
        """Handle a message to the address of many: each row is asked, or each that can be is set."""
        # Before all else: to look for what a pattern fits, or nearly fits, takes as long as a hundred messages.
        if not peer.listens.take():
            raise OscError("too many patterns at once")
        names = names_for(pattern)
        rows = [param for param in PARAMS if param.name in names and (asks(values) or param.writable)]
        if not rows:
            raise OscError(f'"{pattern}" fits reports only, which cannot be set')
        for param in rows:
            self.on_param(param, peer, values)

    def _set(self, param: Param, peer: Peer, values: tuple) -> None:
        self._guard.set(peer, param)
        wish = Wish(param, *split_set(param, values, self._aim(param, peer)))
        coerced, _ = param.coerce(wish.value)
        self._answers.counters["sets"] += 1
        if not peer.sets.take():
            self._park(peer, replace(wish, aim=coerced))
            return
        for parked in _standing(peer.parked.pop(param.name, []), wish):
            self._write(peer, parked)
        self._write(peer, wish)

    def _aim(self, param: Param, peer: Peer) -> Value:
        parked = peer.parked.get(param.name)
        return parked[-1].aim if parked else self._session.aim(param.name)

    def _write(self, peer: Peer, wish: Wish) -> None:
        param = wish.param
        try:
            accepted = self._session.set(
                param.name, wish.value, source=peer.source, glide_s=wish.glide_s, curve=wish.curve
            )
        except LmdmdError as error:
            self._answers.fail(peer, param.address, str(error))
            return
        if accepted.note and self._answers.allowed(peer):
            self._answers.reply(peer, "/lmdm/note", param.address, accepted.note)
        self._acknowledge(param, peer, accepted)

    # --- values that come too fast ------------------------------------------------------------------

    def _park(self, peer: Peer, wish: Wish) -> None:
        before = peer.parked.pop(wish.param.name, [])
        kept = _standing(before, wish)
        self._answers.counters["muted"] += len(before) - len(kept)
        peer.parked[wish.param.name] = [*kept, wish]
        self._parking[peer.target] = peer
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TICK_S, self._settle_all)

    def _settle_all(self) -> None:
        self._timer = None
        for peer in tuple(self._parking.values()):
            self.settle(peer)

    def settle(self, peer: Peer) -> None:
        """Write what is parked of a client."""
        self._parking.pop(peer.target, None)
        parked, peer.parked = peer.parked, {}
        for wishes in parked.values():
            for wish in wishes:
                self._write(peer, wish)

    def close(self, peer: Peer) -> None:
        """A client is gone: write what is parked of it, and promise it nothing more."""
        self.settle(peer)
        self._promised = {name: entry for name, entry in self._promised.items() if peer.target not in entry[1]}

    def stop(self) -> None:
        """Write what is parked of anybody."""
        if self._timer is not None:
            self._timer.cancel()
            self._settle_all()

    # --- out ----------------------------------------------------------------------------------------

    def _acknowledge(self, param: Param, peer: Peer, accepted: Accepted) -> None:
        if not peer.acks.take():
            self._answers.counters["muted"] += 1
            return
        targets = self._listeners.acks_for(peer.target, param.name) or [peer.target]
        self._promised[param.name] = accepted.stamp, targets
        for target in targets:
            self._answers.send(target, "/lmdm/ack", param.address, accepted.value, accepted.frame, accepted.seconds)

    def on_heard(self, event: Heard) -> None:
        """Tell whoever wrote it that a write is heard."""
        stamp, targets = self._promised.get(event.name, (0, []))
        if stamp != event.stamp:
            return
        del self._promised[event.name]
        for target in targets:
            address = BY_NAME[event.name].address
            self._answers.send(target, "/lmdm/heard", address, event.value, event.frame, event.waited_s)
