"""The measures of the liveness watch, against what they are defined to be."""

import numpy as np
import pytest

from lmdmd.engine.liveness import Bias, Repetition, RunningMean, Sound, flatness_of, level_of

RATE_HZ, BLOCK_S = 20.0, 0.5
BLOCK = round(RATE_HZ * BLOCK_S)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def blocks_of(latents):
    return np.split(latents, range(BLOCK, latents.shape[1], BLOCK), axis=1)


def repetition(latents, window_s=4.0):
    measure = Repetition(len(latents), past=200, shortest=BLOCK, window_s=window_s)
    return [measure.step(block, BLOCK_S) for block in blocks_of(latents)][-1]


def test_a_running_mean_is_the_mean_of_what_was_heard_until_its_window_is_full(rng):
    mean, values = RunningMean(10.0), rng.standard_normal((20, 3))
    for count in range(1, 21):
        found = mean.step(values[count - 1], 0.5)
        np.testing.assert_allclose(found, values[:count].mean(0))
        assert mean.settled == (count == 20)


def test_a_running_mean_forgets_what_is_older_than_its_window():
    mean = RunningMean(2.0)
    for value in [100.0] * 10 + [1.0] * 40:
        found = mean.step(value, 0.5)
    assert found == pytest.approx(1.0, abs=0.01)


def test_sound_is_the_same_in_blocks_of_any_length(rng):
    audio = 0.3 * rng.standard_normal((8 * 4096, 2))
    whole, pieces = Sound(100.0), Sound(100.0)
    at_once = whole.step(audio, 8.0)
    for piece in np.split(audio, 4):
        in_pieces = pieces.step(piece, 2.0)
    assert at_once["level"] == pytest.approx(level_of(audio)) == pytest.approx(in_pieces["level"])
    assert at_once["clip"] == pytest.approx(100 * (np.abs(audio) >= 1).mean()) == pytest.approx(in_pieces["clip"])


def test_flatness_tells_noise_from_a_tone(rng):
    tone = np.repeat(np.sin(np.arange(20480) * 0.1)[:, None], 2, axis=1)
    assert flatness_of(rng.standard_normal((20480, 2))) > 0.8
    assert flatness_of(tone) < 0.01
    assert flatness_of(np.zeros((20480, 2))) == flatness_of(np.zeros((7, 2))) == 0.0


@pytest.mark.parametrize("offset", [0.0, 0.5, -2.0])
def test_bias_is_the_offset_of_what_goes_to_and_fro(rng, offset):
    bias = Bias(20.0)
    for block in blocks_of(offset + rng.standard_normal((8, 2000))):
        found = bias.step(block, BLOCK_S)
    assert found == pytest.approx(abs(offset), abs=0.12)


def test_repetition_is_the_likeness_at_the_best_lag(rng):
    """Against its definition, over a window that holds all of the stream."""
    latents = rng.standard_normal((3, 150))
    padded = np.concatenate([np.zeros((3, 200)), latents], axis=1)
    likeness = []
    for lag in range(BLOCK, 201):
        x, y = padded[:, 200:], padded[:, 200 - lag : padded.shape[1] - lag]
        likeness.append(2 * (x * y).sum() / ((x * x).sum() + (y * y).sum()))
    assert repetition(latents, window_s=1e6) == pytest.approx(max(likeness), rel=1e-5)


def test_repetition_knows_a_loop_and_a_drone_from_what_is_new(rng):
    new = rng.standard_normal((16, 1000))
    loop = np.tile(rng.standard_normal((16, 73)), (1, 14))[:, :1000]
    drone = np.repeat(rng.standard_normal((16, 1)), 1000, axis=1)
    assert repetition(new) < 0.3
    assert repetition(loop) > 0.99 and repetition(drone) > 0.99
    assert 0.7 < repetition(loop + 0.4 * rng.standard_normal(loop.shape)) < 0.95


def test_what_is_made_anew_does_not_repeat_what_it_replaces(rng):
    """Every block is made three times, nearly the same each time, as when a player turns a knob."""

    def feed(take_back):
        measure, made = Repetition(16, 200, BLOCK, 4.0), np.random.default_rng(1)
        for block in blocks_of(made.standard_normal((16, 600))):
            for attempt in range(3):
                if attempt and take_back:
                    measure.take_back(BLOCK)
                found = measure.step(block + 0.1 * made.standard_normal(block.shape), BLOCK_S)
        return found

    assert feed(take_back=True) < 0.3 < 0.5 < feed(take_back=False)
