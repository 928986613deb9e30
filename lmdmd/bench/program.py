"""A whole running ``lmdmd``, seen from outside: its process, its children, its port, its recordings."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lmdmd.bench.leash import leashed
from lmdmd.bench.processes import descendants, role, runs, segments, started
from lmdmd.errors import LmdmdError
from lmdmd.params import DECK_SLOTS
from lmdmd.surfaces.osc_client import Reply, send

STARTING_S = 40.0
ENDING_S = 20.0
_PLAYING = re.compile(r"playing; OSC on 127\.0\.0\.1:(\d+)")
_SAID = 600


def wait_for(what: Callable[[], Any], limit_s: float = 10.0, why: Callable[[], str] = lambda: "") -> Any:
    """First true answer of ``what``; raises ``LmdmdError`` when there is none in time."""
    deadline_s = time.monotonic() + limit_s
    while not (got := what()):
        if time.monotonic() > deadline_s:
            raise LmdmdError(f"waited {limit_s:g} s in vain {why()}")
        time.sleep(0.01)
    return got


class Program:
    """A running ``lmdmd run``; a context manager that leaves no process behind, not even when it is killed itself."""

    def __init__(
        self, folder: Path, *arguments: object, record: bool = True, environment: Mapping[str, str] | None = None
    ) -> None:
        self.log = folder / "lmdmd.log"
        self.recordings = folder / "recordings"
        words = ("-m", "lmdmd", "run", "--osc-port", "0", "--http-port", "0", *map(str, arguments))
        command = leashed(sys.executable, *words, *(("--record", str(self.recordings)) if record else ()))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, process_group=0, env=environment)
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
        """Everything it printed so far."""
        return self.log.read_text()

    def until_playing(self) -> Program:
        """Wait until sound begins; raises ``LmdmdError`` with what it said when it does not."""

        def playing() -> re.Match[str] | None:
            if self.process.poll() is not None:
                raise LmdmdError(f"lmdmd run ended before it played: {self.said()[-_SAID:]}")
            return _PLAYING.search(self.said())

        self.port = int(wait_for(playing, STARTING_S, self.said)[1])
        self.children()
        return self

    def ask(self, address: str, *values: Any, timeout_s: float = 5.0) -> list[Reply]:
        """What it answers to one message."""
        return send("127.0.0.1", self.port, f"/lmdm/{address}", values, timeout_s)

    def get(self, name: str) -> Any:
        """Value of one row; raises ``LmdmdError`` when it does not answer."""
        replies = [reply for reply in self.ask(name) if reply.address == f"/lmdm/{name}"]
        if len(replies) != 1:
            raise LmdmdError(f"lmdmd does not tell {name}: {replies} {self.said()[-_SAID:]}")
        return replies[0].values[0]

    def do(self, verb: str, *values: Any, timeout_s: float = 5.0) -> str:
        """Ask for a verb; returns why it failed, or nothing."""
        replies = self.ask(verb, *values, timeout_s=timeout_s)
        if not replies:
            return f"{verb}: no answer in {timeout_s:g} s"
        return "" if replies[-1].address == "/lmdm/done" else " ".join(map(str, replies[-1].values))

    def playhead(self) -> int:
        """Frame that is heard now."""
        seconds, rate_hz = self.ask("status")[0].values[:2]
        return round(float(seconds or 0.0) * int(rate_hz or 0))

    def until_playhead(self, frame: int, limit_s: float = 30.0) -> None:
        """Wait until a frame is heard."""
        wait_for(lambda: self.playhead() >= frame, limit_s, self.said)

    # --- its processes and shared memory --------------------------------------------------------------

    def children(self) -> list[int]:
        """Living processes below it; all that were ever seen are remembered in ``seen``."""
        found = descendants(self.process.pid)
        self.seen.update(found)
        return found

    def decks(self) -> list[int]:
        """Processes that have a model, oldest first."""
        return sorted((pid for pid in self.children() if role(pid) == "deck"), key=started)

    def deck(self) -> int:
        """Any deck, as soon as there is one."""
        return wait_for(lambda: next(iter(self.decks()), 0))

    def live_deck(self) -> int:
        """The deck that sounds, 0 without one: of two, the newer one if the older is draining."""
        states = self.deck_states()
        if "live" not in states:
            return 0
        decks = self.decks()
        return (decks[-1] if "draining" in states else decks[0]) if decks else 0

    def deck_states(self) -> list[str]:
        """State of each deck slot."""
        return [str(self.get(f"deck/{slot}/state")) for slot in range(DECK_SLOTS)]

    def live_slot(self) -> int:
        """Slot that sounds, -1 without one."""
        states = self.deck_states()
        return states.index("live") if "live" in states else -1

    def audio(self) -> int:
        """The audio process, as soon as there is one."""
        return wait_for(self.audio_now)

    def audio_now(self) -> int:
        """The audio process, 0 without one."""
        return next((pid for pid in self.children() if role(pid) == "audio"), 0)

    def segments(self) -> list[Path]:
        """Shared memory that it made."""
        return list(segments(self.process.pid))

    def none_left(self, within_s: float) -> bool:
        """Whether every process that was seen below it ends in time."""
        deadline_s = time.monotonic() + within_s
        while (left := any(runs(pid) for pid in self.seen)) and time.monotonic() < deadline_s:
            time.sleep(0.01)
        return not left

    def count_left(self) -> int:
        """How many of all processes that were seen below it still run."""
        return sum(map(runs, self.seen))

    def signal_all(self, number: int) -> None:
        """What a terminal or a service manager does: the signal goes to the whole group."""
        os.killpg(self.process.pid, number)

    def interrupt(self) -> None:
        """What a performer's Ctrl-C does, to the program alone."""
        self.process.send_signal(signal.SIGINT)

    def end(self) -> int | None:
        """Ask it to end; returns its exit status, or ``None`` when it does not end in time."""
        self.children()
        self.interrupt()
        try:
            return self.process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            return None

    # --- what it recorded -----------------------------------------------------------------------------

    def take(self, name: str) -> Path | None:
        """A file of its recording, such as ``output.wav``."""
        return next(iter(sorted(self.recordings.rglob(name))), None)
