"""A stage to measure on: a private sound server, an ear, and a real ``lmdmd run`` between them."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from lmdmd.bench.ear import Ear
from lmdmd.bench.heard import Heard
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.program import Program

PROMPT = "warm pads"
LEFT_S = 3.0
_DEVICE = "system"


@dataclass(frozen=True)
class Ended:
    """How a show ended: when it was asked to, its exit status, and what it left behind."""

    at_s: float
    status: int | None
    left_processes: int
    left_segments: int


@dataclass(frozen=True)
class Stage:
    """A show that plays. ``heard`` grows in ``folder``."""

    folder: Path
    server: JackServer
    ear: Ear
    program: Program

    def end(self) -> Ended:
        """Ask the program to end and count what is left of it."""
        made, at_s = self.program.segments(), time.monotonic()
        status = self.program.end()
        clean = self.program.none_left(LEFT_S)
        left = 0 if clean else self.program.count_left()
        return Ended(at_s, status, left, sum(path.exists() for path in made))

    def finish(self) -> Heard:
        """Everything that was heard."""
        return self.ear.finish()


def server_name() -> str:
    """Name of a sound server of our own."""
    return f"bench{os.getpid()}"


def middle_and_most(name: str, values_s: list[float]) -> dict[str, float]:
    """Median and largest of some seconds, 0 without any."""
    if not values_s:
        return {f"{name}_p50_s": 0.0, f"{name}_max_s": 0.0}
    return {f"{name}_p50_s": round(median(values_s), 3), f"{name}_max_s": round(max(values_s), 3)}


@contextmanager
def working_folder(keep: Path | None) -> Iterator[Path]:
    """The folder to keep, or one that is gone afterwards."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="lmdmd-bench-") as folder:
        yield Path(folder)


@contextmanager
def open_stage(folder: Path, options: argparse.Namespace) -> Iterator[Stage]:
    """Start server, ear and program in ``folder``, and wait until it plays ``options.model``."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as ending:
        server = ending.enter_context(JackServer(server_name(), folder / "jackd.log"))
        ear = ending.enter_context(Ear(server, folder))
        program = ending.enter_context(play(folder, server, options))
        yield Stage(folder, server, ear, program)


@contextmanager
def play(folder: Path, server: JackServer, options: argparse.Namespace) -> Iterator[Program]:
    """A program that plays on a server and records into ``folder``."""
    arguments = ("--device", _DEVICE, "--model", options.model, "--threads", options.threads, "--rehearsal")
    with Program(folder, *arguments, environment=server.environment) as program:
        program.until_playing()
        program.ask("prompt/0/text", PROMPT)
        yield program
