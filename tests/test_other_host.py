"""From another host, which is a network namespace of its own: what a real program answers it, and what it may do there.

Skipped where namespaces are not permitted.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from others import CLIENTS, check_talk, http_port, talk
from program import Program, write_setlist

from lmdmd.bench.program import STARTING_S, wait_for
from lmdmd.bench.wires import DOORS
from lmdmd.surfaces.osc_access import TRIES_BURST
from lmdmd.surfaces.osc_peers import COMPLAINTS_PER_S
from lmdmd.testing import make_tiny_bundle

STRANGER = CLIENTS / "stranger.py"
SILENT_S = 1.0
ANSWER_S = 20.0
RESTED_S = 20.0 / COMPLAINTS_PER_S
"""Who was refused a lot is not answered for a while."""
CODES = "view: look\ncontrol: play\nedit: change\n"


@pytest.fixture(scope="module")
def setlist(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    return write_setlist(folder / "long.yaml", make_tiny_bundle(folder / "tiny").path, 3600)


class Stranger:
    """Whoever asks from there."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process

    def ask(self, door: str, *words: object, limit_s: float = ANSWER_S) -> list | int | None:
        """What a door answers first, ``None`` for nothing."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([door, limit_s, *words]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def asked(elsewhere: tuple[str, list[str]], program: Program) -> Iterator[Stranger]:
    """A program that plays, and somebody elsewhere who asks it."""
    wait_for(lambda: "playing; OSC on" in program.said(), STARTING_S, program.said)
    ports = [re.search(pattern, program.said()) for pattern in (r"OSC on \S+:(\d+)", r"OSCQuery on http://\S+:(\d+)/")]
    host, command = elsewhere
    words = [*command, sys.executable, str(STRANGER), host, *(found[1] for found in ports if found)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Stranger(process)
        assert process.stdin is not None
        process.stdin.close()


def test_by_default_no_door_answers_another_host(elsewhere, setlist, tmp_path):
    with (
        Program(tmp_path, setlist, "--device", "null", "--threads", "1", record=False) as program,
        asked(elsewhere, program) as stranger,
    ):
        for door in DOORS:
            assert stranger.ask(door, "/lmdm/mix/gain", limit_s=SILENT_S) is None, door
        for path in ("/", "/metrics", "/remote/", "/lmdm/mix/gain?VALUE"):
            assert stranger.ask("http", path, limit_s=SILENT_S) is None, path
        assert program.until_playing().get("mix/gain") == 0.0


def test_with_bind_every_door_asks_for_its_level(elsewhere, setlist, tmp_path):
    codes = tmp_path / "codes"
    codes.write_text(CODES)
    arguments = (setlist, "--device", "null", "--threads", "1", "--no-announce")
    with (
        Program(tmp_path, *arguments, "--bind", elsewhere[0], "--passcodes", codes, record=False) as program,
        asked(elsewhere, program) as stranger,
    ):
        for door in DOORS:
            check_levels(stranger, door)
        for path in ("/", "/metrics", "/lmdm/mix/gain?VALUE"):
            assert stranger.ask("http", path) == 401, path
            assert stranger.ask("http", path, "look") == 200, path
        assert program.process.poll() is None
        time.sleep(RESTED_S)
        check_rations(stranger)


def check_levels(stranger: Stranger, door: str) -> None:
    """View cannot set, control cannot edit, edit can, and who has said nothing can do nothing."""
    look, play, change = ("/lmdm/mix/gain",), ("/lmdm/mix/gain", -3.0), ("/lmdm/show/lock", 0)
    edits = (change, ("/lmdm/quit",), ("/lmdm/record/start",), ("/quit",))
    assert refused(stranger, door, look, play, *edits) == 6, door
    for level, passcode, may in (("view", "look", 1), ("control", "play", 2), ("edit", "change", 3)):
        assert stranger.ask(door, "/lmdm/login", passcode) == ["/lmdm/done", "login", level], door
        wishes = (look, play, change)
        assert refused(stranger, door, *wishes[:may]) == 0, (door, level)
        assert refused(stranger, door, *wishes[may:]) == 3 - may, (door, level)
        if level != "edit":
            assert refused(stranger, door, *edits) == 4, (door, level)
    assert stranger.ask(door, "/lmdm/logout") == ["/lmdm/done", "logout", "none"]
    assert refused(stranger, door, look) == 1


def refused(stranger: Stranger, door: str, *wishes: tuple) -> int:
    """How many of some messages are refused for the level; every one is answered."""
    answers = [stranger.ask(door, *wish) for wish in wishes]
    assert None not in answers, (door, wishes, answers)
    return sum(answer[0] == "/lmdm/fail" and "needs" in answer[2] for answer in answers if isinstance(answer, list))


def check_rations(stranger: Stranger) -> None:
    """After some wrong passcodes no more are compared, at whichever door, and the right one waits as well."""
    whys = [stranger.ask("tcp length", "/lmdm/login", f"guess {number}")[2] for number in range(int(TRIES_BURST) + 3)]
    assert TRIES_BURST <= whys.count("login: wrong passcode") < len(whys), whys
    for door in DOORS:
        stranger.ask("tcp length", "/lmdm/login", "another guess")  # the next one, should it have been long
        answer = stranger.ask(door, "/lmdm/login", "change")
        assert answer == ["/lmdm/fail", "login", "login: too many wrong passcodes; wait 10 s"], door
    assert stranger.ask("http", "/", "look") == 401


def test_oscquery_finds_us_by_multicast_dns_and_speaks_to_what_it_found(elsewhere, node, setlist, tmp_path):
    pytest.importorskip("zeroconf")
    host, command = elsewhere
    with Program(tmp_path, setlist, "--device", "null", "--threads", "1", "--bind", "0.0.0.0", record=False) as program:
        wait_for(lambda: "announced on the network as" in program.said(), STARTING_S, program.said)
        playing = wait_for(lambda: re.search(r"playing; OSC on \S+:(\d+)", program.said()), STARTING_S, program.said)
        program.port = int(playing[1])
        heard = talk(program, [*command, *node, str(CLIENTS / "oscquery.js"), str(http_port(program)), "mdns"])
        assert heard[0] == ["found", host, "lmdmd", program.port]
        check_talk(heard)
        assert program.get("mix/gain") == -6.5
