"""Schedule: entries arrive once, in order, exactly as pushed, and never overrun a slow reader."""

from __future__ import annotations

import pytest

from lmdmd.messages import NOW
from lmdmd.params import SLOT
from lmdmd.rt.schedule import CLEAR, Entry, Schedule, Taken, Trace


@pytest.fixture
def schedule():
    made = Schedule.create(capacity=8)
    yield made
    made.close()
    made.unlink()


def test_entries_come_as_they_were_pushed(schedule):
    sent = [
        Entry(NOW, SLOT["mix/gain"], -6.25, 0, "linear"),
        Entry(2**45 + 1, SLOT["mix/deck"], 1.0, 176_400, "smooth"),
        Entry(77, SLOT["mix/mute"], 1.0, 0, "step"),
    ]
    for entry in sent:
        assert schedule.push(*entry)
    assert schedule.push(123, CLEAR, 0.0)
    reader = Schedule.attach(schedule.name)
    got, cursor = reader.drain(0)
    assert got == [*sent, Entry(123, CLEAR, 0.0, 0, "linear")]
    assert reader.drain(cursor) == ([], cursor)
    reader.close()


def test_a_full_schedule_refuses_until_it_is_drained(schedule):
    pushed = [schedule.push(frame, 0, 0.0) for frame in range(9)]
    assert pushed == [True] * 8 + [False]
    entries, cursor = schedule.drain(0, limit=3)
    assert [entry.frame for entry in entries] == [0, 1, 2]
    assert schedule.push(8, 0, 0.0)
    entries, _ = schedule.drain(cursor)
    assert [entry.frame for entry in entries] == [3, 4, 5, 6, 7, 8]


def test_a_new_reader_may_skip_the_past(schedule):
    for frame in range(8):
        schedule.push(frame, 0, 0.0)
    schedule.start_reading(schedule.pushed)
    assert schedule.push(99, 0, 0.0)
    entries, _ = schedule.drain(schedule.pushed - 1)
    assert [entry.frame for entry in entries] == [99]


def test_control_learns_at_which_frame_each_entry_was_taken(schedule):
    schedule.keep_taken()
    for frame in range(3):
        schedule.push(frame, SLOT["mix/gain"], -6.25)
    _, cursor = schedule.drain(0, 2, frame=0, standing=True)
    assert [(taken.number, taken.frame, taken.standing) for taken in schedule.taken()] == [(0, 0, True), (1, 0, True)]
    assert schedule.taken() == []
    schedule.drain(cursor, frame=512)
    assert schedule.taken() == [Taken(2, Entry(2, SLOT["mix/gain"], -6.25, 0, "linear"), 512, False)]


def test_no_row_is_used_again_before_what_it_tells_is_kept(schedule):
    schedule.keep_taken()
    cursor = 0
    for turn in range(50):
        schedule.push(turn, SLOT["mix/pan"], turn / 50)
        _, cursor = schedule.drain(cursor, frame=256 * turn)
    assert [(taken.entry.frame, taken.frame) for taken in schedule.taken()] == [
        (turn, 256 * turn) for turn in range(50)
    ]


def test_entries_that_a_new_reader_leaves_out_were_never_taken(schedule):
    schedule.keep_taken()
    for frame in range(6):
        schedule.push(frame, 0, 0.0)
    schedule.drain(0, 2, frame=100)
    schedule.start_reading(schedule.pushed)
    schedule.push(6, 0, 0.0)
    schedule.drain(6, frame=200)
    assert [(taken.number, taken.frame) for taken in schedule.taken()] == [(0, 100), (1, 100), (6, 200)]


def test_traces_come_in_order_and_those_that_are_lost_are_counted(schedule):
    reader = Schedule.attach(schedule.name)
    reader.trace("start", 0, 3, 256)
    reader.trace("size", 0, 256)
    assert schedule.traces() == ([Trace("start", 0, 3, 256.0), Trace("size", 0, 256, 0.0)], 0)
    for frame in range(20):
        reader.trace("short", frame, 1, 17)
    traces, lost = schedule.traces()
    assert (lost, [trace.frame for trace in traces]) == (12, list(range(12, 20)))
    assert schedule.traces() == ([], 0)
    reader.close()
