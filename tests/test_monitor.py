"""``lmdmd monitor`` against the real surface: it attaches, renews, notices that the program is gone, and comes back."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from fcntl import ioctl

import pytest

from lmdmd.control.session import Session
from lmdmd.errors import OscError
from lmdmd.levels import Level
from lmdmd.params import PARAMS
from lmdmd.surfaces import monitor_link
from lmdmd.surfaces.monitor_link import PATTERNS, MonitorLink
from lmdmd.surfaces.monitor_state import GONE, HERE, REFUSED, WAITING, MonitorState
from lmdmd.surfaces.osc import OscSurface
from lmdmd.surfaces.osc_access import Access
from lmdmd.surfaces.osc_desk import OscDesk
from lmdmd.surfaces.osc_listeners import MAX_PATTERNS
from lmdmd.surfaces.osc_patterns import names_for

LIMIT_S = 20.0


class Stage:
    """A program's surface, and a monitor's line to it."""

    def __init__(self, port: int = 0, access: Access | None = None, passcode: str = "") -> None:
        self.session = Session()
        self.access = access
        self.surface = self._surface(port)
        self.passcode = passcode

    def _surface(self, port: int) -> OscSurface:
        desk = OscDesk(self.session, self.access)
        surface = OscSurface(self.session, port=port, desk=desk)
        surface.own = desk
        return surface

    async def start(self) -> None:
        await self.surface.start()
        self.surface.own.start()

    async def stop(self) -> None:
        await self.surface.own.stop()
        await self.surface.stop()

    async def restart(self) -> None:
        """Another program at the same port, which knows nobody."""
        self.session = Session()
        self.surface = self._surface(self.surface.port)
        await self.start()

    def attach(self) -> None:
        port = self.surface.port
        self.state = MonitorState(f"127.0.0.1:{port}")
        self.link = MonitorLink("127.0.0.1", port, self.state, self.passcode)

    async def until(self, seen: Callable[[], bool]) -> None:
        """Let both live until something is seen."""
        end_s = time.monotonic() + LIMIT_S
        while not seen():
            assert time.monotonic() < end_s, (self.state.link, self.state.why, len(self.state.values))
            self.link.tick(time.monotonic())
            await asyncio.sleep(0.005)
            self.link.read(time.monotonic())


def on_stage(scene: Callable[[Stage], Coroutine], **options) -> None:
    async def play() -> None:
        stage = Stage(**options)
        await stage.start()
        stage.attach()
        try:
            await scene(stage)
        finally:
            stage.link.close()
            await stage.stop()

    asyncio.run(play())


@pytest.fixture
def quick(monkeypatch):
    """Asks more often than on a stage."""
    monkeypatch.setattr(monitor_link, "PING_S", 0.05)


def test_it_attaches_and_hears_every_row_that_it_shows_and_each_change(quick):
    names = frozenset().union(*map(names_for, PATTERNS))
    assert len(PATTERNS) <= MAX_PATTERNS
    assert {param.name for param in PARAMS if not param.writable} <= names

    async def scene(stage: Stage) -> None:
        await stage.until(lambda: set(stage.state.values) >= names)
        assert stage.state.link == HERE and not stage.state.notes
        stage.session.publish("show/song", "Dawn\x1b[2J")
        stage.session.publish("deck/0/block_lasts", 464.4)
        stage.session.publish("deck/0/block_took", 97.5)
        stage.session.report("the model was late")
        await stage.until(lambda: stage.state.text("show/song").startswith("Dawn") and bool(stage.state.blocks[0]))
        assert stage.state.text("show/song") == "Dawn�[2J"
        assert stage.state.blocks[0][-1].took_ms == 97.5
        await stage.until(lambda: bool(stage.state.notes))
        await stage.until(lambda: stage.state.text("status/incident") != "")
        assert [note.text for note in stage.state.notes] == ["the model was late"]

    on_stage(scene)


def test_its_leases_go_on_as_long_as_it_lives(quick, monkeypatch):
    monkeypatch.setattr(monitor_link, "LEASE_S", 1.0)

    async def scene(stage: Stage) -> None:
        await stage.until(lambda: stage.state.knows("show/song"))
        end_s = time.monotonic() + 2.5
        await stage.until(lambda: time.monotonic() > end_s)
        stage.session.publish("show/song", "still")
        await stage.until(lambda: stage.state.text("show/song") == "still")

    on_stage(scene)


def test_a_program_that_went_is_told_and_found_again_with_all_its_values(quick):
    async def scene(stage: Stage) -> None:
        stage.session.publish("show/song", "before")
        stage.session.publish("deck/0/block_lasts", 464.4)
        stage.session.publish("deck/0/block_took", 97.5)
        await stage.until(lambda: stage.state.text("show/song") == "before" and bool(stage.state.blocks[0]))
        await stage.stop()
        await stage.until(lambda: stage.state.link == GONE)
        assert stage.state.text("show/song") == "before"
        await stage.restart()
        stage.session.publish("show/title", "after")
        await stage.until(lambda: stage.state.text("show/title") == "after" and stage.state.text("show/song") == "")
        assert stage.state.link == HERE and not stage.state.blocks[0]
        first, second = (note.text for note in stage.state.notes)
        assert first.startswith("lost touch with 127.0.0.1:") and second.startswith("in touch again")

    on_stage(scene)


def test_a_program_that_was_replaced_between_two_pings_is_noticed():
    async def scene(stage: Stage) -> None:
        stage.session.publish("show/song", "before")
        await stage.until(lambda: stage.state.text("show/song") == "before")
        await stage.stop()
        await stage.restart()
        await stage.until(lambda: stage.state.text("show/song") == "")

    on_stage(scene)


def test_a_passcode_opens_and_without_it_the_reason_is_shown(quick):
    async def scene(stage: Stage) -> None:
        await stage.until(lambda: stage.state.link == REFUSED)
        assert "needs view" in stage.state.why and not stage.state.values

    async def opened(stage: Stage) -> None:
        await stage.until(lambda: stage.state.knows("show/song"))
        assert stage.state.link == HERE

    access = {level: level.word for level in (Level.VIEW, Level.EDIT)}
    on_stage(scene, access=Access(access))
    on_stage(opened, access=Access(access), passcode="view")


def test_garbage_is_let_pass_and_nobody_else_is_heard(quick):
    async def scene(stage: Stage) -> None:
        await stage.until(lambda: stage.state.knows("show/song"))
        here = stage.link.socket.getsockname()
        for packet in (b"", b"garbage!", b"#bundle\0", b"/lmdm/show/song\0,s\0\0\xff\xff\0\0"):
            stage.surface.sender(here)(packet)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"/lmdm/show/song\0,s\0\0evil\0\0\0\0", here)
        stage.session.publish("show/song", "mine")
        await stage.until(lambda: stage.state.text("show/song") == "mine")

    on_stage(scene)


def test_a_host_that_is_none_is_an_error():
    with pytest.raises(OscError, match="no-such-host"):
        MonitorLink("no-such-host.invalid", 9000, MonitorState("x"))


# --- the whole command, beside a surface -----------------------------------------------------------------------


def command(port: int, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "lmdmd", "monitor", "--port", str(port), *arguments]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def beside_a_surface(scene: Callable[[Session, int], None]) -> None:
    """Run a scene in a thread while a surface lives in the loop."""

    async def play() -> None:
        session = Session()
        session.publish("show/song", "Dawn")
        session.publish("deck/0/state", "live")
        surface = OscSurface(session, port=0)
        await surface.start()
        try:
            await asyncio.to_thread(scene, session, surface.port)
        finally:
            await surface.stop()

    asyncio.run(play())


def test_without_a_terminal_it_prints_lines_and_with_json_every_value():
    def scene(session: Session, port: int) -> None:
        done = subprocess.run(command(port, "--seconds", "3"), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and done.stderr == ""
        assert "Dawn" in done.stdout.splitlines()[-1] and "\x1b" not in done.stdout
        done = subprocess.run(command(port, "--json", "--seconds", "3"), capture_output=True, text=True, timeout=60)
        said = [json.loads(one) for one in done.stdout.splitlines()]
        assert said[-1]["link"] == HERE and said[-1]["values"]["show/song"] == "Dawn"

    beside_a_surface(scene)


def test_nobody_there_is_an_exit_status_and_a_sentence():
    done = subprocess.run(command(free_port(), "--seconds", "1.5"), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "is lmdmd running?" in done.stderr and WAITING in done.stdout


class Terminal:
    """A command on a terminal of its own, and what it has written there."""

    def __init__(self, words: list[str], columns: int, rows: int) -> None:
        self.ours, self.theirs = pty.openpty()
        ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes = termios.tcgetattr(self.theirs)
        self.written = ""
        environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES", "NO_COLOR")}
        environment["TERM"] = "xterm-256color"
        ends = dict.fromkeys(("stdin", "stdout", "stderr"), self.theirs)
        self.process = subprocess.Popen(words, env=environment, **ends)

    def until(self, seen: Callable[[], bool]) -> None:
        """Read on until something is seen."""
        end_s = time.monotonic() + LIMIT_S
        while not seen():
            assert time.monotonic() < end_s, self.written[-2000:]
            if select.select([self.ours], [], [], 0.05)[0]:
                self.written += os.read(self.ours, 65536).decode(errors="replace")

    def end(self) -> None:
        self.process.kill()
        self.process.wait(10)
        os.close(self.ours)
        os.close(self.theirs)


@contextmanager
def on_a_terminal(words: list[str], columns: int, rows: int) -> Iterator[Terminal]:
    terminal = Terminal(words, columns, rows)
    try:
        yield terminal
    finally:
        terminal.end()


@pytest.mark.parametrize("ending", ["q", signal.SIGINT, signal.SIGTERM])
def test_on_a_terminal_it_draws_until_it_is_ended_and_leaves_all_as_it_was(ending):
    def scene(session: Session, port: int) -> None:
        with on_a_terminal(command(port), 80, 24) as terminal:
            terminal.until(lambda: "Dawn" in terminal.written)
            assert "\x1b[?1049h" in terminal.written and "\x1b[?25l" in terminal.written
            assert termios.tcgetattr(terminal.theirs) != terminal.modes
            if ending == "q":
                os.write(terminal.ours, b"xyq")
            else:
                terminal.process.send_signal(ending)
            terminal.until(lambda: terminal.process.poll() is not None)
            terminal.until(lambda: "\x1b[?1049l" in terminal.written and "\x1b[?25h" in terminal.written)
            assert terminal.process.returncode == 0
            assert termios.tcgetattr(terminal.theirs) == terminal.modes
            assert "Traceback" not in terminal.written

    beside_a_surface(scene)


def test_a_picture_is_as_large_as_its_terminal_and_clears_nothing():
    def scene(session: Session, port: int) -> None:
        with on_a_terminal(command(port), 200, 60) as terminal:
            terminal.until(lambda: "Dawn" in terminal.written and "incidents" in terminal.written)
            titles = set(re.findall("╭─ ([a-z01 ]+) ─", re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", terminal.written)))
            assert titles >= {"show", "deck 0", "deck 1", "sound", "incidents", "clients"}
            drawn = terminal.written.partition("Dawn")[2]
            terminal.until(lambda: len(terminal.written) > 3 * len(drawn) + 100_000)
            assert "\x1b[2J" not in terminal.written.partition("Dawn")[2]

    beside_a_surface(scene)
