"""The style classifier: learns what music does, whatever the level, the same every time."""

import json

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.errors import TrainError
from lmdmd.train.classifier import (
    Classifier,
    Excerpts,
    describe,
    fit_folds,
    fold_pieces,
    log_mel,
    onset_flux,
    onset_rate,
    read_excerpts,
    score_folds,
    split_excerpts,
)

RATE = 44100


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def make_pulses(seed: int, seconds: float = 3.0, rate_hz: float = 4.0) -> torch.Tensor:
    """Short noise bursts [2, N]."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    envelope = np.exp(-30 * ((t * rate_hz + 0.2) % 1) / rate_hz)
    return torch.tensor(np.tile(0.3 * envelope * rng.standard_normal(len(t)), (2, 1)), dtype=torch.float32)


def make_drone(seed: int, seconds: float = 3.0) -> torch.Tensor:
    """A few held sine tones [2, N]."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * hz * t + rng.uniform(0, 6)) for hz in rng.uniform(100, 900, 4))
    return torch.tensor(np.tile(0.05 * tones, (2, 1)), dtype=torch.float32)


def make_excerpts(first_seed: int = 0, pieces: int = 6) -> Excerpts:
    sounds = [(kind, i) for i in range(pieces) for kind in ("drone", "pulses")]
    makers = {"drone": make_drone, "pulses": make_pulses}
    rows = [describe(makers[kind](first_seed + i)) for kind, i in sounds]
    return Excerpts(torch.stack(rows), [kind for kind, _ in sounds], [f"{kind}-{i}" for kind, i in sounds])


def test_two_kinds_of_sound_are_told_apart_by_who_never_heard_them():
    excerpts = make_excerpts()
    scores = score_folds(fit_folds(excerpts), excerpts)
    assert scores == {"accuracy": 1.0, "excerpt_accuracy": 1.0}


def test_labels_without_meaning_are_not_learned():
    excerpts = make_excerpts(pieces=8)
    rng = np.random.default_rng(1)
    labels = [str(word) for word in rng.permutation(["a", "b"] * 8)]
    lied = Excerpts(excerpts.features, labels, excerpts.pieces)
    assert score_folds(fit_folds(lied), lied)["excerpt_accuracy"] < 0.8


def test_a_fit_has_one_answer():
    first, second = Classifier.fit(make_excerpts()), Classifier.fit(make_excerpts())
    assert torch.equal(first.weights, second.weights)
    assert first.styles == ("drone", "pulses")


def test_probabilities_of_a_clip_sum_to_one_and_agree_with_its_name():
    judge = Classifier.fit(make_excerpts())
    rows = torch.stack([describe(make_pulses(50)), describe(make_pulses(51))])
    name, probabilities = judge.name(rows)
    assert name == "pulses" == max(probabilities, key=lambda style: probabilities[style])
    assert sum(probabilities.values()) == pytest.approx(1.0)


def test_features_do_not_depend_on_the_level():
    sound = make_pulses(3)
    torch.testing.assert_close(describe(sound), describe(0.1 * sound), atol=0.02, rtol=0.02)


@pytest.mark.parametrize("rate_hz", [2.0, 5.0])
def test_onsets_are_counted(rate_hz):
    rates = onset_rate(onset_flux(log_mel(make_pulses(0, 5.0, rate_hz))))
    assert rates[2:].tolist() == pytest.approx([rate_hz] * 2, rel=0.15)


@pytest.mark.parametrize("audio", [torch.zeros(2, RATE), torch.ones(2, RATE)])
def test_silence_and_nonsense_have_finite_features(audio):
    assert describe(audio).isfinite().all()


def test_folds_never_split_a_piece():
    excerpts = make_excerpts()
    doubled = Excerpts(excerpts.features.repeat(2, 1), excerpts.styles * 2, [*excerpts.pieces, *excerpts.pieces])
    folds = fold_pieces(doubled)
    assert folds == fold_pieces(excerpts)
    assert {fold for piece, fold in folds.items() if piece.startswith("drone")} == {0, 1, 2, 3, 4}


def test_a_lone_piece_is_refused_by_name():
    lone = Excerpts(torch.zeros(3, 4), ["jazz", "folk", "folk"], ["j", "f", "g"])
    with pytest.raises(TrainError, match="jazz"):
        fold_pieces(lone)


def test_clips_are_cut_into_whole_excerpts():
    assert [e.shape[-1] for e in split_excerpts(torch.zeros(2, 25 * RATE))] == [10 * RATE, 10 * RATE]
    assert [e.shape[-1] for e in split_excerpts(torch.zeros(2, 2 * RATE))] == [2 * RATE]


def test_renders_are_read_with_their_style(tmp_path):
    for folder in ("audio", "pieces"):
        (tmp_path / folder).mkdir()
    for split in ("heldout", "train"):
        sf.write(tmp_path / "audio" / f"{split}-folk-00000.flac", make_drone(0, 2.0).T.numpy(), RATE)
        (tmp_path / "pieces" / f"{split}-folk-00000.json").write_text(json.dumps({"style": "folk"}))
    excerpts = read_excerpts(tmp_path)
    assert (excerpts.styles, excerpts.pieces) == (["folk"], ["heldout-folk-00000"])


def test_no_renders_is_an_error(tmp_path):
    with pytest.raises(TrainError, match="heldout"):
        read_excerpts(tmp_path)
