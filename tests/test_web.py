"""The web surface on a real port, with a real session, asked by a client of its own."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
from pathlib import Path

import aiohttp
import pytest
from web_stage import on_web

from lmdmd import bundles
from lmdmd.control.events import HandedOver
from lmdmd.control.session import Session
from lmdmd.errors import WebError
from lmdmd.params import PARAMS
from lmdmd.surfaces import web as web_module
from lmdmd.surfaces import web_socket
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_packet import parse_packet
from lmdmd.surfaces.web import WebSurface
from lmdmd.testing import make_tiny_bundle


@pytest.fixture
def page(tmp_path) -> Path:
    """A folder with a page in it, and a secret beside it."""
    folder = tmp_path / "page"
    (folder / "img").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Stage</title>")
    (folder / "stage.js").write_text("'use strict';")
    (folder / "stage.css").write_text("body {}")
    (folder / "img" / "go.svg").write_text("<svg/>")
    (folder / "notes.py").write_text("secret")
    (tmp_path / "secret.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    return folder


async def until(what, limit_s=10.0):
    async with asyncio.timeout(limit_s):
        while not what():
            await asyncio.sleep(0.01)


async def hear_until(wire, wanted):
    while await wire.hear(20.0) != wanted:
        pass


# --- HTTP ----------------------------------------------------------------------------------------------------


def test_a_browser_is_sent_to_the_page_and_everybody_else_gets_the_tree():
    async def scene(session, web):
        status, response, _ = await web.get("/", Accept="text/html,*/*")
        assert (status, response.headers["Location"]) == (302, "/remote/")
        for path in ("/?HTML", "/lmdm/mix/gain?HTML", "/remote"):
            status, response, _ = await web.get(path)
            assert (status, response.headers["Location"]) == (302, "/remote/")
        assert (await web.ask("/"))["CONTENTS"].keys() == {"lmdm"}
        status, response, _ = await web.get("/?HOST_INFO", Accept="text/html")
        assert (status, response.headers["Content-Type"]) == (200, "application/json")

    on_web(scene)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/lmdm/mix/gain?VALUE", 200),
        ("/lmdm/mix/gain?VALUE#fragment", 200),
        ("/lmdm/panic?VALUE", 204),
        ("/lmdm/mix/gain?LISTEN", 400),
        ("/lmdm/mix/gain?VALUE=3", 400),
        ("/lmdm/mix/nothing", 404),
        ("/lmdm/mix/g%61in?VALUE", 200),
        ("/lmdm/mix/%00?VALUE", 404),
    ],
)
def test_a_query_has_its_status_and_changes_nothing(path, status):
    async def scene(session, web):
        changes = []
        session.subscribe(changes.append)
        got, response, body = await web.get(path)
        assert got == status
        assert response.headers["Cache-Control"] == "no-store"
        if status == 200:
            assert (response.headers["Content-Type"], json.loads(body)) == ("application/json", {"VALUE": [0.0]})
        if status == 204:
            assert body == b""
        assert changes == []

    on_web(scene)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_any_method_that_would_change_something_is_refused(method):
    async def scene(session, web):
        changes = []
        session.subscribe(changes.append)
        status, response, _ = await web.get("/lmdm/mix/gain", method)
        assert (status, response.headers["Allow"]) == (405, "GET, HEAD")
        assert changes == []

    on_web(scene)


def test_head_answers_without_a_body():
    async def scene(session, web):
        status, response, body = await web.get("/lmdm/mix/gain", "HEAD")
        assert (status, body) == (200, b"")
        assert int(response.headers["Content-Length"]) > 0

    on_web(scene)


def test_host_info_says_where_everything_is():
    async def scene(session, web):
        for path in ("/?HOST_INFO", "/lmdm/mix?HOST_INFO"):
            told = await web.ask(path)
            assert (told["NAME"], told["OSC_TRANSPORT"]) == ("lmdmd", "UDP")
            assert (told["OSC_IP"], told["OSC_PORT"]) == ("127.0.0.1", 9000)
            assert (told["WS_IP"], told["WS_PORT"]) == ("127.0.0.1", web.surface.port)
            assert {"VALUE", "RANGE", "CRITICAL", "LISTEN", "PATH_CHANGED", "OSC_STREAMING"} <= {
                name for name, offered in told["EXTENSIONS"].items() if offered
            }

    on_web(scene)


def test_a_page_of_another_site_and_a_name_that_is_not_ours_are_refused():
    async def scene(session, web):
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}):
            for path in ("/", "/lmdm/mix/gain?VALUE", "/metrics", "/remote/"):
                status, response, body = await web.get(path, **headers)
                assert (status, b"MIX" in body.upper()) == (403, False)
                assert "Access-Control-Allow-Origin" not in response.headers
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await web.connect(**headers)
            assert refused.value.status == 403
        await (await web.connect(Origin=web.at)).ask("/lmdm/mix/gain")
        assert web.surface.counters["refused"] == 15

    on_web(scene)


def test_a_site_that_the_config_names_may_use_us_from_its_pages():
    async def scene(session, web):
        _, response, _ = await web.get("/lmdm/mix/gain?VALUE", Origin="http://Show.example:8000")
        assert response.headers["Access-Control-Allow-Origin"] == "http://show.example:8000"
        await (await web.connect(Origin="http://show.example:8000")).ask("/lmdm/mix/gain")
        status, _, _ = await web.get("/", Host="show.example:8000")
        assert status == 200
        status, _, _ = await web.get("/", Origin="http://show.example")
        assert status == 403

    on_web(scene, origins=("http://show.example:8000",))


# --- the page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("stage.js", "text/javascript; charset=utf-8"),
        ("stage.css", "text/css; charset=utf-8"),
        ("img/go.svg", "image/svg+xml"),
    ],
)
def test_a_file_of_the_page_is_what_it_is_and_kept_until_it_changes(page, path, content_type):
    async def scene(session, web):
        status, response, body = await web.get(f"/remote/{path}")
        assert (status, response.headers["Content-Type"]) == (200, content_type)
        assert body == (page / (path or "index.html")).read_bytes()
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-cache"
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert f"connect-src 'self' ws://127.0.0.1:{web.surface.port} " in policy
        tag = response.headers["ETag"]
        status, _, body = await web.get(f"/remote/{path}", If_None_Match=tag)
        assert (status, body) == (304, b"")
        (page / (path or "index.html")).write_text("/* something else, and longer */")
        status, response, _ = await web.get(f"/remote/{path}", If_None_Match=tag)
        assert (status, response.headers["ETag"] == tag) == (200, False)

    on_web(scene, folder=page)


@pytest.mark.parametrize(
    "path",
    [
        *("notes.py", "../secret.html", "..%2fsecret.html", "%2e%2e/secret.html", "..\\secret.html", "link.html"),
        *("/etc/passwd", "%2fetc%2fpasswd", "img", "img/", "img/../index.html", "index.html/", "./index.html"),
        *("index.html%00", "INDEX.HTML", "img/../../secret.html", "~/x.html"),
    ],
)
def test_nothing_else_is_served(page, path):
    async def scene(session, web):
        reader, writer = await asyncio.open_connection("127.0.0.1", web.surface.port)
        writer.write(f"GET /remote/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        assert answer.split()[1] in (b"404", b"400")
        assert b"secret" not in answer

    on_web(scene, folder=page)


# --- WebSocket -----------------------------------------------------------------------------------------------


def test_a_set_over_a_websocket_acts_and_is_acknowledged_as_over_udp():
    async def scene(session, web):
        changes = []
        session.subscribe(changes.append)
        wire = await web.connect("/any/path")
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


def test_listen_tells_the_value_and_each_change_until_ignore():
    async def scene(session, web):
        wire = await web.connect()
        for path in ("/lmdm/mix/gain", "/lmdm/mix/mute", "/lmdm/gen/sampler"):
            await wire.tell("LISTEN", path)
        assert [await wire.hear() for _ in range(3)] == [
            ("/lmdm/mix/gain", 0.0),
            ("/lmdm/mix/mute", 0),
            ("/lmdm/gen/sampler", "euler"),
        ]
        session.set("mix/mute", True, source="test")
        assert await wire.hear() == ("/lmdm/mix/mute", 1)
        await wire.tell("IGNORE", "/lmdm/mix/mute")
        await wire.ask("/lmdm/mix/pan")
        session.set("mix/mute", False, source="test")
        session.set("mix/gain", -9, source="test")
        assert await wire.hear() == ("/lmdm/mix/gain", -9.0)

    on_web(scene)


def test_all_rows_can_be_listened_to_one_by_one():
    async def scene(session, web):
        wire = await web.connect()
        for param in PARAMS:
            await wire.tell("LISTEN", param.address)
        heard = {(await wire.hear())[0] for _ in PARAMS}
        assert heard == {param.address for param in PARAMS}

    on_web(scene)


@pytest.mark.parametrize(
    "text",
    [
        '{"COMMAND": "LISTEN", "DATA": "/foo/sync"}',
        '{"COMMAND": "LISTEN", "DATA": "/lmdm/panic"}',
        '{"COMMAND": "LISTEN", "DATA": {"path": 3}}',
        '{"COMMAND": "LISTEN"}',
        '{"COMMAND": "IGNORE", "DATA": "/lmdm/mix/gain"}',
        '{"COMMAND": "START_OSC_STREAMING", "DATA": {"LOCAL_SERVER_PORT": 0}}',
        '{"COMMAND": "START_OSC_STREAMING", "DATA": {"LOCAL_SERVER_PORT": 9000}}',
        '{"COMMAND": "START_OSC_STREAMING", "DATA": {"LOCAL_SERVER_PORT": true}}',
        '{"COMMAND": "START_OSC_STREAMING", "DATA": "9001"}',
        '{"COMMAND": "SOMETHING_NEW", "DATA": [1]}',
        '{"COMMAND": 3}',
        "[1, 2]",
        "{",
        "",
        "[" * 60_000,
        "/lmdm/nothing",
    ],
    ids=lambda text: text[:60],
)
def test_a_text_frame_that_asks_for_nothing_we_have_is_passed_over(text):
    async def scene(session, web):
        wire = await web.connect()
        await wire.socket.send_str(text)
        assert await wire.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)

    on_web(scene)


def test_a_path_as_text_is_answered_as_over_http():
    async def scene(session, web):
        wire = await web.connect()
        for path in ("/", "/lmdm/mix", "/lmdm/mix/gain", "/lmdm/mix/gain?VALUE"):
            await wire.socket.send_str(path)
            assert await wire.hear() == await web.ask(path)
        await wire.socket.send_str("/?HOST_INFO")
        assert (await wire.hear())["OSC_PORT"] == 9000

    on_web(scene)


def test_streaming_sends_what_is_listened_to_by_udp_to_the_port_that_was_named():
    async def scene(session, web):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
            ear.bind(("127.0.0.1", 0))
            ear.setblocking(False)
            wire = await web.connect()
            ports = {"LOCAL_SERVER_PORT": ear.getsockname()[1], "LOCAL_SENDER_PORT": 1}
            await wire.tell("START_OSC_STREAMING", ports)
            await wire.tell("LISTEN", "/lmdm/mix/gain")
            async with asyncio.timeout(5):
                packet = await asyncio.get_running_loop().sock_recv(ear, 1000)
            assert parse_packet(packet)[0][1] == ("/lmdm/mix/gain", (0.0,))
            assert await wire.ask("/lmdm/mix/pan") == ("/lmdm/mix/pan", 0.0)

    on_web(scene)


def test_clients_are_told_of_addresses_that_come_and_go_with_the_cues():
    async def scene(session, web):
        wire = await web.connect()
        session.cue_addresses = frozenset({"/stage/thunder"})
        assert await wire.hear() == {"COMMAND": "PATH_ADDED", "DATA": "/stage/thunder"}
        assert (await web.ask("/stage/thunder"))["TYPE"] == "I"
        session.cue_addresses = frozenset()
        assert await wire.hear() == {"COMMAND": "PATH_REMOVED", "DATA": "/stage/thunder"}

    on_web(scene)


def test_clients_are_told_when_a_swap_finds_other_bundles_than_there_were(tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "folders", lambda: [tmp_path])
    (tmp_path / "tiny").mkdir()

    async def scene(session, web):
        wire = await web.connect()
        make_tiny_bundle(tmp_path / "tiny")
        session.tell(HandedOver(1, "tiny", 0, 0, "linear", "test"))
        assert await wire.hear() == {"COMMAND": "PATH_CHANGED", "DATA": "/lmdm/deck/load"}
        told = await web.ask("/lmdm/deck/load?RANGE")
        assert told == {"RANGE": [{"VALS": [info.name for info in bundles.available()]}]}

    on_web(scene)


# --- limits --------------------------------------------------------------------------------------------------

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
LISTEN_TO_ALL = bytes([0x82, 0x80 | 24, 0, 0, 0, 0]) + b"/lmdm/listen\0\0\0\0,s\0\0*\0\0\0"


async def open_raw(port: int, room: int | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A TCP connection, with so much room for what it is sent."""
    sock = socket.socket()
    sock.setblocking(False)
    if room is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=sock, limit=1024)


@contextlib.asynccontextmanager
async def raw(port: int, say: bytes = b"", room: int | None = None):
    reader, writer = await open_raw(port, room)
    writer.write(say)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def test_a_client_that_does_not_read_is_cut_off_and_the_others_hear_on(monkeypatch):
    monkeypatch.setattr(web_socket, "STALLED_S", 0.5)
    monkeypatch.setattr(web_socket, "HEARTBEAT_S", 600.0)
    monkeypatch.setattr(web_module, "SENDING_BYTES", 4096)

    async def scene(session, web):
        good = await web.connect()
        await good.send("/lmdm/listen", "mix/gain")
        hearing = asyncio.create_task(hear_until(good, ("/lmdm/mix/gain", -95.0)))
        async with raw(web.surface.port, HANDSHAKE + LISTEN_TO_ALL, room=4096):
            await until(lambda: len(web.surface._clients) == 2)
            async with asyncio.timeout(20):
                for number in itertools.count():
                    if len(web.surface._clients) == 1:
                        break
                    for slot in range(6):
                        session.set(f"prompt/{slot}/text", f"{number:0>480}", source="test")
                    await asyncio.sleep(0.01)
        session.set("mix/gain", -95.0, source="test")
        await hearing

    on_web(scene)


def test_a_client_that_asks_for_more_than_it_reads_is_not_read_any_more(monkeypatch):
    """Its questions wait in its own system; of the answers no more than a bounded line waits in ours."""

    async def scene(session, web):
        ask = bytes([0x81, 0x81, 0, 0, 0, 0]) + b"/"
        async with raw(web.surface.port, HANDSHAKE + ask * 2000, room=4096):
            await until(lambda: web.surface.counters["frames"] > 2)
            await asyncio.sleep(0.3)
            assert web.surface.counters["frames"] < 40
            assert await (await web.connect()).ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)

    on_web(scene)


def test_a_tablet_that_died_is_missed(monkeypatch):
    monkeypatch.setattr(web_socket, "HEARTBEAT_S", 0.2)

    async def scene(session, web):
        alive = await web.connect()
        async with raw(web.surface.port, HANDSHAKE):
            await until(lambda: len(web.surface._clients) == 2)
            waiting = asyncio.create_task(alive.socket.receive())
            await until(lambda: len(web.surface._clients) == 1)
            session.cue_addresses = frozenset({"/rain"})
            assert "PATH_ADDED" in (await waiting).data

    on_web(scene)


def test_a_frame_too_large_ends_its_own_connection_only():
    async def scene(session, web):
        bad, good = await web.connect(), await web.connect()
        await bad.socket.send_bytes(b"/" * (web_socket.MAX_FRAME_BYTES + 1))
        assert await bad.hear() is None
        assert bad.socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        assert await good.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)

    on_web(scene)


def test_there_are_only_so_many_websockets(monkeypatch):
    monkeypatch.setattr(web_module, "MAX_SOCKETS", 2)

    async def scene(session, web):
        first, _ = await web.connect(), await web.connect()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await web.connect()
        assert refused.value.status == 503
        await first.close()
        await until(lambda: len(web.surface._clients) == 1)
        await (await web.connect()).ask("/lmdm/mix/gain")

    on_web(scene)


def test_there_are_only_so_many_connections_and_those_that_say_nothing_end(monkeypatch):
    monkeypatch.setattr(web_module, "MAX_CONNECTIONS", 3)
    monkeypatch.setattr(web_module, "IDLE_S", 0.5)

    async def scene(session, web):
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(3):
                await stack.enter_async_context(raw(web.surface.port, b"GET / HT"))
            await until(lambda: len(web.surface._http.connections) == 3)
            reader, _ = await stack.enter_async_context(raw(web.surface.port))
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
            assert web.surface.counters["refused"] == 1
            await until(lambda: not web.surface._http.connections)
            assert web.surface._mute == {} or not web.surface._http.connections
        assert (await web.ask("/lmdm/mix/gain?VALUE")) == {"VALUE": [0.0]}

    on_web(scene)


def test_more_requests_than_there_is_time_for_wait_their_turn(monkeypatch):
    monkeypatch.setattr(web_module, "REQUESTS_PER_S", 20.0)
    monkeypatch.setattr(web_module, "REQUESTS_BURST", 5.0)

    async def scene(session, web):
        begin_s = asyncio.get_running_loop().time()
        await asyncio.gather(*(web.ask("/lmdm/mix/gain?VALUE") for _ in range(15)))
        assert asyncio.get_running_loop().time() - begin_s > 0.4

    on_web(scene)


def test_a_client_that_left_leaves_nothing_behind():
    async def scene(session, web):
        wire = await web.connect()
        await wire.send("/lmdm/listen", "*")
        await wire.tell("LISTEN", "/lmdm/mix/gain")
        await wire.hear_of("/lmdm/mix/gain")
        await wire.close()
        await until(lambda: not web.surface._clients)
        assert web.surface._listening.listeners == []
        assert len(web.surface._desk._listeners) == 0

    on_web(scene)


# --- life ----------------------------------------------------------------------------------------------------


def test_stopping_ends_every_connection_and_frees_the_port():
    async def play():
        session = Session()
        desk = OscDesk(session)
        surface = WebSurface(session, desk, port=0)
        await surface.start()
        async with aiohttp.ClientSession() as http, http.ws_connect(f"http://127.0.0.1:{surface.port}") as ws:
            async with raw(surface.port, b"GET /"):
                async with asyncio.timeout(5):
                    await surface.stop()
            assert (await ws.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
        again = WebSurface(session, desk, port=surface.port)
        await again.start()
        await again.stop()

    asyncio.run(play())


def test_a_port_that_cannot_be_had_is_named_with_a_way_out():
    async def play(bind, port, words):
        session = Session()
        surface = WebSurface(session, OscDesk(session), bind, port)
        with pytest.raises(WebError, match=words):
            await surface.start()
        await surface.stop()

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        asyncio.run(
            play("127.0.0.1", port, f"port {port} on 127.0.0.1 cannot be had .* Choose another with --http-port")
        )
    asyncio.run(play("nosuch.invalid", 0, '"nosuch.invalid" is not an address of this machine'))
