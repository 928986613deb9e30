"""Schedule: entries arrive once, in order, exactly as pushed, and never overrun a slow reader."""

from __future__ import annotations

import pytest

from lmdmd.messages import NOW
from lmdmd.params import SLOT
from lmdmd.rt.schedule import CLEAR, Entry, Schedule


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
