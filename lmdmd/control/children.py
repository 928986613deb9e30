"""One child process: spawned by name, spoken to by pipe, heard on the loop, ended for certain.

``spawn`` always: the parent imports neither torch nor a sound library. The target is a dotted name
that only the child resolves. A child ends when its pipe closes, so none outlives the parent.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

log = logging.getLogger(__name__)
_SPAWN = multiprocessing.get_context("spawn")


def trampoline(target: str, connection: Connection, arguments: Any) -> None:
    """Entry point inside the child: resolve ``package.module:function`` and call it."""
    # Ctrl-C in a terminal reaches the whole group; only the parent may decide how to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    module, function = target.split(":")
    getattr(importlib.import_module(module), function)(connection, arguments)


class Child:
    """A running child. ``on_message`` and ``on_exit`` are called on the event loop."""

    def __init__(
        self,
        name: str,
        target: str,
        arguments: Any,
        on_message: Callable[[Any], None],
        on_exit: Callable[[], None],
    ) -> None:
        self.name = name
        self._on_message = on_message
        self._on_exit = on_exit
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=trampoline, args=(target, theirs, arguments), name=f"lmdmd-{name}")
        self._process.start()
        theirs.close()
        self._gone = False
        asyncio.get_running_loop().add_reader(self._pipe.fileno(), self._receive)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        """Whether it has not ended (nor been given up)."""
        return not self._gone

    def send(self, message: object) -> None:
        """Pass a message to the child; a child that is gone is no error, its end is reported apart."""
        try:
            self._pipe.send(message)
        except (OSError, ValueError):
            log.debug("%s is gone, %s not delivered", self.name, message)

    def _receive(self) -> None:
        try:
            while self._pipe.poll():
                self._on_message(self._pipe.recv())
        except (EOFError, OSError):
            self._end()

    def _end(self) -> None:
        if self._gone:
            return
        self._gone = True
        asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        self._pipe.close()
        self._on_exit()

    def kill(self) -> None:
        """End it now, without asking; ``on_exit`` follows."""
        self._process.kill()

    async def stop(self, message: object, patience_s: float = 3.0) -> None:
        """Ask it to end, wait, then insist. ``on_exit`` is not called."""
        self._on_exit = lambda: None
        if self.alive:
            self.send(message)
        await self._join(patience_s)
        if self._process.is_alive():
            log.warning("%s did not end when asked, killed", self.name)
            self._process.kill()
            await self._join(2.0)
        self._end()

    async def _join(self, patience_s: float) -> None:
        deadline = asyncio.get_running_loop().time() + patience_s
        while self._process.is_alive() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
