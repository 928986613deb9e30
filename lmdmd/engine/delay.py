"""How late what was made of the input is heard: as late as is asked, and never sooner than this machine can."""

from __future__ import annotations

import math

STEP_S = 0.02
"""The least delay grows and shrinks in such steps, so that it does not tremble with the times of blocks."""
MOST_S = 10.0
"""The longest delay: a ring holds little more."""
_SLACK_STEPS = 4
"""It shrinks only when so many steps would be saved."""


class Delay:
    """The delay of a stream, in frames."""

    def __init__(self, rate_hz: int) -> None:
        self._step = max(1, round(STEP_S * rate_hz))
        self.least_frames = 0
        self.frames = 0

    def settle(self, asked_frames: int, needed_frames: int) -> int:
        """Return the delay of the coming blocks, where they need so much to be on time."""
        needed = max(0, math.ceil(needed_frames / self._step) * self._step)
        if not needed <= self.least_frames <= needed + _SLACK_STEPS * self._step:
            self.least_frames = needed
        self.frames = max(asked_frames, self.least_frames)
        return self.frames


def asked_frames(beats: float, ms: float, tempo_bpm: float, rate_hz: int) -> int:
    """Frames of a delay of so many beats, or, where it has none, of so many milliseconds."""
    seconds = beats * 60.0 / tempo_bpm if beats > 0.0 else ms / 1000.0
    return round(min(seconds, MOST_S) * rate_hz)
