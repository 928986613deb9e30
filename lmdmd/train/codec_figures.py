"""Spectrograms of original beside decoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lmdmd.train import stft_loss

SHOWN_BINS = 500
DARKEST_DB, LIGHTEST_DB = -90.0, -20.0


def draw_spectrograms(pairs: Sequence[tuple[Tensor, Tensor]], out: Path) -> Path:
    """Draw (original, decoded) sounds [1, C, N] side by side, one row a pair, up to 10.8 kHz; returns `out`."""
    plt = _pyplot()
    figure, axes = plt.subplots(len(pairs), 2, figsize=(14, 2.6 * len(pairs)), layout="constrained", squeeze=False)
    for row, pair in zip(axes, pairs, strict=True):
        for cell, sound, title in zip(row, pair, ("original", "decoded"), strict=True):
            decibels = (
                20.0 * torch.log10(stft_loss.magnitudes(sound.mean(1), 2048)[0, :, :SHOWN_BINS].T + 1e-5)
            ).numpy()
            cell.imshow(decibels, origin="lower", aspect="auto", vmin=DARKEST_DB, vmax=LIGHTEST_DB, cmap="magma")
            cell.set(title=title, xticks=[], yticks=[])
    figure.savefig(out, dpi=70)
    plt.close(figure)
    return out


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt
