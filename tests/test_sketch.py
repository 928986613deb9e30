"""The sketch of a sound: what lights up, what does not, and that a stream sees what the whole file shows."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from lmdmd.model.config import Geometry
from lmdmd.model.sketch import SEMITONES, TOP, Sketcher

GEOMETRY = Geometry()
A4 = 21
FRAMES = 2048


@pytest.fixture(scope="module")
def sketcher() -> Sketcher:
    return Sketcher(GEOMETRY)


def make_sine(hz: float, latents: int = 20, amplitude: float = 0.5) -> Tensor:
    wave = amplitude * torch.sin(2 * math.pi * hz / 44100 * torch.arange(latents * FRAMES))
    return wave.expand(1, 2, -1)


def make_noise(latents: int, batch: int = 1) -> Tensor:
    return 0.1 * torch.randn(batch, 2, latents * FRAMES, generator=torch.Generator().manual_seed(0))


def test_a_sine_lights_its_semitone_and_nothing_else(sketcher: Sketcher) -> None:
    for semitone in range(0, SEMITONES, 7):
        hz = 440.0 * 2 ** ((semitone - A4) / 12)
        melody = sketcher.sketch(make_sine(hz)).melody[0, :, 6:]
        assert torch.allclose(melody[semitone], torch.ones(14))
        assert melody.sum(0).allclose(torch.ones(14))


def test_a_sine_out_of_tune_still_lights_the_nearest_semitone(sketcher: Sketcher) -> None:
    for cents in (-30, 30):
        melody = sketcher.sketch(make_sine(440.0 * 2 ** (cents / 1200))).melody[0, :, 6:]
        assert (melody.argmax(0) == A4).all()


def test_a_note_below_the_range_does_not_light_its_edge(sketcher: Sketcher) -> None:
    assert not sketcher.sketch(make_sine(440.0 * 2 ** (-22 / 12))).melody[0, :3, 6:].any()


def test_a_chord_lights_its_notes(sketcher: Sketcher) -> None:
    notes = (12, 16, 19)
    sound = sum(make_sine(440.0 * 2 ** ((note - A4) / 12), amplitude=0.2) for note in notes)
    melody = sketcher.sketch(torch.as_tensor(sound)).melody[0, :, 6:]
    assert melody[list(notes)].min() > 0.5
    assert (melody > 0).sum(0).max() == len(notes)


def test_silence_is_all_zeros_and_no_more_than_four_semitones_ever_light(sketcher: Sketcher) -> None:
    silent = sketcher.sketch(torch.zeros(2, 2, 5 * FRAMES))
    assert silent.melody.shape == (2, SEMITONES, 5)
    assert silent.loudness.shape == (2, 4, 5)
    assert not silent.melody.any()
    assert not silent.loudness.any()
    noisy = sketcher.sketch(make_noise(20)).melody
    assert ((noisy > 0).sum(1) <= TOP).all()
    assert 0 <= noisy.min() <= noisy.max() <= 1


def test_melody_does_not_depend_on_the_level_and_loudness_does(sketcher: Sketcher) -> None:
    sound = make_noise(20)
    loud, soft = sketcher.sketch(sound), sketcher.sketch(0.1 * sound)
    torch.testing.assert_close(loud.melody, soft.melody)
    torch.testing.assert_close(loud.loudness - soft.loudness, torch.full_like(loud.loudness, 20 / 60))


def test_loudness_is_that_of_each_hop(sketcher: Sketcher) -> None:
    sound = torch.zeros(1, 2, 2 * FRAMES)
    sound[..., FRAMES + 512 : FRAMES + 1024] = 1.0
    wanted = torch.zeros(1, 4, 2)
    wanted[0, 1, 1] = 1.0
    torch.testing.assert_close(sketcher.sketch(sound).loudness, wanted)


def test_nothing_after_a_latent_changes_its_sketch(sketcher: Sketcher) -> None:
    sound = make_noise(12)
    whole, cut = sketcher.sketch(sound), sketcher.sketch(sound[..., : 7 * FRAMES])
    torch.testing.assert_close(whole.melody[..., :7], cut.melody)
    torch.testing.assert_close(whole.loudness[..., :7], cut.loudness)


def test_a_stream_gives_what_the_whole_file_gives(sketcher: Sketcher) -> None:
    sound = make_noise(23, batch=2)
    state = sketcher.init_state(2)
    for _ in range(2):  # the second time from a reset
        parts = [sketcher.step(state, part) for part in sound.split([FRAMES * n for n in (1, 10, 3, 9)], -1)]
        whole = sketcher.sketch(sound)
        for i, name in enumerate(("melody", "loudness")):
            torch.testing.assert_close(torch.cat([part[i] for part in parts], -1), getattr(whole, name))
        state.reset()


def test_other_grids_are_sketched_too() -> None:
    sketcher = Sketcher(Geometry(sample_rate=48000, latent_frames=1920))
    wave = 0.5 * torch.sin(2 * math.pi * 440 / 48000 * torch.arange(20 * 1920))
    melody = sketcher.sketch(wave.expand(1, 2, -1)).melody[0, :, 6:]
    assert melody.shape[-1] == 14
    assert (melody.argmax(0) == A4).all()
