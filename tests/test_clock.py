"""Bars and beats to frames and back, over tempo changes, without drift."""

import random

import pytest

from lmdmd.control.clock import Anchor, TempoMap

RATES = pytest.mark.parametrize("rate_hz", [44100, 48000, 96000])


def wandering_map(seed, rate_hz=44100):
    draw = random.Random(seed)
    clock, frame = TempoMap.constant(rate_hz, 120.0, 4), 0
    for _ in range(6):
        frame += draw.randrange(1000, 40 * rate_hz)
        metre = clock.anchor_at(frame).metre
        clock = clock.retimed(frame, draw.uniform(40, 200), draw.choice([metre, metre, 3, 5, 7]))
    return clock


@RATES
@pytest.mark.parametrize("tempo", [20.0, 66.0, 119.97, 133.3, 300.0])
def test_every_beat_is_found_again_on_its_frame(rate_hz, tempo):
    clock = TempoMap.constant(rate_hz, tempo, 4)
    for bar in (1, 2, 3, 9, 100, 5000):
        for beat in (1.0, 2.0, 3.0, 4.0):
            frame = clock.frame_of(bar, beat)
            assert clock.position(frame) == (bar, beat)
            assert clock.position(frame - 1) < (bar, beat)


def test_bars_do_not_drift():
    clock = TempoMap.constant(44100, 133.0, 4)
    assert clock.frame_of(10001) == round(10000 * 4 * 44100 * 60 / 133)


@pytest.mark.parametrize("seed", range(8))
def test_places_never_go_back_and_no_bar_is_counted_twice(seed):
    clock, draw = wandering_map(seed), random.Random(seed)
    end = clock.anchors[-1].frame + 20 * 44100
    frames = sorted(draw.randrange(end) for _ in range(500))
    places = [clock.position(frame) for frame in frames]
    assert places == sorted(places)
    begins = [clock.frame_of(bar) for bar in range(1, places[-1][0] + 1)]
    assert begins == sorted(set(begins))


def test_a_new_tempo_goes_on_from_the_same_place():
    clock = TempoMap.constant(44100, 120.0, 4)
    frame = clock.frame_of(3, 2.0) + 5000
    bar, beat = clock.position(frame)
    faster = clock.retimed(frame, 180.0, 4)
    assert faster.position(frame) == (bar, pytest.approx(beat))
    assert faster.position(frame - 1) == clock.position(frame - 1)
    assert faster.frame_of(3, 4.0) < clock.frame_of(3, 4.0)
    assert faster.position(faster.frame_of(7, 3.0)) == (7, pytest.approx(3.0))


def test_a_new_metre_begins_a_bar():
    clock = TempoMap.constant(44100, 120.0, 4)
    frame = clock.frame_of(3, 2.0)
    assert clock.retimed(frame, 120.0, 3).position(frame) == (4, 1.0)
    on_the_line = clock.frame_of(3)
    assert clock.retimed(on_the_line, 120.0, 3).position(on_the_line) == (3, 1.0)


def test_a_song_counts_its_bars_anew():
    clock = TempoMap.constant(44100, 120.0, 4)
    song = clock.frame_of(9)
    clock = clock.anchored(Anchor(song, 90.0, 3))
    assert clock.position(song - 1)[0] == 8
    assert clock.position(song) == (1, 1.0)
    assert clock.frame_of(2) == song + round(3 * 44100 * 60 / 90)


def test_forgetting_the_past_moves_nothing_that_is_to_come():
    clock = wandering_map(3)
    frame = clock.anchors[3].frame + 77
    frames = range(frame, frame + 60 * 44100, 10007)
    short = clock.since(frame)
    assert len(short.anchors) < len(clock.anchors)
    assert [short.position(f) for f in frames] == [clock.position(f) for f in frames]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("per_beat", [1, 24])
def test_pulses_are_even_parts_of_beats_and_none_is_left_out(seed, per_beat):
    clock, frame, numbers = wandering_map(seed), 0.0, []
    jumps = {anchor.frame for anchor in clock.anchors}
    while frame < clock.anchors[-1].frame + 5 * 44100:
        at, number = clock.next_pulse(frame, per_beat)
        assert frame < at <= frame + 44100 * 60 / 40 / per_beat
        assert clock.beats_at(at) * per_beat == pytest.approx(number, abs=1e-3)
        if not any(frame < jump <= at for jump in jumps) and numbers:
            assert number == numbers[-1] + 1
        numbers.append(number)
        frame = at


def test_a_bend_makes_beats_shorter_and_leaves_the_tempo_as_it_is():
    clock = TempoMap(44100, (Anchor(0, 120.0, 4, bend=1.02), Anchor(44100, 120.0, 4, 1, 3.04)))
    assert clock.beats_at(44100 - 1) == pytest.approx(2.04, abs=1e-3)
    assert clock.frame_of(1, 2.0) == round(22050 / 1.02)
    assert clock.frame_of(1, 4.0) == 44100 + round(0.96 * 22050)
    assert clock.anchor_at(100).tempo_bpm == clock.anchor_at(50000).tempo_bpm == 120.0


def test_the_next_bar_is_found_where_a_later_song_counts_its_own():
    clock = TempoMap(100.0, (Anchor(0, 60.0, 4), Anchor(1000, 120.0, 3), Anchor(2000, 60.0, 4, 9)))
    assert [clock.bar_after(frame) for frame in (0, 1, 400, 401, 801, 1000, 1001, 1951, 2000)] == [
        0, 400, 400, 800, 1000, 1000, 1150, 2000, 2000
    ]  # fmt: skip


def test_the_next_bar_is_not_a_frame_later_than_that_on_which_it_begins():
    clock = TempoMap.constant(44100, 97.0, 4, 11)
    for bar in range(2, 300):
        begin = clock.frame_of(bar)
        assert clock.bar_after(begin) == begin == clock.bar_after(begin - 1)
        assert clock.bar_after(begin + 1) == clock.frame_of(bar + 1)
