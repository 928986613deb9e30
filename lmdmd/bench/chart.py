"""Bars of a bench's rows, as a picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

Bars = tuple[str, list[tuple[str, float]]]


def draw_bars(path: Path, groups: Iterable[Bars], unit: str) -> None:
    """Write a PNG with one panel a group, each a title and (name, value) bars."""
    from matplotlib.figure import Figure

    panels = list(groups)
    figure = Figure(figsize=(9, 0.4 + 0.9 * len(panels)), layout="constrained")
    rows = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
    for axes, (title, bars) in zip(rows, panels, strict=True):
        names, values = zip(*bars, strict=True)
        drawn = axes.barh(names, values, color="#4a6fa5")
        axes.bar_label(drawn, fmt="%.0f", padding=3, fontsize=8)
        axes.set_title(title, fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        axes.margins(x=0.12)
        axes.invert_yaxis()
    rows[-1].set_xlabel(unit, fontsize=9)
    figure.savefig(path, dpi=110)
