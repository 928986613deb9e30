"""What ring and tape share: ``[N, C]`` float32 audio in shared memory, addressed by timeline frame.

Frame f lies at ``data[f % capacity]``; who may write what, and when, is for the ring and the tape to say.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from lmdmd.rt.shared import Segment

ITEM = np.dtype(np.float32)
RATE = 0
"""Cell of the sample rate; the others are the heirs' own."""


class AudioStore:
    """A mapped segment of audio. ``name`` lets another process attach."""

    KIND: ClassVar[str]

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._cells = segment.cells
        self._data = segment.payload(ITEM)
        self.capacity_frames, self.channels = segment.shape
        self.name = segment.name

    @classmethod
    def create(cls, capacity_frames: int, channels: int, rate_hz: int) -> Self:
        """Make an empty one at frame 0."""
        store = cls(Segment.create(cls.KIND, (capacity_frames, channels), ITEM))
        store.rate_hz = rate_hz
        return store

    @classmethod
    def attach(cls, name: str) -> Self:
        """Map another process's; raises ``SegmentError`` when it is not of this kind."""
        return cls(Segment.attach(cls.KIND, name, ITEM))

    @property
    def rate_hz(self) -> int:
        """Frames per second; the audio process sets it to the device's once that is open."""
        return int(self._cells[RATE])

    @rate_hz.setter
    def rate_hz(self, rate_hz: int) -> None:
        self._cells[RATE] = rate_hz

    def _copy_in(self, frame: int, audio: np.ndarray) -> None:
        at = frame % self.capacity_frames
        first = min(len(audio), self.capacity_frames - at)
        self._data[at : at + first] = audio[:first]
        self._data[: len(audio) - first] = audio[first:]

    def _copy_out(self, frame: int, out: np.ndarray) -> None:
        at = frame % self.capacity_frames
        first = min(len(out), self.capacity_frames - at)
        out[:first] = self._data[at : at + first]
        out[first:] = self._data[: len(out) - first]

    def touch(self) -> None:
        """Map every page now."""
        self._segment.touch()

    def close(self) -> None:
        """Unmap."""
        del self._cells, self._data
        self._segment.close()

    def unlink(self) -> None:
        """Remove it for everyone (creator only)."""
        self._segment.unlink()
