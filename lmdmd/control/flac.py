"""Finished pieces of a recording, handed to a process that makes FLAC of them (``control/flac_file.py``).

A FLAC file cannot be made whole at any moment by putting right a few sizes, so a recording is a WAV file while it
grows. It is a process of its own, and not a thread, so that the loop never waits for its interpreter lock and a program
that ends need not wait for it: it goes on alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path


class FlacMaker:
    """Hands files on, one process at a time; ``tell`` hears of those that stay WAV."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._waiting: list[Path] = []
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def busy(self) -> bool:
        """Whether a file is being made, or waits."""
        return self._process is not None or bool(self._waiting)

    def add(self, paths: Iterable[Path]) -> None:
        """Make FLAC files of finished WAV files."""
        self._waiting += paths
        self.poll()

    def poll(self) -> None:
        """See whether a process has ended and begin the next; never waits."""
        if self._process is not None and self._process.poll() is not None:
            self._hear(self._process)
            self._process = None
        if self._waiting and self._process is None:
            self._process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        """Process for all that waits; a machine that cannot start one keeps its WAV files."""
        paths, self._waiting = self._waiting, []
        command = [sys.executable, "-m", "lmdmd.control.flac_file", *map(str, paths)]
        null = subprocess.DEVNULL
        try:
            return subprocess.Popen(command, stdin=null, stdout=null, stderr=subprocess.PIPE, start_new_session=True)
        except OSError as error:
            self._tell(f"{paths[0].parent}: the recording stays WAV: {error.strerror or error}")
            return None

    def _hear(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        said = process.stderr.read().decode(errors="replace").strip()
        process.stderr.close()
        if process.returncode and not said:
            said = "a recording stays WAV: the process that makes FLAC was ended"
        for line in said.splitlines():
            self._tell(line)

    def close(self) -> None:
        """Let what waits be done by a process that outlives this one."""
        rest = self._spawn() if self._waiting else None
        for process in (self._process, rest):
            if process is not None:
                _leave(process)
        self._process = None


def _leave(process: subprocess.Popen[bytes]) -> None:
    """Go without waiting; Python would warn of a process that is still there."""
    if process.stderr is not None:
        process.stderr.close()
    process.returncode = process.poll() or 0
