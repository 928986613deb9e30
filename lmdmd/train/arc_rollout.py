"""Roll-outs of ARC-Forcing: block after block by the engine's own cached rollout, each learning by its last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lmdmd.model.config import Geometry
from lmdmd.model.controls import cut
from lmdmd.model.dit import Condition, DiT
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.train.records import change_tensors

SAMPLER = "pingpong"
DROP_ALL, DROP_OLDEST = 0.25, 0.1
"""How many contexts are forgotten, and how many lose their oldest blocks (LMDM 3)."""


@dataclass(frozen=True)
class Journey:
    """What a roll-out sets out from, and the music that really followed.

    `context` [B, 64, s] real latents, s 0 where there are none; `real` [B, 64, n]; `asked` by its captions, and
    `others` by those of other items, with the controls [B, C, s + n] of all frames; `steps` of each block; `seed` of
    the first stream, the next has one more.
    """

    context: Tensor
    real: Tensor
    asked: Condition
    others: Condition
    steps: tuple[int, ...]
    seed: int

    @property
    def first(self) -> int:
        """Latents of the context."""
        return self.context.shape[-1]

    def whole(self, music: Tensor) -> Tensor:
        """Return the context with music [B, 64, n] behind it."""
        return torch.cat([self.context, music], dim=-1)

    def cut(self, rows: slice) -> Journey:
        """Return only these items of the batch, each as it was among all."""
        first, _, _ = rows.indices(len(self.real))
        return replace(change_tensors(self, lambda tensor: tensor[rows]), seed=self.seed + first)


def draw_known(rng: np.random.Generator, geometry: Geometry) -> int:
    """Return how many latents of context a roll-out sets out from."""
    kind = rng.random()
    if kind < DROP_ALL:
        return 0
    if kind < DROP_ALL + DROP_OLDEST:
        blocks = geometry.context // geometry.block
        return max(0, geometry.context - geometry.block * int(rng.integers(1, blocks + 1)))
    return geometry.context


def draw_steps(rng: np.random.Generator, blocks: int, least: int, most: int) -> tuple[int, ...]:
    """Return the denoising steps of each block."""
    return tuple(int(steps) for steps in rng.integers(least, most + 1, size=blocks))


def roll_out(model: DiT, state: StreamState, journey: Journey) -> Tensor:
    """Return latents [B, 64, n] that follow the journey's context, as they would be played.

    Gradients flow through the last step of each block alone: into the network's weights, not into the context and not
    into the blocks before, so that memory grows by one step a block however many steps it takes.
    """
    state.reset(journey.seed)
    if journey.first:
        state.prefill(journey.context.detach(), 0, cut(journey.asked.controls, 0, journey.first))
    blocks = [
        rollout_block(model, state, cond, steps=steps, sampler=SAMPLER, learn=True)
        for cond, steps in zip(block_conditions(journey, state.geometry.block), journey.steps, strict=True)
    ]
    return torch.cat(blocks, dim=-1)


def block_conditions(journey: Journey, block: int) -> Sequence[Condition]:
    """Return what each block is asked to be: the same words, its own frames of the controls."""
    starts = range(journey.first, journey.first + journey.real.shape[-1], block)
    return [replace(journey.asked, controls=cut(journey.asked.controls, at, at + block)) for at in starts]
