"""Failures on purpose, so that a rehearsal shows what happens when a deck fails on stage."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from lmdmd.errors import DeckError
from lmdmd.messages import Fault


class Faults:
    """What is wrong with a deck at the moment; nothing, unless somebody asked for it."""

    def __init__(self) -> None:
        self._spoilt_blocks = 0
        self._slowness = 1.0

    def take(self, fault: Fault) -> None:
        """Fail as asked, now or with the next blocks; raises ``DeckError`` for a crash."""
        if fault.kind == "nan":
            self._spoilt_blocks = max(1, round(fault.amount))
        elif fault.kind == "slow":
            self._slowness = max(1.0, fault.amount)
        elif fault.kind == "hang":
            time.sleep(fault.amount)
        elif fault.kind == "memory":
            _forbid_memory()
        elif fault.kind == "crash":
            raise DeckError("the deck failed on purpose, for a rehearsal")

    def make(self, make_block: Callable[[], np.ndarray]) -> np.ndarray:
        """Make a block, slower or spoilt as was asked."""
        began = time.perf_counter()
        audio = make_block()
        if self._slowness > 1.0:
            time.sleep((self._slowness - 1.0) * (time.perf_counter() - began))
        if self._spoilt_blocks:
            self._spoilt_blocks -= 1
            return np.full_like(audio, np.nan)
        return audio


def _forbid_memory() -> None:
    """Let this process have no more memory than it has; where the system cannot say so, do nothing."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        held = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (held, resource.RLIM_INFINITY))
