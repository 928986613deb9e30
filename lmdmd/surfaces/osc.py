"""The OSC surface: datagrams in, ``Session`` calls, answers to where each datagram came from.

Single asyncio thread; nothing here waits. Every address is a row of ``PARAMS`` or ``COMMANDS`` (and a
few of scsynth's and QLab's), looked up whole. Answers go to the packet's own source, or to its IP at the
port it asked for; never to a third host. What is not valid OSC is counted and never answered.

=========================================  ==========================================================
in                                         out, to the sender
=========================================  ==========================================================
/lmdm/<param> value [glide_s [curve]]      /lmdm/ack address value frame seconds: where it is expected to
                                           be heard, and in how long; /lmdm/heard address value frame
                                           seconds: that it is heard, and how long it took. To where the
                                           sender listens to that address, else to the sender; many
                                           at once are not all answered, and of those that another
                                           one overtook only the last is heard.
                                           /lmdm/note address text when clamped
/lmdm/listen status/incident               /lmdm/incident seconds text whenever something goes wrong too
/lmdm/listen clock/beat                    /lmdm/tick bar beat tempo on every beat too, when it is heard
/lmdm/<param>, or with "?"                 /lmdm/<param> value
/lmdm/<verb> arguments                     /lmdm/done verb text, or /lmdm/fail verb why
/lmdm/listen pattern [lease_s] [port]      /lmdm/done, the values at once, then every change
/lmdm/ignore [pattern]                     /lmdm/done
/lmdm/sync id                              /lmdm/synced id, after the sender's slow verbs
/lmdm/status                               /lmdm/status and the fields of ``STATUS``
/status /notify /sync /quit                as scsynth answers
/go /stop /panic /cue/{n}/start            as show/go, show/stop, panic, show/cue
an address for which a cue waits           as show/message with it and its arguments
anything else                              /lmdm/fail address why
=========================================  ==========================================================

A text row takes all its arguments, joined by spaces, because Pd and Max send words one by one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from functools import partial

from lmdmd import commands
from lmdmd.commands import COMMANDS, Command
from lmdmd.control.events import Beat, Event, Heard, Incident
from lmdmd.control.session import Accepted, Change, Session
from lmdmd.errors import LmdmdError, OscError
from lmdmd.params import BY_NAME, PARAMS, Param, Value
from lmdmd.surfaces.osc_arguments import MAX_WORD, asks, message_text, split_set, unknown_address, verb_values
from lmdmd.surfaces.osc_dialects import QLAB_VERBS, REPLIES, qlab_cue, scsynth_status
from lmdmd.surfaces.osc_listeners import Listeners
from lmdmd.surfaces.osc_packet import (
    IMMEDIATELY,
    PREFIX,
    Argument,
    OscMessage,
    build_message,
    parse_packet,
    timetag_from_unix,
)
from lmdmd.surfaces.osc_peers import MAX_BACKLOG, MAX_SLOW, Address, Allowance, Logins, Peer, Peers
from lmdmd.surfaces.osc_schedule import Schedule
from lmdmd.surfaces.osc_socket import Endpoint, open_socket

log = logging.getLogger(__name__)

TELL_S = 1.0 / 30.0
MAX_PROMISED = 4096
"""Writes of which somebody is still to be told that they are heard."""

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

Handler = Callable[[Peer, tuple[Argument, ...]], None]


class OscSurface:
    """OSC over UDP for one session. ``port`` 0 takes a free one; ``port`` says which after ``start``.

    ``counters`` counts what came and went: packets, malformed, messages, queries, sets, verbs, failed,
    late, scheduled, muted (answers withheld from a client that is scolded too often), dropped, errors.
    """

    def __init__(self, session: Session, bind: str = "127.0.0.1", port: int = 9000) -> None:
        self.session = session
        self.bind = bind
        self.port = port
        self.counters: Counter[str] = Counter()
        self._peers = Peers()
        self._logins = Logins()
        self._listeners = Listeners()
        self._schedule = Schedule()
        self._complaints = Allowance(per_s=0.2, burst=3)
        self._tasks: set[asyncio.Task] = set()
        self._endpoint: Endpoint | None = None
        self._tell_timer: asyncio.TimerHandle | None = None
        self._told_s = 0.0
        self._unsubscribe: Callable[[], None] = lambda: None
        self._promised: OrderedDict[int, list[Address]] = OrderedDict()
        self._handlers = self._make_handlers()
        session.watch(self._on_event)

    def _make_handlers(self) -> dict[str, Handler]:
        handlers: dict[str, Handler] = {p.address: partial(self._on_param, p) for p in PARAMS}
        handlers |= {c.address: partial(self._on_verb, c) for c in COMMANDS}
        handlers |= {at: partial(self._on_verb, commands.find(verb)) for at, verb in QLAB_VERBS.items()}
        return handlers | {
            "/lmdm/listen": self._on_listen,
            "/lmdm/ignore": self._on_ignore,
            "/lmdm/sync": partial(self._on_sync, "/lmdm/synced"),
            "/lmdm/status": self._on_status,
            "/sync": partial(self._on_sync, "/synced"),
            "/status": self._on_scsynth_status,
            "/notify": self._on_notify,
            "/quit": self._on_scsynth_quit,
        }

    # --- life --------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the port; raises ``OscError`` when it cannot be had."""
        sock = await open_socket(self.bind, self.port)
        endpoint = Endpoint(sock, self.receive, self._on_refused)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: endpoint, sock=sock)
        self.port = sock.getsockname()[1]
        self._endpoint = endpoint
        self._unsubscribe = self.session.subscribe(self._on_change)

    async def stop(self) -> None:
        """End what runs, close the port; it is free when this returns."""
        self._unsubscribe()
        self._schedule.clear()
        if self._tell_timer is not None:
            self._tell_timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._endpoint is not None:
            self._endpoint.close()
            await self._endpoint.closed.wait()
            self._endpoint = None

    # --- in ----------------------------------------------------------------------------------------

    def receive(self, data: bytes, address: Address) -> None:
        """Handle one datagram from ``address``; never raises."""
        self.counters["packets"] += 1
        try:
            messages = parse_packet(data)
        except OscError as error:
            self.counters["malformed"] += 1
            self._complain("from %s: %s (%d malformed so far)", address, error, self.counters["malformed"])
            return
        if self._is_own(address):
            return
        peer = self._peers.of(address)
        for timetag, message in messages:
            self._take(peer, timetag, message)

    def _on_refused(self) -> None:
        self.counters["dropped"] += 1

    def _take(self, peer: Peer, timetag: int, message: OscMessage) -> None:
        if timetag <= IMMEDIATELY:
            self._in_turn(peer, message)
        elif timetag <= timetag_from_unix(time.time()):
            self.counters["late"] += 1
            self._in_turn(peer, message)
        else:
            try:
                self._schedule.push(timetag, partial(self._in_turn, peer, message))
                self.counters["scheduled"] += 1
            except OscError as error:
                self._fail(peer, message.address, str(error))

    def _in_turn(self, peer: Peer, message: OscMessage) -> None:
        if peer.quick is None:
            self._dispatch(peer, message)
        elif len(peer.backlog) < MAX_BACKLOG:
            peer.backlog.append(message)
        else:
            self._fail(peer, message.address, f"{MAX_BACKLOG} messages are waiting already")

    def _dispatch(self, peer: Peer, message: OscMessage) -> None:
        self.counters["messages"] += 1
        address, values = message.address, tuple(value for value in message.params if value is not None)
        handler = self._handlers.get(address)
        cue = qlab_cue(address) if handler is None else None
        try:
            if any(isinstance(value, bytes) for value in values):
                self._fail(peer, address, "takes numbers and text, not a blob")
            elif handler is not None:
                handler(peer, values)
            elif cue is not None:
                self._on_verb(commands.find("show/cue"), peer, (cue,))
            elif address in self.session.cue_addresses:
                self._on_verb(commands.find("show/message"), peer, (message_text(address, values),))
            elif address not in REPLIES:
                self._fail(peer, address, lambda: unknown_address(address, frozenset(self._handlers)))
        except LmdmdError as error:
            self._fail(peer, address.removeprefix(PREFIX), str(error))
        except Exception:
            self._defect(peer, address)

    def _is_own(self, address: Address) -> bool:
        return address[1] == self.port and address[0] in (self.bind, "127.0.0.1", "::1")

    # --- rows --------------------------------------------------------------------------------------

    def _on_param(self, param: Param, peer: Peer, values: tuple) -> None:
        if asks(values):
            self.counters["queries"] += 1
            self._send(peer.address, param.address, self.session.get(param.name))
        else:
            self._set(param, peer, values)

    def _set(self, param: Param, peer: Peer, values: tuple) -> None:
        try:
            value, glide_s, curve = split_set(param, values)
            accepted = self.session.set(param.name, value, source=peer.source, glide_s=glide_s, curve=curve)
        except LmdmdError as error:
            self._fail(peer, param.address, str(error))
            return
        self.counters["sets"] += 1
        if accepted.note and self._allowed(peer):
            self._send(peer.address, "/lmdm/note", param.address, accepted.note)
        self._acknowledge(param, peer, accepted)

    def _acknowledge(self, param: Param, peer: Peer, accepted: Accepted) -> None:
        if not peer.acks.take():
            self.counters["muted"] += 1
            return
        targets = self._listeners.acks_for(peer.address, param.name) or [peer.address]
        self._promised[accepted.stamp] = targets
        if len(self._promised) > MAX_PROMISED:
            self._promised.popitem(last=False)
        for target in targets:
            self._send(target, "/lmdm/ack", param.address, accepted.value, accepted.frame, accepted.seconds)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Heard):
            for target in self._promised.pop(event.stamp, ()):
                address = BY_NAME[event.name].address
                self._send(target, "/lmdm/heard", address, event.value, event.frame, event.waited_s)
        elif isinstance(event, Incident):
            for target in self._listeners.targets_of("status/incident"):
                self._send(target, "/lmdm/incident", event.frame / self.session.rate_hz, event.text)
        elif isinstance(event, Beat):
            for target in self._listeners.targets_of("clock/beat"):
                self._send(target, "/lmdm/tick", event.bar, event.beat, event.tempo_bpm)

    # --- verbs -------------------------------------------------------------------------------------

    def _on_verb(self, command: Command, peer: Peer, values: tuple) -> None:
        if command.name in BY_NAME and asks(values):
            # A report may bear its verb's name: /lmdm/show/cue tells the cue, /lmdm/show/cue 3 goes there.
            self._on_param(BY_NAME[command.name], peer, values)
            return
        bound = verb_values(command, values)
        if bound is None:
            return
        if command.slow and len(peer.slow) >= MAX_SLOW:
            self._fail(peer, command.name, f"{MAX_SLOW} slow verbs of yours are running already")
            return
        self.counters["verbs"] += 1
        task = self._spawn(self._carry_out(command, peer, bound))
        if command.slow:
            peer.slow.add(task)
            task.add_done_callback(peer.slow.discard)
        else:
            peer.quick = task
            task.add_done_callback(partial(self._next_of, peer))

    async def _carry_out(self, command: Command, peer: Peer, values: tuple, done: str = "") -> None:
        try:
            text = await self.session.do(command.name, values, source=peer.source)
        except LmdmdError as error:
            self._fail(peer, command.name, str(error))
        except Exception:
            self._defect(peer, command.name)
        else:
            answer = ("/done", done) if done else ("/lmdm/done", command.name, *([text] if text else []))
            self._send(peer.address, *answer)

    def _next_of(self, peer: Peer, _: asyncio.Task) -> None:
        peer.quick = None
        while peer.backlog and peer.quick is None:
            self._dispatch(peer, peer.backlog.popleft())

    def _on_sync(self, answer: str, peer: Peer, values: tuple) -> None:
        number = commands.find("sync").bind(values)["id"]
        if not peer.slow:
            self._send(peer.address, answer, number)
            return
        if len(self._tasks) > MAX_BACKLOG:
            raise OscError("sync: too much is running already")
        self._spawn(self._sync_later(answer, peer, number, set(peer.slow)))

    async def _sync_later(self, answer: str, peer: Peer, number: Value, before: set[asyncio.Task]) -> None:
        await asyncio.wait(before)
        self._send(peer.address, answer, number)

    def _spawn(self, work: Coroutine) -> asyncio.Task:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- reports -----------------------------------------------------------------------------------

    def _on_status(self, peer: Peer, _: tuple) -> None:
        status = self.session.status()
        seconds = self.session.playhead / self.session.rate_hz
        rows = [status[name] for name in STATUS]
        self._send(peer.address, "/lmdm/status", float(seconds), self.session.rate_hz, *rows)

    def _on_listen(self, peer: Peer, values: tuple) -> None:
        if not peer.listens.take():
            self.counters["muted"] += 1
            return
        wish = commands.find("listen").bind(values)
        target = self._target(peer, int(wish["port"]))
        lease_s = float(wish["lease_s"])
        count = self._listeners.add(target, peer.address, str(wish["pattern"]), lease_s, time.monotonic())
        self._send(peer.address, "/lmdm/done", "listen", f"{count} addresses to port {target[1]}")
        self._tell_soon()

    def _target(self, peer: Peer, port: int) -> Address:
        if not 0 <= port <= 65535:
            raise OscError(f"listen: port {port} lies outside 0 to 65535")
        target = (peer.address[0], port, *peer.address[2:]) if port else peer.address
        if self._is_own(target):
            raise OscError(f"listen: port {port} is this program's own; give the port you receive on")
        return target

    def _on_ignore(self, peer: Peer, values: tuple) -> None:
        pattern = str(commands.find("ignore").bind(values)["pattern"])
        ended = self._listeners.remove(peer.address, pattern)
        self._send(peer.address, "/lmdm/done", "ignore", f"{ended} patterns ended")

    def _on_change(self, change: Change) -> None:
        if self._listeners.mark(change.name):
            self._tell_soon()

    def _tell_soon(self) -> None:
        if self._tell_timer is None:
            delay_s = max(0.0, self._told_s + TELL_S - time.monotonic())
            self._tell_timer = asyncio.get_running_loop().call_later(delay_s, self._tell)

    def _tell(self) -> None:
        self._tell_timer = None
        self._told_s = time.monotonic()
        packets: dict[tuple[str, Value], bytes] = {}
        for target, name, value in self._listeners.take(self.session.get, self._told_s):
            packet = packets.get((name, value)) or build_message(PREFIX + name, value)
            packets[name, value] = packet
            self._send_packet(packet, target)
        if self._listeners.waiting:
            self._tell_soon()

    # --- other programs' words ---------------------------------------------------------------------

    def _on_scsynth_status(self, peer: Peer, _: tuple) -> None:
        answer = scsynth_status(self.session.status(), self.session.rate_hz)
        self._send(peer.address, "/status.reply", *answer)

    def _on_notify(self, peer: Peer, values: tuple) -> None:
        if values and not values[0]:
            self._send(peer.address, "/done", "/notify", self._logins.leave(peer.address))
            return
        number = self._logins.enter(peer.address)
        if number is not None:
            self._send(peer.address, "/done", "/notify", number, self._logins.limit)
        elif self._allowed(peer):
            self._send(peer.address, "/fail", "/notify", f"{self._logins.limit} clients are notified already")

    def _on_scsynth_quit(self, peer: Peer, _: tuple) -> None:
        self._spawn(self._carry_out(commands.find("quit"), peer, (), done="/quit"))

    # --- out ---------------------------------------------------------------------------------------

    def _send(self, target: Address, address: str, *values: object) -> None:
        self._send_packet(build_message(address, *values), target)

    def _send_packet(self, packet: bytes, target: Address) -> None:
        if self._endpoint is None or not self._endpoint.send(packet, target):
            self.counters["dropped"] += 1

    def _fail(self, peer: Peer, what: str, why: str | Callable[[], str]) -> None:
        """Tell a client what went wrong; ``why`` may be a function when finding the words takes time."""
        self.counters["failed"] += 1
        if not self._allowed(peer):
            return
        text = why if isinstance(why, str) else why()
        self._send(peer.address, "/lmdm/fail", what[:MAX_WORD], text)
        self._complain("%s: %r: %s", peer.source, what[:MAX_WORD], text)

    def _allowed(self, peer: Peer) -> bool:
        if peer.complaints.take():
            return True
        self.counters["muted"] += 1
        return False

    def _complain(self, text: str, *values: object) -> None:
        if self._complaints.take():
            log.warning("OSC " + text, *values)

    def _defect(self, peer: Peer, what: str) -> None:
        self.counters["errors"] += 1
        if self._complaints.take():
            log.exception("OSC %s: %r could not be handled", peer.source, what[:MAX_WORD])
        self._fail(peer, what, "internal error; the log says more")
