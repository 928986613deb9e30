"""One run of training, whatever is trained: its folder, its clock, when it ends, its randomness, log and checkpoints.

    run = Run(Path("runs/pocket"), {"model": model, "ema": ema, "optimizer": optimizer}, End(steps=1000), seed=0)
    if not run.resume():
        run.begin()
    run.fit("finetune", step, [Chore(300.0, run.save)])

`step` takes one step of any kind and returns its figures, at least a "loss"; the clock counts it afterwards. A run of
so many steps that is killed and resumed takes the very steps that it would have taken.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lmdmd.train.checkpoint import (
    Clock,
    Part,
    list_checkpoints,
    load_checkpoint,
    remove_checkpoints,
    save_checkpoint,
)
from lmdmd.train.parallel import ALONE, Ranks
from lmdmd.train.progress import Progress
from lmdmd.train.run_log import LOG_FILE, Board, Line, rewind_log, write_line

WARMUP_STEPS = 100
FINAL_LR = 0.05  # share of the peak left at the end of the cosine
COUNTS = ("frames", "tokens")
"""Figures that say how much a step has worked through: logged by the second."""


@dataclass(frozen=True)
class End:
    """When a run ends: after so many steps or minutes, or after whichever comes first."""

    steps: int | None = None
    minutes: float | None = None

    def reached(self, clock: Clock) -> bool:
        """Return whether the run is over."""
        by_step = self.steps is not None and clock.step >= self.steps
        return by_step or (self.minutes is not None and clock.elapsed_s >= 60 * self.minutes)

    def share(self, clock: Clock) -> float:
        """Return how much of the run is done, 0 .. 1: by steps alone where they are given, as hours differ."""
        if self.steps is not None:
            return min(1.0, clock.step / self.steps)
        return min(1.0, clock.elapsed_s / (60 * self.minutes)) if self.minutes is not None else 0.0

    def learning_rate(self, peak: float, clock: Clock, final: float = FINAL_LR) -> float:
        """Return linear warm-up, then a cosine over the whole run, down to a share `final` of the peak."""
        cosine = 0.5 * (1 + math.cos(math.pi * self.share(clock)))
        return peak * min(1.0, (clock.step + 1) / WARMUP_STEPS) * (final + (1 - final) * cosine)


@dataclass(frozen=True)
class Chore:
    """What is done every so many seconds of training, and at the end."""

    every_s: float
    do: Callable[[], None]


class Run:
    """A run folder and its clock; `parts` are what its checkpoints hold, by the names of their files.

    All its `ranks` go through the same calls; the first one alone writes.
    """

    def __init__(self, folder: Path, parts: Mapping[str, Part], end: End, seed: int = 0, ranks: Ranks = ALONE) -> None:
        self.folder, self.parts, self.end, self.seed, self.ranks = folder, parts, end, seed, ranks
        self.clock = Clock()
        self.board: Board | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def done(self) -> bool:
        """Whether the end is reached."""
        return self.end.reached(self.clock)

    def begin(self, **about: Any) -> None:
        """Start from nothing, and forget the run that the folder held before; the log's first line tells `about`."""
        if self.ranks.first:
            remove_checkpoints(self.folder)
            (self.folder / LOG_FILE).unlink(missing_ok=True)
        self.log({"step": 0, **about})

    def resume(self) -> bool:
        """Continue from the newest checkpoint of the folder; returns whether there is one."""
        checkpoints = list_checkpoints(self.folder)
        if checkpoints:
            self.clock = load_checkpoint(checkpoints[-1], self.parts)
            if self.ranks.first:
                rewind_log(self.folder, self.clock.step)
        return bool(checkpoints)

    def save(self) -> None:
        """Write a checkpoint."""
        save_checkpoint(self.folder, self.parts, self.clock, write=self.ranks.first)

    def randomness(self, step: int | None = None) -> tuple[np.random.Generator, torch.Generator]:
        """Return generators that depend on seed and step only, this one's or another's: resuming needs no state."""
        rng = np.random.default_rng([self.seed, self.clock.step if step is None else step])
        return rng, torch.Generator().manual_seed(int(rng.integers(2**62)))

    def show(self) -> None:
        """Let TensorBoard see what is logged from now on; raises `TrainError` where it is not installed."""
        if self.ranks.first:
            self.board = Board(self.folder, self.clock.step)

    def log(self, line: Line) -> None:
        """Append a line to the log."""
        if self.ranks.first:
            write_line(self.folder, line)
            if self.board:
                self.board.write(line)

    def fit(self, label: str, step: Callable[[], Line], chores: Sequence[Chore] = ()) -> None:
        """Step until the end, SIGTERM or SIGINT, with chores on the way; all of them once more when it is over."""
        since = [self.clock.elapsed_s] * len(chores)
        smooth: float | None = None
        shown = Progress(label, self.end.steps, shown=self.ranks.first, done=self.clock.step)
        with stop_on_signal() as stop, shown as progress:
            while not self.done and not self.ranks.any(bool(stop)):
                line = self.advance(step)
                smooth = line["loss"] if smooth is None else 0.98 * smooth + 0.02 * line["loss"]
                progress.advance(note="  ".join([f"loss {smooth:.4f}", *_rates(line)]))
                for i, chore in enumerate(chores):
                    if self.clock.elapsed_s - since[i] > chore.every_s:
                        since[i] = self.clock.elapsed_s
                        chore.do()
        for chore in chores:
            chore.do()

    def advance(self, step: Callable[[], Line]) -> Line:
        """Take one step, count it, log its figures, and return the line of the log."""
        started = time.monotonic()
        figures = step()
        took_s = self.ranks.largest(time.monotonic() - started)
        self.clock.step += 1
        self.clock.elapsed_s += took_s
        rates = {f"{name}_per_s": round(figures.pop(name) / took_s, 1) for name in COUNTS if name in figures}
        line = {"step": self.clock.step, **figures, "elapsed_s": round(self.clock.elapsed_s, 2), **rates}
        self.log(line)
        return line


def _rates(line: Line) -> Iterator[str]:
    return (f"{line[f'{name}_per_s']:.0f} {name}/s" for name in COUNTS[:1] if f"{name}_per_s" in line)


@contextmanager
def stop_on_signal() -> Iterator[list[int]]:
    """Yield a list that SIGTERM and SIGINT add to; the handlers of before come back at the end."""
    caught: list[int] = []
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda n, _: caught.append(n)) for number in signals}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
