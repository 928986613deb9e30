"""Our clock for others, as MIDI: a thread that sends each pulse when it is heard.

It reads two values that control replaces as they change, the tempo map and the time of frames, and asks nobody.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from lmdmd.control.clock import TempoMap
from lmdmd.control.frame_time import FrameTime
from lmdmd.control.midi_messages import CLOCK, PULSES, STOP, take_up
from lmdmd.control.midi_ports import OUTPUT, Port

_LOOK_S = 0.005
"""So long it sleeps at most before it looks at the clock again."""

_LATE_S = 0.05
"""A pulse that is later than this is left out: followers take up the count anew."""


_MOST_SAID = 8
_PRIORITY = 5
"""Real-time priority of the thread: it sleeps, and wakes for microseconds."""


@dataclass(frozen=True)
class Train:
    """Pulses one after the other: where the last one was sent, which one followers expect, and whether they run."""

    frame: float = -1.0
    expected: int | None = None
    running: bool = False

    def next(self, clock: TempoMap, now_frame: float, late_frames: float) -> tuple[float, int]:
        """Where the next pulse is due, and its number."""
        return clock.next_pulse(max(self.frame, now_frame - late_frames), PULSES)

    def send(self, frame: float, pulse: int) -> tuple[Train, list[list[int]]]:
        """After a pulse, and its messages: where the count was broken followers are told where we are."""
        if pulse == self.expected:
            return Train(frame, pulse + 1, self.running), [[CLOCK]]
        told = take_up(pulse)
        return Train(frame, pulse + 1 if told else None, self.running or bool(told)), [*told, [CLOCK]]


class MidiClockOut:
    """A sending port and its thread. ``failure`` says why it had to stop by itself, ``said`` where the port went."""

    def __init__(self, wanted: str) -> None:
        self.failure = ""
        self.said: deque[str] = deque(maxlen=_MOST_SAID)
        self._port = Port(OUTPUT, "clock/midi_out", wanted)
        self._now: tuple[TempoMap, FrameTime] | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="midi clock", daemon=True)
        self._thread.start()

    def show(self, clock: TempoMap | None, frame_time: FrameTime) -> None:
        """Go on by these; ``None`` stops the followers."""
        self._now = (clock, frame_time) if clock is not None else None

    def close(self) -> None:
        """Stop the followers and close the port."""
        self._ending.set()
        self._thread.join()
        self._port.delete()

    def _run(self) -> None:
        with suppress(AttributeError, OSError):  # where the system permits it
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_PRIORITY))
        train = Train()
        try:
            while not self._ending.is_set():
                if said := self._port.look(time.monotonic()):
                    self.said.append(said)
                    train = replace(train, expected=None)
                train = self._go_on(train, self._now)
            if train.running:
                self._send([[STOP]])
        except Exception as error:
            self.failure = f"MIDI clock cannot be sent any more: {error}"

    def _go_on(self, train: Train, now: tuple[TempoMap, FrameTime] | None) -> Train:
        if now is None:
            if train.running:
                self._send([[STOP]])
            self._ending.wait(_LOOK_S)
            return Train()
        clock, frame_time = now
        now_s = time.monotonic()
        frame, pulse = train.next(clock, frame_time.frame_at(now_s), _LATE_S * frame_time.rate_hz)
        wait_s = frame_time.heard_s(frame) - now_s
        if wait_s > _LOOK_S:
            self._ending.wait(_LOOK_S)
            return train
        time.sleep(max(0.0, wait_s))
        train, messages = train.send(frame, pulse)
        self._send(messages)
        return train

    def _send(self, messages: Sequence[list[int]]) -> None:
        for message in messages:
            self._port.send_message(message)
