"""What a service manager is told: by a real program, on a real socket."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from program import Program, write_setlist

from lmdmd.bench.program import STARTING_S, wait_for
from lmdmd.control.last_show import JUST_S, find_crashed_show
from lmdmd.notify import Notifier
from lmdmd.testing import make_tiny_bundle

PATIENCE_USEC = "400000"
"""Of the watchdog."""
PLAYING = "STATUS=playing only"
RATE_HZ = 44100


class Manager:
    """The side of the service manager."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(0.0)
        self.told: list[str] = []

    def read(self) -> list[str]:
        """All that it was told so far."""
        try:
            while True:
                self.told.append(self.socket.recv(4096).decode())
        except BlockingIOError:
            return self.told

    def until(self, text: str, count: int = 1, limit_s: float = STARTING_S) -> None:
        wait_for(lambda: self.read().count(text) >= count, limit_s, lambda: f"for {text}: {self.read()}")


@contextmanager
def manager(name: str) -> Iterator[tuple[Manager, str]]:
    """One at a path, or, with ``@``, at a name that only Linux knows."""
    told = Manager(f"\0{name[1:]}" if name.startswith("@") else name)
    with told.socket:
        yield told, name


@pytest.fixture(scope="module")
def setlist(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    return write_setlist(folder / "long.yaml", make_tiny_bundle(folder / "tiny").path, 3600)


@pytest.mark.parametrize("abstract", [False, True])
def test_whoever_asked_is_told(tmp_path, abstract):
    with manager(f"@lmdmd-{os.getpid()}" if abstract else str(tmp_path / "s")) as (told, name):
        notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "2000000"})
        notifier.ready()
        for status in ("one", "one", "two\nWATCHDOG=1"):
            notifier.say(status)
        notifier.beat()
        notifier.beat()
        notifier.stopping()
        notifier.close()
        notifier.stopping()
        assert told.read() == ["READY=1", "STATUS=one", "STATUS=two WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]


@pytest.mark.parametrize(
    ("environment", "beat_s"),
    [
        ({}, math.inf),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, math.inf),
        ({"WATCHDOG_USEC": "0"}, math.inf),
        ({"WATCHDOG_USEC": "soon"}, math.inf),
    ],
)
def test_it_beats_at_half_the_watchdogs_patience(environment, beat_s):
    assert Notifier(environment).beat_s == beat_s


@pytest.mark.parametrize("address", ["", "relative", "/no/such/socket", "@nobody-listens-here"])
def test_nobody_there_is_no_reason_to_stop(address):
    notifier = Notifier({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"})
    notifier.ready()
    notifier.beat()
    notifier.close()


def test_a_manager_that_does_not_read_holds_up_nothing(tmp_path):
    with manager(str(tmp_path / "s")) as (told, name):
        notifier = Notifier({"NOTIFY_SOCKET": name})
        for number in range(5000):
            notifier.say(f"song {number}")
        notifier.close()
        assert 0 < len(told.read()) < 5000


def test_a_program_says_when_it_plays_that_it_lives_and_that_it_ends(setlist, tmp_path):
    with manager(f"@lmdmd-run-{os.getpid()}") as (told, name):
        environment = {**os.environ, "NOTIFY_SOCKET": name, "WATCHDOG_USEC": PATIENCE_USEC}
        arguments = (setlist, "--device", "null", "--threads", "1")
        with Program(tmp_path, *arguments, record=False, environment=environment) as program:
            told.until("READY=1")
            program.until_playing()
            told.until(PLAYING)
            told.until("WATCHDOG=1", 3)
            assert told.read()[0] == "READY=1"

            os.kill(program.live_deck(), signal.SIGSTOP)
            told.until("STATUS=no sign of deck 0")
            hung = told.read().index("STATUS=no sign of deck 0")
            told.until(PLAYING, 2)
            plays_again = told.read().index(PLAYING, hung)
            assert "WATCHDOG=1" not in told.read()[hung:plays_again]
            told.until("WATCHDOG=1", told.read()[:plays_again].count("WATCHDOG=1") + 2)

            program.process.send_signal(signal.SIGUSR1)
            told.until("READY=1", 2)
            assert any(text.startswith("RELOADING=1\nMONOTONIC_USEC=") for text in told.read())
            assert "signal does show/reload" in program.said()
            assert "STOPPING=1" not in told.read()
            assert program.end() == 0
            told.until("STOPPING=1")


def test_a_show_goes_on_after_a_crash_and_begins_anew_after_an_end(setlist, tmp_path):
    arguments = (setlist, "--device", "null", "--threads", "1", "--pick-up")
    with Program(tmp_path, *arguments) as program:
        program.until_playing().ask("mix/gain", -7.0)
        assert "going on with" not in program.said()
        program.until_playhead(program.playhead() + 2 * RATE_HZ)
        program.process.kill()
    assert find_crashed_show(program.recordings, setlist) is not None
    with Program(tmp_path, *arguments) as program:
        program.until_playing()
        assert "going on with" in program.said() and program.get("mix/gain") == -7.0
        assert program.end() == 0
    assert find_crashed_show(program.recordings, setlist) is None


def test_only_a_crash_of_this_setlist_a_moment_ago_is_picked_up(setlist, tmp_path):
    log = tmp_path / "recordings" / "take" / "show.jsonl"
    log.parent.mkdir(parents=True)
    about = {"kind": "show", "setlist": str(setlist.resolve()), "bundle": "tiny"}
    stood = {"kind": "stood", "frame": 0, "song": "only", "cue": "", "number": "", "record": {"model": ""}}
    listed = {"kind": "listed", "songs": [], "edited": False}
    log.write_text("".join(f"{json.dumps(line)}\n" for line in (about, listed, stood)))
    folder = log.parent.parent
    assert find_crashed_show(folder, setlist).log == log
    assert find_crashed_show(folder, setlist.with_name("other.yaml")) is None
    assert find_crashed_show(folder, None) is None
    assert find_crashed_show(tmp_path / "nothing", setlist) is None
    long_ago_s = time.time() - JUST_S - 1
    os.utime(log, (long_ago_s, long_ago_s))
    assert find_crashed_show(folder, setlist) is None
    with log.open("a") as file:
        file.write(json.dumps({"kind": "ended", "frame": 5}))
    assert find_crashed_show(folder, setlist) is None
