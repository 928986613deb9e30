"""What every row was when a show log ended, and which way it still had to go: from the lines that tell of writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lmdmd.automation import Lane
from lmdmd.control.show_takeover import RESUME, is_hand
from lmdmd.params import BY_NAME, Value

AT_ONCE = 1
"""Planned for this frame or before it, a write is sure to be heard: nothing can be cleared so soon."""
_NOT_RESTORED = ("clock/tempo", "clock/metre", "record/on", "show/auto", "engine/prime")
"""Rows that the clock, the recorder and the show bring back themselves, or that happen once."""
_NOBODY = ("bundle", "engine", "recorder")
"""Sources of values that come by themselves."""


@dataclass(frozen=True)
class HeardRow:
    """A row as it was heard last: its ``value`` then, and the ``target`` that it would reach in ``left_frames``."""

    value: Value
    target: Value
    source: str
    left_frames: int = 0
    curve: str = "linear"

    @property
    def by_hand(self) -> bool:
        """Whether a hand had set it."""
        return is_hand(self.source) or self.source == RESUME


class HeardRows:
    """Rows by the lines of a log, in its order."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        self._last: dict[str, dict[str, Any]] = {}
        self._written: dict[int, dict[str, Any]] = {}
        self._accepted: dict[str, dict[str, Any]] = {}
        self._at_once: set[int] = set()

    def written(self, line: dict[str, Any]) -> None:
        """A write was accepted."""
        if line["planned"] and line["frame"] <= AT_ONCE:
            self._at_once.add(line["stamp"])
            self._take(line, line["frame"])
            return
        self._written[line["stamp"]] = line
        if not line["planned"]:
            self._accepted[line["name"]] = line

    def heard(self, line: dict[str, Any]) -> None:
        """A write was heard; where its way is not told, it had none."""
        name, stamp = line["name"], line["stamp"]
        if name in self._accepted and self._accepted[name]["stamp"] <= stamp:
            del self._accepted[name]
        if stamp not in self._at_once:
            self._take(self._written.pop(stamp, line), line["frame"])

    def at(self, frame: int) -> dict[str, HeardRow]:
        """Rows that somebody had set, where a log ends at a frame; what was accepted then counts as heard."""
        frame = max(frame, AT_ONCE)
        for line in self._accepted.values():
            self._take(line, frame)
        rows = {name: self._row(name, line, frame) for name, line in self._last.items()}
        return {name: row for name, row in rows.items() if row.source not in _NOBODY}

    def _take(self, line: dict[str, Any], frame: int) -> None:
        name = line["name"]
        if name not in BY_NAME or name in _NOT_RESTORED:
            return
        self._last[name] = line
        param = BY_NAME[name]
        if param.kind == "float":
            lane = self._lanes.setdefault(name, Lane(param.to_slot(param.default)))
            lane.forget_before(frame)
            lane.write(frame, param.to_slot(line["value"]), line.get("glide_frames", 0), line.get("curve", "linear"))

    def _row(self, name: str, line: dict[str, Any], frame: int) -> HeardRow:
        target, source = line["value"], line["source"]
        if name not in self._lanes:
            return HeardRow(target, target, source)
        part = self._lanes[name].pending(frame)[0]
        left = max(0, part.frame + part.glide_frames - frame)
        return HeardRow(BY_NAME[name].from_slot(part.at(frame)), target, source, left, part.curve)
