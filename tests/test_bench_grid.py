"""The grid bench: its clock is the show's, and it finds attacks where they are."""

from __future__ import annotations

import argparse

import numpy as np
import pytest
import torch

from lmdmd.bench import grid
from lmdmd.control.setlist_reader import load_setlist

RATE_HZ = 44_100


def options(**values):
    return argparse.Namespace(model="ember", seed=1, prompt=["deep house", "folk guitar"], **values)


def make_clicks(times_s: np.ndarray, seconds: float) -> torch.Tensor:
    """A short burst of noise at each time."""
    random = np.random.default_rng(1)
    audio = np.zeros(round(seconds * RATE_HZ), np.float32)
    for at in np.round(times_s * RATE_HZ).astype(int):
        burst = random.standard_normal(2000) * np.exp(-np.arange(2000) / 300)
        audio[at : at + 2000] += burst[: len(audio) - at].astype(np.float32)
    return torch.from_numpy(audio)[None] * 0.3


@pytest.mark.parametrize("tempo", grid.BEAT_TEMPOS_BPM)
def test_attacks_on_the_clock_are_all_found_and_late_ones_are_not(tempo):
    bars = grid.count_bars(12.0, *grid.BEAT_TEMPOS_BPM[tempo])
    clock = grid.make_clock(RATE_HZ, tempo, bars, 2)
    starts_s = [clock.frame_of(1 + song * bars) / RATE_HZ for song in range(3)]
    beats_s = grid.lines_s(clock, 0.0, starts_s[2], 1)
    assert len(beats_s) == 2 * bars * grid.METRE
    found = grid.judge(make_clicks(beats_s, starts_s[2]), RATE_HZ, clock, starts_s[:2])
    assert found["sixteenths"] == found["eighths"] == 1.0
    assert found["beat_f1"] > 0.6 if "to" in tempo else found["beat_f1"] > 0.9
    late = grid.judge(make_clicks(beats_s + 0.05, starts_s[2] + 0.1), RATE_HZ, clock, starts_s[:2])
    assert late["sixteenths"] < 0.3


def test_the_show_is_one_that_a_setlist_can_say(tmp_path):
    for tempo in grid.BEAT_TEMPOS_BPM:
        path = tmp_path / "grid.yaml"
        path.write_text(grid.yaml.safe_dump(grid.write_show(options(), tempo, 4, True)))
        assert len(load_setlist(path).songs) == 2
