"""A whole running ``lmdmd`` as tests see it: its process, its children, its port, its recordings."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from lmdmd.surfaces.osc_client import Reply, send

STARTING_S = 40.0
_PLAYING = re.compile(r"playing; OSC on 127\.0\.0\.1:(\d+)")


def wait_for(what: Callable[[], Any], limit_s: float = 10.0, why: Callable[[], str] = lambda: "") -> Any:
    """First true answer of ``what``."""
    deadline = time.monotonic() + limit_s
    while not (got := what()):
        assert time.monotonic() < deadline, f"waited {limit_s:g} s in vain {why()}"
        time.sleep(0.01)
    return got


def lmdmd(*arguments: object, limit_s: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [sys.executable, "-m", "lmdmd", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=limit_s)


def write_setlist(path: Path, bundle: Path | str, length_s: float, cues: str = "") -> Path:
    """A setlist of one song, with ``cues`` as YAML lines of its list."""
    lines = [
        f"title: {path.stem}",
        f"model: {bundle}",
        "seed: 7",
        "songs:",
        "  - name: only",
        "    tempo: 120",
        f"    length: {length_s:g}s",
        "    prompts: {warm pads: 1}",
    ]
    if cues:
        lines += ["    cues:", *(f"      {line}" for line in cues.strip("\n").splitlines())]
    path.write_text("\n".join(lines) + "\n")
    return path


class Program:
    """A running ``lmdmd run``; a context manager that leaves no process behind."""

    def __init__(self, folder: Path, *arguments: object, record: bool = True) -> None:
        self.log = folder / "lmdmd.log"
        self.recordings = folder / "recordings"
        command = [sys.executable, "-m", "lmdmd", "run", *map(str, arguments)]
        command += ["--osc-port", "0", *(["--record", str(self.recordings)] if record else [])]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, process_group=0)
        self.seen: set[int] = set()
        self.port = 0

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.children()
        self.process.kill()
        self.process.wait(5)
        # Left to themselves its children end and the shared memory goes with the last of them.
        self.none_left(3.0)
        for pid in filter(runs, self.seen):
            os.kill(pid, signal.SIGKILL)

    # --- what it says -------------------------------------------------------------------------------

    def said(self) -> str:
        return self.log.read_text()

    def until_playing(self) -> Program:
        def playing() -> re.Match[str] | None:
            assert self.process.poll() is None, self.said()
            return _PLAYING.search(self.said())

        self.port = int(wait_for(playing, STARTING_S, self.said)[1])
        self.children()
        return self

    def ask(self, address: str, *values: Any, timeout_s: float = 5.0) -> list[Reply]:
        return send("127.0.0.1", self.port, f"/lmdm/{address}", values, timeout_s)

    def get(self, name: str) -> Any:
        replies = self.ask(name)
        assert len(replies) == 1, f"{name}: {replies} {self.said()}"
        return replies[0].values[0]

    def playhead(self) -> int:
        seconds, rate_hz = self.ask("status")[0].values[:2]
        return round(float(seconds) * int(rate_hz))

    def until_playhead(self, frame: int, limit_s: float = 30.0) -> None:
        wait_for(lambda: self.playhead() >= frame, limit_s, self.said)

    # --- its processes and shared memory --------------------------------------------------------------

    def children(self) -> list[int]:
        """Living processes below it; all that were ever seen are remembered in ``seen``."""
        found = descendants(self.process.pid)
        self.seen.update(found)
        return found

    def deck(self) -> int:
        return wait_for(lambda: next((pid for pid in self.children() if "libtorch" in mapped(pid)), 0))

    def audio(self) -> int:
        def is_audio(pid: int) -> bool:
            return "/dev/shm/lmdmd-" in mapped(pid) and "libtorch" not in mapped(pid)

        return wait_for(lambda: next((pid for pid in self.children() if is_audio(pid)), 0))

    def segments(self) -> list[Path]:
        return [Path(name) for name in set(re.findall(r"/dev/shm/lmdmd-\S+", mapped(self.process.pid)))]

    def none_left(self, within_s: float) -> bool:
        """Whether every process that was seen below it ends in time."""
        deadline = time.monotonic() + within_s
        while (left := any(runs(pid) for pid in self.seen)) and time.monotonic() < deadline:
            time.sleep(0.01)
        return not left

    def signal_all(self, number: int) -> None:
        """What a terminal or a service manager does: the signal goes to the whole group."""
        os.killpg(self.process.pid, number)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    # --- what it recorded -----------------------------------------------------------------------------

    def recording(self, name: str = "output") -> np.ndarray:
        (path,) = self.recordings.rglob(f"{name}.wav")
        audio, _ = soundfile.read(path, dtype="float32")
        return audio


def descendants(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        direct = [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*direct, *(below for child in direct for below in descendants(child))]


def mapped(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return ""


def runs(pid: int) -> bool:
    """Whether a process exists and is not just waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- judging audio ----------------------------------------------------------------------------------------


def level_db(audio: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(audio, dtype=np.float64))) + 1e-12))


def longest_run(flags: np.ndarray) -> int:
    """Length of the longest stretch of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def longest_silence(audio: np.ndarray, below: float = 1e-4) -> int:
    """Frames of the longest stretch in which every channel stays below a peak of ``below``."""
    return longest_run(np.abs(audio).max(axis=1) < below)


def biggest_jump(audio: np.ndarray) -> float:
    return float(np.abs(np.diff(audio, axis=0)).max())
