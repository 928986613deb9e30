"""Latents on frames: every question has one answer, and they agree."""

from __future__ import annotations

import pytest

from lmdmd.engine.grid import Grid

RATES = [(44100, 44100), (44100, 48000), (44100, 96000), (48000, 44100)]


@pytest.mark.parametrize(("model_hz", "device_hz"), RATES)
@pytest.mark.parametrize("delay_frames", [0, 768, 20_000])
def test_the_first_latent_heard_at_a_frame_is_not_heard_before_it(model_hz, device_hz, delay_frames):
    grid = Grid.of_codec(2048, delay_frames, model_hz, device_hz).moved_to(50_000)
    for frame in range(50_001, 70_000, 333):
        latent = grid.latent_heard_at(frame)
        assert grid.heard_frame(latent) >= frame - 1
        assert latent == grid.latent or grid.heard_frame(latent - 1) < frame


def test_a_latent_is_made_from_the_values_of_the_frame_nearest_to_it():
    grid = Grid.of_codec(2048, 768, 44100, 44100)
    for frame in range(2_000, 60_000, 97):
        latent = next(n for n in range(100) if grid.latch_frame(n) >= frame)
        assert abs(grid.heard_frame(latent) - frame) <= 1024


def test_a_decoder_that_looks_far_ahead_counts_half_a_latent():
    assert Grid.of_codec(2048, 19_000, 44100, 44100).early_frames == 1024
    assert Grid.of_codec(2048, 768, 44100, 48000).early_frames == round(768 * 48000 / 44100)


def test_a_grid_that_begins_anew_keeps_the_latents_of_absolute_time():
    grid = Grid.of_codec(2048, 768, 44100, 44100).moved_to(441_000)
    assert (grid.latent, grid.frame_of(grid.latent), grid.heard_frame(grid.latent)) == (215, 441_000, 441_000)
    assert grid.frame_of(grid.latent + 10) == 441_000 + 20_480
