"""What a safetensors file says of itself in its header; nothing of its content is read."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any

_LONGEST_BYTES = 100 * 2**20
_LENGTH_BYTES = 8
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, struct.error)
"""What reading a header raises where a file is something else."""


def why_broken(file: Path) -> str:
    """Why a file is not a whole safetensors file; empty when it is."""
    try:
        length, header = _read(file)
        ends = [entry["data_offsets"][1] for entry in header.values()]
        wanted = _LENGTH_BYTES + length + max(ends, default=0)
    except FileNotFoundError:
        return "is missing"
    except _UNREADABLE:
        return "is not a readable safetensors file"
    size = file.stat().st_size
    return "" if size == wanted else f"is broken: it has {size} bytes and should have {wanted}"


def count_numbers(file: Path) -> int:
    """Numbers that a file holds; 0 for one that cannot be read."""
    try:
        return sum(math.prod(entry["shape"]) for entry in _read(file)[1].values())
    except _UNREADABLE:
        return 0


def _read(file: Path) -> tuple[int, dict[str, Any]]:
    """Length of the header in bytes, and its entries."""
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(_LENGTH_BYTES))
        header = json.loads(stream.read(min(length, _LONGEST_BYTES)))
    return length, {key: entry for key, entry in header.items() if key != "__metadata__"}
