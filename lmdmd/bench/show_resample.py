"""A resampler that can be copied to the bit, as a show's decks are when they go two ways."""

from __future__ import annotations

from typing import Self

import numpy as np

from lmdmd.engine.resample import Resampled, StreamResampler


class CopiedResampler(StreamResampler):
    """Soxr's state cannot be copied: a copy is told everything once more that this one was since it began."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._rates_hz = from_hz, to_hz
        super().__init__(from_hz, to_hz)

    def step(self, audio: np.ndarray) -> np.ndarray:
        """Next [N, C] frames in, as many as are ready out."""
        if self._stream is not None:
            self._told.append(audio)
        return super().step(audio)

    def reset(self) -> None:
        """Begin a new stream."""
        self._told: list[np.ndarray | Resampled] = []
        super().reset()

    def load(self, saved: Resampled) -> None:
        """Go back to a saved moment."""
        super().load(saved)
        self._told = [saved]

    def __deepcopy__(self, _memo: object) -> Self:
        made = type(self)(*self._rates_hz)
        for told in self._told:
            if isinstance(told, Resampled):
                made.load(told)
            else:
                made.step(told)
        return made
