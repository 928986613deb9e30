"""HTTP and WebSocket on one port: OSCQuery, the tablet page, and OSC over WebSocket.

Single asyncio thread. A request only ever reads; what changes anything comes as OSC, through the desk.

=======================  ======================================================================================
``GET``                  answer
=======================  ======================================================================================
/                        the address space as OSCQuery has it; a browser is sent to /remote/
/any/osc/path[?ATTR]     a node with all below it, or one attribute of it; ?HOST_INFO says who and where we are
/remote/...              the tablet page
any path, as WebSocket   binary frames are OSC packets; text frames are OSCQuery's LISTEN, IGNORE and the like
=======================  ======================================================================================
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from aiohttp import web

from lmdmd.control.session import Change, Session
from lmdmd.errors import WebError
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_peers import Address, Allowance, Send
from lmdmd.surfaces.web_answers import elsewhere, file_answer, json_answer, refusal
from lmdmd.surfaces.web_client import Client
from lmdmd.surfaces.web_commands import split_query
from lmdmd.surfaces.web_files import find_file
from lmdmd.surfaces.web_guard import is_our_host, is_trusted, origin_host, own_names
from lmdmd.surfaces.web_listening import Listening
from lmdmd.surfaces.web_socket import Connection, make_socket
from lmdmd.surfaces.web_tree import EXTENSIONS, Tree

log = logging.getLogger(__name__)
_parser_log = logging.getLogger(f"{__name__}.requests")
_parser_log.setLevel(logging.CRITICAL)  # a trace for every line that is not HTTP would bury what matters

TELL_S = 1.0 / 30.0
LOOK_S = 1.0
"""Time between two looks at whether the address space has changed."""
IDLE_S = 15.0
"""A connection that asks for nothing is kept so long."""
ANSWERING_S = 10.0
ENDING_S = 1.0
MAX_CONNECTIONS = 128
MAX_SOCKETS = 32
REMOTE = "/remote/"


class WebSurface:
    """One session's HTTP port. ``port`` 0 takes a free one; ``port`` says which after ``start``.

    ``origins`` are the sites, beside our own, whose pages may use us. ``counters`` counts requests, refused, sockets,
    frames, unread (text frames that nobody can read) and errors.
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
    ) -> None:
        self.session = session
        self.bind = bind
        self.port = port
        self.counters: Counter[str] = Counter()
        self._desk = desk
        self._osc_port = osc_port
        self._origins = frozenset(origin.lower() for origin in origins)
        self._names = own_names() | {bind.lower()} | set(filter(None, map(origin_host, origins)))
        self._tree = Tree(session)
        self._listening = Listening()
        self._clients: dict[Client, asyncio.Task] = {}
        self._complaints = Allowance(per_s=0.2, burst=3)
        self._unsubscribe: Callable[[], None] = lambda: None
        self._tell_timer: asyncio.TimerHandle | None = None
        self._look_timer: asyncio.TimerHandle | None = None
        self._told_s = 0.0
        self._http: web.Server | None = None
        self._server: asyncio.Server | None = None
        self._mute: set[web.RequestHandler] = set()
        self._datagrams: socket.socket | None = None

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
        self._look()

    async def stop(self) -> None:
        """End every connection, close the port; it is free when this returns."""
        self._unsubscribe()
        for timer in filter(None, (self._tell_timer, self._look_timer)):
            timer.cancel()
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            client.cut("the program ends")
        await asyncio.gather(*self._clients.values(), return_exceptions=True)
        if self._http is not None:
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
        self._mute.add(handler)
        asyncio.get_running_loop().call_later(IDLE_S, self._end_if_mute, handler)
        return handler

    def _end_if_mute(self, handler: web.RequestHandler) -> None:
        """Close a connection that has not asked for anything yet."""
        if handler in self._mute:
            self._mute.discard(handler)
            if handler.transport is not None:
                handler.transport.abort()

    # --- requests ----------------------------------------------------------------------------------

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; a client that does not take its answer is cut off."""
        self.counters["requests"] += 1
        self._mute.discard(request.protocol)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._answer_socket(request)
        response = self._answer(request)
        try:
            async with asyncio.timeout(ANSWERING_S):
                await response.prepare(request)
                await response.write_eof()
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
        return response

    def _answer(self, request: web.BaseRequest) -> web.Response:
        try:
            refused = self._refuse(request)
            if refused is None and request.method not in ("GET", "HEAD"):
                refused = refusal(405, "This port only answers GET; what changes anything comes as OSC.")
                refused.headers["Allow"] = "GET, HEAD"
            response = refused or self._look_up(request)
            if response is refused:
                self.counters["refused"] += 1
            origin = request.headers.get("Origin", "").lower()
            if refused is None and origin in self._origins:
                response.headers.update({"Access-Control-Allow-Origin": origin, "Vary": "Origin"})
                response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            return response
        except Exception:
            self.counters["errors"] += 1
            if self._complaints.take():
                log.exception("web: %r could not be answered", request.path[:200])
            return refusal(500)

    def _refuse(self, request: web.BaseRequest) -> web.Response | None:
        """Why a request may not come in, or ``None``."""
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        if not is_our_host(host, self._names):
            return refusal(403, "This program does not answer to that name; call it by its address.")
        if not is_trusted(origin, host, self._origins):
            return refusal(403, f"Pages of {origin!a:.100} may not use this program; --allow-origin lets them.")
        return None

    def _look_up(self, request: web.BaseRequest) -> web.Response:
        path, (_, attribute) = request.path, split_query(f"?{request.query_string}")
        if attribute == "HOST_INFO":
            return json_answer(self._host_info(request))
        if path == "/" and not attribute and "text/html" in request.headers.get("Accept", ""):
            return elsewhere(REMOTE)
        if path == REMOTE.rstrip("/"):
            return elsewhere(REMOTE)
        if path.startswith(REMOTE):
            file = find_file(path.removeprefix(REMOTE))
            known_tags = request.headers.get("If-None-Match", "")
            return file_answer(file, request.headers["Host"], known_tags) if file is not None else refusal(404)
        status, node = self._tree.answer(path, attribute)
        return json_answer(node) if node is not None else refusal(status)

    def _host_info(self, request: web.BaseRequest) -> dict[str, object]:
        ours = request.transport.get_extra_info("sockname") if request.transport is not None else None
        address = ours[0] if ours else self.bind
        return {
            "NAME": "lmdmd",
            "EXTENSIONS": EXTENSIONS,
            "OSC_IP": address,
            "OSC_PORT": self._osc_port,
            "OSC_TRANSPORT": "UDP",
            "WS_IP": address,
            "WS_PORT": self.port,
        }

    # --- sockets -----------------------------------------------------------------------------------

    async def _answer_socket(self, request: web.BaseRequest) -> web.StreamResponse:
        ws, refused = make_socket(), self._refuse(request)
        if refused is None and len(self._clients) >= MAX_SOCKETS:
            refused = refusal(503, f"{MAX_SOCKETS} clients are connected already.")
        if refused is None and not ws.can_prepare(request):
            refused = refusal(400)
        if refused is not None or request.transport is None:
            self.counters["refused"] += 1
            return refused or refusal(400)
        self.counters["sockets"] += 1
        await ws.prepare(request)
        await self._serve_client(request, Connection(ws, request.transport))
        return ws

    async def _serve_client(self, request: web.BaseRequest, connection: Connection) -> None:
        assert request.transport is not None
        address: Address = request.transport.get_extra_info("peername")
        stream, host_info = partial(self._stream, address), self._host_info(request)
        client = Client(address, connection, self._desk, self._tree, host_info, stream, self._tell_soon, self.counters)
        task = asyncio.current_task()
        assert task is not None
        self._clients[client] = task
        self._listening.listeners.append(client.listener)
        try:
            await client.serve()
        finally:
            self._listening.listeners.remove(client.listener)
            del self._clients[client]

    def _stream(self, address: Address, port: int) -> Send | None:
        """What sends to a UDP port of a client's host, unless that is our own."""
        sock = self._datagrams
        if sock is None or port in (self._osc_port, self.port):
            return None

        def send(packet: bytes) -> bool:
            with suppress(OSError):
                return sock.sendto(packet, (address[0], port, *address[2:])) > 0
            return False

        return send

    # --- what is told ------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        if self._listening.mark(change.name):
            self._tell_soon()

    def _tell_soon(self) -> None:
        if self._tell_timer is None:
            delay_s = max(0.0, self._told_s + TELL_S - time.monotonic())
            self._tell_timer = asyncio.get_running_loop().call_later(delay_s, self._tell)

    def _tell(self) -> None:
        self._tell_timer = None
        self._told_s = time.monotonic()
        for listener, packet in self._listening.take(self.session.get):
            listener.send(packet)
        if self._listening.waiting:
            self._tell_soon()

    def _look(self) -> None:
        """Tell of addresses that came or went, now and then."""
        self._look_timer = asyncio.get_running_loop().call_later(LOOK_S, self._look)
        came, went = self._tree.refresh()
        for command, paths in (("PATH_ADDED", came), ("PATH_REMOVED", went)):
            for path in paths:
                for client in self._clients:
                    client.tell(command, path)


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
