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
LEAD_SHARE = 0.5
"""How many roll-outs play on for a while before they are listened to: what is wrong only by little in a few seconds,
such as a level that rises, has to be met where it has added up. The paper's all begin with real music."""


@dataclass(frozen=True)
class Journey:
    """What a roll-out sets out from, and the music that really followed.

    `context` [B, 64, s] real latents, s 0 where there are none; `real` [B, 64, n]; `asked` by its captions, and
    `others` by those of other items, with the controls of all frames; `steps` of each block, the first `lead` of which
    lie between the context and the music that is listened to; `seed` of the first stream, the next has one more.
    """

    context: Tensor
    real: Tensor
    asked: Condition
    others: Condition
    steps: tuple[int, ...]
    seed: int
    lead: int = 0

    @property
    def known(self) -> int:
        """Latents of the context."""
        return self.context.shape[-1]

    @property
    def first(self) -> int:
        """Latents of the context that is looked at beside the music; none where it is not what led up to it."""
        return 0 if self.lead else self.known

    def whole(self, music: Tensor) -> Tensor:
        """Return music [B, 64, n] with the context before it that is looked at."""
        return torch.cat([self.context, music], dim=-1) if self.first else music

    def heard(self, asked: Condition) -> Condition:
        """Return a condition of all frames as one of those that are looked at."""
        frames = self.first + self.real.shape[-1]
        return replace(asked, controls=cut(asked.controls, -frames))

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


def draw_lead(rng: np.random.Generator, most: int) -> int:
    """Return how many blocks a roll-out plays before it is listened to: none, or up to `most`."""
    return int(rng.integers(1, most + 1)) if most and rng.random() < LEAD_SHARE else 0


def roll_out(model: DiT, state: StreamState, journey: Journey) -> Tensor:
    """Return latents [B, 64, n] that follow the journey's context and its lead, as they would be played.

    Gradients flow through the last step of each block alone: into the network's weights, not into the context and not
    into the blocks before, so that memory grows by one step a block however many steps it takes.
    """
    state.reset(journey.seed)
    if journey.known:
        state.prefill(journey.context.detach(), 0, cut(journey.asked.controls, 0, journey.known))
    blocks = []
    for i, (cond, steps) in enumerate(zip(block_conditions(journey, state.geometry.block), journey.steps, strict=True)):
        listened_to = i >= journey.lead
        with torch.set_grad_enabled(torch.is_grad_enabled() and listened_to):
            block = rollout_block(model, state, cond, steps=steps, sampler=SAMPLER, learn=True)
        if listened_to:
            blocks.append(block)
        elif i + 1 == journey.lead:
            state.forget_words()
    return torch.cat(blocks, dim=-1)


def block_conditions(journey: Journey, block: int) -> Sequence[Condition]:
    """Return what each block is asked to be: the same words, its own frames of the controls."""
    starts = range(journey.known, journey.known + block * len(journey.steps), block)
    return [replace(journey.asked, controls=cut(journey.asked.controls, at, at + block)) for at in starts]
