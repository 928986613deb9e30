"""Whether ``lmdmd replay`` makes a show's recording again, from all of its log and from what a cut leaves of it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lmdmd.bench.showlog import LOG
from lmdmd.bench.soak import map_wav
from lmdmd.replay import replay
from lmdmd.train.progress import track

_SEED = 1


@dataclass(frozen=True)
class Repeat:
    """A replay: where its log was cut, how many frames it made, how many of them are not the recording's."""

    cut: int
    frames: int
    unequal: int
    doubts: tuple[str, ...]


def repeat(log: Path, output: np.ndarray) -> Repeat:
    """Replay a log, and compare with ``output`` [N, 2] as far as it goes."""
    with tempfile.TemporaryDirectory(prefix="lmdmd-again-") as folder:
        out = Path(folder) / "again.wav"
        report = replay(log, out)
        made = map_wav(out) if out.is_file() else np.zeros((0, 2), np.float32)
        return Repeat(log.stat().st_size, len(made), count_unequal(made, output), tuple(report["doubts"]))


def count_unequal(made: np.ndarray, output: np.ndarray) -> int:
    """Frames of a replay that are not as they were recorded, those that never were among them."""
    both = min(len(made), len(output))
    apart = sum(
        int(np.count_nonzero((made[at : min(at + _PIECE, both)] != output[at : min(at + _PIECE, both)]).any(axis=1)))
        for at in range(0, both, _PIECE)
    )
    return apart + len(made) - both


_PIECE = 1 << 20


def cut_places(log: bytes, count: int) -> list[int]:
    """Random bytes of a log after its first line, without which it is none."""
    begin = log.index(b"\n") + 1
    chance = random.Random(_SEED)
    return sorted(chance.randrange(begin, len(log)) for _ in range(count))


def repeat_cuts(folder: Path, output: np.ndarray, count: int) -> Iterator[Repeat]:
    """Replay what random cuts leave of the log in a folder."""
    log = (folder / LOG).read_bytes()
    for cut in track(cut_places(log, count), "cuts"):
        with tempfile.TemporaryDirectory(prefix="lmdmd-cut-") as place:
            for path in folder.glob("input*.wav"):
                (Path(place) / path.name).symlink_to(path.resolve())
            (Path(place) / LOG).write_bytes(log[:cut])
            yield repeat(Path(place) / LOG, output)
