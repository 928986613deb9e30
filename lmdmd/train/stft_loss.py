"""Distances between sounds: magnitudes at several resolutions, and log-mel. Pure functions.

`energy_distance` is the loss of a decoder with a noise input (Gritsenko et al. 2020): it pulls one rendering to the
target and pushes two renderings apart, so that noise stays noise instead of turning into its average.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lmdmd.model import spectrum

RESOLUTIONS = (256, 1024, 4096)
LOG_FLOOR = 1e-4  # -80 dB below a full-scale sine


def magnitudes(audio: Tensor, n_fft: int) -> Tensor:
    """Audio [..., N] -> magnitudes [M, T, bins] at 75 % overlap; a full-scale sine is 1."""
    window = _hann(n_fft)
    spectra = RealFft.apply(audio.flatten(0, -2).unfold(-1, n_fft, n_fft // 4) * window)
    power = spectra.real.square() + spectra.imag.square()
    return (2.0 / window.sum()) * torch.sqrt(power + 1e-12)


def magnitude_distance(one: Tensor, other: Tensor, level: Tensor) -> Tensor:
    """L1 distance of magnitudes relative to `level`, plus L1 distance of their logarithms in nepers."""
    linear = (one - other).abs().mean() / level
    log = (torch.log(one + LOG_FLOOR) - torch.log(other + LOG_FLOOR)).abs().mean()
    return linear + log


def mrstft(target: Tensor, audio: Tensor, resolutions: tuple[int, ...] = RESOLUTIONS) -> Tensor:
    """Multi-resolution STFT distance of two sounds [..., N]: the mean over the resolutions."""
    total = torch.zeros((), device=audio.device)
    for n_fft in resolutions:
        wanted = magnitudes(target, n_fft)
        total = total + magnitude_distance(wanted, magnitudes(audio, n_fft), wanted.mean() + LOG_FLOOR)
    return total / len(resolutions)


def energy_distance(
    target: Tensor,
    one: Tensor,
    other: Tensor,
    resolutions: tuple[int, ...] = RESOLUTIONS,
    *,
    whole: Callable[[Tensor], Tensor] = Tensor.detach,
) -> tuple[Tensor, Tensor]:
    """Attraction and repulsion of two renderings [..., N]; the loss is attraction - repulsion / 2.

    Where these are a part of a batch, `whole` makes a mean over them one over all.
    """
    attraction = torch.zeros((), device=one.device)
    repulsion = torch.zeros((), device=one.device)
    for n_fft in resolutions:
        wanted, first, second = (magnitudes(audio, n_fft) for audio in (target, one, other))
        level = whole(wanted.mean()) + LOG_FLOOR
        attraction = attraction + magnitude_distance(wanted, first, level)
        repulsion = repulsion + magnitude_distance(first, second, level)
    return attraction / len(resolutions), repulsion / len(resolutions)


def log_mel_l1(target: Tensor, audio: Tensor, *, mels: int = 96, sample_rate_hz: int = 44100) -> Tensor:
    """L1 distance of log-mel levels in nepers, of two sounds [..., N]."""
    filters = _mel_filters(mels, sample_rate_hz)
    mel = [0.5 * torch.log(magnitudes(sound, 2048).square() @ filters + LOG_FLOOR**2) for sound in (target, audio)]
    return (mel[0] - mel[1]).abs().mean()


def mid_side(audio: Tensor) -> Tensor:
    """Stereo [B, 2, N] -> mid and side [B, 2, N]."""
    left, right = audio.unbind(1)
    return 0.5 * torch.stack([left + right, left - right], 1)


class RealFft(torch.autograd.Function):
    """torch.fft.rfft of even length whose backward is a real transform too, at half the cost of the built-in one."""

    @staticmethod
    def forward(ctx: Any, frames: Tensor) -> Tensor:
        """Real [..., n] -> complex [..., n / 2 + 1]."""
        ctx.length = frames.shape[-1]
        return torch.fft.rfft(frames)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        """Apply the transposed transform: every bin once, where an inverse FFT would count inner bins twice."""
        spectra = grads[0] * 0.5
        spectra[..., 0] *= 2.0
        spectra[..., -1] *= 2.0
        return torch.fft.irfft(spectra, n=ctx.length, norm="forward")


@functools.cache
def _hann(n_fft: int) -> Tensor:
    return spectrum.hann(n_fft)


@functools.cache
def _mel_filters(mels: int, sample_rate_hz: int) -> Tensor:
    return spectrum.mel_filters(mels, 20.0, 18000.0, 1025, sample_rate_hz).T.contiguous()
