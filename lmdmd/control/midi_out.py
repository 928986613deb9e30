"""Our clock for others, as MIDI: a thread that sends each pulse when it is heard.

It reads two values that control replaces as they change, the tempo map and the time of frames, and asks nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lmdmd.control.clock import TempoMap
from lmdmd.control.frame_time import FrameTime
from lmdmd.control.midi_messages import CLOCK, CONTINUE, PULSES, START, STOP, take_up
from lmdmd.control.midi_ports import open_output

_LOOK_S = 0.005
"""So long it sleeps at most before it looks at the clock again."""

_LATE_S = 0.05
"""A pulse that is later than this is left out: followers take up the count anew."""


@dataclass(frozen=True)
class Train:
    """Pulses one after the other: where the last one was sent, and which one the follower expects."""

    frame: float = -1.0
    expected: int | None = None

    def next(self, clock: TempoMap, now_frame: float, late_frames: float) -> tuple[float, int]:
        """Where the next pulse is due, and its number."""
        return clock.next_pulse(max(self.frame, now_frame - late_frames), PULSES)

    def send(self, frame: float, pulse: int) -> tuple[Train, list[list[int]]]:
        """After a pulse, and its messages: where the count was broken the follower is told where we are."""
        if pulse == self.expected:
            return Train(frame, pulse + 1), [[CLOCK]]
        told = take_up(pulse)
        return Train(frame, pulse + 1 if told else None), [*told, [CLOCK]]


@dataclass
class MidiClockOut:
    """A sending port and its thread; ``show`` tells what to send, ``None`` stops the followers."""

    wanted: str
    port: Any = None
    _now: tuple[TempoMap, FrameTime] | None = None
    _ending: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.port = self.port or open_output("clock/midi_out", self.wanted)
        self._thread = threading.Thread(target=self._run, name="midi clock", daemon=True)
        self._thread.start()

    def show(self, clock: TempoMap | None, frame_time: FrameTime) -> None:
        """Go on by these."""
        self._now = (clock, frame_time) if clock is not None else None

    def close(self) -> None:
        """Stop the followers and close the port."""
        self._ending.set()
        self._thread.join()
        self.port.delete()

    def _run(self) -> None:
        train, running = Train(), False
        while not self._ending.is_set():
            now = self._now
            if now is None:
                running = self._stop(running)
                train = Train()
                self._ending.wait(_LOOK_S)
                continue
            frame, pulse = train.next(now[0], now[1].frame_at(time.monotonic()), _LATE_S * now[1].rate_hz)
            wait_s = now[1].heard_s(frame) - time.monotonic()
            if wait_s > _LOOK_S:
                self._ending.wait(_LOOK_S)
                continue
            time.sleep(max(0.0, wait_s))
            train, messages = train.send(frame, pulse)
            running |= any(message[0] in (START, CONTINUE) for message in messages)
            self._send(messages)
        self._stop(running)

    def _stop(self, running: bool) -> bool:
        if running:
            self._send([[STOP]])
        return False

    def _send(self, messages: Sequence[list[int]]) -> None:
        send: Callable[[list[int]], None] = self.port.send_message
        for message in messages:
            send(message)
