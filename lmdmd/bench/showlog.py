"""What the program tells of a show itself: its log, one JSON object a line, and where its frames are in a recording."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

LOG = "show.jsonl"
BLOCK = "block"
"""Kind of line whose frame is one where two pieces of sound meet."""

_STEP_S = 1.0
_PIECE_FRAMES = 1024
_SLIPS = 64
"""A clock that slipped moved by so many buffers, at most, since the last look."""

_SEARCHED_S = 60.0


@dataclass(frozen=True)
class Anchor:
    """A frame of the show, and the frame of the recording at which it was heard."""

    played: int
    heard: int


def read_lines(path: Path | None) -> list[dict[str, Any]]:
    """Lines of a show log that can be read; the last one of a killed program may be half a line."""
    if path is None:
        return []
    return list(_objects(path.read_text(encoding="utf-8", errors="replace").splitlines()))


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict):
            yield said


def unreadable_lines(path: Path) -> int:
    """Lines that are no JSON objects."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return len(lines) - len(list(_objects(lines)))


def join_frames(lines: Iterable[dict[str, Any]]) -> np.ndarray:
    """Frames of the show at which pieces of sound meet, in order."""
    heard = (line for line in lines if line.get("kind") == BLOCK and line.get("block_frames") != 0)
    frames = {line["frame"] for line in heard if isinstance(line.get("frame"), int)}
    return np.array(sorted(frames), np.int64)


def block_times(lines: Iterable[dict[str, Any]]) -> np.ndarray:
    """First frame and compute time in ms of each block: [blocks, 2]."""
    times = [(line["frame"], line["compute_ms"]) for line in lines if line.get("kind") == BLOCK]
    return np.array(times, np.float64).reshape(-1, 2)


def find_anchors(heard: np.ndarray, played: np.ndarray, period: int, rate_hz: int) -> list[Anchor]:
    """Where each second of ``played`` [M, 2] begins in ``heard`` [N, 2], sample for sample.

    What is not there is left out. The place is looked for where the last one was, then some buffers to either side,
    then everywhere near.
    """
    anchors: list[Anchor] = []
    lag: int | None = None
    slips = [sign * number * period for number in range(1, _SLIPS) for sign in (1, -1)]
    for at in range(0, len(played) - _PIECE_FRAMES, round(_STEP_S * rate_hz)):
        piece = np.asarray(played[at : at + _PIECE_FRAMES])
        if not piece.any(axis=1).all():
            continue
        places = [at + lag + slip for slip in (0, *slips)] if lag is not None else []
        place = next((place for place in places if _is_at(heard, place, piece)), None)
        if place is None:
            place = _search(heard, piece, at + (lag or 0), round(_SEARCHED_S * rate_hz))
        if place is not None:
            lag = place - at
            anchors.append(Anchor(at, place))
    return anchors


def _is_at(heard: np.ndarray, place: int, piece: np.ndarray) -> bool:
    return place >= 0 and np.array_equal(heard[place : place + len(piece)], piece)


def _search(heard: np.ndarray, piece: np.ndarray, near: int, reach: int) -> int | None:
    begin = max(0, near - reach)
    same = begin + np.flatnonzero(heard[begin : near + reach, 0] == piece[0, 0])
    return next((int(place) for place in same if _is_at(heard, int(place), piece)), None)


def to_heard(frames: np.ndarray, anchors: list[Anchor], rate_hz: int) -> np.ndarray:
    """Frames of the recording for ``frames`` of the show, left out where the second around them was not found."""
    if not anchors:
        return np.zeros(0, np.int64)
    played = np.array([anchor.played for anchor in anchors])
    lags = np.array([anchor.heard for anchor in anchors]) - played
    before = np.searchsorted(played, frames, "right") - 1
    after = np.minimum(before + 1, len(played) - 1)
    found = before >= 0
    # Between two anchors that disagree the clock slipped, and nobody knows where.
    found &= (frames - played[before] <= _STEP_S * rate_hz) & (lags[before] == lags[after])
    return (frames + lags[before])[found]
