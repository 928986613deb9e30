"""How loud a crossfade is beside both of its sides: pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOMENT_S, SHORT_S = 0.4, 0.1
"""Windows of a level: as long as what a loudness meter calls momentary (ITU-R BS.1770), and as a quick ear hears.

Two sounds that have nothing to do with each other cancel and add up by chance, the more so the shorter they are
looked at; a hole is what the longer window hears.
"""

_STEP_S = 0.02
_FLOOR_DB = -120.0


@dataclass(frozen=True)
class Dip:
    """Most that a fade fell below its quieter side, in dB (less than 0), and where the window began, in frames."""

    level_db: float
    frame: int


def levels_db(audio: np.ndarray, window: int, step: int) -> np.ndarray:
    """RMS level of each ``window`` frames of ``audio`` [N, C], every ``step`` frames."""
    power = np.concatenate(([0.0], np.cumsum((audio.astype(np.float64) ** 2).mean(axis=1))))
    begins = np.arange(0, len(audio) - window + 1, step)
    mean = (power[begins + window] - power[begins]) / window
    return 10.0 * np.log10(np.maximum(mean, 10.0 ** (_FLOOR_DB / 10.0)))


def worst_dip(heard: np.ndarray, sides: tuple[np.ndarray, np.ndarray], window_s: float, rate_hz: int) -> Dip:
    """Where a fade was lowest beside the quieter of its sides, each by itself over the same time: all [N, 2]."""
    window = min(round(window_s * rate_hz), len(heard))
    step = round(_STEP_S * rate_hz)
    quieter = np.minimum(*(levels_db(side, window, step) for side in sides))
    below = levels_db(heard, window, step) - quieter
    at = int(below.argmin())
    return Dip(float(below[at]), at * step)
