"""The last seconds of a sound inside the mixer, by timeline frame, and a place in them that moves without a click."""

from __future__ import annotations

import numpy as np

FADE_S = 0.03


class Past:
    """The latest ``frames`` of a stereo sound; what was never added is silence."""

    def __init__(self, frames: int) -> None:
        # np.zeros would leave the pages to be mapped in the callback.
        self._audio = np.full((frames, 2), 0.0, np.float32)

    @property
    def frames(self) -> int:
        """How far back it goes."""
        return len(self._audio)

    def add(self, frame: int, audio: np.ndarray) -> None:
        """Take ``[N, 2]`` as what sounds from ``frame`` on, N up to its own length."""
        at = frame % len(self._audio)
        first = min(len(audio), len(self._audio) - at)
        self._audio[at : at + first] = audio[:first]
        self._audio[: len(audio) - first] = audio[first:]

    def read_into(self, frame: int, out: np.ndarray) -> None:
        """Copy ``[N, 2]`` from ``frame`` on, which lies no further back than it goes."""
        at = frame % len(self._audio)
        first = min(len(out), len(self._audio) - at)
        out[:first] = self._audio[at : at + first]
        out[first:] = self._audio[: len(out) - first]


class LateTap:
    """A sound as it was a while ago; another while is faded to within ``FADE_S``, so that nothing jumps or bends."""

    def __init__(self, rate_hz: int, longest_s: float, max_frames: int) -> None:
        self.longest_frames = round(longest_s * rate_hz)
        self.past = Past(self.longest_frames + max_frames)
        self._step = 1.0 / (FADE_S * rate_hz)
        self._line = np.arange(1, max_frames + 1, dtype=np.float32)[:, None]
        self._rise = np.zeros((max_frames, 1), np.float32)
        self._before = np.zeros((max_frames, 2), np.float32)
        self._out = np.zeros((max_frames, 2), np.float32)
        self._from = self._to = 0
        self._share = 1.0

    def process(self, frame: int, audio: np.ndarray, late_frames: int) -> np.ndarray:
        """Take what sounds from ``frame`` on; returns what sounded ``late_frames`` before: good until the next call."""
        self.past.add(frame, audio)
        late_frames = min(max(late_frames, 0), self.longest_frames)
        if self._share == 1.0 and late_frames != self._to:
            self._from, self._to, self._share = self._to, late_frames, 0.0
        if self._share == 1.0 and not self._to:
            return audio
        out = self._out[: len(audio)]
        self.past.read_into(frame - self._to, out)
        if self._share < 1.0:
            self._fade(frame, out)
        return out

    def _fade(self, frame: int, out: np.ndarray) -> None:
        before, rise = self._before[: len(out)], self._rise[: len(out)]
        self.past.read_into(frame - self._from, before)
        np.multiply(self._line[: len(out)], self._step, out=rise)
        rise += self._share
        np.minimum(rise, 1.0, out=rise)
        out -= before
        out *= rise
        out += before
        self._share = float(rise[-1, 0])
