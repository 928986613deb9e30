"""From a setlist to writes on frames: pure, so that a show, a render and a jump share one answer.

Planning is a walk: a ``Stand`` says where the show stands, and each cue yields writes and the next
stand. Starting the walk from another stand is a jump, a cue fired by hand, or a new tempo.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lmdmd.automation import Segment
from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.cue_effects import TEMPO, Effects, PlannedSend, PlannedSwap, PlannedWrite, cue_at, fire, still
from lmdmd.control.setlist import Cue, Setlist, trigger_frame
from lmdmd.control.stand import BY_TIME, OPENING, Place, Slot, Stand, hurried, turned
from lmdmd.params import PROMPT_SLOTS, find
from lmdmd.units import frames_from_s

AHEAD_S = 30.0
"""A loop without end is planned so far ahead, and a pass more."""
MOST_TURNS = 1000
"""Of a loop, so many passes are planned at once."""


@dataclass(frozen=True)
class CueMark:
    """A cue that fires on a frame, the bar of its song it falls into, and who fires it."""

    frame: int
    song: str
    cue: str
    bar: int
    place: Place
    by: str = BY_TIME


@dataclass(frozen=True)
class Plan:
    """Writes, marks, stands, swaps and messages in order of frame, and the frame at which the show is over.

    A plan that is not ``whole`` ends where a hold or a loop without end leaves the rest open.
    """

    writes: tuple[PlannedWrite, ...]
    marks: tuple[CueMark, ...]
    stands: tuple[Stand, ...]
    end_frame: int
    swaps: tuple[PlannedSwap, ...] = ()
    sends: tuple[PlannedSend, ...] = ()
    whole: bool = True

    @property
    def goes_on(self) -> bool:
        """Whether it is the plan that ends, in the midst of a loop, and not the show."""
        return not self.whole and self.stands[-1].held_frame is None

    def stand_at(self, frame: int) -> Stand:
        """Stand in force at a frame."""
        index = bisect.bisect_right(self.stands, frame, key=lambda stand: stand.frame)
        return self.stands[max(index - 1, 0)]

    def after(self, effects: Effects, marks: tuple[CueMark, ...] = ()) -> Plan:
        """This plan with what a cue does before it."""
        return replace(
            self,
            writes=(*effects.writes, *self.writes),
            swaps=(*effects.swaps, *self.swaps),
            sends=(*effects.sends, *self.sends),
            marks=(*marks, *self.marks),
        )

    def moved(self, there: Callable[[Place], Place | None]) -> Plan:
        """This plan for a setlist in which places have moved; what belongs to one that is gone is left out."""
        stands = [stand_moved(stand, there) for stand in self.stands]
        marks = [(mark, there(mark.place)) for mark in self.marks]
        swaps = [(swap, there(swap.place)) for swap in self.swaps]
        return replace(
            self,
            stands=tuple(stand for stand in stands if stand is not None),
            marks=tuple(replace(mark, place=place) for mark, place in marks if place is not None),
            swaps=tuple(replace(swap, place=place) for swap, place in swaps if place is not None),
        )

    def spliced(self, later: Plan, since: int, frame: int) -> Plan:
        """This plan between ``since`` and ``frame``, then ``later``; what lies before ``since`` is forgotten."""
        first = self.stand_at(since)
        return Plan(
            tuple(w for w in self.writes if since < w.frame <= frame) + later.writes,
            tuple(m for m in self.marks if since < m.frame <= frame) + later.marks,
            (first, *(s for s in self.stands if since < s.frame < frame), *later.stands),
            later.end_frame,
            tuple(s for s in self.swaps if since < s.frame <= frame) + later.swaps,
            tuple(s for s in self.sends if since < s.frame <= frame) + later.sends,
            later.whole,
        )


def straight(setlist: Setlist) -> Setlist:
    """The setlist without what leaves its length open: nothing holds, and a loop without end is played once."""
    songs = (replace(song, cues=tuple(map(_straight, song.cues))) for song in setlist.songs)
    return replace(setlist, songs=tuple(songs))


def _straight(cue: Cue) -> Cue:
    return replace(cue, holds=False, loop=cue.loop if cue.loop is not None and cue.loop.times else None)


def plan_show(
    setlist: Setlist, rate_hz: float, start_frame: int = 0, *, model: str = "", brisk_frames: int = 0
) -> Plan:
    """Plan of the whole show from ``start_frame`` on, which ``model`` begins; nothing glides on that first frame."""
    stand = opening_stand(setlist, rate_hz, start_frame)
    stand = replace(stand, model=model or setlist.model or "", brisk_frames=brisk_frames)
    plan = plan_from(setlist, stand, still_frame=start_frame)
    if setlist.seed is None:
        return plan
    seed = PlannedWrite(start_frame, "engine/seed", setlist.seed, cue="show")
    return replace(plan, writes=(seed, *plan.writes))


def opening_stand(setlist: Setlist, rate_hz: float, frame: int = 0) -> Stand:
    """Where a show stands before its first song: the first song's clock, prompts as the table begins them."""
    song = setlist.songs[0]
    clock = TempoMap.constant(rate_hz, song.tempo, song.metre, frame)
    weights = [float(find(f"prompt/{slot}/weight").default) for slot in range(PROMPT_SLOTS)]
    slots = tuple(Slot("", Segment(frame, weight, weight)) for weight in weights)
    return Stand(frame, 0, OPENING, frame, clock, slots, frame)


def stand_moved(stand: Stand, there: Callable[[Place], Place | None]) -> Stand | None:
    """The stand in a setlist in which places have moved; ``None`` where its song is gone."""
    song = there(Place(stand.song, OPENING))
    if song is None:
        return None
    armed = [(armed, there(Place(stand.song, armed.cue))) for armed in stand.armed]
    return replace(
        stand,
        song=song.song,
        armed=tuple(replace(armed, cue=place.cue) for armed, place in armed if place is not None),
        skipped=frozenset(place for known in stand.skipped if (place := there(known)) is not None),
    )


@dataclass(frozen=True)
class _Due:
    """What comes next: the stand moved to it and, where it is a cue, its place and who fires it."""

    stand: Stand
    place: Place | None = None
    by: str = BY_TIME


@dataclass
class _Walk:
    """What has been found on the way."""

    stands: list[Stand]
    effects: list[Effects] = field(default_factory=list)
    marks: list[CueMark] = field(default_factory=list)

    def plan(self, setlist: Setlist, *, whole: bool) -> Plan:
        writes = [write for effects in self.effects for write in effects.writes]
        writes += _ramp_writes(self.stands[-1].clock, self.stands[0].frame, writes)
        last = self.stands[-1]
        return Plan(
            tuple(sorted(writes, key=lambda write: write.frame)),
            tuple(self.marks),
            tuple(self.stands),
            last.ends_at(setlist.songs[last.song]),
            tuple(swap for effects in self.effects for swap in effects.swaps),
            tuple(send for effects in self.effects for send in effects.sends),
            whole,
        )


def plan_from(setlist: Setlist, stand: Stand, still_frame: int | None = None) -> Plan:
    """Plan of everything with a time that follows a stand; a cue on ``still_frame`` does not glide."""
    walk, turns = _Walk([stand]), 0
    while (due := _next_due(setlist, walk.stands[-1])) is not None:
        if due.place is None:
            walk.stands.append(due.stand)
            turns += 1
            if _is_far(stand, due.stand, turns):
                return walk.plan(setlist, whole=False)
            continue
        cue = cue_at(setlist, due.place)
        effects = fire(setlist, due.place, due.stand, still(cue) if due.stand.frame == still_frame else cue)
        walk.effects.append(effects)
        walk.stands.append(effects.stand)
        if due.place.cue != OPENING:
            walk.marks.append(mark_of(setlist, due.place, effects.stand, due.by))
    return walk.plan(setlist, whole=walk.stands[-1].held_frame is None)


def _is_far(begun: Stand, stand: Stand, turns: int) -> bool:
    """Whether enough of a loop is planned; the rest is planned when its time has come nearer."""
    for_ever = stand.round is not None and stand.round.left == 0
    return turns > MOST_TURNS or (for_ever and stand.frame > begun.frame + frames_from_s(AHEAD_S, stand.clock.rate_hz))


def _next_due(setlist: Setlist, stand: Stand) -> _Due | None:
    """What comes next: a cue, a turn of the loop, the next song; ``None`` at the end of the last, or in a hold."""
    if stand.following == OPENING:
        return _opened(setlist, stand, stand.song, stand.frame)
    song = setlist.songs[stand.song]
    end = math.inf if stand.held_frame is not None else stand.ends_at(song)
    timed = _next_timed(setlist, stand, end)
    armed = [(stand.fires_at(armed), armed.cue, armed.by) for armed in stand.armed]
    frame, cue, by = min([*armed, *timed], default=(math.inf, 0, ""))
    turn = stand.turns_at()
    if turn is not None and turn <= min(frame, end):
        return _Due(turned(song, replace(stand, frame=turn)))
    bars = _bars_to_spare(stand, min(frame, end)) if not armed and turn is None else 0
    if bars:
        return _Due(hurried(stand, bars))
    if frame < end:
        following = cue + 1 if by == BY_TIME else stand.following
        return _Due(replace(stand, frame=int(frame), following=following), Place(stand.song, cue), by)
    if end == math.inf or stand.song + 1 == len(setlist.songs):
        return None
    return _opened(setlist, stand, stand.song + 1, int(end))


def _next_timed(setlist: Setlist, stand: Stand, end: float) -> list[tuple[int, int, str]]:
    """Frame, index and firer of the next cue with a time, if there is one and it does not wait."""
    if stand.held_frame is not None:
        return []
    clock = stand.song_clock
    for index, cue in enumerate(setlist.songs[stand.song].cues):
        is_next = index >= stand.following and Place(stand.song, index) not in stand.skipped
        if is_next and cue.trigger.kind in ("at", "bar"):
            frame = max(stand.frame, trigger_frame(cue.trigger, clock, stand.origin))
            if frame < end:
                return [(frame, index, BY_TIME)]
    return []


def _bars_to_spare(stand: Stand, frame: float) -> int:
    """Whole bars that may be left out before ``frame`` in a show that does not wait long."""
    if not stand.brisk_frames or frame == math.inf:
        return 0
    bar_frames = stand.clock.anchor_at(stand.frame).metre * stand.clock.beat_frames(stand.frame)
    return max(0, int((frame - stand.frame - stand.brisk_frames) // bar_frames))


def _opened(setlist: Setlist, stand: Stand, index: int, frame: int) -> _Due:
    song = setlist.songs[index]
    clock = stand.clock.anchored(Anchor(frame, song.tempo, song.metre))
    reached = replace(
        stand, frame=frame, song=index, following=0, origin=frame, clock=clock, since_frame=frame, armed=(), round=None
    )
    return _Due(reached, Place(index, OPENING))


def mark_of(setlist: Setlist, place: Place, stand: Stand, by: str = BY_TIME) -> CueMark:
    """Mark of a cue that fires at a stand's frame."""
    song = setlist.songs[place.song]
    bar, _ = stand.clock.position(stand.frame)
    return CueMark(stand.frame, song.name, song.cues[place.cue].name, bar, place, by)


def _ramp_writes(clock: TempoMap, since: int, writes: list[PlannedWrite]) -> list[PlannedWrite]:
    """Writes of the tempo where it changes after ``since`` and no cue says so: on the beats of a ramp."""
    written = {write.frame for write in writes if write.name == TEMPO}
    return [
        PlannedWrite(anchor.frame, TEMPO, anchor.tempo_bpm, cue="ramp")
        for before, anchor in pairwise(clock.anchors)
        if since < anchor.frame and anchor.frame not in written and anchor.tempo_bpm != before.tempo_bpm
    ]
