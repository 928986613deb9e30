"""Recordings: sample for sample what the tapes held, inside their folder, valid when it stops."""

import asyncio

import numpy as np
import pytest
import soundfile

from lmdmd.control.memory import Memory
from lmdmd.control.recorder import Recorder
from lmdmd.control.session import Session
from lmdmd.errors import CommandError


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
