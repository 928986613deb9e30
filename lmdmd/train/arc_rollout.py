"""Roll-outs of ARC-Forcing: block after block by the engine's own cached rollout, each learning by its last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from lmdmd.model.config import Geometry
from lmdmd.model.controls import cut
from lmdmd.model.dit import Condition, DiT
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.train.records import change_tensors

SAMPLER = "pingpong"
DROP_ALL, DROP_OLDEST = 0.25, 0.1
"""How many contexts are forgotten, and how many lose their oldest blocks (LMDM 3)."""
LONE = 0.5
"""How many takes are one roll-out. In the others each goes on from what the one before has played: what is wrong only
by little in a few seconds, such as a level that rises, has to be met where it has added up. The paper's all begin with
real music."""


@dataclass(frozen=True)
class Journey:
    """What a roll-out sets out from, and the music that really followed.

    `context` [B, 64, s] latents, s 0 where there are none, `own` where the network itself has played them; `real`
    [B, 64, n]; `asked` by its captions, and `others` by those of other items, with the controls of all frames; `steps`
    of each block; `seed` of the first stream, the next has one more.
    """

    context: Tensor
    real: Tensor
    asked: Condition
    others: Condition
    steps: tuple[int, ...]
    seed: int
    own: bool = False

    @property
    def known(self) -> int:
        """Latents of the context."""
        return self.context.shape[-1]

    @property
    def first(self) -> int:
        """Latents of the context that is looked at beside the music; none where it did not lead up to the real one."""
        return 0 if self.own else self.known

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


def draw_rollouts(rng: np.random.Generator, most: int) -> int:
    """Return how many roll-outs a take has: one, or up to `most`."""
    return 1 if most < 2 or rng.random() < LONE else int(rng.integers(2, most + 1))


class Take(nn.Module):
    """How far the takes of a batch have come: where they began, and the music that their next roll-outs go on from.

    It learns nothing; it is what a checkpoint must hold for them to go on.
    """

    place: Tensor
    tail: Tensor

    def __init__(self, batch: int, latent_dim: int, context: int) -> None:
        super().__init__()
        self.register_buffer("place", torch.zeros(4, dtype=torch.int64))
        self.register_buffer("tail", torch.zeros(batch, latent_dim, context))

    @property
    def begun(self) -> int:
        """The step of training at which they began, whose randomness decides what they play."""
        return int(self.place[0])

    @property
    def rollouts(self) -> int:
        """How many roll-outs they have."""
        return int(self.place[1])

    @property
    def done(self) -> int:
        """How many of them have been played."""
        return int(self.place[2])

    @property
    def context(self) -> Tensor:
        """What the next roll-out goes on from [B, 64, n], n 0 before the first."""
        return self.tail[..., self.tail.shape[-1] - int(self.place[3]) :]

    def start(self, step: int, rollouts: int) -> None:
        """Begin new takes."""
        self.place.copy_(torch.tensor([step, rollouts, 0, 0]))

    def go_on(self, context: Tensor, made: Tensor) -> None:
        """Keep the end of what a roll-out has made after its context, of all of the batch."""
        most = self.tail.shape[-1]
        end = torch.cat([context, made], dim=-1)[..., -most:]
        self.tail = nn.functional.pad(end, (most - end.shape[-1], 0))  # a new one: others look into the old
        self.place[2:] = torch.tensor([self.done + 1, end.shape[-1]])


def roll_out(model: DiT, state: StreamState, journey: Journey) -> Tensor:
    """Return latents [B, 64, n] that follow the journey's context, as they would be played.

    Gradients flow through the last step of each block alone: into the network's weights, not into the context and not
    into the blocks before, so that memory grows by one step a block however many steps it takes.
    """
    state.reset(journey.seed)
    if journey.known:
        state.prefill(journey.context.detach(), 0, cut(journey.asked.controls, 0, journey.known))
    conditions = block_conditions(journey, state.geometry.block)
    return torch.cat(
        [
            rollout_block(model, state, cond, steps=steps, sampler=SAMPLER, learn=True)
            for cond, steps in zip(conditions, journey.steps, strict=True)
        ],
        dim=-1,
    )


def block_conditions(journey: Journey, block: int) -> Sequence[Condition]:
    """Return what each block is asked to be: the same words, its own frames of the controls."""
    starts = range(journey.known, journey.known + block * len(journey.steps), block)
    return [replace(journey.asked, controls=cut(journey.asked.controls, at, at + block)) for at in starts]
