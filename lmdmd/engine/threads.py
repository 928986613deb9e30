"""How many threads the model gets: as many as are worth it, measured when it warms up.

On another number of threads sums are made in another order, and a stream drifts apart from what it was.
"""

from __future__ import annotations

import os
from statistics import median

import torch

from lmdmd.engine.engine import Engine

_MOST = 4
_WORTH = 1.1
"""So many times faster a block must get for one thread more to be kept."""


def most_threads() -> int:
    """Cores this process may use, less one for audio and control, at most four.

    Threads that share a core wait for each other at every operation, and a block has hundreds: one thread too
    many costs far more than it could gain.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else (os.cpu_count() or 1)
    return max(1, min(_MOST, cores - 1))


def warm_up(engine: Engine, threads: int = 0) -> list[float]:
    """Warm an engine up on so many threads and keep to them; return what its blocks took, in ms.

    With 0 threads, one more is tried as long as it is worth it.
    """
    count = threads or 1
    times = _time(engine, count)
    while not threads and count < most_threads():
        more = _time(engine, count + 1)
        if median(times) < _WORTH * median(more):
            torch.set_num_threads(count)
            break
        count, times = count + 1, more
    return times


def _time(engine: Engine, threads: int) -> list[float]:
    torch.set_num_threads(threads)
    return engine.warm_up()
