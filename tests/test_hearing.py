"""What the ear of the evaluation hears in sounds of which everything is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from lmdmd.train import hearing

RATE = 44100


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def make_tone(notes: tuple[int, ...], seconds: float) -> Tensor:
    """Notes in semitones above C4, in both channels."""
    t = torch.arange(round(seconds * RATE)) / RATE
    waves = [torch.sin(2 * math.pi * 261.6256 * 2 ** (note / 12) * t) for note in notes]
    return 0.1 * torch.stack(waves).sum(0).expand(2, -1)


def make_clicks(times_s: np.ndarray, seconds: float, hz: float = 0.0) -> Tensor:
    """Short bursts of noise, or decaying notes, at these times over a very faint noise."""
    generator = torch.Generator().manual_seed(0)
    sound = 1e-4 * torch.randn(round(seconds * RATE), generator=generator)
    t = torch.arange(round(0.1 * RATE)) / RATE
    for time_s in times_s:
        wave = torch.sin(2 * math.pi * hz * t) if hz else torch.randn(len(t), generator=generator)
        burst, start = 0.3 * wave * torch.exp(-t / 0.02), round(float(time_s) * RATE)
        end = min(len(sound), start + len(burst))
        sound[start:end] += burst[: end - start]
    return sound.expand(2, -1)


def test_envelopes_of_the_same_dynamics_agree_whatever_the_sound() -> None:
    swell = 0.05 + torch.sin(torch.arange(4 * RATE) / RATE * 3.0).square()
    noise = torch.randn(2, 4 * RATE, generator=torch.Generator().manual_seed(0))
    a, b = (hearing.level_envelope(swell * sound) for sound in (make_tone((0,), 4.0), noise))
    assert hearing.correlation(a, b) > 0.95
    assert hearing.correlation(a, b.flip(0)) < 0.5
    assert hearing.correlation(a, torch.zeros(40)) == 0.0
    assert hearing.level_envelope(torch.zeros(2, 4096)).tolist() == [-60.0, -60.0]


def test_chroma_is_that_of_the_notes() -> None:
    chroma = hearing.chromagram(make_tone((0, 4, 7), 2.0)).sum(1)
    assert set(chroma.topk(3).indices.tolist()) == {0, 4, 7}
    low = hearing.chromagram(make_tone((-14,), 2.0)).sum(1)
    assert low.argmax() == 10


def test_strongest_pitches_are_compared_span_by_span() -> None:
    a = torch.cat([make_tone((note,), 0.5) for note in (0, 2, 4, 5)], 1)
    b = torch.cat([make_tone((note,), 0.5) for note in (12, 2, 6, 17)], 1)
    edges = [0.0, 0.5, 1.0, 1.5, 2.0]
    spans = [hearing.pool_spans(hearing.chromagram(sound), edges) for sound in (a, b)]
    assert spans[0].argmax(0).tolist() == [0, 2, 4, 5]
    assert hearing.top_agreement(spans[0], spans[1]) == 0.75
    assert hearing.top_agreement(spans[0], torch.zeros(12, 4)) == 0.0


def test_keys_are_found_and_relatives_share_their_scale() -> None:
    chords = [make_tone(notes, 0.5) for notes in ((2, 6, 9), (7, 11, 14), (9, 13, 16), (2, 6, 9))]
    key = hearing.find_key(hearing.chromagram(torch.cat(chords, 1)).sum(1))
    assert key == (2, "major")
    assert hearing.same_scale(key, (11, "minor"))
    assert not hearing.same_scale(key, (2, "minor"))


def test_onsets_are_where_the_attacks_are() -> None:
    times_s = np.array([0.51, 1.03, 1.3, 2.222, 3.1])
    for hz in (0.0, 330.0):
        found = hearing.find_onsets(make_clicks(times_s, 4.0, hz))
        assert len(found) == len(times_s)
        assert np.abs(found - times_s).max() < 0.012


def test_steps_of_a_grid_are_counted() -> None:
    times_s = np.array([0.0, 0.26, 0.5, 0.62, 1.03])
    lines_s = np.arange(0.0, 1.3, 0.25)
    assert hearing.on_grid(times_s, lines_s, 0.035) == 0.8
    assert hearing.on_grid(times_s, lines_s[:1], 0.035) == 0.2
    assert hearing.on_grid(np.zeros(0), lines_s, 0.035) == 0.0
    assert hearing.chance_on_grid(lines_s, 0.035) == pytest.approx(0.07 / 0.25)
    assert hearing.chance_on_grid(np.array([0.0, 0.05, 0.1]), 0.035) == 1.0


@pytest.mark.parametrize("bpm", [80, 100, 120, 140])
def test_beats_are_found_at_their_tempo(bpm: int) -> None:
    wanted = np.arange(0.4, 11.5, 60 / bpm)
    found = hearing.find_beats(make_clicks(wanted, 12.0))
    assert hearing.beat_f1(found, wanted) > 0.9
    assert hearing.beat_f1(found, wanted + 30 / bpm) < 0.1
    assert len(hearing.find_beats(torch.zeros(2, RATE))) == 0


def test_a_beat_is_matched_once() -> None:
    wanted = np.array([1.0, 2.0, 3.0])
    assert hearing.beat_f1(np.array([1.0, 2.0, 3.0]), wanted) == 1.0
    assert hearing.beat_f1(np.array([0.97, 1.03, 2.0]), wanted) == pytest.approx(2 * 2 / 6)
    assert hearing.beat_f1(np.zeros(0), wanted) == 0.0


def test_what_belongs_together_is_set_against_what_does_not() -> None:
    random = np.random.default_rng(0)
    scores = random.uniform(0.0, 0.2, (30, 30)) + 0.5 * np.eye(30)
    found = hearing.against_others(scores)
    assert found["difference"] == pytest.approx(0.5, abs=0.05)
    low, high = found["interval"]
    assert 0.4 < low < found["difference"] < high < 0.6
    low, high = hearing.against_others(random.uniform(0.0, 1.0, (30, 30)))["interval"]
    assert low < 0 < high
