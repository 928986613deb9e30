"""The sketch of a sound: which semitones stand out, and how loud it is. Streamed or whole, the numbers are the same.

The melody is a constant-Q-like spectrum of one kernel for each semitone C3 .. B7. A kernel that is longer than a latent
ends with it, a shorter one stands in its middle: a sketch needs no sound beyond its latent's end (no look-ahead), and
low notes are seen late by up to half of what their kernel is longer than a latent, 70 ms for C3 at 44.1 kHz.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as nn_f

from lmdmd.model.config import Geometry
from lmdmd.model.controls import FEATURES

LOOK_AHEAD_FRAMES = 0
LOWEST_HZ = 440.0 * 2 ** (-21 / 12)
SEMITONES = FEATURES["melody"]
HOPS = FEATURES["loudness"]
TOP = 4
LOWEST_KERNEL_S, SHORTEST_KERNEL_S = 8192 / 44100, 1024 / 44100
FLOOR_DB, MELODY_FLOOR_DB = -60.0, -80.0
FAINTEST = 0.1
"""Semitones fainter than this share of the strongest one are mostly leakage."""
CHUNK_LATENTS = 128


class Sketch(NamedTuple):
    """What is taken of each latent's sound: `melody` [B, 60, T] and `loudness` [B, 4, T], both 0 .. 1."""

    melody: Tensor
    loudness: Tensor


@dataclass
class SketchState:
    """The sound before the next latent that kernels still reach back to, [B, frames]."""

    past: Tensor

    def reset(self) -> None:
        """Go back to silence."""
        self.past.zero_()


class Sketcher:
    """Sketches sound on a time grid; the kernels are made once, and nothing else is kept."""

    def __init__(self, geometry: Geometry) -> None:
        self.latent_frames = geometry.latent_frames
        self.kernels = make_kernels(geometry.sample_rate, geometry.latent_frames)

    @property
    def past_frames(self) -> int:
        """How far before its latent a sketch reaches back."""
        return len(self.kernels) - self.latent_frames

    def sketch(self, audio: Tensor) -> Sketch:
        """Audio [B, 2, N] -> the sketch of its N // latent_frames latents, with silence before."""
        return self.step(self.init_state(len(audio)), audio)

    def init_state(self, batch: int = 1) -> SketchState:
        """Return the state of a stream before its first sound."""
        return SketchState(torch.zeros(batch, self.past_frames))

    def step(self, state: SketchState, audio: Tensor) -> Sketch:
        """Audio [B, 2, N] -> the sketch of its N // latent_frames latents; moves the state behind them."""
        whole = audio[..., : audio.shape[-1] // self.latent_frames * self.latent_frames]
        heard = torch.cat([state.past, whole.mean(1)], dim=-1)
        state.past = heard[:, heard.shape[-1] - self.past_frames :].clone()
        return Sketch(self._melody(heard), measure_loudness(whole, self.latent_frames))

    def _melody(self, heard: Tensor) -> Tensor:
        if heard.shape[-1] < len(self.kernels):
            return heard.new_zeros(len(heard), SEMITONES, 0)
        windows = heard.unfold(-1, len(self.kernels), self.latent_frames)
        parts = [chunk @ self.kernels for chunk in windows.split(CHUNK_LATENTS, dim=1)]
        real, imaginary = torch.cat(parts, dim=1).chunk(2, dim=-1)
        return pick_semitones(torch.hypot(real, imaginary)).transpose(1, 2)


def make_kernels(sample_rate: int, latent_frames: int) -> Tensor:
    """Return [longest, 2 * (SEMITONES + 2)]: cosines, then sines, with a semitone more at either end.

    A sine of amplitude 1 on a semitone gives 1. The last `latent_frames` rows are the latent itself.
    """
    longest = round(LOWEST_KERNEL_S * sample_rate)
    shortest = round(SHORTEST_KERNEL_S * sample_rate)
    kernels = torch.zeros(longest, SEMITONES + 2, dtype=torch.complex128)
    for i in range(SEMITONES + 2):
        hz = LOWEST_HZ * 2 ** ((i - 1) / 12)
        length = min(longest, max(shortest, round(longest * LOWEST_HZ / hz)))
        window = torch.hann_window(length, dtype=torch.float64)
        wave = torch.polar(2 * window / window.sum(), 2 * math.pi * hz / sample_rate * torch.arange(length).double())
        after = max(0, latent_frames - length) // 2
        kernels[longest - after - length : longest - after, i] = wave
    return torch.cat([kernels.real, kernels.imag], dim=1).float()


def pick_semitones(magnitudes: Tensor) -> Tensor:
    """Magnitudes [B, T, SEMITONES + 2] -> [B, T, SEMITONES]: the TOP highest peaks, the strongest as 1, others zero."""
    inner = magnitudes[..., 1:-1]
    peaks = inner * ((inner >= magnitudes[..., :-2]) & (inner > magnitudes[..., 2:]))
    strongest = magnitudes.amax(-1, keepdim=True)
    heard = strongest > 10 ** (MELODY_FLOOR_DB / 20)
    shares = torch.where(heard & (peaks > FAINTEST * strongest), peaks / strongest.clamp(min=1e-9), 0.0)
    top = shares.topk(TOP, dim=-1)
    return torch.zeros_like(shares).scatter(-1, top.indices, top.values)


def measure_loudness(audio: Tensor, latent_frames: int) -> Tensor:
    """Audio [B, C, T * latent_frames] -> RMS over all channels of each latent's hops, FLOOR_DB .. 0 dB as 0 .. 1."""
    power = nn_f.avg_pool1d(audio.square().mean(1, keepdim=True), latent_frames // HOPS)[:, 0]
    level_db = 10 * torch.log10(power.clamp(min=1e-12))
    return (1 - level_db.clamp(FLOOR_DB, 0.0) / FLOOR_DB).unflatten(-1, (-1, HOPS)).transpose(1, 2)
