"""A show made again from its log, with what would have been heard without each of its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lmdmd.bench.showlog import BLOCK
from lmdmd.engine.deck import SPLICE_S
from lmdmd.engine.engine import Engine
from lmdmd.engine.replay import Again, Replay
from lmdmd.messages import BlockDone
from lmdmd.performance import read_block
from lmdmd.units import frames_from_s

Line = dict[str, Any]
WRITTEN = "written"
"""Kind of line that tells of an accepted write."""


@dataclass(frozen=True)
class Step:
    """A block made again; ``stood`` [N, 2], from timeline frame ``since`` on, would have been heard without it."""

    block: BlockDone
    again: Again
    since: int
    stood: np.ndarray


class Show:
    """The timeline of a show's only deck, from the lines of its log."""

    def __init__(self, lines: list[Line]) -> None:
        about = next(line for line in lines if line["kind"] == "show")
        self.lines = lines
        self.rate_hz = int(about["rate_hz"])
        torch.set_num_threads(int(about["threads"]) or 1)
        torch.set_grad_enabled(False)
        self.engine = Engine.load(Path(about["bundle"]), self.rate_hz, about["precision"])
        self.engine.warm_up()
        self.replay = Replay(self.engine, frames_from_s(SPLICE_S, self.rate_hz))
        self.audio = np.zeros((0, 2), np.float32)

    def blocks(self) -> list[BlockDone]:
        """The deck's records."""
        return [read_block(line) for line in self.lines if line["kind"] == BLOCK]

    def steps(self, before_s: float) -> Iterator[Step]:
        """Every block, with what stood from ``before_s`` before it on."""
        for block in self.blocks():
            again = self.replay.play(block)
            since = max(0, again.frame - frames_from_s(before_s, self.rate_hz))
            stood = np.concatenate((self.audio[since : again.frame], again.old))
            self._place(again)
            yield Step(block, again, since, stood)

    def instead(self, block: BlockDone) -> Step:
        """What the coming block would have been had its values stayed those of the one before."""
        engine, latent, frame = self.engine, self.engine.next_latent, self.engine.audio_frame
        audio = engine.make(self.replay.settings, engine.geometry.block)
        engine.cut(latent)
        return Step(block, Again(frame, audio, audio[:0]), frame, audio)

    def _place(self, again: Again) -> None:
        end = again.frame + len(again.audio)
        if end > len(self.audio):
            more = np.zeros((max(end, 2 * len(self.audio)) - len(self.audio), 2), np.float32)
            self.audio = np.concatenate((self.audio, more))
        self.audio[again.frame : end] = again.audio
