"""How the Oobleck codec meets its samples: a whole piece at once, or a stream that remembers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import torch
from torch import Tensor, nn
from torch.nn import functional as nn_f

from lmdmd.model.oobleck_layers import Conv, DecoderBlock, ResidualUnit, Rise, Snake, Surround

PIECE_FLOATS = 2**19
"""Most numbers of a layer's output at once: a few such tensors fit in a processor's cache."""


class Whole:
    """A whole piece: nothing before, nothing after."""

    def widen(self, x: Tensor, reach: int) -> Tensor:
        return nn_f.pad(x, (0, 0, reach, reach))

    def rise(self, x: Tensor, conv: Rise) -> Tensor:
        edge = conv.step // 2
        return conv.spread(self.widen(x, 1))[:, edge:-edge]


@dataclass(frozen=True)
class Look:
    """What one layer of a stream looks back at.

    It remembers `samples` of `channels`, at `rate` samples a latent, and they trail the latents by `lag` samples.
    """

    channels: int
    samples: int
    rate: int
    lag: int


def list_looks(network: nn.Module) -> Iterator[Look]:
    """Yield one for each layer that remembers, in the order in which a stream meets them."""
    rate, lag = 1, 0
    for module in network.modules():
        if isinstance(module, Conv):
            yield Look(module.in_channels, 2 * module.reach, rate, lag)
            lag += module.reach
        elif isinstance(module, ResidualUnit):
            yield Look(module.width, 2 * module.reach, rate, lag)
            lag += module.reach
        elif isinstance(module, Rise):
            yield Look(module.in_channels, 1, rate, lag)
            rate, lag = rate * module.step, lag * module.step + module.step // 2


@dataclass
class OobleckState:
    """All that a decoder remembers between steps; `reset` rewinds it in place.

    `pasts`: per layer, in the order of the network, the last samples [B, n, C] it was given.
    """

    position: Tensor  # [] latents decoded since the reset
    pasts: list[Tensor]

    def reset(self) -> None:
        """Rewind to the very beginning."""
        for value in (self.position, *self.pasts):
            value.zero_()

    def save(self) -> dict[str, Tensor]:
        """Return a copy of every tensor."""
        pasts = {f"pasts.{i}": past.clone() for i, past in enumerate(self.pasts)}
        return {"position": self.position.clone(), **pasts}

    def load(self, saved: dict[str, Tensor]) -> None:
        """Go back to what `save` returned."""
        self.position.copy_(saved["position"])
        for i, past in enumerate(self.pasts):
            past.copy_(saved[f"pasts.{i}"])


class Streamed:
    """One step of a stream: each layer gets what it was given before, and so answers a little later.

    Samples before the piece are made zero, as a whole pass has it: a layer's answer to silence is not.
    """

    def __init__(self, state: OobleckState, looks: Sequence[Look]) -> None:
        position = int(state.position)
        self.pasts, self.layer = state.pasts, 0
        self.early = [look.lag - position * look.rate for look in looks]

    def through(self, layers: Sequence[nn.Module], x: Tensor) -> Tensor:
        """x [B, T, C] through all layers, piece by piece: what one layer makes is read while still in the cache."""
        if not layers:
            return x
        first, made = self.layer, []
        for piece in x.split(piece_samples(layers[0], x), 1):
            self.layer = first
            made.append(self.through(layers[1:], apply(layers[0], piece, self)))
        return made[0] if len(made) == 1 else torch.cat(made, 1)

    def widen(self, x: Tensor, reach: int) -> Tensor:
        return self._follow(x)

    def rise(self, x: Tensor, conv: Rise) -> Tensor:
        return conv.spread(self._follow(x))

    def _follow(self, x: Tensor) -> Tensor:
        past, early = self.pasts[self.layer], self.early[self.layer]
        self.early[self.layer] -= x.shape[1]
        self.layer += 1
        seen = torch.cat([past, silence(x, early)], 1)
        past.copy_(seen[:, -past.shape[1] :])
        return seen


def silence(x: Tensor, early: int) -> Tensor:
    """Make the first `early` samples of x [B, T, C] zero, in place: they lie before the piece."""
    if early > 0:
        x[:, :early] = 0.0
    return x


def apply(layer: nn.Module, x: Tensor, around: Surround) -> Tensor:
    """x [B, T, C] through one layer, whether it looks around or not."""
    return layer(x) if isinstance(layer, Snake) else layer(x, around)


def piece_samples(layer: nn.Module, x: Tensor) -> int:
    """Return how many samples of x [B, T, C] a layer takes at once; pieces are about equally long."""
    samples = max(1, x.shape[1])
    if not isinstance(layer, DecoderBlock):
        return samples
    pieces = ceil(len(x) * samples * layer.growth / PIECE_FLOATS)
    return ceil(samples / pieces)
