"""OSC over TCP: one client a connection, in whichever framing it speaks. Single asyncio thread.

Everything is bounded: connections, what is read at a turn of the loop, and what waits to be sent. A client that
floods is read no faster than it is served; one that does not read what it asked for is cut off.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque

from lmdmd.errors import OscError
from lmdmd.surfaces.osc_door import Desk
from lmdmd.surfaces.osc_frames import Framing, detect
from lmdmd.surfaces.osc_peers import MAX_BACKLOG, Peer
from lmdmd.surfaces.osc_socket import open_socket

MAX_CONNECTIONS = 64
READ_BYTES = 8192
"""Read at one turn of the loop: a few hundred of the shortest messages."""
UNSENT_BYTES = 512 * 1024
"""Bytes that may wait for a client that reads slowly."""
WAIT_S = 0.01
KEEPALIVE = {"TCP_KEEPIDLE": 20, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 4}
"""A client that vanished without a word is missed after 40 s, on systems that know these options."""


class OscTcp:
    """The TCP door of a desk, which somebody else starts and stops. ``port`` 0 takes a free one."""

    def __init__(self, desk: Desk, bind: str = "127.0.0.1", port: int = 9000, door: str = "tcp") -> None:
        self.desk = desk
        self.bind = bind
        self.port = port
        self.door = door
        self.connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the port; raises ``OscError`` when it cannot be had."""
        sock = await open_socket(self.bind, self.port, socket.SOCK_STREAM)
        self.port = sock.getsockname()[1]
        self._server = await asyncio.get_running_loop().create_server(lambda: Connection(self), sock=sock)

    async def stop(self) -> None:
        """Close the port and every connection; the port is free when this returns."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self.connections):
            connection.abort()
        await self._server.wait_closed()
        while self.connections:
            await asyncio.sleep(0)
        self._server = None


class Connection(asyncio.BufferedProtocol):
    """One client's connection."""

    def __init__(self, door: OscTcp) -> None:
        self._door = door
        self._buffer = bytearray(READ_BYTES)
        self._framing: Framing | None = None
        self._packets: deque[bytes] = deque()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._peer: Peer | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a client in, unless there are too many."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        address = transport.get_extra_info("peername") or ("", 0)
        if len(self._door.connections) >= MAX_CONNECTIONS:
            self._cut(f"{MAX_CONNECTIONS} connections are open already")
            return
        if not self._door.desk.access.hears(address[0]):
            self._door.desk.counters["unheard"] += 1
            self.abort()
            return
        _keep_alive(transport.get_extra_info("socket"))
        self._door.connections.add(self)
        self._peer = self._door.desk.open(address, self.send, door=self._door.door)

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where the next bytes are read to."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Handle what has been read."""
        data = bytes(self._buffer[:nbytes])
        try:
            if self._framing is None:
                self._framing = detect(data[0])
            self._packets += self._framing.feed(data)
        except OscError as error:
            self._door.desk.counters["malformed"] += 1
            self._cut(str(error))
            return
        self._go_on()

    def _go_on(self) -> None:
        """Hand over packets while the desk has room; until then nothing more is read."""
        self._timer = None
        if self._peer is None or self._transport is None or self._transport.is_closing():
            return
        while self._packets and len(self._peer.backlog) < MAX_BACKLOG // 2:
            self._door.desk.receive(self._packets.popleft(), self._peer)
        if self._packets:
            self._transport.pause_reading()
            self._timer = asyncio.get_running_loop().call_later(WAIT_S, self._go_on)
        elif not self._transport.is_closing():
            self._transport.resume_reading()

    def eof_received(self) -> bool:
        """A client that says no more still gets the answers that it waits for."""
        self._end_when_done()
        return True

    def _end_when_done(self) -> None:
        peer, transport = self._peer, self._transport
        if peer is None or transport is None:
            return
        if peer.quick is None and not peer.backlog and not peer.slow:
            transport.close()
        else:
            self._timer = asyncio.get_running_loop().call_later(WAIT_S, self._end_when_done)

    def send(self, packet: bytes) -> bool:
        """Send a packet; a client that lets too much wait is cut off."""
        if self._transport is None or self._framing is None or self._transport.is_closing():
            return False
        if self._transport.get_write_buffer_size() > UNSENT_BYTES:
            self._cut(f"does not read: {UNSENT_BYTES // 1024} KiB wait for it")
            return False
        self._transport.write(self._framing.wrap(packet))
        return True

    def _cut(self, why: str) -> None:
        assert self._transport is not None
        self._door.desk.complain(self._door.door, self._transport.get_extra_info("peername"), why)
        self.abort()

    def abort(self) -> None:
        """End the connection now."""
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the client's listeners go; what it said before is still done."""
        self._door.connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._peer is not None:
            for packet in self._packets:
                self._door.desk.receive(packet, self._peer)
            self._door.desk.close(self._peer)
            self._peer = None


def _keep_alive(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
