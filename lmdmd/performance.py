"""A performance as its show log tells it: what the mixer did, what the decks made, and where it was recorded.

A log may end anywhere: what a killed program wrote last is half a line. It is read up to the last frame of which it is
known that everything heard before it is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd import __version__
from lmdmd.control import events
from lmdmd.control.events import Began, Block, Entered, Mixed, Take, Turned
from lmdmd.control.show_log import NAME, logs_in
from lmdmd.control.takes import read_pieces
from lmdmd.errors import LmdmdError
from lmdmd.messages import BlockDone
from lmdmd.params import SLOT
from lmdmd.rt.schedule import Entry, Taken, Trace

Record = Began | Entered | Block | Turned | Mixed
"""What moves a replay on."""

_BLOCK_FIELDS = [field.name for field in fields(BlockDone)]


class LogError(LmdmdError):
    """A file that is no show log, or tells too little."""


@dataclass
class Performance:
    """What a log holds. ``records`` are in its order, and end where ``frame`` is told: all before it can be replayed.

    ``doubts`` are sentences about what is missing.
    """

    path: Path
    about: dict[str, Any]
    traces: list[Trace] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    takes: list[Take] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    frame: int = 0

    @property
    def rate_hz(self) -> int:
        """Frames per second."""
        return int(self.about["rate_hz"])

    @property
    def span(self) -> tuple[int, int]:
        """First frame of the recording that lies beside the log, and its end, as far as the log tells of it."""
        begin, end = self._take(True), self._take(False)
        last = min(end.frames["output"], self.frame) if end else self.frame
        return (min(begin.frames["output"], last), last) if begin else (0, last)

    @property
    def is_over(self) -> bool:
        """Whether the recording was ended in order, and all of it is told."""
        end = self._take(False)
        return end is not None and end.frames["output"] <= self.frame

    @property
    def input_frame(self) -> int:
        """Frame at which the recording of the input begins."""
        begin = self._take(True)
        return begin.frames.get("input", 0) if begin else 0

    def pieces(self) -> range:
        """Numbers of the recording's pieces of which this log tells: a show that goes on adds others, and another log.

        Without an end they are those that are there, up to the first of the next log.
        """
        begin, end = self._take(True), self._take(False)
        first = begin.piece if begin else 1
        if end is not None:
            return range(first, end.piece + 1)
        folder = self.path.parent
        last = max((piece["piece"] for piece in read_pieces(folder)), default=first)
        later = [piece for log in logs_in(folder) if (piece := _first_piece(log)) > first]
        return range(first, min([last + 1, *later]))

    def _take(self, running: bool) -> Take | None:
        """Beginning or end of the recording beside the log; of the first one where none is called like its folder."""
        takes = [take for take in self.takes if take.running]
        name = self.path.resolve().parent.name
        ours = next((take.folder for take in takes if Path(take.folder).name == name), takes[0].folder if takes else "")
        return next((take for take in self.takes if take.folder == ours and take.running == running), None)


def read_performance(path: Path) -> Performance:
    """Read a log, or the one in a folder; raises ``LogError`` for what is none."""
    path = path / NAME if path.is_dir() else path
    try:
        with path.open("rb") as file:
            lines = _objects(file)
            about, _ = next(lines, ({}, 0))
            if about.get("kind") != "show" or "rate_hz" not in about:
                raise LogError(f"{path}: is not a show log, or was cut in its first line")
            show = Performance(path, about)
            _read_lines(show, lines)
    except OSError as error:
        raise LogError(f"{path}: cannot be read: {error.strerror}") from None
    _check(show)
    return show


def _objects(file: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """JSON objects with the numbers of their lines; an empty one for a line that is none."""
    for number, line in enumerate(file, 1):
        try:
            said = json.loads(line)
        except ValueError:
            said = {}
        yield (said if isinstance(said, dict) else {}), number


def _read_lines(show: Performance, lines: Iterator[tuple[dict[str, Any], int]]) -> None:
    unread, told = [], 0
    for line, number in lines:
        try:
            _read_line(show, line)
        except (KeyError, TypeError, ValueError):
            unread.append(number)
        if line.get("kind") == "mixed" and number not in unread:
            told = len(show.records)
            if unread:
                show.doubts.append(f"{show.path}:{unread[0]}: cannot be read, nor can {len(unread) - 1} lines after it")
                unread = []
    del show.records[told:]


def _read_line(show: Performance, line: dict[str, Any]) -> None:
    kind = line["kind"]
    if kind == "traced":
        number = SLOT[line["name"]] if line["what"] == "row" else int(line["number"])
        show.traces.append(Trace(line["what"], int(line["frame"]), number, float(line["value"])))
    elif kind == "taken":
        show.taken.append(_taken(line))
    elif kind == "block":
        show.records.append(Block(int(line["deck"]), read_block(line)))
    elif kind == "mixed":
        mixed = _event(Mixed, line)
        show.records.append(mixed)
        show.frame = max(show.frame, mixed.frame)
        if mixed.lost:
            show.doubts.append(f"from frame {mixed.frame} on, {mixed.lost} things that the mixer did are not told")
    elif kind == "began":
        show.records.append(_event(Began, line))
    elif kind == "entered":
        show.records.append(_event(Entered, line))
    elif kind == "turned":
        show.records.append(_event(Turned, line))
    elif kind == "take":
        show.takes.append(_event(Take, {"piece": 1} | line))


def _first_piece(log: Path) -> int:
    """Number of the first piece of which a log tells; 0 where it tells of none."""
    with log.open("rb") as file:
        for line, _ in _objects(file):
            if line.get("kind") == "take" and line.get("running"):
                return int(line.get("piece", 1))
    return 0


def _taken(line: dict[str, Any]) -> Taken:
    told = _event(events.Taken, line)
    slot = SLOT[told.name] if told.name else told.slot
    entry = Entry(told.asked, slot, told.value, told.glide_frames, told.curve)
    return Taken(told.index, entry, told.frame, told.standing)


def _event(kind: Any, line: dict[str, Any]) -> Any:
    return kind(**{field.name: line[field.name] for field in fields(kind)})


def read_block(line: dict[str, Any]) -> BlockDone:
    """The record that a line of the log keeps."""
    told: dict[str, Any] = {name: line[name] for name in _BLOCK_FIELDS if name in line}
    lines = {name: tuple(line) for name, line in told.get("lines", {}).items()}
    return BlockDone(**{**told, "stamps": tuple(told["stamps"]), "lines": lines})


def _check(show: Performance) -> None:
    """Raise ``LogError`` for a log that begins too late; doubt one of another program."""
    if lost := show.about.get("lost_lines", 0):
        raise LogError(f"{show.path}: lacks its first {lost} lines, as the recording was begun too long after the show")
    for name, version in (("lmdmd", __version__), ("numpy", np.__version__)):
        played = show.about.get("version" if name == "lmdmd" else name)
        if played != version:
            show.doubts.append(f"{name} {played} has played, and this is {version}")
