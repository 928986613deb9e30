"""Jamming in the whole program: live, rendered and made again from its log, it is the same sound of the same input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from program import Program, level_db, lmdmd, write_setlist
from test_chord_ear import play_chords
from test_listening_live import log_of, recorded

from lmdmd.config import Config
from lmdmd.engine.chord_ear import HEARD
from lmdmd.engine.listening import WITH
from lmdmd.model.controls import FEATURES, make_groups
from lmdmd.render import render
from lmdmd.testing import make_tiny_bundle

RATE_HZ = 44100
LENGTH_S = 7.0
DELAY_S = 3.0
"""Far more than any machine that tests needs, so that noise on it spoils nothing."""
CUE = f"""
- name: jam
  at: 0s
  set: {{mix/limit: false, delay/beats: {2 * DELAY_S}, jam/on: true, jam/chords: true}}
"""


ANSWER_S = 9.0
BAR_S = 2.0
BUFFER = Config().buffer_frames
"""A ramp of the mixer begins with the buffer that its frame lies in."""
ANSWER = """
- name: answer
  at: 0s
  set: {mix/limit: false, mix/ramp: 20, jam/answer: 1, jam/chords: true}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("jam")
    make_tiny_bundle(folder / "live", groups=make_groups(*FEATURES))
    soundfile.write(folder / "chords.wav", play_chords(["Am", "F", "C", "G"], 1.0), RATE_HZ, subtype="FLOAT")
    write_setlist(folder / "jam.yaml", folder / "live", LENGTH_S, CUE)
    (folder / "answer").mkdir()
    write_setlist(folder / "answer" / "answer.yaml", folder / "live", ANSWER_S, ANSWER)
    return folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> str:
    """Chord that is shown as the one that is heard, when the show is nearly over."""
    with Program(
        folder, folder / "jam.yaml", "--device", "null", "--threads", 1, "--input", folder / "chords.wav"
    ) as p:
        p.until_playing()
        p.until_playhead(round((LENGTH_S - 1.0) * RATE_HZ))
        shown = str(p.get("harmony/heard"))
        assert p.process.wait(30) == 0, p.said()
    return shown


def test_the_chords_of_the_input_are_shown_and_told(shown: str, folder: Path) -> None:
    told = [json.loads(line) for line in log_of(folder).read_text().splitlines()]
    heard = [chord for line in told if line["kind"] == "block" for chord in line["lines"][HEARD]]
    assert {"Am", "F", "C", "G"} <= set(heard) and shown in heard


def test_a_render_of_the_same_input_is_the_same_sound(shown: str, folder: Path) -> None:
    config = Config(setlist=folder / "jam.yaml", model="", threads=1, input=folder / "chords.wav")
    render(config, folder / "rendered.wav")
    rendered, _ = soundfile.read(folder / "rendered.wav", dtype="float32")
    assert level_db(rendered) > -60
    np.testing.assert_array_equal(recorded(folder, "output")[: len(rendered)], rendered)


def test_a_replay_is_the_same_sound(shown: str, folder: Path) -> None:
    done = lmdmd("replay", log_of(folder), "--out", folder / "again.wav", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["doubts"] == []
    again, _ = soundfile.read(folder / "again.wav", dtype="float32")
    np.testing.assert_array_equal(again, recorded(folder, "output")[: len(again)])


# --- call and response ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(folder: Path) -> Path:
    """Folder of a whole show that listens a bar and answers a bar."""
    there = folder / "answer"
    with Program(
        there, there / "answer.yaml", "--device", "null", "--threads", 1, "--input", folder / "chords.wav"
    ) as p:
        p.until_playing()
        assert p.process.wait(60) == 0, p.said()
    return there


def test_it_is_silent_for_a_bar_and_answers_for_a_bar(answered: Path) -> None:
    heard, bar, late = recorded(answered, "output"), round(BAR_S * RATE_HZ), round(0.03 * RATE_HZ)
    for at in range(4):
        part = heard[at * bar + late : (at + 1) * bar - BUFFER]
        assert (np.abs(part).max() == 0.0) == (at % 2 == 0), at
        assert at % 2 == 0 or level_db(part) > -60
    assert np.abs(heard[2 * bar - 2 * BUFFER : 2 * bar - BUFFER]).max() > 0.0, "it fades where the bar begins"


def test_what_it_answers_was_played_a_bar_before(answered: Path) -> None:
    told = [json.loads(line) for line in log_of(answered).read_text().splitlines()]
    late = set()
    for block in (line for line in told if line["kind"] == "block"):
        for at, frame in enumerate(block["lines"].get(WITH, ())[: block["latents"]]):
            late.add(2048 * (block["latent"] + at) - frame)
    assert late == {round(BAR_S * RATE_HZ)}


def test_answers_are_rendered_and_replayed_as_they_were_played(answered: Path, folder: Path) -> None:
    config = Config(setlist=answered / "answer.yaml", model="", threads=1, input=folder / "chords.wav")
    render(config, answered / "rendered.wav")
    rendered, _ = soundfile.read(answered / "rendered.wav", dtype="float32")
    heard = recorded(answered, "output")
    np.testing.assert_array_equal(heard[: len(rendered)], rendered)
    done = lmdmd("replay", log_of(answered), "--out", answered / "again.wav", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["doubts"] == [], done.stderr
    again, _ = soundfile.read(answered / "again.wav", dtype="float32")
    np.testing.assert_array_equal(again, heard[: len(again)])
