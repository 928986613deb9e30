"""Conversions and curves: decibels, seconds, frames, latents, and the shapes of a glide.

Pure functions on floats (and on numpy arrays where noted); nothing here knows a device or a model.
"""

from __future__ import annotations

import math

SILENCE_DB = -96.0
"""At or below this level a gain is exactly zero."""
LOUDEST = 1e4
"""Size of a sample beyond which it is a defect, not sound."""


def gain_from_db(level_db: float) -> float:
    """Linear gain of a level in dB; exactly 0 at or below ``SILENCE_DB``."""
    return 0.0 if level_db <= SILENCE_DB else 10.0 ** (level_db / 20.0)


def db_from_gain(gain: float) -> float:
    """Level in dB of a linear gain, never below ``SILENCE_DB``."""
    return SILENCE_DB if gain <= 0.0 else max(SILENCE_DB, 20.0 * math.log10(gain))


def frames_from_s(seconds: float, rate_hz: float) -> int:
    """Nearest whole number of frames in ``seconds``."""
    return round(seconds * rate_hz)


def s_from_frames(frames: int, rate_hz: float) -> float:
    """Seconds that ``frames`` last."""
    return frames / rate_hz


def equal_power(position: float) -> tuple[float, float]:
    """Gains (leaving, arriving) of a crossfade at ``position`` 0..1 whose powers add to one."""
    angle = min(max(position, 0.0), 1.0) * math.pi / 2.0
    return math.cos(angle), math.sin(angle)


def smooth(position: float) -> float:
    """S-curve from 0 to 1 with level ends (3p² - 2p³)."""
    return position * position * (3.0 - 2.0 * position)


CURVES = {
    "linear": lambda position: position,
    "smooth": smooth,
    "slow": lambda position: position * position,
    "fast": lambda position: 1.0 - (1.0 - position) * (1.0 - position),
    "step": lambda position: 1.0 if position >= 1.0 else 0.0,
}
"""Shapes of a glide: position 0..1 in time to position 0..1 in value."""


def glide(start: float, target: float, position: float, curve: str = "linear") -> float:
    """Value at ``position`` 0..1 on the way from ``start`` to ``target`` along a curve of ``CURVES``."""
    if position >= 1.0:
        return target
    return start + (target - start) * CURVES[curve](max(position, 0.0))
