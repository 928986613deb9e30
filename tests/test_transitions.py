"""Changes of prompt: when the new style is heard, and that a click would be seen."""

import numpy as np
import pytest
import torch

from lmdmd.bench import transitions as played
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle
from lmdmd.train import transitions as heard
from lmdmd.train.classifier import Classifier, Excerpts, describe

RATE = 44100
NEVER = float("inf")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def bundle_path(tmp_path_factory):
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny").path


@pytest.fixture(scope="module")
def bundle(bundle_path):
    return load_bundle(bundle_path)


def make_noise(seconds, seed=0):
    """Soft noise without bends [2, N]."""
    noise = np.random.default_rng(seed).standard_normal((2, round(seconds * RATE)))
    smooth = np.stack([np.convolve(row, np.hanning(32), "same") for row in noise])
    return torch.tensor(0.02 * smooth, dtype=torch.float32)


def make_beats(seconds, seed=0):
    """Four noise bursts a second, each with an attack of 10 ms [2, N]."""
    phase = (4 * torch.arange(round(seconds * RATE)) / RATE) % 1
    return 5 * make_noise(seconds, seed) * torch.exp(-10 * phase) * (phase / 0.04).clamp(max=1)


@pytest.fixture(scope="module")
def judge():
    makers = {"jazz": make_noise, "house": make_beats}
    sounds = [(style, seed) for seed in range(4) for style in makers]
    rows = torch.stack([describe(makers[style](heard.WINDOW_S, seed)) for style, seed in sounds])
    return Classifier.fit(Excerpts(rows, [style for style, _ in sounds], [f"{s}{i}" for s, i in sounds]))


def test_styles_that_are_not_recognised_are_left_out():
    assert played.pick_styles({"jazz": 0.9, "folk": 0.2, "house": 0.75}) == ["jazz", "house"]
    with pytest.raises(TrainError, match="fewer than two"):
        played.pick_styles({"jazz": 0.9, "folk": 0.2})


# --- how soon ----------------------------------------------------------------------------------------------


def test_a_style_is_heard_when_it_stays_for_a_second():
    assert heard.seconds_until(["a", "b", "a", "b", "b", "b", "b", "b"], "b") == 3 * heard.HOP_S
    assert heard.seconds_until(["a", "b", "b", "b", "b"], "b") == NEVER
    assert heard.seconds_until(["b"] * 5, "b") == 0


def test_delays_are_summed_up_with_those_that_never_end():
    assert heard.summarise_delays([1.0, 2.0, 3.0]) == {"median_s": 2.0, "p90_s": 3.0, "missed": 0.0}
    assert heard.summarise_delays([1.0, 2.0, NEVER]) == {"median_s": 2.0, "p90_s": None, "missed": 0.3333}
    assert heard.summarise_delays([NEVER, NEVER, 1.0])["median_s"] is None


def test_a_hard_cut_is_recognised_once_the_window_holds_enough_of_the_new(judge):
    audio = torch.cat([make_noise(4, 7), make_beats(heard.LIMIT_S + heard.HOLD_S, 8)], 1)
    names = heard.hear_change(judge, audio, 4.0)
    assert len(names) == round((heard.LIMIT_S + heard.HOLD_S) / heard.HOP_S) + 1
    assert names[0] == "jazz"
    assert heard.HOP_S <= heard.seconds_until(names, "house") <= heard.WINDOW_S


# --- how smoothly ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_noise, make_beats])
def test_a_click_is_seen_and_its_absence_too(make):
    audio = make(6.0)
    joins = [round(s * RATE) for s in (3.02, 3.55, 4.1)]
    steady = heard.steady_levels(make(6.0, 1), 1.0)
    assert len(steady) > 200
    ranks = heard.rank_clicks(heard.click_levels(audio, joins), steady)
    assert heard.summarise_clicks([ranks])["clicks"] == 0
    audio[:, joins[1] + 300] += 0.3
    ranks = heard.rank_clicks(heard.click_levels(audio, joins), steady)
    found = heard.summarise_clicks([ranks])
    assert (found["joins"], found["clicks"]) == (3, 1)
    assert ranks[1] == 1.0


def test_a_cut_between_two_tones_clicks_and_a_fade_does_not():
    t = torch.arange(4 * RATE) / RATE
    streams = [played.Take((0.3 * torch.cos(6.2832 * hz * t)).tile(2, 1), []) for hz in (220.0, 331.0)]
    steady = torch.cat([heard.steady_levels(each.audio, 1.0) for each in streams])
    clicks = {}
    for ramp in (0, RATE):
        take = played.fade_streams(*streams, 2 * RATE + 40, ramp)
        clicks[ramp] = heard.rank_clicks(heard.click_levels(take.audio, take.joins), steady).tolist()
    assert clicks[0] == [1.0]
    assert clicks[RATE] != [1.0]


def test_silence_has_no_clicks():
    levels = heard.steady_levels(torch.zeros(2, 2 * RATE), 0.5)
    assert levels.abs().max() == 0


# --- what is played ----------------------------------------------------------------------------------------


def test_every_style_is_left_and_reached_alike_at_all_parts_of_a_block():
    styles = list("abcdefg")
    changes = played.plan_changes(styles, 0.5)
    assert len({(change.start, change.end) for change in changes}) == len(changes) == len(styles) * played.PARTNERS
    for style in styles:
        assert sum(change.start == style for change in changes) == played.PARTNERS
        assert sum(change.end == style for change in changes) == played.PARTNERS
        assert not any((change.start, change.end) == (style, style) for change in changes)
    assert {change.seed for change in changes} == set(range(played.SEEDS))
    moments = sorted(change.at_s - played.PLAYED_S for change in changes)
    np.testing.assert_allclose(moments, (np.arange(28) + 0.5) / 56)
    assert len(played.plan_changes(["a", "b"], 0.5)) == 2


def test_the_whole_memory_is_tried_beside_a_shorter_one_that_is_shipped(bundle):
    context_s = bundle.geometry.context / bundle.geometry.latent_rate_hz
    assert played.list_memories(bundle) == [context_s]
    bundle.defaults["gen/memory"] = 0.2
    try:
        assert played.list_memories(bundle) == [0.2, context_s]
    finally:
        del bundle.defaults["gen/memory"]


def test_a_change_leaves_what_was_before_alone_and_drops_only_when_asked(bundle, monkeypatch):
    monkeypatch.setattr(played, "PLAYED_S", 1.0)
    monkeypatch.setattr(played, "end_s", lambda _: 2.0)
    still = played.play_steady(bundle, "jazz", 1, 11.0)
    change = played.Change("jazz", "house", 1, 1.0)
    manners = [played.Manner(name, 11.0, 0.0) for name in ("drop", "prompts only")]
    takes = [played.play_change(still, change, manner).audio for manner in manners]
    changed = RATE - bundle.codec.config.latent_frames
    for audio in takes:
        # The decoder is given other pieces there, so the last digits may differ.
        torch.testing.assert_close(audio[:, :changed], still.take.audio[:, :changed], atol=1e-5, rtol=0)
        assert not torch.equal(audio, still.take.audio)
    assert not torch.equal(*takes)


def test_a_forked_engine_goes_on_as_the_first_would(bundle):
    still = played.play_steady(bundle, "jazz", 0, 1.0)
    again = played.play_until(played.fork(still.engine), played.PLAYED_S + 1.0)
    whole = played.join_takes(still.opening, again)
    assert torch.equal(whole.audio, still.take.audio[:, : whole.audio.shape[-1]])
    assert still.take.joins[: len(whole.joins)] == whole.joins


def test_transitions_are_measured_from_end_to_end(bundle_path, judge, monkeypatch):
    monkeypatch.setattr(played, "fit_judge", lambda data: (judge, 1.0))
    monkeypatch.setattr(played, "STEADY", 0.0)
    for name, value in {"RAMPS_S": (0.5,), "SEEDS": 1, "PLAYED_S": 3.0, "SETTLED_S": 0.5}.items():
        monkeypatch.setattr(played, name, value)
    for module in (heard, played):
        monkeypatch.setattr(module, "LIMIT_S", 2.0)
    report = played.measure_transitions(bundle_path, data=None)
    assert report["changes"] == 2
    assert set(report["recognised"]) == {"house", "jazz"}
    assert [row["manner"] for row in report["rows"]] == ["drop", "prompts only", "two streams"]
    for row in report["rows"]:
        assert 0 <= row["missed"] <= 1
        assert row["joins"] >= 2
        assert 0 <= row["rank"] <= 1
