"""The HTTP port of the whole program, live: real processes, a real (tiny) model, the clocked null device."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

import aiohttp
import pytest
from program import Program, wait_for, write_setlist
from web_stage import Wire

from lmdmd.surfaces.osc_client import send
from lmdmd.testing import make_tiny_bundle

LIVE = ("--device", "null", "--threads", "1")


@pytest.fixture(scope="module")
def show(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    return write_setlist(folder / "show.yaml", make_tiny_bundle(folder / "tiny").path, 600)


def get(at: str) -> bytes:
    with urllib.request.urlopen(at, timeout=10) as response:
        return response.read()


def test_the_program_is_read_and_played_over_its_http_port(show, tmp_path):
    async def play(at: str) -> None:
        async with aiohttp.ClientSession() as http, http.ws_connect(at) as socket:
            wire = Wire(socket)
            await wire.send("/lmdm/mix/gain", -7)
            assert (await wire.hear_of("/lmdm/ack"))[1:3] == ("/lmdm/mix/gain", -7.0)
            await wire.tell("LISTEN", "/lmdm/meter/out/l")
            for _ in range(3):
                assert -96.0 <= (await wire.hear_of("/lmdm/meter/out/l"))[1] <= 24.0

    with Program(tmp_path, show, *LIVE, record=False) as program:
        program.until_playing()
        at = re.search(r"tablet page and OSCQuery on (http://127\.0\.0\.1:\d+)/", program.said())[1]
        told = json.loads(get(f"{at}/?HOST_INFO"))
        assert (told["OSC_PORT"], told["WS_PORT"]) == (program.port, int(at.rpartition(":")[2]))
        assert json.loads(get(f"{at}/lmdm/deck/0/state?VALUE")) == {"VALUE": ["live"]}
        asyncio.run(play(at))
        (reply,) = send("127.0.0.1", program.port, "/lmdm/mix/gain", [], 5.0)
        assert reply.values == (-7.0,)
        assert re.search(rb"^lmdmd_status_callbacks_total [1-9]", get(f"{at}/metrics"), re.MULTILINE)
        send("127.0.0.1", program.port, "/lmdm/quit", [], 5.0)
        assert program.process.wait(20) == 0
        with pytest.raises(urllib.error.URLError):
            get(at)


def test_a_show_goes_on_without_its_http_port(show, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with Program(tmp_path, show, *LIVE, "--http-port", port, record=False) as program:
            program.until_playing()
            assert f"HTTP: port {port} on 127.0.0.1 cannot be had" in program.said()
            (reply,) = send("127.0.0.1", program.port, "/lmdm/status/incident", [], 5.0)
            assert f"port {port}" in reply.values[0]


def test_no_http_port_is_opened_where_none_is_wanted(show, tmp_path):
    with Program(tmp_path, show, *LIVE, "--http-port", "off", record=False) as program:
        program.until_playing()
        assert "OSCQuery" not in program.said()
        assert wait_for(lambda: send("127.0.0.1", program.port, "/lmdm/status", [], 5.0))
