"""The Oobleck codec of Stable Audio Open: 44.1 kHz stereo to 64 numbers per 2048 frames and back (LMDM 6.4).

Its convolutions look both ways, so a frame depends on latents that are not there yet when it is due. A stream holds
the right edge of each block back until they are: every layer remembers the samples that its next ones will look back
at, no latent is decoded twice, and the audio trails its latents by a constant `delay_frames` (18981 for the published
sizes, 0.43 s). Up to rounding it is then what decoding the whole piece would give, at the joins of blocks as elsewhere.

One forward serves both ways: a layer asks its `Surround` for the neighbours of its input, which are zeros around a
whole piece and remembered samples in a stream.

Names are those of the published checkpoint with weight norm folded in, so weights map key by key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, prod
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as nn_f

from lmdmd.errors import BundleError
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.config import Record

KERNEL = 7
EDGE_REACH = KERNEL // 2
DILATIONS = (1, 3, 9)
UNITS_REACH = sum(DILATIONS) * EDGE_REACH
"""Samples that the three residual units of a block look to each side."""


@dataclass(frozen=True)
class OobleckConfig(Record):
    """Everything that shapes the codec; `multiples` of `width` and `strides` go from audio to latents."""

    sample_rate_hz: int = 44100
    channels: int = 2
    latent_dim: int = 64
    width: int = 128
    multiples: tuple[int, ...] = (1, 2, 4, 8, 16)
    strides: tuple[int, ...] = (2, 4, 4, 8, 8)

    def __post_init__(self) -> None:
        for name in ("multiples", "strides"):
            object.__setattr__(self, name, tuple(getattr(self, name)))  # JSON knows lists only
        if len(self.multiples) != len(self.strides) or any(stride % 2 for stride in self.strides):
            raise BundleError(f"codec config: strides {self.strides} must be even, one for each of {self.multiples}")

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels between the blocks, from audio to latents."""
        return tuple(multiple * self.width for multiple in (1, *self.multiples))

    @property
    def latent_frames(self) -> int:
        """Audio frames per latent."""
        return prod(self.strides)

    @property
    def delay_frames(self) -> int:
        """Frames by which streamed audio trails its latents: as far as the decoder looks ahead."""
        delay = EDGE_REACH
        for stride in reversed(self.strides):
            delay = delay * stride + stride // 2 + UNITS_REACH
        return delay + EDGE_REACH

    @property
    def margin_latents(self) -> int:
        """Latents at each end of an encoded stretch that depend on what lies beyond it."""
        reach, rate = EDGE_REACH, 1
        for stride in self.strides:
            reach += rate * (UNITS_REACH + stride // 2)
            rate *= stride
        return ceil((reach + rate) / self.latent_frames)


class Surround(Protocol):
    """Where a layer finds the samples beside those it was given."""

    def widen(self, x: Tensor, reach: int) -> Tensor:
        """x [B, C, T] -> [B, C, T + 2 reach]."""
        ...

    def rise(self, x: Tensor, conv: Rise) -> Tensor:
        """x [B, C, T] through a transposed convolution -> [B, C', T * stride]."""
        ...


class Whole:
    """A whole piece: nothing before, nothing after."""

    def widen(self, x: Tensor, reach: int) -> Tensor:
        return nn_f.pad(x, (reach, reach))

    def rise(self, x: Tensor, conv: Rise) -> Tensor:
        return nn_f.conv_transpose1d(x, conv.weight, conv.bias, conv.step, padding=conv.step // 2)


@dataclass
class OobleckState:
    """All that a decoder remembers between steps; `reset` rewinds it in place.

    `pasts`: per layer, in the order of the network, the last samples [B, C, n] it was given.
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

    `clock` counts the samples before this step and `lag` those by which the stream trails, both at the rate of the
    layer at work. Samples before the piece are made zero, as a whole pass has it: a layer's answer to silence is not.
    """

    def __init__(self, state: OobleckState) -> None:
        self.pasts = iter(state.pasts)
        self.clock, self.lag = int(state.position), 0

    def widen(self, x: Tensor, reach: int) -> Tensor:
        seen = self._follow(x)
        self.lag += reach
        return seen

    def rise(self, x: Tensor, conv: Rise) -> Tensor:
        seen = self._follow(x)
        self.clock *= conv.step
        self.lag = self.lag * conv.step + conv.step // 2
        return nn_f.conv_transpose1d(seen, conv.weight, conv.bias, conv.step)[..., conv.step : -conv.step]

    def begin(self, x: Tensor) -> Tensor:
        """Silence what lies before the first sample of the piece."""
        early = self.lag - self.clock
        if early > 0:
            x[..., :early] = 0.0
        return x

    def _follow(self, x: Tensor) -> Tensor:
        past = next(self.pasts)
        seen = torch.cat([past, self.begin(x)], -1)
        past.copy_(seen[..., -past.shape[-1] :])
        return seen


class Snake(nn.Module):
    """x + sin^2(alpha x) / beta, both per channel and stored as logarithms; zero stays zero."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """x [B, C, T] -> [B, C, T]."""
        rate, inverse = self.alpha.exp()[:, None], (self.beta.exp() + 1e-9).reciprocal()[:, None]
        return torch.addcmul(x, inverse, (x * rate).sin().square())


class Conv(nn.Conv1d):
    """Convolution that looks equally far to both sides."""

    def __init__(self, channels: int, width: int, kernel: int, *, bias: bool = True) -> None:
        super().__init__(channels, width, kernel, bias=bias)
        self.reach = kernel // 2
        self.past = (channels, 2 * self.reach)

    def forward(self, x: Tensor, around: Surround) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """x [B, C, T] -> [B, C', T]."""
        return super().forward(around.widen(x, self.reach))


class Rise(nn.ConvTranspose1d):
    """Transposed convolution to `step` times the rate; each sample it makes sees two of its input."""

    def __init__(self, channels: int, width: int, step: int) -> None:
        super().__init__(channels, width, 2 * step, step)
        self.step = step
        self.past = (channels, 1)

    def forward(self, x: Tensor, around: Surround) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """x [B, C, T] -> [B, C', T * step]."""
        return around.rise(x, self)


class ResidualUnit(nn.Module):
    """Snake, dilated convolution, Snake, pointwise convolution, and the input added."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.reach = EDGE_REACH * dilation
        self.past = (width, 2 * self.reach)
        spread = nn.Conv1d(width, width, KERNEL, dilation=dilation)
        self.layers = nn.Sequential(Snake(width), spread, Snake(width), nn.Conv1d(width, width, 1))

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """x [B, C, T] -> [B, C, T]."""
        seen = around.widen(x, self.reach)
        return seen[..., self.reach : -self.reach] + self.layers(seen)


class EncoderBlock(nn.Module):
    """Three residual units, then a convolution to 1 / `stride` of the rate."""

    def __init__(self, width: int, wider: int, stride: int) -> None:
        super().__init__()
        units = [ResidualUnit(width, dilation) for dilation in DILATIONS]
        fall = nn.Conv1d(width, wider, 2 * stride, stride, padding=stride // 2)
        self.layers = nn.Sequential(*units, Snake(width), fall)

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """x [B, C, T * stride] -> [B, C', T]."""
        *units, snake, fall = self.layers
        for unit in units:
            x = unit(x, around)
        return fall(snake(x))


class DecoderBlock(nn.Module):
    """A convolution to `stride` times the rate, then three residual units."""

    def __init__(self, wider: int, width: int, stride: int) -> None:
        super().__init__()
        units = [ResidualUnit(width, dilation) for dilation in DILATIONS]
        self.layers = nn.Sequential(Snake(wider), Rise(wider, width, stride), *units)

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """x [B, C', T] -> [B, C, T * stride]."""
        snake, rise, *units = self.layers
        x = rise(snake(x), around)
        for unit in units:
            x = unit(x, around)
        return x


class Chain(nn.Module):
    """Encoder or decoder: a convolution, the blocks, Snake, a convolution."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """Audio [B, C, N] or latents [B, D, T], to the other."""
        *layers, snake, last = self.layers
        for layer in layers:
            x = layer(x, around)
        return last(snake(x), around)

    def pasts(self) -> Iterator[tuple[int, int]]:
        """Yield (channels, samples) that each layer looks back at, in the order in which a stream meets them."""
        for module in self.modules():
            if isinstance(module, Conv | Rise | ResidualUnit):
                yield module.past


class Oobleck(AudioCodec):
    """Encoder and decoder of one bundle.

    Streamed audio trails by `config.delay_frames`: the frames of a step are those that later latents cannot change.
    """

    def __init__(self, config: OobleckConfig) -> None:
        super().__init__()
        self.config: OobleckConfig = config
        c = config
        steps = list(zip(c.widths, c.widths[1:], c.strides, strict=False))
        falls = [EncoderBlock(width, wider, stride) for width, wider, stride in steps]
        rises = [DecoderBlock(wider, width, stride) for width, wider, stride in reversed(steps)]
        thin, thick = c.widths[0], c.widths[-1]
        self.encoder = Chain(Conv(c.channels, thin, KERNEL), *falls, Snake(thick), Conv(thick, 2 * c.latent_dim, 3))
        last = Conv(thin, c.channels, KERNEL, bias=False)
        self.decoder = Chain(Conv(c.latent_dim, thick, KERNEL), *rises, Snake(thin), last)

    def encode(self, audio: Tensor) -> Tensor:
        """Audio [B, C, N] -> latents [B, D, N // latent_frames], the mean of what the encoder would draw from."""
        whole = audio.shape[-1] // self.config.latent_frames * self.config.latent_frames
        if not whole:
            return audio.new_zeros(len(audio), self.config.latent_dim, 0)
        mean, _ = self.encoder(audio[..., :whole], Whole()).chunk(2, 1)
        return mean

    def encode_window(self, audio: Tensor) -> Tensor:
        """Audio [B, C, (n + 2 margin_latents) * latent_frames] -> the n latents in the middle [B, D, n].

        They depend on the given frames alone, so a stream that passes the margin gets the numbers of `encode`; only
        at the ends of a piece they differ, where `encode` has nothing and this has the silence it was given.
        """
        margin = self.config.margin_latents
        return self.encode(audio)[..., margin:-margin]

    def init_state(self, batch: int = 1) -> OobleckState:
        """Return a decoder state at the very beginning."""
        like = next(self.decoder.parameters())
        pasts = [like.new_zeros(batch, channels, samples) for channels, samples in self.decoder.pasts()]
        return OobleckState(torch.zeros((), dtype=torch.int64), pasts)

    @torch.no_grad()
    def decode_step(self, state: OobleckState, latents: Tensor) -> Tensor:
        """Latents [B, D, n] -> the next frames [B, C, n * latent_frames]; moves the state."""
        stream = Streamed(state)
        audio = stream.begin(self.decoder(latents, stream))
        state.position += latents.shape[-1]
        return audio

    def decode(self, latents: Tensor) -> Tensor:
        """Latents [B, D, T] -> audio [B, C, T * latent_frames], with nothing after the last."""
        return self.decoder(latents, Whole())
