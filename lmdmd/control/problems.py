"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something found by a check; an ``error`` keeps the show from running, a ``warning`` does not."""

    severity: str
    place: str
    text: str

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.place}: {mark}{self.text}"


def error(place: object, text: str) -> list[Problem]:
    """One problem that keeps the show from running, or none where there is nothing to say."""
    return [Problem("error", str(place), text)] if text else []


def warning(place: object, text: str) -> list[Problem]:
    """One problem that does not keep the show from running, or none where there is nothing to say."""
    return [Problem("warning", str(place), text)] if text else []
