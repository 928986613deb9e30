"""What the cues of a show changed, from its log: on which frame each was asked for, and by which writes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lmdmd.bench.again import WRITTEN, Line
from lmdmd.bench.show_setlist import Asked
from lmdmd.params import BY_NAME

STOOD, HANDED_OVER, FIRED = "stood", "handedover", "fired"
FADER = "mix/deck"
SETTLING_S = 1.5
"""A change is listened to for so long after it has arrived, or until the next one comes."""


@dataclass(frozen=True)
class Fade:
    """A crossfade to a deck, as the log tells of it."""

    frame: int
    frames: int
    deck: int
    model: str
    curve: str


@dataclass(frozen=True)
class Change:
    """What a cue changed. ``frame`` is its bar's, by the tempo map; ``fired`` the one that the log tells, if any.

    ``writes`` are the frames of its rows; ``until`` is how far it is listened to.
    """

    asked: Asked
    frame: int
    fired: int | None
    until: int
    writes: dict[str, int] = field(default_factory=dict)
    glide_frames: int = 0
    fade: Fade | None = None

    @property
    def deck_rows(self) -> frozenset[str]:
        """Rows that the decks heed."""
        return frozenset(name for name in self.writes if BY_NAME[name].rate == "block")

    @property
    def mixer_rows(self) -> dict[str, int]:
        """Rows that the mixer heeds, the fader among them, and their frames."""
        rows = {name: frame for name, frame in self.writes.items() if BY_NAME[name].rate == "audio"}
        return rows | ({FADER: self.fade.frame} if self.fade is not None else {})

    @property
    def kind(self) -> str:
        """What it is called in a table."""
        if self.fade is not None:
            return "swap"
        if any(name.startswith("prompt/") for name in self.writes):
            return "prompt"
        if self.deck_rows:
            return "model"
        return "mixer glide" if self.glide_frames else "mixer"


def find_changes(lines: Sequence[Line], asked: Iterable[Asked]) -> list[Change]:
    """Every cue that was asked for, as the log tells of it, in order; ``until`` ends before the next one."""
    rate_hz = int(next(line for line in lines if line["kind"] == "show")["rate_hz"])
    changes = sorted((_change(lines, one, rate_hz) for one in asked), key=lambda change: change.frame)
    songs = [line["frame"] for line in lines if line["kind"] == FIRED and not line["cue"]]
    begins = sorted((*songs, *(change.frame for change in changes)))
    return [_bounded(change, begins) for change in changes]


def bar_frame(lines: Iterable[Line], song: str, bar: int, rate_hz: int) -> int | None:
    """Frame on which a bar of a song begins by the tempo map that the song began with; None for one never begun."""
    stood = next((line for line in lines if line["kind"] == STOOD and line["song"] == song), None)
    if stood is None:
        return None
    frame, tempo, metre, first, beat = stood["record"]["anchors"][-1]
    beats = (bar - first) * metre - (beat - 1)
    return frame + round(beats * 60.0 * rate_hz / tempo)


def _change(lines: Sequence[Line], asked: Asked, rate_hz: int) -> Change:
    source = f"cue:{asked.cue}"
    frame = bar_frame(lines, asked.song, asked.bar, rate_hz)
    fired = next((line["frame"] for line in lines if line["kind"] == FIRED and line["cue"] == asked.cue), None)
    written = [line for line in lines if line["kind"] == WRITTEN and line["source"] == source]
    fade = next((_fade(line) for line in lines if line["kind"] == HANDED_OVER and line["source"] == source), None)
    writes = {str(line["name"]): int(line["frame"]) for line in written}
    longest = max((int(line["glide_frames"]) for line in written), default=0)
    known = frame if frame is not None else -1
    begins = max((known, *writes.values()))
    if fade is not None:
        longest, begins = max(longest, fade.frames), max(begins, fade.frame)
    until = begins + longest + round(SETTLING_S * rate_hz)
    return Change(asked, known, fired, until, writes, longest, fade)


def _fade(line: dict[str, Any]) -> Fade:
    return Fade(line["frame"], line["fade_frames"], line["deck"], line["model"], line["curve"])


def _bounded(change: Change, begins: Iterable[int]) -> Change:
    return replace(change, until=min([change.until, *(frame for frame in begins if frame > change.frame)]))
