"""Progress of long jobs: a bar on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

LINE_EVERY_S = 10.0
LINE_EVERY_PERCENT = 5.0

T = TypeVar("T")


class Progress:
    """Shows how far a job is, on stderr so that stdout stays free for results.

    Use as a context manager and call :meth:`advance`; a ``note`` such as ``"loss 0.31"`` stands beside
    the count. One that is not ``shown`` only counts; one that goes on begins at what was ``done`` before.
    """

    def __init__(self, label: str, total: int | None = None, *, shown: bool = True, done: int = 0) -> None:
        self.label, self.shown = label, shown
        self.total = total
        self.done = done
        self.note = ""
        self._bar: Bar | None = None
        self._task = TaskID(0)
        self._started_s = 0.0
        self._line_s = 0.0
        self._line_done = done

    def __enter__(self) -> Progress:
        self._started_s = self._line_s = time.monotonic()
        if self.shown and sys.stderr.isatty():
            bar = self._bar = _make_bar()
            bar.start()
            self._task = bar.add_task(self.label, total=self.total, completed=self.done, note="")
        return self

    def __exit__(self, *exc: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self.shown and self.done != self._line_done:
            self._print_line()

    def advance(self, n: int = 1, note: str | None = None) -> None:
        """Count ``n`` more items done."""
        self.done += n
        self.note = self.note if note is None else note
        if self._bar is not None:
            self._bar.update(self._task, advance=n, note=self.note)
        elif self.shown and self._line_is_due():
            self._print_line()

    def _line_is_due(self) -> bool:
        if time.monotonic() - self._line_s >= LINE_EVERY_S:
            return True
        return bool(self.total) and (self.done - self._line_done) * 100 >= LINE_EVERY_PERCENT * (self.total or 0)

    def _print_line(self) -> None:
        self._line_s, self._line_done = time.monotonic(), self.done
        total = f"/{self.total} ({100 * self.done // self.total} %)" if self.total else ""
        note = f"  {self.note}" if self.note else ""
        seconds = self._line_s - self._started_s
        print(f"{self.label}: {self.done}{total}  {seconds:.0f} s{note}", file=sys.stderr, flush=True)


def track(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Yield ``items`` one by one and show the progress; an item counts once the caller asks for the next."""
    if total is None and isinstance(items, Sized):
        total = len(items)
    with Progress(label, total) as progress:
        for item in items:
            yield item
            progress.advance()


def _make_bar() -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
    )
