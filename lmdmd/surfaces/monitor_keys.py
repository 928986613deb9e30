"""Keys of the terminal that a monitor runs on: q ends it. Without a terminal that has keys there are none."""

from __future__ import annotations

import os
import sys

try:
    import termios
    import tty
except ImportError:  # Windows has none: there ctrl-c ends it
    termios = tty = None

ENDING = b"qQ\x03"


class Keys:
    """Takes single keys, unechoed, while it is entered; the terminal is as before when it is left."""

    def __init__(self) -> None:
        self._before: list | None = None

    @property
    def are_there(self) -> bool:
        """Whether keys can be taken."""
        return self._before is not None

    def __enter__(self) -> Keys:
        if termios is not None and tty is not None and sys.stdin is not None and sys.stdin.isatty():
            self._before = termios.tcgetattr(sys.stdin.fileno())
            tty.setcbreak(sys.stdin.fileno())
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None and termios is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._before)
            self._before = None

    def fileno(self) -> int:
        """For ``select``."""
        return sys.stdin.fileno()

    def asks_to_end(self) -> bool:
        """Whether a key was pressed that ends it, or nobody holds the terminal any more."""
        keys = os.read(sys.stdin.fileno(), 64)
        return not keys or not set(ENDING).isdisjoint(keys)
