"""Tempo by hand: what taps say, what they forget, and which of them are slips."""

import itertools
import random

import pytest

from lmdmd.control.tap import MOST_TAPS, Taps


def tapped(*times_s):
    taps = Taps()
    for at_s in times_s:
        taps = taps.tap(at_s)
    return taps


def test_one_tap_says_nothing_and_two_are_a_tempo():
    assert tapped(3.0).tempo_bpm is None
    assert tapped(3.0, 3.5).tempo_bpm == pytest.approx(120.0)


@pytest.mark.parametrize("tempo", [40.0, 66.0, 120.0, 133.7, 240.0])
def test_uneven_taps_come_to_the_tempo_that_is_meant(tempo):
    draw = random.Random(round(tempo))
    for _ in range(20):
        taps = tapped(*(beat * 60.0 / tempo + draw.gauss(0, 0.01) for beat in range(MOST_TAPS)))
        assert 60.0 / taps.tempo_bpm == pytest.approx(60.0 / tempo, abs=0.007)


def test_a_slip_of_the_hand_is_left_out():
    even = tapped(0.0, 0.5, 1.0, 1.5, 2.0).tempo_bpm
    assert tapped(0.0, 0.5, 1.0, 1.5, 2.0, 2.2).tempo_bpm == pytest.approx(even)
    assert tapped(0.0, 0.5, 1.0, 2.0, 2.5).tempo_bpm == pytest.approx(even)


def test_after_a_wait_the_row_begins_anew():
    assert tapped(0.0, 0.5, 1.0, 3.1).tempo_bpm is None
    assert tapped(0.0, 0.5, 1.0, 3.1, 4.1).tempo_bpm == pytest.approx(60.0)
    # At 40 bpm two beats are three seconds.
    assert tapped(0.0, 1.5, 4.4).tempo_bpm is not None
    assert tapped(0.0, 1.5, 4.6).tempo_bpm is None


def test_only_the_latest_taps_count():
    slow = itertools.accumulate([0.0] + [0.6] * 10)
    fast = itertools.accumulate([6.0] + [0.5] * MOST_TAPS)
    assert tapped(*slow, *(at + 0.5 for at in fast)).tempo_bpm == pytest.approx(120.0)


def test_two_taps_at_one_moment_are_no_tempo():
    assert tapped(1.0, 1.0).tempo_bpm is None
    assert tapped(1.0, 1.0, 1.5).tempo_bpm == pytest.approx(120.0)
