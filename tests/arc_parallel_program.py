"""Post-trains tiny networks as several processes do: torchrun ... arc_parallel_program.py FOLDER."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import torch
from test_arc_training import make_network, make_pieces

from lmdmd.train.arc import ArcRecipe, ArcTrainer
from lmdmd.train.parallel import Ranks, open_ranks

STEPS, SAVED, LEFT = 20, 4, 8
RECIPE = ArcRecipe(
    batch=4, blocks=3, rollouts=3, most_steps=3, width=8, lr=1e-3, lr_discriminator=2e-3, precision="fp32", steps=20
)


def post_train(folder: Path, ranks: Ranks, until: int = STEPS) -> None:
    """Post-train in a folder, from where it was left, up to a step, which is saved."""
    trainer = ArcTrainer(make_network("enc-dec"), make_network("bidirectional", 24, 1), RECIPE, folder, ranks)
    if not trainer.run.resume():
        trainer.begin()
    pieces = make_pieces()
    while trainer.run.clock.step < until:
        trainer.run.advance(lambda: trainer.step(pieces))
    trainer.save()


def main(folder: Path) -> None:
    """Post-train as processes with whole networks, and as processes that have parts of them."""
    torch.set_num_threads(1)
    with open_ranks() as ranks:
        post_train(folder / "together", ranks)
        post_train(folder / "parts", replace(ranks, sharded=True), LEFT)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
