"""One WebSocket: binary frames are OSC packets, both ways; text frames are OSCQuery's commands and queries.

What goes out waits in a short line of its own, so that nobody waits for a slow tablet; one that does not keep up is
cut off, and finds everything as it is then when it comes back.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable

from aiohttp import WSMsgType, web

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
"""A ping goes out after so much silence; a connection that does not answer within half of it is gone.

What was sent into a network that hangs must not come out of it as a stale go when it works again.
"""
STALLED_S = 5.0
CLOSING_S = 1.0
MAX_FRAME_BYTES = 1 << 16
MAX_WAITING_BYTES = 1 << 18
FRAMES_A_TURN = 64
"""Frames that are handled before the rest of the program has its turn."""

TakePacket = Callable[[bytes], None]
TakeText = Callable[[str], None]


def make_socket() -> web.WebSocketResponse:
    """A WebSocket that is not open yet."""
    return web.WebSocketResponse(heartbeat=HEARTBEAT_S, timeout=CLOSING_S, max_msg_size=MAX_FRAME_BYTES, compress=False)


class Connection:
    """A WebSocket that is open; ``send`` and ``send_text`` never wait."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self._socket = socket
        self._transport = transport
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
            self.cut("it does not take what it is sent")
            return False
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        self._wake.set()
        return True

    def cut(self, why: str) -> None:
        """End the connection at once."""
        if not self._transport.is_closing():
            log.info("web: %s is cut off: %s", self._transport.get_extra_info("peername"), why)
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

    async def serve(self, take_packet: TakePacket, take_text: TakeText) -> None:
        """Hand over every frame, in order, until the connection ends."""
        writing = asyncio.ensure_future(self._write())
        writing.add_done_callback(self._on_written)
        try:
            await self._read(take_packet, take_text)
        finally:
            writing.cancel()
            self._waiting.clear()
            await asyncio.gather(writing, return_exceptions=True)

    def _on_written(self, writing: asyncio.Future) -> None:
        if not writing.cancelled() and writing.exception() is not None:
            self.cut("it cannot be written to")

    async def _read(self, take_packet: TakePacket, take_text: TakeText) -> None:
        frames = 0
        async for message in self._socket:
            if message.type is WSMsgType.BINARY:
                take_packet(message.data)
            elif message.type is WSMsgType.TEXT:
                take_text(message.data)
            frames += 1
            if frames % FRAMES_A_TURN == 0:
                await asyncio.sleep(0)
