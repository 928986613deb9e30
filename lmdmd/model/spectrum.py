"""Spectra of the house codec: framing, mel bands, and the maps between mel and linear frequency. Pure functions.

Frame j of a signal is centred at `hop/2 + hop j` and the signal is padded by `(n_fft - hop) / 2` on both sides, so
that a multiple of the hop gives exactly one frame per hop. Phases are measured at the frame's centre: a steady
partial then has the same phase in all bins of its main lobe.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as nn_f

OLA_GAIN = 1.5  # sum of squared Hann windows at 75 % overlap


def hann(n_fft: int) -> Tensor:
    """Return the periodic Hann window [n_fft]."""
    return torch.hann_window(n_fft)


def centre_signs(bins: int) -> Tensor:
    """Return [bins] signs (-1)^k that move the phase origin from a frame's start to its centre."""
    return 1.0 - 2.0 * (torch.arange(bins) % 2).float()


def split_frames(padded: Tensor, n_fft: int, hop: int) -> Tensor:
    """[..., N + n_fft - hop] -> [..., N / hop, n_fft] overlapping frames (a view)."""
    return padded.unfold(-1, n_fft, hop)


def analyse(padded: Tensor, window: Tensor, hop: int) -> Tensor:
    """Padded audio [..., N + n_fft - hop] -> spectra [..., T, bins], unnormalised, centred phase."""
    spectra = torch.fft.rfft(split_frames(padded, len(window), hop) * window)
    return spectra * centre_signs(spectra.shape[-1]).to(spectra.device)


def synthesise(spectra: Tensor, window: Tensor, hop: int) -> Tensor:
    """Spectra [B, T, bins] -> their overlap-add [B, (T - 1) hop + n_fft]; inverse of `analyse` inside."""
    frames = torch.fft.irfft(spectra * centre_signs(spectra.shape[-1]).to(spectra.device)) * (window / OLA_GAIN)
    pieces = frames.unflatten(-1, (-1, hop)).unbind(-2)  # each [B, T, hop]
    last = len(pieces) - 1
    return sum_all(nn_f.pad(piece, (0, 0, i, last - i)) for i, piece in enumerate(pieces)).flatten(1)


def sum_all(tensors: Iterable[Tensor]) -> Tensor:
    """Sum tensors of one shape, first to last."""
    return functools.reduce(torch.add, tensors)


def hz_to_mel(hz: np.ndarray) -> np.ndarray:
    """HTK mel scale."""
    return 2595.0 * np.log10(1.0 + hz / 700.0)


def mel_to_hz(mel: np.ndarray) -> np.ndarray:
    """Inverse of `hz_to_mel`."""
    return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)


def mel_edges_hz(mels: int, lo_hz: float, hi_hz: float) -> np.ndarray:
    """Return [mels + 2] band edges; band i spans edges i..i+2 and peaks at edge i+1."""
    lo, hi = hz_to_mel(np.array([lo_hz, hi_hz]))
    return mel_to_hz(np.linspace(lo, hi, mels + 2))


def mel_filters(mels: int, lo_hz: float, hi_hz: float, bins: int, sample_rate_hz: int) -> Tensor:
    """Return [mels, bins] triangles, each summing to 1, so that a band is a mean power per bin.

    The lowest triangles are widened to at least one bin on each side; narrower ones would miss every bin.
    """
    hz = np.arange(bins) * sample_rate_hz / (2 * (bins - 1))
    edges = mel_edges_hz(mels, lo_hz, hi_hz)
    width = np.maximum(np.diff(edges), hz[1])
    centre = edges[1:-1, None]
    rising = (hz - centre) / width[:-1, None] + 1.0
    falling = (centre - hz) / width[1:, None] + 1.0
    filters = np.clip(np.minimum(rising, falling), 0.0, None)
    return torch.tensor(filters / filters.sum(axis=1, keepdims=True), dtype=torch.float32)


def mel_interpolation(mels: int, lo_hz: float, hi_hz: float, bins: int, sample_rate_hz: int) -> Tensor:
    """Return [bins, mels] rows summing to 1: log-mel bands interpolated to a smooth linear-frequency envelope."""
    hz = np.arange(bins) * sample_rate_hz / (2 * (bins - 1))
    centres = hz_to_mel(mel_edges_hz(mels, lo_hz, hi_hz)[1:-1])
    position = np.clip((hz_to_mel(hz) - centres[0]) / (centres[1] - centres[0]), 0.0, mels - 1.0)
    hat = np.clip(1.0 - np.abs(position[:, None] - np.arange(mels)), 0.0, None)
    return torch.tensor(hat, dtype=torch.float32)
