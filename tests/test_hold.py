"""Freeze and stutter: the past goes on, in its own level and period, and the present comes back to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from lmdmd.rt.hold import FADE_S, LEAST_S, MEMORY_S, FrozenLoop, Hold, Slice
from lmdmd.rt.loop import History

RATE_HZ = 48000
RAMP = 960
SLICE = 6000


def chord(frames: int) -> np.ndarray:
    time_s = np.arange(frames)[:, None] / RATE_HZ
    return (0.2 * sum(np.sin(2 * np.pi * hz * time_s + [0, 1]) for hz in (220.0, 277.18, 329.63))).astype(np.float32)


def noise(frames: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(2).standard_normal((frames, 2))).astype(np.float32)


class Hand:
    """A hold and its history, played with the share and the slice length of every frame."""

    def __init__(self, past: FrozenLoop | Slice, buffer: int) -> None:
        self.hold = Hold(past, RATE_HZ, buffer)
        self.history = History(round(MEMORY_S * RATE_HZ))
        self.buffer = buffer

    def play(self, audio: np.ndarray, shares: np.ndarray, slices: np.ndarray | None = None) -> np.ndarray:
        out, shares = audio.copy(), np.append(shares, shares[-1])
        for at in range(0, len(out), self.buffer):
            end = min(at + self.buffer, len(out))
            frames = SLICE if slices is None else int(slices[at])
            self.hold.process(out[at:end], float(shares[at]), float(shares[end]), self.history, frames)
            self.history.add(out[at:end])
        return out


def freeze(buffer: int = 240) -> Hand:
    return Hand(FrozenLoop(RATE_HZ), buffer)


def stutter(buffer: int = 240) -> Hand:
    return Hand(Slice(RATE_HZ, RATE_HZ), buffer)


BOTH = pytest.mark.parametrize("make", [freeze, stutter])


def press(frames: int, first: int, last: int, ramp: int = RAMP) -> np.ndarray:
    """Share of every frame: on from ``first``, off from ``last``, both ramped."""
    return np.interp(np.arange(frames), [first, first + ramp, last, last + ramp], [0.0, 1.0, 1.0, 0.0])


@BOTH
def test_let_alone_it_touches_nothing(make):
    audio = noise(20_000)
    np.testing.assert_array_equal(make().play(audio, np.zeros(len(audio))), audio)


@BOTH
@pytest.mark.parametrize("ramp", [48, RAMP, 24_000])
def test_it_comes_and_goes_without_a_jump_and_leaves_nothing_behind(make, ramp):
    audio = chord(RATE_HZ * 6)
    first, last = RATE_HZ * 2, RATE_HZ * 4
    out = make(48).play(audio, press(len(audio), first, last, ramp))
    np.testing.assert_array_equal(out[:first], audio[:first])
    np.testing.assert_array_equal(out[last + ramp + 48 :], audio[last + ramp + 48 :])
    own_step = np.abs(np.diff(audio, axis=0)).max()
    assert np.abs(np.diff(out, axis=0)).max() < 1.1 * own_step + 2 * np.abs(audio).max() / max(ramp, FADE_S * RATE_HZ)
    assert np.abs(out[first + ramp : last] - audio[first + ramp : last]).max() > 0.01


def test_a_frozen_chord_goes_on_in_level_and_pitch_though_the_deck_falls_silent():
    audio = chord(RATE_HZ * 8)
    first = RATE_HZ * 3
    audio[first + RAMP :] = 0.0
    out = freeze().play(audio, press(len(audio), first, len(audio)))
    own_level = np.mean(audio[RATE_HZ:first] ** 2)
    windows = out[first + RAMP :][: RATE_HZ * 4].reshape(40, -1)
    assert np.abs(10 * np.log10(np.mean(windows**2, axis=1) / own_level)).max() < 1.0
    spectra = [
        np.abs(np.fft.rfft(part[:, 0] * np.hanning(RATE_HZ)))
        for part in (audio[first - RATE_HZ : first], out[-RATE_HZ:])
    ]
    assert np.dot(*(spectrum / np.linalg.norm(spectrum) for spectrum in spectra)) > 0.99


def test_a_freeze_waits_for_something_to_hold():
    audio = noise(RATE_HZ)
    least = round(LEAST_S * RATE_HZ)
    out = freeze().play(audio, np.ones(len(audio)))
    np.testing.assert_array_equal(out[:least], audio[:least])
    assert np.abs(out[least + 1000 :] - audio[least + 1000 :]).max() > 0.1


def test_a_stutter_repeats_the_last_slice_with_its_period():
    audio = noise(RATE_HZ * 3)
    first = RATE_HZ
    out = stutter().play(audio, press(len(audio), first, len(audio)))
    steady = out[first + RAMP :]
    np.testing.assert_allclose(steady[SLICE:], steady[:-SLICE], atol=1e-6)
    body = slice(first + SLICE, first + 2 * SLICE - round(FADE_S * RATE_HZ))
    expected = audio[first - SLICE : first - round(FADE_S * RATE_HZ)]
    np.testing.assert_allclose(out[body], expected, atol=1e-6)


def test_a_new_slice_length_begins_with_the_next_repetition():
    audio = chord(RATE_HZ * 3) + noise(RATE_HZ * 3) * 0.01
    first, shorter, change = RATE_HZ, 2160, RATE_HZ + SLICE + 1200
    slices = np.where(np.arange(len(audio)) < change, SLICE, shorter)
    out = stutter().play(audio, press(len(audio), first, len(audio)), slices)
    fade = round(FADE_S * RATE_HZ)
    second = first + SLICE
    np.testing.assert_allclose(out[second : second + SLICE - fade], audio[first - SLICE : first - fade], atol=1e-6)
    third = second + SLICE
    np.testing.assert_allclose(out[third : third + shorter - fade], audio[first - shorter : first - fade], atol=1e-6)
    np.testing.assert_allclose(out[third + shorter :], out[third:-shorter], atol=1e-6)
    assert np.abs(np.diff(out, axis=0)).max() < 1.3 * np.abs(np.diff(audio, axis=0)).max()


@pytest.mark.parametrize("frames", [960, 1001, 48_000])
def test_a_slice_repeats_without_a_step_in_buffers_of_any_size(frames):
    audio = chord(RATE_HZ * 4)
    first = 48_960
    shares = (np.arange(len(audio)) > first).astype(float)
    slices = np.full(len(audio), frames)
    whole = stutter(first).play(audio, shares, slices)[2 * first :]
    np.testing.assert_allclose(stutter(96).play(audio, shares, slices)[2 * first :], whole, atol=1e-6)
    assert np.abs(np.diff(whole, axis=0)).max() < 1.4 * np.abs(np.diff(audio, axis=0)).max()


@BOTH
def test_of_silence_it_holds_silence(make):
    audio = np.zeros((RATE_HZ * 3, 2), np.float32)
    audio[RATE_HZ * 2 :] = noise(RATE_HZ)
    out = make().play(audio, press(len(audio), RATE_HZ, len(audio)))
    assert not out.any()


def test_a_long_slice_waits_until_it_was_heard():
    audio = noise(RATE_HZ * 3)
    out = stutter().play(audio, np.ones(len(audio)), np.full(len(audio), RATE_HZ))
    held_from = int(np.argmax((out != audio).any(axis=1)))
    assert RATE_HZ < held_from < RATE_HZ + 1000
    np.testing.assert_allclose(out[held_from + RATE_HZ + 500 :], out[held_from + 500 : -RATE_HZ], atol=1e-6)


def test_what_comes_late_fades_in():
    audio = chord(RATE_HZ * 2)
    for hand in (freeze(), stutter()):
        out = hand.play(audio, np.ones(len(audio)), np.full(len(audio), 30_000))
        assert (out != audio).any()
        assert np.abs(np.diff(out, axis=0)).max() < 1.4 * np.abs(np.diff(audio, axis=0)).max()


@BOTH
def test_every_press_takes_the_past_anew(make):
    audio = noise(RATE_HZ * 8)
    first, second, frames = RATE_HZ * 2, RATE_HZ * 6, RATE_HZ
    shares = np.maximum(press(len(audio), first, first + frames), press(len(audio), second, second + frames))
    twice = make().play(audio, shares)
    once = make().play(audio, press(len(audio), second, second + frames))
    np.testing.assert_allclose(twice[second:], once[second:], atol=1e-6)
