"""Concealment: no silence, no step that the material does not have, pitch kept, every gap counted."""

from __future__ import annotations

import numpy as np
import pytest

from lmdmd.rt.conceal import Concealer, loop_frames, seamless_loop

RATE_HZ = 44100
BUFFER = 256


def chord(frames: int) -> np.ndarray:
    time_s = np.arange(frames) / RATE_HZ
    left = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.18, 329.63))
    right = sum(np.cos(2 * np.pi * hz * time_s) for hz in (220.0, 277.18, 329.63))
    return (0.2 * np.stack((left, right), axis=1)).astype(np.float32)


def stream(audio: np.ndarray, gaps: list[tuple[int, int]], mode: str = "loop", live=None):
    """Play ``audio`` in buffers; frames inside ``gaps`` are missing. Returns what is heard, and who did it."""
    concealer = Concealer(RATE_HZ, BUFFER)
    missing = np.zeros(len(audio), bool)
    for first, last in gaps:
        missing[first:last] = True
    live = np.zeros_like(audio) if live is None else live
    heard = audio.copy()
    for at in range(0, len(audio), BUFFER):
        gone = missing[at:]
        lead = int(np.argmax(gone)) if gone.any() else len(gone)
        block = heard[at : at + BUFFER]
        available = min(lead, len(block))
        block[available:] = 0.0
        concealer.process(block, available, lead, live[at : at + BUFFER], mode)
    return heard, concealer


def longest_zeros(audio: np.ndarray) -> int:
    run = longest = 0
    for zero in (audio == 0.0).all(axis=1):
        run = run + 1 if zero else 0
        longest = max(longest, run)
    return longest


def test_without_a_gap_nothing_is_touched():
    audio = chord(BUFFER * 40)
    heard, concealer = stream(audio, [])
    np.testing.assert_array_equal(heard, audio)
    assert concealer.underruns == 0


@pytest.mark.parametrize("gap_frames", [1, 100, 441, 5_000, 150_000])
@pytest.mark.parametrize("offset", [0, 77])
def test_a_gap_has_neither_clicks_nor_silence(gap_frames, offset):
    first = BUFFER * 400 + offset
    audio = chord(BUFFER * 1200)
    heard, concealer = stream(audio, [(first, first + gap_frames)])
    own_step = np.abs(np.diff(audio, axis=0)).max()
    assert np.abs(np.diff(heard, axis=0)).max() < 1.1 * own_step
    assert longest_zeros(heard[1:]) == 0
    assert concealer.underruns == 1
    assert gap_frames <= concealer.concealed_frames < gap_frames + 3 * BUFFER
    end = first + gap_frames + 4 * BUFFER
    np.testing.assert_array_equal(heard[end:], audio[end:])
    np.testing.assert_array_equal(heard[:first], audio[:first])


def test_the_loop_keeps_pitch_and_level():
    first = BUFFER * 400
    heard, _ = stream(chord(BUFFER * 1000), [(first, BUFFER * 1000)])
    filling = heard[first + 1000 : first + 1000 + RATE_HZ, 0]
    spectrum = np.abs(np.fft.rfft(filling * np.hanning(len(filling))))
    peaks_hz = np.sort(np.argsort(spectrum)[::-1][:9])
    for hz in (220, 277, 330):
        assert np.abs(peaks_hz - hz).min() <= 1
    before = np.sqrt(np.mean(heard[first - RATE_HZ : first] ** 2))
    assert np.sqrt(np.mean(filling**2)) == pytest.approx(before, rel=0.05)


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


def test_dry_brings_the_input_and_silence_silence():
    first = BUFFER * 300
    audio = chord(BUFFER * 500)
    live = 0.1 * np.random.default_rng(2).standard_normal(audio.shape).astype(np.float32)
    dry, _ = stream(audio, [(first, len(audio))], "dry", live)
    np.testing.assert_array_equal(dry[first + 441 :], live[first + 441 :])
    silent, _ = stream(audio, [(first, len(audio))], "silence", live)
    assert not silent[first + 441 :].any()
    for heard in (dry, silent):
        assert np.abs(np.diff(heard[: first + 441], axis=0)).max() < 0.7


def test_a_long_gap_sinks_after_eight_seconds():
    first = RATE_HZ // BUFFER * BUFFER
    audio = chord(BUFFER * (16 * RATE_HZ // BUFFER))
    heard, _ = stream(audio, [(first, len(audio))])

    def level_db(at_s: float) -> float:
        at = first + round(at_s * RATE_HZ)
        return 10 * np.log10(np.mean(heard[at : at + 20_000] ** 2))

    assert level_db(7.4) == pytest.approx(level_db(1.0), abs=0.5)
    assert level_db(13.0) - level_db(7.4) == pytest.approx(-10.5, abs=1.5)


def test_gaps_one_upon_another_stay_smooth():
    audio = chord(BUFFER * 900)
    starts = [BUFFER * 300 + 700 * k for k in range(40)]
    heard, concealer = stream(audio, [(at, at + 90) for at in starts])
    assert concealer.underruns >= 1
    assert np.abs(np.diff(heard, axis=0)).max() < 1.15 * np.abs(np.diff(audio, axis=0)).max()
    assert longest_zeros(heard[1:]) == 0


def test_with_nothing_heard_yet_there_is_silence_not_noise():
    audio = chord(BUFFER * 40)
    heard, concealer = stream(audio, [(0, BUFFER * 10)])
    assert not heard[: BUFFER * 10].any()
    assert concealer.underruns == 1
    assert np.abs(np.diff(heard, axis=0)).max() < 1.1 * np.abs(np.diff(audio, axis=0)).max()
