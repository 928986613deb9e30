"""How late one sound is after another, by how loud both are: the lag at which their envelopes are most alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEP_S = 0.005
_SPAN_STEPS = 4
"""An envelope's step is the level of so many, as a low note swings more slowly than one lasts."""


@dataclass(frozen=True)
class Lag:
    """How late, and how alike both are there: Pearson's correlation."""

    seconds: float
    correlation: float


def level_envelope(audio: np.ndarray, rate_hz: int) -> np.ndarray:
    """RMS [T] of audio [N, C], one each STEP_S; the step at T is of the sound around it."""
    edges = np.round(np.arange(0, len(audio) / rate_hz / STEP_S) * STEP_S * rate_hz).astype(int)
    power = np.add.reduceat((audio.astype(np.float64) ** 2).mean(axis=1), edges) if len(edges) else np.zeros(0)
    return np.sqrt(np.convolve(power, np.ones(_SPAN_STEPS), "same") / (_SPAN_STEPS * STEP_S * rate_hz))


def find_lag(before: np.ndarray, after: np.ndarray, begin: int, steps: int, most: int) -> Lag | None:
    """How late the `steps` of ``after`` from `begin` on are behind ``before``, up to `most` steps; between two steps.

    None where one of both does not move, or where both are not there.
    """
    window = after[begin : begin + steps] - after[begin : begin + steps].mean()
    reach = before[max(0, begin - most) : begin + steps]
    if len(window) < steps or len(reach) < steps + 2 or not window.any():
        return None
    stretches = np.lib.stride_tricks.sliding_window_view(reach, steps)
    spread = np.sqrt(steps) * stretches.std(axis=1) * np.linalg.norm(window)
    alike = (stretches @ window) / np.maximum(spread, 1e-12)
    # The newest stretch is the one that is not late at all.
    alike = alike[::-1]
    at = int(alike.argmax())
    if alike[at] <= 0.0 or not reach.std():
        return None
    return Lag((at + _vertex(alike, at)) * STEP_S, float(alike[at]))


def _vertex(values: np.ndarray, at: int) -> float:
    """How far beside its highest value the top of the parabola lies that goes through it and its neighbours."""
    if not 0 < at < len(values) - 1:
        return 0.0
    left, top, right = values[at - 1 : at + 2]
    bend = left - 2 * top + right
    return float(0.5 * (left - right) / bend) if bend else 0.0
