"""Loops: found on the beat, cut without a seam, out of a memory that keeps the order of time."""

from __future__ import annotations

import numpy as np

from lmdmd.rt.loop import History, Loop, loop_frames, seamless_loop

RATE_HZ = 44100


def chord(frames: int) -> np.ndarray:
    time_s = np.arange(frames)[:, None] / RATE_HZ
    return (0.2 * sum(np.sin(2 * np.pi * hz * time_s + [0, 1]) for hz in (220.0, 277.18, 329.63))).astype(np.float32)


def test_the_loop_falls_on_the_beat():
    rng = np.random.default_rng(0)
    beat = 22050
    hit = rng.standard_normal((3000, 2)) * np.exp(-np.arange(3000) / 500)[:, None]
    audio = 0.01 * rng.standard_normal((beat * 5, 2))
    for at in range(0, beat * 5 - 3000, beat):
        audio[at : at + 3000] += hit
    past = audio[: beat * 4 - 4000].astype(np.float32)[-2 * RATE_HZ :]
    off = (loop_frames(past, RATE_HZ, 441) + 8) % beat
    assert off <= 16


def test_a_seamless_loop_has_no_step_at_its_seam():
    past = chord(RATE_HZ)
    length = loop_frames(past, RATE_HZ, 441)
    out = np.zeros_like(past)
    seamless_loop(past, length, 441, out)
    twice = np.concatenate((out[:length], out[:length]))
    assert np.abs(np.diff(twice, axis=0)).max() < 1.1 * np.abs(np.diff(past, axis=0)).max()


def test_a_history_is_the_end_of_what_was_added():
    rng = np.random.default_rng(1)
    audio = rng.standard_normal((5000, 2)).astype(np.float32)
    history, at = History(1000), 0
    while at < 4000:
        frames = int(rng.integers(0, 1001))
        history.add(audio[at : at + frames])
        at += frames
        np.testing.assert_array_equal(history.unrolled(), audio[max(at - 1000, 0) : at])
    history.clear()
    assert history.known == len(history.unrolled()) == 0
    history.add(audio[:300])
    np.testing.assert_array_equal(history.unrolled(), audio[:300])


def test_a_loop_repeats_with_its_own_length_in_buffers_of_any_size():
    def play(buffer: int) -> tuple[np.ndarray, int]:
        loop = Loop(RATE_HZ, 2 * RATE_HZ, 441)
        assert loop.cut(chord(2 * RATE_HZ))
        out = np.zeros((4 * RATE_HZ, 2), np.float32)
        for at in range(0, len(out), buffer):
            loop.play(out[at : at + buffer])
        return out, loop.frames

    out, frames = play(256)
    np.testing.assert_array_equal(out, play(100_000)[0])
    np.testing.assert_array_equal(out[frames:], out[:-frames])


def test_without_enough_past_there_is_no_new_loop():
    loop, out = Loop(RATE_HZ, RATE_HZ, 441), np.ones((64, 2), np.float32)
    assert not loop.cut(chord(100))
    loop.play(out)
    assert not out.any()
    assert loop.cut(chord(RATE_HZ))
    frames = loop.frames
    assert not loop.cut(chord(100))
    assert loop.frames == frames
    loop.drop()
    assert loop.frames == 0
