"""The show's clock beside an outside one, by simulation: uneven pulses, other tempi, drifts, a playhead in steps."""

import random

import pytest

from lmdmd.control.beat_fit import BeatFit, BeatLine
from lmdmd.control.clock import TempoMap
from lmdmd.control.follow import MOST_BEND, Slack, ahead_beats, bent, follow, left_beats, rejoined
from lmdmd.control.frame_time import FrameTime

RATE = 48000
SLACK = Slack(0.001, 0.0015)
SEEDS = pytest.mark.parametrize("seed", range(6))


# --- pulses ----------------------------------------------------------------------------------------------


def pulses(fit, tempos, per_beat, jitter_s, seed, told=False):
    """Feed a fit with beats at ``(beats, tempo)`` steps; yields the fit and the true line after each pulse."""
    draw, at_s, beat = random.Random(seed), 100.0, 0.0
    for beats, tempo in tempos:
        for _ in range(round(beats * per_beat)):
            fit = fit.step(at_s + draw.uniform(-jitter_s, jitter_s), beat, tempo if told else None)
            yield fit, BeatLine(at_s, beat, tempo)
            at_s, beat = at_s + 60.0 / tempo / per_beat, beat + 1.0 / per_beat


def midi_fit():
    return BeatFit(48, 6, 6)


def off_ms(fit, truth):
    return 1000.0 * abs(fit.line.time_of(truth.beat) - truth.at_s) if fit.line else 0.0


@SEEDS
@pytest.mark.parametrize("tempo", [40.0, 120.0, 240.0])
def test_uneven_pulses_become_an_even_beat(seed, tempo):
    steps = list(pulses(midi_fit(), [(16, tempo)], 24, 0.0027, seed))[48:]
    assert max(off_ms(*step) for step in steps) < 2.7
    assert sum(off_ms(*step) for step in steps) / len(steps) < 1.0
    assert all(abs(fit.line.tempo_bpm / tempo - 1) < 0.01 for fit, _ in steps)


@SEEDS
@pytest.mark.parametrize("tempo", [100.0, 118.0, 130.0, 180.0])
def test_another_tempo_is_found_within_half_a_beat(seed, tempo):
    steps = list(pulses(midi_fit(), [(8, 120.0), (8, tempo)], 24, 0.001, seed))
    after = steps[8 * 24 :]
    # It takes some pulses to be sure; meanwhile each adds its share.
    share_ms = 1000.0 * abs(60.0 / tempo - 0.5) / 24
    assert max(off_ms(*step) for step in after) < 8 * share_ms + 3.0
    assert max(off_ms(*step) for step in after[12:]) < 3.0
    assert all(fit.line for fit, _ in after[12:])
    assert after[-1][0].line.tempo_bpm == pytest.approx(tempo, rel=0.003)


@SEEDS
def test_a_tempo_that_drifts_is_followed(seed):
    tempos = [(0.25, 100.0 + step * 0.25) for step in range(160)]
    steps = list(pulses(midi_fit(), tempos, 24, 0.001, seed))[48:]
    assert max(off_ms(*step) for step in steps) < 5.0


def test_a_pulse_out_of_place_moves_nothing():
    *_, (fit, truth) = pulses(midi_fit(), [(4, 120.0)], 24, 0.0002, 1)
    line, late = fit.line, truth.time_of(truth.beat + 1 / 24) + 0.05
    assert fit.step(late, truth.beat + 1 / 24).line == line


def in_periods(count, tempo, period_s=256 / RATE, begin=0):
    """Pulses as a sound server hands them over, which is when a period begins: ``(moment, beat, true moment)``."""
    for number in range(begin, begin + count):
        true_s = 100.0 + number * 60.0 / tempo / 24
        yield (true_s // period_s + 1) * period_s, number / 24, true_s


@pytest.mark.parametrize("late_s", [0.008, 0.014, 0.03])
def test_one_late_pulse_is_no_other_tempo(late_s):
    fit = midi_fit()
    for number, (at_s, beat, true_s) in enumerate(in_periods(24 * 12, 120.4)):
        fit = fit.step(at_s + late_s * (number % 71 == 70), beat)
        if number > 60:
            assert fit.line.tempo_bpm == pytest.approx(120.4, rel=0.01)
            assert -0.001 < fit.line.time_of(beat) - true_s < 0.0065


@pytest.mark.parametrize("back_after", [2, 3])
def test_a_bend_that_was_none_is_taken_back(back_after):
    *_, (fit, truth) = pulses(midi_fit(), [(6, 120.0)], 24, 0.0002, 1)
    for number in range(1, back_after + 1):
        beat = truth.beat + number / 24
        fit = fit.step(truth.time_of(beat) + 0.01 * number, beat)
    assert fit.line.tempo_bpm < 100.0
    beat += 1 / 24
    fit = fit.step(truth.time_of(beat), beat)
    assert fit.line.tempo_bpm == pytest.approx(120.0, rel=0.005)
    assert off_ms(fit, truth) < 0.5


@pytest.mark.parametrize("tempo", [156.2, 156.9, 117.3])
def test_pulses_nearly_in_step_with_the_periods_are_no_other_tempo(tempo):
    """They come evenly, a period later or earlier once in a while."""
    fit = midi_fit()
    for at_s, beat, true_s in in_periods(24 * 40, tempo):
        fit = fit.step(at_s, beat)
        if beat > 2.0:
            assert fit.line.tempo_bpm == pytest.approx(tempo, rel=0.02)
            assert -0.006 < fit.line.time_of(beat) - true_s < 0.011


def test_even_pulses_that_become_uneven_are_followed_again():
    """At one tempo pulses and periods may keep in step, which makes them look even; at the next they do not."""
    period_s, fit = 1024 / RATE, midi_fit()
    even = 60.0 / 24 / period_s
    for at_s, beat, _ in in_periods(24 * 6, even, period_s):
        fit = fit.step(at_s, beat)
    begin_s, begin = fit.last[0], fit.last[1]
    for number in range(1, 24 * 4):
        true_s = begin_s + number * 60.0 / 169.0 / 24
        fit = fit.step((true_s // period_s + 1) * period_s, begin + number / 24)
    assert fit.line.tempo_bpm == pytest.approx(169.0, rel=0.02)


@SEEDS
def test_a_sender_that_stalls_and_catches_up_changes_nothing(seed):
    draw, fit = random.Random(seed), midi_fit()
    for number in range(24 * 20):
        at_s = 100.0 + number * 0.5 / 24 + draw.uniform(0, 0.005)
        # Each beat it stalls for a while, and then sends all that waits at once.
        stalled_s = 100.0 + (number // 24 + 0.5) * 0.5 + 0.06
        if at_s > stalled_s - 0.06:
            at_s = max(at_s, stalled_s)
        fit = fit.step(at_s, number / 24)
        if number > 48:
            assert fit.line.tempo_bpm == pytest.approx(120.0, rel=0.02)
            assert abs(fit.line.time_of(number / 24) - (100.0025 + number * 0.5 / 24)) < 0.006


@SEEDS
def test_single_beats_with_their_tempo_are_enough(seed):
    steps = list(pulses(BeatFit(8, 3, 3), [(1, 97.0), (8, 97.0)], 1, 0.003, seed, told=True))
    assert steps[0][0].line.tempo_bpm == 97.0
    assert max(off_ms(*step) for step in steps) < 6.1


@SEEDS
def test_single_beats_without_a_tempo_are_enough_after_three(seed):
    steps = list(pulses(BeatFit(8, 3, 3), [(12, 97.0)], 1, 0.002, seed))
    assert [fit.line is None for fit, _ in steps[:3]] == [True, True, False]
    assert max(off_ms(*step) for step in steps[2:]) < 4.0


@pytest.mark.parametrize(
    "pulses", [[(1.0, 0.0)] * 20, [(float(n), 0.0) for n in range(20)], [(1.0, float(n)) for n in range(20)]]
)
@pytest.mark.parametrize("fit", [BeatFit(48, 6, 6), BeatFit(8, 3, 3)])
def test_pulses_that_do_not_go_on_are_no_clock(fit, pulses):
    for at_s, beat in pulses:
        fit = fit.step(at_s, beat)
        assert fit.line is None
    for number in range(20):
        fit = fit.step(30.0 + 0.5 * number, 100.0 + number)
    assert fit.line.tempo_bpm == pytest.approx(120.0)


def test_counting_anew_keeps_the_tempo():
    *_, (fit, truth) = pulses(midi_fit(), [(4, 120.0)], 24, 0.0, 1)
    moved = fit.moved(-truth.beat)
    assert moved.line.beat_at(truth.at_s) == pytest.approx(0.0, abs=1e-6)
    assert moved.line.tempo_bpm == pytest.approx(120.0)
    assert fit.reset().line is None


# --- the playhead ----------------------------------------------------------------------------------------


def readings(seconds, buffer, seed, begin_s=1000.0, slip_at=None, slip_s=0.0):
    """The playhead as control reads it every 20 ms or so: ``(moment, playhead, moment of frame 0)``."""
    draw, at_s, zero_s = random.Random(seed), begin_s, begin_s
    while at_s < begin_s + seconds:
        if slip_at is not None and at_s - begin_s > slip_at:
            zero_s, slip_at = zero_s + slip_s, None
        yield at_s, int((at_s - zero_s - 0.0005) * RATE // buffer + 1) * buffer, zero_s
        at_s += 0.02 + draw.expovariate(1 / 0.0008)


@SEEDS
@pytest.mark.parametrize("buffer", [64, 256, 1024])
def test_the_time_of_a_frame_is_known_to_a_fraction_of_a_buffer(seed, buffer):
    time = FrameTime(RATE, buffer / RATE)
    for at_s, playhead, zero_s in readings(5.0, buffer, seed):
        time = time.step(at_s, playhead)
        if at_s > 1002.0:
            # A buffer has been made half a millisecond after the device asked for it.
            assert abs(time.heard_s(48000) - (zero_s + 1.0005)) < min(0.002, 0.5 * buffer / RATE)
            assert time.frame_at(time.heard_s(48000)) == pytest.approx(48000)


def test_after_the_device_has_lost_time_the_line_is_found_again():
    time, begun_s = FrameTime(RATE, 256 / RATE), 1000.0
    for at_s, playhead, _ in readings(4.0, 256, 1, begun_s, slip_at=2.0, slip_s=0.08):
        time = time.step(at_s, playhead)
    assert time.heard_s(0) == pytest.approx(begun_s + 0.08 + 0.0005, abs=0.001)


def test_what_the_device_needs_is_added():
    time = FrameTime(RATE, 0.005, 0.011).step(10.0, 0)
    assert time.heard_s(0) == pytest.approx(10.016)
    assert not time.is_known


# --- coming together -------------------------------------------------------------------------------------


class Follower:
    """A show's clock that follows a line of beats, looked at every 20 ms."""

    def __init__(self, tempo, metre=4):
        self.clock = TempoMap.constant(RATE, tempo, metre)
        self.frame, self.busy, self.corrections = 0, 0, 0
        self.errors_ms = []

    def run(self, seconds, beat, beats_s, tempo_bpm, ppm=0.0):
        """``beats_s`` a second really, ``tempo_bpm`` as the source says; ``beat`` is where it is now."""
        for _ in range(round(seconds / 0.02)):
            if self.frame >= self.busy or abs(tempo_bpm / self.clock.anchor_at(self.frame).tempo_bpm - 1) > 0.01:
                anchors = follow(self.clock, self.frame, beat, tempo_bpm, SLACK)
                for anchor in anchors:
                    self.clock = self.clock.anchored(anchor)
                self.busy = max([self.busy, *(anchor.frame for anchor in anchors)])
                self.corrections += bool(anchors)
            self.errors_ms.append(1000.0 * ahead_beats(self.clock, self.frame, beat) * 60.0 / tempo_bpm)
            self.frame += round(0.02 * RATE * (1 + ppm * 1e-6))
            beat += 0.02 * beats_s
        return beat


def test_a_clock_that_agrees_is_left_alone():
    clock = TempoMap.constant(RATE, 120.0, 4)
    assert follow(clock, 24000 * 5, 5.0, 120.0, SLACK) == ()
    assert follow(clock, 24000 * 5, 5.0 + 0.9 * SLACK.beat_s * 2, 120.0, SLACK) == ()
    assert follow(clock, 24000 * 5, 5.0, 120.1, SLACK) == ()
    assert follow(clock, 24000 * 5, 5.0, 120.2, SLACK) != ()


@pytest.mark.parametrize("late_beats", [0.03, 0.079, -0.05])
def test_a_small_error_is_bent_away_within_a_bar(late_beats):
    follower = Follower(120.0)
    follower.run(3.0, late_beats, 2.0, 120.0)
    assert follower.corrections == 1
    assert all(abs(anchor.bend - 1) <= MOST_BEND + 1e-6 for anchor in follower.clock.anchors)
    assert max(map(abs, follower.errors_ms[round(2.0 / 0.02) + 2 :])) < 0.1
    jumps = [abs(b - a) for a, b in zip(follower.errors_ms, follower.errors_ms[1:], strict=False)]
    assert max(jumps) <= 1000 * 0.02 * MOST_BEND + 0.01


@pytest.mark.parametrize("beat", [0.5, 1.3, 2.0, 3.9])
@pytest.mark.parametrize("metre", [3, 4, 7])
def test_a_large_error_ends_where_the_other_clock_begins_a_bar(beat, metre):
    follower = Follower(100.0, metre)
    follower.frame = 31 * RATE // 10
    follower.run(12.0, beat, 100.0 / 60.0, 100.0)
    bar_s = metre * 0.6
    assert max(map(abs, follower.errors_ms[round(bar_s / 0.02) + 1 :])) < 0.1
    assert follower.corrections == 1


def test_the_song_goes_on_with_the_nearest_bar():
    clock = TempoMap.constant(RATE, 120.0, 4)
    frame = clock.frame_of(5, 3.0)
    _, early = rejoined(clock, frame, 3.5, 120.0)
    assert (early.bar, early.beat, early.frame) == (6, 1.0, frame + 12000)
    _, late = rejoined(clock, clock.frame_of(5, 1.5), 3.5, 120.0)
    assert (late.bar, late.beat) == (5, 1.0)


def test_another_tempo_is_taken_at_once():
    follower = Follower(120.0)
    beat = follower.run(4.0, 0.0, 2.0, 120.0)
    follower.run(4.0, beat + 0.01, 2.5, 150.0)
    assert follower.clock.anchor_at(follower.frame).tempo_bpm == 150.0
    assert max(map(abs, follower.errors_ms)) < 0.1


@pytest.mark.parametrize("ppm", [-200.0, 60.0, 500.0])
def test_a_sound_card_that_runs_fast_or_slow_is_kept_in_step(ppm):
    follower = Follower(120.0)
    follower.run(120.0, 0.0, 2.0, 120.0, ppm)
    assert max(map(abs, follower.errors_ms)) < 1000 * SLACK.beat_s + 0.5
    assert follower.corrections < 120


def test_a_tempo_that_is_told_a_little_wrong_does_no_harm():
    follower = Follower(120.0)
    follower.run(60.0, 0.0, 2.004, 120.0)
    assert max(map(abs, follower.errors_ms)) < 4.0


def test_a_bend_gains_just_what_it_should_and_then_ends():
    clock = TempoMap.constant(RATE, 97.0, 4)
    frame = 123456
    for beats in (0.07, -0.02, 0.001):
        slid = clock
        for anchor in bent(clock, frame, 97.0, beats):
            slid = slid.anchored(anchor)
        later = frame + 10 * RATE
        assert slid.beats_at(later) - clock.beats_at(later) == pytest.approx(beats, abs=1e-9)
        assert slid.anchor_at(later).bend == 1.0
        before = slid.anchors[-1].frame - 1
        assert slid.beats_at(before + 1) - slid.beats_at(before) == pytest.approx(97 / 60 / RATE, rel=0.05)


def test_what_a_bend_has_still_to_gain_is_known():
    clock = TempoMap.constant(RATE, 120.0, 4)
    anchors = bent(clock, 48000, 120.0, 0.06)
    slid = clock.anchored(anchors[0]).anchored(anchors[1])
    middle = (anchors[0].frame + anchors[1].frame) // 2
    assert left_beats(slid, anchors[0].frame, anchors[1]) == pytest.approx(0.06)
    assert left_beats(slid, middle, anchors[1]) == pytest.approx(0.03, abs=1e-5)
    assert left_beats(slid, anchors[1].frame, anchors[1]) == 0.0
    assert left_beats(clock, middle, anchors[1]) == 0.0
