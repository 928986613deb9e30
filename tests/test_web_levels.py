"""Passcodes and hosts at the web's doors: who may look, who may play, and who is not heard at all."""

from __future__ import annotations

import json
from base64 import b64encode

import aiohttp
import pytest
from web_stage import on_web

from lmdmd.levels import Level
from lmdmd.surfaces.osc_access import TRIES_BURST, Access
from lmdmd.surfaces.web_guard import passcode_of

PASSCODES = {Level.VIEW: "look", Level.CONTROL: "play", Level.EDIT: "änder:es"}


def basic(passcode: str, name: str = "anybody") -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{passcode}".encode()).decode()}


def test_a_passcode_is_read_out_of_a_header():
    assert passcode_of(basic("look")["Authorization"]) == "look"
    assert passcode_of(basic("a:b", "")["Authorization"]) == "a:b"
    for header in (
        "",
        "Basic",
        "Basic !!!",
        "Bearer bG9vaw==",
        "Basic " + b64encode(b"nocolon").decode(),
        "Basic /w==",
    ):
        assert passcode_of(header) is None


def test_nothing_but_the_page_is_shown_without_the_passcode_for_looking():
    async def scene(session, web):
        for path in ("/", "/lmdm/mix/gain?VALUE", "/?HOST_INFO", "/metrics", "/lmdm/nothing"):
            status, response, body = await web.get(path)
            assert (status, response.headers["WWW-Authenticate"].partition(" ")[0]) == (401, "Basic")
            assert b"mix" not in body
            for passcode in PASSCODES.values():
                status, _, _ = await web.get(path, **basic(passcode))
                assert status == (404 if "nothing" in path else 200)
        assert (await web.get("/remote/nothing"))[0] == 404
        status, response, _ = await web.get("/", Accept="text/html")
        assert (status, response.headers["Location"]) == (302, "/remote/"), "the page asks by itself"

    on_web(scene, Access(PASSCODES))


def test_wrong_passcodes_are_rationed_and_the_right_one_waits_too():
    async def scene(session, web):
        for number in range(int(TRIES_BURST) + 3):
            assert (await web.get("/", **basic(f"guess{number}")))[0] == 401
        assert (await web.get("/", **basic("look")))[0] == 401
        assert web.surface.counters["wrong"] == TRIES_BURST + 4

    on_web(scene, Access(PASSCODES))


def test_a_websocket_that_has_said_no_passcode_hears_and_does_nothing():
    async def scene(session, web):
        wire = await web.connect()
        await wire.tell("LISTEN", "/lmdm/mix/gain")
        await wire.socket.send_str("/lmdm/mix/gain")
        await wire.send("/lmdm/mix/gain", -6)
        assert (await wire.hear())[0] == "/lmdm/fail"
        session.cue_addresses = frozenset({"/rain"})
        session.set("mix/gain", -3, source="test")
        await wire.send("/lmdm/login", "look")
        assert await wire.hear() == ("/lmdm/done", "login", "view")
        await wire.socket.send_str("/lmdm/mix/gain?VALUE")
        assert await wire.hear() == {"VALUE": [-3.0]}
        await wire.send("/lmdm/mix/gain", -6)
        assert (await wire.hear())[0] == "/lmdm/fail"
        assert session.get("mix/gain") == -3.0

    on_web(scene, Access(PASSCODES))


def test_a_websocket_may_bring_its_passcode_along():
    async def scene(session, web):
        wire = await web.connect(**basic("play"))
        await wire.send("/lmdm/mix/gain", -6)
        assert (await wire.hear())[:3] == ("/lmdm/ack", "/lmdm/mix/gain", -6.0)
        await wire.send("/lmdm/quit")
        assert (await wire.hear())[:2] == ("/lmdm/fail", "quit")

    on_web(scene, Access(PASSCODES))


def test_looking_is_free_where_only_playing_has_a_passcode():
    async def scene(session, web):
        assert json.loads((await web.get("/lmdm/mix/gain?VALUE"))[2]) == {"VALUE": [0.0]}
        wire = await web.connect()
        await wire.tell("LISTEN", "/lmdm/mix/gain")
        assert await wire.hear() == ("/lmdm/mix/gain", 0.0)
        await wire.send("/lmdm/mix/gain", -6)
        assert (await wire.hear())[0] == "/lmdm/fail"

    on_web(scene, Access({Level.CONTROL: "play"}))


def test_a_host_that_is_not_heard_gets_nothing(monkeypatch):
    access = Access(allow=["10.1.2.0/24"])
    monkeypatch.setattr(access, "hears", lambda host: host != "127.0.0.1")

    async def scene(session, web):
        assert [(await web.get(path))[0] for path in ("/", "/remote/", "/metrics")] == [403] * 3
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await web.connect()

    on_web(scene, access)
