"""Fixtures that need more than Python: a JACK server without any sound card, clients of others, another host."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from others import node_command, other_host

from lmdmd.bench.jack_server import PERIOD_FRAMES as JACK_PERIOD
from lmdmd.bench.jack_server import RATE_HZ as JACK_RATE_HZ
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.processes import steal_jiffies
from lmdmd.rt.board import Board

__all__ = ["JACK_PERIOD", "JACK_RATE_HZ", "QUIET_JIFFIES", "jack_server", "steal_jiffies"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Ctrl-C, and so would all that tests start and end by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

QUIET_JIFFIES = 10
"""A window in which the host took more time than this says nothing about timing."""


@pytest.fixture(autouse=True)
def same_threads() -> Iterator[None]:
    """A test leaves torch, where it is loaded, with the number of threads that it found."""
    torch = sys.modules.get("torch")
    count = torch.get_num_threads() if torch else 0
    yield
    if torch:
        torch.set_num_threads(count)


@pytest.fixture
def board() -> Iterator[Board]:
    """A board of our own."""
    board = Board.create(44100)
    yield board
    board.close()
    board.unlink()


@contextmanager
def jack_server(name: str, log: Path) -> Iterator[subprocess.Popen]:
    """A running JACK server called ``name``, to which ``JACK_DEFAULT_SERVER`` points."""
    if not shutil.which("jackd"):
        pytest.skip("jackd is not installed (apt install jackd2 libportaudio2)")
    with JackServer(name, log) as server, pytest.MonkeyPatch.context() as patch:
        for key, value in server.environment.items():
            patch.setenv(key, value)
        assert server.process is not None
        yield server.process


@pytest.fixture(scope="session")
def jackd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a JACK server that lives as long as the tests; ``JACK_DEFAULT_SERVER`` points at it."""
    name = f"lmdmd{os.getpid()}"
    log = tmp_path_factory.mktemp("jackd") / "jackd.log"
    with jack_server(name, log) as server:
        yield name
        assert server.poll() is None, f"the sound server died: {log.read_text()}"


@pytest.fixture(scope="session")
def node() -> list[str]:
    """The command that runs a script of ``tests/clients`` with the packages it wants."""
    return node_command()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Our address on a network that nobody else has, and what runs a command at its other end."""
    with other_host() as found:
        yield found


@pytest.fixture(autouse=True)
def gradients() -> Iterator[None]:
    """A deck that a test plays in its own process leaves torch without gradients; the next test may train."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_grad_enabled(True)


LINKED = frozenset({"test_bench_sync", "test_check", "test_clients", "test_link_clock", "test_other_host", "test_sync"})


@pytest.fixture(autouse=True, scope="module")
def alone_on_link(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every Link session of a machine is one: files of tests that begin some wait for one another."""
    if request.module.__name__ not in LINKED:
        yield
        return
    with (Path(tempfile.gettempdir()) / "lmdmd-tests-link.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
