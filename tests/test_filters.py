"""Filters: what the textbook says, in parts of any size, nothing at all when off, and no click on the way."""

from __future__ import annotations

import numpy as np
import pytest

from lmdmd.rt.filters import FADE_S, Filter

RATE_HZ = 48000
OFF_HZ = {"lowpass": 20000.0, "highpass": 20.0}
FORMS = pytest.mark.parametrize("form", OFF_HZ)
BUFFERS = pytest.mark.parametrize("buffer", [16, 64, 256, 1024])


def noise(frames: int, level: float = 0.3) -> np.ndarray:
    return (level * np.random.default_rng(7).standard_normal((frames, 2))).astype(np.float32)


def sine(frames: int, hz: float = 440.0) -> np.ndarray:
    phase = 2 * np.pi * hz * np.arange(frames) / RATE_HZ
    return np.stack((np.sin(phase), np.cos(phase)), axis=1).astype(np.float32)


def standing(form: str, cutoff_hz: float, rate_hz: int = RATE_HZ) -> Filter:
    """A filter that has been at ``cutoff_hz`` in silence."""
    one = Filter(form, rate_hz, OFF_HZ[form])
    for _ in range(2 * round(FADE_S * rate_hz) // 16):
        one.process(np.zeros((16, 2), np.float32), cutoff_hz)
    return one


def run(one: Filter, audio: np.ndarray, cutoffs_hz: float | np.ndarray, buffer: int = 256) -> np.ndarray:
    """Filter a copy; ``cutoffs_hz`` is one value or one for every frame at which a buffer may end."""
    out = audio.copy()
    for at in range(0, len(out), buffer):
        end = min(at + buffer, len(out))
        one.process(out[at:end], float(cutoffs_hz if np.isscalar(cutoffs_hz) else np.asarray(cutoffs_hz)[end - 1]))
    return out


def textbook(form: str, cutoff_hz: float, hz: np.ndarray) -> np.ndarray:
    """Response of the Butterworth biquad that the bilinear transform gives."""
    z = np.exp(-2j * np.pi * hz / RATE_HZ)
    s = (1 - z) / (1 + z) / np.tan(np.pi * cutoff_hz / RATE_HZ)
    low = 1 / (s * s + np.sqrt(2) * s + 1)
    return low if form == "lowpass" else s * s * low


@FORMS
@pytest.mark.parametrize("cutoff_hz", [20.5, 80.0, 1000.0, 6000.0, 12_000.0, 19_900.0])
def test_the_response_is_the_biquads(form, cutoff_hz):
    impulse = np.zeros((1 << 16, 2))
    impulse[0] = 1.0
    out = run(standing(form, cutoff_hz), impulse, cutoff_hz)
    hz = np.fft.rfftfreq(len(impulse), 1 / RATE_HZ)[1:-1]
    expected = np.abs(textbook(form, cutoff_hz, hz))
    audible = expected > 1e-5
    for channel in (0, 1):
        got = np.abs(np.fft.rfft(out[:, channel]))[1:-1]
        assert np.abs(20 * np.log10(got[audible] / expected[audible])).max() < 0.1
    assert np.interp(cutoff_hz, hz, 20 * np.log10(expected)) == pytest.approx(-3.01, abs=0.02)


@FORMS
@BUFFERS
@pytest.mark.parametrize("cutoff_hz", [21.0, 700.0, 18_000.0])
def test_buffers_of_any_size_give_the_same(form, buffer, cutoff_hz):
    audio = noise(20_000)
    whole = run(standing(form, cutoff_hz), audio, cutoff_hz, len(audio))
    np.testing.assert_allclose(run(standing(form, cutoff_hz), audio, cutoff_hz, buffer), whole, atol=1e-6)


@FORMS
def test_off_is_the_sound_itself_also_after_it_was_on(form):
    audio = noise(10_000)
    one, off_hz = Filter(form, RATE_HZ, OFF_HZ[form]), OFF_HZ[form]
    np.testing.assert_array_equal(run(one, audio, off_hz), audio)
    assert np.abs(run(one, audio, 900.0) - audio).max() > 0.1
    run(one, audio[:1024], off_hz)
    np.testing.assert_array_equal(run(one, audio, off_hz), audio)


@FORMS
def test_twice_off_and_on_begins_as_the_first_time(form):
    audio = noise(5000)
    one = Filter(form, RATE_HZ, OFF_HZ[form])
    first = run(one, audio, 300.0)
    run(one, audio, OFF_HZ[form])
    np.testing.assert_allclose(run(one, audio, 300.0), first, atol=1e-6)


@FORMS
@BUFFERS
@pytest.mark.parametrize("hz", [60.0, 440.0, 5000.0])
def test_no_way_of_the_cutoff_clicks(form, buffer, hz):
    frames = 480_000
    audio = sine(frames, hz)
    there = np.geomspace(*((20_000, 30) if form == "lowpass" else (20, 8000)), frames // 4)
    rest = np.full(frames // 4, there[-1])
    cutoffs_hz = np.concatenate((rest * 0 + OFF_HZ[form], there, rest, there[::-1]))
    out = run(Filter(form, RATE_HZ, OFF_HZ[form]), audio, cutoffs_hz, buffer)
    assert np.abs(np.diff(out, axis=0)).max() < 1.12 * np.abs(np.diff(audio, axis=0)).max()


@FORMS
@pytest.mark.parametrize("hz", [100.0, 1000.0])
def test_a_leap_within_one_buffer_is_a_crossfade(form, hz):
    audio = sine(9600, hz)
    cutoffs_hz = np.repeat([OFF_HZ[form], 400.0, 5000.0, OFF_HZ[form]], 2400)
    out = run(Filter(form, RATE_HZ, OFF_HZ[form]), audio, cutoffs_hz, 240)
    assert np.abs(np.diff(out, axis=0)).max() < 1.1 * np.abs(np.diff(audio, axis=0)).max() + 2.0 / 240


def test_a_lowpass_keeps_what_stands_and_a_highpass_lets_it_go():
    steady = np.full((48_000 * 4, 2), 0.5, np.float32)
    np.testing.assert_allclose(run(standing("lowpass", 20.5), steady, 20.5)[-1000:], 0.5, atol=1e-6)
    np.testing.assert_allclose(run(standing("highpass", 20.5), steady, 20.5)[-1000:], 0.0, atol=1e-6)


@FORMS
@pytest.mark.parametrize("rate_hz", [8000, 44100, 96000])
def test_nothing_it_is_asked_makes_it_grow(form, rate_hz):
    rng = np.random.default_rng(3)
    cutoffs_hz = np.repeat(rng.uniform(20.0, 20_000.0, 3000), 16)
    out = run(Filter(form, rate_hz, OFF_HZ[form]), noise(48_000), cutoffs_hz, 16)
    assert np.isfinite(out).all()
    assert np.abs(out).max() < 4 * np.abs(noise(48_000)).max()
