"""Panic: a fade, then a hard stop, in the mixer alone."""

import asyncio

import pytest

from lmdmd.control.memory import Memory
from lmdmd.control.panic import Panic
from lmdmd.control.session import Session
from lmdmd.params import SLOT


@pytest.fixture
def memory():
    memory = Memory.create(44100)
    yield memory
    memory.close()


@pytest.fixture
def session(memory):
    session = Session(memory.board, memory.schedule, 44100)
    Panic(session)
    return session


class Broken:
    """A deck that is gone in the worst way."""

    def send(self, message):
        raise AssertionError("panic asks the mixer only")

    def next_frame(self, playhead):
        raise AssertionError("panic asks the mixer only")


def asked(memory):
    entries, _ = memory.schedule.drain(0)
    return [(entry.target, entry.glide_frames) for entry in entries if entry.slot == SLOT["mix/fade"]]


def do(session, verb, *values):
    return asyncio.run(session.do(verb, values, source="test"))


def test_a_first_panic_fades_and_a_second_one_is_silent_at_once(memory, session):
    session.outlets.append(Broken())
    assert do(session, "panic", 2.0) == "silent"
    memory.board.playhead = 44100
    assert session.get("mix/fade") == pytest.approx(0.5)
    assert do(session, "panic", 2.0) == "silent at once"
    memory.board.playhead += 1
    assert session.get("mix/fade") == 0.0
    assert asked(memory) == [(0.0, 88200), (0.0, 0)]


def test_a_panic_after_the_fade_or_after_a_release_fades_again(memory, session):
    do(session, "panic", 1.0)
    memory.board.playhead = 44101
    assert do(session, "panic", 1.0) == "silent"
    do(session, "release", 0.5)
    memory.board.playhead += 44100
    assert session.get("mix/fade") == 1.0
    assert do(session, "panic", 1.0) == "silent"
    assert asked(memory) == [(0.0, 44100), (0.0, 44100), (1.0, 22050), (0.0, 44100)]


def test_a_second_panic_works_while_the_playhead_hangs(memory, session):
    do(session, "panic", 30.0)
    assert do(session, "panic", 30.0) == "silent at once"
    assert asked(memory)[-1] == (0.0, 0)
