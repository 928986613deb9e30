"""Conversions there and back, and curves that begin and end where they should."""

import math
from itertools import pairwise

import pytest

from lmdmd.units import (
    CURVES,
    SILENCE_DB,
    db_from_gain,
    equal_power,
    frames_from_s,
    gain_from_db,
    glide,
    s_from_frames,
)

STEPS = [step / 50 for step in range(51)]


@pytest.mark.parametrize("level_db", [-95.9, -60.0, -6.0, 0.0, 12.0])
def test_decibels_and_back(level_db):
    assert db_from_gain(gain_from_db(level_db)) == pytest.approx(level_db)


def test_the_floor_is_exact_silence():
    assert gain_from_db(SILENCE_DB) == 0.0
    assert gain_from_db(-math.inf) == 0.0
    assert db_from_gain(0.0) == SILENCE_DB


@pytest.mark.parametrize("rate_hz", [44100, 48000, 96000])
def test_seconds_and_frames(rate_hz):
    assert frames_from_s(s_from_frames(12345, rate_hz), rate_hz) == 12345
    assert frames_from_s(1.0, rate_hz) == rate_hz


@pytest.mark.parametrize("curve", CURVES)
def test_every_curve_goes_from_start_to_target_without_turning(curve):
    values = [glide(2.0, -3.0, step, curve) for step in STEPS]
    assert values[0] == 2.0
    assert values[-1] == -3.0
    assert all(later <= earlier for earlier, later in pairwise(values))
    assert glide(2.0, -3.0, 7.5, curve) == -3.0
    assert glide(2.0, -3.0, -1.0, curve) == 2.0


def test_slow_lags_and_fast_leads():
    assert glide(0, 1, 0.5, "slow") < glide(0, 1, 0.5, "linear") < glide(0, 1, 0.5, "fast")


def test_a_crossfade_keeps_its_power():
    for step in STEPS:
        leaving, arriving = equal_power(step)
        assert leaving**2 + arriving**2 == pytest.approx(1.0)
    assert equal_power(0.0) == pytest.approx((1.0, 0.0))
    assert equal_power(1.0) == pytest.approx((0.0, 1.0), abs=1e-12)
