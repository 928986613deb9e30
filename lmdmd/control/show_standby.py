"""What a stage manager reads: where the show is, what comes next and when, what is armed, held, looped and taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmdmd.control.plan import Plan
from lmdmd.control.show_list import line_of
from lmdmd.control.stand import OPENING, Place, Stand
from lmdmd.units import s_from_frames

if TYPE_CHECKING:
    from lmdmd.control.show import Show


def publish_standby(show: Show, plan: Plan, playhead: int) -> None:
    """Publish the ``show/`` rows of a show with a setlist, as they are at the playhead."""
    stand, publish = plan.stand_at(playhead), show.session.publish
    song = show.need_setlist().songs[stand.song]
    at, following = show.at, show.next_place(stand)
    here = show.cue(at) if at is not None and at.cue != OPENING else None
    coming = show.cue(following) if following is not None else None
    show.session.show_at = line_of(show.need_setlist(), at)
    show.session.show_next = line_of(show.need_setlist(), following)
    publish("show/song", song.name)
    publish("show/cue", here.name if here else "")
    publish("show/notes", here.notes if here else song.notes)
    publish("show/next", coming.name if coming else "")
    publish("show/next_number", coming.number if coming else "")
    publish("show/next_notes", coming.notes if coming else "")
    publish("show/held", stand.held_frame is not None)
    publish("show/loop", _loop_text(stand))
    publish("show/taken", ", ".join(sorted(show.takeover.taken)))
    _publish_next(show, plan, following, playhead)
    _publish_armed(show, plan, stand, playhead)
    _publish_remaining(show, plan, stand, playhead)


def _loop_text(stand: Stand) -> str:
    if stand.round is None:
        return ""
    left = {0: "until go", 1: "for the last time"}.get(stand.round.left, f"{stand.round.left} times still")
    bars = f"bars {stand.round.first} to {stand.round.last}"
    return f"{bars if stand.round.last > stand.round.first else f'bar {stand.round.first}'} {left}"


def _publish_next(show: Show, plan: Plan, following: Place | None, playhead: int) -> None:
    mark = next((mark for mark in plan.marks if mark.frame > playhead and mark.place == following), None)
    frames = mark.frame - playhead if mark is not None else 0
    beats = frames / plan.stand_at(playhead).clock.beat_frames(playhead)
    show.session.publish("show/next_in_beats", round(beats, 1) if mark is not None else -1.0)
    show.session.publish("show/next_in_s", round(s_from_frames(frames, show.session.rate_hz), 2) if mark else -1.0)


def _publish_armed(show: Show, plan: Plan, stand: Stand, playhead: int) -> None:
    armed = {Place(stand.song, armed.cue) for armed in stand.armed}
    mark = next((mark for mark in plan.marks if mark.frame > playhead and mark.place in armed), None)
    frames = mark.frame - playhead if mark is not None else 0
    beats = frames / stand.clock.beat_frames(playhead)
    show.session.publish("show/armed", mark.cue if mark is not None else "")
    show.session.publish("show/armed_in_beats", round(beats, 1))
    show.session.publish("show/armed_in_s", round(s_from_frames(frames, show.session.rate_hz), 2))


def _publish_remaining(show: Show, plan: Plan, stand: Stand, playhead: int) -> None:
    ends = [later.frame for later in plan.stands if later.song > stand.song][:1]
    end = ends[0] if ends else plan.end_frame if plan.whole else playhead
    whole = show.end_frame
    for row, frame in (("show/remaining", end), ("show/remaining_all", playhead if whole is None else whole)):
        show.session.publish(row, round(s_from_frames(max(0, frame - playhead), show.session.rate_hz), 2))
