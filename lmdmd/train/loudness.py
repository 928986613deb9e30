"""How loud training music is: one level for all of it, and a limiter that holds its peaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TARGET_RMS_DB = -18.0
PEAK_LIMIT_DB = -1.0
LIMITER_FRAMES = 441
EDGE_FRAMES = 220

Samples = NDArray[np.float32]


def level_curve(mix: Samples) -> Samples:
    """Gain per frame ``[N, 1]`` that brings ``mix`` ``[N, 2]`` to TARGET_RMS_DB, peaks at most PEAK_LIMIT_DB.

    One curve for the mix and all its stems keeps their sum exact.
    """
    rms = float(np.sqrt(np.mean(np.square(mix, dtype=np.float64))))
    if rms == 0.0:
        return np.zeros((len(mix), 1), np.float32)
    curve = limit_curve(mix, 10 ** (TARGET_RMS_DB / 20) / rms)
    curve[-EDGE_FRAMES:] *= np.linspace(1.0, 0.0, EDGE_FRAMES)[:, None]
    return curve.astype(np.float32)


def limit_curve(mix: Samples, gain: float) -> NDArray[np.float64]:
    """Gain per frame ``[N, 1]``: ``gain``, and less where a peak of ``mix`` ``[N, 2]`` would pass PEAK_LIMIT_DB."""
    peaks = np.max(np.abs(mix), axis=1) * gain
    wanted = np.minimum(1.0, 10 ** (PEAK_LIMIT_DB / 20) / np.maximum(peaks, 1e-9))
    starts = np.arange(0, len(mix), LIMITER_FRAMES)
    floors = np.pad(np.minimum.reduceat(wanted, starts), 1, mode="edge")
    # A knot is as low as its block and both neighbours ask, so the lines between knots are low enough.
    knots = np.minimum(floors[1:-1], np.minimum(floors[:-2], floors[2:]))
    curve = gain * np.interp(np.arange(len(mix)), starts + LIMITER_FRAMES / 2, knots)
    return curve[:, None]
