"""What a render and a replay share: an engine made ready, and the file that the mixer's buffers go to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

import numpy as np

from lmdmd.control.places import why_no_file
from lmdmd.engine.engine import Engine
from lmdmd.engine.threads import warm_up
from lmdmd.errors import ConfigError
from lmdmd.messages import Write
from lmdmd.rt.tape import Tape
from lmdmd.rt.wav import WavWriter

log = logging.getLogger(__name__)


def check_out(out: Path) -> None:
    """Raise ``ConfigError`` where the file cannot be written."""
    why = why_no_file(out)
    if why:
        raise ConfigError(f"--out {out}: {why}")


def ready_engine(
    path: Path,
    rate_hz: int,
    precision: str,
    threads: int,
    *,
    frame: int = 0,
    writes: Iterable[Write] = (),
    tell: Callable[[str], None] = log.warning,
) -> Engine:
    """An engine as a deck's is before its first block, warm with the values of ``frame``."""
    engine = Engine.load(path, rate_hz, precision, tell)
    for write in writes:
        engine.write(write)
    engine.seek(frame)
    warm_up(engine, threads)
    return engine


class Mixdown:
    """A WAV file of the frames from ``first`` to before ``last``, and on ``tape`` the latest of what was mixed.

    A context manager. The file is there from the first second on, so that what fails before leaves none.
    """

    def __init__(self, path: Path, tape: Tape, first: int = 0, last: int | None = None) -> None:
        self.tape = tape
        self._first, self._last = first, last
        self._path = path
        self._writer: WavWriter | None = None
        self._waiting: list[np.ndarray] = []
        self._waiting_frames = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()

    @property
    def frames(self) -> int:
        """Frames that the file has, or is about to have."""
        return (self._writer.frames if self._writer is not None else 0) + self._waiting_frames

    def add(self, frame: int, audio: np.ndarray) -> None:
        """Take the buffer [N, 2] that begins at ``frame``."""
        self.tape.append(frame, audio)
        end = len(audio) if self._last is None else max(self._last - frame, 0)
        part = audio[max(self._first - frame, 0) : end]
        if len(part):
            self._waiting.append(part.copy())
            self._waiting_frames += len(part)
        if self._waiting_frames >= self.tape.rate_hz:
            self._write()

    def heard(self, frame: int, frames: int) -> np.ndarray | None:
        """What was mixed there: [frames, 2]; None when it is not, or too long ago."""
        return self.tape.read(frame, frames)

    def _write(self) -> None:
        """A second at a time, as every write brings the file's header up to date."""
        if self._writer is None:
            self._writer = WavWriter(self._path, self.tape.rate_hz)
        if self._waiting:
            waiting, self._waiting, self._waiting_frames = self._waiting, [], 0
            self._writer.append(np.concatenate(waiting))
