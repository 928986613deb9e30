"""From the model's sample rate to the device's, block by block, as one continuous stream."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import soxr

_PAST_FRAMES = 4096
"""Far more than soxr's filter reaches back. Its state cannot be copied: a stream is taken up by hearing this again."""


@dataclass(frozen=True)
class Resampled:
    """Where a stream stood: frames taken and given, and the newest of those taken [n, C]."""

    taken: int
    given: int
    past: np.ndarray


class StreamResampler:
    """A soxr stream, or nothing at all when the rates agree. Output frame k is always time k / rate.

    Taken up again by ``load``, a stream gives what it gave before within soxr's own precision, about -85 dB.
    """

    def __init__(self, from_hz: int, to_hz: int, channels: int = 2) -> None:
        self._stream = None if from_hz == to_hz else soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32")
        common = math.gcd(from_hz, to_hz)
        self._every, self._gives = from_hz // common, to_hz // common
        self._channels = channels
        self.reset()

    def step(self, audio: np.ndarray) -> np.ndarray:
        """Next [N, C] frames in, as many as are ready out."""
        if self._stream is None:
            return audio
        self._taken += len(audio)
        self._past = np.concatenate((self._past, audio))[-_PAST_FRAMES:]
        made = np.concatenate((self._held, self._stream.resample_chunk(audio)))
        given, self._held = made[self._skip :], made[:0]
        self._skip = max(0, self._skip - len(made))
        self._given += len(given)
        return given

    def reset(self) -> None:
        """Begin a new stream."""
        if self._stream is not None:
            self._stream.clear()
        self._taken = self._given = self._skip = 0
        self._past = self._held = np.zeros((0, self._channels), np.float32)

    def save(self) -> Resampled:
        """Return where the stream stands."""
        return Resampled(self._taken, self._given, self._past)

    def load(self, saved: Resampled) -> None:
        """Go back to a saved moment."""
        self.reset()
        if self._stream is None:
            return
        # Only there do an input and an output frame fall together, so that a new stream keeps the old one's time.
        oldest = saved.taken - len(saved.past)
        begin = -(-oldest // self._every) * self._every
        self._held = self._stream.resample_chunk(saved.past[begin - oldest :])
        self._skip = saved.given - begin // self._every * self._gives
        self._taken, self._given, self._past = saved.taken, saved.given, saved.past


def resample(audio: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    """A whole [N, C] recording at another rate."""
    return audio if from_hz == to_hz else soxr.resample(audio, from_hz, to_hz)
