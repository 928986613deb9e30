"""The Oobleck codec of Stable Audio Open: 44.1 kHz stereo to 64 numbers per 2048 frames and back (LMDM 6.4).

Its convolutions look both ways, so a frame depends on latents that are not there yet when it is due. A stream holds
the right edge of each block back until they are: every layer remembers the samples that its next ones will look back
at, no latent is decoded twice, and the audio trails its latents by a constant `delay_frames` (18981 for the published
sizes, 0.43 s). Up to rounding it is then what decoding the whole piece would give, at the joins of blocks as elsewhere.

Names are those of the published checkpoint with weight norm folded in, so weights map key by key.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod

import torch
from torch import Tensor, nn

from lmdmd.errors import BundleError
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.config import Record
from lmdmd.model.oobleck_layers import (
    EDGE_REACH,
    KERNEL,
    UNITS_REACH,
    Conv,
    DecoderBlock,
    EncoderBlock,
    Snake,
    Surround,
)
from lmdmd.model.oobleck_stream import OobleckState, Streamed, Whole, apply, list_looks, silence


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


class Chain(nn.Module):
    """Encoder or decoder: a convolution, the blocks, Snake, a convolution."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """Audio [B, N, C] or latents [B, T, D], to the other."""
        for layer in self.layers:
            x = apply(layer, x, around)
        return x


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
        self.looks = list(list_looks(self.decoder))

    def encode(self, audio: Tensor) -> Tensor:
        """Audio [B, C, N] -> latents [B, D, N // latent_frames], the mean of what the encoder would draw from."""
        whole = audio.shape[-1] // self.config.latent_frames * self.config.latent_frames
        if not whole:
            return audio.new_zeros(len(audio), self.config.latent_dim, 0)
        mean, _ = self.encoder(audio[..., :whole].mT, Whole()).mT.chunk(2, 1)
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
        pasts = [like.new_zeros(batch, look.samples, look.channels) for look in self.looks]
        return OobleckState(torch.zeros((), dtype=torch.int64), pasts)

    @torch.no_grad()
    def decode_step(self, state: OobleckState, latents: Tensor) -> Tensor:
        """Latents [B, D, n] -> the next frames [B, C, n * latent_frames]; moves the state."""
        early = self.config.delay_frames - int(state.position) * self.config.latent_frames
        audio = Streamed(state, self.looks).through(list(self.decoder.layers), latents.mT)
        state.position += latents.shape[-1]
        return silence(audio, early).mT

    def decode(self, latents: Tensor) -> Tensor:
        """Latents [B, D, T] -> audio [B, C, T * latent_frames], with nothing after the last."""
        return self.decoder(latents.mT, Whole()).mT
