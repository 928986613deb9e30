"""What a run of training tells: a line of figures for every step, and a plot of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

LOG_FILE, PLOT_FILE = "log.jsonl", "loss.png"

Line = dict[str, Any]


def write_line(run: Path, line: Mapping[str, Any]) -> None:
    """Append a line to the log of a run folder."""
    with (run / LOG_FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read_log(run: Path) -> list[Line]:
    """Return the lines of a run folder's log, none where it has no log."""
    file = run / LOG_FILE
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []


def rewind_log(run: Path, step: int) -> None:
    """Take back what the log tells of steps after this one, which a killed run took and a resumed one takes again."""
    file = run / LOG_FILE
    if not file.is_file():
        return
    whole = [line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
    draft = file.with_suffix(".part")
    draft.write_text("".join(line for line in whole if json.loads(line)["step"] <= step), encoding="utf-8")
    draft.replace(file)


def plot_log(
    run: Path, figures: Sequence[str] = ("loss",), heldout: str = "heldout", unit: str = "velocity MSE"
) -> None:
    """Draw `loss.png`: each of the figures at every step and as a running mean, and the held-out loss."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    lines = read_log(run)
    plot, axes = plt.subplots(figsize=(8, 4.5))
    for figure in figures:
        steps = [line["step"] for line in lines if figure in line]
        values = np.array([line[figure] for line in lines if figure in line])
        width = max(1, len(values) // 50)
        mean = np.convolve(values, np.ones(width) / width, mode="valid") if len(values) else values
        (curve,) = axes.plot(steps[width - 1 :], mean, label=f"{figure}, mean of {width}")
        axes.plot(steps, values, linewidth=0.4, alpha=0.5, color=curve.get_color())
    measured = [(line["step"], line[heldout]) for line in lines if heldout in line]
    if measured:
        axes.plot(*zip(*measured, strict=True), "o-", label="held out (EMA)")
    axes.set(xlabel="step", ylabel=unit, title=run.name)
    axes.legend()
    plot.tight_layout()
    plot.savefig(run / PLOT_FILE, dpi=120)
    plt.close(plot)
