"""Ramps of the tempo and bars counted anew: exact on every beat, and in order."""

import math

import pytest

from lmdmd.control.clock import TempoMap
from lmdmd.control.setlist import Span, Way
from lmdmd.control.tempo import MOST_STEPS, beats_at, ramp_s, ramped, recounted, shifted
from lmdmd.units import CURVES

RATE = 44100


@pytest.mark.parametrize("curve", CURVES)
def test_what_a_ramp_has_covered_is_the_integral_of_its_curve(curve):
    pieces = 20_000
    for seconds in (0.0, 1.3, 4.5, 8.99, 9.0):
        middles = ((piece + 0.5) * seconds / pieces for piece in range(pieces))
        tempi = [70.0 + 55.0 * CURVES[curve](middle / 9.0) for middle in middles]
        beats = sum(tempi) / pieces * seconds / 60.0
        assert beats_at(seconds, 9.0, 70.0, 125.0, curve) == pytest.approx(beats, abs=1e-6)


def test_a_linear_ramp_over_seconds_meets_the_closed_formula_on_every_beat():
    start = RATE // 3
    clock = ramped(TempoMap.constant(RATE, 90.0, 4), start, 150.0, Way(Span(20.0)))
    begun = (start / RATE) * 1.5
    # beats(t) = 1.5 t + t² / 40, solved for t
    for beat in range(math.ceil(begun), 40):
        seconds = -30.0 + math.sqrt(900.0 + 40.0 * (beat - begun))
        if seconds < 20.0:
            found = clock.frame_of(1 + beat // 4, 1.0 + beat % 4)
            assert abs(found - (start + seconds * RATE)) <= 1
    end = start + 20 * RATE
    assert clock.anchor_at(end).tempo_bpm == 150.0
    assert clock.anchor_at(end - 1).tempo_bpm < 150.0


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(("tempo", "target"), [(60.0, 180.0), (180.0, 60.0), (120.0, 120.0)])
def test_a_ramp_over_bars_ends_on_its_bar(curve, tempo, target):
    clock = ramped(TempoMap.constant(RATE, tempo, 3), 0, target, Way(Span(8, "bars"), curve))
    end = clock.frame_of(9)
    assert clock.anchors[-1].frame == end
    assert clock.anchor_at(end).tempo_bpm == target
    assert abs(end - RATE * ramp_s(Span(8, "bars"), 3, tempo, target, curve)) <= 1
    places = [clock.position(frame) for frame in range(0, end, 997)]
    assert places == sorted(places)


def test_a_very_long_ramp_has_few_steps_and_one_without_length_is_a_step():
    long = ramped(TempoMap.constant(RATE, 60.0, 4), 0, 120.0, Way(Span(100_000, "bars")))
    assert len(long.anchors) <= MOST_STEPS + 2
    short = ramped(TempoMap.constant(RATE, 60.0, 4), RATE, 120.0, Way(Span(0.0)))
    assert [anchor.tempo_bpm for anchor in short.anchors] == [60.0, 120.0]


def test_bars_counted_anew_take_the_rest_of_a_ramp_along():
    clock = ramped(TempoMap.constant(RATE, 90.0, 4), 0, 150.0, Way(Span(8, "bars")))
    turn = clock.frame_of(5)
    again = recounted(clock, turn, 1)
    assert again.position(turn) == (1, 1.0)
    assert again.frame_of(5) == clock.frame_of(9)
    assert [a.tempo_bpm for a in again.anchors] == [a.tempo_bpm for a in clock.anchors]
    later = TempoMap(RATE, shifted(clock, turn, 7))
    assert later.frame_of(9) - 7 == clock.frame_of(9) - turn
