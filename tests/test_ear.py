"""The ear: it learns to tell renders apart, goes through its file, and hears windows of any length."""

import json

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.train.ear import FEATURES, Ear, EarConfig, mel_decibels, normalise, split_windows
from lmdmd.train.train_ear import FAMILIES, disguise, family_of

RATE = 44100


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def write_splits(data):
    """Both splits of two styles: pulsed noise with drums, and held tones of strings."""
    rng = np.random.default_rng(0)
    t = np.arange(5 * RATE) / RATE
    for folder in ("audio", "pieces"):
        (data / folder).mkdir(parents=True)
    for split, count in (("train", 3), ("heldout", 2)):
        for number in range(count):
            pulses = 0.2 * rng.standard_normal(len(t)) * np.exp(-10 * ((2 * t) % 1))
            tones = 0.1 * np.sin(2 * np.pi * rng.uniform(200, 500) * t)
            for style, part, sound in (("house", ("drums", 0), pulses), ("jazz", ("pad", 48), tones)):
                name = f"{split}-{style}-{number:05d}"
                sf.write(data / "audio" / f"{name}.flac", np.stack([sound, sound], 1), RATE)
                parts = [{"name": part[0], "program": part[1]}]
                told = {"style": style, "tempo_bpm": 120, "parts": parts}
                (data / "pieces" / f"{name}.json").write_text(json.dumps(told))
    return data


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_splits(tmp_path_factory.mktemp("ear") / "data")


@pytest.fixture(scope="module")
def ear_file(data, tmp_path_factory):
    run = tmp_path_factory.mktemp("ear-run")
    assert main(["train", "ear", "--data", str(data), "--run", str(run), "--steps", "12", "--batch", "8"]) == 0
    return run / "ear.safetensors"


def test_an_ear_learns_to_tell_two_styles_apart(ear_file):
    figures = Ear.load(ear_file).config.figures
    assert figures["accuracy_1s"] == figures["accuracy_10s"] == 1.0
    assert (figures["pieces"], figures["heldout_pieces"]) == (6, 4)


def test_an_ear_is_the_same_from_its_file(ear_file, tmp_path):
    ear = Ear.load(ear_file)
    ear.save(tmp_path / "again.safetensors")
    again = Ear.load(tmp_path / "again.safetensors")
    audio = torch.randn(2, 3 * RATE, generator=torch.Generator().manual_seed(0))
    for ours, theirs in zip(ear.hear(audio, 1.0), again.hear(audio, 1.0), strict=True):
        assert torch.equal(ours, theirs)
    assert again.config == ear.config


def test_training_features_are_standardised(ear_file, data):
    ear = Ear.load(ear_file)
    sounds = [sf.read(path, dtype="float32")[0].T for path in sorted((data / "audio").glob("train-*"))]
    rows = torch.cat([ear.hear(torch.from_numpy(sound), 1.0)[0] for sound in sounds])
    torch.testing.assert_close(rows.mean(0), torch.zeros(FEATURES).double(), atol=0.05, rtol=0)
    torch.testing.assert_close(rows.std(0), torch.ones(FEATURES).double(), atol=0.05, rtol=0)


@pytest.mark.parametrize(
    ("seconds", "window_s", "count"), [(60, 10, 6), (5, 1, 5), (10, 10, 1), (4, 10, 1), (0.7, 1, 1)]
)
def test_every_whole_window_is_a_row(seconds, window_s, count):
    mel_db = mel_decibels(torch.zeros(2, round(seconds * RATE)))
    assert len(split_windows(mel_db, window_s)) == count


def test_loudness_says_nothing():
    audio = torch.randn(2, RATE, generator=torch.Generator().manual_seed(0))
    loud, quiet = (normalise(mel_decibels(gain * audio)[None]) for gain in (1.0, 0.1))
    torch.testing.assert_close(loud, quiet, atol=1e-3, rtol=0)


def test_disguises_leave_the_shape_and_change_the_sound():
    windows = 10 * torch.randn(3, 64, 42, generator=torch.Generator().manual_seed(0))
    changed = disguise(windows, np.random.default_rng(0))
    assert changed.shape == windows.shape
    assert not torch.allclose(changed, windows, atol=1.0)
    assert torch.equal(changed, disguise(windows, np.random.default_rng(0)))


def test_instruments_have_families():
    named = [({"name": "drums", "program": 0}, "drums"), ({"name": "pad", "program": 91}, "synth pad")]
    assert [FAMILIES[family_of(part)] for part, _ in named] == [name for _, name in named]


def test_what_is_no_ear_is_named(tmp_path):
    with pytest.raises(TrainError, match="lmdmd train ear"):
        Ear.load(tmp_path / "none.safetensors")
    from safetensors.torch import save_file

    save_file({"x": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(TrainError, match="not an ear"):
        Ear.load(tmp_path / "other.safetensors")


def test_one_style_cannot_be_told_from_others(data, tmp_path):
    for path in (data / "audio").glob("*-house-*"):
        for folder, end in (("audio", "flac"), ("pieces", "json")):
            (tmp_path / folder).mkdir(exist_ok=True)
            name = f"{path.stem}.{end}"
            (tmp_path / folder / name).write_bytes((data / folder / name).read_bytes())
    from lmdmd.train.train_ear import train_ear

    with pytest.raises(TrainError, match="only house"):
        train_ear(data=tmp_path, run=tmp_path / "run", steps=1)


def test_an_untrained_ear_names_each_style_alike():
    ear = Ear(EarConfig(("a", "b"), FAMILIES, {})).eval()
    probs = ear.hear(torch.randn(2, RATE), 1.0)[1].exp()
    assert probs.sum().item() == pytest.approx(1.0)
