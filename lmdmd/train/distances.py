"""Distances of sets of features, and of distributions over classes. Pure functions of tensors.

Frechet distances depend on how many rows there are: compare only those of as many rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

SHRINKAGE = 0.1
FLOOR = 1e-6
"""A class is never held for less likely than this, or one sure mistake would drown all else."""


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Return the Frechet distance of two sets of rows [n, F] (Heusel et al. 2017), covariances shrunk."""
    first, second = shrunk_covariance(a), shrunk_covariance(b)
    root = matrix_root(first)
    cross = matrix_root(root @ second @ root).trace()
    means = (a.mean(0) - b.mean(0)).square().sum()
    return max(0.0, (means + first.trace() + second.trace() - 2 * cross).item())


def shrunk_covariance(rows: Tensor) -> Tensor:
    """Covariance [F, F] of rows, drawn SHRINKAGE of the way towards its diagonal; zero for a single row."""
    centred = rows - rows.mean(0)
    covariance = centred.T @ centred / max(1, len(rows) - 1)
    return torch.lerp(covariance, covariance.diagonal().diag(), SHRINKAGE)


def matrix_root(matrix: Tensor) -> Tensor:
    """Square root of a positive semi-definite matrix."""
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


def distance_of_real(real: Tensor, pieces: Sequence[str], clips: int, per_clip: int) -> float:
    """Return the distance between the first excerpts of as many pieces as clips, and all of the other pieces."""
    names = sorted(set(pieces))
    count = min(clips, len(names) // 2)
    chosen = {names[i * len(names) // count] for i in range(count)}
    few = [i for name in chosen for i in _rows_of(name, pieces)[:per_clip]]
    rest = [i for i, piece in enumerate(pieces) if piece not in chosen]
    return frechet_distance(real[sorted(few)], real[rest])


def _rows_of(name: str, pieces: Sequence[str]) -> list[int]:
    return [i for i, piece in enumerate(pieces) if piece == name]


def kl_divergence(reference: Tensor, generated: Tensor) -> Tensor:
    """Return sum_c p log(p / q) in nats of distributions p [..., C] and q [..., C], both floored at FLOOR."""
    p, q = (_floored(probs) for probs in (reference, generated))
    return (p * (p / q).log()).sum(-1)


def _floored(probs: Tensor) -> Tensor:
    kept = probs.clamp(min=FLOOR)
    return kept / kept.sum(-1, keepdim=True)


def mean_distance(rows: Tensor, others: Tensor | None = None) -> float:
    """Return the mean Euclidean distance of rows [n, F] to others [m, F], or of all pairs among themselves."""
    if others is not None:
        return torch.cdist(rows, others).mean().item()
    return torch.pdist(rows).mean().item()
