"""What a deck has made, made again: from the records of its blocks, to the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lmdmd.engine.engine import Engine
from lmdmd.engine.values import Settings
from lmdmd.messages import BlockDone
from lmdmd.params import Value
from lmdmd.rt.ring import faded_in

_KEPT_S = 20
"""More than a deck ever goes back."""


@dataclass(frozen=True)
class Again:
    """A block where it was placed: ``audio`` [N, 2] follows from ``frame`` on, where ``old`` [M, 2] had stood."""

    frame: int
    audio: np.ndarray
    old: np.ndarray


class Replay:
    """One deck's stream on a timeline of its own, from its first block on, as far as no other sound was heard by it.

    The engine must be as the deck's was: same bundle, rate, precision and number of threads.
    """

    def __init__(self, engine: Engine, splice_frames: int) -> None:
        self.engine = engine
        self.splice_frames = splice_frames
        self._values: dict[str, Value] = {}
        self._begin = self._end = 0
        self._audio = np.zeros((0, 2), np.float32)

    @property
    def settings(self) -> Settings:
        """Values of the latest block."""
        return Settings(dict(self._values))

    def play(self, block: BlockDone) -> Again:
        """Make the next block of the record; what it replaces is in the answer."""
        self._values.update(block.values)
        if block.anew:
            self._take_up(block.frame - block.skipped_frames)
        self.engine.cut(block.latent)
        if block.fresh:
            self.engine.reset_music()
        frame = self.engine.audio_frame + block.skipped_frames
        audio = self.engine.make(self.settings, block.latents)[block.skipped_frames :]
        return self._place(frame, audio)

    def _take_up(self, frame: int) -> None:
        self.engine.seek(frame)
        if frame > self._end:
            self._audio, self._begin, self._end = self._audio[:0], frame, frame

    def _place(self, frame: int, audio: np.ndarray) -> Again:
        if not len(audio):
            return Again(frame, audio, audio)
        old = self._audio[frame - self._begin : self._end - self._begin]
        if len(old):
            audio = faded_in(audio, old[: self.splice_frames])
        self._audio = np.concatenate((self._audio[: frame - self._begin], audio))
        self._end = frame + len(audio)
        self._forget(frame)
        return Again(frame, audio, old)

    def _forget(self, frame: int) -> None:
        oldest = max(self._begin, frame - _KEPT_S * self.engine.rate_hz)
        self._audio, self._begin = self._audio[oldest - self._begin :], oldest
