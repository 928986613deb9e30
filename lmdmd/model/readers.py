"""The three ways of a block to its context: encoded for every block, rolled on, or denoised along with it.

A reader is opened for a block, gives the velocity that a sampler follows, and is closed when the block is done.
Which one plays is the bundle's `attention` (LMDM 1.5). A branch of guidance that is without a group is without it in
the context too, and has that encoded for itself where the context has any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from lmdmd.model.caches import ContextCache, RollingCache
from lmdmd.model.dit import TEXT, Context, DiT, Prepared
from lmdmd.model.sampling import Velocity

if TYPE_CHECKING:
    from lmdmd.model.stream import StreamState


class ContextReader(Protocol):
    """What a stream asks of a way to read its context."""

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        """Return the velocity of the coming `block` latents."""
        ...

    def read_ahead(self, state: StreamState, cond: Prepared, block: int) -> None:
        """Do now what the next `open` must do, should it be asked the same; nothing else depends on it."""
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


def _differs(model: DiT, context: Context, cond: Prepared) -> bool:
    """Return whether the branches of guidance see different contexts."""
    return any(name in context.controls or model.config.text_in_context for name in cond.without)


class _Forgetful:
    """A reader for which everything follows from the stream's latents."""

    def read_ahead(self, state: StreamState, cond: Prepared, block: int) -> None: ...

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
        self.cache = self._make_cache(2 * batch)
        self._read: tuple[Context, Prepared] | None = None

    def _make_cache(self, batch: int) -> ContextCache:
        return ContextCache(self.model.config, self.model.geometry.window, batch, like=self.model.keys_like())

    def read_ahead(self, state: StreamState, cond: Prepared, block: int) -> None:
        context = self._context(state, block)
        self._encode(context, cond)
        # The stream's own tensors move on.
        controls = {name: control.clone() for name, control in context.controls.items()}
        self._read = Context(context.latents.clone(), context.known.clone(), controls), cond

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        context = self._context(state, block)
        if not self._has_read(context, cond):
            self._encode(context, cond)
        self._read = None

        def velocity(x: Tensor, level: float) -> Tensor:
            return self.model.denoise(x, x.new_full((len(x),), level, dtype=torch.float32), cond, self.cache)

        return velocity

    def _context(self, state: StreamState, block: int) -> Context:
        return state.context(min(state.geometry.context, state.geometry.window - block))

    def _encode(self, context: Context, cond: Prepared) -> None:
        if len(cond.token) > self.cache.batch:
            self.cache = self._make_cache(len(cond.token))
        # Where the branches of guidance see the same context, one serves them all.
        seen = context.beside(cond.without) if _differs(self.model, context, cond) else context
        self.model.encode_context(seen, cond, self.cache)

    def _has_read(self, context: Context, cond: Prepared) -> bool:
        """Whether the very same context was read ahead, for the same branches and, where it reads them, words."""
        if self._read is None:
            return False
        seen, told = self._read
        words = told.text is cond.text or not self.model.config.text_in_context
        return words and told.without == cond.without and seen.equals(context)


class RollingContext:
    """Block-Causal: a finished block is encoded with the first step of the next one (LMDM Algorithm 3).

    What is encoded stays as it is: controls of a past latent that are heard later are seen only when the whole
    context is encoded anew.
    """

    def __init__(self, model: DiT, batch: int, history: int) -> None:
        self.model, self.history = model, history
        self.names = (TEXT, *model.config.groups)
        self.cache = self._make_cache(2 * batch)
        self.finished = 0  # latents of the last block, not encoded yet
        self.valid = False  # whether the cache holds what comes before them
        self.rows: tuple[str, ...] | None = None  # what its rows behind the first are without; None: all are the same

    def _make_cache(self, batch: int) -> RollingCache:
        model, rope = self.model, self.model.transformer.rotary_pos_emb
        return RollingCache(model.config, model.geometry, batch, self.history, rope, like=model.keys_like())

    def read_ahead(self, state: StreamState, cond: Prepared, block: int) -> None: ...

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        finished = self._catch_up(state, cond)

        def velocity(x: Tensor, level: float) -> Tensor:
            nonlocal finished
            levels = x.new_full((len(x),), level, dtype=torch.float32)
            if finished is None:
                return self.model.denoise(x, levels, cond, self.cache)
            fused, finished = finished, None
            return self.model.denoise_fused(fused, x, levels, cond, self.cache)

        return velocity

    def _catch_up(self, state: StreamState, cond: Prepared) -> Context | None:
        """Return the block to be encoded with the first step; None where the whole context had to be encoded now."""
        if len(cond.token) > self.cache.batch:
            self._make_room(len(cond.token))
        context = state.context(state.geometry.rolling)
        differ = _differs(self.model, context, cond)
        if self.valid and self._serves(cond.without, differ):
            self.rows = None if self.rows is None else cond.without
            self.cache.extend(self.finished)
            return state.context(self.finished).beside(cond.without)
        self.valid, self.rows = False, cond.without if differ else None
        self.model.encode_context(context.beside(cond.without) if differ else context, cond, self.cache)
        return None

    def _serves(self, without: tuple[str, ...], differ: bool) -> bool:
        """Return whether every branch finds its own past in the cache."""
        return not differ if self.rows is None else self.rows[: len(without)] == without

    def _make_room(self, batch: int) -> None:
        """Begin an empty cache for more branches; nothing of the old one can be gone back to."""
        begun = self.cache.mark.written
        self.cache = self._make_cache(batch)
        self.cache.front, self.valid = begun, False

    def close(self, block: int) -> None:
        self.cache.commit(block)
        self.finished, self.valid = block, True

    def forget(self) -> None:
        self.valid = False

    def mark(self) -> Any:
        return self.cache.mark, self.finished, self.valid, self.rows

    def rewind(self, mark: Any) -> None:
        """What has left the cache is encoded anew from the latents, which is near but not the same (LMDM 1.12 e)."""
        self.cache.mark, self.finished, valid, self.rows = mark
        self.valid = valid and self.cache.holds(self.cache.mark)

    def shorten(self, mark: Any, latents: int) -> Any:
        """The block is not encoded yet, so there is only less of it to encode, and less to have moved on by."""
        place, finished, valid, rows = mark
        return replace(place, passed=place.passed - latents), finished - latents, valid, rows

    def save(self) -> dict[str, Tensor]:
        rows = [] if self.rows is None else [self.names.index(name) for name in self.rows]
        state = torch.tensor([self.finished, int(self.valid), int(self.rows is None), *rows])
        return {"reader": state, **self.cache.save()}

    def load(self, saved: Mapping[str, Tensor]) -> None:
        self.finished, valid, same, *rows = saved["reader"].tolist()
        self.valid = bool(valid)
        self.rows = None if same else tuple(self.names[row] for row in rows)
        if (batch := saved["kv"].shape[2]) != self.cache.batch:
            self.cache = self._make_cache(batch)
        self.cache.load(saved)


class Outpainting(_Forgetful):
    """Bidirectional, the baseline: the context is noised too and nothing about it can be kept (LMDM 1.2)."""

    def __init__(self, model: DiT, batch: int, history: int) -> None:
        self.model = model

    def open(self, state: StreamState, cond: Prepared, block: int) -> Velocity:
        length = min(state.geometry.context, state.geometry.window - block)
        context = state.context(length)
        seen = context.beside(cond.without)
        noise = state.noise(context.length, 0, first=state.next_latent - context.length)

        def velocity(x: Tensor, level: float) -> Tensor:
            noisy = torch.lerp(context.latents, noise, level).repeat(len(x) // len(noise), 1, 1)
            whole = torch.cat([noisy, x], dim=-1)
            levels = x.new_full((len(x),), level, dtype=torch.float32)
            return self.model.denoise_uncached(whole, levels, cond, seen)

        return velocity


READERS = {"enc-dec": EncodedContext, "block-causal": RollingContext, "bidirectional": Outpainting}


def make_reader(model: DiT, batch: int, history: int) -> ContextReader:
    """Return the reader of a model's attention for `batch` streams that can be rewound by `history` latents."""
    return READERS[model.config.attention](model, batch, history)
