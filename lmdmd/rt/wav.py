"""WAV files that stay playable whatever happens: float32, header true after every append.

Frames go to disk first and the sizes in the header after, so a process killed in between leaves a
valid file that lacks at most its last append. Before 4 GB a new file is begun.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

HEADER_BYTES = 58
LIMIT_BYTES = 2**32 - 2**20
_FLOAT = 3
_SAMPLE_BYTES = 4


def header(frames: int, channels: int, rate_hz: int) -> bytes:
    """RIFF header of ``frames`` float32 frames."""
    frame_bytes = channels * _SAMPLE_BYTES
    data = frames * frame_bytes
    form = struct.pack("<HHIIHHH", _FLOAT, channels, rate_hz, rate_hz * frame_bytes, frame_bytes, 32, 0)
    fact = b"fact" + struct.pack("<II", 4, frames)
    riff = b"RIFF" + struct.pack("<I", HEADER_BYTES - 8 + data) + b"WAVE"
    return riff + b"fmt " + struct.pack("<I", len(form)) + form + fact + b"data" + struct.pack("<I", data)


class WavWriter:
    """Appends ``[N, C]`` float32 audio; ``paths`` lists the files, more than one after a rollover."""

    def __init__(self, path: Path, rate_hz: int, channels: int = 2, limit_bytes: int = LIMIT_BYTES) -> None:
        self.rate_hz = rate_hz
        self.channels = channels
        self.frames = 0
        self.paths: list[Path] = []
        self._path = Path(path)
        self._limit_frames = (limit_bytes - HEADER_BYTES) // (channels * _SAMPLE_BYTES)
        self._open()

    def _open(self) -> None:
        count = len(self.paths) + 1
        path = self._path if count == 1 else self._path.with_stem(f"{self._path.stem}-{count}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w+b", buffering=0)
        self._file.write(header(0, self.channels, self.rate_hz))
        self._in_file = 0
        self.paths.append(path)

    def append(self, audio: np.ndarray) -> None:
        """Write ``[N, C]`` and bring the header up to date; raises ``OSError`` when the disk refuses."""
        while len(audio):
            if self._in_file == self._limit_frames:
                self._file.close()
                self._open()
            room = self._limit_frames - self._in_file
            self._write(audio[:room])
            audio = audio[room:]

    def _write(self, audio: np.ndarray) -> None:
        self._file.seek(HEADER_BYTES + self._in_file * self.channels * _SAMPLE_BYTES)
        left = np.ascontiguousarray(audio, "<f4").data.cast("B")
        while left:  # an unbuffered write may take less than it was given
            left = left[self._file.write(left) or 0 :]
        self.frames += len(audio)
        self._in_file += len(audio)
        self._file.seek(0)
        self._file.write(header(self._in_file, self.channels, self.rate_hz))

    def close(self) -> None:
        """Close the file; it was valid all along."""
        self._file.close()
