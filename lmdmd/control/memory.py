"""The shared memory of one running program: board, schedule, a ring a deck, two tapes. Control owns it."""

from __future__ import annotations

from dataclasses import dataclass

from lmdmd.params import DECK_SLOTS
from lmdmd.rt.board import Board
from lmdmd.rt.ring import Ring
from lmdmd.rt.schedule import Schedule
from lmdmd.rt.tape import Tape

RING_S = 12.0
TAPE_S = 60.0
CHANNELS = 2
_SIZING_HZ = 96_000
"""Sizes are fixed before the device has said its rate; up to this one they last as long as they say."""


@dataclass(frozen=True)
class Memory:
    """Everything that processes share. Made by control, attached to by name."""

    board: Board
    schedule: Schedule
    rings: list[Ring]
    tapes: dict[str, Tape]

    @classmethod
    def create(cls, rate_hz: int = 0) -> Memory:
        """Make it all; without ``rate_hz`` the audio process fixes the rate when it has opened the device."""
        sizing_hz = rate_hz or _SIZING_HZ
        return cls(
            Board.create(rate_hz),
            Schedule.create(),
            [Ring.create(round(RING_S * sizing_hz), CHANNELS, rate_hz) for _ in range(DECK_SLOTS)],
            {name: Tape.create(round(TAPE_S * sizing_hz), CHANNELS, rate_hz) for name in ("output", "input")},
        )

    @property
    def rate_hz(self) -> int:
        """Frames per second of the timeline."""
        return self.board.rate_hz

    def close(self) -> None:
        """Unmap and remove it all."""
        for part in (self.board, self.schedule, *self.rings, *self.tapes.values()):
            part.close()
            part.unlink()
