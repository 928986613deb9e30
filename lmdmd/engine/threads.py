"""How many threads the model gets: as many as make its blocks fastest, measured when it warms up."""

from __future__ import annotations

import os
from statistics import median

import torch

from lmdmd.engine.engine import Engine

_MOST = 4
_WORTH = 1.1
"""So much slower than the fastest a block may be for a smaller number of threads to win."""


def most_threads() -> int:
    """Cores this process may use, less one for audio and control, at most four.

    Threads that share a core wait for each other at every operation, and a block has hundreds: one thread too
    many costs far more than it could gain.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else (os.cpu_count() or 1)
    return max(1, min(_MOST, cores - 1))


def warm_up(engine: Engine, threads: int = 0) -> list[float]:
    """Warm an engine up on so many threads, with 0 on the best number for it, and keep to that; block times in ms."""
    tried: dict[int, list[float]] = {}
    for count in [threads] if threads else range(1, most_threads() + 1):
        torch.set_num_threads(count)
        tried[count] = engine.warm_up()
    count = fewest_fast(tried)
    torch.set_num_threads(count)
    return tried[count]


def fewest_fast(times_ms: dict[int, list[float]]) -> int:
    """Return the smallest number of threads whose median time is not much above the best."""
    limit = _WORTH * min(median(times) for times in times_ms.values())
    return min(count for count, times in times_ms.items() if median(times) <= limit)
