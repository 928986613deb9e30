"""Which cues wait for which message. A message is text: an address, and arguments as a shell would part them."""

from __future__ import annotations

import shlex

from lmdmd.control.setlist import Setlist, Song


def addresses(setlist: Setlist) -> frozenset[str]:
    """Every address that a cue of the show waits for."""
    triggers = [cue.trigger for song in setlist.songs for cue in song.cues]
    return frozenset(_parts(trigger.message)[0] for trigger in triggers if trigger.kind == "osc")


def matching(song: Song, message: str) -> list[int]:
    """Indices of a song's cues that fire on a message.

    One that names arguments wants just these. One that names none takes any, but for a single 0: that is a button let
    go.
    """
    address, given = _parts(message)
    found = []
    for index, cue in enumerate(song.cues):
        wanted, arguments = _parts(cue.trigger.message) if cue.trigger.kind == "osc" else ("", ())
        if wanted == address and (arguments == given or (not arguments and given != (0.0,))):
            found.append(index)
    return found


def _parts(message: str) -> tuple[str, tuple[float | str, ...]]:
    try:
        words = shlex.split(message)
    except ValueError:
        words = message.split()
    return (words[0], tuple(map(_argument, words[1:]))) if words else ("", ())


def _argument(word: str) -> float | str:
    try:
        return float(word)
    except ValueError:
        return word
