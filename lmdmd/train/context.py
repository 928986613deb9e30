"""What the network may see while it learns: shorter, rough, partly forgotten or no context, sometimes no prompt.

Generation starts from nothing and survives a dropped context only because of this (LMDM 1.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.controls import cut
from lmdmd.model.dit import Context

DROP_ALL = 0.2
DROP_OLDEST = 0.3
DROP_PROMPT = 0.1
ROUGH_MAX = 0.25
SHORT_BLOCKS = 3


def draw_block(rng: np.random.Generator, blocks: tuple[int, ...], shares: tuple[float, ...]) -> int:
    """Return the target length of a batch; `shares` are relative weights."""
    weights = np.array(shares) / sum(shares)
    return int(rng.choice(blocks, p=weights))


def draw_known(rng: np.random.Generator, geometry: Geometry, block: int, short: float = 0.0) -> int:
    """Return how many context latents are known: none (p .2), whole blocks fewer (p .3), or all that fit.

    With `short` that share of contexts has SHORT_BLOCKS blocks at most instead, or none: what went before tells most
    of what a beat would, so that one is heeded only by who has to begin.
    """
    longest = min(geometry.context, geometry.window - block)
    if not longest:
        return 0
    if short and rng.random() < short:
        return min(longest, geometry.block * int(rng.integers(SHORT_BLOCKS + 1)))
    kind = rng.random()
    if kind < DROP_ALL:
        return 0
    if kind < DROP_ALL + DROP_OLDEST:
        return max(0, longest - geometry.block * int(rng.integers(1, longest // geometry.block + 1)))
    return longest


def split_crop(
    crop: Tensor, known: int, block: int, config: ModelConfig, controls: Mapping[str, Tensor] | None = None
) -> tuple[Context, Tensor]:
    """Split a crop [B, 64, s + o] into the context with its newest `known` latents, and the target.

    The context gets its frames of the crop's `controls`. Where the model's `empty_context` is "absent" the forgotten
    latents are cut off, which also saves their cost.
    """
    latents, target = crop[..., :-block], crop[..., -block:]
    forgotten = latents.shape[-1] - known
    if config.empty_context == "absent":
        latents = latents[..., forgotten:]
    else:
        latents = torch.cat([torch.zeros_like(latents[..., :forgotten]), latents[..., forgotten:]], dim=-1)
    heard = cut(controls or {}, crop.shape[-1] - block - latents.shape[-1], -block)
    return Context(latents, latents.new_ones(len(latents), 1, latents.shape[-1]), heard), target


def roughen(rng: np.random.Generator, context: Context, known: int) -> Context:
    """Return the context with a little noise on its newest `known` latents, each item's level 0 .. ROUGH_MAX.

    On stage the context is the network's own output, never exact; one that trusts every detail of it drifts.
    """
    if not known:
        return context
    level = rng.uniform(0.0, ROUGH_MAX, size=(len(context.latents), 1, 1))
    noise = level * rng.standard_normal((*context.latents.shape[:-1], known))
    latents = context.latents.clone()
    latents[..., -known:] += torch.from_numpy(noise).to(latents)
    return replace(context, latents=latents)


def drop_prompts(rng: np.random.Generator, vectors: Tensor) -> Tensor:
    """Return vectors [B, D] with a tenth of the rows zero, the null prompt that guidance needs."""
    keep = torch.from_numpy(rng.random(len(vectors)) >= DROP_PROMPT)
    return vectors * keep[:, None].to(vectors)
