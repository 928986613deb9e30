"""Markers of a WAV file: the ``cue `` and ``LIST adtl`` chunks that editors show, in a room of fixed size.

The room stands before the sound, which only then can grow while there are markers. It has two halves, one of which is
shown: the gap (a JUNK chunk) before it ends where the shown half begins, and a gap after its markers reaches to the
room's end. New markers are written into the other half, where no reader looks; making the first gap longer or shorter,
four bytes at once, then shows them. So whoever reads at any moment finds whole chunks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

HALF_BYTES = 2**15
ROOM_BYTES = 2 * HALF_BYTES
CLOSED = ROOM_BYTES
"""Length of the first gap while no markers are shown; the others are 0 and ``HALF_BYTES``."""
_CHUNK_BYTES = 8


@dataclass(frozen=True)
class Mark:
    """A frame of a file, and what is said of it."""

    frame: int
    text: str


def other_half(shown: int) -> int:
    """Length of the gap that shows the half which is not shown now."""
    return HALF_BYTES if shown == 0 else 0


def half(marks: Iterable[Mark], gap_bytes: int) -> bytes | None:
    """Content of the half that begins after a gap of so many bytes; ``None`` when it does not fit."""
    chunks = _chunks(list(marks))
    if len(chunks) + _CHUNK_BYTES > HALF_BYTES:
        return None
    return chunks + _head(b"JUNK", ROOM_BYTES - gap_bytes - len(chunks) - _CHUNK_BYTES)


def _chunks(marks: list[Mark]) -> bytes:
    points = [struct.pack("<II4sIII", number, m.frame, b"data", 0, 0, m.frame) for number, m in enumerate(marks, 1)]
    cue = _chunk(b"cue ", struct.pack("<I", len(points)) + b"".join(points))
    labels = [_chunk(b"labl", struct.pack("<I", n) + m.text.encode() + b"\0") for n, m in enumerate(marks, 1)]
    return cue + _chunk(b"LIST", b"adtl" + b"".join(labels))


def _chunk(name: bytes, content: bytes) -> bytes:
    return _head(name, len(content)) + content + bytes(len(content) % 2)


def _head(name: bytes, size: int) -> bytes:
    return name + struct.pack("<I", size)
