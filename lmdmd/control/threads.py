"""How many threads the model gets."""

from __future__ import annotations

import os

_MOST = 4


def model_threads() -> int:
    """Cores this process may use, less one for audio and control, at most four.

    Threads that share a core wait for each other at every operation, and a block has hundreds: one thread too
    many costs far more than it could gain.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else (os.cpu_count() or 1)
    return max(1, min(_MOST, cores - 1))
