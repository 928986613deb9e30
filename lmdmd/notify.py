"""Telling a service manager how the program is: systemd's datagrams, which are lines of ``WORD=text``.

Without ``NOTIFY_SOCKET`` in the environment nobody is told, and nothing here ever waits or fails.
"""

from __future__ import annotations

import logging
import math
import os
import socket
import time
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Notifier:
    """The way to whoever started us. ``beat_s`` is how often we must say that we live; infinite where nobody asks."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if self._address else None
        if self._socket is not None:
            self._socket.setblocking(False)
        self.beat_s = _beat_s(environment)
        self._beaten_s = -math.inf
        self._status = ""

    def ready(self) -> None:
        """The sound plays and the doors are open."""
        self._tell("READY=1")

    def say(self, status: str) -> None:
        """What we are doing, as one line; it is told when it changes."""
        line = " ".join(status.split())
        if line != self._status:
            self._status = line
            self._tell(f"STATUS={line}")

    def beat(self) -> None:
        """All is well; it is told as often as it must be."""
        now_s = time.monotonic()
        if now_s - self._beaten_s >= self.beat_s:
            self._beaten_s = now_s
            self._tell("WATCHDOG=1")

    def reloading(self) -> None:
        """The setlist is read again; ``ready`` says when that is over."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """We are about to end."""
        self._tell("STOPPING=1")

    def _tell(self, *lines: str) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.debug("the service manager is not told %s: %s", lines[0], error.strerror or error)

    def close(self) -> None:
        """Tell nothing more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _address(said: str) -> str:
    """Address of the socket: a path, or a name of Linux's own, which begins with ``@``."""
    if said.startswith("@"):
        return f"\0{said[1:]}"
    return said if said.startswith("/") else ""


def _beat_s(environment: Mapping[str, str]) -> float:
    """Half of what the watchdog has patience for."""
    patience, meant_for = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    ours = not meant_for or meant_for == str(os.getpid())
    return int(patience) / 2e6 if ours and patience.isdecimal() and int(patience) else math.inf
