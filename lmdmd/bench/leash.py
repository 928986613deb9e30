"""A command that ends when the process that started it does, however that ends; where the system offers it (Linux).

    python leash.py PARENT SIGNAL COMMAND ...

Run as a file and without site-packages, so that it takes next to no time.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def leashed(*command: str, number: signal.Signals = signal.SIGKILL) -> list[str]:
    """``command``, to be started by a thread that lives as long as the command should; ``number`` is what ends it."""
    if not sys.platform.startswith("linux"):
        return list(command)
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(number)), *command]


def _run(parent: int, number: int, command: list[str]) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() == parent:  # else it has ended before we could ask for the signal
        os.execvp(command[0], command)


if __name__ == "__main__":
    _run(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
