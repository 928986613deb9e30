"""Concealment: no silence, no step that the material does not have, pitch kept, every gap counted."""

from __future__ import annotations

import numpy as np
import pytest

from lmdmd.rt.conceal import Concealer, Gap

RATE_HZ = 44100
BUFFER = 256


def chord(frames: int) -> np.ndarray:
    time_s = np.arange(frames) / RATE_HZ
    left = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.18, 329.63))
    right = sum(np.cos(2 * np.pi * hz * time_s) for hz in (220.0, 277.18, 329.63))
    return (0.2 * np.stack((left, right), axis=1)).astype(np.float32)


def stream(audio: np.ndarray, gaps: list[tuple[int, int]], mode: str = "loop", live=None, buffer: int = BUFFER):
    """Play ``audio`` in buffers; frames inside ``gaps`` are missing. Returns what is heard, and who did it."""
    concealer = Concealer(RATE_HZ, buffer)
    missing = np.zeros(len(audio), bool)
    for first, last in gaps:
        missing[first:last] = True
    live = np.zeros_like(audio) if live is None else live
    heard = audio.copy()
    for at in range(0, len(audio), buffer):
        gone = missing[at:]
        lead = int(np.argmax(gone)) if gone.any() else len(gone)
        block = heard[at : at + buffer]
        available = min(lead, len(block))
        block[available:] = 0.0
        concealer.process(at, block, available, lead, live[at : at + buffer], mode)
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


def spectrum(audio: np.ndarray) -> np.ndarray:
    """Magnitudes with the length of a vector taken off, 2 Hz apart or so."""
    magnitudes = np.abs(np.fft.rfft(audio[:, 0] * np.hanning(len(audio))))
    return magnitudes / np.linalg.norm(magnitudes)


@pytest.mark.parametrize("offset", [0, 100, 201])
def test_a_steady_chord_goes_on_in_sound_and_in_level(offset):
    first = BUFFER * 400 + offset
    heard, _ = stream(chord(BUFFER * 800), [(first, BUFFER * 800)])
    half = RATE_HZ // 2
    before = heard[first - half : first]
    own_level = np.mean(heard[first - RATE_HZ : first] ** 2)
    for at in range(first, first + 4 * half, half):
        assert spectrum(before) @ spectrum(heard[at : at + half]) > 0.99
    for at in range(first, first + 4 * half, half // 5):
        level_db = 10 * np.log10(np.mean(heard[at : at + half // 5] ** 2) / own_level)
        assert abs(level_db) < 1.0


@pytest.mark.parametrize("buffer", [64, 256, 1024])
def test_a_trickle_is_neither_silence_nor_a_jump(buffer):
    rng = np.random.default_rng(buffer)
    audio = chord(RATE_HZ * 8)
    gaps, at = [], 2 * RATE_HZ
    while at < 7 * RATE_HZ:
        gaps.append((at, at + int(rng.integers(1, 3000))))
        at = gaps[-1][1] + int(rng.integers(1, 6000))
    heard, concealer = stream(audio, gaps, buffer=buffer)
    assert concealer.underruns > 5
    assert np.abs(np.diff(heard, axis=0)).max() < 1.2 * np.abs(np.diff(audio, axis=0)).max()
    windows = heard[RATE_HZ : 7 * RATE_HZ, 0].reshape(-1, RATE_HZ // 10)
    level_db = 10 * np.log10(np.mean(windows**2, axis=1))
    assert np.ptp(level_db) < 3.0


def test_after_a_gap_that_sank_and_a_moment_of_sound_there_is_still_a_loop():
    first, gap_frames, moment = 2 * RATE_HZ, 12 * RATE_HZ, 2000
    second = first + gap_frames + moment
    audio = chord(second + RATE_HZ)
    heard, concealer = stream(audio, [(first, first + gap_frames), (second, len(audio))])
    assert concealer.underruns == 2
    level = np.sqrt(np.mean(audio**2))
    assert np.sqrt(np.mean(heard[second + 1000 :] ** 2)) == pytest.approx(level, rel=0.1)


def test_every_gap_that_is_over_tells_where_it_began_and_how_long_it_was():
    audio = chord(BUFFER * 900)
    first, second = (BUFFER * 300 + 10, BUFFER * 320), (BUFFER * 500 + 20, BUFFER * 501)
    _, concealer = stream(audio, [first])
    assert (concealer.gaps, concealer.last_gap) == (1, Gap(first[0], concealer.concealed_frames))
    before = concealer.concealed_frames
    _, concealer = stream(audio, [first, second])
    assert (concealer.gaps, concealer.last_gap) == (2, Gap(second[0], concealer.concealed_frames - before))
    _, concealer = stream(audio, [first, (second[0], len(audio))])
    assert (concealer.gaps, concealer.underruns) == (1, 2)
    assert concealer.last_gap.frame == first[0]


def test_a_gap_is_over_when_nobody_listens_any_more():
    audio = chord(BUFFER * 300)
    _, concealer = stream(audio, [(BUFFER * 200, len(audio))])
    assert concealer.gaps == 0
    for _ in range(2):
        concealer.reset()
        assert (concealer.gaps, concealer.last_gap) == (1, Gap(BUFFER * 200, BUFFER * 100))


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
