"""Sound: a whole file in shared memory, at the device's rate, read around and around by the timeline's frame."""

from __future__ import annotations

import numpy as np

from lmdmd.rt.store import RATE, AudioStore

_FRAMES = RATE + 1


class Sound(AudioStore):
    """Audio that is written once, by whoever made the segment, and read by others after that."""

    KIND = "sound"

    @property
    def frames(self) -> int:
        """Frames that it lasts."""
        return int(self._cells[_FRAMES])

    def put(self, audio: np.ndarray) -> None:
        """Let ``[N, C]`` follow on what is there; what there is no room for is left out."""
        at = self.frames
        room = audio[: self.capacity_frames - at]
        self._data[at : at + len(room)] = room
        self._cells[_FRAMES] = at + len(room)

    def read_round(self, frame: int, out: np.ndarray) -> None:
        """Fill ``out`` [N, C] with what sounds at a frame: frame 0 is its beginning, and after its end it begins again.

        It has at least one frame.
        """
        done, at = 0, frame % self.frames
        while done < len(out):
            part = min(len(out) - done, self.frames - at)
            out[done : done + part] = self._data[at : at + part]
            done, at = done + part, 0
