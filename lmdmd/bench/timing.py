"""Clocks, percentiles, and what ran where."""

from __future__ import annotations

import platform
import resource
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import torch


def time_ms(work: Callable[[], object]) -> float:
    """Milliseconds of one call, a GPU's work included."""
    began = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    elif torch.backends.mps.is_available():
        torch.mps.synchronize()
    return (time.perf_counter() - began) * 1000.0


def time_in_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every call, [rounds] a name, all names once a round after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            took = time_ms(work)
            if number:
                times[name].append(took)
    return times


def percentiles(times_ms: list[float]) -> dict[str, float]:
    """``p50_ms``, ``p95_ms`` and ``p99_ms``."""
    return {f"p{p}_ms": round(float(np.percentile(times_ms, p)), 1) for p in (50, 95, 99)}


def peak_memory_mb() -> float:
    """The most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 1e6 if sys.platform == "darwin" else peak / 1e3, 1)


def describe_machine() -> str:
    """System, processor and torch; no names of hosts."""
    return f"{platform.system()} {platform.machine()}, torch {torch.__version__}, {torch.get_num_threads()} threads"
