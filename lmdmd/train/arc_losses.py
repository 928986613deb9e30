"""The losses of ARC-Forcing: relativistic for both networks, contrastive for the discriminator (LMDM 3).

Scores are [B, T], one for every few frames of a roll-out; a pair of a real and a made one is of the same piece, at the
same noise level, in the same noise.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def generator_loss(real: Tensor, made: Tensor) -> Tensor:
    """Return how much more real the music looks than what was made beside it: the mean of softplus(real - made)."""
    return F.softplus(real - made).mean()


def relativistic_loss(real: Tensor, made: Tensor) -> Tensor:
    """Return how little a discriminator tells the two apart: the mean of softplus(made - real)."""
    return F.softplus(made - real).mean()


def contrastive_loss(told: Tensor, swapped: Tensor) -> Tensor:
    """Return how little music's own caption counts above another one's: the mean of softplus(swapped - told)."""
    return F.softplus(swapped - told).mean()


def steepness(scores: Tensor, moved: Tensor) -> Tensor:
    """Return how much scores change when what is scored moves a little: the mean of the squared difference.

    With noise as the movement it approximates a penalty on the gradient, R1 for real music and R2 for what was made
    (APT, arXiv 2501.08316).
    """
    return (scores - moved).square().mean()


def draw_even_levels(items: int, start: float, end: float, generator: torch.Generator) -> Tensor:
    """Return noise levels [items], even in log-SNR from `start` to `end`, one in each of as many equal parts."""
    place = (torch.arange(items) + torch.rand(items, generator=generator)) / items
    return torch.sigmoid(-(start + (end - start) * place[torch.randperm(items, generator=generator)]))


def swap_captions(rng: np.random.Generator, items: int) -> np.ndarray:
    """Return whose caption each item takes, never its own where there are others."""
    order = rng.permutation(items)
    swapped = np.empty(items, dtype=np.int64)
    swapped[order] = np.roll(order, 1)
    return swapped
