"""What ``lmdmd bench resume`` makes of two runs: the same, near enough, or another show."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile

from lmdmd.bench.resume import MOMENTS, SHOW
from lmdmd.bench.resumed import Again, judge_file, judge_mixture, judge_rows, lost
from lmdmd.bench.table import MOMENTS as NAMES
from lmdmd.bench.told import live_model
from lmdmd.cli import main
from lmdmd.control.setlist_reader import load_setlist

RATE_HZ = 44100
ROWS = {
    "show/title": "Two rooms", "show/song": "Arcade", "show/cue": "faster", "show/taken": "mix/pan", "show/held": 0,
    "show/auto": 1, "show/loop": "", "show/next_model": "", "show/next_model_state": "none", "show/preload": 8.0,
    "clock/metre": 3, "clock/tempo": 130.0, "clock/bar": 5, "clock/beat": 2.0, "mix/highpass": 120.0, "gen/steps": 7,
    "mix/pan": -0.6, "engine/seed": 7, "gen/cfg": 5.0, "mix/width": 1.4, "mix/gain": 0.0, "deck/0/state": "draining",
    "deck/0/model": "pocket", "deck/1/state": "live", "deck/1/model": "lantern", "prompt/0/text": "arcade",
    "prompt/0/weight": 0.7, "prompt/1/text": "pads", "prompt/1/weight": 0.3,
    "prompt/2/text": "", "prompt/2/weight": 0.5,
}  # fmt: skip


@pytest.fixture
def take(tmp_path):
    (tmp_path / "show-2.jsonl").write_text(json.dumps({"kind": "fired", "cue": "around"}) + "\n")
    return tmp_path


def again(take, **rows):
    first = ROWS | {name.replace("__", "/"): value for name, value in rows.items()}
    return Again(0.0, first, first, (0, 0.0), 0, "", [take])


def test_a_show_that_is_the_same_is_well_and_one_that_is_not_is_told_of(take):
    assert judge_rows(ROWS, again(take)) == judge_mixture(ROWS, again(take)) == []
    assert judge_rows(ROWS, again(take, mix__width=1.45, clock__tempo=120.0)) == []
    assert judge_rows(ROWS, again(take, show__cue="around")) == []
    wrong = {"show__cue": "glow", "show__song": "Home", "deck__1__model": "pocket", "mix__pan": 0.2, "show__taken": "",
             "gen__steps": 8, "mix__width": 1.8, "show__held": 1}  # fmt: skip
    for row, value in wrong.items():
        (problem,) = judge_rows(ROWS, again(take, **{row: value}))
        assert str(value) in problem
    assert judge_mixture(ROWS, again(take, prompt__0__text="solo piano"))
    assert judge_mixture(ROWS, again(take, prompt__1__weight=1.0))


def test_a_model_that_was_late_may_be_there(take):
    late = ROWS | {"deck/0/state": "live", "deck/1/state": "loading", "show/next_model": "lantern",
                   "show/next_model_state": "loading"}  # fmt: skip
    assert live_model(late) == "pocket"
    assert judge_rows(late, again(take)) == []
    assert judge_rows(late, again(take, deck__1__model="other")) == ["model other instead of lantern or pocket"]


def test_beats_that_come_again_are_counted_around_a_loop(take):
    assert lost(ROWS, again(take, clock__beat=1.0).first) == 1.0
    assert lost(ROWS, again(take, clock__bar=6).first) == -3.0
    first = again(take, clock__bar=9, clock__beat=1.0, show__loop="bars 9 to 12 2 times still").first
    assert lost(ROWS | {"clock/bar": 12, "clock/beat": 3.5}, first) == pytest.approx(-0.5)


def test_a_recording_that_is_cut_or_no_sound_is_told_of(tmp_path):
    path = tmp_path / "output.wav"
    assert "cannot be read" in judge_file(path, 1.0)[0]
    soundfile.write(path, np.zeros((RATE_HZ, 2), np.float32), RATE_HZ, subtype="FLOAT")
    assert judge_file(path, 0.9) == [] and "lasts 1.00 s only" in judge_file(path, 1.5)[0]
    soundfile.write(path, np.full((RATE_HZ, 2), np.nan, np.float32), RATE_HZ, subtype="FLOAT")
    assert "no number" in judge_file(path, 0.9)[0]


def test_the_show_that_is_killed_is_sound_and_so_are_its_moments(tmp_path):
    path = tmp_path / "show.yaml"
    path.write_text(SHOW)
    show = load_setlist(path)
    assert tuple(MOMENTS) == NAMES and len(show.songs) == 3
    cues = {cue.name for song in show.songs for cue in song.cues}
    assert {"glow", "rest", "faster", "around", "farewell"} <= cues


def test_one_whole_round(tmp_path, capsys):
    words = ("--rounds", "1", "--moments", "ramp", "--seed", "3", "--keep", str(tmp_path), "--json")
    status = main(["bench", "resume", *words])
    report = json.loads(capsys.readouterr().out)
    (row,) = report["rows"]
    assert (status, report["failures"]) == (int(bool(row["why"])), int(bool(row["why"])))
    assert (row["moment"], row["song"], row["cue"], row["model"], row["why"]) == ("ramp", "Dawn", "glow", "pocket", "")
