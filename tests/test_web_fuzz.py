"""Garbage at the web's doors: nothing breaks, nothing changes by it, and who asks properly is answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random

import pytest
from web_stage import on_web

from lmdmd.surfaces.osc_packet import build_message

PACKETS = (
    build_message("/lmdm/mix/gain", -6.0),
    build_message("/lmdm/listen", "mix/*", 5.0),
    build_message("/lmdm/prompt/0/text", "warm pads"),
    build_message("/lmdm/sync", 3),
    b"#bundle\0" + bytes(7) + b"\1" + bytes([0, 0, 0, 20]) + build_message("/lmdm/mix/gain"),
)
TEXTS = (
    '{"COMMAND": "LISTEN", "DATA": "/lmdm/mix/gain"}',
    '{"COMMAND": "IGNORE", "DATA": "/lmdm/mix/gain"}',
    '{"COMMAND": "START_OSC_STREAMING", "DATA": {"LOCAL_SERVER_PORT": 0, "LOCAL_SENDER_PORT": -1}}',
    "/lmdm/mix?VALUE",
)
REQUESTS = (
    b"GET /lmdm/mix/gain?VALUE HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    b'GET /remote/../web.py HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: "x"\r\nConnection: close\r\n\r\n',
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\x82\x84\0\0\0\0/a\0\0",
)


def mutated(rng: random.Random, data: bytes) -> bytes:
    """``data`` with a few bytes changed, left out, doubled or made up."""
    bad = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(bad) + 1)
        match rng.randrange(4):
            case 0:
                bad[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del bad[at : at + rng.randrange(8)]
            case 2:
                bad[at:at] = bad[max(0, at - rng.randrange(12)) : at]
            case _:
                bad[at:at] = rng.randbytes(rng.randrange(12))
    return bytes(bad)


@pytest.mark.parametrize("seed", [1, 2])
def test_garbled_frames_do_no_harm(seed):
    async def scene(session, web):
        rng = random.Random(seed)
        good, bad = await web.connect(), await web.connect()
        for number in range(3000):
            if number % 3:
                await bad.socket.send_bytes(mutated(rng, rng.choice(PACKETS)))
            else:
                await bad.socket.send_str(mutated(rng, rng.choice(TEXTS).encode()).decode("utf-8", "replace"))
        for wire in (good, bad):
            await wire.send("/lmdm/sync", 77)
            while (await wire.hear_of("/lmdm/synced"))[1] != 77:
                pass
        counters = web.surface.counters
        assert counters["errors"] == web.surface._desk.counters["errors"] == 0
        assert counters["unread"] > 300
        assert web.surface._desk.counters["malformed"] > 500

    on_web(scene)


def test_garbled_bytes_of_a_websocket_do_no_harm():
    async def scene(session, web):
        rng = random.Random(3)
        for _ in range(200):
            reader, writer = await asyncio.open_connection("127.0.0.1", web.surface.port)
            writer.write(REQUESTS[3][: REQUESTS[3].index(b"\r\n\r\n") + 4])
            writer.write(b"".join(mutated(rng, b"\x82\x88\1\2\3\4/lmdm/mi") for _ in range(20)))
            writer.write_eof()
            with contextlib.suppress(ConnectionError):
                async with asyncio.timeout(5):
                    await reader.read()
            writer.transport.abort()
        assert await (await web.connect()).ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", session.get("mix/gain"))
        assert web.surface.counters["errors"] == 0

    on_web(scene)


def test_garbled_requests_do_no_harm(monkeypatch):
    monkeypatch.setattr("lmdmd.surfaces.web.REQUESTS_PER_S", 1e6)

    async def scene(session, web):
        rng = random.Random(4)

        async def throw(data: bytes) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", web.surface.port)
            writer.write(data)
            writer.write_eof()
            with contextlib.suppress(ConnectionError):
                async with asyncio.timeout(10):
                    await reader.read()
            writer.transport.abort()

        for _ in range(100):
            await asyncio.gather(*(throw(mutated(rng, rng.choice(REQUESTS))) for _ in range(10)))
        assert await web.ask("/lmdm/mix/gain?VALUE") == {"VALUE": [0.0]}
        assert web.surface.counters["errors"] == 0
        assert json.loads((await web.get("/lmdm/mix/gain"))[2])["TYPE"] == "f"

    on_web(scene)
