"""How late what was made of the input is heard: as late as is asked, and never sooner than this machine can."""

from __future__ import annotations

import math

STEP_S = 0.02
"""The least delay grows and shrinks in such steps, so that it does not tremble with the times of blocks."""
MOST_S = 10.0
"""The longest delay: a ring holds little more."""
_SLACK_STEPS = 4
"""It shrinks at once when more steps than these would be saved."""
CALM_S = 20.0
"""It shrinks by fewer when so long no more was needed."""


class Delay:
    """The delay of a stream, in frames."""

    def __init__(self, rate_hz: int) -> None:
        self._step = max(1, round(STEP_S * rate_hz))
        self._calm_frames = round(CALM_S * rate_hz)
        self._calm_since = self._most_since = 0
        self.least_frames = 0
        self.frames = 0

    def settle(self, asked_frames: int, needed_frames: int, frame: int) -> int:
        """Return the delay of the blocks from a frame on, where they need so much to be on time."""
        needed = max(0, math.ceil(needed_frames / self._step) * self._step)
        if not needed < self.least_frames <= needed + _SLACK_STEPS * self._step:
            self._begin_calm(needed, frame)
        else:
            self._most_since = max(self._most_since, needed)
            if frame - self._calm_since >= self._calm_frames:
                self._begin_calm(self._most_since, frame)
        self.frames = max(asked_frames, self.least_frames)
        return self.frames

    def _begin_calm(self, least_frames: int, frame: int) -> None:
        self.least_frames, self._most_since, self._calm_since = least_frames, 0, frame


def asked_frames(beats: float, ms: float, tempo_bpm: float, rate_hz: int) -> int:
    """Frames of a delay of so many beats, or, where it has none, of so many milliseconds."""
    seconds = beats * 60.0 / tempo_bpm if beats > 0.0 else ms / 1000.0
    return round(min(seconds, MOST_S) * rate_hz)
