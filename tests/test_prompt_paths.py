"""Changes of prompt over many pairs: the way of features, dips of level and clicks, each on what it should say."""

import json

import numpy as np
import pytest
import torch

from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle
from lmdmd.train import prompt_paths
from lmdmd.train.evaluate import play
from lmdmd.train.prompt_paths import Heard, Pair, draw_pairs, summarise_paths, weight_at

STYLES = ("house", "jazz")
PAIR = Pair("deep house", "slow jazz", "house", "jazz")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def heard(way, levels_db=None, end=1):
    """What a pair sounds like whose features go `way` [20] from the origin to (10, 0, 0)."""
    features = torch.tensor(way).double()[:, None] * torch.tensor([10.0, 0.0, 0.0]).double()
    named = torch.tensor([0] * 10 + [end] * 10)
    log_probs = torch.log(0.1 + 0.8 * torch.nn.functional.one_hot(named, 2).double())
    levels = np.full(20, -20.0) if levels_db is None else np.array(levels_db)
    return Heard(PAIR, features, log_probs, levels, torch.tensor([0.5, 1.0]))


EVEN = [0.0] * 5 + [(i + 0.5) / 10 for i in range(10)] + [1.0] * 5
SUDDEN = [0.0] * 10 + [1.0] * 10


def test_an_even_way_has_even_steps_and_a_sudden_one_a_large_one():
    even, sudden = (summarise_paths([heard(way)], STYLES) for way in (EVEN, SUDDEN))
    assert even["way"] == pytest.approx(EVEN, abs=1e-3)
    assert even["largest_step"] == pytest.approx(0.1)
    assert sudden["largest_step"] == pytest.approx(0.5)
    assert even["straightness"] == pytest.approx(1) == sudden["straightness"]
    assert (even["started"], even["arrived"], even["joins"], even["clicks"]) == (1, 1, 2, 1)


def test_detours_are_not_straight():
    there_and_back = [0.0] * 5 + [1, 1, 0, 0, 1, 1, 0, 0, 1, 1] + [1.0] * 5
    assert summarise_paths([heard(there_and_back)], STYLES)["straightness"] < 0.5


def test_who_does_not_arrive_is_counted():
    assert summarise_paths([heard(EVEN), heard(EVEN, end=0)], STYLES)["arrived"] == 0.5


def test_a_dip_is_told_in_db_below_the_quieter_end():
    levels = [-10.0] * 5 + [-16.0] * 4 + [-29.0] + [-16.0] * 5 + [-16.0] * 5
    found = summarise_paths([heard(EVEN, levels), heard(EVEN)], STYLES)
    assert (found["dip_db"], found["dip_worst_db"], found["dip_steady_db"]) == (6.5, 13.0, 0.0)
    rising = [-30.0] * 5 + list(np.linspace(-30, -10, 10)) + [-10.0] * 5
    assert summarise_paths([heard(EVEN, rising)], STYLES)["dip_db"] == 0


def test_pairs_change_the_style_and_all_changes_come_alike():
    captions = {style: [f"{style} {i}" for i in range(9)] for style in ("a", "b", "c")}
    pairs = draw_pairs(captions, 128, np.random.default_rng(0))
    assert len(pairs) == 128
    assert all(pair.start.startswith(pair.start_style) and pair.end.startswith(pair.end_style) for pair in pairs)
    counts = {}
    for pair in pairs:
        assert pair.start_style != pair.end_style
        counts[pair.start_style, pair.end_style] = counts.get((pair.start_style, pair.end_style), 0) + 1
    assert sorted(counts.values()) == [21] * 4 + [22] * 2


def test_weights_go_from_the_first_to_the_second():
    assert [weight_at(t) for t in (0, 5, 10, 15, 20)] == [0, 0, 0.5, 1, 1]


def test_the_first_prompt_alone_is_heard_until_the_ramp(tmp_path, monkeypatch):
    for name, seconds in (("BEFORE_S", 1.0), ("RAMP_S", 1.0), ("AFTER_S", 0.5), ("SECONDS", 2.5)):
        monkeypatch.setattr(prompt_paths, name, seconds)
    bundle = load_bundle(make_tiny_bundle(tmp_path / "tiny").path)
    found = prompt_paths.play_pairs(bundle, [PAIR], 3)
    alone = play(bundle, [PAIR.start], 2.5, 3)[0]
    block = bundle.geometry.block_frames
    first = int(1.0 * 44100 / block) * block - bundle.codec.config.delay_frames - block
    assert found.shape == alone.shape
    torch.testing.assert_close(found[..., :first], alone[..., :first])
    assert not torch.allclose(found[..., -block:], alone[..., -block:], atol=1e-3)


def test_captions_of_one_style_make_no_pairs(tmp_path):
    for folder in ("audio", "pieces"):
        (tmp_path / folder).mkdir()
    (tmp_path / "audio" / "heldout-house-00000.flac").touch()
    told = {"style": "house", "captions": ["deep house"]}
    (tmp_path / "pieces" / "heldout-house-00000.json").write_text(json.dumps(told))
    with pytest.raises(TrainError, match="need two"):
        prompt_paths.read_captions(tmp_path, STYLES)
