"""Going on after a crash: from the lines of a show log to where the show stood. Pure functions.

A log tells where the show stands whenever that changes, and about once a second where the playhead is; what hands have
set is what they were last heard to set. Lines that are cut or unknown are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.plan import plan_from
from lmdmd.control.setlist import Setlist, Song, Span
from lmdmd.control.show_takeover import is_hand
from lmdmd.control.stand import Armed, Place, Round, Stand
from lmdmd.control.tempo import shifted
from lmdmd.errors import CommandError
from lmdmd.params import BY_NAME, Value

_PLAYED = ("passed", "fired", "heard", "done", "incident", "turned")
"""Kinds of lines whose frame the playhead has come to."""
RESUME = "resume"
"""Source of what a hand had set in the run before."""
_NOT_RESTORED = ("clock/", "record/", "show/auto")


@dataclass(frozen=True)
class Resume:
    """Where a show stood at ``frame``: its ``record`` from ``since_frame`` on, and what hands had set."""

    frame: int
    since_frame: int
    song: str
    cue: str
    record: dict[str, Any]
    hands: dict[str, Value] = field(default_factory=dict)

    @property
    def at(self) -> Place:
        """Cue that fired last."""
        return Place(*self.record["at"])

    @property
    def done(self) -> list[Place]:
        """Cues that have fired."""
        return [Place(*place) for place in self.record["done"]]

    @property
    def stopped(self) -> bool:
        """Whether timed cues had been stopped by hand."""
        return bool(self.record["stopped"])

    @property
    def taken(self) -> dict[str, str]:
        """Rows that hands had taken, and who had."""
        return dict(self.record["taken"])

    @property
    def model(self) -> str:
        """Bundle that the show had asked for last; "" is the one it began with."""
        return str(self.record["model"])


def where_it_stood(lines: Iterable[str]) -> Resume | None:
    """Where a show stood when its log ended; ``None`` where it had not begun, or has no setlist."""
    stood: dict[str, Any] | None = None
    playhead, hands, accepted = 0, {}, {}
    for line in map(_entry, lines):
        kind = line.get("kind")
        if kind == "stood":
            stood = line
        elif kind == "written" and not line["planned"]:
            accepted[line["name"]] = line
        elif kind == "heard":
            if line["name"] in accepted and accepted[line["name"]]["stamp"] <= line["stamp"]:
                del accepted[line["name"]]
            hands.pop(line["name"], None)
            hands |= _by_hand(line)
        if kind in _PLAYED:
            playhead = max(playhead, line["frame"])
    if stood is None:
        return None
    for line in accepted.values():
        hands |= _by_hand(line)
    frame = max(playhead, stood["frame"])
    return Resume(frame, stood["frame"], stood["song"], stood["cue"], stood["record"], hands)


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _by_hand(line: dict[str, Any]) -> dict[str, Value]:
    name = line["name"]
    restored = line["source"] == RESUME
    if not (is_hand(line["source"]) or restored) or name.startswith(_NOT_RESTORED) or name not in BY_NAME:
        return {}
    return {name: line["value"]}


def record_of(
    setlist: Setlist, stand: Stand, at: Place, done: set[Place], stopped: bool, taken: dict[str, str]
) -> dict[str, Any]:
    """A stand and what belongs to it, of numbers, texts, lists and mappings only."""
    clock = stand.clock.since(stand.frame if stand.held_frame is None else min(stand.frame, stand.held_frame))
    return {
        "songs": [song.name for song in setlist.songs],
        "frame": stand.frame,
        "song": stand.song,
        "following": stand.following,
        "origin": stand.origin,
        "since_frame": stand.since_frame,
        "anchors": [[a.frame, a.tempo_bpm, a.metre, a.bar, a.beat] for a in clock.anchors],
        "model": stand.model,
        "armed": [[a.cue, a.ready_frame, a.quantise.value, a.quantise.unit, a.by] for a in stand.armed],
        "round": [stand.round.first, stand.round.last, stand.round.left] if stand.round else None,
        "held_frame": stand.held_frame,
        "skipped": [[place.song, place.cue] for place in sorted(stand.skipped)],
        "at": [at.song, at.cue],
        "done": [[place.song, place.cue] for place in sorted(done)],
        "stopped": stopped,
        "taken": dict(taken),
    }


def songs_of(setlist: Setlist, state: Resume) -> Setlist:
    """The setlist in the order in which its songs were played; one that is gone lasts no time.

    Raises ``CommandError`` when that is the one that played.
    """
    by_name = {song.name: song for song in setlist.songs}
    if state.song not in by_name:
        raise CommandError(f'cannot resume: song "{state.song}", which played, is not in {setlist.path}')
    first = setlist.songs[0]
    gone = Song("", first.tempo, first.metre, Span(0.0))
    return replace(setlist, songs=tuple(by_name.get(name, gone) for name in state.record["songs"]))


def stand_of(state: Resume, begun: Stand, setlist: Setlist) -> Stand:
    """Stand at the frame of ``begun``, with its sound, that goes on where the log ends."""
    record, clock = state.record, TempoMap(begun.clock.rate_hz, _anchors(state.record))
    stood = replace(
        begun,
        frame=record["frame"],
        song=record["song"],
        following=record["following"],
        origin=record["origin"],
        since_frame=record["since_frame"],
        clock=clock,
        model=record["model"],
        armed=tuple(Armed(cue, ready, Span(value, unit), by) for cue, ready, value, unit, by in record["armed"]),
        round=Round(*record["round"]) if record["round"] else None,
        held_frame=record["held_frame"],
        skipped=frozenset(Place(*place) for place in record["skipped"]),
    )
    return _moved(_walked(setlist, stood, state.frame), state.frame, begun)


def _anchors(record: dict[str, Any]) -> tuple[Anchor, ...]:
    return tuple(Anchor(*anchor) for anchor in record["anchors"])


def _walked(setlist: Setlist, stand: Stand, frame: int) -> Stand:
    """Stand at a later frame, as it would have gone on by itself."""
    plan = plan_from(setlist, stand)
    while plan.goes_on and plan.stands[-1].frame < frame:
        plan = plan_from(setlist, plan.stands[-1])
    return plan.stand_at(frame)


def _moved(stood: Stand, since: int, begun: Stand) -> Stand:
    moved = begun.frame - since
    return replace(
        stood,
        frame=begun.frame,
        origin=stood.origin + moved,
        since_frame=begun.frame,
        clock=replace(stood.clock, anchors=shifted(stood.clock, since, begun.frame)),
        armed=tuple(replace(armed, ready_frame=armed.ready_frame + moved) for armed in stood.armed),
        held_frame=None if stood.held_frame is None else stood.held_frame + moved,
        slots=begun.slots,
    )


def hands_of(state: Resume) -> list[tuple[str, Value]]:
    """What hands had set, row by row."""
    return sorted(state.hands.items())
