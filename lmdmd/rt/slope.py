"""What the mixer and its door do to a buffer in place: a gain that moves in a line, the mending of what is no sound."""

from __future__ import annotations

import numpy as np

LOUDEST = 1e4
"""Size of a sample beyond which it is a defect, not sound."""


class Slope:
    """Tools for buffers of up to ``max_frames``, with the room that they need."""

    def __init__(self, max_frames: int) -> None:
        self._line = np.arange(max_frames, dtype=np.float32)[:, None]
        self._size = np.zeros((max_frames, 2), np.float32)

    def scale(self, audio: np.ndarray, first: float, last: float) -> None:
        """Take the gain of ``audio`` [N, 1 or 2] from ``first`` to ``last``."""
        if first != last:
            audio *= first + (last - first) / len(audio) * self._line[: len(audio)]
        elif first == 0.0:
            audio.fill(0.0)
        elif first != 1.0:
            audio *= first

    def mend(self, audio: np.ndarray) -> int:
        """Make silence of every sample that is no sound, as it would stay in every state after it; returns how many."""
        size = np.abs(audio, out=self._size[: len(audio)])
        if float(size.max()) <= LOUDEST:  # written this way round so that nan is found too
            return 0
        broken = ~(size <= LOUDEST)
        audio[broken] = 0.0
        return int(np.count_nonzero(broken))

    def largest(self, audio: np.ndarray) -> tuple[float, float]:
        """Peak of the left and of the right channel."""
        size = np.abs(audio, out=self._size[: len(audio)])
        return size[:, 0].max(), size[:, 1].max()
