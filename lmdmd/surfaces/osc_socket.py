"""Sockets of the OSC doors. UDP's is a large buffer drained in bounded batches, with sends that never wait."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable
from typing import Protocol

from lmdmd.errors import OscError
from lmdmd.surfaces.osc_packet import MAX_PACKET_BYTES
from lmdmd.surfaces.osc_peers import Address

RECEIVE_BUFFER_BYTES = 1 << 20
SEND_BUFFER_BYTES = 1 << 20
DRAIN_PACKETS = 64
DRAIN_S = 0.002

Receive = Callable[[bytes, Address], None]


class _Transport(Protocol):
    def sendto(self, data: bytes, addr: Address) -> None: ...
    def get_write_buffer_size(self) -> int: ...
    def is_closing(self) -> bool: ...
    def close(self) -> None: ...


class Endpoint(asyncio.DatagramProtocol):
    """The datagram endpoint: hands packets over, a bounded batch per turn of the loop."""

    def __init__(self, sock: socket.socket, receive: Receive, refused: Callable[[], None]) -> None:
        self.closed = asyncio.Event()
        self._socket = sock
        self._receive = receive
        self._refused = refused
        self._transport: _Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Handle a datagram and those that wait behind it.

        The loop hands over one a turn, and a turn costs more than most messages: under a flood the
        socket's buffer would overflow and good messages with it.
        """
        self._receive(data, addr)
        until_s = time.monotonic() + DRAIN_S
        for _ in range(DRAIN_PACKETS - 1):
            if time.monotonic() > until_s:
                return
            try:
                self._receive(*self._socket.recvfrom(MAX_PACKET_BYTES + 1))
            except OSError:
                return

    def error_received(self, exc: Exception) -> None:
        """Report a target that refused; it is never a reason to stop listening."""
        self._refused()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    def send(self, packet: bytes, target: Address) -> bool:
        """Send, unless the network does not keep up; returns whether it was sent."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > SEND_BUFFER_BYTES:
            return False
        transport.sendto(packet, target)
        return True

    def close(self) -> None:
        """Close the port."""
        if self._transport is not None:
            self._transport.close()


async def open_socket(bind: str, port: int, kind: int = socket.SOCK_DGRAM) -> socket.socket:
    """A bound socket for UDP, or with ``SOCK_STREAM`` for TCP; raises ``OscError`` when it cannot be had."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(bind, port, type=kind)
        family, _, protocol, _, place = found[0]
        # Only of a socket that is said to be TCP's does asyncio switch off the wait for fuller packets.
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise OscError(f'OSC: "{bind}" is not an address of this machine: {error.strerror}') from None
    try:
        sock.setblocking(False)
        if kind == socket.SOCK_DGRAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        elif os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of a run before do not count
        sock.bind(place)
        if kind == socket.SOCK_STREAM:
            sock.listen()
    except OSError as error:
        sock.close()
        raise OscError(
            f"OSC: port {port} on {bind} cannot be had ({error.strerror}); is another lmdmd running? "
            "Choose another with --osc-port"
        ) from None
    return sock
