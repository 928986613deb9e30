"""WAV files that stay playable whatever happens: float32, header true after every append.

Frames go to disk first and the sizes in the header after, so a process killed in between leaves a
valid file that lacks at most its last append. Before 4 GB a new file is begun.

With ``marks`` a file has room before its sound for markers (``rt/wav_marks.py``), and a second handle, ``durable``,
by which another thread brings it to the disk: waiting for a disk can take seconds.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from lmdmd.rt.wav_marks import CLOSED, ROOM_BYTES, Mark, half, other_half

HEADER_BYTES = 58
LIMIT_BYTES = 2**32 - 2**20
_FLOAT = 3
_SAMPLE_BYTES = 4
_DATA_BYTES = 8
"""The header of the sound's own chunk, with which the file's header ends."""
_ROOM_SIZE_BYTES_AT = HEADER_BYTES - 4
"""Where the size stands of the gap that hides what is no marker yet."""

sync_data = getattr(os, "fdatasync", os.fsync)
"""Wait until a file's content is on the disk."""


def header(frames: int, channels: int, rate_hz: int) -> bytes:
    """RIFF header of ``frames`` float32 frames."""
    return _about(frames, channels, rate_hz, HEADER_BYTES) + _data(frames, channels)


def _about(frames: int, channels: int, rate_hz: int, header_bytes: int) -> bytes:
    frame_bytes = channels * _SAMPLE_BYTES
    form = struct.pack("<HHIIHHH", _FLOAT, channels, rate_hz, rate_hz * frame_bytes, frame_bytes, 32, 0)
    fact = b"fact" + struct.pack("<II", 4, frames)
    riff = b"RIFF" + struct.pack("<I", header_bytes - 8 + frames * frame_bytes) + b"WAVE"
    return riff + b"fmt " + struct.pack("<I", len(form)) + form + fact


def _data(frames: int, channels: int) -> bytes:
    return b"data" + struct.pack("<I", frames * channels * _SAMPLE_BYTES)


def sound_bytes_at(path: Path) -> int:
    """Where the sound begins in a file of ours."""
    with path.open("rb") as file:
        first = file.read(HEADER_BYTES)
    has_room = first[-_DATA_BYTES:-4] != b"data"
    return HEADER_BYTES + _DATA_BYTES + ROOM_BYTES if has_room else HEADER_BYTES


class Durable:
    """A second handle of a file, for the thread that brings it to the disk.

    Markers are shown only when they are on the disk for certain: after a power cut no header may point at what never
    got there.
    """

    def __init__(self, file: int, can_mark: bool) -> None:
        self._file = os.dup(file)
        self._lock = threading.Lock()
        self._shown = CLOSED
        self._waiting: int | None = None
        self._writes = 0
        self._can_mark = can_mark

    def write_marks(self, marks: Iterable[Mark]) -> bool:
        """Put markers where they are not shown yet; False when there is no room for so many."""
        if not self._can_mark:
            return False
        with self._lock:
            to = other_half(self._shown)
            content = half(marks, to)
            if content is None:
                return False
            os.pwrite(self._file, content, HEADER_BYTES + to)
            self._waiting, self._writes = to, self._writes + 1
        return True

    def sync(self) -> None:
        """Wait until all that was written is on the disk, then show its markers; raises ``OSError``."""
        writes = self._writes
        sync_data(self._file)
        with self._lock:
            if self._waiting is not None and writes == self._writes:
                os.pwrite(self._file, struct.pack("<I", self._waiting), _ROOM_SIZE_BYTES_AT)
                self._shown, self._waiting = self._waiting, None

    def close(self) -> None:
        """Give the handle back."""
        os.close(self._file)


class WavWriter:
    """Appends ``[N, C]`` float32 audio; ``paths`` lists the files, more than one after a rollover."""

    def __init__(
        self,
        path: Path,
        rate_hz: int,
        channels: int = 2,
        limit_bytes: int = LIMIT_BYTES,
        *,
        marks: bool = False,
    ) -> None:
        self.rate_hz = rate_hz
        self.channels = channels
        self.frames = 0
        self.paths: list[Path] = []
        self._path = Path(path)
        self._marks = marks
        self._header_bytes = HEADER_BYTES + marks * (_DATA_BYTES + ROOM_BYTES)
        self._limit_frames = (limit_bytes - self._header_bytes) // (channels * _SAMPLE_BYTES)
        self._open()

    @property
    def room_frames(self) -> int:
        """Frames that the present file still takes."""
        return self._limit_frames - self._in_file

    def durable(self) -> Durable:
        """Handle by which another thread syncs the present file."""
        return Durable(self._file.fileno(), self._marks)

    def _open(self) -> None:
        count = len(self.paths) + 1
        path = self._path if count == 1 else self._path.with_stem(f"{self._path.stem}-{count}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w+b", buffering=0)
        self._put(0, self._empty())
        self._in_file = 0
        self.paths.append(path)

    def _empty(self) -> bytes:
        if not self._marks:
            return header(0, self.channels, self.rate_hz)
        room = b"JUNK" + struct.pack("<I", CLOSED) + bytes(ROOM_BYTES)
        return _about(0, self.channels, self.rate_hz, self._header_bytes) + room + _data(0, self.channels)

    def append(self, audio: np.ndarray) -> None:
        """Write ``[N, C]`` and bring the header up to date; raises ``OSError`` when the disk refuses."""
        while len(audio):
            if not self.room_frames:
                self._file.close()
                self._open()
            room = self.room_frames
            self._write(audio[:room])
            audio = audio[room:]

    def _write(self, audio: np.ndarray) -> None:
        at = self._header_bytes + self._in_file * self.channels * _SAMPLE_BYTES
        self._put(at, np.ascontiguousarray(audio, "<f4").data.cast("B"))
        self.frames += len(audio)
        self._in_file += len(audio)
        if self._marks:
            self._put(self._header_bytes - _DATA_BYTES, _data(self._in_file, self.channels))
        about = _about(self._in_file, self.channels, self.rate_hz, self._header_bytes)
        self._put(0, about if self._marks else about + _data(self._in_file, self.channels))

    def _put(self, at: int, content: bytes | memoryview) -> None:
        self._file.seek(at)
        left = memoryview(content)
        while left:  # an unbuffered write may take less than it was given
            left = left[self._file.write(left) or 0 :]

    def close(self) -> None:
        """Close the file; it was valid all along."""
        self._file.close()
