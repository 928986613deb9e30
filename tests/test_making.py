"""The whole way to a bundle by the command line: compose, render, encode, train, post-train, play."""

import shutil

import numpy as np
import pytest
import soundfile as sf

from lmdmd import bundles
from lmdmd.cli import main

TINY = ["--steps", "2", "--batch", "2", "--threads", "1"]
SETLIST = """\
songs:
  - name: first
    tempo: 120
    prompts: deep house
    length: 1 bars
"""


def run(*words):
    assert main([str(word) for word in words]) == 0


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Pieces of two styles, composed, rendered and encoded by a codec that has hardly learnt."""
    if not shutil.which("fluidsynth"):
        pytest.skip("fluidsynth is not installed")
    folder = tmp_path_factory.mktemp("data")
    for split in ("train", "heldout"):
        run("data", "compose", "--data", folder, "--hours", 0.03, "--styles", "house", "piano", "--split", split)
    run("data", "render", "--data", folder)
    codec = folder / "codec"
    run("train", "codec", "--data", folder, "--run", codec, "--steps", 1, "--batch", 2, "--threads", 1)
    run("data", "encode", "--data", folder, "--codec", codec)
    return folder


def test_from_nothing_to_a_bundle_that_plays(data, tmp_path):
    """A base that sees all at once, a network that plays on from it, and what it learns from its own playing."""
    base, tuned, arc, out = (tmp_path / name for name in ("base", "tuned", "arc", "mine"))
    finetune, codec = ["train", "finetune", "--data", data, *TINY], ["--codec", data / "codec"]
    run(*finetune, "--preset", "tiny", "--attention", "bidirectional", "--context", 0, "--block", 24, "--run", base)
    window = ["--attention", "enc-dec", "--context", 12, "--block", 4]
    run(*finetune, *codec, *window, "--from", base, "--run", tuned, "--bundle", tmp_path / "plain")
    arcing = ["train", "arc", "--data", data, *TINY, "--blocks", 3, "--from", tmp_path / "plain", "--base", base]
    run(*arcing, "--run", arc, "--bundle", out)
    told = bundles.read_info(out).config
    assert told["licence"] == "Apache-2.0"
    assert told["training"]["network"].endswith("from the weights of plain 1")
    assert told["defaults"]["gen/sampler"] == "pingpong" and told["defaults"]["gen/cfg"] == 1.0
    (tmp_path / "show.yaml").write_text(SETLIST)
    run("render", tmp_path / "show.yaml", "--model", out, "--seconds", 2, "--out", tmp_path / "show.wav")
    sound, rate = sf.read(tmp_path / "show.wav")
    assert len(sound) >= rate and np.isfinite(sound).all() and np.abs(sound).max() > 0


def test_a_bundle_begins_with_the_weights_of_another(data, tmp_path):
    out, heir = tmp_path / "mine", tmp_path / "mine2"
    words = ["train", "finetune", "--data", data, *TINY, "--preset", "tiny"]
    run(*words, "--run", tmp_path / "run", "--codec", data / "codec", "--bundle", out)
    run(*words, "--run", tmp_path / "heir", "--from", out, "--prompt", "deep house", "--bundle", heir)
    told = bundles.read_info(heir).config
    assert told["training"]["network"].endswith("from the weights of mine 1")
    assert told["defaults"] == bundles.read_info(out).defaults | {"prompt/0/text": "deep house"}


def test_training_without_data_says_what_to_do(tmp_path, capsys):
    assert main(["train", "finetune", "--data", str(tmp_path), "--run", str(tmp_path / "run"), "--steps", "1"]) == 1
    assert "lmdmd data" in capsys.readouterr().err


def test_training_without_an_end_is_refused(tmp_path, capsys):
    assert main(["train", "codec", "--data", str(tmp_path), "--run", str(tmp_path / "run")]) == 1
    assert "minutes or steps" in capsys.readouterr().err
