"""The whole way to a bundle by the command line: compose, render, train the codec, encode, fine-tune, play."""

import shutil

import pytest

from lmdmd import bundles
from lmdmd.cli import main
from lmdmd.engine.engine import Engine
from lmdmd.model.bundle import load_bundle


@pytest.mark.skipif(not shutil.which("fluidsynth"), reason="fluidsynth is not installed")
def test_from_nothing_to_a_bundle_that_plays(tmp_path):
    data, codec, run, out = (tmp_path / name for name in ("data", "codec", "finetune", "mine"))
    common = ["--data", str(data)]
    for split in ("train", "heldout"):
        assert (
            main(["data", "compose", *common, "--hours", "0.03", "--styles", "house", "piano", "--split", split]) == 0
        )
    assert main(["data", "render", *common]) == 0
    assert main(["train", "codec", *common, "--run", str(codec), "--steps", "1", "--batch", "2", "--threads", "1"]) == 0
    assert main(["data", "encode", *common, "--codec", str(codec)]) == 0
    words = ["--preset", "tiny", "--steps", "2", "--batch", "2", "--threads", "1"]
    made = ["--codec", str(codec), "--bundle", str(out)]
    assert main(["train", "finetune", *common, "--run", str(run), *words, *made]) == 0
    assert bundles.read_info(out).config["licence"] == "Apache-2.0"
    heir, start = tmp_path / "heir", ["--from", str(out), "--prompt", "deep house"]
    assert (
        main(["train", "finetune", *common, "--run", str(heir), *words, *start, "--bundle", str(heir / "mine2")]) == 0
    )
    told = bundles.read_info(heir / "mine2").config
    assert told["training"]["network"].endswith("from the weights of mine 1")
    assert told["defaults"] == bundles.read_info(out).defaults | {"prompt/0/text": "deep house"}
    engine = Engine(load_bundle(out), 44100)
    assert len(engine.make_block()) > 0


def test_training_without_data_says_what_to_do(tmp_path, capsys):
    assert main(["train", "finetune", "--data", str(tmp_path), "--run", str(tmp_path / "run"), "--steps", "1"]) == 1
    assert "lmdmd data" in capsys.readouterr().err


def test_training_without_an_end_is_refused(tmp_path, capsys):
    assert main(["train", "codec", "--data", str(tmp_path), "--run", str(tmp_path / "run")]) == 1
    assert "minutes or steps" in capsys.readouterr().err
