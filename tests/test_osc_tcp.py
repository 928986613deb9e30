"""OSC over TCP on a real socket: the grammar of UDP in three framings, and clients that behave badly."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import socket
import struct
import time
from collections.abc import Callable, Coroutine

import pytest

from lmdmd.control.session import Session
from lmdmd.errors import OscError
from lmdmd.surfaces import osc_tcp
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_frames import Framing, LengthPrefix, Slip
from lmdmd.surfaces.osc_packet import build_message, parse_packet
from lmdmd.surfaces.osc_tcp import OscTcp

FRAMINGS = {"double end": lambda: Slip(b"\xc0"), "single end": lambda: Slip(b""), "length": LengthPrefix}


class Client:
    """A client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: Framing) -> None:
        self.reader = reader
        self.writer = writer
        self.framing = framing
        self.heard: list[tuple] = []

    @classmethod
    async def connected(cls, port: int, framing: Framing | None = None) -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return cls(reader, writer, framing or Slip(b"\xc0"))

    def send(self, address: str, *values: object) -> None:
        self.writer.write(self.framing.wrap(build_message(address, *values)))

    async def hear(self, timeout_s: float = 3.0) -> tuple:
        while not self.heard:
            data = await asyncio.wait_for(self.reader.read(4096), timeout_s)
            if not data:
                raise EOFError
            for packet in self.framing.feed(data):
                self.heard += [(message.address, *message.params) for _, message in parse_packet(packet)]
        return self.heard.pop(0)

    async def hear_from(self, address: str) -> tuple:
        while (answer := await self.hear())[0] != address:
            pass
        return answer

    async def ask(self, address: str, *values: object) -> tuple:
        self.send(address, *values)
        return await self.hear()

    async def closed(self) -> bool:
        with contextlib.suppress(ConnectionError):
            return await asyncio.wait_for(self.reader.read(-1), 3.0) is not None
        return True

    def close(self) -> None:
        self.writer.close()


def on_stage(scene: Callable[[Session, OscTcp], Coroutine]) -> None:
    """Run a scene with a session and its TCP door on a free port."""

    async def play() -> None:
        session = Session()
        desk = OscDesk(session)
        tcp = OscTcp(desk, port=0)
        desk.start()
        await tcp.start()
        try:
            await scene(session, tcp)
        finally:
            await tcp.stop()
            await desk.stop()

    asyncio.run(play())


async def until(fact: Callable[[], bool], limit_s: float = 5.0) -> None:
    """Wait for a state; a limit that is reached is a failure."""
    end_s = time.monotonic() + limit_s
    while not fact():
        assert time.monotonic() < end_s
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)
def test_the_grammar_of_udp_is_spoken_in_every_framing(framing):
    async def scene(session, tcp):
        client = await Client.connected(tcp.port, framing())
        assert await client.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)
        assert await client.ask("/lmdm/mix/gain", -6) == ("/lmdm/ack", "/lmdm/mix/gain", -6.0, 0, 0.0)
        assert (await client.ask("/lmdm/mix/gian", 1))[:2] == ("/lmdm/fail", "/lmdm/mix/gian")
        assert (await client.ask("/lmdm/listen", "mix/gain"))[:2] == ("/lmdm/done", "listen")
        assert await client.hear() == ("/lmdm/mix/gain", -6.0)
        session.set("mix/gain", -3.0, source="test")
        assert await client.hear() == ("/lmdm/mix/gain", -3.0)
        assert await client.ask("/sync", 7) == ("/synced", 7)
        client.close()

    on_stage(scene)


def test_small_answers_wait_for_no_fuller_packets():
    async def scene(session, tcp):
        client = await Client.connected(tcp.port)
        await until(lambda: len(tcp.connections) == 1)
        (connection,) = tcp.connections
        sock = connection._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        client.close()

    on_stage(scene)


def test_listening_ends_with_the_connection():
    async def scene(session, tcp):
        client, other = await Client.connected(tcp.port), await Client.connected(tcp.port)
        for one in (client, other):
            await one.ask("/lmdm/listen", "mix/gain")
            await one.hear()
        client.close()
        await until(lambda: len(tcp.connections) == 1)
        session.set("mix/gain", -3.0, source="test")
        assert await other.hear() == ("/lmdm/mix/gain", -3.0)
        assert tcp.desk.counters["dropped"] == 0
        assert len(tcp.desk._listeners) == 1
        other.close()

    on_stage(scene)


def test_a_client_that_says_no_more_is_answered_to_the_last_verb():
    async def scene(session, tcp):
        gone = []

        async def go() -> str:
            await asyncio.sleep(0)
            gone.append(1)
            return ""

        session.provide("show/go", go)
        client = await Client.connected(tcp.port)
        for _ in range(1000):
            client.send("/lmdm/show/go")
        client.writer.write_eof()
        answers = [await client.hear() for _ in range(1000)]
        assert answers == [("/lmdm/done", "show/go")] * 1000
        assert await client.closed()
        assert len(gone) == 1000
        client.close()

    on_stage(scene)


def test_a_client_that_never_reads_is_cut_off_and_the_others_are_not(monkeypatch, caplog):
    monkeypatch.setattr(osc_tcp, "UNSENT_BYTES", 20_000)

    async def scene(session, tcp):
        fine = await Client.connected(tcp.port)
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", tcp.port))
        question = Slip(b"\xc0").wrap(build_message("/lmdm/status"))

        async def ask_on() -> None:
            with contextlib.suppress(ConnectionError):
                while True:
                    await loop.sock_sendall(deaf, question * 20)

        asking = asyncio.create_task(ask_on())
        await until(lambda: len(tcp.connections) == 2)
        await until(lambda: len(tcp.connections) == 1, 20.0)
        assert await fine.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)
        asking.cancel()
        deaf.close()
        fine.close()

    on_stage(scene)
    assert "does not read" in caplog.text


def test_connections_are_bounded(monkeypatch):
    monkeypatch.setattr(osc_tcp, "MAX_CONNECTIONS", 3)

    async def scene(session, tcp):
        clients = [await Client.connected(tcp.port) for _ in range(3)]
        await until(lambda: len(tcp.connections) == 3)
        late = await Client.connected(tcp.port)
        assert await late.closed()
        clients[0].close()
        await until(lambda: len(tcp.connections) == 2)
        again = await Client.connected(tcp.port)
        assert await again.ask("/lmdm/mix/gain") == ("/lmdm/mix/gain", 0.0)
        for client in (*clients[1:], again, late):
            client.close()

    on_stage(scene)


@pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n", b"\xff\xff", struct.pack(">i", 2**30)])
def test_what_is_no_osc_is_shown_the_door(junk):
    async def scene(session, tcp):
        client = await Client.connected(tcp.port)
        client.writer.write(junk)
        assert await client.closed()
        assert tcp.desk.counters["malformed"] == 1
        client.close()

    on_stage(scene)


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)
def test_good_frames_among_broken_ones_are_answered(framing):
    async def scene(session, tcp):
        rng = random.Random(6)
        client = await Client.connected(tcp.port, framing())
        good = build_message("/lmdm/mix/gain")
        for _ in range(2000):
            broken = bytearray(good)
            broken[rng.randrange(1, len(broken))] ^= 1 << rng.randrange(8)
            client.writer.write(client.framing.wrap(bytes(broken[: rng.randrange(1, len(broken) + 1)])))
        client.send("/lmdm/sync", 9)
        assert await client.hear_from("/lmdm/synced") == ("/lmdm/synced", 9)
        assert tcp.desk.counters["malformed"] > 1000
        assert tcp.desk.counters["errors"] == 0
        client.close()

    on_stage(scene)


def test_the_port_is_free_after_stop_and_a_taken_one_is_named():
    async def scene(session, tcp):
        client = await Client.connected(tcp.port)
        await client.ask("/lmdm/mix/gain")
        second = OscTcp(OscDesk(Session()), port=tcp.port)
        with pytest.raises(OscError, match=f"port {tcp.port}"):
            await second.start()
        await tcp.stop()
        assert await client.closed()
        await second.start()
        await second.stop()
        client.close()

    on_stage(scene)


@pytest.mark.skipif(shutil.which("oscsend") is None, reason="liblo-tools (oscsend) is not installed")
def test_liblo_sets_over_tcp():
    async def scene(session, tcp):
        url = f"osc.tcp://127.0.0.1:{tcp.port}"
        process = await asyncio.create_subprocess_exec("oscsend", url, "/lmdm/mix/gain", "f", "-7")
        assert await asyncio.wait_for(process.wait(), 10) == 0
        await until(lambda: session.get("mix/gain") == -7.0)

    on_stage(scene)
