"""A delay in the whole program: live, rendered and made again from its log, it is the same sound of the same input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from program import Program, level_db, lmdmd, write_setlist
from test_listening import RATE_HZ, play_notes

from lmdmd.config import Config
from lmdmd.engine.listening import FROM, NOT_YET
from lmdmd.model.config import PRESETS
from lmdmd.render import render
from lmdmd.testing import make_tiny_bundle

DELAY_S = 4.0
"""Far more than any machine that tests needs, so that noise on it spoils nothing."""
LENGTH_S = 6.0
CUE = f"""
- name: late
  at: 0s
  set: {{mix/limit: false, delay/on: true, delay/beats: {2 * DELAY_S}, delay/loudness: 1.5}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("delay")
    make_tiny_bundle(folder / "live", groups=PRESETS["tiny-live"].model.groups)
    soundfile.write(folder / "notes.wav", play_notes(3.3), RATE_HZ, subtype="FLOAT")
    write_setlist(folder / "delay.yaml", folder / "live", LENGTH_S, CUE)
    return folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> dict[str, float]:
    """What a whole show shows while it plays; its recordings lie in the folder."""
    with Program(
        folder, folder / "delay.yaml", "--device", "null", "--threads", 1, "--input", folder / "notes.wav"
    ) as p:
        p.until_playing()
        p.until_playhead(round(1.5 * RATE_HZ))
        shown = {name: float(p.get(name)) for name in ("delay/now", "delay/least", "deck/0/delay", "status/underruns")}
        assert p.process.wait(30) == 0, p.said()
    return shown


def recorded(folder: Path, name: str) -> np.ndarray:
    (path,) = (folder / "recordings").rglob(f"{name}.wav")
    return soundfile.read(path, dtype="float32")[0]


def log_of(folder: Path) -> Path:
    (log,) = (folder / "recordings").rglob("show.jsonl")
    return log


def test_what_is_shown_is_the_delay_that_is_asked_for(shown: dict[str, float]) -> None:
    assert shown["delay/now"] == shown["deck/0/delay"] == pytest.approx(DELAY_S, abs=1e-4)
    assert 4 * 2048 / RATE_HZ < shown["delay/least"] < DELAY_S
    assert shown["status/underruns"] == 0


def test_every_block_heard_what_had_come_in_a_delay_before(shown: dict[str, float], folder: Path) -> None:
    told = [json.loads(line) for line in log_of(folder).read_text().splitlines()]
    blocks = [line for line in told if line["kind"] == "block"]
    assert len(blocks) > 10
    for block in blocks:
        late = [2048 * (block["latent"] + i) - at for i, at in enumerate(block["lines"][FROM])]
        assert NOT_YET not in block["lines"][FROM] and late == [round(DELAY_S * RATE_HZ)] * 4


def test_a_render_of_the_same_input_is_the_same_sound(shown: dict[str, float], folder: Path) -> None:
    config = Config(setlist=folder / "delay.yaml", model="", threads=1, input=folder / "notes.wav")
    render(config, folder / "rendered.wav")
    rendered, _ = soundfile.read(folder / "rendered.wav", dtype="float32")
    heard = recorded(folder, "output")
    assert level_db(rendered) > -60
    np.testing.assert_array_equal(heard[: len(rendered)], rendered)
    soundfile.write(folder / "others.wav", play_notes(3.3, seed=5), RATE_HZ, subtype="FLOAT")
    render(
        Config(setlist=folder / "delay.yaml", model="", threads=1, input=folder / "others.wav"), folder / "other.wav"
    )
    other, _ = soundfile.read(folder / "other.wav", dtype="float32")
    begin = round((DELAY_S + 0.1) * RATE_HZ)
    np.testing.assert_array_equal(other[: begin // 2], rendered[: begin // 2])
    assert np.abs(other[begin:] - rendered[begin:]).max() > 1e-3


def test_a_replay_hears_the_recording_of_the_input(shown: dict[str, float], folder: Path) -> None:
    done = lmdmd("replay", log_of(folder), "--out", folder / "again.wav", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["doubts"] == []
    again, _ = soundfile.read(folder / "again.wav", dtype="float32")
    heard = recorded(folder, "output")
    np.testing.assert_array_equal(again, heard[: len(again)])
