"""What is sketched to measure a bundle: any recordings, their loudest stretch, and how well something follows them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.bench.plucks import RATE_HZ, pluck
from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.model.config import PRESETS
from lmdmd.testing import make_tiny_bundle
from lmdmd.train.compose import compose_piece, write_piece
from lmdmd.train.sketching import Input, ask_others, find_loudest, follow, read_inputs, spans_s

SECONDS = 4.0


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Quiet and loud plucks in files of several kinds, and two files that do not count."""
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "more").mkdir()
    for seed, name in enumerate(("a.wav", "b.flac", "more/c.ogg")):
        loud = pluck(8.0, seed)
        sf.write(folder / name, np.concatenate([0.1 * loud, loud, 0.1 * loud])[::2], RATE_HZ // 2)
    sf.write(folder / "short.wav", pluck(2.0), RATE_HZ)
    (folder / "notes.txt").write_text("no sound")
    return folder


def test_the_loudest_stretch_of_every_sound_file_is_taken(recordings: Path) -> None:
    found = read_inputs(recordings, SECONDS, 1)
    assert [one.name for one in found] == ["a", "b", "c"]
    for one in found:
        assert one.audio.shape == (2, 5 * RATE_HZ) and one.audio.dtype == torch.float32
        assert one.edges_s == spans_s(0.5, SECONDS) and not one.style
        assert one.audio.square().mean() > 0.002
    with pytest.raises(TrainError, match="has 0 sound files of 5 s or more"):
        read_inputs(recordings / "more" / "c.ogg", SECONDS, 1)


def test_the_loudest_is_found_to_half_a_second() -> None:
    audio = np.zeros((10 * RATE_HZ, 2))
    audio[round(6.5 * RATE_HZ) : round(8.5 * RATE_HZ)] = 0.5
    assert find_loudest(audio, 2 * RATE_HZ) == round(6.5 * RATE_HZ)
    assert find_loudest(audio, len(audio)) == 0


def test_what_follows_its_own_input_is_told_from_what_follows_another() -> None:
    inputs = [Input(str(n), torch.from_numpy(np.stack([pluck(9.0, n)] * 2)), spans_s(0.5, 8.0)) for n in range(4)]
    sounds = [0.5 * one.audio[:, : 8 * RATE_HZ] for one in inputs]
    own, turned = follow(sounds, inputs), follow([*sounds[1:], sounds[0]], inputs)
    for figure in ("envelope_correlation", "chroma_agreement"):
        assert own[figure]["own"] == pytest.approx(1.0, abs=1e-3)
        assert own[figure]["interval"][0] > 0.3
        assert turned[figure]["own"] < 0.6 and turned[figure]["difference"] < 0


def test_everybody_is_asked_for_another_style() -> None:
    def inputs(*styles: str) -> list[Input]:
        return [Input("", torch.zeros(2, 1), [], style) for style in styles]

    assert ask_others(inputs("house", "jazz", "folk", "dnb"), ("x",)) == ["folk", "dnb", "house", "jazz"]
    assert ask_others(inputs("", "", ""), ("house", "jazz")) == ["house", "jazz", "house"]


def test_a_row_for_each_pair_of_weights(recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = make_tiny_bundle(tmp_path / "live", groups=PRESETS["tiny-live"].model.groups)
    data = tmp_path / "data"
    (data / "audio").mkdir(parents=True)
    for seed, style in enumerate(("house", "jazz")):
        piece = compose_piece(style, seed, "heldout")
        write_piece(piece, data)
        sf.write(data / "audio" / f"{piece.id}.flac", np.stack([pluck(12.0, seed)] * 2, 1), RATE_HZ)
    words = ["--model", live.path, "--data", data, "--inputs", recordings, "--seconds", SECONDS, "--threads", 1]
    assert main(["bench", "sketch", *map(str, words), "--melody", "1", "--loudness", "1", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["melody"], row["loudness"], row["branches"]) for row in found["rows"]] == [
        (None, None, 0),
        (None, None, 2),
        (1, 1, 2),
        (1, 2, 3),
    ]
    assert found["inputs"] == ["a", "b", "c"] and len(found["prompts"]) == 3
    assert found["rows"][2]["envelope"] != found["rows"][3]["envelope"]
    assert all(-1 <= row["envelope"] <= 1 for row in found["rows"])
    assert main(["bench", "sketch", "--model", "pocket", "--data", str(data)]) == 1
    assert "knows of no sketch" in capsys.readouterr().err
