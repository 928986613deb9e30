"""Playing on for ever: the state between blocks, and the one rollout that engine, training and tests share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import torch
from torch import Tensor

from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.attention import ContextCache
from lmdmd.model.config import Geometry
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.model.sampling import SAMPLERS, guided, latent_noise, logsnr_schedule

_SAVED = ("latents", "known", "next_latent", "seed")


class StreamState:
    """What must be remembered between blocks.

    `latents` [B, 64, context], newest last, of which the last `known` count; `next_latent` is the absolute index
    of the first latent of the next block; the noise follows from `seed`. `cache` is scratch and never saved.
    """

    def __init__(self, geometry: Geometry, latents: Tensor, cache: ContextCache, seed: int) -> None:
        self.geometry, self.latents, self.cache = geometry, latents, cache
        self.known = 0
        self.next_latent = 0
        self.seed = seed

    @classmethod
    def init(cls, model: DiT, *, batch: int = 1, seed: int = 0) -> Self:
        """Return an empty state for `batch` parallel streams; stream b uses seed + b."""
        geometry, config = model.geometry, model.config
        like = model.to_input_add_embed.weight.detach()
        latents = like.new_zeros(batch, config.latent_dim, geometry.context)
        cache = ContextCache(config, geometry.window, 2 * batch, like=like)
        return cls(geometry, latents, cache, seed)

    def reset(self, seed: int | None = None) -> None:
        """Rewind to silence at latent 0; keep the seed unless one is given."""
        self.latents.zero_()
        self.known = self.next_latent = 0
        self.seed = self.seed if seed is None else seed

    def save(self) -> dict[str, Tensor]:
        """Return a copy of everything that matters, as tensors."""
        numbers = {name: torch.tensor(getattr(self, name)) for name in _SAVED[1:]}
        return {"latents": self.latents.clone(), **numbers}

    def load(self, saved: Mapping[str, Tensor]) -> None:
        """Go back to a saved moment; raises `BundleError` when it is of another model or incomplete."""
        if set(saved) != set(_SAVED) or saved["latents"].shape != self.latents.shape:
            found = {name: tuple(value.shape) for name, value in saved.items()}
            raise BundleError(f"saved stream {found} does not fit latents {tuple(self.latents.shape)}")
        self.latents.copy_(saved["latents"])
        self.known, self.next_latent, self.seed = (int(saved[name]) for name in _SAVED[1:])

    def drop_context(self, keep: int) -> None:
        """Forget all but the newest `keep` latents, as on a change of the dominant prompt (LMDM 1.10)."""
        self.known = min(self.known, keep)

    def prefill(self, latents: Tensor, next_latent: int | None = None) -> None:
        """Make latents [B, 64, n] the context; the next block follows at `next_latent`, if given."""
        self.known = 0
        self._push(latents)
        self.next_latent = self.next_latent if next_latent is None else next_latent

    def append(self, block: Tensor) -> None:
        """Slide the window over a finished block [B, 64, o]."""
        self._push(block)
        self.next_latent += block.shape[-1]

    def _push(self, latents: Tensor) -> None:
        count = min(latents.shape[-1], self.geometry.context)
        self.latents.copy_(torch.cat([self.latents, latents], dim=-1)[..., -self.geometry.context :])
        self.known = min(self.known + count, self.geometry.context)

    def context(self, length: int, empty: str) -> Context:
        """Return the newest `length` latents; what is not known is zero, or missing, as `empty` says."""
        known = min(self.known, length)
        if empty == "absent":
            length = known
        latents = self.latents[..., self.geometry.context - length :]
        if known < length:
            latents = latents.clone()
            latents[..., : length - known] = 0.0
        return Context(latents, latents.new_ones(len(latents), 1, length))

    def noise(self, count: int, step: int) -> Tensor:
        """Return the noise [B, 64, count] of the coming latents at a sampler step."""
        batch, channels, _ = self.latents.shape
        rows = [latent_noise(self.seed + b, self.next_latent, count, step, channels) for b in range(batch)]
        return torch.cat(rows).to(self.latents)


def rollout_block(
    model: DiT,
    state: StreamState,
    cond: Condition,
    *,
    steps: int,
    guidance: float = 1.0,
    temperature: float = 1.0,
    sampler: str = "euler",
    block: int | None = None,
) -> Tensor:
    """Make the next block of latents [B, 64, block], move the state behind it, and return it (LMDM Algorithm 2).

    `temperature` scales the noise: a network that learned from squared errors makes too little of everything, more so
    in few steps, and a little more noise gives it back (S_noise of arXiv 2206.00364). `block` defaults to the
    geometry's; a longer one sees less context, so that both fit the window. Call it under `torch.inference_mode`.
    Raises `BundleError` for an unknown sampler or a block beyond the window.
    """
    block = block or state.geometry.block
    _check_block(block, state.geometry, sampler)
    if guidance != 1.0:
        cond = cond.with_null()
    prepared = model.prepare(cond)
    model.encode_context(_visible_context(model, state, block, len(cond.pooled)), prepared, state.cache)

    def velocity(x: Tensor, level: float) -> Tensor:
        return model.denoise(x, x.new_full((len(x),), level), prepared, state.cache)

    latents = SAMPLERS[sampler](
        guided(velocity, guidance),
        temperature * state.noise(block, 0),
        logsnr_schedule(steps, model.config.logsnr_start, model.config.logsnr_end),
        noise=lambda step: temperature * state.noise(block, step),
    )
    state.append(latents)
    return latents


def _visible_context(model: DiT, state: StreamState, block: int, batch: int) -> Context:
    """Return the context to encode, once per branch of guidance only where the context reads the prompt."""
    length = min(state.geometry.context, state.geometry.window - block)
    context = state.context(length, model.config.empty_context)
    repeats = batch // len(context.latents)
    if repeats == 1 or not model.config.text_in_context:
        return context
    return Context(context.latents.repeat(repeats, 1, 1), context.known.repeat(repeats, 1, 1))


def _check_block(block: int, geometry: Geometry, sampler: str) -> None:
    if sampler not in SAMPLERS:
        raise BundleError(f'no sampler "{sampler}" among {", ".join(SAMPLERS)}{did_you_mean(sampler, SAMPLERS)}')
    if not 0 < block < geometry.window:
        raise BundleError(f"a block of {block} latents does not fit a window of {geometry.window}")
