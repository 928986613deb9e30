"""What processes of the program take from the machine, and what it has left."""

from __future__ import annotations

import ctypes
import math
import os
from contextlib import suppress
from pathlib import Path

from lmdmd.bundles import BundleInfo
from lmdmd.control.tensor_files import count_numbers

_MEMINFO = Path("/proc/meminfo")
_GROUPS = Path("/proc/self/cgroup")
_GROUP_PLACES = {"": Path("/sys/fs/cgroup"), "memory": Path("/sys/fs/cgroup/memory")}
"""Where Linux keeps its control groups: of version 2, and those of version 1 that count memory."""

_LIMITS = ("memory.max", "memory.limit_in_bytes")
_USED = ("memory.current", "memory.usage_in_bytes")
_RECLAIMED = ("inactive_file ", "total_inactive_file ")


def memory_mb(pid: int) -> float:
    """Resident memory of a process; 0 for one that is gone, or where the system does not tell by file."""
    return _pages_mb(pid)[0]


def private_mb(pid: int) -> float:
    """Resident memory that a process shares with no file and with no other process, or 0."""
    resident, shared = _pages_mb(pid)
    return resident - shared


def _pages_mb(pid: int) -> tuple[float, float]:
    """Resident memory, and how much of it is shared."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()
        page_mb = os.sysconf("SC_PAGE_SIZE") / 1e6
        return int(pages[1]) * page_mb, int(pages[2]) * page_mb
    except (OSError, IndexError, ValueError):
        return 0.0, 0.0


def give_back_memory() -> None:
    """Return freed memory to the system, where the C library can: glibc keeps it, in ever smaller pieces."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def available_mb() -> float:
    """Memory that can still be taken without swapping; infinite where the system does not tell by file."""
    return min(_machine_mb(), *_groups_mb(), math.inf)


def _machine_mb() -> float:
    with suppress(OSError, IndexError, ValueError):
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024 / 1e6
    return math.inf


def _groups_mb() -> list[float]:
    """What each control group that this process belongs to has left."""
    left = []
    with suppress(OSError, ValueError):
        for line in _GROUPS.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            place = _GROUP_PLACES.get(controllers)
            if place is not None:
                group = place / path.lstrip("/")
                left += [_group_mb(folder) for folder in (group, *group.parents) if folder.is_relative_to(place)]
    return left


def _group_mb(folder: Path) -> float:
    limit, used = (_first_number(folder, names) for names in (_LIMITS, _USED))
    return math.inf if limit is None or used is None else (limit - used + _reclaimed(folder)) / 1e6


def _first_number(folder: Path, names: tuple[str, ...]) -> int | None:
    for name in names:
        with suppress(OSError, ValueError):  # "max" is no number: there is no limit
            return int((folder / name).read_text())
    return None


def _reclaimed(folder: Path) -> int:
    """Bytes of files that the system lets go of when memory is wanted; they count as used."""
    with suppress(OSError, ValueError):
        lines = (folder / "memory.stat").read_text().splitlines()
        return max((int(line.split()[1]) for line in lines if line.startswith(_RECLAIMED)), default=0)
    return 0


# --- what a deck will take, before it is there --------------------------------------------------------------

PROCESS_MB = 290.0
"""Python, torch, what they map and what they compute in, before any model."""
BESIDES_MB = 160.0
"""Control, the audio process and the shared memory."""
_NUMBER_BYTES = 4
_COPIES = 2.0
"""How often a network's weights lie in memory while it loads: as they were read, and as the processor wants them."""
_T5_MB = 480.0
"""T5's encoder, which is in no bundle."""
_GUIDED = 2
"""Streams that guidance needs: with the prompt, and without."""


def deck_memory_mb(info: BundleInfo) -> float:
    """About how much memory a deck with a bundle takes, from the sizes that its files tell."""
    weights = sum(count_numbers(info.path / f"{part}.safetensors") for part in ("model", "codec"))
    prompts = count_numbers(info.path / "prompts.safetensors")
    numbers = _COPIES * weights + prompts + _cached_numbers(info)
    t5_mb = _T5_MB if info.config["prompts"].get("kind") == "t5" else 0.0
    return PROCESS_MB + t5_mb + numbers * _NUMBER_BYTES / 1e6


def _cached_numbers(info: BundleInfo) -> float:
    """Keys and values of the context, of every layer and of both streams of guidance."""
    geometry = info.config["geometry"]
    sizes = [info.config["model"].get(name, 0) for name in ("depth", "dim")]
    if not all(isinstance(size, int) for size in sizes):
        return 0.0  # it will not load, and says so itself
    return 2.0 * _GUIDED * (geometry["context"] + geometry["block"] + 1) * math.prod(sizes)
