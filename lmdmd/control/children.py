"""One child process: spawned by name, spoken to by pipe, heard on the loop, ended for certain.

``spawn`` always: the parent imports neither torch nor a sound library. The target is a dotted name
that only the child resolves. A child ends when its pipe closes, so none outlives the parent. Nothing here
waits for a child: what it does not read yet waits in its outbox, and one that lets too much wait is ended.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import multiprocessing
import os
import pickle
import signal
import struct
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from lmdmd.control.outbox import Outbox
from lmdmd.messages import Failed

log = logging.getLogger(__name__)
_SPAWN = multiprocessing.get_context("spawn")
_HEADER = struct.Struct("!i")
"""What ``Connection`` puts before each message: its length."""
_READ_BYTES = 1 << 16
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Terminals and service managers send these to the whole group; only the parent may decide how to end."""


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let no process be born that a signal could end before it has said that it ignores it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_tracker() -> None:
    """Start what removes the shared memory of a killed program; to be called before the first is made."""
    with _signals_held():
        resource_tracker.ensure_running()


def trampoline(target: str, connection: Connection, arguments: Any) -> None:
    """Entry point inside the child: resolve ``package.module:function`` and call it.

    What nobody foresaw is told in one sentence; its trace is no sight for a performer's terminal.
    """
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    module, function = target.split(":")
    try:
        getattr(importlib.import_module(module), function)(connection, arguments)
    except Exception as error:
        why = f"{multiprocessing.current_process().name}: {type(error).__name__}: {error}".splitlines()[0]
        with suppress(OSError):
            connection.send(Failed(f"{why} (lmdmd -v shows where)", traceback.format_exc()))


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
        self._loop = asyncio.get_running_loop()
        self._pipe, theirs = _SPAWN.Pipe()
        os.set_blocking(self._pipe.fileno(), False)
        self._outbox = Outbox()
        self._unsent = b""
        self._unread = bytearray()
        self._process = _SPAWN.Process(target=trampoline, args=(target, theirs, arguments), name=f"lmdmd-{name}")
        with _signals_held():
            self._process.start()
        theirs.close()
        self._killed = self._gone = False
        self._loop.add_reader(self._pipe.fileno(), self._receive)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        """Whether it has not ended (nor been given up)."""
        return not self._gone

    def send(self, message: object) -> None:
        """Pass a message to the child, never waiting for it; a child that is gone is no error."""
        if self._gone or self._killed:
            log.debug("%s is gone, %s not delivered", self.name, message)
        elif self._outbox.add(message):
            self._write()
        else:
            log.error("%s does not read what it is told (%d messages wait)", self.name, len(self._outbox))
            self.kill()

    def _write(self) -> None:
        """Write what the pipe takes; the loop calls again when it takes more."""
        pipe = self._pipe.fileno()
        try:
            while self._unsent or self._outbox:
                self._unsent = self._unsent or _framed(self._outbox.take())
                self._unsent = self._unsent[os.write(pipe, self._unsent) :]
        except BlockingIOError:
            self._loop.add_writer(pipe, self._write)
            return
        except OSError:
            log.debug("%s is gone, %d messages not delivered", self.name, len(self._outbox) + 1)
        self._loop.remove_writer(pipe)

    def _receive(self) -> None:
        try:
            data = os.read(self._pipe.fileno(), _READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._unread += data
        for message in _unframed(self._unread):
            self._on_message(message)
        if not data:
            self._end()

    def _end(self) -> None:
        if self._gone:
            return
        self._gone = True
        self._loop.remove_reader(self._pipe.fileno())
        self._loop.remove_writer(self._pipe.fileno())
        self._pipe.close()
        self._on_exit()

    def kill(self) -> None:
        """End it now, without asking; ``on_exit`` follows."""
        self._killed = True
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
        deadline = self._loop.time() + patience_s
        while self._process.is_alive() and self._loop.time() < deadline:
            await asyncio.sleep(0.02)


def _framed(message: object) -> bytes:
    body = pickle.dumps(message)
    return _HEADER.pack(len(body)) + body


def _unframed(data: bytearray) -> Iterator[Any]:
    """Take every whole message from the front of ``data``."""
    while len(data) >= _HEADER.size:
        end = _HEADER.size + _HEADER.unpack_from(data)[0]
        if len(data) < end:
            return
        body = bytes(data[_HEADER.size : end])
        del data[:end]
        yield pickle.loads(body)
