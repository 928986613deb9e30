"""What a run of training tells: a line of figures for every step, and a plot of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.errors import TrainError

LOG_FILE, CSV_FILE, PLOT_FILE = "log.jsonl", "log.csv", "loss.png"

BOARD_FOLDER = "tensorboard"

Line = dict[str, Any]


def is_run(folder: Path) -> bool:
    """Return whether a folder is that of a run."""
    return (folder / LOG_FILE).is_file()


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


class Board:
    """The log as TensorBoard reads it, from a step on; what was told of later steps before is taken back."""

    def __init__(self, run: Path, step: int) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter  # pyright: ignore[reportPrivateImportUsage]
        except ImportError:
            raise TrainError("there is no TensorBoard here: pip install 'lmdmd[tensorboard]'") from None
        self.writer = SummaryWriter(str(run / BOARD_FOLDER), purge_step=step + 1)

    def write(self, line: Line) -> None:
        """Show the figures of a line."""
        for name, value in line.items():
            if name != "step" and isinstance(value, int | float):
                self.writer.add_scalar(name, value, line["step"])
        self.writer.flush()


def write_csv(run: Path) -> None:
    """Write the log as a table beside it, a column for each figure."""
    lines = [line for line in read_log(run) if "from" not in line]
    columns = dict.fromkeys(name for line in lines for name in line)
    with (run / CSV_FILE).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        table.writerows(lines)


def plot_log(
    run: Path,
    figures: Sequence[str] = ("loss",),
    heldout: str = "heldout",
    unit: str = "velocity MSE",
    by_level: Sequence[str] = (),
) -> None:
    """Draw `loss.png`: each of the figures at every step and as a running mean, and the held-out loss.

    Losses `by_level` of noise have a picture of their own beside it.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    lines = read_log(run)
    pictures = 2 if by_level else 1
    plot, axes = plt.subplots(1, pictures, figsize=(8 * pictures, 4.5), squeeze=False, layout="constrained")
    left, right = axes[0, 0], axes[0, -1]
    for figure in figures:
        _draw_curve(left, lines, figure, faint=True)
    measured = [(line["step"], line[heldout]) for line in lines if heldout in line]
    if measured:
        left.plot(*zip(*measured, strict=True), "o-", label="held out (EMA)")
    for figure in by_level:
        _draw_curve(right, lines, figure)
    for each, title in zip(axes[0], (run.name, "by noise level"), strict=False):
        each.set(xlabel="step", ylabel=unit, title=title)
        each.legend()
    plot.savefig(run / PLOT_FILE, dpi=120)
    plt.close(plot)


def _draw_curve(axes: Any, lines: Sequence[Line], figure: str, faint: bool = False) -> None:
    """Draw the running mean of a figure, and every value of it faintly."""
    told = [line for line in lines if figure in line]
    steps, values = [line["step"] for line in told], np.array([line[figure] for line in told])
    width = max(1, len(values) // 50)
    mean = np.convolve(values, np.ones(width) / width, mode="valid") if len(values) else values
    (curve,) = axes.plot(steps[width - 1 :], mean, label=f"{figure}, mean of {width}")
    if faint:
        axes.plot(steps, values, linewidth=0.4, alpha=0.5, color=curve.get_color())
