"""Lanes: the same value for a frame whoever asks, whenever, in whatever order writes came."""

import random

import pytest

from lmdmd.automation import Lane, TextLane
from lmdmd.units import CURVES


def values(lane, frames=range(0, 1200, 7)):
    return [lane.at(frame) for frame in frames]


def test_a_step_acts_on_its_own_frame():
    lane = Lane(1.0)
    lane.write(100, 5.0)
    assert [lane.at(frame) for frame in (0, 99, 100, 10**9)] == [1.0, 1.0, 5.0, 5.0]


@pytest.mark.parametrize("curve", CURVES)
def test_a_glide_begins_where_it_was_and_ends_where_it_should(curve):
    lane = Lane(2.0)
    lane.write(100, 10.0, 400, curve)
    assert lane.at(99) == lane.at(100) == 2.0
    assert lane.at(500) == lane.at(5000) == 10.0


def test_a_hand_interrupts_a_glide_from_where_it_is_and_later_cues_stay():
    lane = Lane(0.0)
    lane.write(0, 100.0, 1000)
    lane.write(800, 50.0)
    lane.write(500, 10.0, 100)
    assert lane.at(500) == pytest.approx(50.0)
    assert lane.at(550) == pytest.approx(30.0)
    assert lane.at(700) == 10.0
    assert lane.at(800) == 50.0


def test_a_later_glide_starts_from_the_path_as_it_became():
    lane = Lane(0.0)
    lane.write(200, 1.0, 100)
    lane.write(100, 0.5)
    assert lane.at(200) == 0.5
    assert lane.at(250) == pytest.approx(0.75)


def test_writes_known_ahead_in_any_order_give_one_lane():
    writes = [(100, 3.0, 50, "linear"), (300, -1.0, 200, "smooth"), (700, 4.0, 0, "linear"), (900, 0.0, 99, "fast")]
    lanes = []
    for seed in range(6):
        order = writes[:]
        random.Random(seed).shuffle(order)
        lane = Lane(1.0)
        for write in order:
            lane.write(*write)
        lanes.append(values(lane))
    assert all(lane == lanes[0] for lane in lanes)


def test_asking_for_an_earlier_frame_again_gives_the_same():
    lane = Lane(0.0)
    lane.write(100, 1.0, 500, "smooth")
    assert values(lane) == list(reversed(values(lane, reversed(range(0, 1200, 7)))))


def test_forgetting_the_past_moves_nothing_that_is_to_come():
    lane = Lane(0.0)
    for frame in (100, 300, 600, 900):
        lane.write(frame, frame / 10.0, 250)
    expected = values(lane, range(650, 1500, 13))
    lane.forget_before(650)
    assert values(lane, range(650, 1500, 13)) == expected


def test_clearing_cancels_plans_but_not_the_glide_on_its_way():
    lane = Lane(0.0)
    lane.write(100, 1.0, 400)
    lane.write(300, 9.0)
    lane.clear_after(200)
    assert lane.at(300) == pytest.approx(0.5)
    assert lane.at(1000) == 1.0
    assert lane.pending(200) == lane.pending(10**6)


@pytest.mark.parametrize("glide", [0, 50])
def test_clearing_what_is_over_goes_back_to_where_it_began(glide):
    lane = Lane(3.0)
    lane.write(100, 9.0, glide)
    lane.forget_before(200)
    lane.clear_after(99)
    assert (lane.at(99), lane.at(200)) == (3.0, 3.0)


def test_a_newcomer_told_what_is_pending_follows_the_same_way():
    lane = Lane(0.0)
    lane.write(100, 1.0)
    lane.write(300, 5.0, 200, "slow")
    lane.write(800, 2.0, 100)
    newcomer = Lane(lane.at(150))
    for part in lane.pending(150):
        newcomer.write(part.frame, part.target, part.glide_frames, part.curve)
    frames = range(150, 1200, 11)
    assert values(newcomer, frames) == values(lane, frames)


def test_text_steps_on_its_frame_and_can_be_cancelled():
    lane = TextLane("calm")
    lane.write(500, "wild")
    lane.write(200, "warm")
    assert [lane.at(frame) for frame in (0, 199, 200, 499, 500)] == ["calm", "calm", "warm", "warm", "wild"]
    assert lane.pending(300) == [(200, "warm"), (500, "wild")]
    lane.clear_after(300)
    assert lane.at(9999) == "warm"
    lane.forget_before(300)
    assert lane.at(300) == "warm"


def test_a_lane_jumps_where_it_steps_and_not_where_it_glides_or_stays():
    lane = Lane(1.0)
    for frame, target, glide in ((100, 2.0, 0), (200, 2.0, 0), (300, 5.0, 50), (400, 5.0, 0), (500, 3.0, 0)):
        lane.write(frame, target, glide)
    assert lane.jumps(0, 1000) == [100, 500]
    assert lane.jumps(100, 499) == []
    assert lane.jumps(99, 500) == [100, 500]


def test_a_text_lane_jumps_where_other_words_come():
    lane = TextLane("a")
    for frame, text in ((10, "a"), (20, "b"), (30, "b"), (40, "c")):
        lane.write(frame, text)
    assert lane.jumps(0, 39) == [20]
    assert lane.jumps(20, 40) == [40]
