"""A subset of QLab's OSC, so that its remotes run the show: GO, panic, the playhead, and the names of cues.

Another desk behind the same kinds of door: single asyncio thread, nothing waits, the same levels and the same
conductor. Every answer is ``/reply/<address>`` with one JSON text. QLab's playhead may be moved without firing: ours
stands on the next cue until a remote puts it elsewhere, and then GO jumps there, with all that the cues before it leave
behind. A panic is silence until somebody says release; no remote of QLab's can, so GO and resume do.

Whatever it is asked that a show here does not have is answered with status "error", never with silence.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence

from lmdmd import commands
from lmdmd.control.events import Done, Event, Fired
from lmdmd.control.session import Change
from lmdmd.errors import LmdmdError, OscError
from lmdmd.levels import Level
from lmdmd.params import find
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_arguments import message_word
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_guard import DeniedError
from lmdmd.surfaces.osc_packet import OscMessage, build_message, parse_packet
from lmdmd.surfaces.osc_peers import MAX_SLOW, Address, Peer, Send, Target
from lmdmd.surfaces.qlab_cues import (
    VERSION,
    Json,
    Standing,
    brief,
    cue_lists,
    cue_values,
    list_values,
    property_of,
    reply_text,
)
from lmdmd.surfaces.qlab_remotes import REPLY_PORT, Remote, Remotes


class QlabDesk:
    """QLab's words for one session, beside ``desk``, whose levels, conductor and counters it shares."""

    def __init__(self, desk: OscDesk) -> None:
        self.session = desk.session
        self._desk = desk
        self._answers = desk.answers
        self._remotes = Remotes()
        self._tasks: set[asyncio.Task] = set()
        self._playhead = ""
        self._went_s = -1e9
        self._panicked = False
        self._song_frame = 0
        self._told: Standing | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self.session.watch(self._on_event)
        self._simple: dict[str, Callable[[Peer, tuple], Json]] = {
            "version": lambda peer, values: VERSION,
            "workspaces": self._workspaces,
            "connect": self._connect,
            "disconnect": self._disconnect,
            "alwaysReply": self._always_reply,
            "updates": self._updates,
            "udpReplyPort": self._udp_reply_port,
            "thump": lambda peer, values: "thump",
            "cueLists": self._cue_lists,
            "selectedCues": lambda peer, values: self._briefs([self._standing().following]),
            "runningCues": lambda peer, values: self._briefs(self._standing().running),
            "runningOrPausedCues": lambda peer, values: self._briefs(self._standing().running),
            "showMode": self._show_mode,
            "auditionWindow": lambda peer, values: False,
            "selectionIsPlayhead": lambda peer, values: True,
            "doubleGoWindowRemaining": lambda peer, values: round(self._window_s(), 2),
        }

    # --- a desk as the doors know it ----------------------------------------------------------------

    @property
    def access(self) -> Access:
        """Who is heard, and what passcodes give."""
        return self._desk.access

    @property
    def counters(self) -> Counter[str]:
        """What came and went."""
        return self._desk.counters

    def complain(self, door: str, address: Address, why: str) -> None:
        """Write into the log why a door turned a client away."""
        self._desk.complain(door, address, why)

    def start(self) -> None:
        """Hear the session's changes from now on."""
        self._unsubscribe = self.session.subscribe(self._on_change)

    async def stop(self) -> None:
        """Say goodbye, and end what runs."""
        self._unsubscribe()
        self._push("/disconnect")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def open(
        self,
        address: Address,
        send: Send,
        *,
        level: Level | None = None,
        door: str = "qlab",
        reach: Callable[[int], Target] | None = None,
    ) -> Peer:
        """A client, as ``OscDesk.open`` has it; one that can be reached elsewhere is answered on QLab's port."""
        return self._desk.open(address, send, level=level, door=door, reach=reach)

    def receive(self, packet: bytes, peer: Peer) -> None:
        """Handle one packet; never raises."""
        self.counters["packets"] += 1
        try:
            messages = parse_packet(packet)
        except OscError as error:
            self.counters["malformed"] += 1
            self._answers.complain("from %s: %s", peer.source, error)
            return
        self._desk.guard.conductor.heard(peer)
        for _, message in messages:
            self._handle(peer, message)

    def close(self, peer: Peer) -> None:
        """A client is gone."""
        self._remotes.forget(peer)
        self._desk.close(peer)

    # --- in -----------------------------------------------------------------------------------------

    def _handle(self, peer: Peer, message: OscMessage) -> None:
        self.counters["messages"] += 1
        remote = self._remotes.of(peer)
        try:
            if message.address.startswith(("/reply/", "/update/")):
                return
            words = self._scoped(message.address.split("/")[1:])
            values = tuple(value for value in message.params if value is not None)
            self._root(remote, message.address, words, values)
        except LmdmdError as error:
            self._fail(remote, message.address, error)
        except Exception:
            self._answers.defect(peer, message.address)

    def _scoped(self, words: list[str]) -> list[str]:
        """Words of an address without its workspace; raises ``OscError`` for another one than the show."""
        if words[0] != "workspace":
            return words
        standing = self._standing()
        if len(words) < 3 or words[1] not in (standing.workspace_id, standing.title):
            raise OscError("there is no such workspace")
        return words[2:]

    def _root(self, remote: Remote, address: str, words: list[str], values: tuple) -> None:
        word, rest = words[0], words[1:]
        if word in self._simple and not rest:
            if word not in ("connect", "version", "workspaces", "thump", "disconnect", "alwaysReply", "udpReplyPort"):
                self._desk.guard.look(remote.peer, word)
            self._reply(remote, address, self._simple[word](remote.peer, values))
        elif word in ("cue", "cue_id") and len(rest) >= 2:
            self._cue(remote, address, words, values)
        elif word in ("playhead", "select"):
            self._move(remote, address, self._place("/".join(rest) or _word(values)))
        elif word == "go" and (rest or values):
            self._start(remote, address, self._find("/".join(rest) or _word(values)))
        elif word in _VERBS and not rest:
            self._verb(remote, address, word, values)
        else:
            raise OscError("is not answered here")

    def _verb(self, remote: Remote, address: str, word: str, values: tuple) -> None:
        verb = _VERBS[word]
        if word == "togglePause":
            verb = "show/resume" if self._standing().paused else "show/pause"
        if word == "go":
            self._go(remote, address)
        else:
            self._do(remote, address, verb, values[:1] if word == "panicInTime" else ())

    # --- clients ------------------------------------------------------------------------------------

    def _connect(self, peer: Peer, values: tuple) -> Json:
        if values:
            try:
                self.access.login(peer, _word(values))
            except OscError:
                self.counters["wrong"] += 1
                return "badpass"
        if peer.level < Level.VIEW:
            return "badpass"
        return "ok:" + "|".join(level.word for level in _LEVELS if level <= peer.level)

    def _disconnect(self, peer: Peer, _: tuple) -> Json:
        self._remotes.of(peer).updates = False
        return None

    def _always_reply(self, peer: Peer, values: tuple) -> Json:
        self._remotes.of(peer).always = bool(values and values[0])
        return None

    def _updates(self, peer: Peer, values: tuple) -> Json:
        remote = self._remotes.of(peer)
        if values:
            remote.updates = bool(values[0])
            self._told = self._told or self._standing()
        return remote.updates

    def _udp_reply_port(self, peer: Peer, values: tuple) -> Json:
        port = int(_word(values) or REPLY_PORT) if _word(values).isdigit() or not values else 0
        if peer.reach is None or not 0 < port < 65536:
            raise OscError("takes a port from 1 to 65535, over UDP")
        self._remotes.of(peer).target = peer.reach(port)
        return None

    def _workspaces(self, peer: Peer, _: tuple) -> Json:
        standing = self._standing()
        needs = self.access.entry < Level.EDIT
        name = {"uniqueID": standing.workspace_id, "displayName": standing.title}
        return [name | {"hasPasscode": needs, "version": VERSION}]

    def _show_mode(self, peer: Peer, values: tuple) -> Json:
        """QLab's show mode forbids what ``show/lock`` does."""
        if values:
            self._desk.guard.set(peer, find("show/lock"))
            self.session.set("show/lock", values[0], source=peer.source)
        return bool(self.session.get("show/lock"))

    # --- the show -----------------------------------------------------------------------------------

    def _standing(self) -> Standing:
        session = self.session
        lines = session.show_list
        moved = next((index for index, line in enumerate(lines) if line.key == self._playhead), session.show_next)
        at, following = (
            index if index is not None and index < len(lines) else None for index in (session.show_at, moved)
        )
        gone_s = max(0.0, (session.playhead - self._song_frame) / session.rate_hz)
        paused = not session.get("show/auto") or bool(session.get("show/held"))
        title = str(session.get("show/title")) or "lmdmd"
        return Standing(title, lines, at, following, paused, gone_s, float(session.get("show/remaining")))

    def _cue_lists(self, peer: Peer, _: tuple) -> Json:
        if not peer.listens.take():
            raise OscError("is asked too often")
        return cue_lists(self._standing())

    def _briefs(self, indices: Sequence[int | None]) -> Json:
        standing = self._standing()
        return [brief(standing, index) for index in indices if index is not None]

    def _find(self, wanted: str) -> int:
        index = self._standing().index_of(wanted)
        if index is None:
            raise OscError(f'there is no cue "{wanted[:64]}"')
        return index

    def _window_s(self) -> float:
        return max(0.0, self._went_s + float(self.session.get("show/guard")) - time.monotonic())

    def _place(self, where: str) -> int:
        """Line that a word names, as seen from the playhead."""
        if where not in ("next", "previous"):
            return self._find(where)
        standing = self._standing()
        start = standing.following if standing.following is not None else len(standing.lines)
        index = start + (1 if where == "next" else -1)
        if not 0 <= index < len(standing.lines):
            raise OscError(f"there is no {where} cue")
        return index

    def _move(self, remote: Remote, address: str, index: int) -> None:
        """Put the playhead on another line, which fires nothing."""
        self._desk.guard.do(remote.peer, commands.find("show/cue"))
        self._playhead = self._standing().lines[index].key
        self._tell_soon()
        self._reply(remote, address, None)

    def _go(self, remote: Remote, address: str) -> None:
        if self._window_s() > 0:
            raise OscError(f"{self._window_s():.2f} s are left of the double GO window")
        index = self._standing().following
        if not self._playhead or index is None:
            self._do(remote, address, "show/go", (), sounding=True)
        else:
            self._start(remote, address, index)
            self._went_s = time.monotonic()

    def _start(self, remote: Remote, address: str, index: int) -> None:
        line = self._standing().lines[index]
        self._do(remote, address, "show/cue", (line.number or line.name,), sounding=True)

    def _do(self, remote: Remote, address: str, verb: str, values: tuple, *, sounding: bool = False) -> None:
        """Carry out a verb; ``sounding`` ends a panic first."""
        peer, command = remote.peer, commands.find(verb)
        self._desk.guard.do(peer, command)
        if len(peer.slow) >= 8 * MAX_SLOW:
            raise OscError("too much is running already")
        sounding = (sounding or verb == "show/resume") and self._panicked
        task = asyncio.get_running_loop().create_task(self._carry_out(remote, address, verb, values, sounding))
        self.counters["verbs"] += 1
        for running in (self._tasks, peer.slow):
            running.add(task)
            task.add_done_callback(running.discard)

    async def _carry_out(self, remote: Remote, address: str, verb: str, values: tuple, sounding: bool) -> None:
        try:
            if sounding:
                await self.session.do("release", source=remote.peer.source)
            await self.session.do(verb, values, source=remote.peer.source)
        except LmdmdError as error:
            self._fail(remote, address, error)
        except Exception:
            self._answers.defect(remote.peer, address)
        else:
            if verb in ("show/go", "show/cue"):
                self._playhead = ""
                self._tell_soon()
            self._reply(remote, address, None)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Fired):
            line = next((line for line in self.session.show_list if line.key == self._playhead), None)
            if line is not None and (line.name, line.song) == (event.cue or event.song, event.song):
                self._playhead = ""
            if not event.cue:
                self._song_frame = event.frame
        elif isinstance(event, Done):
            self._panicked = {"panic": True, "release": False}.get(event.verb, self._panicked)
            if event.verb == "show/go" and self._window_s() == 0:
                self._went_s = time.monotonic()

    # --- cues ---------------------------------------------------------------------------------------

    def _cue(self, remote: Remote, address: str, words: list[str], values: tuple) -> None:
        standing, (kind, wanted, what, *rest) = self._standing(), words
        if kind == "cue_id" and wanted.upper() == standing.list_id:
            self._list(remote, address, [what, *rest], values)
            return
        chosen = self._chosen(standing, kind, wanted)
        if what in _STARTS and not rest:
            for index in chosen[-1:]:
                self._start(remote, address, index)
        elif what == "load" and not rest:
            for index in chosen[-1:]:
                self._move(remote, address, index)
        elif what in _VERBS and not rest:
            self._verb(remote, address, what, ())
        else:
            self._desk.guard.look(remote.peer, what)
            for index in chosen:
                named = _named(address, wanted, standing.id_of(index))
                self._reply(remote, named, property_of(cue_values(standing, index), what, rest, values))

    def _chosen(self, standing: Standing, kind: str, wanted: str) -> list[int]:
        if kind == "cue_id":
            found = standing.index_of_id(wanted)
        elif wanted == "active":
            return standing.running
        elif wanted in _CHOICES:
            if standing.following is None:
                return []
            found = standing.following
        else:
            found = standing.index_of(wanted)
        if found is None:
            raise OscError(f'there is no cue "{wanted[:64]}"')
        return [found]

    def _list(self, remote: Remote, address: str, words: list[str], values: tuple) -> None:
        if words[0] in _VERBS or words[0] in ("playhead", "select"):
            self._root(remote, address, words, values)
            return
        self._desk.guard.look(remote.peer, words[0])
        self._reply(remote, address, property_of(list_values(self._standing()), words[0], words[1:], values))

    # --- out ----------------------------------------------------------------------------------------

    def _reply(self, remote: Remote, address: str, data: Json) -> None:
        if data is not None or remote.always:
            self._send(remote, address, "ok", data)

    def _fail(self, remote: Remote, address: str, error: Exception) -> None:
        self.counters["failed"] += 1
        if self._answers.allowed(remote.peer):
            self._send(remote, address, "denied" if isinstance(error, DeniedError) else "error", str(error))

    def _send(self, remote: Remote, address: str, status: str, data: Json) -> None:
        text = reply_text(self._standing(), address, status, data)
        self._answers.send(remote.target, f"/reply{address}", text)

    def _on_change(self, _: Change) -> None:
        """Tell of lines that have begun to sound or ceased to, of another playhead, and of another list."""
        if not self._remotes.listening():
            self._told = None
            return
        told, now = self._told, self._standing()
        self._told = now
        if told is None:
            return
        if (told.title, told.lines) != (now.title, now.lines):
            self._push("")
            return
        before, after = ({(index, one.paused) for index in one.running} for one in (told, now))
        for index in sorted({index for index, _ in before ^ after}):
            self._push(f"/cue_id/{now.id_of(index)}")
        if told.following != now.following:
            self._push(f"/cueList/{now.list_id}/playbackPosition", *filter(None, [now.id_of(now.following)]))

    def _tell_soon(self) -> None:
        asyncio.get_running_loop().call_soon(self._on_change, Change("show/next", "", "qlab"))

    def _push(self, what: str, *values: str) -> None:
        packet = build_message(f"/update/workspace/{self._standing().workspace_id}{what}", *values)
        for remote in self._remotes.listening():
            self._answers.send_packet(remote.target, packet)


_VERBS = {
    "go": "show/go",
    "stop": "show/stop",
    "hardStop": "show/stop",
    "pause": "show/pause",
    "resume": "show/resume",
    "togglePause": "show/pause",
    "panic": "panic",
    "panicInTime": "panic",
}
"""QLab's transport, and our verb."""
_LEVELS = (Level.VIEW, Level.EDIT, Level.CONTROL)
_STARTS = ("start", "go")
_CHOICES = ("selected", "playhead", "active")
"""Words that stand for a cue's number."""


def _named(address: str, wanted: str, unique_id: str) -> str:
    """An address that says which cue it was that a word stood for."""
    return address.replace(f"/cue/{wanted}/", f"/cue_id/{unique_id}/", 1) if wanted in _CHOICES else address


def _word(values: tuple) -> str:
    return " ".join(map(message_word, values))
