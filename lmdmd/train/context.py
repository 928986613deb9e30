"""What the network may see while it learns: shorter, rough, partly forgotten or no context, sometimes no prompt.

Generation starts from nothing and survives a dropped context only because of this (LMDM 1.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.controls import cut
from lmdmd.model.dit import Condition, Context

SHORT_BLOCKS = 3


@dataclass(frozen=True)
class Drops:
    """Shares of contexts that are hidden whole, or lack their oldest blocks; of prompts; and how rough contexts are."""

    context: float = 0.2
    oldest: float = 0.3
    prompt: float = 0.1
    rough: float = 0.25


DROPS = Drops()


def draw_block(rng: np.random.Generator, blocks: tuple[int, ...], shares: tuple[float, ...]) -> int:
    """Return the target length of a batch; `shares` are relative weights."""
    weights = np.array(shares) / sum(shares)
    return int(rng.choice(blocks, p=weights))


def longest_context(geometry: Geometry, config: ModelConfig, block: int) -> int:
    """Return how many latents of context a target of `block` latents can have: as many as it will have on stage."""
    most = geometry.rolling if config.attention == "block-causal" else geometry.context
    return min(most, geometry.window - block)


def draw_known(rng: np.random.Generator, longest: int, step: int, short: float = 0.0, drops: Drops = DROPS) -> int:
    """Return how many of the `longest` context latents are known: none, whole blocks of `step` fewer, or all.

    With `short` that share of contexts has SHORT_BLOCKS blocks at most instead, or none: what went before tells most
    of what a beat would, so that one is heeded only by who has to begin.
    """
    if not longest:
        return 0
    if short and rng.random() < short:
        return min(longest, step * int(rng.integers(SHORT_BLOCKS + 1)))
    kind = rng.random()
    if kind < drops.context:
        return 0
    if kind < drops.context + drops.oldest:
        return max(0, longest - step * int(rng.integers(1, longest // step + 1)))
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


def roughen(rng: np.random.Generator, context: Context, known: int, most: float = DROPS.rough) -> Context:
    """Return the context with a little noise on its newest `known` latents, each item's level 0 .. `most`.

    On stage the context is the network's own output, never exact; one that trusts every detail of it drifts.
    """
    if not known or not most:
        return context
    level = rng.uniform(0.0, most, size=(len(context.latents), 1, 1))
    noise = level * rng.standard_normal((*context.latents.shape[:-1], known))
    latents = context.latents.clone()
    latents[..., -known:] += torch.from_numpy(noise).to(latents)
    return replace(context, latents=latents)


def drop_prompts(rng: np.random.Generator, cond: Condition, share: float = DROPS.prompt) -> Condition:
    """Return a condition in which a share of the items asks for nothing, the null prompt that guidance needs."""
    kept = torch.from_numpy(rng.random(len(cond.pooled)) >= share)
    null = cond.null()
    pooled = torch.where(kept[:, None], cond.pooled, null.pooled)
    if cond.tokens is None or null.tokens is None:
        return replace(cond, pooled=pooled)
    return replace(cond, pooled=pooled, tokens=torch.where(kept[:, None, None], cond.tokens, null.tokens))
