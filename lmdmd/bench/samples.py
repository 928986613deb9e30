"""What a show is asked every few seconds: its rows, and the memory of its processes by their part in it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

from lmdmd.bench.processes import memory_mb, steal_jiffies
from lmdmd.bench.program import Program

ROWS = ("underruns", "concealed", "xruns", "lead", "restarts")
ROLES = ("control", "audio", "deck")
WHOLE_S = 3600.0
FIRST = (180.0 / WHOLE_S, 480.0 / WHOLE_S)
LAST = (1 - 300.0 / WHOLE_S, 1.0)
"""Shares of a show that are compared: of an hour, the minutes 3 to 8 and the last five."""

Sample = dict[str, Any]


def take_sample(program: Program, began_s: float) -> Sample:
    """One row of a report; ``<role>_mb`` is ``None`` while there is no such process.

    Raises ``LmdmdError`` when the program does not answer.
    """
    sample: Sample = {"at_s": round(time.monotonic() - began_s, 1)}
    sample |= {name: round(program.get(f"status/{name}"), 3) for name in ROWS}
    slot = program.live_slot()
    for name in ("block_p50", "block_p95"):
        sample[f"{name}_ms"] = round(program.get(f"deck/{slot}/{name}"), 1) if slot >= 0 else None
    pids = {"control": program.process.pid, "audio": program.audio_now(), "deck": program.live_deck()}
    for role, pid in pids.items():
        held = memory_mb(pid) if pid else {}
        for kind, name in (("rss", f"{role}_mb"), ("own", f"{role}_own_mb")):
            sample[name] = round(held[kind], 1) if held else None
    sample["decks_mb"] = round(sum(memory_mb(pid).get("rss", 0.0) for pid in program.decks()), 1)
    sample["steal"] = steal_jiffies()
    return sample


def within(samples: Sequence[Sample], share: tuple[float, float], length_s: float) -> list[Sample]:
    """Samples of a share of a show, at least the nearest one to its end."""
    begin_s, end_s = (part * length_s for part in share)
    found = [sample for sample in samples if begin_s <= sample["at_s"] <= end_s]
    return found or sorted(samples, key=lambda sample: abs(sample["at_s"] - end_s))[:1]


def compare(samples: Sequence[Sample], key: str, length_s: float) -> tuple[float, float] | None:
    """Median of a column in the first and in the last share; ``None`` where either has no value."""
    both = []
    for share in (FIRST, LAST):
        values = [sample[key] for sample in within(samples, share, length_s) if sample.get(key) is not None]
        if not values:
            return None
        both.append(round(median(values), 2))
    return both[0], both[1]


def compare_memory(samples: Sequence[Sample], length_s: float) -> dict[str, dict[str, float]]:
    """Role -> memory at first and at last in MB, and growth as a share of the first; ``own_`` without shared pages."""
    found: dict[str, dict[str, float]] = {}
    for role in ROLES:
        for kind in ("", "own_"):
            if both := compare(samples, f"{role}_{kind}mb", length_s):
                first, last = both
                figures = {"first_mb": first, "last_mb": last, "growth": round(last / first - 1, 4)}
                found.setdefault(role, {}).update({f"{kind}{name}": value for name, value in figures.items()})
    return found


def compare_block_times(times: np.ndarray, length_frames: int) -> tuple[float, float] | None:
    """99th percentile in ms of the blocks of both shares; ``times`` [blocks, 2] holds first frames and milliseconds."""
    both = []
    for share in (FIRST, LAST):
        begin, end = (part * length_frames for part in share)
        inside = times[(times[:, 0] >= begin) & (times[:, 0] <= end), 1]
        if not len(inside):
            return None
        both.append(round(float(np.percentile(inside, 99)), 1))
    return both[0], both[1]
