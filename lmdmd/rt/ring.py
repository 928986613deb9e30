"""Ring: audio made but not heard yet, addressed by timeline frame. One writer (a deck), one reader (audio).

``data[frame % capacity]``. The writer alone moves ``start_frame`` and ``write_frame`` (data before
cursor), the reader alone ``read_frame``. The writer may take back its tail with ``rewind``, or put another
in its place with ``splice``, as long as it stays ``guard_frames`` clear of the reader, who may be copying
just there.

What the reader has left behind stays until the writer comes round to it: ``read_past`` takes it for the recording. The
writer says how far it will have written before it does (``_CLAIM``), so that nothing is taken for sound of then that is
of now.
"""

from __future__ import annotations

from typing import Self

import numpy as np

from lmdmd.rt.store import RATE, AudioStore

GUARD_FRAMES = 1024
"""Frames ahead of the reader that ``rewind`` leaves alone until the reader names its own (two buffers)."""

_START, _WRITE, _READ, _GUARD, _CLAIM = range(RATE + 1, RATE + 6)
_EMPTY = np.iinfo(np.int64).max


def faded_in(audio: np.ndarray, old: np.ndarray) -> np.ndarray:
    """``audio`` [N, C], which comes out of ``old`` [M, C] as long as that lasts."""
    fade = min(len(old), len(audio))
    rise = (np.arange(1, fade + 1, dtype=np.float32) / (fade + 1))[:, None]
    return np.concatenate((old[:fade] + (audio[:fade] - old[:fade]) * rise, audio[fade:]))


class Ring(AudioStore):
    """Shared ring of audio; frames are absolute and never wrap."""

    KIND = "ring"

    @classmethod
    def create(cls, capacity_frames: int, channels: int, rate_hz: int) -> Self:
        """Make an empty ring that starts at frame 0."""
        ring = super().create(capacity_frames, channels, rate_hz)
        ring.guard_frames = GUARD_FRAMES
        return ring

    # --- either side ------------------------------------------------------------------------------

    @property
    def start_frame(self) -> int:
        """First frame of what was written since ``start_at``."""
        return int(self._cells[_START])

    @property
    def write_frame(self) -> int:
        """First frame that is not written yet."""
        return int(self._cells[_WRITE])

    @property
    def read_frame(self) -> int:
        """First frame that is not consumed yet."""
        return int(self._cells[_READ])

    @property
    def guard_frames(self) -> int:
        """Frames ahead of the reader that cannot be taken back; set by the reader."""
        return int(self._cells[_GUARD])

    @guard_frames.setter
    def guard_frames(self, frames: int) -> None:
        self._cells[_GUARD] = frames

    @property
    def reading_until(self) -> int:
        """First frame that the reader cannot be copying now: its guard is two of its buffers."""
        return self.read_frame + self.guard_frames // 2

    def lead_frames(self, playhead: int) -> int:
        """Frames made but not heard; negative when the writer is behind the playhead."""
        return self.write_frame - playhead

    def read_into(self, frame: int, out: np.ndarray) -> int:
        """Copy ``[N, C]`` from ``frame`` on; returns the frames that were there, the rest is zeroed."""
        write = self.write_frame
        held = frame >= max(self.start_frame, write - self.capacity_frames)
        available = min(max(write - frame, 0), len(out)) if held else 0
        self._copy_out(frame, out[:available])
        out[available:] = 0.0
        return available

    def leaves_out(self, frame: int) -> bool:
        """Whether the writer has begun after a frame, which will then never be there."""
        return frame < self.start_frame < _EMPTY

    def read_past(self, frame: int, out: np.ndarray) -> int:
        """Copy ``[N, C]`` from ``frame`` on, all of it behind the reader, whatever stretch it was of.

        Returns how many frames at its beginning were written over since; they are zeroed.
        """
        self._copy_out(frame, out)
        lost = min(max(int(self._cells[_CLAIM]) - self.capacity_frames - frame, 0), len(out))
        out[:lost] = 0.0
        return lost

    # --- writer -----------------------------------------------------------------------------------

    def start_at(self, frame: int) -> None:
        """Forget everything; the next ``write`` goes to ``frame``."""
        self._cells[_START] = _EMPTY  # what the reader looks at now counts as nothing
        self._cells[_WRITE] = frame
        self._cells[_START] = frame

    @property
    def free_frames(self) -> int:
        """Frames that ``write`` would take now."""
        unread = self.write_frame - max(self.read_frame, self.start_frame)
        return self.capacity_frames - max(unread, 0)

    def write(self, audio: np.ndarray) -> bool:
        """Append ``[N, C]``: all of it, or (False) nothing because there is no room."""
        frames = len(audio)
        if frames > self.free_frames:
            return False
        write = self.write_frame
        self._claim(write + frames)
        self._copy_in(write, audio)
        self._cells[_WRITE] = write + frames
        return True

    def _claim(self, end: int) -> None:
        self._cells[_CLAIM] = max(end, int(self._cells[_CLAIM]))

    @property
    def changeable_frame(self) -> int:
        """First frame that ``rewind`` and ``splice`` still reach; it moves on with the reader."""
        return max(self.start_frame, self.read_frame + self.guard_frames)

    def rewind(self, frame: int) -> bool:
        """Take back everything from ``frame`` on; False inside the reader's guard or past either end."""
        if not self.changeable_frame <= frame <= self.write_frame:
            return False
        self._cells[_WRITE] = frame
        return True

    def splice(self, frame: int, audio: np.ndarray, fade_frames: int) -> bool:
        """Let ``audio`` [N, C] follow from ``frame`` on instead of what does now, fading from one to the other.

        False, and nothing is done, where ``rewind`` refuses or the ring is too small. The old tail stands until the
        new one does: a writer that stops in the middle leaves no hole.
        """
        room = self.capacity_frames - (frame - self.read_frame)
        if not self.changeable_frame <= frame <= self.write_frame or len(audio) > room:
            return False
        old = np.empty((min(fade_frames, self.write_frame - frame), self.channels), np.float32)
        self._copy_out(frame, old)
        self._claim(frame + len(audio))
        self._copy_in(frame, faded_in(audio, old))
        self._cells[_WRITE] = frame + len(audio)
        return True

    # --- reader -----------------------------------------------------------------------------------

    def consume(self, frame: int) -> None:
        """Give the writer back everything before ``frame``."""
        self._cells[_READ] = frame
