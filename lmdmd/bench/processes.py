"""What the system tells of other processes: their children, what they map, what memory they hold."""

from __future__ import annotations

import re
from pathlib import Path

_SEGMENT = re.compile(r"/dev/shm/lmdmd-[^\s(]+")
_MEMORY = re.compile(r"^(VmRSS|RssAnon|VmSize):\s+(\d+) kB", re.MULTILINE)
_STARTED = 19
"""Place of the start time among the words of /proc/PID/stat after the name."""


def descendants(pid: int) -> list[int]:
    """Process ids of its children, and theirs."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        direct = [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*direct, *(below for child in direct for below in descendants(child))]


def mapped(pid: int) -> str:
    """What it maps, as text; empty when it is gone."""
    return _read(pid, "maps")


def segments(pid: int) -> set[Path]:
    """Shared memory of the program that a process maps."""
    return {Path(name) for name in _SEGMENT.findall(mapped(pid))}


def runs(pid: int) -> bool:
    """Whether a process exists and is not just waiting to be reaped."""
    words = _stat(pid)
    return bool(words) and words[0] != "Z"


def started(pid: int) -> int:
    """When it began, in jiffies since the machine did; 0 when it is gone."""
    words = _stat(pid)
    return int(words[_STARTED]) if words else 0


def role(pid: int) -> str:
    """``deck``, ``audio`` or, for what is neither (yet), ``other``; empty when it is gone."""
    maps = mapped(pid)
    if not maps:
        return ""
    if "libtorch" in maps:
        return "deck"
    return "audio" if _SEGMENT.search(maps) else "other"


def memory_mb(pid: int) -> dict[str, float]:
    """``rss`` (shared pages included), ``own`` (its own pages) and ``size`` (address space); empty when it is gone."""
    names = {"VmRSS": "rss", "RssAnon": "own", "VmSize": "size"}
    return {names[name]: int(kb) * 1024 / 1e6 for name, kb in _MEMORY.findall(_read(pid, "status"))}


def steal_jiffies() -> int:
    """Processor time that the host took from this machine so far; 0 where that is not told."""
    stat = Path("/proc/stat")
    return int(stat.read_text().split("\n", 1)[0].split()[8]) if stat.exists() else 0


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


def _stat(pid: int) -> list[str]:
    return _read(pid, "stat").rpartition(")")[2].split()
