"""From the model's sample rate to the device's, block by block, as one continuous stream."""

from __future__ import annotations

import numpy as np
import soxr


class StreamResampler:
    """A soxr stream, or nothing at all when the rates agree. Output frame k is always time k / rate."""

    def __init__(self, from_hz: int, to_hz: int, channels: int = 2) -> None:
        self._stream = None if from_hz == to_hz else soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32")

    def step(self, audio: np.ndarray) -> np.ndarray:
        """Next [N, C] frames in, as many as are ready out."""
        return audio if self._stream is None else self._stream.resample_chunk(audio)

    def reset(self) -> None:
        """Begin a new stream."""
        if self._stream is not None:
            self._stream.clear()


def resample(audio: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    """A whole [N, C] recording at another rate."""
    return audio if from_hz == to_hz else soxr.resample(audio, from_hz, to_hz)
