"""The shared memory of one running program: board, schedule, a ring a deck, two tapes. Control owns it."""

from __future__ import annotations

import math
import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

from lmdmd.errors import LmdmdError
from lmdmd.params import DECK_SLOTS
from lmdmd.rt.board import Board
from lmdmd.rt.ring import Ring
from lmdmd.rt.schedule import Schedule
from lmdmd.rt.shared import PLACE, sweep
from lmdmd.rt.tape import Tape

RING_S = 12.0
TAPE_S = 60.0
CHANNELS = 2
TAPES = ("output", "input")
_SIZING_HZ = 96_000
"""Sizes are fixed before the device has said its rate; up to this one they last as long as they say."""

_SAMPLE_BYTES = 4
_SMALL_BYTES = 2 * 10**6
"""More than board and schedule take."""

Part = TypeVar("Part", Board, Schedule, Ring, Tape)


def why_short(rate_hz: int = 0) -> str:
    """What to say when there is less shared memory left than ``Memory.create`` takes; empty when there is enough."""
    return _short_text(rate_hz) if free_bytes() < _needed_bytes(rate_hz) else ""


def _needed_bytes(rate_hz: int) -> float:
    seconds = RING_S * DECK_SLOTS + TAPE_S * len(TAPES)
    return seconds * (rate_hz or _SIZING_HZ) * CHANNELS * _SAMPLE_BYTES + _SMALL_BYTES


def free_bytes() -> float:
    """Room for shared memory; infinite where the system does not say."""
    if not PLACE.is_dir():
        return math.inf
    there = os.statvfs(PLACE)
    return there.f_bavail * there.f_frsize


def _short_text(rate_hz: int) -> str:
    needed, free = _needed_bytes(rate_hz) / 1e6, free_bytes() / 1e6
    return (
        f"a show needs {needed:.0f} MB of shared memory, and {free:.0f} MB are free in {PLACE}; "
        "a container gets more with docker run --shm-size=256m"
    )


@dataclass(frozen=True)
class Memory:
    """Everything that processes share. Made by control, attached to by name."""

    board: Board
    schedule: Schedule
    rings: list[Ring]
    tapes: dict[str, Tape]

    @classmethod
    def create(cls, rate_hz: int = 0) -> Memory:
        """Make it all; what killed programs have left makes room first.

        Without ``rate_hz`` the audio process fixes the rate when it has opened the device. Raises ``LmdmdError`` when
        the system has too little shared memory.
        """
        sweep()
        sizing_hz = rate_hz or _SIZING_HZ
        with ExitStack() as undoing:

            def keep(part: Part) -> Part:
                undoing.callback(_remove, part)
                return part

            try:
                made = cls(
                    keep(Board.create(rate_hz)),
                    keep(Schedule.create()),
                    [keep(Ring.create(round(RING_S * sizing_hz), CHANNELS, rate_hz)) for _ in range(DECK_SLOTS)],
                    {name: keep(Tape.create(round(TAPE_S * sizing_hz), CHANNELS, rate_hz)) for name in TAPES},
                )
            except OSError:
                undoing.close()
                raise LmdmdError(_short_text(rate_hz)) from None
            undoing.pop_all()
            return made

    @property
    def rate_hz(self) -> int:
        """Frames per second of the timeline."""
        return self.board.rate_hz

    def close(self) -> None:
        """Unmap and remove it all."""
        for part in (self.board, self.schedule, *self.rings, *self.tapes.values()):
            _remove(part)


def _remove(part: Board | Schedule | Ring | Tape) -> None:
    part.close()
    part.unlink()
