"""Playing on for ever: the state between blocks, and the one rollout that engine, training and tests share."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor

from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.config import Geometry
from lmdmd.model.controls import INPAINT, cut, drop_absent
from lmdmd.model.dit import TEXT, Condition, Context, DiT, Prepared
from lmdmd.model.readers import ContextReader, make_reader
from lmdmd.model.sampling import SAMPLERS, guided, guided_plus, latent_noise, leaning, learning_last, logsnr_schedule

_SAVED = ("latents", "known", "next_latent", "seed")
_SAVED_CONTROLS = "controls."


@dataclass(frozen=True)
class BlockMark:
    """Where a stream stood when it began a block, and what it still knew of the past while it made it.

    ``replaced`` is the music so far, where the block was given another.
    """

    next_latent: int
    known: int
    known_in_block: int
    reader: Any
    replaced: dict[str, Tensor] | None = None


class StreamState:
    """What must be remembered between blocks.

    `latents` [B, 64, history + context], newest last, of which the last `known` count; `next_latent` is the absolute
    index of the first latent of the next block; the noise follows from `seed`. `controls` name -> [B, C, history +
    context] are what the latents were asked to be, or what was heard beside them, for every group of the model. The
    `reader` keeps what attention has made of the context.
    """

    def __init__(self, model: DiT, latents: Tensor, reader: ContextReader, seed: int, history: int) -> None:
        self.geometry, self.empty_context = model.geometry, model.config.empty_context
        self.reads_prompt = model.config.text_in_context
        self.latents, self.reader, self.history = latents, reader, history
        batch, _, length = latents.shape
        groups = model.config.groups.items()
        self.controls = {name: latents.new_zeros(batch, c, length) for name, c in groups if name != INPAINT}
        self.known = 0
        self.next_latent = 0
        self.seed = seed
        self._prepared: tuple[Condition, Prepared] | None = None
        self._marks: deque[BlockMark] = deque()
        self._before = (0, reader.mark())  # known and reader at the end of the last block, whatever was dropped since
        self._replaced: dict[str, Tensor] | None = None  # the music then, where it was replaced since

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
        for kept in (self.latents, *self.controls.values()):
            kept.zero_()
        self.known = self.next_latent = 0
        self.seed = self.seed if seed is None else seed
        self.reader.forget()
        self._begin_history()

    def save(self) -> dict[str, Tensor]:
        """Return a copy of everything that matters, as tensors."""
        numbers = {name: torch.tensor(getattr(self, name)) for name in _SAVED[1:]}
        return {**{name: value.clone() for name, value in self._contexts().items()}, **numbers, **self.reader.save()}

    def load(self, saved: Mapping[str, Tensor]) -> None:
        """Go back to a saved moment; raises `BundleError` when it is of another model or incomplete."""
        contexts = self._contexts()
        found = {name: tuple(value.shape) for name, value in saved.items()}
        shapes = {name: tuple(value.shape) for name, value in contexts.items()}
        others = [name for name in found if name.startswith(_SAVED_CONTROLS) and name not in shapes]
        if others or not set(_SAVED) <= set(saved) or any(found.get(name) != shape for name, shape in shapes.items()):
            raise BundleError(f"saved stream {found} does not fit {shapes}")
        for name, value in contexts.items():
            value.copy_(saved[name])
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

    def prepare(self, model: DiT, cond: Condition, without: tuple[str, ...]) -> Prepared:
        """Return what the network makes of a condition and its branches; of the last one the words are remembered."""
        if self._prepared is not None:
            last, prepared = self._prepared
            if prepared.without == without and last.pooled is cond.pooled and last.tokens is cond.tokens:
                if last is not cond:
                    self._prepared = cond, replace(prepared, controls=cond.beside(without).controls)
                return self._prepared[1]
        self._prepared = cond, model.prepare(cond, without)
        return self._prepared[1]

    def read_ahead(self, keep: int) -> None:
        """Read of the past, now, what the next block will see: `keep` latents, asked for as the last block was.

        It is read anew where that block sees anything else: what is made does not depend on this.
        """
        if self._prepared is not None:
            known, self.known = self.known, min(keep, self.known)
            self.reader.read_ahead(self, self._prepared[1], self.geometry.block)
            self.known = known

    def prefill(
        self, latents: Tensor, next_latent: int | None = None, controls: Mapping[str, Tensor] | None = None
    ) -> None:
        """Make latents [B, 64, n] the context; the next block follows at `next_latent`, if given.

        Of their `controls` [B, C, n] nothing is known but what is given.
        """
        self.known = 0
        self._push(latents, controls or {})
        self.next_latent = self.next_latent if next_latent is None else next_latent
        self.reader.forget()
        self._begin_history()

    def prime(self, latents: Tensor, controls: Mapping[str, Tensor] | None = None) -> None:
        """Let the next block go on from latents [B, 64, n] instead of the music so far, and the way back stay open.

        Of their `controls` [B, C, n] nothing is known but what is given.
        """
        kept = self._kept()
        self._replaced = self._replaced or {name: value.clone() for name, value in kept.items()}
        for value in kept.values():
            value.zero_()
        self.known = 0
        self._push(latents, controls or {})
        self.reader.forget()

    def append(self, block: Tensor, controls: Mapping[str, Tensor] | None = None) -> None:
        """Slide the window over a finished block [B, 64, o] and the controls [B, C, o] that it was made with."""
        known, reader = self._before
        self._marks.append(BlockMark(self.next_latent, known, self.known, reader, self._replaced))
        self.reader.close(block.shape[-1])
        self._push(block, controls or {})
        self.next_latent += block.shape[-1]
        self._before, self._replaced = (self.known, self.reader.mark()), None
        while self._marks and self._marks[0].next_latent < self.next_latent - self.history:
            self._marks.popleft()

    def hear(self, name: str, first_latent: int, values: Tensor) -> None:
        """Let controls [B, C, n] of one group stand beside the past latents from `first_latent` on.

        What they were made with, or was heard of them before, is forgotten; latents that are not remembered, or are
        still to come, stay as they are. A rolling context sees it of those latents only that it has not encoded yet.
        """
        self.check_controls({name: values}, values.shape[-1])
        kept = self.controls[name]
        oldest = self.next_latent - kept.shape[-1]
        first, last = max(first_latent, oldest), min(first_latent + values.shape[-1], self.next_latent)
        if first < last:
            kept[..., first - oldest : last - oldest] = values[..., first - first_latent : last - first_latent]

    def rewind(self, latent: int) -> int:
        """Go back to where `latent` was the next one, as if what follows had never been made; return it.

        Inside a block, the latents before `latent` stay as they are, as if that block had been a shorter one. Raises
        `BundleError` for a latent that was never made, or has left the history.
        """
        first = self._marks[0].next_latent if self._marks else self.next_latent
        if not first <= latent <= self.next_latent:
            raise BundleError(f"cannot rewind to latent {latent}: {first} .. {self.next_latent} can be taken back")
        made = self.next_latent
        if self._replaced is not None and latent < made:
            self._bring_back(self._replaced)
            self._replaced = None
        while self._marks and (latent < self.next_latent):
            mark = self._marks.pop()
            self._return(mark, latent)
            if mark.replaced is not None and self.next_latent == mark.next_latent:
                self._bring_back(mark.replaced)
                made = self.next_latent
        if made > self.next_latent:
            for kept in (self.latents, *self.controls.values()):
                kept.copy_(kept.roll(made - self.next_latent, dims=-1))
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

    def _bring_back(self, replaced: Mapping[str, Tensor]) -> None:
        for name, value in self._kept().items():
            value.copy_(replaced[name])

    def _begin_history(self) -> None:
        self._marks.clear()
        self._before, self._replaced = (self.known, self.reader.mark()), None

    def _kept(self) -> dict[str, Tensor]:
        """All that is remembered, by the names it is saved under."""
        return {"latents": self.latents, **{_SAVED_CONTROLS + name: value for name, value in self.controls.items()}}

    def _contexts(self) -> dict[str, Tensor]:
        """What a coming block can see, by the names it is saved under."""
        return cut(self._kept(), self.history)

    def _push(self, latents: Tensor, controls: Mapping[str, Tensor]) -> None:
        count = latents.shape[-1]
        self.check_controls(controls, count)
        _slide(self.latents, latents)
        for name, kept in self.controls.items():
            _slide(kept, controls.get(name, kept.new_zeros(1, 1, count)))
        self.known = min(self.known + count, self.geometry.context)

    def leans(self, cond: Condition, weights: Mapping[str, float]) -> dict[str, float]:
        """Return the weights that make a difference to the next block: of groups that it or its context has."""
        for name in weights:
            self._check_name(name)
        there = {*drop_absent(cond.controls), *self.context(self.geometry.context).controls} if weights else ()
        return {name: weights[name] for name in self.controls if name in there and weights.get(name, 1.0) != 1.0}

    def check_controls(self, controls: Mapping[str, Tensor], count: int) -> None:
        """Raise `BundleError` for controls that are not of this model, or not of `count` latents."""
        for name, values in controls.items():
            self._check_name(name)
            channels = self.controls[name].shape[1]
            if values.shape[1:] != (channels, count):
                raise BundleError(f'control "{name}" is {list(values.shape)}, not [B, {channels}, {count}]')

    def _check_name(self, name: str) -> None:
        if name not in self.controls:
            raise BundleError(f'this model has no control "{name}"{did_you_mean(name, self.controls)}')

    def context(self, length: int) -> Context:
        """Return the newest `length` latents and their controls.

        What is not known is zero, or missing, as `empty_context` says.
        """
        known = min(self.known, length)
        if self.empty_context == "absent":
            length = known
        first = self.latents.shape[-1] - length
        latents, controls = self.latents[..., first:], cut(self.controls, first)
        if known < length:
            latents, controls = (
                _blank(latents, length - known),
                {n: _blank(c, length - known) for n, c in controls.items()},
            )
        return Context(latents, latents.new_ones(len(latents), 1, length), drop_absent(controls))

    def noise(self, count: int, step: int, first: int | None = None) -> Tensor:
        """Return the noise [B, 64, count] of the coming latents, or of those from `first`, at a sampler step."""
        batch, channels, _ = self.latents.shape
        first = self.next_latent if first is None else first
        rows = [latent_noise(self.seed + b, first, count, step, channels) for b in range(batch)]
        return torch.cat(rows).to(self.latents)


def _slide(kept: Tensor, new: Tensor) -> None:
    """Let `new` [B, C, n] follow what is kept [B, C, N], of which as much is forgotten at the front."""
    new = new.expand(len(kept), kept.shape[1], -1)
    kept.copy_(torch.cat([kept, new], dim=-1)[..., new.shape[-1] :])


def _blank(values: Tensor, count: int) -> Tensor:
    """Return a copy whose first `count` latents are zero."""
    values = values.clone()
    values[..., :count] = 0.0
    return values


def rollout_block(
    model: DiT,
    state: StreamState,
    cond: Condition,
    *,
    steps: int,
    guidance: float = 1.0,
    plus: float | None = None,
    weights: Mapping[str, float] | None = None,
    temperature: float = 1.0,
    sampler: str = "euler",
    block: int | None = None,
    learn: bool = False,
) -> Tensor:
    """Make the next block of latents [B, 64, block], move the state behind it, and return it (LMDM Algorithm 2).

    `plus` is the weight of CFG++, which then stands in for `guidance`. `weights` say how much groups of controls count,
    name -> 1 as they are, 0 as if they were not there; each that is another than 1 costs a branch. `temperature` scales
    the noise: a network that learned from squared errors makes too little of everything, more so in few steps, and a
    little more noise gives it back (S_noise of arXiv 2206.00364). `block` defaults to the geometry's; with a longer one
    encoded context is cut, so that both fit the window. Call it under `torch.inference_mode`, or, to `learn` from the
    block, with gradients on: they flow through its last step alone, into nothing that came before (LMDM 3). Raises
    `BundleError` for an unknown sampler, a block beyond the window, and controls that are not of this model.
    """
    block = block or state.geometry.block
    _check_block(block, state.geometry, sampler)
    state.check_controls(cond.controls, block)
    leans = state.leans(cond, weights or {})
    text = () if plus is None and guidance == 1.0 else (TEXT,)
    prepared = state.prepare(model, cond, (*text, *leans))
    with torch.set_grad_enabled(torch.is_grad_enabled() and not learn):
        velocity = state.reader.open(state, prepared, block)
    levels = logsnr_schedule(steps, model.config.logsnr_start, model.config.logsnr_end)
    if learn:
        velocity = learning_last(velocity, levels)
    if leans:
        velocity = leaning(velocity, list(leans.values()), len(state.latents))
    latents = SAMPLERS[sampler](
        guided(velocity, guidance) if plus is None else guided_plus(velocity, plus),
        temperature * state.noise(block, 0),
        levels,
        noise=lambda step: temperature * state.noise(block, step),
    )
    state.append(latents.detach(), cond.controls)
    return latents


def _check_block(block: int, geometry: Geometry, sampler: str) -> None:
    if sampler not in SAMPLERS:
        raise BundleError(f'no sampler "{sampler}" among {", ".join(SAMPLERS)}{did_you_mean(sampler, SAMPLERS)}')
    if not 0 < block <= max(geometry.block, geometry.window - 1):
        raise BundleError(f"a block of {block} latents does not fit a window of {geometry.window}")
