"""Trains tiny networks in every way that several processes can: torchrun ... parallel_program.py FOLDER."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from lmdmd.model.config import PRESETS
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.train.data import LatentSet, Piece
from lmdmd.train.finetune import Trainer
from lmdmd.train.parallel import Ranks, clip_gradients, frozen, open_ranks
from lmdmd.train.recipe import Recipe

TINY = PRESETS["tiny"]
STEPS, SAVED, LEFT = 20, 5, 13
RECIPE = Recipe(batch=4, accumulate=2, lr=1e-2, blocks=(4, 8), shares=(0.5, 0.5), precision="fp32", steps=STEPS)
TURNS = 6


def make_pieces() -> LatentSet:
    """Noise, with captions that are noise as well."""
    generator = torch.Generator().manual_seed(0)
    return LatentSet(
        [
            Piece(torch.randn(60, 64, generator=generator).half(), style, torch.randn(2, 128, generator=generator))
            for style in ("calm", "loud")
        ]
    )


def train(folder: Path, ranks: Ranks, until: int = STEPS) -> Trainer:
    """Train in a folder, from where it was left, up to a step, which is saved."""
    trainer = Trainer(TINY, RECIPE, folder, ranks.device, ranks=ranks)
    if not trainer.resume():
        trainer.begin()
    pieces = make_pieces()
    while trainer.run.clock.step < until:
        trainer.run.advance(lambda: trainer.step(pieces))
    trainer.save(pieces)
    return trainer


class Making(nn.Module):
    """A network learns to make what another one takes for small."""

    def __init__(self, maker: DiT, judge: DiT) -> None:
        super().__init__()
        self.maker, self.others = maker, (judge,)

    def forward(self, noise: Tensor, level: Tensor, cond: Condition, context: Context) -> Tensor:
        made = self.maker(noise, level, cond, context)
        return self.others[0](made, level, cond, context).square().mean()


class Judging(nn.Module):
    """The other one learns to take it for large."""

    def __init__(self, judge: DiT) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, made: Tensor, level: Tensor, cond: Condition, context: Context) -> Tensor:
        return (self.judge(made, level, cond, context) - made).square().mean()


def make_network(seed: int) -> DiT:
    torch.manual_seed(seed)
    network = DiT(TINY.geometry, TINY.model)
    with torch.no_grad():
        for value in network.parameters():
            value.add_(0.05 * torch.randn_like(value))
    return network


def take_turns(ranks: Ranks) -> list[float]:
    """Return the losses of two networks that learn in turns, one of them through the other."""
    maker, judge = (ranks.place(make_network(seed)) for seed in (1, 2))
    making, judging = ranks.wrap(Making(maker, judge), reads=[judge]), ranks.wrap(Judging(judge))
    # Adam would take what is left of a gradient of nothing after rounding for a gradient.
    optimizers = [torch.optim.SGD(network.parameters(), lr=0.3) for network in (maker, judge)]
    return [loss for turn in range(TURNS) for loss in take_turn(turn, ranks, maker, judge, making, judging, optimizers)]


def take_turn(
    turn: int,
    ranks: Ranks,
    maker: DiT,
    judge: DiT,
    making: nn.Module,
    judging: nn.Module,
    optimizers: list[torch.optim.Optimizer],
) -> Iterator[float]:
    generator = torch.Generator().manual_seed(turn)
    noise, level = torch.randn(4, 64, 4, generator=generator), torch.rand(4, generator=generator)
    context = Context(torch.randn(4, 64, 8, generator=generator), torch.ones(4, 1, 8))
    batch = noise, level, Condition(torch.randn(4, 128, generator=generator)), context
    noise, level, cond, context = ranks.share(batch)
    with frozen(judge):
        yield learn(making(noise, level, cond, context), maker, optimizers[0], ranks)
    with torch.no_grad():
        made = ranks.call(lambda: maker(noise, level, cond, context), maker)
    yield learn(judging(made, level, cond, context), judge, optimizers[1], ranks)


def learn(loss: Tensor, network: nn.Module, optimizer: torch.optim.Optimizer, ranks: Ranks) -> float:
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    clip_gradients(network.parameters(), 0.5)
    optimizer.step()
    return ranks.mean(loss).item()


def main(folder: Path) -> None:
    """Train as processes with whole networks, and as processes that have parts of them."""
    torch.set_num_threads(1)
    with open_ranks() as ranks:
        parts = replace(ranks, sharded=True)
        train(folder / "together", ranks)
        train(folder / "parts", parts, LEFT)
        turns = {"together": take_turns(ranks), "parts": take_turns(parts)}
        if ranks.first:
            (folder / "turns.json").write_text(json.dumps(turns))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
