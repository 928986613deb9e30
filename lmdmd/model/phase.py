"""Phases for predicted magnitudes: partials keep their phase from frame to frame, lobes stay locked to their peak.

Peak-locked phase vocoder (Laroche and Dolson 1999) whose frequencies are given, not measured from the last two
phases, and whose slope inside a lobe comes from the rise of magnitude (Prusa and Holighaus 2016: an energy
centre later than the frame's centre turns the phase backwards over frequency). Pure functions, no learning.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as nn_f

# Width of the Gaussian that a Hann window resembles, as a share of its length.
HANN_SIGMA = 0.143
TAU = 2.0 * math.pi


class Carry(NamedTuple):
    """What one frame leaves for the next, each [B, K]."""

    phase: Tensor
    nearest: Tensor
    offset: Tensor


def nearest_peaks(log_mag: Tensor) -> Tensor:
    """Log magnitudes [B, T, K] -> index of every bin's nearest peak [B, T, K]."""
    below, here, above = log_mag[..., :-2], log_mag[..., 1:-1], log_mag[..., 2:]
    return nearest_marked(nn_f.pad((here >= below) & (here > above), (1, 1)))


def nearest_marked(marked: Tensor) -> Tensor:
    """Return for every bin the index of the nearest marked bin, the lower one when two are as near."""
    bins = marked.shape[-1]
    index = torch.arange(bins, device=marked.device).expand(marked.shape)
    lower = torch.where(marked, index, -2 * bins).cummax(-1).values
    upper = torch.where(marked, index, 3 * bins).flip(-1).cummin(-1).values.flip(-1)
    return torch.where(index - lower <= upper - index, lower, upper).clamp(0, bins - 1)


def rise_per_hop(log_mag: Tensor, before: Tensor, group: int) -> Tensor:
    """Slope of log magnitude over time [B, T, K]; `before` [B, K] is the frame before.

    Central where the next frame lies in the same group of `group` frames, one-sided at a group's last frame, so that
    the result does not depend on how latents are cut into calls.
    """
    previous = torch.cat([before[:, None], log_mag[:, :-1]], 1)
    following = torch.cat([log_mag[:, 1:], log_mag[:, -1:]], 1)
    last = torch.arange(log_mag.shape[1], device=log_mag.device) % group == group - 1
    return torch.where(last[:, None], log_mag - previous, 0.5 * (following - previous))


def lobe_slopes(nearest: Tensor, rise: Tensor, n_fft: int, hop: int) -> Tensor:
    """Phase of every bin relative to its peak [B, T, K], from where in the frame the energy lies."""
    centre_frames = ((HANN_SIGMA * n_fft) ** 2 / hop * rise.gather(-1, nearest)).clamp(-n_fft / 2, n_fft / 2)
    index = torch.arange(nearest.shape[-1], device=nearest.device)
    return -(TAU / n_fft) * centre_frames * (index - nearest)


def propagate(
    nearest: Tensor, offset: Tensor, slopes: Tensor, carry: Carry, hops_per_frame: int
) -> tuple[Tensor, Carry]:
    """Run phases forward, [B, T, K] in: each bin moves by the mean frequency of its peak in this frame and the last.

    Returns phases [B, T, K] and the carry of the last frame. Whole bins are added as integers and wrapped before they
    become radians: a float32 phase of a thousand radians would have lost its last digits.
    """
    half_step = 0.5 * TAU / hops_per_frame
    phases = []
    for t in range(nearest.shape[1]):
        peak = nearest[:, t]
        whole = torch.remainder(peak + carry.nearest.gather(-1, peak), 2 * hops_per_frame)
        moved = half_step * (whole + offset[:, t] + carry.offset.gather(-1, peak))
        phase = torch.remainder(carry.phase.gather(-1, peak) + moved + slopes[:, t], TAU)
        carry = Carry(phase, peak, offset[:, t])
        phases.append(phase)
    return torch.stack(phases, 1), carry


def true_position(padded: Tensor, window: Tensor, hop: int) -> tuple[Tensor, Tensor]:
    """Measure instantaneous frequency: audio [B, C, N + n_fft - hop] -> (position in bins, power), each [B, T, K].

    Reassignment with the window's derivative (Auger and Flandrin 1995), channels weighed by their power.
    """
    n_fft = len(window)
    index = torch.arange(n_fft, device=window.device)
    derivative = torch.sin(TAU * index / n_fft) * (math.pi / n_fft)
    frames = padded.unfold(-1, n_fft, hop)
    spectra, moved = torch.fft.rfft(frames * window), torch.fft.rfft(frames * derivative)
    power = (spectra.real.square() + spectra.imag.square()).sum(1)
    cross = (moved.imag * spectra.real - moved.real * spectra.imag).sum(1)
    bins = torch.arange(spectra.shape[-1], device=window.device)
    return bins - cross / power.clamp(min=1e-9) * (n_fft / TAU), power
