"""A whole running program records its decks by themselves, and what they gave is what is heard."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from program import lmdmd, write_setlist
from wav_chunks import marks_of

from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
CUES = """
- {name: plain, at: 0, set: {record/stems: true, mix/limit: false, record/split: song}}
- {name: lift, at: 1s, prompts: {jazz piano: 1}}
"""


@pytest.fixture(scope="module")
def take(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stems")
    bundle = make_tiny_bundle(folder / "tiny").path
    show = write_setlist(folder / "show.yaml", bundle, 3, CUES)
    done = lmdmd("run", show, "--device", "null", "--threads", 1, "--osc-port", 0, "--record", folder / "takes")
    assert done.returncode == 0, done.stderr
    (take,) = (folder / "takes").iterdir()
    return take


def read(take, name):
    return soundfile.read(take / f"{name}.wav", dtype="float32")[0]


def test_a_stem_is_the_output_before_the_mixer(take):
    output, deck = read(take, "output"), read(take, "deck0")
    assert len(output) == len(deck) == len(read(take, "input")) == len(read(take, "deck1")) >= 3 * RATE_HZ
    end = 2 * RATE_HZ  # before the show fades
    assert np.abs(deck[:end]).max() > 1e-3
    np.testing.assert_array_equal(output[LATENCY_FRAMES : end + LATENCY_FRAMES], deck[:end])
    assert not read(take, "deck1").any()


def test_its_cues_are_marked_where_they_were_heard(take):
    marks = marks_of(take / "deck0.wav")
    assert marks == marks_of(take / "output.wav")
    heard = [frame for frame, text in marks if "lift" in text]
    assert heard and abs(heard[0] - RATE_HZ) < 0.1 * RATE_HZ
    assert "lift" in (take / "labels.txt").read_text(encoding="utf-8")
