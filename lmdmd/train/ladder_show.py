"""The ladder as a table and as a picture, beside what the paper says of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmdmd.train.ladder_scores import SCORES

PAPER = {
    "bidirectional": {"melody": 0.33, "rhythm": 0.48, "dynamics": 0.57},
    "enc-dec 192/48": {"melody": 0.26, "rhythm": 0.45, "dynamics": 0.46},
    "enc-dec 230/10": {"melody": 0.18, "rhythm": 0.42, "dynamics": 0.28},
}
"""Table 2 of the LMDM's paper, without ARC-Forcing: sketches of MusDB18, captions of other music, 50 steps. Its scores
are of the same kind as ours, by other tools and of other music: compare the order of rungs, not the figures."""

KINDS = {"same_style": "its own style", "other_style": "another style"}
ROUND_TRIP = "codec's round trip"
COLUMNS = ("rung", "blocks", "steps", "asked for", "named", *(c for name in SCORES for c in (name, f"{name}, paper")))


def tabulate(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the table: mean and 95 % interval, in brackets that of shuffled pairs."""
    rows = []
    for name, rung in report["rungs"].items():
        for kind, said in KINDS.items():
            paper = PAPER.get(name, {}) if kind == "other_style" else {}
            about = {"rung": name, "blocks": rung["blocks"], "steps": rung["steps"], "asked for": said}
            rows.append({**about, "named": f"{rung[kind]['style_named']:.2f}", **_cells(rung[kind], paper)})
    steps = [
        {"rung": f"{step['from']} -> {step['to']}", "asked for": KINDS[step["kind"]], **_changes(step)}
        for step in report["steps_down"]
    ]
    return [*rows, {"rung": ROUND_TRIP, **_cells(report["round_trip"], {})}, *steps]


def _changes(step: Mapping[str, Any]) -> dict[str, str]:
    edges = {name: step[name]["interval"] for name in SCORES}
    return {name: f"{step[name]['difference']:+.2f} [{low:+.2f}, {high:+.2f}]" for name, (low, high) in edges.items()}


def _cells(scores: Mapping[str, Any], paper: Mapping[str, float]) -> dict[str, str]:
    shown = {name: _cell(scores[name]) for name in SCORES}
    return {**shown, **{f"{name}, paper": f"{figure:.2f}" for name, figure in paper.items()}}


def _cell(score: Mapping[str, Any]) -> str:
    low, high = score["own_interval"]
    return f"{score['own']:.2f} [{low:.2f}, {high:.2f}] ({score['others']:.2f})"


def explain() -> list[str]:
    """Return what stands in the table, a line each."""
    doc = [f"{name}: {score.doc}" for name, score in SCORES.items()]
    named = "named: share of clips that a classifier names as the style asked for"
    means = "mean [its 95 % interval] (outputs and inputs that do not belong together)"
    return [means, "a -> b: what b is above a, clip by clip", named, *doc]


def used_columns(rows: list[dict[str, Any]]) -> list[str]:
    """Return the columns in which some row has anything."""
    return [column for column in COLUMNS if any(row.get(column) is not None for row in rows)]


def draw(path: Path, report: Mapping[str, Any]) -> None:
    """Draw every score over the rungs, with intervals, shuffled pairs, the codec's ceiling and the paper's figures."""
    from matplotlib.figure import Figure

    names = list(report["rungs"])
    figure = Figure(figsize=(3.2 * len(SCORES), 4.2), layout="constrained")
    for axes, score in zip(figure.subplots(1, len(SCORES), sharey=True), SCORES, strict=True):
        for offset, (kind, said) in zip((-0.12, 0.12), KINDS.items(), strict=True):
            found = [report["rungs"][name][kind][score] for name in names]
            places = [i + offset for i in range(len(names))]
            line = _points(axes, places, found, "own", "o-", f"asked for {said}")
            _points(axes, places, found, "others", "x", f"{said}, shuffled", color=line)
        axes.axhline(report["round_trip"][score]["own"], color="grey", linestyle=":", label=ROUND_TRIP)
        paper = [(i, PAPER[name][score]) for i, name in enumerate(names) if score in PAPER.get(name, {})]
        if paper:
            axes.plot(*zip(*paper, strict=True), "D", color="black", fillstyle="none", label="paper, Table 2")
        axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
        axes.set(title=score, ylim=(-0.1, 1.05))
        axes.grid(axis="y", alpha=0.3)
    axes = figure.axes[0]
    for other in figure.axes:
        axes = max(axes, other, key=lambda a: len(a.get_legend_handles_labels()[0]))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    figure.savefig(path, dpi=110)


def _points(axes: Any, places: list[float], found: list[Any], which: str, style: str, label: str, **look: Any) -> Any:
    """Draw means with their intervals; returns the colour."""
    means = [score[which] for score in found]
    edges = [score[f"{which}_interval"] for score in found]
    around = [[m - low for m, (low, _) in zip(means, edges, strict=True)]]
    around += [[high - m for m, (_, high) in zip(means, edges, strict=True)]]
    drawn = axes.errorbar(places, means, yerr=around, fmt=style, capsize=3, label=label, **look)
    return drawn.lines[0].get_color()
