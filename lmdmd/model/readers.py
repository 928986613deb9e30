"""The three ways of a block to its context: encoded for every block, rolled on, or denoised along with it.

A reader is opened for a block, gives the velocity that a sampler follows, and is closed when the block is done.
Which one plays is the bundle's `attention` (LMDM 1.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from lmdmd.model.caches import ContextCache, RollingCache
from lmdmd.model.dit import Context, DiT, Prepared
from lmdmd.model.sampling import Velocity

if TYPE_CHECKING:
    from lmdmd.model.stream import StreamState


class ContextReader(Protocol):
    """What a stream asks of a way to read its context."""

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        """Return the velocity of the coming `block` latents."""
        ...

    def close(self, block: int) -> None:
        """Take the block as done."""
        ...

    def forget(self) -> None:
        """Let go of everything that was encoded: the context, or the prompt that it has read, is another."""
        ...

    def mark(self) -> Any:
        """Return where the reader stands between blocks."""
        ...

    def rewind(self, mark: Any) -> None:
        """Go back to where it stood."""
        ...

    def shorten(self, mark: Any, latents: int) -> Any:
        """Return where it would have stood had the block before `mark` been shorter by its last `latents`."""
        ...

    def save(self) -> dict[str, Tensor]:
        """Return a copy of what does not follow from the stream's latents."""
        ...

    def load(self, saved: Mapping[str, Tensor]) -> None:
        """Go back to a saved moment."""
        ...


class _Forgetful:
    """A reader for which everything follows from the stream's latents."""

    def close(self, block: int) -> None: ...

    def forget(self) -> None: ...

    def mark(self) -> None: ...

    def rewind(self, mark: None) -> None: ...

    def shorten(self, mark: None, latents: int) -> None: ...

    def save(self) -> dict[str, Tensor]:
        return {}

    def load(self, saved: Mapping[str, Tensor]) -> None: ...


class EncodedContext(_Forgetful):
    """Enc-Dec: the context is encoded once a block, all steps read it (LMDM Algorithm 2)."""

    def __init__(self, model: DiT, batch: int, history: int) -> None:
        self.model = model
        self.cache = ContextCache(model.config, model.geometry.window, 2 * batch, like=model.keys_like())

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        length = min(state.geometry.context, state.geometry.window - block)
        context = state.context(length)
        # Where the context reads no prompt, one serves both branches of guidance.
        branches = len(cond.token) // len(context.latents) if self.model.config.text_in_context else 1
        self.model.encode_context(context.repeat(branches), cond, self.cache)

        def velocity(x: Tensor, level: float) -> Tensor:
            return self.model.denoise(x, x.new_full((len(x),), level, dtype=torch.float32), cond, self.cache)

        return velocity


class RollingContext:
    """Block-Causal: a finished block is encoded with the first step of the next one (LMDM Algorithm 3)."""

    def __init__(self, model: DiT, batch: int, history: int) -> None:
        like, rope = model.keys_like(), model.transformer.rotary_pos_emb
        self.model = model
        self.cache = RollingCache(model.config, model.geometry, 2 * batch, history, rope, like=like)
        self.finished = 0  # latents of the last block, not encoded yet
        self.valid = False  # whether the cache holds what comes before them

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        finished = self._catch_up(state, cond)

        def velocity(x: Tensor, level: float) -> Tensor:
            nonlocal finished
            levels = x.new_full((len(x),), level, dtype=torch.float32)
            if finished is None:
                return self.model.denoise(x, levels, cond, self.cache)
            fused, finished = finished.repeat(len(x) // len(finished.latents)), None
            return self.model.denoise_fused(fused, x, levels, cond, self.cache)

        return velocity

    def _catch_up(self, state: StreamState, cond: Prepared) -> Context | None:
        """Return the block to be encoded with the first step; None where the whole context had to be encoded now."""
        branches, reads = len(cond.token), self.model.config.text_in_context
        if self.valid and (not reads or self.cache.mark.branches >= branches):
            self.cache.extend(self.finished)
            return state.context(self.finished)
        self.valid = False
        context = state.context(state.geometry.rolling)
        self.model.encode_context(context.repeat(branches // len(context.latents) if reads else 1), cond, self.cache)
        return None

    def close(self, block: int) -> None:
        self.cache.commit(block)
        self.finished, self.valid = block, True

    def forget(self) -> None:
        self.valid = False

    def mark(self) -> Any:
        return self.cache.mark, self.finished, self.valid

    def rewind(self, mark: Any) -> None:
        """What has left the cache is encoded anew from the latents, which is near but not the same (LMDM 1.12 e)."""
        self.cache.mark, self.finished, valid = mark
        self.valid = valid and self.cache.holds(self.cache.mark)

    def shorten(self, mark: Any, latents: int) -> Any:
        """The block is not encoded yet, so there is only less of it to encode, and less to have moved on by."""
        place, finished, valid = mark
        return replace(place, passed=place.passed - latents), finished - latents, valid

    def save(self) -> dict[str, Tensor]:
        state = torch.tensor([self.finished, int(self.valid)])
        return {"reader": state, **self.cache.save()}

    def load(self, saved: Mapping[str, Tensor]) -> None:
        self.finished, valid = saved["reader"].tolist()
        self.valid = bool(valid)
        self.cache.load(saved)


class Outpainting(_Forgetful):
    """Bidirectional, the baseline: the context is noised too and nothing about it can be kept (LMDM 1.2)."""

    def __init__(self, model: DiT, batch: int, history: int) -> None:
        self.model = model

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        length = min(state.geometry.context, state.geometry.window - block)
        context = state.context(length)
        noise = state.noise(context.length, 0, first=state.next_latent - context.length)

        def velocity(x: Tensor, level: float) -> Tensor:
            branches = len(x) // len(context.latents)
            noisy = torch.lerp(context.latents, noise, level).repeat(branches, 1, 1)
            whole = torch.cat([noisy, x], dim=-1)
            return self.model.denoise_uncached(
                whole, x.new_full((len(x),), level, dtype=torch.float32), cond, context.repeat(branches)
            )

        return velocity


READERS = {"enc-dec": EncodedContext, "block-causal": RollingContext, "bidirectional": Outpainting}


def make_reader(model: DiT, batch: int, history: int) -> ContextReader:
    """Return the reader of a model's attention for `batch` streams that can be rewound by `history` latents."""
    return READERS[model.config.attention](model, batch, history)
