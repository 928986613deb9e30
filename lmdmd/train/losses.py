"""The flow-matching loss: one encoded context, several noisy versions of the target read it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lmdmd.model.caches import GraphCache
from lmdmd.model.dit import Condition, Context, DiT

# Noise levels are sigmoid(1 + 1.6 n): centred where the sampler, linear in log-SNR from -6 to 2, does its work.
LEVEL_MEAN, LEVEL_STD = 1.0, 1.6


def draw_levels(items: int, repeats: int, generator: torch.Generator) -> Tensor:
    """Return logit-normal noise levels [items * repeats], stratified over an item's repeats."""
    place = (torch.arange(repeats) + torch.rand(items, repeats, generator=generator)) / repeats
    normal = torch.special.ndtri(place.clamp(1e-4, 1 - 1e-4))
    return torch.sigmoid(LEVEL_MEAN + LEVEL_STD * normal).flatten()


def mix_noise(clean: Tensor, noise: Tensor, level: Tensor) -> tuple[Tensor, Tensor]:
    """Return x_k = (1 - k) x + k eps and the velocity eps - x that leads there."""
    return torch.lerp(clean, noise, level[:, None, None]), noise - clean


def flow_loss(
    model: DiT, context: Context, target: Tensor, cond: Condition, *, repeats: int, generator: torch.Generator
) -> Tensor:
    """Return the velocity MSE on target [B, 64, o], mean over frames and `repeats` noisings (LMDM 1.7).

    The context is encoded once, with gradient, and all repeats attend to it.
    """
    prepared, store = model.prepare(cond), GraphCache(repeats)
    model.encode_context(context, prepared, store)
    clean = target.repeat_interleave(repeats, 0)
    noise = torch.randn(clean.shape, generator=generator).to(clean)
    level = draw_levels(len(target), repeats, generator).to(clean)
    noisy, velocity = mix_noise(clean, noise, level)
    return F.mse_loss(model.denoise(noisy, level, prepared.repeat(repeats), store).float(), velocity)
