"""Reading WAV files chunk by chunk, as a parser that knows nothing of ours would."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np


def chunks_of(path: Path) -> list[tuple[bytes, bytes]]:
    """Name and content of every chunk, in order; the last one may be cut. Raises where names are none."""
    content = path.read_bytes()
    assert (content[:4], content[8:12]) == (b"RIFF", b"WAVE")
    chunks, at = [], 12
    end = min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at + 8 <= end:
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        assert name in (b"fmt ", b"fact", b"JUNK", b"cue ", b"LIST", b"data"), (at, name)
        chunks.append((name, content[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return chunks


def sound_of(path: Path) -> np.ndarray:
    """Frames [N, 2] of the sound."""
    (data,) = (content for name, content in chunks_of(path) if name == b"data")
    whole = data[: len(data) // 8 * 8]
    return np.frombuffer(whole, "<f4").reshape(-1, 2)


def marks_of(path: Path) -> list[tuple[int, str]]:
    """Frame and label of every cue point."""
    found = dict(chunks_of(path))
    if b"cue " not in found:
        return []
    points = {}
    for at in range(4, len(found[b"cue "]), 24):
        number, _, chunk, _, _, frame = struct.unpack_from("<II4sIII", found[b"cue "], at)
        assert chunk == b"data"
        points[number] = frame
    assert struct.unpack_from("<I", found[b"cue "])[0] == len(points)
    return [(points[number], text) for number, text in _labels(found[b"LIST"]).items()]


def _labels(content: bytes) -> dict[int, str]:
    assert content[:4] == b"adtl"
    labels, at = {}, 4
    while at < len(content):
        name, size, number = struct.unpack_from("<4sII", content, at)
        assert name == b"labl"
        labels[number] = content[at + 12 : at + 8 + size].rstrip(b"\0").decode()
        at += 8 + size + size % 2
    return labels
