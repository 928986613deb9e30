"""Going back: what is made anew is what would have been made, and nothing before it moves."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lmdmd.engine.engine import Engine
from lmdmd.engine.resample import StreamResampler
from lmdmd.messages import Write
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle

LATENT = 2048


@pytest.fixture(scope="module", params=["enc-dec", "block-causal", "bidirectional"])
def bundle(tmp_path_factory, request):
    torch.set_num_threads(1)
    path = tmp_path_factory.mktemp("bundles") / request.param
    return load_bundle(make_tiny_bundle(path, attention=request.param).path)


class Timeline:
    """Where a deck would put its blocks."""

    def __init__(self, engine: Engine, frames: int = 200_000) -> None:
        self.engine = engine
        self.audio = np.zeros((frames, 2), np.float32)

    def play(self, until_latent: int) -> Timeline:
        while self.engine.next_latent < until_latent:
            frame = self.engine.audio_frame
            block = self.engine.make_block()
            self.audio[frame : frame + len(block)] = block
        return self

    @property
    def made(self) -> np.ndarray:
        return self.audio[: self.engine.audio_frame]


def make(bundle, rate_hz=44100, *writes) -> Timeline:
    engine = Engine(bundle, rate_hz)
    for write in (Write("prompt/0/text", "warm pads", 0), Write("engine/seed", 3, 0), *writes):
        engine.write(write)
    return Timeline(engine)


def end_of(bundle, latents: int) -> int:
    return latents // bundle.geometry.block * bundle.geometry.block


@pytest.mark.parametrize("rate_hz", [44100, 48000])
@pytest.mark.parametrize("back", [1, 2, 3, 4, 7, 12])
def test_a_whole_block_taken_back_without_a_change_comes_again(bundle, back, rate_hz):
    straight, turned = make(bundle, rate_hz).play(24), make(bundle, rate_hz).play(24)
    block = bundle.geometry.block
    latent = 24 - back // block * block
    turned.engine.cut(latent)
    turned.play(24)
    if latent == 24:
        np.testing.assert_array_equal(straight.made, turned.made)
    # A resampler taken up again is as near as its own precision, not the same to the bit.
    np.testing.assert_allclose(
        straight.made, turned.made[: len(straight.made)], atol=2e-5 if rate_hz != 44100 else 1e-6
    )


@pytest.mark.parametrize("rate_hz", [44100, 48000])
@pytest.mark.parametrize("latent", [13, 14, 16, 19])
def test_a_change_after_a_cut_sounds_as_if_it_had_been_planned(bundle, latent, rate_hz):
    late = make(bundle, rate_hz).play(24)
    before = late.audio.copy()
    frame = late.engine.grid.heard_frame(latent)
    change = Write("prompt/0/text", "deep house", frame)
    late.engine.write(change)
    assert late.engine.first_stale(10) == latent
    late.engine.cut(latent)
    assert late.engine.next_latent == latent and late.engine.audio_frame <= frame
    late.play(30)
    planned = make(bundle, rate_hz, change).play(30)
    frames = min(len(late.made), len(planned.made))
    np.testing.assert_allclose(late.made[:frames], planned.made[:frames], atol=2e-5)
    np.testing.assert_allclose(late.audio[: frame - 64], before[: frame - 64], atol=2e-5)
    assert np.abs(late.audio[frame : frame + LATENT] - before[frame : frame + LATENT]).max() > 1e-4


def test_a_planned_change_is_heard_from_the_latent_nearest_to_it(bundle):
    plain = make(bundle).play(24)
    for at in range(11 * LATENT, 14 * LATENT, 700):
        steered = make(bundle, 44100, Write("gen/cfg", 6.0, at)).play(24)
        frames = min(len(plain.made), len(steered.made))
        heard = np.flatnonzero(np.abs(plain.audio[:frames] - steered.audio[:frames]).max(axis=1) > 1e-4)[0]
        assert abs(heard - at) <= LATENT / 2 + 64


def test_only_what_is_made_from_other_values_is_stale(bundle):
    engine = make(bundle).play(24).engine
    assert engine.first_stale(0) is None
    engine.write(Write("prompt/0/text", "warm pads", engine.grid.heard_frame(13)))
    engine.write(Write("prompt/3/text", "unheard", engine.grid.heard_frame(13)))
    engine.write(Write("engine/lead", 3.0, engine.grid.heard_frame(13)))
    assert engine.first_stale(0) is None
    engine.write(Write("gen/temperature", 1.5, engine.grid.heard_frame(17)))
    assert engine.first_stale(0) == 17
    assert engine.first_stale(20) == 20
    engine.clear_after(engine.grid.heard_frame(13))
    assert engine.first_stale(0) is None


def test_cutting_again_and_again_forgets_no_way_back(bundle):
    straight = make(bundle).play(40)
    turned = make(bundle).play(24)
    for number, latent in enumerate((20, 17, 15, 13, 12, 11, 9)):
        turned.engine.write(Write("gen/cfg", 3.0 + number, turned.engine.grid.heard_frame(latent)))
        turned.engine.cut(latent)
        turned.play(latent + 6)
    turned.engine.write(Write("gen/cfg", 1.5, turned.engine.grid.heard_frame(8)))
    turned.engine.clear_after(turned.engine.grid.heard_frame(8))
    turned.engine.write(Write("gen/cfg", 2.0, turned.engine.grid.heard_frame(8)))
    turned.engine.cut(8)
    turned.play(40)
    np.testing.assert_allclose(straight.made, turned.made[: len(straight.made)], atol=1e-5)


def test_a_leader_that_was_taken_back_has_never_led(bundle):
    straight, turned = make(bundle).play(36), make(bundle).play(16)
    turned.engine.write(Write("prompt/0/text", "jazz", turned.engine.grid.heard_frame(14)))
    turned.engine.cut(14)
    turned.play(20)
    assert turned.engine.prompts.save()[0] == "jazz"
    turned.engine.clear_after(turned.engine.grid.heard_frame(12))
    turned.engine.cut(12)
    turned.play(36)
    assert turned.engine.prompts.save()[0] == "warm pads"
    np.testing.assert_allclose(straight.made, turned.made[: len(straight.made)], atol=1e-5)


def test_the_way_back_ends_with_the_history(bundle):
    engine = make(bundle).engine
    blocks = engine.history // bundle.geometry.block + 5
    for _ in range(blocks):
        engine.make_block()
    assert engine.next_latent - engine.history <= engine.oldest_latent <= engine.next_latent - 8 * 21
    engine.cut(engine.oldest_latent)
    engine.seek(500_000)
    assert engine.oldest_latent == engine.next_latent
    assert engine.first_stale(0) is None


@pytest.mark.parametrize("rates", [(44100, 48000), (48000, 44100), (44100, 96000), (44100, 44100)])
def test_a_resampler_taken_up_again_goes_on_as_if_never_left(rates):
    audio = 0.3 * np.random.default_rng(2).standard_normal((60_000, 2)).astype(np.float32)
    straight, turned = StreamResampler(*rates), StreamResampler(*rates)
    expected = np.concatenate([straight.step(part) for part in np.split(audio, 12)])
    made = [turned.step(part) for part in np.split(audio, 12)[:5]]
    saved = turned.save()
    for part in np.split(audio, 12)[5:9]:
        turned.step(-part)
    turned.load(saved)
    made += [turned.step(part) for part in np.split(audio, 12)[5:]]
    found = np.concatenate(made)
    frames = min(len(found), len(expected))
    assert frames > 0.9 * len(expected)
    np.testing.assert_allclose(found[:frames], expected[:frames], atol=5e-5)
