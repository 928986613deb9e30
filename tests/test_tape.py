"""Tape: many readers of the last seconds; what is gone or not there yet reads as None."""

from __future__ import annotations

import numpy as np
import pytest
from test_ring import tone

from lmdmd.rt.ring import Ring
from lmdmd.rt.shared import SegmentError
from lmdmd.rt.tape import Tape


@pytest.fixture
def tape():
    made = Tape.create(1000, 2, 48000)
    yield made
    made.close()
    made.unlink()


def fill(tape: Tape, first: int, last: int, step: int = 64) -> None:
    for frame in range(first, last, step):
        tape.append(frame, tone(frame, min(step, last - frame)))


def test_reads_any_part_of_the_last_seconds(tape):
    fill(tape, 0, 5000)
    reader = Tape.attach(tape.name)
    for frame, frames in ((4000, 1000), (4990, 10), (4321, 300)):
        np.testing.assert_array_equal(reader.read(frame, frames), tone(frame, frames))
    reader.close()


def test_overwritten_and_future_frames_are_none(tape):
    fill(tape, 0, 5000)
    assert tape.read(3999, 10) is None
    assert tape.read(4995, 6) is None
    assert tape.end_frame == 5000


def test_a_reader_notices_that_the_writer_overtook_it(tape):
    fill(tape, 0, 1000)
    tape._cells[2] += 64  # the writer has announced its next 64 frames, which lie over frame 0
    assert tape.read(0, 64) is None
    np.testing.assert_array_equal(tape.read(64, 64), tone(64, 64))


def test_a_gap_forgets_what_was_before(tape):
    fill(tape, 0, 500)
    fill(tape, 700, 900)
    assert tape.read(400, 50) is None
    assert tape.read(650, 100) is None
    np.testing.assert_array_equal(tape.read(700, 200), tone(700, 200))


def test_writing_a_part_again_keeps_the_rest(tape):
    fill(tape, 0, 500)
    tape.append(436, tone(436, 64))
    np.testing.assert_array_equal(tape.read(0, 500), tone(0, 500))


def test_time_may_begin_again(tape):
    fill(tape, 9000, 9500)
    fill(tape, 0, 200)
    np.testing.assert_array_equal(tape.read(0, 200), tone(0, 200))
    assert tape.read(9000, 10) is None


def test_a_tape_is_no_ring(tape):
    with pytest.raises(SegmentError, match="is not a ring"):
        Ring.attach(tape.name)
