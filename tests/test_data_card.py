"""The card of training data tells of composed and imported pieces alike, and draws them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.train.data_card import MARK, PICTURES, choose_pictures, picture, write_data_card
from lmdmd.train.encode import save_codec
from lmdmd.train.shards import ShardWriter

SMALL = CodecConfig(width=8, expand=8, depth=1)
COMPOSED = {"source": "composed", "style": "folk", "captions": ["a tune", "a reel"], "tempo_bpm": 96}
IMPORTED = {
    "source": "my|tapes",
    "style": "field",
    "captions": ["rain"],
    "captions_from": "names",
    "licence": "CC-BY-4.0",
    "recorded_db": -30.0,
}


@pytest.fixture
def codec() -> Codec:
    torch.manual_seed(0)
    return Codec(SMALL).eval()


@pytest.fixture
def data(codec: Codec, tmp_path: Path) -> Path:
    with ShardWriter(tmp_path / "data", codec.patches.sha256()) as writer:
        for number in range(20):
            about = COMPOSED if number % 2 else IMPORTED
            split = "heldout" if number > 15 else "train"
            writer.add(split, f"p{number:02d}", torch.randn(60, 64), {**about, "seconds": 36.0, "level_db": -18.0})
    (tmp_path / "data" / "import.json").write_text('{"tapes": {"left_out": {"silent": 3}}}')
    return tmp_path / "data"


def test_a_card_counts_what_there_is(data: Path, codec: Codec) -> None:
    text = write_data_card(data).read_text()
    for line in (
        "0.20 hours in 20 pieces, 4 of them held out",
        "| field | my\\|tapes | 8 | 0.08 | 2 | 0.02 |",
        "| folk | composed | 8 | 0.08 | 2 | 0.02 |",
        "| CC-BY-4.0 | 10 | 0.10 |",
        "| not stated | 10 | 0.10 |",
        "3 different captions, 1.5 a piece on average, 1.7 words each.",
        "10 pieces have none but the words of their files' and folders' names.",
        "| train-00000.safetensors | 16 | 9.6 | 0.1 | CC-BY-4.0: 8; not stated: 8 |",
        "| tapes | silent | 3 |",
        codec.patches.sha256()[:12],
    ):
        assert line in text, line
    assert all((data / name).stat().st_size > 10_000 for name in ("figures.png", "pieces.png"))


def test_a_card_is_written_anew_but_never_over_a_strange_one(data: Path, tmp_path: Path, codec: Codec) -> None:
    (data / "README.md").write_text(f"{MARK} old")
    save_codec(codec, tmp_path / "codec")
    assert main(["data", "card", "--data", str(data), "--codec", str(tmp_path / "codec")]) == 0
    assert "Spectrograms, as the codec hears them" in (data / "README.md").read_text()
    (data / "README.md").write_text("mine")
    with pytest.raises(TrainError, match=r"README\.md is not by `lmdmd data card`"):
        write_data_card(data)


def test_a_card_of_nothing_or_of_another_codec_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="has no shards; run"):
        write_data_card(tmp_path / "nothing")
    other = Codec(SMALL)
    other.patches.mean.add_(1.0)
    with pytest.raises(TrainError, match="of another codec than --codec"):
        write_data_card(data, other)


def test_pictures_are_of_all_styles_in_turn() -> None:
    styles = {f"a{number}": "a" for number in range(20)} | {"b0": "b", "c0": "c"}
    chosen = choose_pictures(styles)
    assert chosen[:4] == ["a0", "b0", "c0", "a1"] and len(chosen) == PICTURES
    assert choose_pictures({"x": "x"}) == ["x"]


def test_a_picture_has_time_to_the_right(codec: Codec) -> None:
    latents = torch.randn(60, 64)
    assert picture(latents, None).shape == (64, 60)
    assert picture(latents, codec).shape == (96, 240)
