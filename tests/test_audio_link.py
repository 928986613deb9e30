"""A device that is away: told once however often it is tried again, and told when it is back."""

from __future__ import annotations

import asyncio

import pytest

from lmdmd.config import Config
from lmdmd.control.audio import AudioLink
from lmdmd.control.events import Incident
from lmdmd.control.memory import Memory
from lmdmd.control.session import Session
from lmdmd.messages import Ready


@pytest.fixture
def memory():
    memory = Memory.create(44100)
    yield memory
    memory.close()


def test_a_device_that_is_away_is_told_once_and_again_when_it_is_back(memory):
    async def body():
        session, told = Session(memory.board, memory.schedule, 44100), []
        session.watch(lambda event: told.append(event.text) if isinstance(event, Incident) else None)
        link = AudioLink(session, memory, Config(device="null"))
        link._closing = True  # nothing is spawned here
        link._on_message(Ready("audio", 44100, "the card"))
        for failure in ("", *["no sound device called the card"] * 5, "the card cannot be opened"):
            link._failure = failure
            link._replace()
        link._on_message(Ready("audio", 44100, "the card"))
        assert [text.split(" (")[-1].split(")")[0] for text in told[:3]] == [
            "killed",
            "no sound device called the card",
            "the card cannot be opened",
        ]
        assert told[3].startswith("the card plays again, ") and len(told) == 4
        assert session.get("status/restarts") == 3

    asyncio.run(body())
