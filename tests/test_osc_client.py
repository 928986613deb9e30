"""The client of ``lmdmd send``, against the real surface in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from lmdmd.control.session import Session
from lmdmd.errors import OscError
from lmdmd.surfaces.osc import OscSurface
from lmdmd.surfaces.osc_client import Reply, format_reply, guess, send


@pytest.fixture
def surface() -> Iterator[OscSurface]:
    """A running surface whose loop lives in another thread."""
    started, ended = threading.Event(), asyncio.Event()
    surface = OscSurface(Session(), port=0)
    loop = asyncio.new_event_loop()

    async def slow(model: str) -> str:
        await asyncio.sleep(0.1)
        return f"{model} is ready"

    async def live() -> None:
        surface.session.provide("deck/load", slow)
        await surface.start()
        started.set()
        await ended.wait()
        await surface.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    started.wait(5)
    yield surface
    loop.call_soon_threadsafe(ended.set)
    thread.join(5)
    loop.close()


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("3", 3),
        ("-6", -6),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("warm dub", "warm dub"),
        ("nan", "nan"),
        ("inf", "inf"),
    ],
)
def test_words_become_what_they_look_like(word, value):
    assert guess(word) == value
    assert type(guess(word)) is type(value)


def test_a_query_brings_the_value(surface):
    assert send("127.0.0.1", surface.port, "/lmdm/mix/gain") == [Reply("/lmdm/mix/gain", (0.0,))]


def test_a_set_brings_what_was_made_of_it(surface):
    replies = send("127.0.0.1", surface.port, "/lmdm/mix/gain", ["99"])
    assert [reply.address for reply in replies] == ["/lmdm/note", "/lmdm/ack", "/lmdm/mix/gain"]
    assert replies[1].values == ("/lmdm/mix/gain", 12.0, 0, 0.0)
    assert replies[2].values == (12.0,)


def test_done_and_fail_end_the_wait(surface):
    (done,) = send("127.0.0.1", surface.port, "/lmdm/deck/load", ["pocket"], 5.0)
    assert done == Reply("/lmdm/done", ("deck/load", "pocket is ready"))
    (fail,) = send("127.0.0.1", surface.port, "/lmdm/mix/gian", ["1"], 5.0)
    assert fail.address == "/lmdm/fail"
    (status,) = send("127.0.0.1", surface.port, "/lmdm/status")
    assert status.address == "/lmdm/status"


def test_nobody_there_is_an_empty_answer_and_no_host_an_error():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        free = sock.getsockname()[1]
    assert send("127.0.0.1", free, "/lmdm/mix/gain", timeout_s=0.3) == []
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as deaf:
        deaf.bind(("127.0.0.1", 0))
        assert send("127.0.0.1", deaf.getsockname()[1], "/lmdm/mix/gain", timeout_s=0.1) == []
    with pytest.raises(OscError, match="no-such-host"):
        send("no-such-host.invalid", 9000, "/lmdm/status", timeout_s=0.1)


def test_replies_are_shown_on_one_line():
    assert format_reply(Reply("/lmdm/done", ("show/go", "cue 1"))) == "/lmdm/done show/go cue 1"
    assert format_reply(Reply("/lmdm/mix/pan", (0.10000000149011612,))) == "/lmdm/mix/pan 0.1"
