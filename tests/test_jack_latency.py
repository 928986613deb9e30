"""What the device says of its latency under JACK, beside what clients that are no part of it see."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lmdmd.bench import jack_server
from lmdmd.bench.jack_server import JackServer
from lmdmd.rt.device import open_device

PULSES = 7
CYCLES_APART = 8
LIMIT_S = 20.0
pytestmark = pytest.mark.jack


class _Mirror:
    """What comes in goes out in the same buffer."""

    def __call__(self, source_in, out):
        out[:] = source_in

    def ready(self, frames):
        return frames


class _Pulses:
    """A client that plays single samples into the device, and another one that hears when they come out of it."""

    def __init__(self, server):
        import jack

        self.sent, self.came = [], []
        self._cycles = 0
        self._from, self._to = (jack.Client(f"{role}{os.getpid()}", servername=server) for role in ("from", "to"))
        self._out: Any = self._from.outports.register("out")
        self._in: Any = self._to.inports.register("in")
        self._from.set_process_callback(self._play)
        self._to.set_process_callback(self._hear)
        for client in (self._from, self._to):
            client.activate()
        theirs = self._from.get_ports("lmdmd:", is_input=True)[0]
        for other in self._from.get_all_connections(theirs):
            self._from.disconnect(other, theirs)
        self._from.connect(self._out, theirs)
        self._to.connect(self._to.get_ports("lmdmd:", is_output=True)[0], self._in)

    def _play(self, _frames):
        array = self._out.get_array()
        array[:] = 0.0
        self._cycles += 1
        if self._cycles % CYCLES_APART == 0:
            array[0] = 1.0
            self.sent.append(self._from.last_frame_time)

    def _hear(self, _frames):
        at = np.flatnonzero(self._in.get_array() > 0.5)
        if len(at):
            self.came.append(self._to.last_frame_time + int(at[0]))

    def close(self):
        for client in (self._from, self._to):
            client.deactivate()
            client.close()


def held_back_frames(server, device):
    """Frames between a sample that comes into the device's process and its way out, as others see them."""
    device.start(_Mirror())
    pulses = _Pulses(server)
    try:
        deadline_s = time.monotonic() + LIMIT_S
        while len(pulses.came) < PULSES and time.monotonic() < deadline_s:
            time.sleep(0.05)
    finally:
        pulses.close()
        device.stop()
    waits = [came - max(at for at in pulses.sent if at <= came) for came in pulses.came]
    return max(set(waits), key=waits.count)


def tell(server):
    """In a process of its own, since PortAudio asks once: latency and what is held back, for each size of buffer."""
    for buffer in (128, 256, 512):
        for source in ("", "none"):
            device = open_device("system", input_device=source, buffer_frames=buffer)
            said = round(device.latency_s * device.rate_hz)
            if source:
                device.start(_Mirror())
                device.stop()
            print(buffer, source or "duplex", said, held_back_frames(server, device) if not source else 0)


@pytest.mark.parametrize("period", [256, 1024])
def test_latency_is_the_ports_and_what_portaudio_holds_back(period, tmp_path: Path, monkeypatch):
    pytest.importorskip("jack")
    monkeypatch.setattr(jack_server, "PERIOD_FRAMES", period)
    with JackServer(f"latency{os.getpid()}", tmp_path / "jackd.log") as server:
        command = [sys.executable, __file__, server.name]
        done = subprocess.run(command, capture_output=True, text=True, env=server.environment, timeout=120)
        assert done.returncode == 0, done.stderr
        lines = [line.split() for line in done.stdout.splitlines()]
        assert len(lines) == 6
        for _buffer, _way, said, held_back in lines:
            assert int(said) == server.latency_frames() + int(held_back), done.stdout


if __name__ == "__main__":
    tell(sys.argv[1])
