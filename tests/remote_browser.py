"""What tests of the tablet page need: the program it talks to, a network that can be cut, and a browser's touch."""

from __future__ import annotations

import queue
import selectors
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

LIMIT_S = 30.0
"""A state that has not come by then will not come."""
STEP_S = 0.02


class Program:
    """``remote_stage.py`` as a process; what clients did comes as lines."""

    def __init__(self, setlist: Path, port: int = 0) -> None:
        self.setlist, self.port = setlist, port
        self.start()

    def start(self) -> None:
        """Start, on the same port as before."""
        script = Path(__file__).with_name("remote_stage.py")
        command = [sys.executable, str(script), str(self.port), str(self.setlist)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.lines.get(timeout=LIMIT_S))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def until(self, last: str) -> list[str]:
        """Lines up to the first that begins with ``last``."""
        found: list[str] = []
        while not found or not found[-1].startswith(last):
            found.append(self.lines.get(timeout=LIMIT_S))
        return found

    def kill(self) -> None:
        """Kill it, as a crash would."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Network:
    """A TCP relay to a port. ``cut`` lets nothing through and closes nothing, as a lost Wi-Fi does."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._other: dict[socket.socket, socket.socket] = {}
        self._open = threading.Event()
        self._open.set()
        self._ended = False
        self._thread = threading.Thread(target=self._relay)
        self._thread.start()

    def cut(self) -> None:
        self._open.clear()

    def heal(self) -> None:
        self._open.set()

    def close(self) -> None:
        self._ended = True
        self.heal()
        self._thread.join()
        for sock in (*self._other, self._listener):
            sock.close()
        self._selector.close()

    def _relay(self) -> None:
        while not self._ended:
            self._open.wait()
            for key, _ in self._selector.select(STEP_S):
                # A cut in this very moment keeps what has not been read yet where it is: in the network.
                if self._open.is_set():
                    self._take(key.fileobj)  # type: ignore[arg-type]

    def _take(self, sock: socket.socket) -> None:
        if sock is self._listener:
            near, far = self._listener.accept()[0], socket.socket()
            self._other |= {near: far, far: near}
            try:
                far.connect(("127.0.0.1", self._to))
            except OSError:
                self._drop(near)
                return
            for end in (near, far):
                self._selector.register(end, selectors.EVENT_READ)
        elif sock in self._other:
            try:
                data = sock.recv(1 << 16)
                self._other[sock].sendall(data)
            except OSError:
                data = b""
            if not data:
                self._drop(sock)

    def _drop(self, sock: socket.socket) -> None:
        other = self._other.pop(sock)
        del self._other[other]
        for end in (sock, other):
            if end in self._selector.get_map():
                self._selector.unregister(end)
            end.close()


def open_page(context: Any, port: int) -> Any:
    """The tablet page, when its Stage is there and its line is live."""
    page = context.new_page()
    page.set_default_timeout(1000 * LIMIT_S)
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector(".stage .do.go")
    page.wait_for_selector("body:not(.lost)")
    return page


def seconds_until(page: Any, selector: str, state: str = "visible") -> float:
    """How long it takes until an element is in a state."""
    began_s = time.monotonic()
    page.wait_for_selector(selector, state=state)
    return time.monotonic() - began_s
