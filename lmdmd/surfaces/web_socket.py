"""One WebSocket: binary frames are OSC packets, both ways; text frames are OSCQuery's commands and queries.

What goes out waits in a short line of its own, so that nobody waits for a slow tablet; one that does not keep up is
cut off, and finds everything as it is then when it comes back.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Protocol

from aiohttp import WSMsgType, web

HEARTBEAT_S = 5.0
"""A ping goes out after so much silence; a connection that does not answer within half of it is gone."""
STALLED_S = 5.0
CLOSING_S = 1.0
MAX_FRAME_BYTES = 1 << 16
MAX_WAITING_BYTES = 1 << 18
PACKETS_A_TURN = 64
"""Packets that are handled before the rest of the program has its turn."""
WAIT_S = 0.01


class Taker(Protocol):
    """Who takes what comes in."""

    def has_room(self) -> bool:
        """Whether it can take a frame now; until then nothing more is read."""
        ...

    def take_packet(self, packet: bytes) -> None:
        """Take an OSC packet."""

    def take_text(self, text: str) -> None:
        """Take a text frame."""


def make_socket() -> web.WebSocketResponse:
    """A WebSocket that is not open yet."""
    return web.WebSocketResponse(heartbeat=HEARTBEAT_S, timeout=CLOSING_S, max_msg_size=MAX_FRAME_BYTES, compress=False)


class Connection:
    """A WebSocket that is open; ``send`` and ``send_text`` never wait."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport, complain: Callable[[str], None]
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._complain = complain
        self._waiting: deque[bytes | str] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()

    # --- out ---------------------------------------------------------------------------------------

    def send(self, packet: bytes) -> bool:
        """Put an OSC packet in line; returns whether it will go out."""
        return self._put(packet)

    def send_text(self, message: dict) -> bool:
        """Put a JSON text in line."""
        return self._put(json.dumps(message))

    def _put(self, frame: bytes | str) -> bool:
        if self._transport.is_closing():
            return False
        if self._waiting and self._waiting_bytes + len(frame) > MAX_WAITING_BYTES:
            self.cut(f"does not read: {MAX_WAITING_BYTES // 1024} KiB wait for it")
            return False
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        self._wake.set()
        return True

    def cut(self, why: str) -> None:
        """End the connection now, and say why in the log."""
        if not self._transport.is_closing():
            self._complain(why)
        self.abort()

    def abort(self) -> None:
        """End the connection now."""
        self._transport.abort()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                frame = self._waiting.popleft()
                self._waiting_bytes -= len(frame)
                async with asyncio.timeout(STALLED_S):
                    await (self._socket.send_str(frame) if isinstance(frame, str) else self._socket.send_bytes(frame))

    # --- in ----------------------------------------------------------------------------------------

    async def serve(self, taker: Taker) -> None:
        """Hand over every frame, in order, until the connection ends."""
        writing = asyncio.ensure_future(self._write())
        writing.add_done_callback(self._on_written)
        try:
            await self._read(taker)
        finally:
            writing.cancel()
            self._waiting.clear()
            await asyncio.gather(writing, return_exceptions=True)

    def _on_written(self, writing: asyncio.Future) -> None:
        if not writing.cancelled() and isinstance(writing.exception(), TimeoutError):
            self.cut(f"does not read: nothing for {STALLED_S:g} s")
        else:
            self.abort()

    def _has_room(self, taker: Taker) -> bool:
        return taker.has_room() and self._waiting_bytes <= MAX_WAITING_BYTES // 2

    async def _read(self, taker: Taker) -> None:
        packets = 0
        async for message in self._socket:
            while not self._transport.is_closing() and not self._has_room(taker):
                await asyncio.sleep(WAIT_S)
            if message.type is WSMsgType.BINARY:
                packets += 1
                taker.take_packet(message.data)
            elif message.type is WSMsgType.TEXT:
                taker.take_text(message.data)
            if message.type is WSMsgType.TEXT or packets % PACKETS_A_TURN == 0:
                await asyncio.sleep(0)
