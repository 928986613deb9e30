"""Tape: the last seconds that came in or went out, addressed by timeline frame. One writer, many readers.

The writer (the audio process) never waits and overwrites the oldest. It announces what it is about to
overwrite (``_CLAIM``) before it copies and publishes the end (``_END``) after; a reader copies first and
then checks that its frames were not claimed meanwhile.
"""

from __future__ import annotations

import numpy as np

from lmdmd.rt.store import RATE, AudioStore

_START, _CLAIM, _END = range(RATE + 1, RATE + 4)


class Tape(AudioStore):
    """Shared overwriting history of audio."""

    KIND = "tape"

    @property
    def end_frame(self) -> int:
        """First frame that is not on the tape yet."""
        return int(self._cells[_END])

    @property
    def start_frame(self) -> int:
        """Oldest frame that can still be read; it moves on while the writer writes."""
        return max(int(self._cells[_START]), int(self._cells[_CLAIM]) - self.capacity_frames)

    def append(self, frame: int, audio: np.ndarray) -> None:
        """Put ``[N, C]`` at ``frame``: at the end, or over a part of it again; a gap forgets what was."""
        frames = len(audio)
        if not self.start_frame <= frame <= self.end_frame:
            self._cells[_END] = self._cells[_START] = self._cells[_CLAIM] = frame
        self._cells[_CLAIM] = max(frame + frames, int(self._cells[_CLAIM]))
        self._copy_in(frame, audio)
        self._cells[_END] = frame + frames

    def read(self, frame: int, frames: int) -> np.ndarray | None:
        """Copy of ``[frames, C]`` from ``frame`` on; None when it is not there yet or overwritten."""
        if frame < self.start_frame or frame + frames > self.end_frame:
            return None
        audio = np.empty((frames, self.channels), np.float32)
        self._copy_out(frame, audio)
        return audio if frame >= self.start_frame else None
