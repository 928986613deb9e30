"""What go does, and back: the next cue, the end of a loop or a hold, the cue before. Each plans the show again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lmdmd.control.chase import all_places
from lmdmd.control.cue_effects import armed_cue
from lmdmd.control.stand import OPENING, Armed, Place, Stand, at_bar, is_timed, resumed
from lmdmd.errors import CommandError

if TYPE_CHECKING:
    from lmdmd.control.show import Show


def go(show: Show, stand: Stand, by: str) -> str:
    """Go on from a stand; returns what was done, a cue by its name."""
    waiting = next((armed for armed in stand.armed if armed.by_hand), None)
    if waiting is not None:
        return _fire_now(show, waiting.cue, stand, by)
    if stand.round is not None and not show.stopped:
        return _leave_loop(show, stand)
    place = _standby(show, stand)
    if stand.held_frame is not None and not show.stopped:
        if place is None or place.song != stand.song:
            return _end_song(show, stand, by)
        stand = resumed(stand)
    if place is None:
        raise CommandError("show/go: no cue is left")
    return _fire(show, place, stand, by)


def _standby(show: Show, stand: Stand) -> Place | None:
    waits = show.stopped or stand.held_frame is not None
    by_hand = None if waits else show.next_place(stand, by_hand=True)
    return by_hand or show.next_place(stand)


def _fire(show: Show, place: Place, stand: Stand, by: str) -> str:
    setlist = show.need_setlist()
    if place.song != stand.song or is_timed(setlist, place):
        show.arrive(place, stand, by)
    elif show.cue(place).trigger.kind in ("go", "osc"):
        arm(show, armed_cue(setlist.songs[stand.song], place.cue, stand, stand.frame, by), stand)
    else:
        return _fire_now(show, place.cue, stand, by)
    return show.cue(place).name


def _fire_now(show: Show, cue: int, stand: Stand, by: str) -> str:
    arm(show, Armed(cue, stand.frame, by=by), stand)
    return show.cue(Place(stand.song, cue)).name


def arm(show: Show, armed: Armed, stand: Stand) -> None:
    """Go on from a stand with a cue armed, in the stead of what was known of it."""
    stand = stand.without(armed.cue)
    show.replan(replace(stand, armed=(*stand.armed, armed)))


def _leave_loop(show: Show, stand: Stand) -> str:
    assert stand.round is not None
    if stand.round.left != 1:
        show.replan(replace(stand, round=replace(stand.round, left=1)))
        return f"bars {stand.round.first} to {stand.round.last} for the last time"
    song = show.need_setlist().songs[stand.song]
    show.replan(replace(at_bar(song, stand, stand.round.last + 1), round=None))
    return f"on to bar {stand.round.last + 1}"


def _end_song(show: Show, stand: Stand, by: str) -> str:
    songs = show.need_setlist().songs
    if stand.song + 1 < len(songs):
        show.arrive(Place(stand.song + 1, OPENING), stand, by)
        return songs[stand.song + 1].name
    show.replan(resumed(stand))
    return "on to the end"


def back(show: Show, stand: Stand, by: str) -> str:
    """Jump to the cue before the one that fired last, or to its song's beginning."""
    setlist, at = show.need_setlist(), _at(show, stand)
    openings = (Place(song, OPENING) for song in range(len(setlist.songs)))
    places = sorted([*all_places(setlist), *openings])
    before = [place for place in places if place < at and place not in stand.skipped]
    if not before:
        raise CommandError("show/back: there is no cue before this one")
    place = before[-1]
    show.arrive(place, stand, by)
    return setlist.songs[place.song].name if place.cue == OPENING else show.cue(place).name


def _at(show: Show, stand: Stand) -> Place:
    """Cue that will have fired last when the show comes to a stand."""
    assert show.plan is not None
    marks = [mark.place for mark in show.plan.marks if mark.frame <= stand.frame]
    known = [place for place in (show.at, *marks) if place is not None and place.song == stand.song]
    return known[-1] if known else Place(stand.song, OPENING)
