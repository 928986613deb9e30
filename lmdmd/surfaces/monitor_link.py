"""A monitor's line to a program: a ping a second renews its leases and tells whether the program is there and knows it.

OSC over UDP, without a thread: ``tick`` says what is due, ``read`` takes what has come.
"""

from __future__ import annotations

import socket
from contextlib import suppress

from lmdmd.errors import OscError
from lmdmd.surfaces.monitor_state import GONE, HERE, REFUSED, WAITING, MonitorState
from lmdmd.surfaces.osc_client import LOGIN, connect
from lmdmd.surfaces.osc_packet import MAX_PACKET_BYTES, PREFIX, build_message, parse_packet

_GROUPS = ("clock", "beat", "harmony", "delay", "input", "show", "status", "osc", "engine", "gen", "mix", "record")
PATTERNS = (
    *(f"{group}/*" for group in _GROUPS),
    *(f"{group}/*/*" for group in ("deck", "meter", "prompt")),
)
"""Rows that are listened to."""
LEASE_S = 10.0
PING_S = 1.0
AGAIN_S = 30.0
"""How often all values are asked for anew, as a datagram may be lost."""
MAX_READ = 2000
"""Packets that are read at one time."""
_BUFFER_BYTES = 1 << 20


class MonitorLink:
    """The line to the program at ``host`` and ``port``; what comes goes into ``state``.

    Raises ``OscError`` for a host that is none. ``passcode`` is said before listening.
    """

    def __init__(self, host: str, port: int, state: MonitorState, passcode: str = "") -> None:
        self.socket = connect(host, port)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self._state = state
        self._passcode = passcode
        self._ping_s = self._listen_s = self._login_s = -1e9

    def fileno(self) -> int:
        """For ``select``."""
        return self.socket.fileno()

    def close(self) -> None:
        """Listen no more."""
        self._send(PREFIX + "ignore", "*")
        self.socket.close()

    def tick(self, now_s: float) -> float:
        """Say what is due; returns when to be called again."""
        self._state.look(now_s)
        if now_s - self._ping_s >= PING_S:
            self._ping_s = now_s
            self._log_in(now_s)
            self._send(PREFIX + "ping")
            if self._state.link == HERE and now_s - self._listen_s >= AGAIN_S:
                self._listen(now_s)
        return self._ping_s + PING_S

    def _log_in(self, now_s: float) -> None:
        """Say the passcode to whoever may not know it; a wrong one seldom, as a host has few tries."""
        is_new = self._state.link in (WAITING, GONE)
        if self._passcode and (is_new or (self._state.link == REFUSED and now_s - self._login_s >= AGAIN_S)):
            self._login_s = now_s
            self._send(LOGIN, self._passcode)

    def read(self, now_s: float) -> bool:
        """Take what has come; returns whether anything did."""
        for count in range(MAX_READ):
            try:
                data = self.socket.recv(MAX_PACKET_BYTES + 1)
            except BlockingIOError:
                return count > 0
            except OSError:  # nobody listens there, said by the host for a packet that was sent before
                self._state.lose(now_s, "nobody listens there")
                continue
            self._take(data, now_s)
        return True

    def _take(self, data: bytes, now_s: float) -> None:
        try:
            messages = parse_packet(data)
        except OscError:
            return
        was = self._state.link
        is_new = False
        for _, message in messages:
            if message.address == PREFIX + "done" and message.params[:1] == ("ping",):
                # One that holds fewer of our leases than we took is another one, or has ended them.
                is_new = str(message.params[-1]).split(" ")[0] != str(len(PATTERNS))
            self._state.hear(message.address, message.params, now_s)
        if is_new or (was == GONE and self._state.link == HERE):
            self._state.forget()
            self._listen(now_s)

    def _listen(self, now_s: float) -> None:
        self._listen_s = now_s
        for pattern in PATTERNS:
            self._send(PREFIX + "listen", pattern, LEASE_S)

    def _send(self, address: str, *values: object) -> None:
        with suppress(OSError):  # it is not there, or the network is not: to be seen from its silence
            self.socket.send(build_message(address, *values))
