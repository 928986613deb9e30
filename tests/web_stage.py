"""A session with its desk and HTTP port, and a client that asks it, as tests of the web surface need them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from types import TracebackType

import aiohttp

from lmdmd.control.session import Session
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_packet import build_message, parse_packet
from lmdmd.surfaces.web import WebSurface


class Web:
    """A client of one surface: HTTP requests, and WebSockets that are closed with it."""

    def __init__(self, surface: WebSurface) -> None:
        self.surface = surface
        self.at = f"http://127.0.0.1:{surface.port}"
        self._http: aiohttp.ClientSession | None = None
        self._wires: list[Wire] = []

    async def __aenter__(self) -> Web:
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._http is not None
        for wire in self._wires:
            await wire.close()
        await self._http.close()

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, aiohttp.ClientResponse, bytes]:
        """Status, response and body of one request."""
        assert self._http is not None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._http.request(method, self.at + path, headers=named, allow_redirects=False) as response:
            return response.status, response, await response.read()

    async def ask(self, path: str) -> object:
        """JSON that a path answers with."""
        status, _, body = await self.get(path)
        assert status == 200, (path, status, body)
        return json.loads(body)

    async def connect(self, path: str = "/", **headers: str) -> Wire:
        """A WebSocket."""
        assert self._http is not None
        wire = Wire(await self._http.ws_connect(self.at + path, headers=headers))
        self._wires.append(wire)
        return wire


class Wire:
    """A WebSocket that speaks OSC and OSCQuery."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, address: str, *values: object) -> None:
        await self.socket.send_bytes(build_message(address, *values))

    async def tell(self, command: str, data: object) -> None:
        await self.socket.send_json({"COMMAND": command, "DATA": data})

    async def hear(self, limit_s: float = 5.0) -> tuple | dict | None:
        """The next frame: a message as a tuple, or a JSON object; ``None`` when the connection has ended."""
        frame = await self.socket.receive(limit_s)
        if frame.type is aiohttp.WSMsgType.BINARY:
            ((_, message),) = parse_packet(frame.data)
            return (message.address, *message.params)
        return json.loads(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else None

    async def hear_of(self, address: str) -> tuple:
        """The next message to an address."""
        while True:
            heard = await self.hear()
            assert heard is not None, "the connection has ended"
            if isinstance(heard, tuple) and heard[0] == address:
                return heard

    async def ask(self, address: str, *values: object) -> tuple:
        await self.send(address, *values)
        return await self.hear_of(address)

    async def close(self) -> None:
        await self.socket.close()


def on_web(scene: Callable[[Session, Web], Coroutine], access: Access | None = None, **options: object) -> None:
    """Run a scene with a session, its web surface on a free port, and a client."""

    async def play() -> None:
        session = Session()
        desk = OscDesk(session, access)
        desk.start()
        surface = WebSurface(session, desk, port=0, osc_port=9000, **options)  # type: ignore[arg-type]
        await surface.start()
        try:
            async with Web(surface) as web:
                await scene(session, web)
        finally:
            await surface.stop()
            await desk.stop()

    asyncio.run(play())
