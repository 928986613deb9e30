"""Every row and verb through the web's doors: read by HTTP, and set, read, clamped and heard by WebSocket."""

from __future__ import annotations

import pytest
from row_words import words_of
from web_stage import on_web

from lmdmd.commands import COMMANDS
from lmdmd.params import BY_NAME, PARAMS


def as_sent(value):
    """A value as OSC carries it: booleans are whole numbers."""
    return int(value) if isinstance(value, bool) else pytest.approx(value) if isinstance(value, float) else value


def other_value(param):
    """A value that a row does not have by itself."""
    if param.kind == "bool":
        return not param.default
    if param.kind == "choice":
        return next(choice for choice in param.choices if choice != param.default)
    if param.kind == "text":
        return words_of(param)[0]
    places = (param.lo + (param.hi - param.lo) * share for share in (0.25, 0.5))
    return next(
        place for place in (round(at) if param.kind == "int" else at for at in places) if place != param.default
    )


def test_every_row_is_read_by_http_and_by_websocket():
    async def scene(session, web):
        wire = await web.connect()
        for param in PARAMS:
            expected = session.get(param.name)
            assert await web.ask(f"{param.address}?VALUE") == {"VALUE": [expected]}
            for question in ((), ("?",)):
                assert await wire.ask(param.address, *question) == (param.address, as_sent(expected))

    on_web(scene)


def test_every_row_that_can_be_set_is_set_by_one_client_and_heard_by_another():
    async def scene(session, web):
        ear, expected = await web.connect(), {}
        rows = [param for param in PARAMS if param.writable]
        for param in rows:
            await ear.tell("LISTEN", param.address)
            expected[param.address] = as_sent(other_value(param))
        told = {(await ear.hear())[0] for _ in rows}
        assert told == expected.keys()
        for param in rows:
            # One client a row, as each may only be answered so often.
            hand, value = await web.connect(), other_value(param)
            await hand.send(param.address, value)
            ack = await hand.hear_of("/lmdm/ack")
            assert ack[1:3] == (param.address, as_sent(value))
            assert await web.ask(f"{param.address}?VALUE") == {"VALUE": [session.get(param.name)]}
            assert session.get(param.name) == (pytest.approx(value) if param.kind == "float" else value)
            await hand.close()
        assert dict([await ear.hear() for _ in rows]) == expected

    on_web(scene)


def test_every_row_with_a_range_is_clamped_to_its_ends_and_says_so():
    async def scene(session, web):
        for param in PARAMS:
            if not param.writable or param.kind not in ("float", "int"):
                continue
            hand = await web.connect()
            for sent, kept in ((param.lo - 1e3, param.lo), (param.hi + 1e5, param.hi)):
                await hand.send(param.address, float(sent))
                assert (await hand.hear_of("/lmdm/note"))[1] == param.address
                assert (await hand.hear_of("/lmdm/ack"))[1:3] == (param.address, pytest.approx(kept))
                assert await web.ask(f"{param.address}?VALUE") == {"VALUE": [pytest.approx(kept)]}
            await hand.close()

    on_web(scene)


def test_a_toggle_takes_true_and_false_and_numbers():
    async def scene(session, web):
        wire = await web.connect()
        for tail, expected in (
            (b",T\0\0", True),
            (b",F\0\0", False),
            (b",i\0\0\0\0\0\1", True),
            (b",f\0\0\0\0\0\0", False),
        ):
            await wire.socket.send_bytes(b"/lmdm/mix/mute\0\0" + tail)
            assert (await wire.hear_of("/lmdm/ack"))[1:3] == ("/lmdm/mix/mute", int(expected))
            assert await web.ask("/lmdm/mix/mute?VALUE") == {"VALUE": [expected]}

    on_web(scene)


def test_every_report_is_refused_a_value():
    async def scene(session, web):
        for param in PARAMS:
            if param.writable or param.name in (command.name for command in COMMANDS):
                continue
            hand, before = await web.connect(), session.get(param.name)
            await hand.send(param.address, other_value(param))
            assert (await hand.hear_of("/lmdm/fail"))[1] == param.address
            assert session.get(param.name) == before
            await hand.close()

    on_web(scene)


def test_every_verb_is_reached_by_websocket():
    """Nobody carries them out here: what has no answer of the desk's own is refused by name, and not as unknown."""
    answers = {"/lmdm/done", "/lmdm/fail", "/lmdm/status", "/lmdm/synced", "/lmdm/pong", "/pong"}

    async def scene(session, web):
        for command in COMMANDS:
            hand = await web.connect()
            values = [{str: "x", int: 1, float: 1.0}[a.kind] for a in command.arguments if a.default is None]
            await hand.send(command.address, *values)
            heard = await hand.hear()
            assert heard[0] in answers | {f"/lmdm/{command.name}"}, (command.name, heard)
            assert "unknown" not in str(heard)
            await hand.close()

    on_web(scene)


def test_the_tree_offers_every_row_and_verb():
    async def scene(session, web):
        tree = await web.ask("/")
        for address in {param.address for param in PARAMS} | {command.address for command in COMMANDS}:
            node = tree
            for part in address.strip("/").split("/"):
                node = node["CONTENTS"][part]
            assert node["FULL_PATH"] == address
            assert ("VALUE" in node) == (address.removeprefix("/lmdm/") in BY_NAME)

    on_web(scene)
