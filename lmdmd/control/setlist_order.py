"""Whether the cues of a song stand in the order in which they fire, as far as that is known beforehand. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from lmdmd.control.clock import TempoMap
from lmdmd.control.setlist import Cue, Song, end_frame, retime, trigger_frame
from lmdmd.control.setlist_schema import SUGAR

_RATE_HZ = 48_000
_TIMED = ("at", "bar")
_CLOCK = frozenset((SUGAR["tempo"], SUGAR["metre"]))


@dataclass
class _Walk:
    """A walk through a song: its clock for as long as that is ``sure``, and the last cue that had a time."""

    clock: TempoMap
    sure: bool = True
    frame: int = 0
    before: str = ""
    values: dict[str, float] = field(default_factory=dict)


def order_problems(song: Song) -> list[tuple[int, str]]:
    """Cues, by index, that stand after a later one or behind the end of their song, and what to say of each."""
    walk = _Walk(TempoMap.constant(_RATE_HZ, song.tempo, song.metre))
    found: list[tuple[int, str]] = []
    for index, cue in enumerate(song.cues):
        text = _step(walk, song, cue) if cue.trigger.kind in _TIMED else ""
        text = text or _loop_problem(song, cue)
        if text:
            found.append((index, text))
        # Once hands, ramps, holds or loops move the clock, bars and seconds can be told apart no more.
        walk.sure = walk.sure and not _bends(cue)
    return found


def _step(walk: _Walk, song: Song, cue: Cue) -> str:
    kind, value = cue.trigger.kind, cue.trigger.value
    frame = trigger_frame(cue.trigger, walk.clock, 0) if walk.sure else walk.frame
    if frame < walk.frame or value < walk.values.get(kind, 0.0):
        return f'stands after cue "{walk.before}" but fires before it'
    if (walk.sure and 0 < end_frame(song, walk.clock, 0) <= frame) or _beyond(song, kind, value):
        return f'fires after song "{song.name}" has ended'
    walk.frame, walk.before, walk.values[kind] = frame, cue.name, value
    if walk.sure:
        walk.clock = retime(walk.clock, frame, cue.set)
    return ""


def _beyond(song: Song, kind: str, value: float) -> bool:
    units = {"at": "s", "bar": "bars"}
    begun = value - 1 if kind == "bar" else value
    return song.length.unit == units[kind] and 0 < song.length.value <= begun


def _loop_problem(song: Song, cue: Cue) -> str:
    if cue.loop is None or song.length.unit != "bars" or cue.loop.last <= song.length.value:
        return ""
    return f'loops up to bar {cue.loop.last}, but song "{song.name}" has {song.length.value:g} bars'


def _bends(cue: Cue) -> bool:
    by_hand = cue.trigger.kind not in _TIMED and not _CLOCK.isdisjoint(cue.set)
    return cue.holds or cue.loop is not None or by_hand or not _CLOCK.isdisjoint(cue.ways)
