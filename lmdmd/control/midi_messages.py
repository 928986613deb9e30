"""The messages of MIDI clock, and what they say of where the music stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

PULSES = 24
"""Clock messages in a beat."""

CLOCK, START, CONTINUE, STOP, POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
_SIXTEENTH = PULSES // 4
_MOST_SIXTEENTHS = 1 << 14


@dataclass(frozen=True)
class Transport:
    """Where a sender stands: the number of its newest pulse, from the first one of bar 1, and whether it runs.

    One that was never told to start runs as soon as it sends pulses; its first one is taken for a beat.
    """

    pulse: int = -1
    running: bool = True

    def step(self, message: Sequence[int]) -> Transport:
        """After one message; others than those of a clock change nothing."""
        kind = message[0] if message else 0
        if kind == CLOCK and self.running:
            return replace(self, pulse=self.pulse + 1)
        if kind == START:
            return Transport()
        if kind in (CONTINUE, STOP):
            return replace(self, running=kind == CONTINUE)
        if kind == POSITION and len(message) == 3:
            return replace(self, pulse=_SIXTEENTH * (message[1] + (message[2] << 7)) - 1)
        return self

    @property
    def beat(self) -> float:
        """Beat of the newest pulse, from 0."""
        return self.pulse / PULSES


def take_up(pulse: int) -> list[list[int]]:
    """Messages that let a follower begin at a pulse, sent before it; none where it cannot begin there."""
    if pulse == 0:
        return [[START]]
    sixteenth, rest = divmod(pulse, _SIXTEENTH)
    if rest or not 0 < sixteenth < _MOST_SIXTEENTHS:
        return []
    return [[STOP], [POSITION, sixteenth & 0x7F, sixteenth >> 7], [CONTINUE]]
