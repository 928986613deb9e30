"""The setlist changed while it plays: a cue left out, a song more, another order, the file read again.

What plays goes on: the song and the cue where the show is are found in the new setlist, and what the new one says of
them comes in within a second. ``show/lock`` refuses all of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lmdmd.control.chase import chased, set_until, unowned
from lmdmd.control.cue_effects import changes
from lmdmd.control.rehearsal import rehearsed
from lmdmd.control.setlist import Cue, Setlist, Song, Span
from lmdmd.control.setlist_reader import load_setlist, load_songs
from lmdmd.control.show_diff import matches, nearest, told
from lmdmd.control.stand import OPENING, Place, Stand, first_timed
from lmdmd.errors import CommandError, SetlistError, did_you_mean

if TYPE_CHECKING:
    from lmdmd.control.show import Show

OVER = Span(1.0)
"""What a reload changes in what is heard now comes within this time."""


class Edits:
    """The verbs that change the setlist of a show."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def _unlocked(self, verb: str) -> Setlist:
        if self._show.session.get("show/lock"):
            raise CommandError(f"{verb}: the show is locked; /lmdm/show/lock 0 opens it")
        return self._show.need_setlist()

    async def skip(self) -> str:
        """Verb ``show/skip``."""
        self._unlocked("show/skip")
        stand = self._show.stand_at()
        asked = next((Place(stand.song, armed.cue) for armed in stand.armed if armed.by_hand), None)
        place = asked or self._show.next_place(stand)
        if place is None:
            raise CommandError("show/skip: no cue is left")
        left = stand.without(place.cue) if place.song == stand.song else stand
        self._show.replan(replace(left, skipped=stand.skipped | {place}))
        return self._show.cue(place).name

    async def insert(self, song: str, position: int) -> str:
        """Verb ``show/insert``; position 0 is after the song that plays."""
        setlist = self._unlocked("show/insert")
        songs = await asyncio.to_thread(_songs_called, setlist, song)
        setlist, playing = self._show.need_setlist(), self._show.stand_at().song
        index = min(position - 1 if position else playing + 1, len(setlist.songs))
        order = [*range(index), *[None] * len(songs), *range(index, len(setlist.songs))]
        new = replace(setlist, songs=(*setlist.songs[:index], *songs, *setlist.songs[index:]))
        self._reorder(new, order)
        return f"{', '.join(one.name for one in songs)} at {index + 1}"

    async def move(self, song: str, position: int) -> str:
        """Verb ``show/move``."""
        setlist = self._unlocked("show/move")
        playing = self._show.stand_at().song
        names = [one.name for one in setlist.songs]
        found = [index for index, name in enumerate(names) if name == song]
        if not found:
            raise CommandError(f'show/move: there is no song "{song}"{did_you_mean(song, names)}')
        index = next((one for one in found if one > playing), found[-1])
        order: list[int | None] = [one for one in range(len(names)) if one != index]
        order.insert(min(position - 1, len(order)), index)
        self._reorder(replace(setlist, songs=tuple(setlist.songs[one] for one in order if one is not None)), order)
        return f"{song} at {order.index(index) + 1}"

    def _reorder(self, new: Setlist, order: list[int | None]) -> None:
        there = {before: after for after, before in enumerate(order) if before is not None}
        self._show.adopt(new, lambda place: Place(there[place.song], place.cue), edited=True)
        self._show.replan(self._show.stand_at())

    async def reload(self) -> str:
        """Verb ``show/reload``."""
        path = self._unlocked("show/reload").path
        try:
            new = await asyncio.to_thread(load_setlist, path)
        except SetlistError as error:
            raise CommandError(f"show/reload: the show goes on as it was: {_first(str(error))}") from None
        new, old = rehearsed(new, self._show.rehearsal), self._show.need_setlist()
        places = matches(old, new)
        stand = self._show.stand_at()
        if Place(stand.song, OPENING) not in places:
            name = old.songs[stand.song].name
            raise CommandError(
                f'show/reload: song "{name}", which plays, is not in {path.name} any more; name it there'
            )
        self._apply(new, places, stand)
        return f"reloaded: {told(old, new)}"

    def _apply(self, new: Setlist, places: dict[Place, Place], before: Stand) -> None:
        show = self._show
        at = show.at or Place(before.song, OPENING)
        was = chased(show.need_setlist(), at, before, show.base, show.model)
        show.adopt(new, places.get)
        show.at = at = nearest(places, at)
        stand = show.stand_at(before.frame)
        since = stand.frame if stand.held_frame is None else stand.held_frame
        stand = replace(stand, following=first_timed(new.songs[stand.song], stand, since + 2))
        cue = _difference(was, chased(new, at, stand, show.base, show.model))
        effects = unowned(changes(cue, at, stand), show.base.keys() - set_until(new, at, stand))
        show.replan(effects.stand, effects)


def _difference(was: Cue, now: Cue) -> Cue:
    """Cue that takes what one cue leaves behind to what the other does."""
    values = {name: value for name, value in now.set.items() if name not in was.set or was.set[name] != value}
    swap = now.swap if now.swap != was.swap else None
    prompts = now.prompts if now.prompts != was.prompts else {}
    return Cue("reload", prompts=prompts, set=values, over=OVER, swap=swap)


def _songs_called(setlist: Setlist, name: str) -> tuple[Song, ...]:
    """Songs to insert: one of the setlist's own, or all of a file in its folder."""
    own = [song for song in setlist.songs if song.name == name]
    if own:
        return (own[0],)
    folder = setlist.path.parent.resolve()
    file = (folder / name).resolve()
    if Path(name).suffix not in (".yaml", ".yml"):
        names = [song.name for song in setlist.songs]
        raise CommandError(f'show/insert: there is no song "{name}"{did_you_mean(name, names)}; or name a .yaml file')
    if not file.is_relative_to(folder):
        raise CommandError(f"show/insert: {name} lies outside {folder}, the setlist's folder")
    try:
        return load_songs(file)
    except SetlistError as error:
        raise CommandError(f"show/insert: {_first(str(error))}") from None


def _first(text: str) -> str:
    """The first problems of a file, in one sentence."""
    lines = text.splitlines()
    more = f"; and {len(lines) - 3} problems more" if len(lines) > 3 else ""
    return "; ".join(lines[:3]) + more
