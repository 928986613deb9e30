"""Reports by OSC: the line of state, and listeners that hear of changes and events until their lease ends."""

from __future__ import annotations

import time

from lmdmd import commands
from lmdmd.control.events import Beat, Event, Incident
from lmdmd.control.session import Change, Session
from lmdmd.errors import OscError
from lmdmd.params import Value
from lmdmd.surfaces.osc_answers import Answers
from lmdmd.surfaces.osc_listeners import Listeners, names_for
from lmdmd.surfaces.osc_pace import Pace
from lmdmd.surfaces.osc_packet import PREFIX, build_message
from lmdmd.surfaces.osc_peers import Peer, Target

STATUS = (
    "status/lead",
    "status/underruns",
    "status/concealed",
    "status/xruns",
    "status/restarts",
    "clock/bar",
    "clock/beat",
    "deck/0/state",
    "deck/1/state",
    "deck/0/model",
    "deck/1/model",
    "show/song",
    "show/cue",
    "show/next",
    "status/block_p50",
    "status/block_p95",
    "status/factor",
    "status/commit",
    "status/redos",
    "status/knob_p50",
    "status/knob_p95",
    "status/late",
    "status/memory",
)
"""Rows in the answer to ``/lmdm/status``, after the playhead in seconds (f) and the rate in Hz (i).

=====  ====  =============================    =====  ====  =============================
index  type  field                            index  type  field
=====  ====  =============================    =====  ====  =============================
0      f     playhead, seconds                8      f     beat in the bar, from 1
1      i     rate, Hz                         9      s     state of deck 0
2      f     lead of the live deck, s         10     s     state of deck 1
3      i     ring underruns                   11     s     model of deck 0
4      f     concealed, ms                    12     s     model of deck 1
5      i     device xruns                     13     s     song
6      i     restarts                         14     s     last cue
7      i     bar, from 1                      15     s     next cue
16     f     median time of a block, ms       21     f     from hand to ear, median, ms
17     f     its 95th percentile, ms          22     f     and its 95th percentile, ms
18     f     compute time over audio time     23     i     buffers that were late
19     f     from a change to the ear, s      24     f     memory of the program, MB
20     i     redos
=====  ====  =============================    =====  ====  =============================
"""


class Reports:
    """Tells clients of a session."""

    def __init__(self, session: Session, answers: Answers, listeners: Listeners) -> None:
        self._session = session
        self._answers = answers
        self._listeners = listeners
        self._pace = Pace(self._tell)

    def stop(self) -> None:
        """Tell nobody any more."""
        self._pace.stop()

    def on_status(self, peer: Peer, _: tuple) -> None:
        """Answer with the fields of ``STATUS``."""
        status = self._session.status()
        seconds = self._session.playhead / self._session.rate_hz
        rows = [status[name] for name in STATUS]
        self._answers.reply(peer, "/lmdm/status", float(seconds), self._session.rate_hz, *rows)

    def on_listen(self, peer: Peer, values: tuple) -> None:
        """Tell a client of rows from now on."""
        if not peer.listens.take():
            self._answers.counters["muted"] += 1
            return
        wish = commands.find("listen").bind(values)
        target = _target(peer, int(wish["port"]))
        lease_s = float(wish["lease_s"])
        count = self._listeners.add(target, peer.target, str(wish["pattern"]), lease_s, time.monotonic())
        if target != peer.target and "status/incident" in names_for(str(wish["pattern"])):
            peer.ear = target
        self._answers.reply(peer, "/lmdm/done", "listen", f"{count} addresses to port {target.address[1]}")
        self._pace.soon()

    def on_ignore(self, peer: Peer, values: tuple) -> None:
        """Tell a client no more."""
        pattern = str(commands.find("ignore").bind(values)["pattern"])
        ended = self._listeners.remove(peer.target, pattern)
        self._answers.reply(peer, "/lmdm/done", "ignore", f"{ended} patterns ended")
        peer.ear = None if pattern == "*" else peer.ear

    def on_ping(self, peer: Peer, _: tuple) -> None:
        """Begin a client's leases anew."""
        renewed = self._listeners.renew(peer.target, time.monotonic())
        self._answers.reply(peer, "/lmdm/done", "ping", f"{renewed} patterns renewed")

    def on_pong(self, peer: Peer, _: tuple) -> None:
        """The same for a client that knows only ``/ping``, as TouchOSC and its like."""
        self._answers.reply(peer, "/pong", self._listeners.renew(peer.target, time.monotonic()))

    def on_change(self, change: Change) -> None:
        """Note that a row moved; whoever listens is told soon, and once however often it moves."""
        if self._listeners.mark(change.name):
            self._pace.moved(change.name)

    def on_event(self, event: Event) -> None:
        """Tell of what must never be left out."""
        if isinstance(event, Incident):
            for target in self._listeners.targets_of("status/incident"):
                self._answers.send(target, "/lmdm/incident", event.frame / self._session.rate_hz, event.text)
        elif isinstance(event, Beat):
            for target in self._listeners.targets_of("clock/beat"):
                self._answers.send(target, "/lmdm/tick", event.bar, event.beat, event.tempo_bpm)

    def _tell(self) -> None:
        packets: dict[tuple[str, Value], bytes] = {}
        for target, name, value in self._listeners.take(self._session.get, time.monotonic()):
            packet = packets.get((name, value)) or build_message(PREFIX + name, value)
            packets[name, value] = packet
            self._answers.send_packet(target, packet)
            self._pace.told(name)
        if self._listeners.waiting:
            self._pace.soon()


def _target(peer: Peer, port: int) -> Target:
    """Where a client wants to be told: where it is, or at another port of its own host."""
    if not 0 <= port <= 65535:
        raise OscError(f"listen: port {port} lies outside 0 to 65535")
    if not port:
        return peer.target
    if peer.reach is None:
        raise OscError(f"listen: port {port} cannot be reached from a connection; leave it out to be told here")
    return peer.reach(port)
