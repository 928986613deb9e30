"""Which HTTP request gets which answer. A request only ever reads."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from lmdmd.control.session import Session
from lmdmd.errors import OscError
from lmdmd.levels import Level
from lmdmd.params import PARAMS
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_peers import Allowance
from lmdmd.surfaces.web_answers import (
    elsewhere,
    file_answer,
    json_answer,
    passcode_wanted,
    refusal,
    text_answer,
)
from lmdmd.surfaces.web_commands import split_query
from lmdmd.surfaces.web_files import find_file
from lmdmd.surfaces.web_guard import is_our_host, is_trusted, origin_host, own_names, passcode_of
from lmdmd.surfaces.web_metrics import CONTENT_TYPE, metrics_text
from lmdmd.surfaces.web_tree import EXTENSIONS, Tree

log = logging.getLogger(__name__)

REMOTE = "/remote/"
METRICS = "/metrics"
METHODS = ("GET", "HEAD")


class Requests:
    """Answers requests about one session. ``clients`` says how many WebSockets are open."""

    def __init__(
        self,
        session: Session,
        desk: OscDesk,
        tree: Tree,
        counters: Counter[str],
        clients: Callable[[], int],
        *,
        bind: str,
        osc_port: int,
        origins: tuple[str, ...],
        folder: Path,
    ) -> None:
        self._session = session
        self._desk = desk
        self._tree = tree
        self._counters = counters
        self._clients = clients
        self._osc_port = osc_port
        self._folder = folder
        self._origins = frozenset(origin.lower() for origin in origins)
        self._names = own_names() | {bind.lower()} | set(filter(None, map(origin_host, origins)))
        self._complaints = Allowance(per_s=0.2, burst=3)

    def refuse(self, request: web.BaseRequest) -> web.Response | None:
        """Why a request may not come in, or ``None``."""
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        if not self._desk.access.hears(request.remote or ""):
            return refusal(403, "This program does not listen to your machine.")
        if not is_our_host(host, self._names):
            return refusal(403, "This program does not answer to that name; call it by its address.")
        if not is_trusted(origin, host, self._origins):
            return refusal(403, f"Pages of {origin!a:.100} may not use this program; --allow-origin lets them.")
        return None

    def level(self, request: web.BaseRequest) -> Level:
        """What the sender of a request may do, by the passcode that it bears or without one."""
        access, passcode = self._desk.access, passcode_of(request.headers.get("Authorization", ""))
        if passcode is None or request.transport is None:
            return access.entry
        peer = self._desk.open(request.transport.get_extra_info("peername"), _say_nothing, door="http")
        try:
            return access.login(peer, passcode)
        except OscError:
            self._counters["wrong"] += 1
            return access.entry

    def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer a request; never raises."""
        try:
            refused = self.refuse(request)
            if refused is None and request.method not in METHODS:
                refused = refusal(405, "This port only answers GET; what changes anything comes as OSC.")
                refused.headers["Allow"] = ", ".join(METHODS)
            if refused is None and not _is_for_page(request) and self.level(request) < Level.VIEW:
                refused = passcode_wanted()
            if refused is not None:
                self._counters["refused"] += 1
                return refused
            return self._shared(request, self._look_up(request))
        except Exception:
            self._counters["errors"] += 1
            if self._complaints.take():
                log.exception("web: %r could not be answered", request.path[:200])
            return refusal(500)

    def _shared(self, request: web.BaseRequest, response: web.Response) -> web.Response:
        """An answer that pages of other sites may read, where the config names their site."""
        origin = request.headers.get("Origin", "").lower()
        if origin in self._origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Vary"] = "Origin, Accept"
        return response

    def _look_up(self, request: web.BaseRequest) -> web.Response:
        path, (_, attribute) = request.path, split_query(f"?{request.query_string}")
        if attribute == "HOST_INFO":
            return json_answer(self.host_info(request))
        if path.startswith(REMOTE):
            return self._file(request, path.removeprefix(REMOTE))
        if _is_for_page(request):
            return elsewhere(REMOTE)
        if path == METRICS:
            return text_answer(self._metrics(), CONTENT_TYPE)
        status, node = self._tree.answer(path, attribute)
        return json_answer(node) if node is not None else refusal(status)

    def _file(self, request: web.BaseRequest, path: str) -> web.Response:
        file = find_file(path, self._folder)
        known_tags = request.headers.get("If-None-Match", "")
        return file_answer(file, request.headers["Host"], known_tags) if file is not None else refusal(404)

    def _metrics(self) -> str:
        session = self._session
        return metrics_text(
            {param.name: session.get(param.name) for param in PARAMS},
            {"osc": self._desk.counters, "web": self._counters},
            playhead_s=session.playhead / session.rate_hz,
            clients=self._clients(),
        )

    def host_info(self, request: web.BaseRequest) -> dict[str, object]:
        """Who and where we are, as the client at the other end of this connection can reach us."""
        ours = request.transport.get_extra_info("sockname") if request.transport is not None else None
        host, port = ours[:2] if ours else ("", 0)
        return {
            "NAME": "lmdmd",
            "EXTENSIONS": EXTENSIONS,
            "OSC_IP": host,
            "OSC_PORT": self._osc_port,
            "OSC_TRANSPORT": "UDP",
            "WS_IP": host,
            "WS_PORT": port,
        }


def _say_nothing(_: bytes) -> bool:
    return False


def _is_for_page(request: web.BaseRequest) -> bool:
    """Whether what is wanted is the tablet page, which asks for a passcode by itself."""
    path, query = request.path, request.query_string
    if path == REMOTE.rstrip("/") or path.startswith(REMOTE) or query == "HTML":
        return True
    return path == "/" and not query and "text/html" in request.headers.get("Accept", "")
