"""The audio process: attach, open the device, play, report; nothing in here may stop the sound.

The device's thread runs ``Player``: it mixes, keeps the tapes and moves the playhead, without locks,
logs or pipes. The main thread only sleeps, beats, copies counters to the board and watches the pipe.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from multiprocessing.connection import Connection

import numpy as np

from lmdmd.errors import LmdmdError
from lmdmd.messages import AudioArgs, Failed, Listen, Note, Ready, Stop
from lmdmd.params import DECK_SLOTS, SLOT
from lmdmd.rt.board import Board
from lmdmd.rt.conceal import MEMORY_S
from lmdmd.rt.device import DEFAULT_RATE_HZ, Device, open_device, prefer_real_time
from lmdmd.rt.gate import Gate
from lmdmd.rt.input_watch import InputWatch
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.rt.mixer import Mixer
from lmdmd.rt.ring import Ring
from lmdmd.rt.schedule import Schedule
from lmdmd.rt.sound import Sound
from lmdmd.rt.tape import Tape

TICK_S = 0.02
WATCH_PRIORITY = 10
_STOP_PATIENCE_S = 1.5
_COUNTERS = (
    "status/underruns",
    "status/concealed",
    "status/gaps",
    "status/xruns",
    "status/callbacks",
    "status/late",
)


class Player:
    """The callback: one mixer, the rings it reads, the tapes it writes, and the playhead."""

    def __init__(
        self,
        mixer: Mixer,
        board: Board,
        rings: tuple[Ring, ...],
        input_tape: Tape,
        output_tape: Tape,
        frame: int,
    ) -> None:
        self.frame = frame
        self.callbacks = 0
        self.late = 0
        self.longest_ms = 0.0
        self.failures = 0
        self.failure = ""
        self.closing = False
        self._mixer = mixer
        self._board = board
        self._rings = rings
        self._input_tape = input_tape
        self._output_tape = output_tape
        self._gate = Gate(mixer.rate_hz, mixer.buffer_frames)
        self._way = ""
        self._size = 0

    @property
    def silent(self) -> bool:
        """Whether the closing fade is over."""
        return self.closing and self._gate.shut

    def ready(self, frames: int) -> int:
        """How many of the next ``frames`` belong to the show; 0 while time stands or the rings do not hold them."""
        if not self._open:
            self._mixer.take_up(self.frame)
            return 0
        end = self._board.end_frame
        wanted = min(frames, end - self.frame) if end else frames
        return wanted if wanted > 0 and self._mixer.ready(self.frame, frames, self._rings) else 0

    @property
    def _open(self) -> bool:
        return bool(self._board.rolling) and not self.closing

    def __call__(self, source_in: np.ndarray, out: np.ndarray) -> None:
        """Fill ``out``; a defect in here is counted and silent, never raised."""
        begin = time.perf_counter_ns()
        try:
            for at in range(0, len(out), self._mixer.buffer_frames):
                part = slice(at, at + self._mixer.buffer_frames)
                self._play(source_in[part], out[part])
        except Exception as error:
            out.fill(0.0)
            self._count_failure(error)
        self._count_call((time.perf_counter_ns() - begin) / 1e6, len(out))

    def _count_call(self, took_ms: float, frames: int) -> None:
        self.callbacks += 1
        self.late += took_ms * self._mixer.rate_hz > 1000.0 * frames
        self.longest_ms = max(self.longest_ms, took_ms)

    def _play(self, source_in: np.ndarray, out: np.ndarray) -> None:
        is_open = self._open
        if not is_open and self._gate.shut:
            self._trace_way("stand")
            self._mixer.stand(self.frame, source_in, out)
            return
        self._trace_way("open" if is_open else "shut")
        self._trace_size(len(out))
        try:
            self._mixer.process(self.frame, self._rings, source_in, out)
        except Exception as error:
            out.fill(0.0)  # and time goes on, or the same frame would fail for ever
            self._mixer.trace("fail", self.frame)
            self._count_failure(error)
        self._gate.pass_on(self.frame, out, is_open)
        self._input_tape.append(self.frame, self._mixer.live[: len(out)])
        self._output_tape.append(self.frame, out)
        self._advance(len(out))

    def _trace_way(self, way: str) -> None:
        if way != self._way:
            self._way = way
            self._mixer.trace(way, self.frame)

    def _trace_size(self, frames: int) -> None:
        if frames != self._size:
            self._size = frames
            self._mixer.trace("size", self.frame, frames)

    def _advance(self, frames: int) -> None:
        self.frame += frames
        for ring in self._rings:
            ring.consume(self.frame)
        self._board.playhead = self.frame

    def _count_failure(self, error: Exception) -> None:
        self.failures += 1
        self.failure = f"{type(error).__name__}: {error}"


class Rig:
    """Everything the process holds, put together in order; raises ``LmdmdError``."""

    def __init__(self, args: AudioArgs) -> None:
        self.board = Board.attach(args.board)
        self.rings = tuple(Ring.attach(name) for name in args.rings[:DECK_SLOTS])
        self.tapes = (Tape.attach(args.input_tape), Tape.attach(args.output_tape))
        self.schedule = Schedule.attach(args.schedule)
        self.schedule.start_reading(args.schedule_cursor)
        frame = self.board.playhead if args.start_frame < 0 else args.start_frame
        # An open device may be heard at once: whatever takes time comes before.
        warm_up(self.board.rate_hz or args.rate_hz or DEFAULT_RATE_HZ, args.buffer_frames)
        self.device = open_device(
            args.device,
            input_device=args.input_device,
            rate_hz=args.rate_hz,
            buffer_frames=args.buffer_frames,
        )
        self._agree(frame)
        self.mixer = Mixer(self.device.rate_hz, self.device.buffer_frames, self.schedule, args.schedule_cursor)
        self.mixer.faders.adopt(self.board)
        self._remember_input(frame)
        if args.input_sound:
            self.listen(args.input_sound)
        self.input_watch = InputWatch(self.mixer.door, self.device.rate_hz, self.device.inputs)
        self._trace_start(frame, args.schedule_cursor)
        self.player = Player(self.mixer, self.board, self.rings, *self.tapes, frame)
        self._before = [float(self.board.get(name)) for name in _COUNTERS]

    def _agree(self, frame: int) -> None:
        """Let the whole program run at the device's rate, from ``frame`` on."""
        self.board.rate_hz = self.device.rate_hz
        self.board.playhead = frame
        delay_s = LATENCY_FRAMES / self.device.rate_hz + self.device.latency_s
        self.board.set("status/latency", 1000.0 * delay_s)
        for shared in (*self.rings, *self.tapes):
            shared.rate_hz = self.device.rate_hz
        for ring in self.rings:
            ring.guard_frames = 2 * self.device.buffer_frames
            ring.consume(frame)

    def _remember_input(self, frame: int) -> None:
        """Let a new mixer know what came in before it, as far as the tape goes back."""
        tape = self.tapes[0]
        frames = min(self.mixer.dry.longest_frames, frame - tape.start_frame)
        live = tape.read(frame - frames, frames) if frames > 0 else None
        if live is not None:
            self.mixer.remember(frame - frames, live)

    def listen(self, sound: str) -> None:
        """Play the file in a shared memory as an input; raises ``SegmentError``."""
        file = Sound.attach(sound)
        file.touch()
        self.mixer.door.file = file

    def _trace_start(self, frame: int, cursor: int) -> None:
        self.mixer.trace("start", frame, cursor, self.mixer.buffer_frames)
        for name, value in self.mixer.faders.beginnings().items():
            self.mixer.trace("row", frame, SLOT[name], value)

    def settle(self) -> None:
        """Do now what must not happen in the callback: map pages, first calls, garbage collection."""
        for shared in (self.board, self.schedule, *self.rings, *self.tapes):
            shared.touch()
        gc.collect()
        gc.freeze()
        gc.disable()

    def report(self) -> None:
        """Copy counters and meters to the board and say that we live."""
        mixer, player = self.mixer, self.player
        gaps = mixer.gaps
        if gaps:
            # Before the counter, so that whoever sees it grow finds this gap.
            self.board.set("status/gap", 1000.0 * mixer.last_gap.frames / mixer.rate_hz)
            self.board.set("status/gap_at", mixer.last_gap.frame / mixer.rate_hz)
        counts = (mixer.underruns, mixer.concealed_ms, gaps, self.device.xruns, player.callbacks, player.late)
        for name, before, count in zip(_COUNTERS, self._before, counts, strict=True):
            self.board.set(name, before + count)
        self.board.set("status/callback_max", player.longest_ms)
        for name, level_db in mixer.meters_db().items():
            self.board.set(name, level_db)
        self.board.set("input/ducked", mixer.door.guard.ducked_db)
        self.board.set("input/present", mixer.door.present)
        self.board.beat("audio")


def warm_up(rate_hz: int, buffer_frames: int) -> None:
    """Take a mixer of the same size through everything it can do, so nothing runs first on stage."""
    mixer = Mixer(rate_hz, buffer_frames)
    noise = np.random.default_rng(0).standard_normal((buffer_frames, 2)).astype(np.float32)
    out = np.zeros_like(noise)
    for _ in range(round(MEMORY_S * rate_hz) // buffer_frames + 1):
        mixer.limiter.process(noise.copy(), 0.5, True)
        mixer.concealers[0].process(0, noise, buffer_frames, 2 * buffer_frames, out, "loop")
        mixer.history.add(noise)
    mixer.concealers[0].process(0, out, 0, 0, noise, "loop")
    for hold in (mixer.freeze, mixer.stutter):
        hold.process(out, 0.0, 1.0, mixer.history, rate_hz // 10)
    for cutoff_hz in (1000.0, 2000.0, 2000.0):
        mixer.highpass.process(out, cutoff_hz)
        mixer.lowpass.process(out, cutoff_hz)
    for cutoff_hz in (30.0, 40.0):
        mixer.door.warm_up(noise, cutoff_hz)
    mixer.dry.process(0, noise, buffer_frames)
    mixer.process(0, (), noise, out)


class Watch:
    """The main thread's loop: heartbeat, counters, pipe, and a device that must keep calling."""

    def __init__(self, connection: Connection, rig: Rig) -> None:
        self._connection = connection
        self._rig = rig
        self._callbacks = 0
        self._called_at = time.monotonic()
        self._failures = 0
        self._noted_at = 0.0

    def run(self) -> None:
        """Return when told to stop or when the parent is gone; raises ``LmdmdError`` for a lost device."""
        while not self._told_to_stop():
            self._rig.report()
            self._tell_failures()
            self._tell_of_input()
            self._check_device()

    def _told_to_stop(self) -> bool:
        try:
            message = self._connection.recv() if self._connection.poll(TICK_S) else None
        except (EOFError, OSError):
            return True
        if isinstance(message, Listen):
            self._rig.listen(message.sound)
            send(self._connection, Ready("file", self._rig.device.rate_hz))
        return isinstance(message, Stop)

    def _tell_of_input(self) -> None:
        source = self._rig.mixer.faders.last["input/source"]
        for text in self._rig.input_watch.look(time.monotonic(), source):
            send(self._connection, Note(text))

    def _tell_failures(self) -> None:
        player, now = self._rig.player, time.monotonic()
        if player.failures > self._failures and now - self._noted_at > 1.0:
            self._failures, self._noted_at = player.failures, now
            send(self._connection, Note(f"the mixer failed {player.failures} times, last: {player.failure}"))

    def _check_device(self) -> None:
        device, now = self._rig.device, time.monotonic()
        if self._rig.player.callbacks != self._callbacks:
            self._callbacks, self._called_at = self._rig.player.callbacks, now
        if not device.alive or now - self._called_at > device.patience_s:
            raise LmdmdError(device.note or f"the sound device {device.name} stopped")


def send(connection: Connection, message: object) -> None:
    """Send to a parent that may be gone."""
    try:
        connection.send(message)
    except OSError:
        return


def stop_device(device: Device) -> bool:
    """Stop it in a thread of its own, since a lost device never answers; False when it did not."""
    stopper = threading.Thread(target=device.stop, daemon=True)
    stopper.start()
    stopper.join(_STOP_PATIENCE_S)
    return not stopper.is_alive()


def close_down(rig: Rig) -> bool:
    """Fade out, stop the device, report a last time."""
    rig.player.closing = True
    deadline = time.monotonic() + 0.5
    while rig.device.alive and not rig.player.silent and time.monotonic() < deadline:
        time.sleep(0.005)
    stopped = stop_device(rig.device)
    rig.report()
    return stopped


def run(connection: Connection, args: AudioArgs) -> None:
    """Be the audio process until told to stop, until the parent is gone, or until the device is lost."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        rig = Rig(args)
        rig.settle()
        prefer_real_time(WATCH_PRIORITY)
        rig.device.start(rig.player)
    except LmdmdError as error:
        send(connection, Failed(str(error)))
        return
    send(connection, Ready("audio", rig.device.rate_hz, rig.device.name, inputs=rig.device.inputs))
    if rig.device.note:
        send(connection, Note(rig.device.note))
    try:
        Watch(connection, rig).run()
    except LmdmdError as error:
        send(connection, Failed(str(error)))
        os._exit(1)  # PortAudio's own clean-up waits for ever for a device that is lost
    if not close_down(rig):
        os._exit(1)
