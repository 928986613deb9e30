"""Soundfonts: each piece is dealt one for good, the held-out one stays out of training, licences are told."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from lmdmd.errors import TrainError
from lmdmd.train.encode import read_piece
from lmdmd.train.soundfonts import KNOWN, UNKNOWN, fill_shelf

IDS = [f"{style}-{seed:05d}" for style in ("house", "jazz", "metal") for seed in range(200)]


@pytest.fixture
def fonts(tmp_path):
    """Files with the names of known fonts and of one that is not."""
    paths = {name: tmp_path / name for name in (*KNOWN, "Mine.sf2")}
    for path in paths.values():
        path.touch()
    return paths


def deal(shelf, split):
    return {piece: shelf.deal(f"{split}-{piece}", split).name for piece in IDS}


def test_every_font_gets_its_share_and_pieces_keep_theirs_when_one_joins(fonts):
    two = deal(fill_shelf([fonts["FluidR3_GM.sf2"], fonts["Mine.sf2"]]), "train")
    again = deal(fill_shelf([fonts["Mine.sf2"], fonts["FluidR3_GM.sf2"], fonts["Mine.sf2"]]), "train")
    assert two == again
    assert all(240 < count < 360 for count in Counter(two.values()).values())
    three = deal(fill_shelf([fonts[n] for n in ("FluidR3_GM.sf2", "Mine.sf2", "TimGM6mb.sf2")]), "train")
    moved = {three[piece] for piece in IDS if three[piece] != two[piece]}
    assert moved == {"TimGM6mb.sf2"} and all(150 < count < 250 for count in Counter(three.values()).values())


def test_a_deal_is_the_same_on_every_computer(fonts):
    shelf = fill_shelf([fonts["FluidR3_GM.sf2"], fonts["MuseScore_General.sf3"]])
    dealt = [shelf.deal(f"train-house-{seed:05d}", "train").name[:5] for seed in range(8)]
    assert dealt == ["MuseS", "Fluid", "MuseS", "MuseS", "Fluid", "Fluid", "Fluid", "Fluid"]


def test_the_heldout_font_plays_some_heldout_pieces_and_no_others(fonts):
    shelf = fill_shelf([fonts["FluidR3_GM.sf2"], fonts["Mine.sf2"]], fonts["TimGM6mb.sf2"])
    assert "TimGM6mb.sf2" not in deal(shelf, "train").values()
    heldout = Counter(deal(shelf, "heldout").values())
    assert 110 < heldout["TimGM6mb.sf2"] < 190 and min(heldout["FluidR3_GM.sf2"], heldout["Mine.sf2"]) > 180


def test_fonts_that_share_the_heldout_font_s_samples_play_nothing(fonts, tmp_path):
    shelf = fill_shelf([tmp_path], fonts["TimGM6mb.sf2"])
    assert {font.name for font in shelf.fonts} == {*KNOWN, "Mine.sf2"} - {"TimGM6mb.sf2", "sf_GMbank.sf2"}
    with pytest.raises(TrainError, match="held out; name another one"):
        fill_shelf([fonts["sf_GMbank.sf2"], fonts["TimGM6mb.sf2"]], fonts["TimGM6mb.sf2"])


def test_a_font_with_two_names_is_one_font(fonts, tmp_path):
    link = tmp_path / "default.sf2"
    link.symlink_to(fonts["FluidR3_GM.sf2"])
    assert fill_shelf([link, fonts["FluidR3_GM.sf2"]]).fonts == fill_shelf([fonts["FluidR3_GM.sf2"]]).fonts


def test_licences_come_from_the_table_or_from_who_brings_the_font(fonts):
    shelf = fill_shelf([fonts["Mine.sf2"], fonts["FluidR3_GM.sf2"]], fonts["TimGM6mb.sf2"])
    assert shelf.heldout and [font.describe() for font in (*shelf.fonts, shelf.heldout)] == [
        {"soundfont": "FluidR3_GM.sf2", "licence": "MIT"},
        {"soundfont": "Mine.sf2", "licence": UNKNOWN},
        {"soundfont": "TimGM6mb.sf2", "licence": "GPL-2.0"},
    ]
    named = fill_shelf([fonts["Mine.sf2"], fonts["FluidR3_GM.sf2"]], licence="CC-BY-4.0")
    assert [font.licence for font in named.fonts] == ["MIT", "CC-BY-4.0"]


def test_what_is_no_font_is_named(tmp_path):
    with pytest.raises(TrainError, match=r"no soundfont .*none\.sf2.*install"):
        fill_shelf([tmp_path / "none.sf2"])
    with pytest.raises(TrainError, match="holds no soundfont"):
        fill_shelf([tmp_path])


def test_a_piece_is_read_with_what_its_rendering_says(tmp_path):
    composed, rendered = {"id": "a", "style": "jazz"}, {"soundfont": "F.sf2", "licence": "MIT"}
    for folder, facts in (("pieces", composed), ("audio", rendered)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.json").write_text(json.dumps(facts))
    assert read_piece(tmp_path, "a") == composed | rendered
    (tmp_path / "audio" / "a.json").unlink()
    assert read_piece(tmp_path, "a") == composed
