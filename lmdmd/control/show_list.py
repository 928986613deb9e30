"""The show as a list to choose from: every song and its cues, one line each, for surfaces that show it."""

from __future__ import annotations

from collections import Counter

from lmdmd.control.session import Line
from lmdmd.control.setlist import Setlist
from lmdmd.control.stand import OPENING, Place


def list_of(setlist: Setlist) -> tuple[Line, ...]:
    """Lines of a setlist, in its order."""
    lines: list[Line] = []
    times: Counter[str] = Counter()
    for song in setlist.songs:
        times[song.name] += 1
        key = f"{song.name}/{times[song.name]}"
        lines.append(Line(key, song.name, "", song.name, song.notes, "song"))
        for index, cue in enumerate(song.cues):
            lines.append(Line(f"{key}/{index}", cue.name, cue.number, song.name, cue.notes, cue.trigger.kind))
    return tuple(lines)


def line_of(setlist: Setlist, place: Place | None) -> int | None:
    """Where in the list a place stands."""
    if place is None:
        return None
    return sum(1 + len(song.cues) for song in setlist.songs[: place.song]) + place.cue - OPENING
