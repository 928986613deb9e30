"""Going on after a crash: from the lines of a show log to where the show stood. Pure functions.

A log tells which songs are played, where the show stands whenever that changes, and about once a second where the
playhead is; rows are what they were last heard to be. Lines that are cut or unknown are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from lmdmd.automation import Segment
from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.cue_effects import PlannedWrite
from lmdmd.control.heard_rows import HeardRow, HeardRows
from lmdmd.control.plan import plan_from, stand_moved
from lmdmd.control.resumed_songs import SongsAgain
from lmdmd.control.setlist import Setlist, Span
from lmdmd.control.show_takeover import PROMPTS, row_of
from lmdmd.control.stand import OPENING, Armed, Place, Round, Slot, Stand, first_timed
from lmdmd.control.tempo import shifted
from lmdmd.params import PROMPT_SLOTS, Value

_PLAYED = ("passed", "fired", "heard", "done", "incident", "turned")
"""Kinds of lines whose frame the playhead has come to."""


@dataclass(frozen=True)
class Resume:
    """Where a show stood at ``frame``: its ``record`` from ``since_frame`` on, its songs, and all rows.

    ``edited`` says that the songs were inserted or moved while it played.
    """

    frame: int
    since_frame: int
    song: str
    cue: str
    record: dict[str, Any]
    rows: dict[str, HeardRow] = field(default_factory=dict)
    songs: tuple[dict[str, Any], ...] = ()
    edited: bool = False

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
    listed: dict[str, Any] = {"songs": [], "edited": False}
    playhead, rows = 0, HeardRows()
    for line in map(_entry, lines):
        kind = line.get("kind")
        if kind == "stood":
            stood = line
        elif kind == "listed":
            listed = line
        elif kind == "written":
            rows.written(line)
        elif kind == "heard":
            rows.heard(line)
        if kind in _PLAYED:
            playhead = max(playhead, line["frame"])
    if stood is None:
        return None
    frame, songs = max(playhead, stood["frame"]), tuple(listed["songs"])
    about = (stood["frame"], stood["song"], stood["cue"], stood["record"])
    return Resume(frame, *about, rows.at(frame), songs, listed["edited"])


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def record_of(stand: Stand, at: Place, done: set[Place], stopped: bool, taken: dict[str, str]) -> dict[str, Any]:
    """A stand and what belongs to it, of numbers, texts, lists and mappings only."""
    clock = stand.clock.since(stand.frame if stand.held_frame is None else min(stand.frame, stand.held_frame))
    return {
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


def stand_of(state: Resume, begun: Stand, again: SongsAgain) -> Stand:
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
    there = stand_moved(stood, again.places.get)
    assert there is not None
    if stood.song in again.changed and stood.following != OPENING:
        since = there.frame if there.held_frame is None else there.held_frame
        there = replace(there, following=first_timed(again.setlist.songs[there.song], there, since + 2))
    return _moved(_walked(again.setlist, there, state.frame), state.frame, begun)


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


# --- rows ---------------------------------------------------------------------------------------------------


def kept_rows(state: Resume, shown: Iterable[PlannedWrite], *, changed: bool) -> dict[str, HeardRow]:
    """Rows that go on as they were heard: all, or, by a setlist that has ``changed``, those that it leaves as they are.

    ``shown`` is what the setlist has come to.
    """
    if not changed:
        return dict(state.rows)
    values = {write.name: write.value for write in shown}
    same_mixture = _mixture(values) == _mixture({name: row.target for name, row in state.rows.items()})
    kept = {}
    for name, row in state.rows.items():
        in_words = row_of(name) == PROMPTS
        stays = (PROMPTS in state.taken or same_mixture) if in_words else values.get(name) == row.target
        if stays or (row.by_hand and not in_words) or (in_words and not _mixture(values)):
            kept[name] = row
    return kept


def _mixture(values: dict[str, Value]) -> dict[Value, Value]:
    slots = ((values.get(f"prompt/{slot}/text"), values.get(f"prompt/{slot}/weight", 0.0)) for slot in _SLOTS)
    return {text: weight for text, weight in slots if text and weight}


_SLOTS = range(PROMPT_SLOTS)


def writes_back(rows: dict[str, HeardRow], frame: int) -> list[PlannedWrite]:
    """Writes that let rows go on from a frame."""
    writes = []
    for name, row in sorted(rows.items()):
        writes.append(PlannedWrite(frame, name, row.value))
        if row.left_frames:
            writes.append(PlannedWrite(frame + 1, name, row.target, row.left_frames, row.curve))
    return writes


def slots_back(rows: dict[str, HeardRow], begun: tuple[Slot, ...], frame: int) -> tuple[Slot, ...]:
    """Prompt slots as these rows have them from a frame on; ``begun`` where they say nothing."""
    return tuple(_slot_back(rows, index, slot, frame) for index, slot in enumerate(begun))


def _slot_back(rows: dict[str, HeardRow], index: int, begun: Slot, frame: int) -> Slot:
    text, weight = rows.get(f"prompt/{index}/text"), rows.get(f"prompt/{index}/weight")
    slot = begun if text is None else replace(begun, text=str(text.value))
    if weight is None:
        return slot
    way = Segment(frame, float(weight.value), float(weight.target), weight.left_frames, weight.curve)
    return replace(slot, weight=way)
