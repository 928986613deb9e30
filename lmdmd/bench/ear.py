"""An ear that is no part of the program: a JACK client in its own process that writes down all that is played.

    python -m lmdmd.bench.ear SERVER FOLDER

It connects itself to the program's outputs whenever they appear, and notes of every buffer whether it was connected.
It ends when its input closes, or when the server is gone; ``Ear`` then starts another one, which waits for the server
to come back and goes on in the same files.
"""

from __future__ import annotations

import gc
import os
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.bench.heard import AUDIO, BUFFER, NOTES, Heard, read_heard
from lmdmd.bench.jack_server import PERIOD_FRAMES, JackServer
from lmdmd.errors import LmdmdError
from lmdmd.rt.device import prefer_real_time

OUTPUTS = "^lmdmd[^:]*:"
_HOLD_BUFFERS = 2048
_TICK_S = 0.01
_OPENING_S = 60.0
_ENDING_S = 10.0
_PRIORITY = 5
_SWITCH_S = 0.0005
"""The callback waits so long, at most, for a thread of its own process."""


class Ear:
    """A running ear; a context manager. ``finish`` ends it and gives what it heard."""

    def __init__(self, server: JackServer, folder: Path) -> None:
        if find_spec("jack") is None:
            raise LmdmdError("the Python package that listens to JACK is missing: pip install JACK-Client")
        self.folder = folder
        self.lives = 0
        self._command = [sys.executable, "-m", "lmdmd.bench.ear", server.name, str(folder)]
        self._environment = server.environment
        self._ending = threading.Event()
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def finish(self) -> Heard:
        """End the recording and read it."""
        self._end()
        return read_heard(self.folder)

    def _start(self) -> subprocess.Popen:
        self.lives += 1
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._environment, text=True
        )
        if self.lives == 1:
            assert process.stdout is not None
            if process.stdout.readline().strip() != "ready":
                raise LmdmdError("the recorder could not open the sound server")
        return process

    def _keep(self) -> None:
        """Start another one when the server took this one with it."""
        while not self._ending.is_set():
            process = self._process
            process.wait()
            _close(process)
            if not self._ending.is_set():
                self._process = self._start()

    def _end(self) -> None:
        self._ending.set()
        _close(self._process)
        self._keeper.join(_ENDING_S)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
            _close(self._process)


def _close(process: subprocess.Popen) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


# --- in its own process ------------------------------------------------------------------------------------


class _Listener:
    """The client. Its callback copies; the main thread connects and writes."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.xruns = 0
        self.lost = False
        self._heard = self._written = 0
        # Filled once, so that no page is mapped in the callback.
        self._audio = np.full((_HOLD_BUFFERS, PERIOD_FRAMES, 2), 0.0, np.float32)
        self._notes = np.full(_HOLD_BUFFERS, 0, BUFFER)
        self._ports: list[Any] = [client.inports.register(f"in_{side}") for side in "lr"]
        client.set_process_callback(self._hear)
        client.set_xrun_callback(self._slip)
        client.set_shutdown_callback(self._lose)
        client.activate()

    def _slip(self, _delayed_us: float) -> None:
        self.xruns += 1

    def _lose(self, _status: object, _reason: str) -> None:
        self.lost = True

    def _hear(self, _frames: int) -> None:
        at = self._heard % _HOLD_BUFFERS
        for side, port in enumerate(self._ports):
            self._audio[at, :, side] = port.get_array()
        connected = all(port.number_of_connections for port in self._ports)
        self._notes[at] = (self.client.last_frame_time, self.xruns, time.monotonic(), connected)
        self._heard += 1

    def connect(self) -> None:
        """Connect each port that is not, to the output of its side of the newest client."""
        if all(port.number_of_connections for port in self._ports):
            return
        theirs = self.client.get_ports(OUTPUTS, is_audio=True, is_output=True)[-len(self._ports) :]
        if len(theirs) != len(self._ports):
            return
        for ours, other in zip(self._ports, theirs, strict=True):
            if not ours.number_of_connections:
                self.client.connect(other, ours)

    def write(self, audio: Any, notes: Any) -> None:
        """Append what was heard since; raises ``LmdmdError`` when the disk was slower than the sound."""
        heard = self._heard
        if heard - self._written > _HOLD_BUFFERS:
            raise LmdmdError("the disk is too slow for the recording")
        while self._written < heard:
            first = self._written % _HOLD_BUFFERS
            last = min(first + heard - self._written, _HOLD_BUFFERS)
            self._audio[first:last].tofile(audio)
            self._notes[first:last].tofile(notes)
            self._written += last - first


def _open(server: str) -> Any:
    import jack

    deadline_s = time.monotonic() + _OPENING_S
    while True:
        try:
            return jack.Client(f"ear{os.getpid()}", servername=server, no_start_server=True)
        except jack.JackOpenError:
            if time.monotonic() > deadline_s or _told_to_end(0.05):
                raise LmdmdError(f"the sound server {server} is not there") from None


def _told_to_end(within_s: float) -> bool:
    return bool(select.select([sys.stdin], [], [], within_s)[0])


def listen(server: str, folder: Path) -> None:
    """Write down what is played until told to end or until the server is gone."""
    import jack

    jack.set_error_function(lambda _: None)
    jack.set_info_function(lambda _: None)
    sys.setswitchinterval(_SWITCH_S)
    listener = _Listener(_open(server))
    # While this thread has the interpreter the callback waits for it, so nobody may hold it up.
    prefer_real_time(_PRIORITY)
    gc.freeze()
    gc.disable()
    print("ready", flush=True)
    with (folder / AUDIO).open("ab") as audio, (folder / NOTES).open("ab") as notes:
        while not listener.lost and not _told_to_end(_TICK_S):
            with suppress(jack.JackError):  # a port may go away between being found and being connected
                listener.connect()
            listener.write(audio, notes)
        listener.write(audio, notes)
    os._exit(0)  # closing a client whose server is gone may hang


if __name__ == "__main__":
    listen(sys.argv[1], Path(sys.argv[2]))
