"""The codec's decoder: latents to audio, causal, streamed.

A causal ConvNeXt turns log-mel frames into three things per frame: magnitudes of the tonal part, exact frequencies of
its peaks, and levels of a noise part. The tonal part takes its phases from `phase` (partials continue at their
frequency), the noise part shapes fixed white noise, both are summed in the spectrum and overlap-added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as nn_f

from lmdmd.model import phase, spectrum
from lmdmd.model.config import CodecConfig

NOISE_SEED = 20_250
NOISE_LATENTS = 96
KERNEL = 7
# The mean log magnitude of music; inputs are centred by it and scaled to about unit size.
INPUT_CENTRE, INPUT_SCALE = -7.0, 0.4
TONE_BIAS, NOISE_BIAS = 0.0, -1.5
ROLL_OFF_PER_BIN = 0.02
MAX_LOG_MAG = 1.5
SILENCE = 1e-7
MAX_BEND_BINS = 1.5


class Parts(NamedTuple):
    """What the network says of each frame: log magnitudes in nepers, full-scale sine = 0."""

    tone: Tensor  # [B, T, C, bins]
    noise: Tensor  # [B, T, C + 1, bins], the last row is what left and right do not share
    bend: Tensor  # [B, T, bins] how far in bins the frequency heard at a bin lies from it


@dataclass
class DecodeState:
    """All that a decoder remembers between steps; `reset` rewinds it in place."""

    position: Tensor  # [] latents decoded since the reset
    layers: Tensor  # [depth, B, width, KERNEL - 1]
    phase: Tensor  # [B, bins]
    nearest: Tensor  # [B, bins]
    offset: Tensor  # [B, bins]
    log_mag: Tensor  # [B, bins]
    tail: Tensor  # [B, C, n_fft - hop]

    def reset(self) -> None:
        """Rewind to the very beginning."""
        for value in vars(self).values():
            value.zero_()

    def save(self) -> dict[str, Tensor]:
        """Return a copy of every tensor."""
        return {name: value.clone() for name, value in vars(self).items()}

    def load(self, saved: dict[str, Tensor]) -> None:
        """Go back to what `save` returned."""
        for name, value in vars(self).items():
            value.copy_(saved[name])


class CausalBlock(nn.Module):
    """ConvNeXt block (Liu et al. 2022) whose depthwise convolution sees the past only."""

    def __init__(self, width: int, expand: int, depth: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, KERNEL, groups=width)
        self.norm = nn.LayerNorm(width)
        self.rise = nn.Linear(width, expand)
        self.fall = nn.Linear(expand, width)
        self.gain = nn.Parameter(torch.full((width,), 1.0 / depth))

    def forward(self, x: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, T, W], past [B, W, KERNEL - 1] -> (x, new past)."""
        seen = torch.cat([past, x.transpose(1, 2)], -1)
        y = self.depthwise(seen).transpose(1, 2)
        y = self.fall(nn_f.gelu(self.rise(self.norm(y)), approximate="tanh"))
        return x + self.gain * y, seen[..., -(KERNEL - 1) :]


class Vocoder(nn.Module):
    """Latents [B, D, T] with their log-mel [B, T * hops, C * mels] to audio [B, C, T * latent_frames]."""

    window: Tensor
    interpolate: Tensor
    roll_off: Tensor
    white: Tensor

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = c = config
        self.read_mel = nn.Linear(c.channels * c.mels, c.width)
        self.read_latent = nn.Linear(c.latent_dim, c.width * c.hops_per_latent)
        self.blocks = nn.ModuleList(CausalBlock(c.width, c.expand, c.depth) for _ in range(c.depth))
        self.norm = nn.LayerNorm(c.width)
        self.heads = (c.channels * c.bins, (c.channels + 1) * c.mels, c.bins)
        self.head = nn.Linear(c.width, sum(self.heads))
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        self.register_buffer("window", spectrum.hann(c.n_fft), persistent=False)
        interpolate = spectrum.mel_interpolation(c.mels, c.mel_lo_hz, c.mel_hi_hz, c.bins, c.sample_rate_hz)
        self.register_buffer("interpolate", interpolate.T.contiguous(), persistent=False)
        self.register_buffer("roll_off", self._make_roll_off(), persistent=False)
        self.register_buffer("white", self._make_noise(), persistent=False)

    def init_state(self, batch: int = 1) -> DecodeState:
        """Return a state at the very beginning."""
        c = self.config

        def zeros(*shape: int) -> Tensor:
            return torch.zeros(*shape, device=self.window.device)

        return DecodeState(
            position=torch.zeros((), dtype=torch.int64),
            layers=zeros(c.depth, batch, c.width, KERNEL - 1),
            phase=zeros(batch, c.bins),
            nearest=torch.zeros(batch, c.bins, dtype=torch.int64, device=self.window.device),
            offset=zeros(batch, c.bins),
            log_mag=zeros(batch, c.bins),
            tail=zeros(batch, c.channels, c.n_fft - c.hop_frames),
        )

    def step(self, state: DecodeState, latents: Tensor, mel: Tensor) -> Tensor:
        """Decode n more latents; returns the next n * latent_frames frames and moves the state."""
        parts = self.predict(state, latents, mel)
        tone = self.voice_tone(state, parts)
        spectra = tone + self.voice_noise(parts, int(state.position))
        state.position += latents.shape[-1]
        return self.overlap(state, spectra)

    def predict(self, state: DecodeState, latents: Tensor, mel: Tensor) -> Parts:
        """Run the network."""
        c = self.config
        batch, hops, _ = mel.shape
        x = self.read_mel((mel - INPUT_CENTRE) * INPUT_SCALE)
        x = x + self.read_latent(latents.transpose(1, 2)).reshape(batch, hops, c.width)
        pasts = []
        for block, past in zip(self.blocks, state.layers, strict=True):
            x, past = block(x, past)
            pasts.append(past)
        state.layers = torch.stack(pasts).detach()
        tone, noise, bend = self.head(self.norm(x)).split(self.heads, -1)
        level = self.subtract_floor(mel).reshape(batch, hops, c.channels, c.mels)
        tone = tone.reshape(batch, hops, c.channels, c.bins) + self.spread(level) + TONE_BIAS
        level = torch.cat([level, level.mean(2, keepdim=True)], 2)
        noise = self.spread(noise.reshape(level.shape) + level) + NOISE_BIAS
        return Parts(tone.clamp(max=MAX_LOG_MAG), noise.clamp(max=MAX_LOG_MAG), MAX_BEND_BINS * torch.tanh(bend))

    def subtract_floor(self, mel: Tensor) -> Tensor:
        """Take the encoder's floor out of log-mel again, so that silence comes back silent."""
        floor = 10.0 ** (self.config.floor_db / 10.0)
        return 0.5 * torch.log((torch.exp(2.0 * mel) - floor).clamp(min=0.01 * floor))

    def spread(self, level: Tensor) -> Tensor:
        """Log levels [..., mels] -> a smooth log envelope [..., bins]."""
        return level @ self.interpolate + self.roll_off

    def voice_tone(self, state: DecodeState, parts: Parts) -> Tensor:
        """Spectra [B, C, T, bins] of the tonal part; both channels share one phase, which keeps the image steady."""
        c = self.config
        magnitudes = torch.exp(parts.tone.transpose(1, 2))
        log_mag = 0.5 * torch.log(magnitudes.detach().square().sum(1) + SILENCE**2)
        nearest = phase.nearest_peaks(log_mag)
        offset = parts.bend.detach().gather(-1, nearest)
        rise = phase.rise_per_hop(log_mag, state.log_mag, c.hops_per_latent)
        slopes = phase.lobe_slopes(nearest, rise, c.n_fft, c.hop_frames)
        carry = phase.Carry(state.phase, state.nearest, state.offset)
        phases, carry = phase.propagate(nearest, offset, slopes, carry, c.n_fft // c.hop_frames)
        state.phase, state.nearest, state.offset = carry
        state.log_mag = log_mag[:, -1]
        return torch.polar(magnitudes, phases[:, None].expand(-1, c.channels, -1, -1))

    def voice_noise(self, parts: Parts, position: int) -> Tensor:
        """Spectra [B, C, T, bins] of the noise part; the noise is a function of the latent's number."""
        frames = self.white.shape[1]
        index = torch.arange(parts.noise.shape[1]) + position * self.config.hops_per_latent
        shared, apart = self.white[:, index % frames]
        gain = torch.exp(parts.noise.transpose(1, 2))  # [B, C + 1, T, bins]
        side = gain[:, -1] * apart
        return gain[:, :-1] * shared + torch.stack([side, -side], 1)

    def overlap(self, state: DecodeState, spectra: Tensor) -> Tensor:
        """Overlap-add spectra [B, C, T, bins] onto the state's tail; returns the frames that are final."""
        c = self.config
        scaled = spectra.flatten(0, 1) * (0.5 * self.window.sum())
        audio = spectrum.synthesise(scaled, self.window, c.hop_frames)
        audio = audio.reshape(-1, c.channels, audio.shape[-1])
        kept = state.tail.shape[-1]
        audio = torch.cat([audio[..., :kept] + state.tail, audio[..., kept:]], -1)
        final = spectra.shape[2] * c.hop_frames
        state.tail = audio[..., final:].detach()
        return audio[..., :final]

    def _make_roll_off(self) -> Tensor:
        """Return [bins] a gentle fall outside the mel range, where bands say nothing."""
        c = self.config
        edges = spectrum.mel_edges_hz(c.mels, c.mel_lo_hz, c.mel_hi_hz) * c.n_fft / c.sample_rate_hz
        index = torch.arange(c.bins)
        outside = (index - edges[-2]).clamp(min=0) + (edges[1] - index).clamp(min=0)
        return -ROLL_OFF_PER_BIN * outside.float()

    def _make_noise(self) -> Tensor:
        """Return [2, frames, bins] spectra of two looped white noises with mean power 1 per bin."""
        c = self.config
        generator = torch.Generator().manual_seed(NOISE_SEED)
        length = NOISE_LATENTS * c.latent_frames
        loop = torch.randn(2, length, generator=generator)
        padded = torch.cat([loop, loop[:, : c.n_fft - c.hop_frames]], -1)
        return spectrum.analyse(padded, self.window, c.hop_frames) / self.window.square().sum().sqrt()
