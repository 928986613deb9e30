"""The one door: every surface, cue and hand sets values and does verbs here, and hears changes here.

Single asyncio thread. A value is a lane over timeline frames; what is shown is the lane at the
playhead. Audio-rate rows go to the mixer through the shared schedule, block-rate rows to the decks
through their outlets, control-rate rows to whoever subscribed. Without board, schedule or outlets a
session still holds and reports values, which is what offline use and most tests need.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from lmdmd import commands
from lmdmd.automation import Lane, TextLane
from lmdmd.chords import name_of
from lmdmd.control.awaited import Awaited
from lmdmd.control.events import Done, Event, Heard, Incident, Written
from lmdmd.errors import CommandError, ParamError, did_you_mean
from lmdmd.messages import NOW, ClearAfter, Course, Write
from lmdmd.params import BY_NAME, CLOCKED, PARAMS, SLOT, STEERED, Param, Value, find
from lmdmd.rt.board import Board
from lmdmd.rt.schedule import CANCEL, CLEAR, Schedule
from lmdmd.units import CURVES, frames_from_s, s_from_frames

log = logging.getLogger(__name__)

Verb = Callable[..., Awaitable[str]]
Act = Callable[[Value], None]
When = Callable[[], int]


@dataclass(frozen=True)
class Change:
    """A value that moved, and who moved it."""

    name: str
    value: Value
    source: str


@dataclass(frozen=True)
class Accepted:
    """A write that was taken: its value after coercion, and the frame from which it is expected to be heard.

    ``stamp`` is its number; the ``Heard`` event bears the same one.
    """

    name: str
    value: Value
    note: str
    frame: int
    seconds: float
    stamp: int = 0


@dataclass(frozen=True)
class Line:
    """One line of the show's list: a song or a cue.

    ``key`` tells it from all others, ``kind`` is "song" or that of the cue's trigger.
    """

    key: str
    name: str
    number: str
    song: str
    notes: str
    kind: str


class Outlet(Protocol):
    """Where block-rate writes go: a deck."""

    def send(self, message: object) -> None:
        """Pass one message on; never blocks, never raises for a deck that is gone."""

    def next_frame(self, playhead: int) -> int:
        """Timeline frame at which a change made now will be heard."""
        ...


class Session:
    """Values, verbs and their listeners. Raises ``ParamError`` and ``CommandError`` with a way out."""

    def __init__(self, board: Board | None = None, schedule: Schedule | None = None, rate_hz: int = 44100) -> None:
        self.rate_hz = rate_hz
        self.board = board
        self.schedule = schedule
        self.outlets: list[Outlet] = []
        moving = [p for p in PARAMS if p.numeric and (p.writable or p.name in (*STEERED, *CLOCKED))]
        self._lanes = {p.name: Lane(p.to_slot(p.default)) for p in moving}
        self._texts = {p.name: TextLane(str(p.default)) for p in PARAMS if not p.numeric and p.writable}
        self._reads: dict[str, Value] = {p.name: p.default for p in PARAMS if not p.writable}
        self._verbs: dict[str, Verb] = {}
        self._acts: dict[str, Act] = {}
        self._whens: dict[str, When] = {}
        self._listeners: list[Callable[[Change], None]] = []
        self._watchers: list[Callable[[Event], None]] = []
        self._stamps = itertools.count(1)
        self.awaited = Awaited()
        self.cue_addresses: frozenset[str] = frozenset()
        """Addresses that are none of the program's, for which cues wait: ``show/message`` fires them."""
        self.show_list: tuple[Line, ...] = ()
        self.show_at: int | None = None
        """Line of ``show_list`` that fired last."""
        self.show_next: int | None = None
        """Line that comes next."""
        self._shown: dict[str, Value] = {p.name: p.default for p in PARAMS}
        self._sources: dict[str, TextLane] = {}
        self._unpushed: deque[tuple[int, int, float, int, str]] = deque()

    # --- values -----------------------------------------------------------------------------------

    @property
    def playhead(self) -> int:
        """Timeline frame that the device gets next."""
        return self.board.playhead if self.board is not None else 0

    def get(self, name: str) -> Value:
        """Value of a row at the playhead."""
        param = find(name)
        if name in self._lanes:
            return param.from_slot(self._lanes[name].at(self.playhead))
        if name in self._texts:
            return self._texts[name].at(self.playhead)
        return self._read(param)

    def aim(self, name: str) -> Value:
        """Where a row goes that glides at the playhead; where it stands, if it does not."""
        if name not in self._lanes:
            return self.get(name)
        return find(name).from_slot(self._lanes[name].pending(self.playhead)[0].target)

    def _read(self, param: Param) -> Value:
        if self.board is not None and param.numeric:
            return self.board.get(param.name)
        return self._reads[param.name]

    def set(
        self,
        name: str,
        value: object,
        *,
        source: str,
        frame: int = NOW,
        glide_s: float = 0.0,
        curve: str = "linear",
    ) -> Accepted:
        """Set a row, from a timeline frame on or (``NOW``) at the earliest frame it can act.

        Raises what the row's act raises, with the row unchanged.
        """
        param = find(name)
        if not param.writable:
            raise ParamError(f"{name}: is a report and cannot be set")
        if curve not in CURVES:
            raise ParamError(f'{name}: unknown curve "{curve}"{did_you_mean(curve, CURVES)}')
        coerced, note = param.coerce(value)
        if frame == NOW and name in self._acts:
            self._acts[name](coerced)
        if frame == NOW and name in self._whens:
            frame = self._whens[name]()
        glide_frames = frames_from_s(max(glide_s, 0.0), self.rate_hz) if param.kind == "float" else 0
        begin = self.playhead if frame == NOW else frame
        self._write_lane(param, coerced, begin, glide_frames, curve)
        self._note_source(name, begin, source)
        heard = self._heard_frame(param) if frame == NOW else frame
        seconds = max(0.0, s_from_frames(heard - self.playhead, self.rate_hz))
        stamp = next(self._stamps)
        written = Written(stamp, name, coerced, source, heard, seconds, frame != NOW, glide_frames, curve)
        self.awaited.add(written, self.playhead, settled=param.rate != "block" or not self.outlets)
        self._forward(param, Write(name, coerced, frame, glide_frames, curve, stamp))
        self._show(param)
        self.tell(written)
        return Accepted(name, coerced, note, heard, seconds, stamp)

    def act_on(self, name: str, act: Act) -> None:
        """Say what setting a row now does before it counts as set; ``act`` refuses by an ``LmdmdError``."""
        self._acts[find(name).name] = act

    def time_on(self, name: str, when: When) -> None:
        """Say from which frame on a write of a row acts that is meant for now; ``NOW`` is as soon as possible."""
        self._whens[find(name).name] = when

    def planned(self, name: str, frame: int) -> Value:
        """Value that a row will have at a frame, as far as is known."""
        return self._texts[name].at(frame) if name in self._texts else find(name).from_slot(self._lanes[name].at(frame))

    def play_chord(self, notes: Collection[int], *, source: str) -> Accepted | None:
        """Set ``harmony/chord`` to what MIDI notes that are held make together; ``None`` where they make no chord."""
        name = name_of(notes)
        return self.set("harmony/chord", name, source=source) if name else None

    def _write_lane(self, param: Param, value: Value, frame: int, glide_frames: int, curve: str) -> None:
        if param.numeric:
            self._lanes[param.name].forget_before(self.playhead)
            self._lanes[param.name].write(frame, param.to_slot(value), glide_frames, curve)
        else:
            self._texts[param.name].forget_before(self.playhead)
            self._texts[param.name].write(frame, str(value))

    def _note_source(self, name: str, frame: int, source: str) -> None:
        lane = self._sources.setdefault(name, TextLane("engine"))
        lane.forget_before(self.playhead)
        lane.write(frame, source)

    def source_at(self, name: str, frame: int) -> str:
        """Who set a row to what it is at a frame; "engine" where nobody has."""
        lane = self._sources.get(name)
        return lane.at(frame) if lane is not None else "engine"

    def _forward(self, param: Param, write: Write) -> None:
        if param.rate == "audio":
            self._push(write.frame, SLOT[param.name], param.to_slot(write.value), write.glide_frames, write.curve)
        elif param.rate == "block":
            for outlet in self.outlets:
                outlet.send(write)

    def _heard_frame(self, param: Param) -> int:
        if param.rate != "block" or not self.outlets:
            return self.playhead
        return max(outlet.next_frame(self.playhead) for outlet in self.outlets)

    def publish(self, name: str, value: Value) -> None:
        """Set a report row; for the program's own parts, never for surfaces."""
        param = find(name)
        if self.board is not None and param.numeric:
            self.board.set(name, value)
        self._reads[name] = value
        self._show(param)

    def steer(self, name: str, target: float, *, frame: int = NOW, glide_s: float = 0.0, curve: str = "linear") -> None:
        """Move a mixer report row of ``STEERED``, from now or from a frame on."""
        glide_frames = frames_from_s(glide_s, self.rate_hz)
        self._lanes[name].write(self.playhead if frame == NOW else frame, target, glide_frames, curve)
        self._push(frame, SLOT[name], target, glide_frames, curve)

    def unsteer(self, name: str, frame: int) -> None:
        """Cancel what ``steer`` has planned on a row from ``frame`` on."""
        self._lanes[name].clear_after(frame - 1)
        self._push(frame - 1, SLOT[name], 0.0, CANCEL, "linear")

    def steered_to(self, name: str, frame: int) -> float:
        """Where a row of ``STEERED`` will be at a frame, as far as is known."""
        return self._lanes[name].at(frame)

    def set_course(self, course: Course) -> None:
        """Let the rows of ``CLOCKED`` go another way, here and in the decks."""
        for lane in (self._lanes[name] for name in CLOCKED):
            lane.clear_after(course.frame - 1)
            lane.forget_before(self.playhead)
        for write in course.writes:
            self._lanes[write.name].write(write.frame, float(write.value), write.glide_frames, write.curve)
        for outlet in self.outlets:
            outlet.send(course)

    def clear_after(self, frame: int) -> None:
        """Cancel what is planned for frames after ``frame``, here, in mixer and decks; the clock goes on."""
        lanes = (lane for name, lane in self._lanes.items() if name not in CLOCKED)
        for lane in (*lanes, *self._texts.values(), *self._sources.values()):
            lane.clear_after(frame)
        self.awaited.clear_after(frame)
        self._unpushed = deque(entry for entry in self._unpushed if entry[0] <= frame)
        self._push(frame, CLEAR, 0.0, 0, "linear")
        for outlet in self.outlets:
            outlet.send(ClearAfter(frame))

    def pending_writes(self, rate: str) -> list[Write]:
        """Writes that bring a new deck or mixer to the present, and tell it what is planned."""
        writes, stamps = [], self.awaited.planned()
        for param in PARAMS:
            if param.rate != rate and param.name not in {"audio": STEERED, "block": CLOCKED}.get(rate, ()):
                continue
            if param.numeric:
                parts = self._lanes[param.name].pending(self.playhead)
                if parts[0].glide_frames and parts[0].frame > 0:
                    writes.append(Write(param.name, param.from_slot(parts[0].start), parts[0].frame - 1))
                for part in parts:
                    value = param.from_slot(part.target)
                    stamp = stamps.get((param.name, part.frame), 0)
                    writes.append(Write(param.name, value, part.frame, part.glide_frames, part.curve, stamp))
            else:
                for at, text in self._texts[param.name].pending(self.playhead):
                    writes.append(Write(param.name, text, at, stamp=stamps.get((param.name, at), 0)))
        return writes

    # --- the mixer's schedule ---------------------------------------------------------------------

    def _push(self, frame: int, slot: int, target: float, glide_frames: int, curve: str) -> None:
        if self.schedule is not None:
            self._unpushed.append((frame, slot, target, glide_frames, curve))
            self.push_more()

    def push_more(self) -> bool:
        """Pass on what the mixer's queue had no room for; returns whether the mixer has taken up everything."""
        if self.schedule is None:
            return True
        while self._unpushed and self.schedule.push(*self._unpushed[0]):
            self._unpushed.popleft()
        return not self._unpushed and not self.schedule.waiting

    def resend_audio(self) -> None:
        """Plan again for a new mixer, which starts from the board: what lies ahead and what still glides."""
        self._unpushed.clear()
        for write in self.pending_writes("audio"):
            if write.frame + write.glide_frames > self.playhead:
                slot = SLOT[write.name]
                target = BY_NAME[write.name].to_slot(write.value)
                self._push(write.frame, slot, target, write.glide_frames, write.curve)

    # --- what is shown ----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Report every value that moved by itself: glides, meters, counters. Called some 20 times a second."""
        self.push_more()
        for param in PARAMS:
            self._show(param)

    def _show(self, param: Param) -> None:
        value = self.get(param.name)
        if value == self._shown[param.name] or (param.name in CLOCKED and self._is_same_whole(param, value)):
            return
        self._shown[param.name] = value
        if self.board is not None and param.name in self._lanes:
            self.board.set(param.name, value)
        self._tell(Change(param.name, value, self.source_at(param.name, self.playhead)))

    def _is_same_whole(self, param: Param, value: Value) -> bool:
        return math.floor(float(value)) == math.floor(float(self._shown[param.name]))

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(change)
            except Exception:
                log.exception("a listener failed on %s", change.name)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Hear every change; returns the function that ends it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def status(self) -> dict[str, Value]:
        """Snapshot of the report rows."""
        return {param.name: self.get(param.name) for param in PARAMS if not param.writable}

    # --- events -----------------------------------------------------------------------------------

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Hear of every event from now on."""
        self._watchers.append(watcher)

    def tell(self, event: Event) -> None:
        """Let everybody who watches know."""
        for watcher in self._watchers:
            try:
                watcher(event)
            except Exception:
                log.exception("a watcher failed on %s", type(event).__name__)

    def report(self, text: str) -> None:
        """Say on every surface that something went wrong, and what is done about it."""
        log.error("%s", text)
        self.publish("status/incident", text)
        self.publish("status/incident_at", s_from_frames(self.playhead, self.rate_hz))
        self.tell(Incident(self.playhead, text))

    def tell_heard(self) -> None:
        """Report the writes that have been heard since the last time; called at every tick."""
        for heard in self.awaited.take_heard(self.playhead, self.rate_hz):
            self._measure(heard)
            self.tell(heard)

    def _measure(self, heard: Heard) -> None:
        if BY_NAME[heard.name].rate == "block" and not heard.planned:
            self.awaited.note_wait(heard)
            self.publish("status/knob_p50", round(self.awaited.percentile_ms(50), 1))
            self.publish("status/knob_p95", round(self.awaited.percentile_ms(95), 1))

    # --- verbs ------------------------------------------------------------------------------------

    def provide(self, verb: str, function: Verb) -> None:
        """Say who carries out a verb of the table: an async function of its bound arguments."""
        self._verbs[commands.find(verb).name] = function

    async def do(self, verb: str, values: tuple = (), *, source: str) -> str:
        """Do a verb; returns what to say when done. Raises ``CommandError`` naming why not."""
        arguments = commands.find(verb).bind(tuple(values))
        function = self._verbs.get(verb)
        if function is None:
            raise CommandError(f"{verb}: cannot be done here")
        log.info("%s does %s %s", source, verb, " ".join(map(str, values)))
        self.tell(Done(verb, tuple(arguments.values()), source, self.playhead))
        return await function(**arguments)
