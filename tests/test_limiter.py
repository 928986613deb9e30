"""Limiter: nothing above the ceiling, nothing changed below it, no steps in its gain."""

from __future__ import annotations

import numpy as np
import pytest

from lmdmd.rt.limiter import LATENCY_FRAMES, Limiter, release, sliding_maximum


def run(audio: np.ndarray, buffer: int, ceiling: float = 0.5, on: bool = True) -> np.ndarray:
    limiter = Limiter(48000, buffer)
    out = audio.copy()
    for at in range(0, len(out), buffer):
        limiter.process(out[at : at + buffer], ceiling, on)
    return out


@pytest.fixture
def music() -> np.ndarray:
    rng = np.random.default_rng(3)
    beat = np.where(np.arange(48000) % 6000 < 900, 3.0, 0.3)[:, None]
    return (rng.standard_normal((48000, 2)) * 0.3 * beat).astype(np.float32)


@pytest.mark.parametrize("buffer", [16, 64, 100, 256, 2048])
def test_no_sample_leaves_above_the_ceiling(music, buffer):
    assert np.abs(music).max() > 2.0
    assert np.abs(run(music, buffer)).max() <= np.float32(0.5)


@pytest.mark.parametrize("buffer", [16, 256])
def test_below_the_ceiling_it_is_a_delay_and_nothing_else(music, buffer):
    quiet = music * np.float32(0.49 / np.abs(music).max())
    out = run(quiet, buffer)
    np.testing.assert_array_equal(out[LATENCY_FRAMES:], quiet[:-LATENCY_FRAMES])
    assert not out[:LATENCY_FRAMES].any()


def test_switched_off_it_is_a_delay(music):
    out = run(music, 256, on=False)
    np.testing.assert_array_equal(out[LATENCY_FRAMES:], music[:-LATENCY_FRAMES])


def test_buffers_of_any_size_give_the_same(music):
    np.testing.assert_allclose(run(music, 256), run(music, 1000), atol=1e-6)


def test_the_gain_moves_smoothly_and_comes_back_to_one():
    ramp = np.full((72000, 2), 0.4, np.float32)
    ramp[5000:5003] = 4.0
    out = run(ramp, 256)[:, 0]
    delayed = np.concatenate((np.zeros(LATENCY_FRAMES, np.float32), ramp[:-LATENCY_FRAMES, 0]))
    gain = out[LATENCY_FRAMES:] / delayed[LATENCY_FRAMES:]
    assert gain.min() < 0.13
    assert np.abs(np.diff(gain)).max() < 1.5 / LATENCY_FRAMES
    np.testing.assert_array_equal(gain[-1000:], 1.0)


def test_a_falling_ceiling_holds_at_once():
    limiter = Limiter(48000, 256)
    audio = np.full((256, 2), 0.9, np.float32)
    limiter.process(audio.copy(), 1.0, True)
    lowered = audio.copy()
    limiter.process(lowered, 0.25, True)
    assert np.abs(lowered).max() <= 0.25


def test_sliding_maximum_and_release_equal_their_definitions():
    values = np.random.default_rng(5).random(300)
    expected = [values[i : i + 65].max() for i in range(300 - 64)]
    np.testing.assert_array_equal(sliding_maximum(values, 65), expected)
    state, slow = 0.7, []
    for value in values * (values > 0.9):
        state = max(value, state * 0.99)
        slow.append(state)
    np.testing.assert_allclose(release(values * (values > 0.9), 0.7, 0.99), slow)


@pytest.mark.parametrize("buffer", [16, 256])
@pytest.mark.parametrize("ceiling", [10 ** (-24 / 20), 10 ** (-1 / 20), 1.0])
def test_nothing_at_all_gets_past_the_ceiling(music, buffer, ceiling):
    rng = np.random.default_rng(11)
    audio = music[:20_000].copy()
    for garbage in (np.nan, np.inf, -np.inf, 3e38, -1e30, 1e8, 1e-45):
        audio[rng.integers(0, len(audio), 5), rng.integers(0, 2, 5)] = garbage
    out = run(audio, buffer, ceiling)
    assert np.isfinite(out).all()
    assert np.abs(out).max() <= np.float32(ceiling)
    assert np.abs(out[-LATENCY_FRAMES:]).max() > 0


def test_switched_on_in_the_midst_of_garbage_it_holds_at_once():
    limiter = Limiter(48000, 256)
    loud = np.full((256, 2), 50.0, np.float32)
    loud[-10:] = np.nan
    limiter.process(loud.copy(), 0.5, False)
    out = loud.copy()
    limiter.process(out, 0.5, True)
    assert np.abs(out).max() <= 0.5
