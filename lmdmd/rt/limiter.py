"""Look-ahead limiter: a ceiling for every sample, a smooth gain, and nothing but a delay while nothing exceeds.

It is a sample-peak ceiling: what a converter or an encoder makes between two samples can lie above it, by
some tenths of a dB in most music; a ceiling of -1 dB leaves room for that.
The signal leaves ``LATENCY_FRAMES`` later, always, limiting or not. The gain is the least that any
frame in the look-ahead window needs, released exponentially and smoothed over that same window, so it
has arrived when the peak does.
"""

from __future__ import annotations

import numpy as np

LATENCY_FRAMES = 64
RELEASE_S = 0.08
_WINDOW = LATENCY_FRAMES + 1
_INAUDIBLE = 1e-5


def sliding_maximum(values: np.ndarray, window: int) -> np.ndarray:
    """Maximum of each ``window`` neighbours: ``[N]`` to ``[N - window + 1]``."""
    reach = 1
    while reach * 2 <= window:
        values = np.maximum(values[:-reach], values[reach:])
        reach *= 2
    rest = window - reach
    return np.maximum(values[:-rest], values[rest:]) if rest else values


def release(cuts: np.ndarray, before: float, decay: float) -> np.ndarray:
    """Let each cut die away unless a deeper one comes: c[n] = max(x[n], decay c[n-1])."""
    fall = decay ** np.arange(1, len(cuts) + 1)
    return fall * np.maximum(np.maximum.accumulate(cuts / fall), before)


def _within(audio: np.ndarray, ceiling: float) -> bool:
    """Whether every sample is a number within ``ceiling``."""
    return float(audio.max()) <= ceiling and float(audio.min()) >= -ceiling


class Limiter:
    """Stereo-linked limiter with state across buffers; ``process`` works in place on ``[N, 2]``."""

    def __init__(self, rate_hz: int, max_frames: int) -> None:
        self._decay = float(np.exp(-1.0 / (RELEASE_S * rate_hz)))
        self._line = np.zeros((LATENCY_FRAMES + max_frames, 2), np.float32)
        self._size = np.zeros((max_frames, 2), np.float32)
        self._needs = np.zeros(LATENCY_FRAMES + max_frames)
        self._cuts = np.zeros(LATENCY_FRAMES + max_frames)
        self._cut = 0.0

    @property
    def idle(self) -> bool:
        """Whether the gain is exactly one and stays so until a peak comes."""
        return self._cut == 0.0 and not self._cuts[:LATENCY_FRAMES].any()

    def process(self, audio: np.ndarray, ceiling: float, on: bool) -> None:
        """Delay by ``LATENCY_FRAMES`` and hold every sample within ``ceiling`` (linear), one that is no number too."""
        n = len(audio)
        line = self._line[: LATENCY_FRAMES + n]
        line[LATENCY_FRAMES:] = audio
        if self.idle and (not on or _within(line, ceiling)):
            audio[:] = line[:n]
        else:
            np.nan_to_num(line, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
            audio[:] = line[:n]
            self._limit(audio, line[LATENCY_FRAMES:], ceiling, on)
        line[:LATENCY_FRAMES] = line[n:].copy()

    def _limit(self, audio: np.ndarray, coming: np.ndarray, ceiling: float, on: bool) -> None:
        """Limit ``audio``, which leaves now, by what its last frame's window sees of ``coming``."""
        n = len(audio)
        size = np.abs(coming, out=self._size[:n])
        peaks = np.maximum(size[:, 0], size[:, 1])
        needs = self._needs[: LATENCY_FRAMES + n]
        needs[LATENCY_FRAMES:] = 1.0 - ceiling / np.maximum(peaks, ceiling) if on else 0.0
        cuts = self._cuts[: LATENCY_FRAMES + n]
        cuts[LATENCY_FRAMES:] = release(sliding_maximum(needs, _WINDOW), self._cut, self._decay)
        cuts[cuts < _INAUDIBLE] = 0.0
        self._cut = float(cuts[-1])
        total = np.concatenate(([0.0], np.cumsum(cuts)))
        gain = 1.0 - (total[_WINDOW:] - total[:-_WINDOW]) / _WINDOW
        audio *= gain[:, None].astype(np.float32)
        if on:
            # The mean above can miss by a rounding, and the ceiling itself may just have come down.
            np.clip(audio, -ceiling, ceiling, out=audio)
        needs[:LATENCY_FRAMES] = needs[n:].copy()
        cuts[:LATENCY_FRAMES] = cuts[n:].copy()
