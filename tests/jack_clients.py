"""JACK clients in processes of their own: one records what the program plays, one plays into its inputs."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

_SPAWN = multiprocessing.get_context("spawn")
_SETTLING_S = 0.1
"""Ports are connected one after the other; only then both sides are heard."""


@dataclass(frozen=True)
class Heard:
    """A recording and the sound server's frame time of each of its buffers."""

    audio: np.ndarray
    times: np.ndarray
    xruns: int
    period: int

    @property
    def jumps(self) -> int:
        """Places where the server's time did not go on with the next buffer."""
        return int(np.count_nonzero(np.diff(self.times) != self.period))


class _Client:
    """What both clients share: a name, an xrun count, and ports found by name."""

    def __init__(self, role: str, server: str) -> None:
        import jack

        self.client = jack.Client(f"{role}{os.getpid()}", servername=server, no_start_server=True)
        self.xruns = 0
        self.client.set_xrun_callback(self._slip)
        self.client.set_process_callback(self.process)

    def _slip(self, _delayed_us: float) -> None:
        self.xruns += 1

    def process(self, frames: int) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self.client.deactivate()
        self.client.close()


class _Recorder(_Client):
    def __init__(self, server: str, seconds: float) -> None:
        super().__init__("record", server)
        self.period = self.client.blocksize
        buffers = round(seconds * self.client.samplerate / self.period)
        # Written once, so that no page is mapped in the callback.
        self.audio = np.full((buffers * self.period, 2), np.nan, np.float32)
        self.times = np.full(buffers, -1, np.int64)
        self.buffers = 0
        self.begun = False
        self.ports: list[Any] = [self.client.inports.register(f"in_{side}") for side in "lr"]
        self.client.activate()
        for ours, theirs in zip(
            self.ports, self.client.get_ports("lmdmd:", is_audio=True, is_output=True), strict=True
        ):
            self.client.connect(theirs, ours)
        time.sleep(_SETTLING_S)
        self.begun = True

    def process(self, frames: int) -> None:
        if not self.begun or self.buffers == len(self.times):
            return
        at = self.buffers * self.period
        for side, port in enumerate(self.ports):
            self.audio[at : at + frames, side] = port.get_array()
        self.times[self.buffers] = self.client.last_frame_time
        self.buffers += 1

    def result(self) -> Heard:
        frames = self.buffers * self.period
        return Heard(self.audio[:frames], self.times[: self.buffers], self.xruns, self.period)


class _Player(_Client):
    def __init__(self, server: str, audio: np.ndarray) -> None:
        super().__init__("play", server)
        self.audio = audio
        self.at = -1
        self.ports: list[Any] = [self.client.outports.register(f"out_{side}") for side in "lr"]
        self.client.activate()
        for ours, theirs in zip(self.ports, self.client.get_ports("lmdmd:", is_audio=True, is_input=True), strict=True):
            for other in self.client.get_all_connections(theirs):
                self.client.disconnect(other, theirs)
            self.client.connect(ours, theirs)
        time.sleep(_SETTLING_S)
        self.at = 0

    def process(self, frames: int) -> None:
        part = self.audio[self.at : self.at + frames] if self.at >= 0 else self.audio[:0]
        for side, port in enumerate(self.ports):
            out = port.get_array()
            out[:] = 0.0
            out[: len(part)] = part[:, side]
        self.at += len(part)

    def result(self) -> int:
        return self.xruns


def _serve(connection: Connection, role: type[_Client], server: str, what: Any) -> None:
    client = role(server, what)
    connection.send("ready")
    connection.recv()
    client.close()
    connection.send(client.result())  # type: ignore[attr-defined]


class Running:
    """A client in another process; ``finish`` ends it and brings its result."""

    def __init__(self, role: type[_Client], server: str, what: Any) -> None:
        self._connection, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_serve, args=(theirs, role, server, what))
        self.process.start()
        theirs.close()
        assert self._connection.poll(20) and self._connection.recv() == "ready"

    def finish(self) -> Any:
        self._connection.send("end")
        assert self._connection.poll(60), "no answer"
        result = self._connection.recv()
        self.process.join(10)
        return result

    def kill(self) -> None:
        self.process.kill()
        self.process.join(5)


@contextmanager
def recorder(server: str, seconds: float) -> Iterator[Running]:
    """Record the outputs of ``lmdmd`` for at most ``seconds``; ``finish`` gives ``Heard``."""
    yield from _running(_Recorder, server, seconds)


@contextmanager
def player(server: str, audio: np.ndarray) -> Iterator[Running]:
    """Play ``[N, 2]`` once into the inputs of ``lmdmd``, alone; ``finish`` gives the client's xruns."""
    yield from _running(_Player, server, audio)


def _running(role: type[_Client], server: str, what: Any) -> Iterator[Running]:
    running = Running(role, server, what)
    try:
        yield running
    finally:
        running.kill()
