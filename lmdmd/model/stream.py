"""Playing on for ever: the state between blocks, and the one rollout that engine, training and tests share."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor

from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.config import Geometry
from lmdmd.model.dit import Condition, Context, DiT, Prepared
from lmdmd.model.readers import ContextReader, make_reader
from lmdmd.model.sampling import SAMPLERS, guided, guided_plus, latent_noise, logsnr_schedule

_SAVED = ("latents", "known", "next_latent", "seed")


@dataclass(frozen=True)
class BlockMark:
    """Where a stream stood when it began a block, and what it still knew of the past while it made it."""

    next_latent: int
    known: int
    known_in_block: int
    reader: Any


class StreamState:
    """What must be remembered between blocks.

    `latents` [B, 64, history + context], newest last, of which the last `known` count; `next_latent` is the absolute
    index of the first latent of the next block; the noise follows from `seed`. The `reader` keeps what attention has
    made of the context.
    """

    def __init__(self, model: DiT, latents: Tensor, reader: ContextReader, seed: int, history: int) -> None:
        self.geometry, self.empty_context = model.geometry, model.config.empty_context
        self.reads_prompt = model.config.text_in_context
        self.latents, self.reader, self.history = latents, reader, history
        self.known = 0
        self.next_latent = 0
        self.seed = seed
        self._prepared: tuple[Condition, int, Prepared] | None = None
        self._marks: deque[BlockMark] = deque()
        self._before = (0, reader.mark())  # known and reader at the end of the last block, whatever was dropped since

    @classmethod
    def init(cls, model: DiT, *, batch: int = 1, seed: int = 0, history: int = 0) -> Self:
        """Return an empty state for `batch` parallel streams; stream b uses seed + b.

        `history` latents beyond the context are kept, so that many can be taken back by `rewind`.
        """
        like = model.to_input_add_embed.weight.detach()
        latents = like.new_zeros(batch, model.config.latent_dim, history + model.geometry.context)
        return cls(model, latents, make_reader(model, batch, history), seed, history)

    def reset(self, seed: int | None = None) -> None:
        """Rewind to silence at latent 0; keep the seed unless one is given."""
        self.latents.zero_()
        self.known = self.next_latent = 0
        self.seed = self.seed if seed is None else seed
        self.reader.forget()
        self._begin_history()

    def save(self) -> dict[str, Tensor]:
        """Return a copy of everything that matters, as tensors."""
        numbers = {name: torch.tensor(getattr(self, name)) for name in _SAVED[1:]}
        return {"latents": self._context().clone(), **numbers, **self.reader.save()}

    def load(self, saved: Mapping[str, Tensor]) -> None:
        """Go back to a saved moment; raises `BundleError` when it is of another model or incomplete."""
        if not set(_SAVED) <= set(saved) or saved["latents"].shape != self._context().shape:
            found = {name: tuple(value.shape) for name, value in saved.items()}
            raise BundleError(f"saved stream {found} does not fit latents {tuple(self._context().shape)}")
        self._context().copy_(saved["latents"])
        self.known, self.next_latent, self.seed = (int(saved[name]) for name in _SAVED[1:])
        self.reader.load(saved)
        self._begin_history()

    def move_to(self, latent: int) -> None:
        """Let the next block begin at another latent, as if the music so far had led up to it."""
        self.next_latent = latent
        self._begin_history()

    def drop_context(self, keep: int) -> None:
        """Forget all but the newest `keep` latents, as on a change of the dominant prompt (LMDM 1.10)."""
        if keep < self.known:
            self.known = keep
            self.reader.forget()

    def begin_anew(self) -> None:
        """Forget all music so far, for good: no way back into the next block brings it back."""
        self.drop_context(0)
        self._before = (self.known, self.reader.mark())

    def forget_prompt(self) -> None:
        """Encode the context anew for the next block: another prompt leads, and what was kept has read the old one."""
        if self.reads_prompt:
            self.reader.forget()

    def prepare(self, model: DiT, cond: Condition, branches: int) -> Prepared:
        """Return what the network makes of a condition, with its null for two branches; the last one is remembered."""
        if self._prepared is None or self._prepared[0] is not cond or self._prepared[1] != branches:
            self._prepared = cond, branches, model.prepare(cond.with_null() if branches == 2 else cond)
        return self._prepared[2]

    def prefill(self, latents: Tensor, next_latent: int | None = None) -> None:
        """Make latents [B, 64, n] the context; the next block follows at `next_latent`, if given."""
        self.known = 0
        self._push(latents)
        self.next_latent = self.next_latent if next_latent is None else next_latent
        self.reader.forget()
        self._begin_history()

    def append(self, block: Tensor) -> None:
        """Slide the window over a finished block [B, 64, o]."""
        known, reader = self._before
        self._marks.append(BlockMark(self.next_latent, known, self.known, reader))
        self.reader.close(block.shape[-1])
        self._push(block)
        self.next_latent += block.shape[-1]
        self._before = (self.known, self.reader.mark())
        while self._marks and self._marks[0].next_latent < self.next_latent - self.history:
            self._marks.popleft()

    def rewind(self, latent: int) -> int:
        """Go back to where `latent` was the next one, as if what follows had never been made; return it.

        Inside a block, the latents before `latent` stay as they are, as if that block had been a shorter one. Raises
        `BundleError` for a latent that was never made, or has left the history.
        """
        first = self._marks[0].next_latent if self._marks else self.next_latent
        if not first <= latent <= self.next_latent:
            raise BundleError(f"cannot rewind to latent {latent}: {first} .. {self.next_latent} can be taken back")
        made = self.next_latent
        while self._marks and (latent < self.next_latent):
            self._return(self._marks.pop(), latent)
        if made > self.next_latent:
            self.latents.copy_(self.latents.roll(made - self.next_latent, dims=-1))
        return self.next_latent

    def _return(self, mark: BlockMark, latent: int) -> None:
        """Take back a block, or only its latents from `latent` on."""
        kept = max(0, latent - mark.next_latent)
        lost = self.next_latent - mark.next_latent - kept
        self.next_latent = mark.next_latent + kept
        self.known = min(mark.known_in_block + kept, self.geometry.context) if kept else mark.known
        self.reader.rewind(self.reader.shorten(self._before[1], lost) if kept else mark.reader)
        self._before = (self.known, self.reader.mark())
        if kept:
            self._marks.append(mark)

    def _begin_history(self) -> None:
        self._marks.clear()
        self._before = (self.known, self.reader.mark())

    def _context(self) -> Tensor:
        return self.latents[..., self.history :]

    def _push(self, latents: Tensor) -> None:
        count = min(latents.shape[-1], self.geometry.context)
        self.latents.copy_(torch.cat([self.latents, latents], dim=-1)[..., -self.latents.shape[-1] :])
        self.known = min(self.known + count, self.geometry.context)

    def context(self, length: int) -> Context:
        """Return the newest `length` latents; what is not known is zero, or missing, as `empty_context` says."""
        known = min(self.known, length)
        if self.empty_context == "absent":
            length = known
        latents = self.latents[..., self.latents.shape[-1] - length :]
        if known < length:
            latents = latents.clone()
            latents[..., : length - known] = 0.0
        return Context(latents, latents.new_ones(len(latents), 1, length))

    def noise(self, count: int, step: int, first: int | None = None) -> Tensor:
        """Return the noise [B, 64, count] of the coming latents, or of those from `first`, at a sampler step."""
        batch, channels, _ = self.latents.shape
        first = self.next_latent if first is None else first
        rows = [latent_noise(self.seed + b, first, count, step, channels) for b in range(batch)]
        return torch.cat(rows).to(self.latents)


def rollout_block(
    model: DiT,
    state: StreamState,
    cond: Condition,
    *,
    steps: int,
    guidance: float = 1.0,
    plus: float | None = None,
    temperature: float = 1.0,
    sampler: str = "euler",
    block: int | None = None,
) -> Tensor:
    """Make the next block of latents [B, 64, block], move the state behind it, and return it (LMDM Algorithm 2).

    `plus` is the weight of CFG++, which then stands in for `guidance`. `temperature` scales the noise: a network that
    learned from squared errors makes too little of everything, more so in few steps, and a little more noise gives it
    back (S_noise of arXiv 2206.00364). `block` defaults to the geometry's; with a longer one encoded context is cut, so
    that both fit the window. Call it under `torch.inference_mode`. Raises `BundleError` for an unknown sampler or a
    block beyond the window.
    """
    block = block or state.geometry.block
    _check_block(block, state.geometry, sampler)
    branches = 1 if plus is None and guidance == 1.0 else 2
    velocity = state.reader.open(state, state.prepare(model, cond, branches), block)
    latents = SAMPLERS[sampler](
        guided(velocity, guidance) if plus is None else guided_plus(velocity, plus),
        temperature * state.noise(block, 0),
        logsnr_schedule(steps, model.config.logsnr_start, model.config.logsnr_end),
        noise=lambda step: temperature * state.noise(block, step),
    )
    state.append(latents)
    return latents


def _check_block(block: int, geometry: Geometry, sampler: str) -> None:
    if sampler not in SAMPLERS:
        raise BundleError(f'no sampler "{sampler}" among {", ".join(SAMPLERS)}{did_you_mean(sampler, SAMPLERS)}')
    if not 0 < block < geometry.window:
        raise BundleError(f"a block of {block} latents does not fit a window of {geometry.window}")
