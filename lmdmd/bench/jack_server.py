"""A sound card for any machine: a private JACK server that plays to nobody, in real time where that is permitted."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from lmdmd.errors import LmdmdError

RATE_HZ = 48000
PERIOD_FRAMES = 256
CAPTURES = 2
STARTING_S = 5.0
_POLL_S = 0.02
_SEMAPHORES = Path("/dev/shm")


class JackServer:
    """A server called ``name`` with a stereo card and a loopback; a context manager that ends it.

    Clients find it by ``environment``. Raises ``LmdmdError`` where jackd is missing or does not start.
    """

    def __init__(self, name: str, log: Path) -> None:
        if not shutil.which("jackd"):
            raise LmdmdError("jackd is not installed: apt install jackd2 libportaudio2")
        self.name = name
        self.log = log
        self.process: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a client's environment needs, the rest of ours included."""
        ours = {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1", "JACK_NO_AUDIO_RESERVATION": "1"}
        return {**os.environ, **ours}

    def __enter__(self) -> JackServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        # What clients leave behind when the server goes first.
        for left in _SEMAPHORES.glob(f"jack_sem.*_{self.name}_*"):
            left.unlink(missing_ok=True)

    def start(self) -> None:
        """Start it; returns once clients are answered."""
        card = f"-d dummy -r {RATE_HZ} -p {PERIOD_FRAMES} -C {CAPTURES} -P 2"
        # Where real time is not permitted, -R says so and goes on without.
        command = f"trap '' PIPE; exec jackd -n {self.name} -p 128 -L 2 -R -P 60 {card}"
        with self.log.open("a") as out:
            self.process = subprocess.Popen(["sh", "-c", command], stdout=out, stderr=out, env=self.environment)
        deadline_s = time.monotonic() + STARTING_S
        while not self._answers():
            if not self.alive or time.monotonic() > deadline_s:
                self.end()
                raise LmdmdError(f"jackd did not start: {self.log.read_text()}")
            time.sleep(_POLL_S)

    def latency_frames(self) -> int:
        """Frames from its cycle to the speakers, as it says itself."""
        command = ["jack_lsp", "-l", "system:playback_1"]
        said = subprocess.run(command, capture_output=True, text=True, env=self.environment)
        found = re.search(r"playback latency = \[ *\d+ +(\d+) *\]", said.stdout)
        if found is None:
            raise LmdmdError(f"jackd does not tell its latency: {said.stdout} {said.stderr}")
        return int(found[1])

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """End it without warning; a new one of its name may be started."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """End it in order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(5)

    def _answers(self) -> bool:
        return subprocess.run(["jack_lsp"], capture_output=True, env=self.environment).returncode == 0
