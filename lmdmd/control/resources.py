"""What a process of the program takes from the machine."""

from __future__ import annotations

import os
from pathlib import Path


def memory_mb(pid: int) -> float:
    """Resident memory of a process; 0 for one that is gone, or where the system does not tell by file."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
