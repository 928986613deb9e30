"""The flow-matching loss: one encoded context, several noisy versions of the target read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lmdmd.model.caches import GraphCache
from lmdmd.model.dit import Condition, Context, DiT, Prepared

# Noise levels are sigmoid(1 + 1.6 n): centred where the sampler, linear in log-SNR from -6 to 2, does its work.
LEVEL_MEAN, LEVEL_STD = 1.0, 1.6
LEVELS: dict[str, Callable[[Tensor], Tensor]] = {
    "normal": lambda place: torch.sigmoid(LEVEL_MEAN + LEVEL_STD * torch.special.ndtri(place.clamp(1e-4, 1 - 1e-4))),
    "uniform": lambda place: place,
}
"""The noise level at each place 0 .. 1 among all: normal in log-SNR, or each as often (the paper)."""


@dataclass(frozen=True)
class Noising:
    """The noise [B * repeats, 64, T] of a batch and its levels [B * repeats], those of an item in a row."""

    noise: Tensor
    level: Tensor


def draw_levels(items: int, repeats: int, generator: torch.Generator, levels: str = "normal") -> Tensor:
    """Return noise levels [items * repeats] of one of LEVELS, stratified over an item's repeats."""
    place = (torch.arange(repeats) + torch.rand(items, repeats, generator=generator)) / repeats
    return LEVELS[levels](place).flatten()


def draw_noising(
    model: DiT, context: Context, target: Tensor, repeats: int, generator: torch.Generator, levels: str = "normal"
) -> Noising:
    """Draw what a batch is noised with: its target, and where attention is bidirectional the context as well."""
    items, channels, frames = target.shape
    noised = frames + context.length if model.config.attention == "bidirectional" else frames
    noise = torch.randn(items * repeats, channels, noised, generator=generator)
    return Noising(noise.to(target), draw_levels(items, repeats, generator, levels).to(target))


def mix_noise(clean: Tensor, noise: Tensor, level: Tensor) -> tuple[Tensor, Tensor]:
    """Return x_k = (1 - k) x + k eps and the velocity eps - x that leads there."""
    return torch.lerp(clean, noise, level[:, None, None]), noise - clean


def flow_losses(model: DiT, context: Context, target: Tensor, cond: Condition, noising: Noising) -> Tensor:
    """Return the velocity MSE on target [B, 64, o] for each of its noisings [B * repeats] (LMDM 1.7).

    The context is encoded once, with gradient, and all repeats attend to it. Where attention is bidirectional it is
    noised like the target, which alone is judged (LMDM 1.2).
    """
    repeats = len(noising.level) // len(target)
    prepared = model.prepare(cond)
    if model.config.attention == "bidirectional":
        return _whole_losses(model, context, target, prepared.repeat(repeats), noising)
    store = GraphCache(repeats)
    model.encode_context(context, prepared, store)
    noisy, velocity = mix_noise(target.repeat_interleave(repeats, 0), noising.noise, noising.level)
    return _distance(model.denoise(noisy, noising.level, prepared.repeat(repeats), store), velocity)


def flow_loss(
    model: DiT, context: Context, target: Tensor, cond: Condition, *, repeats: int, generator: torch.Generator
) -> Tensor:
    """Return the mean of `flow_losses` over noisings that are drawn."""
    noising = draw_noising(model, context, target, repeats, generator)
    return flow_losses(model, context, target, cond, noising).mean()


def _whole_losses(model: DiT, context: Context, target: Tensor, cond: Prepared, noising: Noising) -> Tensor:
    repeats = len(noising.level) // len(target)
    whole = torch.cat([context.latents, target], dim=-1).repeat_interleave(repeats, 0)
    noisy, velocity = mix_noise(whole, noising.noise, noising.level)
    each = replace(
        context,
        latents=context.latents.repeat_interleave(repeats, 0),
        known=context.known.repeat_interleave(repeats, 0),
        controls={name: control.repeat_interleave(repeats, 0) for name, control in context.controls.items()},
    )
    made = model.denoise_uncached(noisy, noising.level, cond, each)
    return _distance(made, velocity[..., context.length :])


def _distance(made: Tensor, wanted: Tensor) -> Tensor:
    return (made.float() - wanted).square().mean(dim=(1, 2))
