"""Recordings: sample for sample what the tapes held, inside their folder, valid when it stops."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from lmdmd.control.memory import Memory
from lmdmd.control.recorder import Recorder, check_folder
from lmdmd.control.session import Session
from lmdmd.errors import CommandError, ConfigError


@pytest.fixture
def memory():
    memory = Memory.create(44100)
    yield memory
    memory.close()


@pytest.fixture
def recorder(memory, tmp_path):
    return Recorder(Session(memory.board, memory.schedule, 44100), memory.tapes, tmp_path)


def noise(frames, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (frames, 2)).astype(np.float32)


def test_a_take_holds_what_was_heard(recorder, memory):
    audio = noise(10_000)
    recorder.begin()
    for start in range(0, 10_000, 500):
        memory.tapes["output"].append(start, audio[start : start + 500])
        memory.tapes["input"].append(start, -audio[start : start + 500])
        recorder.tick()
    recorder.close()
    for name, expected in (("output", audio), ("input", -audio)):
        heard, rate = soundfile.read(recorder.take / f"{name}.wav", dtype="float32")
        assert rate == 44100
        np.testing.assert_array_equal(heard, expected)


def test_the_switch_starts_and_stops(recorder, memory):
    session = recorder.session
    session.set("record/on", True, source="test")
    memory.tapes["output"].append(0, noise(100))
    session.set("record/on", False, source="test")
    assert len(soundfile.read(recorder.take / "output.wav")[0]) == 100


def test_a_folder_cannot_leave_the_recordings(recorder):
    for folder in ("../elsewhere", "/tmp/elsewhere"):
        with pytest.raises(CommandError, match="leaves"):
            asyncio.run(recorder.start(folder))


@pytest.fixture
def nowhere(recorder):
    """The recorder with a file where its folder should be, which stops even root."""
    recorder.folder = recorder.folder / "taken"
    recorder.folder.touch()
    return recorder


def test_a_switch_that_cannot_record_is_refused_and_stays_off(nowhere):
    session = nowhere.session
    with pytest.raises(CommandError, match=r"cannot record into .*taken: Not a directory"):
        session.set("record/on", True, source="test")
    assert session.get("record/on") is False
    with pytest.raises(CommandError, match="cannot record"):
        asyncio.run(nowhere.start())
    nowhere.folder.unlink()
    session.set("record/on", True, source="test")
    assert nowhere.take is not None and session.get("record/on") is True
    nowhere.close()


def test_a_cue_that_cannot_record_is_told_in_one_sentence_and_the_row_goes_back(nowhere, memory, caplog):
    session = nowhere.session
    session.set("record/on", True, source="cue:a", frame=1000)
    memory.board.playhead = 1000
    session.refresh()
    assert session.get("record/on") is False
    assert [record.exc_info for record in caplog.records] == [None]
    assert "cannot record into" in caplog.text


def test_beginning_does_not_disturb_a_recording_that_runs(recorder, memory):
    asyncio.run(recorder.start("mine"))
    take = recorder.take
    memory.tapes["output"].append(0, noise(100))
    recorder.begin()
    assert recorder.take == take
    recorder.close()
    assert len(soundfile.read(take / "output.wav")[0]) == 100


def test_a_folder_is_tried_before_the_show(tmp_path):
    check_folder(tmp_path / "new" / "takes")
    assert list((tmp_path / "new" / "takes").iterdir()) == []
    for folder in (Path("/proc/takes"), Path(__file__)):
        with pytest.raises(ConfigError, match=f"--record {folder}: cannot be written: .*name another folder"):
            check_folder(folder)


def test_stop_without_start_says_so(recorder):
    with pytest.raises(CommandError, match="not recording"):
        asyncio.run(recorder.stop())


def test_two_takes_of_one_second_are_two(recorder, memory):
    takes = []
    for seed in (1, 2):
        recorder.begin()
        memory.tapes["output"].append(memory.tapes["output"].end_frame, noise(100, seed))
        recorder.close()
        takes.append(recorder.take)
    for seed, take in zip((1, 2), takes, strict=True):
        np.testing.assert_array_equal(soundfile.read(take / "output.wav", dtype="float32")[0], noise(100, seed))


def test_each_take_is_told_once_its_folder_is_there(recorder):
    takes = []
    recorder.on_take = lambda take: takes.append((take, (take / "output.wav").exists()))
    recorder.begin()
    recorder.begin()
    recorder.close()
    assert takes == [(recorder.take, True)]
