"""The ladder from music made as a whole to music made in short blocks: what does following a sketch live cost?

    climb(data=Path("data"), run=Path("runs/ladder"), start=Path("house/ember"), minutes=15)

One network is trained once for each rung: the same weights to begin with, the same data, sketches and recipe, equally
long. Only who may look where differs, and how a window is cut into context and block.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.model.config import Preset
from lmdmd.train.conditions import MIX
from lmdmd.train.data import Pieces
from lmdmd.train.finetune import Recipe, Trainer
from lmdmd.train.groups import SKETCHED
from lmdmd.train.start import WINDOW, read_start


@dataclass(frozen=True)
class Rung:
    """One way to make a window of music: who may look where, and its latents of context and of block."""

    attention: str
    context: int
    block: int

    def shape(self, preset: Preset) -> Preset:
        """Return a preset cut this way."""
        geometry = replace(preset.geometry, context=self.context, block=self.block)
        return Preset(geometry, replace(preset.model, attention=self.attention))

    def blocks(self, latents: int) -> int:
        """Return how many blocks so many latents take."""
        return -(-latents // self.block)


RUNGS = {
    "bidirectional": Rung("bidirectional", 0, 240),
    "enc-dec 192/48": Rung("enc-dec", 192, 48),
    "enc-dec 230/10": Rung("enc-dec", 230, 10),
    "block-causal 192/48": Rung("block-causal", 192, 48),
}
"""All of one window, so that the same clips are theirs to make."""
PAPER_RUNGS = ("bidirectional", "enc-dec 192/48", "enc-dec 230/10")


def pick_rungs(names: Sequence[str]) -> dict[str, Rung]:
    """Return the rungs of those names; raises `TrainError` with the nearest name."""
    for name in names:
        if name not in RUNGS:
            raise TrainError(f'no rung "{name}" among {", ".join(RUNGS)}{did_you_mean(name, RUNGS)}')
    return {name: RUNGS[name] for name in names}


def train_rung(
    run: Path, shape: Preset, recipe: Recipe, train: Pieces, heldout: Pieces | None, start: Path | None, device: str
) -> Trainer:
    """Train a rung from where it stopped to the recipe's end, and return it; one that is there is left as it is.

    Raises `TrainError` when it began with other weights, or was told to stop.
    """
    trainer = Trainer(shape, recipe, run, device)
    begun = read_start(start, shape, WINDOW) if start else None
    if trainer.resume():
        _check_origin(run, begun.origin if begun else None)
    else:
        trainer.begin(begun)
    if not trainer.done:
        trainer.fit(train, heldout)
    if not trainer.done:
        raise TrainError(f"{run} stopped after {trainer.clock.step} steps; the same command goes on from there")
    return trainer


def make_recipe(**amounts: float | None) -> Recipe:
    """Return the recipe of every rung: whole music, nearly always with its sketch."""
    return replace(Recipe(kind=MIX, shown=SKETCHED), **amounts)  # pyright: ignore[reportArgumentType]


def _check_origin(run: Path, origin: str | None) -> None:
    """All rungs must have begun with the same weights."""
    with (run / "log.jsonl").open() as file:
        had = json.loads(file.readline())["from"]
    if had != origin:
        wanted, found = (said or "random weights" for said in (origin, had))
        raise TrainError(f"{run} began with {found}, not with {wanted}; take another folder, or start again")
