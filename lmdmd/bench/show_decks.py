"""The decks of a show made again, and beside them what each would have made without a cue."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from lmdmd.bench.show_changes import Change
from lmdmd.bench.show_resample import CopiedResampler
from lmdmd.bench.show_take import Take
from lmdmd.control.events import Began, Block, Entered, Turned
from lmdmd.engine.deck import SPLICE_S
from lmdmd.engine.replay import Replay
from lmdmd.messages import BlockDone
from lmdmd.offline import ready_engine
from lmdmd.train.progress import track
from lmdmd.units import frames_from_s

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Instead:
    """What a deck would have made from a timeline frame on, had a cue not been: [N, 2]."""

    deck: int
    frame: int
    audio: np.ndarray


class Without:
    """A deck that goes on beside the one that it was copied from, and does not hear of some rows."""

    def __init__(self, deck: int, change: Change, stream: Replay, since: int) -> None:
        self.deck = deck
        self.change = change
        self.since = since
        self._stream = fork(stream)

    def play(self, block: BlockDone) -> None:
        """Make a block of the record from what it would have been told; a first one must be told everything."""
        kept = self.change.deck_rows & self._stream.settings.values.keys()
        told = {name: value for name, value in block.values.items() if name not in kept}
        self._stream.play(replace(block, values=told))

    def finish(self) -> Instead:
        """All that was made since it went its own way."""
        return Instead(self.deck, self.since, self._stream.line.since(self.since).copy())


def fork(stream: Replay) -> Replay:
    """A stream that goes on as this one would; they share only what never changes."""
    bundle = stream.engine.bundle
    shared = (bundle, bundle.model, bundle.codec, bundle.prompts)
    return copy.deepcopy(stream, {id(part): part for part in shared})


def play_without(take: Take, changes: Sequence[Change]) -> dict[int, list[Instead]]:
    """For each change that the decks heed, by its number: what they would have made instead."""
    found: dict[int, list[Instead]] = {number: [] for number in range(len(changes))}
    numbers = {change.asked: number for number, change in enumerate(changes)}
    for without in _Decks(take, changes).run():
        found[numbers[without.change.asked]].append(without.finish())
    return found


def may_tell(block: BlockDone, change: Change, frames_per_latent: float) -> bool:
    """Whether a block may be made from what a change brought: its values are those of its first latent's middle.

    Where that latent is heard counts, as a resampler gives the block's own frames some time before.
    """
    middle = block.heard_frame + frames_per_latent / 2 + 1
    return change.frame <= middle and block.heard_frame < change.until


class _Decks:
    """Every deck of a performance, moved on by its records, and the copies that go on without a cue."""

    def __init__(self, take: Take, changes: Sequence[Change]) -> None:
        self.take = take
        self.changes = [change for change in changes if change.deck_rows and change.frame >= 0]
        self.streams: dict[int, Replay] = {}
        self.threads: dict[int, int] = {}
        self.open: list[Without] = []

    def run(self) -> Iterator[Without]:
        """Play the whole record; yields copies as they are done."""
        for record in track(self.take.show.records, "decks"):
            if isinstance(record, Began):
                yield from self._close(record.deck)
                self._begin(record)
            elif isinstance(record, Entered):
                yield from self._close(record.deck)
                self._enter(record)
            elif isinstance(record, Block) and record.deck in self.streams:
                yield from self._play(record.deck, record.block)
            elif isinstance(record, Turned) and record.state in ("empty", "failed"):
                yield from self._close(record.deck)
                self.streams.pop(record.deck, None)
        for deck in range(len(self.take.stems)):
            yield from self._close(deck)

    def _begin(self, began: Began) -> None:
        rate_hz = self.take.rate_hz
        self.streams.pop(began.deck, None)
        path = Path(began.bundle)
        engine = ready_engine(path, rate_hz, began.precision, began.threads, tell=log.debug)
        engine.resampler = CopiedResampler(engine.geometry.sample_rate, rate_hz)
        self.streams[began.deck] = Replay(engine, frames_from_s(SPLICE_S, rate_hz))
        self.threads[began.deck] = began.threads

    def _enter(self, entered: Entered) -> None:
        """Begin with what the room has heard, as the recording has it."""
        if entered.deck in self.streams:
            end = entered.heard_frame - self.take.first
            heard = np.array(self.take.output[max(0, end - entered.heard_frames) : end])
            self._use_threads(entered.deck)
            self.streams[entered.deck].enter(heard)

    def _play(self, deck: int, block: BlockDone) -> Iterator[Without]:
        self._use_threads(deck)
        stream = self.streams[deck]
        done = [without for without in self.open if without.deck == deck and block.frame >= without.change.until]
        yield from done
        self.open = [without for without in self.open if without not in done]
        if change := self._brought(deck, block, stream):
            self.open.append(Without(deck, change, stream, block.frame))
        for without in self.open:
            if without.deck == deck:
                without.play(block)
        stream.play(block)

    def _brought(self, deck: int, block: BlockDone, stream: Replay) -> Change | None:
        """The change of which a block is the first that may tell."""
        taken = {without.change.asked for without in self.open if without.deck == deck}
        due = (change for change in self.changes if change.asked not in taken)
        return next((one for one in due if may_tell(block, one, stream.engine.grid.frames_per_latent)), None)

    def _close(self, deck: int) -> Iterator[Without]:
        yield from [without for without in self.open if without.deck == deck]
        self.open = [without for without in self.open if without.deck != deck]

    def _use_threads(self, deck: int) -> None:
        if torch.get_num_threads() != self.threads[deck]:
            torch.set_num_threads(self.threads[deck])
