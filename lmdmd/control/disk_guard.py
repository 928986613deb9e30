"""How long the disk lasts: what is told of it, and when a recording must end so that the machine does not."""

from __future__ import annotations

import math

from lmdmd.errors import CommandError

KEPT_BYTES = 200 * 10**6
"""Left free whatever happens: logs, and the rest of the machine, need some."""
WARNED_S = 600.0
_LEAST_S = 10.0
LONGEST_S = 10.0**7
MOST_MB = 10.0**9


class DiskGuard:
    """Follows one recording that takes ``bytes_per_s``."""

    def __init__(self, bytes_per_s: float) -> None:
        self.bytes_per_s = bytes_per_s
        self._warned = False

    def left_s(self, free_bytes: float) -> float:
        """Seconds that can still be recorded."""
        return min(max(free_bytes - KEPT_BYTES, 0.0) / self.bytes_per_s, LONGEST_S)

    def is_full(self, free_bytes: float) -> bool:
        """Whether the recording must end."""
        return self.left_s(free_bytes) <= 0.0

    def warning(self, free_bytes: float) -> str:
        """What to say, once, when little is left; else nothing."""
        left_s = self.left_s(free_bytes)
        if self._warned or left_s > WARNED_S:
            return ""
        self._warned = True
        return (
            f"the disk has room for {left_s / 60:.0f} more minutes of recording; make room, or leave out "
            "record/input and record/stems"
        )

    def refuse(self, free_bytes: float) -> None:
        """Raise ``CommandError`` where a recording would have to end as soon as it begins."""
        if self.left_s(free_bytes) < _LEAST_S:
            raise CommandError(
                f"cannot record: {free_bytes / 1e6:.0f} MB are free on the disk, of which "
                f"{KEPT_BYTES / 1e6:.0f} are kept; make room, or name another folder with --record"
            )


def shown_mb(free_bytes: float) -> float:
    """Room as it is reported."""
    return float(math.floor(min(free_bytes / 1e6, MOST_MB)))
