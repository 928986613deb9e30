"""The clock among other clocks: whom it follows, what it tells them, and the hands that tap, nudge and count.

Control calls ``tick`` some 50 times a second; nothing here waits. Where the clock follows another one, ``follow`` says
by how much it is off and what to do about it, and the show goes on by that.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from lmdmd.control.beat_fit import BeatLine
from lmdmd.control.beat_tracker import USUAL_BPM
from lmdmd.control.clock import Anchor
from lmdmd.control.events import Beat
from lmdmd.control.follow import TEMPO_STEP, Slack, ahead_beats, bent, follow, left_beats, shifted
from lmdmd.control.frame_time import FrameTime
from lmdmd.control.input_clock import InputClock, Ways
from lmdmd.control.link_clock import LinkClock
from lmdmd.control.midi_clock import MidiClock
from lmdmd.control.midi_out import MidiClockOut
from lmdmd.control.osc_clock import OscClock
from lmdmd.control.session import Session
from lmdmd.control.show import Show
from lmdmd.control.tap import Taps
from lmdmd.errors import CommandError, SyncError
from lmdmd.params import Value, find
from lmdmd.rt.tape import Tape

log = logging.getLogger(__name__)

LOOK_AHEAD_S = 0.06
"""A beat that comes so soon is timed now; more than two ticks."""

LATE_S = 0.2
"""A beat that was missed by no more than this is told late."""

_REST_S = 0.1
"""Least time between two corrections, however often another tempo comes."""

_SOURCE, _MIDI_IN, _MIDI_OUT = "clock/source", "clock/midi_in", "clock/midi_out"
_TEMPO, _OFFSET = "clock/tempo", "clock/offset"

Later = Callable[[float, Callable[[], None]], Any]
"""Call something so many seconds from now."""


class Source(Protocol):
    """A clock from outside, and how well it is known."""

    slack: Slack
    can_be_told: bool

    @property
    def peers(self) -> int:
        """Others who keep the same beat."""
        ...

    def runs(self, now_s: float, /) -> bool:
        """Whether there is a beat to follow."""
        ...

    def line(self, now_s: float, metre: int, /) -> BeatLine | None:
        """Its beats now, in bars of ``metre``; ``None`` while it says nothing."""
        ...

    def close(self) -> None:
        """Let go of it."""


class Sync:
    """One clock to follow at most, and everybody who follows ours."""

    def __init__(
        self,
        session: Session,
        show: Show,
        buffer_frames: int,
        later: Later,
        now: Callable[[], float] = time.monotonic,
        heard: Tape | None = None,
    ) -> None:
        self.session = session
        self._heard = heard
        self.show = show
        self._later, self._now = later, now
        self._time = FrameTime(session.rate_hz, buffer_frames / session.rate_hz)
        self._source: Source | None = None
        self._midi_in: MidiClock | None = None
        self._midi_out: MidiClockOut | None = None
        self._taps = Taps()
        self._own = self._is_broken = False
        self._told_bpm = float(session.get(_TEMPO))
        self._busy_frame, self._rested_s = 0, 0.0
        self._beat_frame = -1.0
        self._nudged: Anchor | None = None
        self._chosen: dict[str, Value] = {name: find(name).default for name in (_SOURCE, _MIDI_IN, _MIDI_OUT)}
        self._choosers = {_SOURCE: self._choose_source, _MIDI_IN: self._choose_in, _MIDI_OUT: self._choose_out}
        for name in self._chosen:
            session.act_on(name, lambda value, name=name: self._choose(name, value))
        session.act_on(_TEMPO, self._on_tempo)
        session.provide("clock/tap", self._do_tap)
        session.provide("clock/nudge", self._do_nudge)
        session.provide("clock/downbeat", self._do_downbeat)
        session.provide("clock/pulse", self._do_pulse)

    # --- at every tick -----------------------------------------------------------------------------

    def tick(self) -> None:
        """Read the clocks, follow, tell the followers; a defect in here ends that, and never the show."""
        if self._is_broken:
            return
        try:
            self._tick()
        except Exception as error:
            log.exception("the clock's followers failed")
            self._is_broken = True
            self.session.report(
                f"the clock follows nobody any more ({type(error).__name__}: {error}); it goes on alone"
            )

    def _tick(self) -> None:
        # In this order: a playhead that is older than its time is late, as it always is, and never early.
        playhead = self.session.playhead
        now_s = self._now()
        latency_s = float(self.session.get("status/latency")) / 1000.0
        self._time = replace(self._time, latency_s=latency_s).step(now_s, playhead)
        self._take_up_rows()
        if self._midi_in is not None:
            if said := self._midi_in.look(now_s):
                self.session.report(said)
            self._midi_in.fetch(self._now)
        self._listen(now_s)
        self._tell_source()
        if self._time.is_known:
            self._follow(now_s, playhead)
            self._time_beats(now_s)
        self._show_midi()

    def _listen(self, now_s: float) -> None:
        """Hear the player's beat, and show it."""
        source = self._source
        if not isinstance(source, InputClock):
            return
        if self._time.is_known and (said := source.fetch(now_s)):
            self.session.report(said)
        self.session.publish("input/tempo", round(source.tempo_bpm, 1))
        self.session.publish("input/tempo_sure", round(source.sure, 2))

    def _show_midi(self) -> None:
        out = self._midi_out
        if out is None:
            return
        out.show(self.show.clock if self._time.is_known else None, self._time)
        while out.said:
            self.session.report(out.said.popleft())
        if out.failure:
            self.session.report(f"{out.failure}; set clock/midi_out again to send on")
            self.session.set(_MIDI_OUT, "", source="clock")

    def close(self) -> None:
        """Let go of every clock and port."""
        for part in (self._source, self._midi_in, self._midi_out):
            if part is not None:
                part.close()
        self._source = self._midi_in = self._midi_out = None

    @property
    def frame_time(self) -> FrameTime:
        """Which frame is heard when."""
        return self._time

    # --- following ---------------------------------------------------------------------------------

    def _follow(self, now_s: float, playhead: int) -> None:
        clock, source = self.show.clock, self._source
        line = source.line(now_s, clock.anchor_at(playhead).metre) if source is not None else None
        self.session.publish("clock/running", source is None or source.runs(now_s))
        self.session.publish("clock/peers", source.peers if source is not None else 0)
        if source is None or line is None:
            return
        tempo = float(find(_TEMPO).coerce(line.tempo_bpm)[0])
        beat = line.beat_at(self._time.heard_s(playhead) - float(self.session.get(_OFFSET)) / 1000.0)
        late_ms = -1000.0 * ahead_beats(clock, playhead, beat) * 60.0 / tempo
        self.session.publish("clock/sync_error", round(late_ms, 2))
        stepped = abs(tempo / clock.anchor_at(playhead).tempo_bpm - 1.0) > TEMPO_STEP
        if now_s < self._rested_s or (playhead < self._busy_frame and not stepped):
            return
        anchors = follow(clock, playhead, beat, tempo, source.slack)
        if anchors and self.show.align(anchors):
            self._busy_frame, self._rested_s = anchors[-1].frame, now_s + _REST_S
            self._set_tempo(tempo)

    def _set_tempo(self, tempo_bpm: float) -> None:
        """Let the row say what the clock does already."""
        self._told_bpm = tempo_bpm
        if self.session.get(_TEMPO) != tempo_bpm:
            self._own = True
            try:
                self.session.set(_TEMPO, tempo_bpm, source=str(self._chosen[_SOURCE]))
            finally:
                self._own = False

    def _on_tempo(self, value: Value) -> None:
        """Take a tempo from a hand only where it may have a say."""
        if self._source is None or self._own or self._may_tell(self._source):
            return
        way = "; set clock/link_send on to change the session's" if self._source.can_be_told else ""
        raise SyncError(f"clock/tempo: the clock follows {self._chosen[_SOURCE]}; set clock/source internal{way}")

    def _may_tell(self, source: Source) -> bool:
        """Whether a tempo of ours goes out: into a Link session that has nobody else, or by the performer's leave."""
        return source.can_be_told and (source.peers == 0 or bool(self.session.get("clock/link_send")))

    def _tell_source(self) -> None:
        """Hand on a tempo that a hand or a cue has set here, once."""
        tempo = float(self.session.get(_TEMPO))
        if tempo == self._told_bpm:
            return
        self._told_bpm = tempo
        if isinstance(self._source, LinkClock) and self._may_tell(self._source):
            self._source.tell_tempo(tempo)

    # --- those who follow --------------------------------------------------------------------------

    def _time_beats(self, now_s: float) -> None:
        """Tell the next beat when it is heard."""
        clock = self.show.clock
        # Where the clock was moved meanwhile, the same beat may seem to come again.
        told = self._beat_frame + clock.beat_frames(self.session.playhead) / 4
        frame, _ = clock.next_pulse(max(told, self._time.frame_at(now_s - LATE_S)))
        wait_s = self._time.heard_s(frame) - now_s
        if wait_s > LOOK_AHEAD_S:
            return
        self._beat_frame = frame
        bar, beat = clock.position(round(frame))
        event = Beat(round(frame), bar, round(beat), clock.anchor_at(round(frame)).tempo_bpm)
        self._later(max(0.0, wait_s), lambda: self.session.tell(event))

    # --- rows that open something ------------------------------------------------------------------

    def _choose(self, name: str, value: Value) -> None:
        if value != self._chosen[name]:
            self._choosers[name](str(value))
            self._chosen[name] = value

    def _take_up_rows(self) -> None:
        """Do what a cue has planned; what cannot be had is said, and the row stays as it was."""
        for name, chosen in self._chosen.items():
            try:
                self._choose(name, self.session.get(name))
            except SyncError as error:
                self.session.report(str(error))
                self.session.set(name, chosen, source="clock")

    def _choose_source(self, source: str) -> None:
        opened = self._open_source(source)
        if self._source is not None and self._source is not self._midi_in:
            self._source.close()
        self._source, self._busy_frame = opened, 0
        for name in ("clock/sync_error", "input/tempo", "input/tempo_sure"):
            self.session.publish(name, 0.0)

    def _open_source(self, source: str) -> Source | None:
        if source == "link":
            return LinkClock(float(self.session.get(_TEMPO)), *self._heard_now())
        if source == "midi":
            if self._midi_in is None:
                raise SyncError("clock/source: midi needs a port: set clock/midi_in to part of its name first")
            return self._midi_in
        if source == "input":
            return self._open_input()
        return OscClock() if source == "osc" else None

    def _open_input(self) -> InputClock:
        if self._heard is None:
            raise SyncError("clock/source: nothing comes in here; input needs a show that runs: lmdmd run")
        ways = Ways(self._came_s, self._beats_at)
        is_set = self.session.source_at(_TEMPO, self.session.playhead) != "engine"
        usual_bpm = float(self.session.get(_TEMPO)) if is_set else USUAL_BPM
        return InputClock(self._heard, self.session.rate_hz, ways, usual_bpm)

    def _came_s(self, frame: float) -> float:
        """Moment of what comes in: a file is played with our own sound, a player is heard through the device."""
        is_device = self.session.get("input/source") in ("mic", "both")
        return self._time.came_s(frame) if is_device else self._time.heard_s(frame)

    def _beats_at(self, at_s: float) -> float:
        return self.show.clock.beats_at(self._time.frame_at(at_s))

    def _choose_in(self, wanted: str) -> None:
        opened = MidiClock(wanted) if wanted else None
        if self._midi_in is not None:
            self._midi_in.close()
        if self._source is self._midi_in and self._source is not None:
            self._source = opened
        self._midi_in = opened

    def _choose_out(self, wanted: str) -> None:
        opened = MidiClockOut(wanted) if wanted else None
        if self._midi_out is not None:
            self._midi_out.close()
        self._midi_out = opened

    # --- verbs -------------------------------------------------------------------------------------

    async def _do_tap(self) -> str:
        self._taps = self._taps.tap(self._now())
        tempo = self._taps.tempo_bpm
        if tempo is None:
            return "tap again"
        accepted = self.session.set(_TEMPO, round(tempo, 1), source="tap")
        return f"{accepted.value:g} bpm"

    async def _do_nudge(self, amount: float, unit: str) -> str:
        if unit not in ("ms", "beats"):
            raise CommandError(f'clock/nudge: unit: "{unit}" is neither ms nor beats')
        clock, playhead = self.show.clock, self.session.playhead
        tempo = clock.anchor_at(playhead).tempo_bpm
        later_ms = amount if unit == "ms" else amount * 60_000.0 / tempo
        if self._source is None:
            left = left_beats(clock, playhead, self._nudged) if self._nudged is not None else 0.0
            anchors = bent(clock, playhead, tempo, left - later_ms * tempo / 60_000.0)
            self._align(anchors)
            self._nudged = anchors[-1]
            return f"{later_ms:g} ms later"
        offset = self.session.set(_OFFSET, float(self.session.get(_OFFSET)) + later_ms, source="nudge")
        return f"{offset.value:g} ms after {self._chosen[_SOURCE]}"

    async def _do_downbeat(self) -> str:
        source, (beat, metre) = self._source, self._heard_now()
        if isinstance(source, LinkClock) and source.peers:
            raise CommandError("clock/downbeat: the bar is the Link session's; set clock/source internal for your own")
        if isinstance(source, (MidiClock, OscClock, InputClock)):
            now_s = self._now()
            line = source.line(now_s, metre)
            source.shift(-round(line.beat_at(now_s)) % metre if line is not None else 0.0)
            return "one"
        clock, playhead = self.show.clock, self.session.playhead
        more = round(beat / metre) * metre - beat
        self._align((shifted(clock, playhead, clock.anchor_at(playhead).tempo_bpm, more),))
        if isinstance(source, LinkClock):
            source.tell_beat(0.0, metre)
        return "one"

    def _heard_now(self) -> tuple[float, int]:
        """Beats of the song at what is heard now, from 0, and how many make a bar."""
        frame = self._time.frame_at(self._now()) if self._time.is_known else float(self.session.playhead)
        return self.show.clock.beats_at(frame), self.show.clock.anchor_at(round(frame)).metre

    async def _do_pulse(self, beat: float, tempo: float) -> str:
        if not isinstance(self._source, OscClock):
            raise CommandError(
                f"clock/pulse: the clock is {self._chosen[_SOURCE]}; set clock/source osc to follow pulses"
            )
        self._source.pulse(self._now(), beat - 1.0 if beat else None, tempo or None)
        return ""

    def _align(self, anchors: tuple[Anchor, ...]) -> None:
        if not self.show.align(anchors):
            raise CommandError("the clock is about to be set by the show itself; try again in a moment")
