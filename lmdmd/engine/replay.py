"""What a deck has made, made again: from the records of its blocks, to the sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lmdmd.engine.engine import Engine
from lmdmd.engine.priming import Music
from lmdmd.engine.values import Settings
from lmdmd.messages import BlockDone
from lmdmd.params import Value
from lmdmd.rt.ring import faded_in

_KEPT_S = 20
"""More than a deck ever goes back."""


class Line:
    """A ring's sound on the timeline, as it was heard: ``frame`` to ``end_frame``, as long as it is not forgotten."""

    def __init__(self) -> None:
        self.frame = self.end_frame = 0
        self._audio = np.zeros((0, 2), np.float32)

    def start_at(self, frame: int) -> None:
        """Forget everything; what comes next begins at ``frame``."""
        self.frame = self.end_frame = frame
        self._audio = self._audio[:0].copy()

    def since(self, frame: int) -> np.ndarray:
        """What stands from ``frame`` on: [N, 2]."""
        return self._audio[max(frame - self.frame, 0) :] if frame < self.end_frame else self._audio[:0]

    def place(self, frame: int, audio: np.ndarray) -> None:
        """Let [N, 2] follow from ``frame`` on instead of what does now; before a hole nothing is kept."""
        if not self.frame <= frame <= self.end_frame:
            self.start_at(frame)
        self._audio = np.concatenate((self._audio[: frame - self.frame], audio))
        self.end_frame = frame + len(audio)

    def read_into(self, frame: int, out: np.ndarray) -> int:
        """Copy ``[N, C]`` from ``frame`` on; returns the frames that were there, the rest is zeroed."""
        there = self.since(frame)[: len(out)] if frame >= self.frame else self._audio[:0]
        out[: len(there)] = there
        out[len(there) :] = 0.0
        return len(there)

    def lead_frames(self, playhead: int) -> int:
        """Frames made but not heard; negative when the line ends before the playhead."""
        return self.end_frame - playhead

    def forget_before(self, frame: int) -> None:
        """Let go of the past."""
        if self.frame < frame:
            kept = self.since(frame).copy()
            self.frame = min(frame, self.end_frame)
            self._audio = kept


@dataclass(frozen=True)
class Again:
    """A block where it was placed: ``audio`` [N, 2] follows from ``frame`` on, where ``old`` [M, 2] had stood."""

    frame: int
    audio: np.ndarray
    old: np.ndarray


class Replay:
    """One deck's stream on a line of its own, or, after a deck that died, on that one's ``line``.

    The engine must be as the deck's was: same bundle, rate, precision and number of threads. A line that is given is
    not forgotten here: who gave it knows what is still to be heard.
    """

    def __init__(self, engine: Engine, splice_frames: int, line: Line | None = None) -> None:
        self.engine = engine
        self.splice_frames = splice_frames
        self.line = line or Line()
        self._forgets = line is None
        self._values: dict[str, Value] = {}

    @property
    def settings(self) -> Settings:
        """Values of the latest block."""
        return Settings(dict(self._values))

    def enter(self, heard: np.ndarray) -> None:
        """Begin as the deck did: with [N, 2] as the music so far, or with none."""
        self.engine.reset_music()
        if len(heard):
            self.engine.prefill(heard)

    def play(self, block: BlockDone, music: Music | None = None) -> Again:
        """Make the next block of the record, from ``music`` if it tells of any; what it replaces is in the answer."""
        self._values.update(block.values)
        if block.anew:
            self._take_up(block.frame - block.skipped_frames)
        self.engine.cut(block.latent)
        if block.fresh:
            self.engine.reset_music()
        frame = self.engine.audio_frame + block.skipped_frames
        settings = replace(self.settings, lines=block.lines)
        audio = self.engine.make(settings, block.latents, music=music)[block.skipped_frames :]
        return self._place(frame, audio)

    def _take_up(self, frame: int) -> None:
        self.engine.seek(frame)
        if frame > self.line.end_frame:
            self.line.start_at(frame)

    def _place(self, frame: int, audio: np.ndarray) -> Again:
        if not len(audio):
            return Again(frame, audio, audio)
        old = self.line.since(frame)
        if len(old):
            audio = faded_in(audio, old[: self.splice_frames])
        self.line.place(frame, audio)
        if self._forgets:
            self.line.forget_before(frame - _KEPT_S * self.engine.rate_hz)
        return Again(frame, audio, old)
