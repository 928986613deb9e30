"""Rows by OSC: asked, set, acknowledged, and told when they are heard."""

from __future__ import annotations

from collections import OrderedDict

from lmdmd.control.events import Heard
from lmdmd.control.session import Accepted, Session
from lmdmd.errors import LmdmdError, OscError
from lmdmd.params import BY_NAME, PARAMS, Param
from lmdmd.surfaces.osc_answers import Answers
from lmdmd.surfaces.osc_arguments import asks, split_set
from lmdmd.surfaces.osc_guard import Guard
from lmdmd.surfaces.osc_listeners import Listeners
from lmdmd.surfaces.osc_patterns import names_for
from lmdmd.surfaces.osc_peers import Peer, Target

MAX_PROMISED = 4096
"""Writes of which somebody is still to be told that they are heard."""


class Rows:
    """Asks and sets a session's rows for clients."""

    def __init__(self, session: Session, answers: Answers, listeners: Listeners, guard: Guard) -> None:
        self._session = session
        self._guard = guard
        self._answers = answers
        self._listeners = listeners
        self._promised: OrderedDict[int, list[Target]] = OrderedDict()

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
        names = names_for(pattern)
        rows = [param for param in PARAMS if param.name in names and (asks(values) or param.writable)]
        if not rows:
            raise OscError(f'"{pattern}" fits reports only, which cannot be set')
        if not peer.listens.take():
            raise OscError("too many patterns at once")
        for param in rows:
            self.on_param(param, peer, values)

    def _set(self, param: Param, peer: Peer, values: tuple) -> None:
        self._guard.set(peer, param)
        value, glide_s, curve = split_set(param, values, self._session.aim(param.name))
        accepted = self._session.set(param.name, value, source=peer.source, glide_s=glide_s, curve=curve)
        self._answers.counters["sets"] += 1
        if accepted.note and self._answers.allowed(peer):
            self._answers.reply(peer, "/lmdm/note", param.address, accepted.note)
        self._acknowledge(param, peer, accepted)

    def _acknowledge(self, param: Param, peer: Peer, accepted: Accepted) -> None:
        if not peer.acks.take():
            self._answers.counters["muted"] += 1
            return
        targets = self._listeners.acks_for(peer.target, param.name) or [peer.target]
        self._promised[accepted.stamp] = targets
        if len(self._promised) > MAX_PROMISED:
            self._promised.popitem(last=False)
        for target in targets:
            self._answers.send(target, "/lmdm/ack", param.address, accepted.value, accepted.frame, accepted.seconds)

    def on_heard(self, event: Heard) -> None:
        """Tell whoever wrote it that a write is heard."""
        for target in self._promised.pop(event.stamp, ()):
            address = BY_NAME[event.name].address
            self._answers.send(target, "/lmdm/heard", address, event.value, event.frame, event.waited_s)
