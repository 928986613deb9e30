"""``lmdmd bench growth``: whether the ten-thousandth block costs what the hundredth did."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from statistics import median

from lmdmd import bundles
from lmdmd.bench.block import apply_defaults, fill_context, open_engine
from lmdmd.bench.timing import describe_machine, time_in_turns, time_ms
from lmdmd.engine.engine import Engine
from lmdmd.errors import LmdmdError

STATM = Path("/proc/self/statm")
TURNS = 50


def bench_growth(options: argparse.Namespace) -> dict[str, object]:
    """Block time and memory in ten equal stretches of one long stream, in the first precision asked for.

    At the end of each, blocks are made in turns with a stream that has just begun, as a machine's pace changes within
    minutes: `over_young` is the ratio of their medians, `time_growth` what the last one has above 1. `memory_growth`
    compares the last stretch to the first. Raises `LmdmdError` for a stream too short to be cut into ten.
    """
    stretch = options.blocks // 10
    if stretch < 10:
        raise LmdmdError(f"bench growth: {options.blocks} blocks are too few; give at least 100")
    info = bundles.find(options.model)
    old = open_engine(info, options.precision[0], options.threads)
    young = Engine(old.bundle, old.rate_hz)
    apply_defaults(young, info)
    fill_context(old)
    rows = []
    for number in range(10):
        times = [time_ms(old.make_block) for _ in range(stretch)]
        rows.append(
            {
                "until": (number + 1) * stretch,
                "p50_ms": round(median(times), 2),
                "over_young": round(compare(old, young, min(TURNS, stretch)), 3),
                "memory_mb": memory_mb(),
            }
        )
    return {
        "bundle": info.name,
        "precision": options.precision[0],
        "rows": rows,
        "time_growth": round(rows[-1]["over_young"] - 1, 4),
        "memory_growth": round(rows[-1]["memory_mb"] / rows[0]["memory_mb"] - 1, 4),
        "machine": describe_machine(),
    }


def compare(old: Engine, young: Engine, turns: int) -> float:
    """Return how much longer a block of the long stream takes than one of a stream that begins now."""
    young.state.reset()
    young.seek(0)
    fill_context(young)
    times = time_in_turns({"old": old.make_block, "young": young.make_block}, turns)
    return median(times["old"]) / median(times["young"])


def memory_mb() -> float:
    """Memory that this process holds now."""
    if not STATM.exists():
        raise LmdmdError("bench growth reads /proc, which this system has not")
    return round(int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
