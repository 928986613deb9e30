"""Ring: what is written is read, across the wrap, across processes, and after the tail was taken back."""

from __future__ import annotations

import multiprocessing
import time
import zlib

import numpy as np
import pytest

from lmdmd.rt.ring import Ring
from lmdmd.rt.shared import SegmentError


def tone(first: int, frames: int) -> np.ndarray:
    """Audio whose samples tell their own frame."""
    index = np.arange(first, first + frames, dtype=np.float32)
    return np.stack((index, -index), axis=1)


@pytest.fixture
def ring():
    made = Ring.create(1000, 2, 48000)
    yield made
    made.close()
    made.unlink()


def test_reads_what_was_written_across_the_wrap(ring):
    out = np.empty((96, 2), np.float32)
    for frame in range(0, 10_000, 96):
        assert ring.write(tone(frame, 96))
        assert ring.read_into(frame, out) == 96
        np.testing.assert_array_equal(out, tone(frame, 96))
        ring.consume(frame + 96)


def test_write_is_all_or_nothing(ring):
    assert ring.write(tone(0, 900))
    assert not ring.write(tone(900, 101))
    assert (ring.write_frame, ring.free_frames) == (900, 100)
    ring.consume(1)
    assert ring.write(tone(900, 101))


def test_missing_frames_are_zeroed_and_counted(ring):
    ring.write(tone(0, 40))
    out = np.full((64, 2), 9.0, np.float32)
    assert ring.read_into(0, out) == 40
    np.testing.assert_array_equal(out[:40], tone(0, 40))
    assert not out[40:].any()
    assert ring.read_into(500, out) == 0
    assert ring.lead_frames(500) == -460


def test_start_at_forgets_and_moves(ring):
    ring.write(tone(0, 100))
    ring.start_at(5000)
    out = np.empty((10, 2), np.float32)
    assert ring.read_into(50, out) == 0
    ring.write(tone(5000, 10))
    assert ring.read_into(5000, out) == 10
    assert ring.read_into(4999, out) == 0
    assert ring.free_frames == 990


def test_a_late_writer_has_room_for_no_more_than_the_ring(ring):
    ring.write(tone(0, 10))
    ring.consume(5000)
    assert ring.free_frames == 1000


def test_rewind_replaces_the_tail_but_not_inside_the_guard(ring):
    ring.write(tone(0, 800))
    ring.consume(100)
    ring.guard_frames = 200
    assert not ring.rewind(299)
    assert not ring.rewind(801)
    assert ring.rewind(300)
    assert ring.write(tone(7000, 50))
    out = np.empty((60, 2), np.float32)
    assert ring.read_into(290, out) == 60
    np.testing.assert_array_equal(out[:10], tone(290, 10))
    np.testing.assert_array_equal(out[10:], tone(7000, 50))


def test_a_header_that_promises_more_than_there_is_is_refused(ring):
    ring._segment._identity[3] = 2000
    with pytest.raises(SegmentError, match="too few"):
        Ring.attach(ring.name)


FRAMES = 400_000


def _write_all(name: str, block: int) -> None:
    ring = Ring.attach(name)
    audio = np.random.default_rng(1).standard_normal((FRAMES, 2)).astype(np.float32)
    at = 0
    while at < FRAMES:
        if ring.write(audio[at : at + block]):
            at += block
        else:
            time.sleep(0.0002)
    ring.close()


def _read_all(name: str, block: int, pipe) -> None:
    ring = Ring.attach(name)
    out = np.empty((block, 2), np.float32)
    frame, digest = 0, 0
    while frame < FRAMES:
        if ring.lead_frames(frame) < block:
            time.sleep(0.0002)
            continue
        ring.read_into(frame, out)
        digest = zlib.crc32(out.tobytes(), digest)
        frame += block
        ring.consume(frame)
    pipe.send(digest)
    ring.close()


def test_two_processes_pass_every_sample():
    ring = Ring.create(9_973, 2, 48000)  # prime: every offset meets the wrap
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    both = [
        spawn.Process(target=_write_all, args=(ring.name, 1000)),
        spawn.Process(target=_read_all, args=(ring.name, 250, theirs)),
    ]
    for process in both:
        process.start()
    audio = np.random.default_rng(1).standard_normal((FRAMES, 2)).astype(np.float32)
    assert ours.poll(30)
    assert ours.recv() == zlib.crc32(audio.tobytes())
    for process in both:
        process.join(10)
    ring.close()
    ring.unlink()


def test_a_spliced_tail_follows_behind_a_fade_and_ends_where_it_ends(ring):
    ring.write(tone(0, 800))
    ring.consume(100)
    ring.guard_frames = 200
    new = np.full((250, 2), 7.0, np.float32)
    assert ring.splice(300, new, 50)
    assert ring.write_frame == 550
    out = np.empty((450, 2), np.float32)
    assert ring.read_into(100, out) == 450
    np.testing.assert_array_equal(out[:200], tone(100, 200))
    rise = (np.arange(1, 51) / 51)[:, None]
    np.testing.assert_allclose(out[200:250], tone(300, 50) * (1 - rise) + 7.0 * rise, rtol=1e-3)
    assert (out[250:] == 7.0).all()


@pytest.mark.parametrize(("frame", "frames"), [(299, 10), (801, 10), (700, 401)])
def test_a_splice_that_cannot_be_made_leaves_the_tail_alone(ring, frame, frames):
    ring.write(tone(0, 800))
    ring.consume(100)
    ring.guard_frames = 200
    assert not ring.splice(frame, tone(0, frames), 50)
    out = np.empty((700, 2), np.float32)
    assert ring.read_into(100, out) == 700
    np.testing.assert_array_equal(out, tone(100, 700))


def test_a_splice_at_the_end_is_a_write_and_crosses_the_wrap(ring):
    ring.consume(900)
    ring.start_at(950)
    ring.guard_frames = 0
    ring.write(tone(950, 30))
    assert ring.splice(980, tone(980, 100), 50)
    out = np.empty((130, 2), np.float32)
    assert ring.read_into(950, out) == 130
    np.testing.assert_array_equal(out, tone(950, 130))


def test_what_was_heard_can_be_read_until_it_is_written_over(ring):
    out = np.empty((100, 2), np.float32)
    ring.write(tone(0, 900))
    ring.consume(500)
    assert ring.read_past(0, out) == 0
    np.testing.assert_array_equal(out, tone(0, 100))
    ring.write(tone(900, 140))
    assert ring.read_past(0, out) == 40
    assert not out[:40].any()
    np.testing.assert_array_equal(out[40:], tone(40, 60))
    ring.guard_frames = 64
    assert ring.splice(850, np.zeros((600, 2), np.float32), 10)
    assert ring.read_past(300, out) == 100 and not out.any()
    assert ring.read_past(400, out) == 50
    np.testing.assert_array_equal(out[50:], tone(450, 50))
    ring.rewind(900)  # does not bring back what lay there
    assert ring.read_past(400, out) == 50
    ring.start_at(700)
    assert ring.read_past(400, out) == 50
    np.testing.assert_array_equal(out[50:], tone(450, 50))


def test_a_writer_in_the_middle_of_its_copy_has_said_so_before(ring, monkeypatch):
    """What is being written over counts as gone, although the writer has not finished."""
    out, lost = np.empty((100, 2), np.float32), []
    ring.write(tone(0, 1000))
    ring.consume(500)
    copy_in = ring._copy_in

    def copy_half(frame, audio):
        copy_in(frame, audio[: len(audio) // 2])
        lost.append(ring.read_past(0, out))
        copy_in(frame, audio)

    monkeypatch.setattr(ring, "_copy_in", copy_half)
    ring.write(tone(1000, 60))
    assert lost == [60]
    np.testing.assert_array_equal(out[60:], tone(60, 40))
