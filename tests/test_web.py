"""The web surface on a real port, with a real session, asked by a client of its own."""

from __future__ import annotations

from web_stage import on_web


def test_a_set_over_a_websocket_acts_and_is_acknowledged_as_over_udp():
    async def scene(session, web):
        changes = []
        session.subscribe(changes.append)
        wire = await web.connect()
        await wire.send("/lmdm/mix/gain", -6)
        assert await wire.hear() == ("/lmdm/ack", "/lmdm/mix/gain", -6.0, 0, 0.0)
        assert session.get("mix/gain") == -6.0
        assert changes[0].source.startswith("ws:127.0.0.1:")

    on_web(scene)


def test_every_websocket_hears_what_another_one_sets():
    async def scene(session, web):
        first, second = await web.connect(), await web.connect()
        await second.send("/lmdm/listen", "mix/*")
        await second.hear_of("/lmdm/mix/gain")
        await first.send("/lmdm/mix/gain", -3)
        assert await second.hear_of("/lmdm/mix/gain") == ("/lmdm/mix/gain", -3.0)

    on_web(scene)


def test_a_browser_is_sent_to_the_page_and_everybody_else_gets_the_tree():
    async def scene(session, web):
        status, response, _ = await web.get("/", Accept="text/html,*/*")
        assert (status, response.headers["Location"]) == (302, "/remote/")
        assert (await web.ask("/"))["CONTENTS"].keys() == {"lmdm"}

    on_web(scene)
