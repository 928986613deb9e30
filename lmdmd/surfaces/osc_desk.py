"""The desk: everything between an OSC packet and ``Session``, blind to how packets come and go.

Single asyncio thread; nothing here waits. Every address is a row of ``PARAMS`` or ``COMMANDS`` (and a
few of scsynth's and QLab's), looked up whole. Answers go the way the packet came, or to its IP at the
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
/lmdm/mix/{gain,pan}, /lmdm/prompt/*/text  as each of them; verbs are never done by pattern
/lmdm/<verb> arguments                     /lmdm/done verb text, or /lmdm/fail verb why
/lmdm/listen pattern [lease_s] [port]      /lmdm/done, the values at once, then every change
/lmdm/ignore [pattern]                     /lmdm/done
/lmdm/ping, /ping                          /lmdm/done or /pong, and the sender's leases begin anew
/lmdm/sync id                              /lmdm/synced id, after the sender's slow verbs
/lmdm/status                               /lmdm/status and the fields of ``STATUS``
/lmdm/login passcode, /lmdm/logout         /lmdm/done login level, or /lmdm/fail login why
/lmdm/conductor/take [lease_s], .../leave  /lmdm/done; until then others are refused what is of the show
/status /notify /sync /quit                as scsynth answers
/go /stop /panic /cue/{n}/start            as show/go, show/stop, panic, show/cue
an address for which a cue waits           as show/message with it and its arguments
anything else                              /lmdm/fail address why
=========================================  ==========================================================

A value may also be ``default``, or ``+``, ``-`` or ``*`` and a number: ``/lmdm/mix/gain + 1 0.5``. A text row takes
all its arguments, joined by spaces, because Pd and Max send words one by one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from lmdmd import commands
from lmdmd.commands import COMMANDS, Command
from lmdmd.control.events import Event, Heard
from lmdmd.control.session import Session
from lmdmd.errors import LmdmdError, OscError
from lmdmd.levels import Level
from lmdmd.params import BY_NAME, PARAMS
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_answers import Answers
from lmdmd.surfaces.osc_arguments import asks, message_text, unknown_address, verb_values
from lmdmd.surfaces.osc_dialects import QLAB_VERBS, REPLIES, qlab_cue
from lmdmd.surfaces.osc_guard import Conductor, Guard
from lmdmd.surfaces.osc_listeners import Listeners
from lmdmd.surfaces.osc_packet import (
    IMMEDIATELY,
    PREFIX,
    Argument,
    OscMessage,
    parse_packet,
    timetag_from_unix,
)
from lmdmd.surfaces.osc_patterns import is_pattern
from lmdmd.surfaces.osc_peers import Address, Peer, Send, Target
from lmdmd.surfaces.osc_reports import Reports
from lmdmd.surfaces.osc_rows import Rows
from lmdmd.surfaces.osc_schedule import Schedule
from lmdmd.surfaces.osc_scsynth import Scsynth
from lmdmd.surfaces.osc_traffic import Traffic
from lmdmd.surfaces.osc_verbs import ROWS, Verbs

Handler = Callable[[Peer, tuple[Argument, ...]], None]


class OscDesk:
    """One session's desk, for every transport."""

    def __init__(self, session: Session, access: Access | None = None) -> None:
        self.session = session
        self.access = access or Access()
        self._conductor = Conductor(partial(session.publish, "show/conductor"))
        self.guard = Guard(self._conductor)
        self.answers = Answers()
        self._listeners = Listeners()
        self.traffic = Traffic(session.publish, self.answers.counters, self._listening)
        self._schedule = Schedule()
        self._rows = Rows(session, self.answers, self._listeners, self.guard)
        self._reports = Reports(session, self.answers, self._listeners)
        self._verbs = Verbs(session, self.answers, self.guard, self._dispatch)
        self._scsynth = Scsynth(session, self.answers, self._verbs)
        self._unsubscribe: Callable[[], None] = lambda: None
        self.handlers = self._make_handlers()
        self._addresses = frozenset(self.handlers)
        session.watch(self._on_event)

    def _make_handlers(self) -> dict[str, Handler]:
        rows, verbs, reports, scsynth = self._rows, self._verbs, self._reports, self._scsynth
        handlers: dict[str, Handler] = {p.address: partial(rows.on_param, p) for p in PARAMS}
        handlers |= {c.address: partial(self._on_verb, c) for c in COMMANDS}
        handlers |= {at: partial(self._on_verb, commands.find(verb)) for at, verb in QLAB_VERBS.items()}
        return handlers | {
            "/lmdm/listen": self._looking(reports.on_listen, "listen"),
            "/lmdm/ignore": self._looking(reports.on_ignore, "ignore"),
            "/lmdm/sync": partial(verbs.on_sync, "/lmdm/synced"),
            "/lmdm/status": self._looking(reports.on_status, "status"),
            "/lmdm/ping": self._looking(reports.on_ping, "ping"),
            "/lmdm/login": self._on_login,
            "/lmdm/logout": self._on_logout,
            "/lmdm/conductor/take": self._on_take,
            "/lmdm/conductor/leave": self._on_leave,
            "/sync": partial(verbs.on_sync, "/synced"),
            "/ping": self._looking(reports.on_pong, "/ping"),
            "/status": self._looking(scsynth.on_status, "/status"),
            "/notify": self._looking(scsynth.on_notify, "/notify"),
            "/quit": scsynth.on_quit,
        }

    def _looking(self, handler: Handler, what: str) -> Handler:
        """A handler that only looks, for clients who may."""

        def look(peer: Peer, values: tuple) -> None:
            self.guard.look(peer, what)
            handler(peer, values)

        return look

    def _listening(self) -> list[Target]:
        self._listeners.expire(time.monotonic())
        return self._listeners.owners

    @property
    def counters(self) -> Counter[str]:
        """What came and went, as ``Answers`` counts it."""
        return self.answers.counters

    # --- life --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Hear the session's changes from now on."""
        self._unsubscribe = self.session.subscribe(self._reports.on_change)

    async def stop(self) -> None:
        """End what runs, waits and listens."""
        self._unsubscribe()
        self.traffic.stop()
        self._schedule.clear()
        self._rows.stop()
        self._reports.stop()
        self._conductor.stop()
        await self._verbs.stop()

    # --- clients -----------------------------------------------------------------------------------

    def open(
        self,
        address: Address,
        send: Send,
        *,
        level: Level | None = None,
        door: str = "osc",
        reach: Callable[[int], Target] | None = None,
    ) -> Peer:
        """A client at ``address``, by which logs and leases name it, with ``door``; ``send`` reaches it.

        ``send`` never waits and returns whether it sent. ``level`` is what a client may do before any login, where
        that is not for the passcodes to say. ``reach`` gives the target at another port of its host.
        """
        return Peer(Target(address, send, door), self.access.entry if level is None else level, reach)

    def receive(self, packet: bytes, peer: Peer) -> None:
        """Handle one packet of a client, a message or a bundle; never raises."""
        self.counters["packets"] += 1
        try:
            messages = parse_packet(packet)
        except OscError as error:
            self.counters["malformed"] += 1
            self.answers.complain("from %s: %s (%d malformed so far)", peer.source, error, self.counters["malformed"])
            return
        self._conductor.heard(peer)
        self.traffic.heard(peer, len(messages))
        for timetag, message in messages:
            self._take(peer, timetag, message)

    def close(self, peer: Peer) -> None:
        """A client is gone: what it listened to ends, what it said before is still done."""
        self._rows.close(peer)
        self._listeners.forget(peer.target)
        self.traffic.closed(peer)
        self._scsynth.forget(peer)
        self._conductor.leave(peer)

    def complain(self, door: str, address: Address, why: str) -> None:
        """Write into the log why a door turned a client away, unless there were many."""
        self.answers.complain("%s:%s:%s: %s", door, *address[:2], why)

    # --- in ----------------------------------------------------------------------------------------

    def _take(self, peer: Peer, timetag: int, message: OscMessage) -> None:
        if timetag <= IMMEDIATELY:
            self._verbs.in_turn(peer, message)
        elif timetag <= timetag_from_unix(time.time()):
            self.counters["late"] += 1
            self._verbs.in_turn(peer, message)
        else:
            try:
                self._schedule.push(timetag, partial(self._verbs.in_turn, peer, message))
                self.counters["scheduled"] += 1
            except OscError as error:
                self.answers.fail(peer, message.address, str(error))

    def _dispatch(self, peer: Peer, message: OscMessage) -> None:
        self.counters["messages"] += 1
        address, values = message.address, tuple(value for value in message.params if value is not None)
        handler = self.handlers.get(address)
        if peer.parked and (address not in ROWS or asks(values)):
            self._rows.settle(peer)
        cue = qlab_cue(address) if handler is None else None
        try:
            if any(isinstance(value, bytes) for value in values):
                self.answers.fail(peer, address, "takes numbers and text, not a blob")
            elif handler is not None:
                handler(peer, values)
            elif cue is not None:
                self._verbs.on_verb(commands.find("show/cue"), peer, (cue,))
            elif address in self.session.cue_addresses:
                self._verbs.on_verb(commands.find("show/message"), peer, (message_text(address, values),))
            elif is_pattern(address):
                self._rows.on_pattern(address, peer, values)
            elif address not in REPLIES:
                self.answers.fail(peer, address, lambda: unknown_address(address, self._addresses))
        except LmdmdError as error:
            self.answers.fail(peer, address.removeprefix(PREFIX), str(error))
        except Exception:
            self.answers.defect(peer, address)

    def _on_verb(self, command: Command, peer: Peer, values: tuple) -> None:
        if command.name in BY_NAME and asks(values):
            # A report may bear its verb's name: /lmdm/show/cue tells the cue, /lmdm/show/cue 3 goes there.
            self._rows.on_param(BY_NAME[command.name], peer, values)
        else:
            self._verbs.on_verb(command, peer, values)

    # --- who may ------------------------------------------------------------------------------------

    def _on_login(self, peer: Peer, values: tuple) -> None:
        command = commands.find("login")
        passcode = str(command.bind(verb_values(command, values) or ())["passcode"])
        try:
            level = self.access.login(peer, passcode)
        except OscError:
            self.counters["wrong"] += 1
            raise
        self.answers.reply(peer, "/lmdm/done", "login", level.word)

    def _on_logout(self, peer: Peer, _: tuple) -> None:
        self.answers.reply(peer, "/lmdm/done", "logout", self.access.logout(peer).word)

    def _on_take(self, peer: Peer, values: tuple) -> None:
        command = commands.find("conductor/take")
        self.guard.do(peer, command)
        self._conductor.take(peer, float(command.bind(values)["lease_s"]))
        self.answers.reply(peer, "/lmdm/done", "conductor/take", peer.source)

    def _on_leave(self, peer: Peer, _: tuple) -> None:
        self.guard.do(peer, commands.find("conductor/leave"))
        left = "yours no more" if self._conductor.leave(peer) else "was not yours"
        self.answers.reply(peer, "/lmdm/done", "conductor/leave", left)

    # --- out ----------------------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Heard):
            self._rows.on_heard(event)
        else:
            self._reports.on_event(event)
