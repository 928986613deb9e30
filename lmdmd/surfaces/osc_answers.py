"""What goes back to clients: answers, refusals, and the log's share of them, each of them rationed and counted."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

from lmdmd.surfaces.osc_arguments import MAX_WORD
from lmdmd.surfaces.osc_packet import build_message
from lmdmd.surfaces.osc_peers import Allowance, Peer, Target

log = logging.getLogger(__name__)


class Answers:
    """Everything that is sent, whoever sends it.

    ``counters`` counts what came and went: packets, malformed, messages, sent, queries, sets, verbs, failed,
    late, scheduled, muted (answers withheld from a client that is scolded too often), dropped, unheard
    (packets and connections of hosts that are not allowed), wrong (logins refused), errors.
    """

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self._complaints = Allowance(per_s=0.2, burst=3)
        self._traces = Allowance(per_s=0.2, burst=3)

    def send(self, target: Target, address: str, *values: object) -> None:
        """Send one message."""
        self.send_packet(target, build_message(address, *values))

    def send_packet(self, target: Target, packet: bytes) -> None:
        """Send one packet, unless its way does not keep up."""
        self.counters["sent" if target.send(packet) else "dropped"] += 1

    def reply(self, peer: Peer, address: str, *values: object) -> None:
        """Answer a client where it is, and where it hears if that is another port."""
        packet = build_message(address, *values)
        for target in (peer.target, peer.ear):
            if target is not None:
                self.send_packet(target, packet)

    def fail(self, peer: Peer, what: str, why: str | Callable[[], str]) -> None:
        """Tell a client what went wrong; ``why`` may be a function when finding the words takes time."""
        self.counters["failed"] += 1
        if not self.allowed(peer):
            return
        text = why if isinstance(why, str) else why()
        self.reply(peer, "/lmdm/fail", what[:MAX_WORD], text)
        self.complain("%s: %r: %s", peer.source, what[:MAX_WORD], text)

    def allowed(self, peer: Peer) -> bool:
        """Whether a client may be scolded once more."""
        if peer.complaints.take():
            return True
        self.counters["muted"] += 1
        return False

    def complain(self, text: str, *values: object) -> None:
        """Write a warning into the log, unless there were many."""
        if self._complaints.take():
            log.warning("OSC " + text, *values)

    def defect(self, peer: Peer, what: str) -> None:
        """An error of ours, with its trace in the log; to be called where it was caught."""
        self.counters["errors"] += 1
        if self._traces.take():  # what clients do wrong, however often, hides no error of ours
            log.exception("OSC %s: %r could not be handled", peer.source, what[:MAX_WORD])
        self.fail(peer, what, "internal error; the log says more")
