"""Fixtures that need more than Python: a JACK server of our own, without any sound card."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

JACK_RATE_HZ = 48000
JACK_PERIOD = 256
QUIET_JIFFIES = 10
"""A window in which the host took more time than this says nothing about timing."""


def steal_jiffies() -> int:
    """Processor time that the host took from this machine so far; 0 where that is not told."""
    stat = Path("/proc/stat")
    return int(stat.read_text().split("\n", 1)[0].split()[8]) if stat.exists() else 0


@pytest.fixture(autouse=True)
def same_threads() -> Iterator[None]:
    """A test leaves torch, where it is loaded, with the number of threads that it found."""
    torch = sys.modules.get("torch")
    count = torch.get_num_threads() if torch else 0
    yield
    if torch:
        torch.set_num_threads(count)


@contextmanager
def jack_server(name: str, log: Path) -> Iterator[subprocess.Popen]:
    """A real-time JACK server called ``name``: 48 kHz, 256 frames, stereo, with a loopback card."""
    if not shutil.which("jackd"):
        pytest.skip("jackd is not installed (apt install jackd2 libportaudio2)")
    rates = f"-r {JACK_RATE_HZ} -p {JACK_PERIOD} -C 2 -P 2"
    command = f"trap '' PIPE; exec jackd -n {name} -p 128 -L 2 -R -P 60 -d dummy {rates}"
    ours = {"JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}
    with log.open("w") as out, pytest.MonkeyPatch.context() as patch:
        for key, value in ours.items():
            patch.setenv(key, value)
        server = subprocess.Popen(["sh", "-c", command], stdout=out, stderr=out)
        try:
            _wait_for_server(server, log)
            yield server
        finally:
            server.terminate()
            server.wait(5)
            # What clients leave behind when the server goes first.
            for left in Path("/dev/shm").glob(f"jack_sem.*_{name}_*"):
                left.unlink(missing_ok=True)


def _wait_for_server(server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 5.0
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"jackd ended: {log.read_text()}")
        if subprocess.run(["jack_lsp"], capture_output=True).returncode == 0:
            return
        time.sleep(0.02)
    pytest.fail(f"jackd did not become ready: {log.read_text()}")


@pytest.fixture(scope="session")
def jackd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a JACK server that lives as long as the tests; ``JACK_DEFAULT_SERVER`` points at it."""
    name = f"lmdmd{os.getpid()}"
    log = tmp_path_factory.mktemp("jackd") / "jackd.log"
    with jack_server(name, log) as server:
        yield name
        assert server.poll() is None, f"the sound server died: {log.read_text()}"
