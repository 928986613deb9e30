"""The songs of a show that goes on: those of its setlist, and those that came from other files on the night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmdmd.control.setlist import Cue, Setlist, Song, Span
from lmdmd.control.setlist_reader import load_songs
from lmdmd.control.show_diff import fingerprint, matches
from lmdmd.control.stand import Place
from lmdmd.errors import CommandError, SetlistError

if TYPE_CHECKING:
    from lmdmd.control.resume import Resume


@dataclass(frozen=True)
class SongsAgain:
    """The setlist to go on with, where each place of the log's is in it, and the log's songs that it has otherwise.

    ``said`` tells what has changed, if anything has.
    """

    setlist: Setlist
    places: dict[Place, Place]
    changed: frozenset[int]
    said: str


def list_songs(setlist: Setlist) -> list[dict[str, Any]]:
    """The songs of a setlist, of texts and lists only: enough to know them again."""
    return [
        {
            "name": song.name,
            "path": _path_of(song),
            "print": fingerprint(song),
            "cues": [[cue.number, cue.name] for cue in song.cues],
        }
        for song in setlist.songs
    ]


def songs_again(setlist: Setlist, state: Resume) -> SongsAgain:
    """The songs of a log, as the setlist and the files beside it have them now.

    An order of the night is kept; else it is the setlist's. Raises ``CommandError`` when the song that played is gone.
    """
    listed = state.songs
    unread: dict[str, str] = {}
    known = [*setlist.songs, *_songs_elsewhere(setlist, listed, unread)]
    found = [_find(entry, known) for entry in listed]
    playing = state.record["song"]
    if not playing < len(found) or found[playing] is None:
        why = "; ".join(unread.values()) or f"is not in {setlist.path}"
        raise CommandError(f'cannot resume: song "{state.song}", which played, {why}')
    there = [song for song in found if song is not None]
    new = [song for song in setlist.songs if not any(song is one for one in there)]
    songs = (*there, *new) if state.edited else setlist.songs
    again = replace(setlist, songs=songs)
    places = matches(replace(setlist, songs=tuple(map(_bare, listed))), again)
    changed = frozenset(
        index for index, song in enumerate(found) if song is not None and fingerprint(song) != listed[index]["print"]
    )
    gone = [index for index, song in enumerate(found) if song is None]
    return SongsAgain(again, places, changed, _told(listed, changed, gone, new, unread))


def _path_of(song: Song) -> str:
    return str(song.path.resolve()) if song.path is not None else ""


def _bare(entry: dict[str, Any]) -> Song:
    cues = tuple(Cue(name, number) for number, name in entry["cues"])
    return Song(entry["name"], 120.0, 4, Span(0.0), cues)


def _find(entry: dict[str, Any], known: Sequence[Song]) -> Song | None:
    named = [song for song in known if song.name == entry["name"]]
    named.sort(key=lambda song: (fingerprint(song) != entry["print"], _path_of(song) != entry["path"]))
    return named[0] if named else None


def _songs_elsewhere(setlist: Setlist, listed: Sequence[dict[str, Any]], unread: dict[str, str]) -> Iterator[Song]:
    """Songs of the files that were inserted; ``unread`` hears why one cannot be had."""
    own = {str(path.resolve()) for path in (setlist.path, *setlist.paths)}
    folder = setlist.path.parent.resolve()
    for path in dict.fromkeys(entry["path"] for entry in listed):
        if not path or path in own:
            continue
        if not Path(path).is_relative_to(folder):
            unread[path] = f"came from {path}, which is not beside {setlist.path}"
            continue
        try:
            yield from load_songs(Path(path))
        except SetlistError as error:
            unread[path] = f"came from a file that cannot be played: {str(error).splitlines()[0]}"


def _told(
    listed: Sequence[dict[str, Any]],
    changed: frozenset[int],
    gone: Sequence[int],
    new: Sequence[Song],
    unread: dict[str, str],
) -> str:
    names = [(listed[index]["name"], "has changed") for index in sorted(changed)]
    names += [(listed[index]["name"], "is gone") for index in gone] + [(song.name, "is new") for song in new]
    texts = [f'song "{name}" {how}' for name, how in dict.fromkeys(names)]
    return ", ".join([*texts, *(f"a song {why}" for why in unread.values())])
