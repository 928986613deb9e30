"""The engine: one stream, whatever happens around it."""

import numpy as np
import pytest
import torch

from lmdmd.engine.engine import Engine
from lmdmd.engine.governor import Effort
from lmdmd.engine.prompts import PromptMixer
from lmdmd.errors import BundleError
from lmdmd.messages import Write
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    torch.set_num_threads(1)
    return load_bundle(make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny").path)


def play(engine: Engine, blocks: int) -> np.ndarray:
    return np.concatenate([engine.make_block() for _ in range(blocks)])


def test_the_same_seed_and_writes_give_the_same_samples(bundle):
    def take():
        engine = Engine(bundle, 44100)
        engine.write(Write("prompt/0/text", "warm pads", 0))
        engine.write(Write("engine/seed", 5, 0))
        return play(engine, 4)

    first, second = take(), take()
    assert first.shape == (4 * 4 * 2048 - bundle.codec.config.delay_frames, 2)
    np.testing.assert_array_equal(first, second)


def test_a_prompt_that_cannot_be_read_is_told_once_and_counts_for_nothing(bundle):
    def take(text):
        told = []
        engine = Engine(bundle, 44100, told.append)
        engine.write(Write("prompt/0/text", text, 0))
        return play(engine, 3), told

    silent, _ = take("")
    audio, told = take("warm \ud83c pads")
    np.testing.assert_array_equal(audio, silent)
    assert len(told) == 1
    assert r"the prompt 'warm \ud83c pads' cannot be read" in told[0]


def test_a_model_without_numbers_is_refused_when_it_warms_up(tmp_path):
    spoilt = load_bundle(make_tiny_bundle(tmp_path / "spoilt", name="spoilt").path)
    with torch.no_grad():
        next(spoilt.model.parameters()).fill_(float("nan"))
    with pytest.raises(BundleError, match="the model of bundle spoilt gives no numbers"):
        Engine(spoilt, 44100).warm_up()


def test_warming_up_leaves_no_trace(bundle):
    cold, warm = Engine(bundle, 44100), Engine(bundle, 44100)
    warm.warm_up()
    np.testing.assert_array_equal(play(cold, 3), play(warm, 3))


def test_a_write_acts_from_its_frame_and_not_before(bundle):
    plain, steered = Engine(bundle, 44100), Engine(bundle, 44100)
    at = 2 * bundle.geometry.block_frames
    steered.write(Write("prompt/0/text", "deep house", at))
    before, after = play(plain, 4), play(steered, 4)
    cut = at - bundle.codec.config.delay_frames
    np.testing.assert_array_equal(before[:cut], after[:cut])
    assert np.abs(before[cut:] - after[cut:]).max() > 1e-6


def test_another_device_rate_keeps_the_time(bundle):
    engine = Engine(bundle, 48000)
    frames = len(play(engine, 20))
    exact = 20 * bundle.geometry.block_frames * 48000 / 44100
    assert exact - 3000 < frames <= exact
    assert engine.next_frame == round(exact)


def test_seeking_keeps_the_music_and_moves_the_clock(bundle):
    engine = Engine(bundle, 44100)
    play(engine, 2)
    known = engine.state.known
    engine.seek(441_000)
    assert engine.next_frame == 441_000
    assert engine.next_latent == round(441_000 / 2048)
    assert engine.state.known == known


def test_prefill_is_heard_by_the_model(bundle):
    heard = 0.3 * np.random.default_rng(1).standard_normal((44100, 2)).astype(np.float32)
    alone, taught = Engine(bundle, 44100), Engine(bundle, 44100)
    taught.prefill(heard)
    assert taught.state.known == min(44100 // 2048, bundle.geometry.context)
    assert np.abs(play(alone, 1) - play(taught, 1)).max() > 1e-6


def test_memory_and_reset_shorten_the_context(bundle):
    engine = Engine(bundle, 44100)
    play(engine, 3)
    engine.write(Write("gen/memory", 0.2, engine.next_frame))
    engine.make_block()
    assert engine.state.known == round(0.2 * bundle.geometry.latent_rate_hz) + bundle.geometry.block
    engine.reset_music()
    assert engine.state.known == 0


def test_while_the_watch_refreshes_the_memory_is_short_and_the_record_says_so(bundle):
    engine = Engine(bundle, 44100)
    play(engine, 4)
    engine.watch._since_refresh_s = 0.0
    engine.make_block()
    kept = round(bundle.geometry.context * 12 / 192)
    assert engine.state.known == kept + bundle.geometry.block
    assert round(engine.made.number("gen/memory") * bundle.geometry.latent_rate_hz) == kept
    assert engine.first_stale(0) is None


def test_less_effort_is_made_where_there_is_no_time_for_more(bundle):
    engine, plain = Engine(bundle, 44100), Engine(bundle, 44100)
    engine.write(Write("gen/cfg", 3.0, 0))
    engine.settle = lambda asked: Effort(asked.steps // 2, False)
    plain.write(Write("gen/cfg", 1.0, 0))
    plain.write(Write("gen/steps", 4, 0))
    np.testing.assert_array_equal(play(engine, 2), play(plain, 2))
    assert (engine.made.values["gen/steps"], engine.made.values["gen/cfg"]) == (4, 1.0)
    assert engine.next_settings().values["gen/steps"] == 8 and engine.first_stale(0) is None


def test_a_new_leader_drops_the_context_once(bundle):
    engine = Engine(bundle, 44100)
    engine.write(Write("prompt/0/text", "jazz", 0))
    play(engine, 4)
    full = engine.state.known
    engine.write(Write("prompt/1/text", "piano", engine.next_frame))
    engine.write(Write("prompt/1/weight", 1.0, engine.next_frame))
    engine.write(Write("prompt/0/weight", 0.2, engine.next_frame))
    engine.make_block()
    dropped = engine.state.known
    engine.make_block()
    assert dropped < full
    assert engine.state.known == min(bundle.geometry.context, dropped + bundle.geometry.block)


def test_a_new_prompt_is_read_between_blocks_and_not_again(bundle):
    engine, read = Engine(bundle, 44100), []
    encode = engine.prompts._encode
    engine.prompts._encode = lambda texts: read.extend(texts) or encode(texts)
    engine.write(Write("prompt/0/text", "warm pads", 0))
    engine.write(Write("prompt/1/text", "later", 10_000_000))
    assert engine.read_ahead() and engine.read_ahead() and not engine.read_ahead()
    assert read == ["warm pads", "later"]
    play(engine, 2)
    assert read == ["warm pads", "later"]


def test_prompts_that_nobody_asks_for_any_more_do_not_pile_up(bundle):
    engine = Engine(bundle, 44100)
    for number in range(1000):
        engine.write(Write("prompt/0/text", f"word {number}", 0))
    read = 0
    first = next(iter(engine.prompts._expected))
    while engine.read_ahead():
        read += 1
    assert first == "word 0" and 0 < read < 256


def leads(weights):
    """Whether each of some moments is a flip, for prompts a, b, ... of those weights."""
    mixer = PromptMixer(lambda texts: np.zeros((len(texts), 4)))
    return [mixer.flipped([(text, w) for text, w in zip("abc", row, strict=False) if w > 0]) for row in weights]


def test_nearly_equal_weights_that_tremble_do_not_flip_to_and_fro():
    assert not any(leads([(0.51, 0.5), (0.5, 0.52), (0.51, 0.5), (0.5, 0.52), (0.5, 0.52)]))
    assert not any(leads([(0.6, 0.4), (0.44, 0.56), (0.51, 0.49), (0.44, 0.56), (0.51, 0.49)]))


def test_a_crossfade_flips_once_and_only_when_the_new_prompt_leads_clearly():
    fade = np.linspace(0, 1, 41)
    for row in (fade, fade[::-1]):
        flips = leads([(1 - x, x) for x in row])
        assert sum(flips) == 1
        assert abs(row[flips.index(True)] - 0.5) == pytest.approx(0.275)


def test_a_small_lead_counts_when_the_weights_rest():
    assert leads([(0.6, 0.4), (0.4, 0.6), (0.4, 0.6), (0.4, 0.6)]) == [False, False, True, False]


def test_a_prompt_that_leaves_hands_over():
    assert leads([(1.0, 0.0), (0.0, 0.01), (0.0, 0.01)]) == [False, True, False]
    assert leads([(0.4, 0.4, 0.41), (0.0, 0.0, 0.0), (0.0, 0.4, 0.41)]) == [False, False, False]
