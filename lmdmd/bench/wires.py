"""Clients of a running program, one kind for each of its doors, that speak OSC and hear what comes back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import aiohttp

from lmdmd.bench.program import Program
from lmdmd.errors import LmdmdError
from lmdmd.surfaces.osc_frames import END, Framing, LengthPrefix, Slip
from lmdmd.surfaces.osc_packet import build_message, parse_packet

HOST = "127.0.0.1"
FRAMINGS: dict[str, Callable[[], Framing]] = {
    "tcp double end": lambda: Slip(END),
    "tcp single end": lambda: Slip(b""),
    "tcp length": LengthPrefix,
}
DOORS = ("udp", *FRAMINGS, "websocket")
ANSWER_S = 5.0

Hear = Callable[[bytes], None]
"""Takes a packet that came back."""
_HTTP = re.compile(r"OSCQuery on http://127\.0\.0\.1:(\d+)/")
_QLAB = re.compile(r"remotes of QLab on 127\.0\.0\.1:(\d+)")


class Wire(Protocol):
    """One client's way to the program."""

    @property
    def is_open(self) -> bool:
        """Whether the program has not ended it."""
        ...

    def send(self, packet: bytes) -> None:
        """Send a packet, framed as the door wants it."""

    async def drain(self) -> None:
        """Wait until the system has taken what was sent."""

    async def close(self) -> None:
        """End it."""


class UdpWire(asyncio.DatagramProtocol):
    """A socket that is connected to the program's, so that it hears nobody else."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is there."""
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Pass on what came."""
        self._hear(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there: the answers that do not come say it."""

    @property
    def is_open(self) -> bool:
        """Always, as nobody but us can end it."""
        return self._transport is not None

    def send(self, packet: bytes) -> None:
        """Send a datagram; one longer than any datagram may be is no datagram."""
        assert self._transport is not None
        self._transport.sendto(packet)

    async def drain(self) -> None:
        """Nothing ever waits."""

    async def close(self) -> None:
        """Close the socket."""
        assert self._transport is not None
        self._transport.close()


class TcpWire(asyncio.Protocol):
    """A connection in one framing; ``hear`` is ``None`` where nobody reads the answers."""

    def __init__(self, hear: Hear | None, framing: Framing) -> None:
        self.framing = framing
        self._hear = hear
        self._transport: asyncio.Transport | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Pass on what is whole."""
        if self._hear is None:
            return
        for packet in self.framing.feed(data):
            self._hear(packet)

    def pause_writing(self) -> None:
        """The program reads more slowly than we write."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._may_write.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended."""
        self._may_write.set()
        self._ended.set()

    @property
    def is_open(self) -> bool:
        """Whether the program has not ended it."""
        return not self._ended.is_set()

    def send(self, packet: bytes) -> None:
        """Send a packet in our framing."""
        self.send_bytes(self.framing.wrap(packet))

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are, unless the connection has ended."""
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.write(data)

    def send_end(self) -> None:
        """Say that nothing more comes."""
        assert self._transport is not None
        if self.is_open and self._transport.can_write_eof():
            with suppress(OSError):
                self._transport.write_eof()

    async def drain(self) -> None:
        """Wait until the program reads on, or has ended the connection."""
        await self._may_write.wait()

    async def until_ended(self, limit_s: float) -> bool:
        """Whether the program ends the connection in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._ended.wait()
        return self._ended.is_set()

    async def close(self) -> None:
        """End the connection now."""
        assert self._transport is not None
        self._transport.abort()
        await self._ended.wait()


class WebWire:
    """A WebSocket: packets are its binary frames."""

    def __init__(self, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, hear: Hear) -> None:
        self._http = http
        self._socket = socket
        self._hear = hear
        self._out: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self._hear(message.data)

    async def _write(self) -> None:
        while True:
            frame = await self._out.get()
            with suppress(ConnectionError):
                await (self._socket.send_str(frame) if isinstance(frame, str) else self._socket.send_bytes(frame))
            self._out.task_done()

    @property
    def is_open(self) -> bool:
        """Whether the program has not ended it."""
        return not self._socket.closed

    def send(self, packet: bytes) -> None:
        """Send a packet as a binary frame."""
        self._out.put_nowait(packet)

    def send_text(self, text: str) -> None:
        """Send a text frame."""
        self._out.put_nowait(text)

    async def drain(self) -> None:
        """Wait until all is sent."""
        await self._out.join()

    async def close(self) -> None:
        """End it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()
        await self._http.close()


async def open_wire(door: str, port: int, http_port: int, hear: Hear, host: str = HOST) -> Wire:
    """A client at one of ``DOORS``."""
    loop = asyncio.get_running_loop()
    if door == "udp":
        _, wire = await loop.create_datagram_endpoint(lambda: UdpWire(hear), remote_addr=(host, port))
        return wire
    if door == "websocket":
        http = aiohttp.ClientSession()
        try:
            return WebWire(http, await http.ws_connect(f"http://{host}:{http_port}/"), hear)
        except BaseException:
            await http.close()
            raise
    return await open_tcp(port, hear, FRAMINGS[door](), host)


async def open_tcp(port: int, hear: Hear | None, framing: Framing, host: str = HOST) -> TcpWire:
    """A connection to a port."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: TcpWire(hear, framing), host, port)
    return wire


def http_port(program: Program) -> int:
    """Port of the program's HTTP, as it says; raises ``LmdmdError`` when it says none."""
    return _said_port(program, _HTTP)


def qlab_port(program: Program) -> int:
    """Port on which it speaks as QLab does."""
    return _said_port(program, _QLAB)


def _said_port(program: Program, pattern: re.Pattern[str]) -> int:
    found = pattern.search(program.said())
    if found is None:
        raise LmdmdError(f"lmdmd does not say {pattern.pattern}")
    return int(found[1])


class Witness:
    """A client that behaves: it asks for a sync, waits for its answer, and comes back when its connection has ended."""

    def __init__(self, door: str, port: int, http_port: int) -> None:
        self._place = door, port, http_port
        self._wire: Wire | None = None
        self._number = 0
        self._answered = asyncio.Event()

    @classmethod
    async def at(cls, door: str, port: int, http_port: int) -> Witness:
        """One at a door."""
        witness = cls(door, port, http_port)
        await witness._come()
        return witness

    async def _come(self) -> None:
        self._wire = await open_wire(*self._place, self._hear)

    def _hear(self, packet: bytes) -> None:
        if any(message == ("/lmdm/synced", (self._number,)) for _, message in parse_packet(packet)):
            self._answered.set()

    @property
    def is_cut_off(self) -> bool:
        """Whether the program has ended its connection."""
        return self._wire is not None and not self._wire.is_open

    async def ask(self) -> float | None:
        """Milliseconds until the answer, ``None`` without one in ``ANSWER_S``."""
        assert self._wire is not None
        if self.is_cut_off:
            await self._wire.close()
            await self._come()
        loop = asyncio.get_running_loop()
        self._number += 1
        self._answered.clear()
        asked_s = loop.time()
        self._wire.send(build_message("/lmdm/sync", self._number))
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await self._answered.wait()
            return (loop.time() - asked_s) * 1000.0
        return None

    async def close(self) -> None:
        """End it."""
        assert self._wire is not None
        await self._wire.close()
