"""The mixer: from two rings, the input and the schedule to one buffer of sound. Pure numpy, no device.

The result is a function of the frames, the buffer sizes, the rings' content and the schedule, so an
offline render repeats a performance. It leaves ``limiter.LATENCY_FRAMES`` after it entered. Values
move linearly inside a buffer between their lanes at its first frame and at the next buffer's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from lmdmd.automation import Lane
from lmdmd.messages import NOW
from lmdmd.params import BRIDGES, BY_NAME, DECK_SLOTS, PARAMS, SLOT, STEERED
from lmdmd.rt.board import Board
from lmdmd.rt.conceal import MODES, Concealer, Gap
from lmdmd.rt.door import Door, is_heard_directly, open_gain
from lmdmd.rt.filters import Filter
from lmdmd.rt.hold import MEMORY_S, FrozenLoop, Hold, Slice
from lmdmd.rt.limiter import Limiter
from lmdmd.rt.loop import History
from lmdmd.rt.past import LateTap
from lmdmd.rt.ring import Ring
from lmdmd.rt.schedule import CANCEL, CAPACITY, CLEAR, Entry, Schedule
from lmdmd.rt.slope import Slope
from lmdmd.units import db_from_gain, equal_power, gain_from_db

ROWS = tuple(p for p in PARAMS if p.numeric and (p.rate == "audio" or p.name in STEERED))
METERS = ("meter/out/l", "meter/out/r", "meter/in/l", "meter/in/r")
METER_FALL_DB_PER_S = 24.0

_NAME = {SLOT[row.name]: row.name for row in ROWS}
_JUMPING = ("mix/ramp", "mix/stutter_ms", "mix/dry_delay")
_ABRUPT = frozenset(row.name for row in ROWS if row.kind == "choice" or row.name in _JUMPING)
_BRIDGES = tuple(f"deck/{deck}/bridge" for deck in range(DECK_SLOTS))
_ENTRIES_A_BUFFER = 32


class Source(Protocol):
    """What a deck has made, as the mixer hears it: a ring."""

    def read_into(self, frame: int, out: np.ndarray) -> int:
        """Copy ``[N, C]`` from ``frame`` on; returns the frames that were there, the rest is zeroed."""
        ...

    def lead_frames(self, playhead: int) -> int:
        """Frames made but not heard."""
        ...


class Faders:
    """The mixer's rows as lanes: ``first`` and ``last`` hold their values at both ends of a buffer."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._lanes = {row.name: Lane(row.to_slot(row.default)) for row in ROWS}
        self.first = {row.name: row.to_slot(row.default) for row in ROWS}
        self.last = dict(self.first)
        self._moving: dict[str, int] = {}
        self._next = -1

    def adopt(self, board: Board) -> None:
        """Take every row's present value from the board: a new mixer goes on where the last one stood."""
        self.begin_with({row.name: row.to_slot(board.get(row.name)) for row in ROWS})

    def begin_with(self, values: Mapping[str, float]) -> None:
        """Begin rows with other values than their defaults."""
        self._lanes |= {name: Lane(value) for name, value in values.items()}
        self._next = -1

    def beginnings(self) -> dict[str, float]:
        """Values of the rows that do not begin with their defaults."""
        values = {name: lane.at(0) for name, lane in self._lanes.items()}
        return {name: value for name, value in values.items() if value != BY_NAME[name].to_slot(BY_NAME[name].default)}

    def apply(self, frame: int, entry: Entry, standing: bool) -> None:
        """Plan one write at ``frame``, the first of the buffer; what comes while time stands needs no ramp."""
        if entry.slot == CLEAR:
            self._clear_after(frame, entry.frame, tuple(self._lanes))
        elif entry.slot in _NAME and entry.glide_frames == CANCEL:
            self._clear_after(frame, entry.frame, (_NAME[entry.slot],))
        elif entry.slot in _NAME:
            self._plan(frame, _NAME[entry.slot], entry, standing)

    def _plan(self, frame: int, name: str, entry: Entry, standing: bool) -> None:
        at = frame if entry.frame == NOW else max(entry.frame, frame)
        late = 0 if entry.frame == NOW else at - entry.frame
        glide = max(entry.glide_frames - late, 0)
        if not (standing and at == frame) and name not in _ABRUPT:
            glide = max(glide, round(self.last["mix/ramp"] * self._rate_hz / 1000.0))
        lane = self._lanes[name]
        lane.forget_before(frame)
        lane.write(at, entry.target, glide, entry.curve)
        self._moving[name] = max(self._moving.get(name, 0), at + glide)
        if standing:
            self._next = -1

    def _clear_after(self, frame: int, last_frame: int, names: Sequence[str]) -> None:
        """Cancel what is planned after ``last_frame``; a row that has gone there already comes back at ``frame``."""
        for name in names:
            self._lanes[name].clear_after(last_frame)
            if self._lanes[name].at(frame) != self.last[name]:
                self._moving[name] = max(self._moving.get(name, 0), frame)

    def advance(self, frame: int, frames: int) -> None:
        """Bring ``first`` and ``last`` to the buffer ``[frame, frame + frames)``."""
        if frame != self._next:
            self._seek(frame)
        self._next = frame + frames
        for name, until in tuple(self._moving.items()):
            self.first[name] = self.last[name]
            self.last[name] = self._lanes[name].at(self._next)
            if frame > until:
                self._lanes[name].forget_before(frame)
                del self._moving[name]

    def peek(self, name: str, frame: int) -> float:
        """Value of a row at a frame to come, as far as is known now."""
        return self._lanes[name].at(frame)

    def _seek(self, frame: int) -> None:
        for name, lane in self._lanes.items():
            self.first[name] = self.last[name] = lane.at(frame)


class Mixer:
    """Mixes buffers of up to ``buffer_frames``; one caller, buffers in order.

    Counters ``underruns``, ``gaps`` and ``concealed_ms`` only grow; ``meters_db`` falls slowly from its peaks.
    ``live`` holds the last buffer's input as it came through the door: what the input tape should keep.
    """

    def __init__(self, rate_hz: int, buffer_frames: int, schedule: Schedule | None = None, cursor: int = 0) -> None:
        self.rate_hz = rate_hz
        self.buffer_frames = buffer_frames
        self.faders = Faders(rate_hz)
        self.limiter = Limiter(rate_hz, buffer_frames)
        self.concealers = tuple(Concealer(rate_hz, buffer_frames) for _ in range(DECK_SLOTS))
        self.history = History(round(MEMORY_S * rate_hz))
        self.freeze = Hold(FrozenLoop(rate_hz), rate_hz, buffer_frames)
        self.stutter = Hold(Slice(rate_hz, self._slice_frames(BY_NAME["mix/stutter_ms"].hi)), rate_hz, buffer_frames)
        self.highpass = Filter("highpass", rate_hz, self.faders.first["mix/highpass"])
        self.lowpass = Filter("lowpass", rate_hz, self.faders.first["mix/lowpass"])
        self.door = Door(rate_hz, buffer_frames)
        self.dry = LateTap(rate_hz, BY_NAME["mix/dry_delay"].hi, buffer_frames)
        self.live = np.zeros((buffer_frames, 2), np.float32)
        self._block = np.zeros((buffer_frames, 2), np.float32)
        self._slope = Slope(buffer_frames)
        self._heard = np.zeros(len(METERS))
        self._peaks = np.zeros(len(METERS))
        self._schedule = schedule
        self._cursor = cursor

    # --- one buffer -------------------------------------------------------------------------------

    def process(self, frame: int, rings: Sequence[Source], source_in: np.ndarray, out: np.ndarray) -> None:
        """Make the buffer that begins at timeline ``frame``: ``source_in`` and ``out`` are ``[N, 2]``."""
        self._drain(frame, _ENTRIES_A_BUFFER, standing=False)
        self.faders.advance(frame, len(out))
        self._mix(frame, rings, self._take_input(frame, source_in), out)
        self.door.hear_output(frame, out)

    def process_again(self, frame: int, rings: Sequence[Source], live: np.ndarray, out: np.ndarray) -> None:
        """Make a buffer with ``live`` [N, 2] as its input: what the input tape has kept."""
        self.faders.advance(frame, len(out))
        self._mix(frame, rings, live, out)

    def _mix(self, frame: int, rings: Sequence[Source], live: np.ndarray, out: np.ndarray) -> None:
        out.fill(0.0)
        for deck, ring in enumerate(rings):
            self._add_deck(frame, deck, ring, live, out)
        self._hold(out)
        self._blend_live(frame, live, out)
        self._widen(out)
        self._filter(out)
        self._level(out)
        self._limit(out)
        self._meter(out, live)

    def stand(self, frame: int, source_in: np.ndarray, out: np.ndarray) -> None:
        """Silence while time stands at ``frame``: writes are taken at once, the input meter works."""
        self._drain(frame, _ENTRIES_A_BUFFER, standing=True)
        self.faders.advance(frame, 0)
        out.fill(0.0)
        self._meter(out, self._take_input(frame, source_in, standing=True))

    def remember(self, frame: int, live: np.ndarray) -> None:
        """Take ``live`` [N, 2] as the input from ``frame`` on that came in before the first buffer."""
        self.dry.past.add(frame, live[-self.dry.past.frames :])

    def take_up(self, frame: int) -> None:
        """Take what is planned while time stands at ``frame`` and nobody asks for a buffer."""
        self._drain(frame, CAPACITY, standing=True)

    def ready(self, frame: int, frames: int, rings: Sequence[Ring]) -> bool:
        """Whether every ring that has a share in ``[frame, frame + frames)`` can fill it, or never will."""
        self._drain(frame, CAPACITY, standing=False)
        ends = [self.faders.peek("mix/deck", at) for at in (frame, frame + frames)]
        return all(
            not any(_deck_gain(position, deck) for position in ends)
            or self.faders.peek(_BRIDGES[deck], frame)
            or (ring.start_frame <= frame and ring.write_frame >= frame + frames)
            or ring.leaves_out(frame)
            for deck, ring in enumerate(rings)
        )

    def _drain(self, frame: int, limit: int, *, standing: bool) -> None:
        if self._schedule is None:
            return
        entries, self._cursor = self._schedule.drain(self._cursor, limit, frame, standing=standing)
        for entry in entries:
            self.faders.apply(frame, entry, standing)

    def trace(self, what: str, frame: int, number: int = 0, value: float = 0.0) -> None:
        """Leave a trace of something that the sound from ``frame`` on depends on."""
        if self._schedule is not None:
            self._schedule.trace(what, frame, number, value)

    # --- sources ----------------------------------------------------------------------------------

    def _take_input(self, frame: int, source_in: np.ndarray, standing: bool = False) -> np.ndarray:
        live = self.live[: len(source_in)]
        live[:] = source_in
        first, last = self.faders.first, self.faders.last
        is_heard = is_heard_directly(last, _dry_gain(last))
        limited = is_heard and not self.limiter.idle
        self.door.process(frame, live, (first, last), is_heard=is_heard, limited=limited, standing=standing)
        return live

    def _add_deck(self, frame: int, deck: int, ring: Source, live: np.ndarray, out: np.ndarray) -> None:
        first = _deck_gain(self.faders.first["mix/deck"], deck)
        last = _deck_gain(self.faders.last["mix/deck"], deck)
        open_first, open_last = self.faders.first["mix/open"], self.faders.last["mix/open"]
        concealer = self.concealers[deck]
        was_filling = concealer.is_filling
        if first == last == 0.0:
            concealer.reset()
        else:
            block = self._block[: len(out)]
            available = ring.read_into(frame, block)
            self._slope.mend(block)
            mode, is_meant = self._filler(deck)
            concealer.process(frame, block, available, ring.lead_frames(frame), live, mode, is_meant)
            self._scale(block, first * open_first, last * open_last)
            out += block
            if concealer.is_filling and not was_filling:
                self.trace("short", frame, deck, available)
        if was_filling and not concealer.is_filling:
            self.trace("again", frame, deck)

    def _filler(self, deck: int) -> tuple[str, bool]:
        """What fills a gap of a deck, and whether it is a bridge over a gap that is meant."""
        bridge = BRIDGES[round(self.faders.first[_BRIDGES[deck]])]
        if bridge == "off":
            return MODES[round(self.faders.first["mix/conceal"])], False
        return ("loop" if bridge == "freeze" else "dry"), True

    def _hold(self, out: np.ndarray) -> None:
        first, last = self.faders.first, self.faders.last
        frames = self._slice_frames(last["mix/stutter_ms"])
        self.freeze.process(out, first["mix/freeze"], last["mix/freeze"], self.history, frames)
        self.stutter.process(out, first["mix/stutter"], last["mix/stutter"], self.history, frames)
        self.history.add(out)

    def _blend_live(self, frame: int, live: np.ndarray, out: np.ndarray) -> None:
        """Add the input: late by ``mix/dry_delay`` as far as ``mix/wet`` lets it, and at once as the monitor."""
        first, last = self.faders.first, self.faders.last
        late = self.dry.process(frame, live, round(last["mix/dry_delay"] * self.rate_hz))
        self._scale(out, _wet_gain(first), _wet_gain(last))
        self._add(late, _dry_gain(first), _dry_gain(last), out)
        self._add(live, gain_from_db(first["input/monitor"]), gain_from_db(last["input/monitor"]), out)

    def _add(self, audio: np.ndarray, first: float, last: float, out: np.ndarray) -> None:
        if first or last:
            block = self._block[: len(out)]
            block[:] = audio
            self._scale(block, first, last)
            out += block

    # --- the sum ----------------------------------------------------------------------------------

    def _widen(self, out: np.ndarray) -> None:
        first, last = self.faders.first["mix/width"], self.faders.last["mix/width"]
        if first == last == 1.0:
            return
        side = self._block[: len(out), :1]
        np.subtract(out[:, :1], out[:, 1:], out=side)
        self._scale(side, (first - 1.0) / 2.0, (last - 1.0) / 2.0)
        out[:, :1] += side
        out[:, 1:] -= side

    def _filter(self, out: np.ndarray) -> None:
        self.highpass.process(out, self.faders.last["mix/highpass"])
        self.lowpass.process(out, self.faders.last["mix/lowpass"])

    def _level(self, out: np.ndarray) -> None:
        first, last = self.faders.first, self.faders.last
        at_first = open_gain(first, "mix") * first["mix/fade"] * first["mix/ending"]
        at_last = open_gain(last, "mix") * last["mix/fade"] * last["mix/ending"]
        for channel in (0, 1):
            side = out[:, channel : channel + 1]
            pan_first, pan_last = _balance(first["mix/pan"], channel), _balance(last["mix/pan"], channel)
            self._scale(side, at_first * pan_first, at_last * pan_last)

    def _limit(self, out: np.ndarray) -> None:
        first, last = self.faders.first, self.faders.last
        ceiling = gain_from_db(min(first["mix/ceiling"], last["mix/ceiling"]))
        self.limiter.process(out, ceiling, last["mix/limit"] >= 0.5)

    def _meter(self, out: np.ndarray, live: np.ndarray) -> None:
        self._peaks *= 10.0 ** (-METER_FALL_DB_PER_S * len(out) / self.rate_hz / 20.0)
        self._heard[0], self._heard[1] = self._slope.largest(out)
        self._heard[2], self._heard[3] = self._slope.largest(live)
        np.maximum(self._peaks, self._heard, out=self._peaks)

    # --- small things -----------------------------------------------------------------------------

    def _scale(self, audio: np.ndarray, first: float, last: float) -> None:
        self._slope.scale(audio, first, last)

    def _slice_frames(self, slice_ms: float) -> int:
        return round(slice_ms * self.rate_hz / 1000.0)

    # --- reports ----------------------------------------------------------------------------------

    @property
    def underruns(self) -> int:
        """Gaps concealed so far, one that is open now included."""
        return sum(concealer.underruns for concealer in self.concealers)

    @property
    def gaps(self) -> int:
        """Gaps that are over; read before ``last_gap``, which is then no older."""
        return sum(concealer.gaps for concealer in self.concealers)

    @property
    def last_gap(self) -> Gap:
        """The gap that ended last."""
        return max((concealer.last_gap for concealer in self.concealers), key=lambda gap: gap.frame + gap.frames)

    @property
    def concealed_ms(self) -> float:
        """Total length of the gaps."""
        return 1000.0 * sum(concealer.concealed_frames for concealer in self.concealers) / self.rate_hz

    def meters_db(self) -> dict[str, float]:
        """Level of each meter row."""
        return {name: db_from_gain(float(peak)) for name, peak in zip(METERS, self._peaks, strict=True)}


def _round_off(gain: float) -> float:
    return 0.0 if gain < 1e-9 else gain


def _deck_gain(position: float, deck: int) -> float:
    return _round_off(equal_power(position)[deck])


def _dry_gain(values: Mapping[str, float]) -> float:
    """Share of the input that ``mix/wet`` leaves it."""
    return _round_off(equal_power(values["mix/wet"])[0])


def _wet_gain(values: Mapping[str, float]) -> float:
    return _round_off(equal_power(values["mix/wet"])[1])


def _balance(pan: float, channel: int) -> float:
    """Gain of a channel: both are untouched in the middle, the far one falls away towards an end."""
    away = max(pan, 0.0) if channel == 0 else max(-pan, 0.0)
    return _round_off(math.cos(away * math.pi / 2.0))
