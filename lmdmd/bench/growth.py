"""``lmdmd bench growth``: whether the ten-thousandth block costs what the hundredth did."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from statistics import median

from lmdmd import bundles
from lmdmd.bench.block import fill_context, open_engine
from lmdmd.bench.timing import describe_machine, time_ms
from lmdmd.errors import LmdmdError

STATM = Path("/proc/self/statm")


def bench_growth(options: argparse.Namespace) -> dict[str, object]:
    """Block time and memory in ten equal stretches of one long stream.

    `time_growth` and `memory_growth` compare the last stretch to the first. Raises `LmdmdError` for a stream too
    short to be cut into ten.
    """
    stretch = options.blocks // 10
    if stretch < 10:
        raise LmdmdError(f"bench growth: {options.blocks} blocks are too few; give at least 100")
    info = bundles.find(options.model)
    engine = open_engine(info, options.precision, options.threads)
    fill_context(engine)
    rows = []
    for number in range(10):
        times = [time_ms(engine.make_block) for _ in range(stretch)]
        rows.append({"until": (number + 1) * stretch, "p50_ms": round(median(times), 2), "memory_mb": memory_mb()})
    first, last = rows[0], rows[-1]
    return {
        "bundle": info.name,
        "precision": options.precision,
        "rows": rows,
        "time_growth": round(last["p50_ms"] / first["p50_ms"] - 1, 4),
        "memory_growth": round(last["memory_mb"] / first["memory_mb"] - 1, 4),
        "machine": describe_machine(),
    }


def memory_mb() -> float:
    """Memory that this process holds now."""
    if not STATM.exists():
        raise LmdmdError("bench growth reads /proc, which this system has not")
    return round(int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
