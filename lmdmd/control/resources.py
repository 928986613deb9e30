"""What a process of the program takes from the machine, and what a deck will take before it is there."""

from __future__ import annotations

import math
import os
from pathlib import Path

from lmdmd.bundles import BundleInfo
from lmdmd.control.tensor_files import count_numbers

PROCESS_MB = 330.0
"""Python, torch and what they map, before any model."""
BESIDES_MB = 160.0
"""Control, the audio process and the shared memory."""
_NUMBER_BYTES = 4
_COPIES = 2.0
"""How often a network's weights lie in memory while it loads: as they were read, and as the processor wants them."""
_T5_MB = 480.0
"""T5's encoder, which is in no bundle."""
_GUIDED = 2
"""Streams that guidance needs: with the prompt, and without."""
_MEMINFO = Path("/proc/meminfo")


def memory_mb(pid: int) -> float:
    """Resident memory of a process; 0 for one that is gone, or where the system does not tell by file."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def available_mb() -> float:
    """Memory that a new process could have; infinite where the system does not tell by file."""
    try:
        lines = _MEMINFO.read_text().splitlines()
        kib = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, IndexError, ValueError):
        return math.inf
    return kib * 1024 / 1e6


def deck_memory_mb(info: BundleInfo) -> float:
    """About how much memory a deck with a bundle takes, from the sizes that its files tell."""
    weights = sum(count_numbers(info.path / f"{part}.safetensors") for part in ("model", "codec"))
    prompts = count_numbers(info.path / "prompts.safetensors")
    numbers = _COPIES * weights + prompts + _cached_numbers(info)
    t5_mb = _T5_MB if info.config["prompts"].get("kind") == "t5" else 0.0
    return PROCESS_MB + t5_mb + numbers * _NUMBER_BYTES / 1e6


def _cached_numbers(info: BundleInfo) -> float:
    """Keys and values of the context, of every layer and of both streams of guidance."""
    model, geometry = info.config["model"], info.config["geometry"]
    latents = geometry["context"] + geometry["block"] + 1
    return 2.0 * _GUIDED * latents * model.get("depth", 0) * model.get("dim", 0)
