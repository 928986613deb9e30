"""Two versions of a setlist: which song and cue of one is which of the other, and what has changed. Pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from lmdmd.control.setlist import Cue, Setlist, Song
from lmdmd.control.stand import OPENING, Place

MOST_TOLD = 12


def matches(old: Setlist, new: Setlist) -> dict[Place, Place]:
    """Place in the new setlist of each song's beginning and each cue that is still there.

    Songs go by their names, cues by their numbers and, where these are gone, by their names within their song.
    """
    places: dict[Place, Place] = {}
    for before, after in _pairs(old.songs, new.songs, lambda song: song.name).items():
        places[Place(before, OPENING)] = Place(after, OPENING)
        for cue, there in _cue_pairs(old.songs[before], new.songs[after]).items():
            places[Place(before, cue)] = Place(after, there)
    return places


def _cue_pairs(old: Song, new: Song) -> dict[int, int]:
    by_number = _pairs(old.cues, new.cues, lambda cue: cue.number)
    by_name = _pairs(old.cues, new.cues, lambda cue: cue.name, by_number)
    return by_number | by_name


def _pairs(
    old: Sequence, new: Sequence, key: Callable[..., str], known: dict[int, int] | None = None
) -> dict[int, int]:
    """Index of each old one to that of the first new one with the same key that is left; an empty key matches none."""
    known, pairs = known or {}, {}
    free = [index for index in range(len(new)) if index not in known.values()]
    for index in (index for index in range(len(old)) if index not in known):
        there = next((other for other in free if key(old[index]) and key(new[other]) == key(old[index])), None)
        if there is not None:
            pairs[index] = there
            free.remove(there)
    return pairs


def nearest(places: dict[Place, Place], place: Place) -> Place:
    """Where a cue is now; of one that is gone, the cue before it in its song that is not."""
    return places[max(known for known in places if known.song == place.song and known.cue <= place.cue)]


def fingerprint(song: Song) -> str:
    """The same for two songs that are written alike, wherever they stand."""
    bare = replace(song, line=0, path=None, cues=tuple(map(_bare, song.cues)))
    return hashlib.sha256(repr(bare).encode()).hexdigest()[:16]


def told(old: Setlist, new: Setlist) -> str:
    """What has changed, in a sentence."""
    places = matches(old, new)
    changes = [f"{what} {how}" for what, how in (*_gone(old, places), *_come(old, new, places))]
    songs = [places[Place(index, OPENING)].song for index in range(len(old.songs)) if Place(index, OPENING) in places]
    if songs != sorted(songs):
        changes.append("songs in another order")
    if not changes:
        return "nothing has changed"
    more = f", and {len(changes) - MOST_TOLD} changes more" if len(changes) > MOST_TOLD else ""
    return "; ".join(changes[:MOST_TOLD]) + more


def _gone(old: Setlist, places: dict[Place, Place]) -> list[tuple[str, str]]:
    gone = []
    for index, song in enumerate(old.songs):
        if Place(index, OPENING) not in places:
            gone.append((_song(song), "removed"))
            continue
        cues = enumerate(song.cues)
        gone += [(_cue(cue), "removed") for count, cue in cues if Place(index, count) not in places]
    return gone


def _come(old: Setlist, new: Setlist, places: dict[Place, Place]) -> list[tuple[str, str]]:
    before = {there: place for place, there in places.items()}
    come = []
    for index, song in enumerate(new.songs):
        if Place(index, OPENING) not in before:
            come.append((_song(song), "added"))
            continue
        known = old.songs[before[Place(index, OPENING)].song]
        if _bare(replace(known, cues=())) != _bare(replace(song, cues=())):
            come.append((_song(song), "changed"))
        for count, cue in enumerate(song.cues):
            place = before.get(Place(index, count))
            if place is None:
                come.append((_cue(cue), "added"))
            elif _bare(old.songs[place.song].cues[place.cue]) != _bare(cue):
                come.append((_cue(cue), "changed"))
    return come


def _bare(part: Song | Cue) -> Song | Cue:
    """Without where it stands in a file."""
    return replace(part, line=0, path=None)


def _song(song: Song) -> str:
    return f'song "{song.name}"'


def _cue(cue: Cue) -> str:
    return f'cue {cue.number} "{cue.name}"' if cue.number else f'cue "{cue.name}"'
