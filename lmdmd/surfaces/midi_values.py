"""Between what a controller sends and what a row holds: raw numbers, positions from 0 to 1, values. Pure functions.

The middle of a controller is the middle of its way: 64 of 127 and 8192 of 16383 are a half, so that a bend that is let
go of, and a knob that clicks in its middle, hit the middle of a row.
"""

from __future__ import annotations

import math

from lmdmd.params import Param, Value

FADER_DB = 60.0
"""Decibels over which a fader's way shrinks to a tenth, as on the tablet page."""


def position_of_raw(raw: int, top: int) -> float:
    """Position of a number from 0 to ``top``."""
    middle = (top + 1) // 2
    return raw / (2 * middle) if raw <= middle else 0.5 + (raw - middle) / (2 * (top - middle))


def raw_at(position: float, top: int) -> int:
    """Number from 0 to ``top`` at a position, the other way around."""
    middle, at = (top + 1) // 2, min(max(position, 0.0), 1.0)
    return round(2 * middle * at) if at <= 0.5 else middle + round((at - 0.5) * 2 * (top - middle))


def place_of(param: Param, value: Value) -> float:
    """Where on a row's way from ``lo`` to ``hi`` a value stands, by the row's warp."""
    if param.kind == "choice":
        return param.to_slot(value) / max(len(param.choices) - 1, 1)
    number = min(max(float(value), param.lo), param.hi) if param.kind != "bool" else float(bool(value))
    if param.kind == "bool" or number in (param.lo, param.hi):
        return float(number == param.hi) if param.kind != "bool" else number
    if param.warp == "exp":
        return math.log(number / param.lo) / math.log(param.hi / param.lo)
    if param.warp == "db":
        floor = _loudness(param.lo, param)
        return (_loudness(number, param) - floor) / (1.0 - floor)
    return (number - param.lo) / (param.hi - param.lo)


def value_at(param: Param, place: float) -> Value:
    """Value at a place of a row's way, the other way around; the ends are the row's own."""
    at = min(max(place, 0.0), 1.0)
    if param.kind == "choice":
        return param.choices[min(int(at * len(param.choices)), len(param.choices) - 1)]
    if param.kind == "bool":
        return at >= 0.5
    number = _number_at(param, at)
    return round(number) if param.kind == "int" else number


def _number_at(param: Param, at: float) -> float:
    if at in (0.0, 1.0):
        return float(param.hi if at else param.lo)
    number = param.lo + at * (param.hi - param.lo)
    if param.warp == "exp":
        number = param.lo * (param.hi / param.lo) ** at
    elif param.warp == "db":
        floor = _loudness(param.lo, param)
        number = param.hi + FADER_DB * math.log10(floor + at * (1.0 - floor))
    return min(max(number, param.lo), param.hi)


def _loudness(db: float, param: Param) -> float:
    return 10.0 ** ((db - param.hi) / FADER_DB)


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values of a row are one, as far as OSC's short floats can tell."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    return one == other
