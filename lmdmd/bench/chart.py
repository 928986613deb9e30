"""Bars of a bench's rows, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def draw_bars(path: Path, panels: Mapping[str, Sequence[tuple[str, float]]], unit: str) -> None:
    """Write a PNG with a panel of (name, value) bars under each title."""
    from matplotlib.figure import Figure

    counts = [len(bars) for bars in panels.values()]
    figure = Figure(figsize=(9, 0.6 + 0.45 * len(counts) + 0.22 * sum(counts)), layout="constrained")
    rows = figure.subplots(len(counts), 1, squeeze=False, height_ratios=counts)[:, 0]
    for axes, (title, bars) in zip(rows, panels.items(), strict=True):
        names, values = zip(*bars, strict=True)
        drawn = axes.barh(names, values, color="#4a6fa5")
        axes.bar_label(drawn, fmt="%.4g", padding=3, fontsize=8)
        axes.set_title(title, fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        axes.margins(x=0.12)
        axes.invert_yaxis()
    rows[-1].set_xlabel(unit, fontsize=9)
    figure.savefig(path, dpi=110)
