"""The jam bench: it finds where a file began in what came in, and every way to hear is one that a show can set."""

from __future__ import annotations

import pytest
import torch
import yaml

from lmdmd.bench import jam
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.train.hearing import SAMPLE_RATE_HZ


@pytest.mark.parametrize("frames", [0, 5000, -3000])
def test_the_beginning_of_a_file_is_found_in_what_came_in(frames):
    sound = torch.randn(2, 60_000, generator=torch.Generator().manual_seed(1))
    came_in = torch.nn.functional.pad(sound, (frames, 0))[:, :50_000]
    assert jam.find_start(0.5 * came_in, sound) == pytest.approx(frames / SAMPLE_RATE_HZ)


@pytest.mark.parametrize("ears", jam.EARS)
def test_every_way_to_hear_can_be_set_by_a_show(ears, tmp_path):
    song = {"name": "jam", "length": "1h", "prompts": {"bass": 1}, "set": jam.EARS[ears]}
    path = tmp_path / "jam.yaml"
    path.write_text(yaml.safe_dump({"title": "jam", "songs": [song]}))
    assert load_setlist(path).songs[0].name == "jam"
