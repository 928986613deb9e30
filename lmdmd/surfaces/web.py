"""HTTP and WebSocket on one port: OSCQuery, the tablet page, figures for Prometheus, and OSC over WebSocket.

Single asyncio thread. A request only ever reads; what changes anything comes as OSC, through the desk.

=======================  ======================================================================================
``GET``                  answer
=======================  ======================================================================================
/                        the address space as OSCQuery has it; a browser is sent to /remote/
/any/osc/path[?ATTR]     a node with all below it, or one attribute of it; ?HOST_INFO says who and where we are
/remote/...              the tablet page
/metrics                 figures, as Prometheus reads them
any path, as WebSocket   binary frames are OSC packets; text frames are OSCQuery's LISTEN, IGNORE and the like
=======================  ======================================================================================
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path

from aiohttp import web

from lmdmd import bundles
from lmdmd.control.events import Event, HandedOver
from lmdmd.control.session import Change, Session
from lmdmd.errors import WebError
from lmdmd.surfaces.osc_access import is_loopback
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_pace import Pace
from lmdmd.surfaces.osc_peers import Address, Allowance, Send
from lmdmd.surfaces.web_answers import refusal
from lmdmd.surfaces.web_client import Client
from lmdmd.surfaces.web_files import FOLDER
from lmdmd.surfaces.web_listening import Listening
from lmdmd.surfaces.web_requests import Requests
from lmdmd.surfaces.web_socket import Connection, make_socket
from lmdmd.surfaces.web_tree import Tree

log = logging.getLogger(__name__)
_parser_log = logging.getLogger(f"{__name__}.requests")
_parser_log.setLevel(logging.CRITICAL)  # a trace for every line that is not HTTP would bury what matters

LOOK_S = 1.0
"""Time between two looks at whether the address space has changed, and at connections that say nothing."""
IDLE_S = 15.0
"""A connection that asks for nothing is kept so long."""
ANSWERING_S = 10.0
ENDING_S = 1.0
REQUESTS_PER_S = 200.0
REQUESTS_BURST = 500.0
"""So many requests are answered at once; those beyond wait their turn, so that no flood holds up the show."""
TURN_S = 0.02
MAX_CONNECTIONS = 128
MAX_SOCKETS = 32
SENDING_BYTES = 1 << 17
"""Room for a WebSocket in the system's own buffer: what waits there grows old, and nobody can take it back."""


class WebSurface:
    """One session's HTTP port. ``port`` 0 takes a free one; ``port`` says which after ``start``.

    ``origins`` are the sites, beside our own, whose pages may use us; ``folder`` is our own page's. ``counters`` counts
    requests, refused, sockets, frames, unread (text frames that nobody can read), wrong (passcodes) and errors.
    """

    def __init__(
        self,
        session: Session,
        desk: OscDesk,
        bind: str = "127.0.0.1",
        port: int = 9080,
        *,
        osc_port: int = 0,
        origins: tuple[str, ...] = (),
        folder: Path = FOLDER,
    ) -> None:
        self.session = session
        self.bind = bind
        self.port = port
        self.counters: Counter[str] = Counter()
        self._desk = desk
        self._osc_port = osc_port
        self._tree = Tree(session)
        self._listening = Listening()
        self._clients: dict[Client, asyncio.Task] = {}
        self._requests = Requests(
            session,
            desk,
            self._tree,
            self.counters,
            lambda: len(self._clients),
            bind=bind,
            osc_port=osc_port,
            origins=origins,
            folder=folder,
        )
        self._requests_pace = Allowance(REQUESTS_PER_S, REQUESTS_BURST)
        self._unsubscribe: Callable[[], None] = lambda: None
        self._pace = Pace(self._tell)
        self._look_timer: asyncio.TimerHandle | None = None
        self._http: web.Server | None = None
        self._server: asyncio.Server | None = None
        self._mute: dict[web.RequestHandler, float] = {}
        self._datagrams: socket.socket | None = None
        self._tasks: set[asyncio.Task] = set()
        session.watch(self._on_event)

    # --- life --------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the port; raises ``WebError`` when it cannot be had."""
        loop = asyncio.get_running_loop()
        self._http = web.Server(
            self._serve, access_log=None, logger=_parser_log, keepalive_timeout=IDLE_S, lingering_time=ENDING_S
        )
        sock = await _listen(self.bind, self.port)
        self._server = await loop.create_server(self._accept, sock=sock)
        self.port = sock.getsockname()[1]
        self._datagrams = socket.socket(sock.family, socket.SOCK_DGRAM)
        self._datagrams.setblocking(False)
        self._unsubscribe = self.session.subscribe(self._on_change)
        self._tree.take_models(_model_names())
        self._look()

    async def stop(self) -> None:
        """End every connection, close the port; it is free when this returns."""
        self._unsubscribe()
        self._pace.stop()
        if self._look_timer is not None:
            self._look_timer.cancel()
        self._look_timer = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            client.abort()
        await asyncio.gather(*self._clients.values(), return_exceptions=True)
        if self._http is not None:
            self._http.pre_shutdown()
            await self._http.shutdown(ENDING_S)
        if self._server is not None:
            await self._server.wait_closed()
        if self._datagrams is not None:
            self._datagrams.close()

    def _accept(self) -> asyncio.Protocol:
        assert self._http is not None
        if len(self._http.connections) >= MAX_CONNECTIONS:
            self.counters["refused"] += 1
            return _Refusal()
        handler = self._http()
        self._mute[handler] = time.monotonic()
        return handler

    def _end_mute(self) -> None:
        """Close connections that have not asked for anything, and forget those that are gone."""
        assert self._http is not None
        connections, late_s = set(self._http.connections), time.monotonic() - IDLE_S
        self._mute = {handler: since_s for handler, since_s in self._mute.items() if handler in connections}
        for handler, since_s in self._mute.items():
            if since_s < late_s and handler.transport is not None:
                handler.transport.abort()

    # --- requests ----------------------------------------------------------------------------------

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; a client that does not take its answer is cut off."""
        self.counters["requests"] += 1
        self._mute.pop(request.protocol, None)
        while not self._requests_pace.take():
            await asyncio.sleep(TURN_S)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._answer_socket(request)
        response = self._requests.answer(request)
        try:
            async with asyncio.timeout(ANSWERING_S):
                await response.prepare(request)
                await response.write_eof()
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
        return response

    # --- sockets -----------------------------------------------------------------------------------

    async def _answer_socket(self, request: web.BaseRequest) -> web.StreamResponse:
        ws, refused = make_socket(), self._requests.refuse(request)
        if refused is None and len(self._clients) >= MAX_SOCKETS:
            refused = refusal(503, f"{MAX_SOCKETS} clients are connected already.")
        if refused is None and not ws.can_prepare(request):
            refused = refusal(400)
        if refused is not None or request.transport is None:
            self.counters["refused"] += 1
            return refused or refusal(400)
        self.counters["sockets"] += 1
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENDING_BYTES)
        await ws.prepare(request)
        address, ours = (request.transport.get_extra_info(end) for end in ("peername", "sockname"))
        connection = Connection(ws, request.transport, partial(self._desk.complain, "ws", address))
        stream, host_info = partial(self._stream, address, ours), self._requests.host_info(request)
        client = Client(
            address,
            self._requests.level(request),
            connection,
            self._desk,
            self._tree,
            host_info,
            stream,
            self._pace.soon,
            self.counters,
        )
        await self._serve_client(client)
        return ws

    async def _serve_client(self, client: Client) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients[client] = task
        self._listening.listeners.append(client.listener)
        try:
            await client.serve()
        finally:
            self._listening.listeners.remove(client.listener)
            del self._clients[client]

    def _stream(self, address: Address, ours: Address, port: int) -> Send | None:
        """What sends to a UDP port of a client's host, unless that is our own OSC port: we would obey ourselves."""
        sock = self._datagrams
        if sock is None or (port == self._osc_port and (address[0] == ours[0] or is_loopback(address[0]))):
            return None

        def send(packet: bytes) -> bool:
            with suppress(OSError):
                return sock.sendto(packet, (address[0], port, *address[2:])) > 0
            return False

        return send

    # --- what is told ------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if self._listening.mark(change.name):
            self._pace.moved(change.name)

    def _tell(self) -> None:
        for listener, name, packet in self._listening.take(self.session.get):
            listener.send(packet)
            self._pace.told(name)
        if self._listening.waiting:
            self._pace.soon()

    def _look(self) -> None:
        """Tell of addresses that came or went, and close what is of no use, now and then."""
        self._look_timer = asyncio.get_running_loop().call_later(LOOK_S, self._look)
        self._end_mute()
        came, went = self._tree.take_cues()
        self._tell_all("PATH_ADDED", came)
        self._tell_all("PATH_REMOVED", went)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, HandedOver) and self._look_timer is not None:
            self._spawn(self._look_for_models())

    async def _look_for_models(self) -> None:
        """Tell of bundles that came or went since the last swap."""
        models = await asyncio.to_thread(_model_names)
        self._tell_all("PATH_CHANGED", self._tree.take_models(models))

    def _tell_all(self, command: str, paths: list[str]) -> None:
        for path in paths:
            for client in tuple(self._clients):
                client.tell(command, path)

    def _spawn(self, work: Coroutine) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _model_names() -> tuple[str, ...]:
    return tuple(bundle.name for bundle in bundles.available())


class _Refusal(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()


async def _listen(bind: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(bind, port, type=socket.SOCK_STREAM)
        sock = socket.socket(found[0][0], socket.SOCK_STREAM)
    except OSError as error:
        raise WebError(f'HTTP: "{bind}" is not an address of this machine: {error.strerror}') from None
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(found[0][4])
    except OSError as error:
        sock.close()
        raise WebError(
            f"HTTP: port {port} on {bind} cannot be had ({error.strerror}); is another lmdmd running? "
            "Choose another with --http-port"
        ) from None
    return sock
