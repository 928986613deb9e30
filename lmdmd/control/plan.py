"""From a setlist to writes on frames: pure, so that a show, a render and a jump share one answer.

Planning is a walk: a ``Stand`` says where the show stands, and each cue yields writes and the next
stand. Starting the walk from another stand is a jump, a cue fired by hand, or a new tempo.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, replace

from lmdmd.automation import Segment
from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.setlist import Cue, Setlist, Song, Span, end_frame, retime, span_frames, trigger_frame
from lmdmd.params import PROMPT_SLOTS, Value, find

OPENING = -1
"""Index, among a song's cues, of its beginning."""


@dataclass(frozen=True)
class PlannedWrite:
    """One parameter write on its frame; ``cue`` is the name of what asked for it."""

    frame: int
    name: str
    value: Value
    glide_frames: int = 0
    curve: str = "linear"
    cue: str = ""


@dataclass(frozen=True, order=True)
class Place:
    """A cue by its song's index and its own; ``OPENING`` is the song's beginning."""

    song: int
    cue: int


@dataclass(frozen=True)
class CueMark:
    """A cue that fires on a frame, and the bar of its song it falls into."""

    frame: int
    song: str
    cue: str
    bar: int
    place: Place


@dataclass(frozen=True)
class Slot:
    """One prompt slot: its words, and the way its weight goes."""

    text: str
    weight: Segment


@dataclass(frozen=True)
class Stand:
    """Where a show stands from ``frame`` on.

    ``song`` plays and has its time 0 at frame ``origin``; ``following`` is the index of the next cue with a
    time or a bar that is still to come.
    """

    frame: int
    song: int
    following: int
    origin: int
    clock: TempoMap
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Plan:
    """Writes, marks and stands in order of frame, and the frame at which the show is over."""

    writes: tuple[PlannedWrite, ...]
    marks: tuple[CueMark, ...]
    stands: tuple[Stand, ...]
    end_frame: int

    def stand_at(self, frame: int) -> Stand:
        """Stand in force at a frame."""
        index = bisect.bisect_right(self.stands, frame, key=lambda stand: stand.frame)
        return self.stands[max(index - 1, 0)]

    def spliced(self, later: Plan, since: int, frame: int) -> Plan:
        """This plan between ``since`` and ``frame``, then ``later``; what lies before ``since`` is forgotten."""
        first = self.stand_at(since)
        return Plan(
            tuple(w for w in self.writes if since < w.frame <= frame) + later.writes,
            tuple(m for m in self.marks if since < m.frame <= frame) + later.marks,
            (first, *(s for s in self.stands if since < s.frame < frame), *later.stands),
            later.end_frame,
        )


def plan_show(setlist: Setlist, rate_hz: float, start_frame: int = 0) -> Plan:
    """Plan of the whole show from ``start_frame`` on; nothing glides on that first frame."""
    plan = plan_from(setlist, opening_stand(setlist, rate_hz, start_frame), still_frame=start_frame)
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
    return Stand(frame, 0, OPENING, frame, clock, slots)


def plan_from(setlist: Setlist, stand: Stand, still_frame: int | None = None) -> Plan:
    """Plan of everything with a time that follows a stand; a cue on ``still_frame`` does not glide."""
    writes: list[PlannedWrite] = []
    marks: list[CueMark] = []
    stands = [stand]
    while (due := _next_due(setlist, stands[-1])) is not None:
        cue, place, reached = due
        if reached.frame == still_frame:
            cue = replace(cue, over=Span(0.0))
        changes, stand = fire(cue, reached)
        writes += changes
        stands.append(stand)
        if place.cue != OPENING:
            marks.append(mark_of(setlist, place, stand))
    return Plan(tuple(writes), tuple(marks), tuple(stands), _show_end(setlist, stands[-1]))


def _show_end(setlist: Setlist, stand: Stand) -> int:
    return max(stand.frame, end_frame(setlist.songs[stand.song], stand.clock, stand.origin))


def _next_due(setlist: Setlist, stand: Stand) -> tuple[Cue, Place, Stand] | None:
    """Next cue by time, its place, and the stand moved to it; ``None`` at the end of the last song."""
    if stand.following == OPENING:
        return _opened(setlist, stand, stand.song, stand.frame)
    song = setlist.songs[stand.song]
    end = _show_end(setlist, stand)
    for index in range(stand.following, len(song.cues)):
        cue = song.cues[index]
        if cue.trigger.kind == "go":
            continue
        frame = max(stand.frame, trigger_frame(cue.trigger, stand.clock, stand.origin))
        if frame < end:
            return cue, Place(stand.song, index), replace(stand, frame=frame, following=index + 1)
    return _opened(setlist, stand, stand.song + 1, end) if stand.song + 1 < len(setlist.songs) else None


def _opened(setlist: Setlist, stand: Stand, index: int, frame: int) -> tuple[Cue, Place, Stand]:
    song = setlist.songs[index]
    clock = stand.clock.anchored(Anchor(frame, song.tempo, song.metre))
    reached = replace(stand, frame=frame, song=index, following=0, origin=frame, clock=clock)
    return opening_cue(song), Place(index, OPENING), reached


def opening_cue(song: Song) -> Cue:
    """What the beginning of a song does, as a cue."""
    clock: dict[str, Value] = {"clock/tempo": song.tempo, "clock/metre": song.metre}
    return Cue(song.name, prompts=song.prompts, set=clock)


def mark_of(setlist: Setlist, place: Place, stand: Stand) -> CueMark:
    """Mark of a cue that fires at a stand's frame."""
    song = setlist.songs[place.song]
    bar, _ = stand.clock.position(stand.frame)
    return CueMark(stand.frame, song.name, song.cues[place.cue].name, bar, place)


def fire(cue: Cue, stand: Stand) -> tuple[list[PlannedWrite], Stand]:
    """Writes of a cue at a stand's own frame, and the stand after it."""
    stand = replace(stand, clock=retime(stand.clock, stand.frame, cue.set))
    writes, slots = plan_cue(cue, stand, stand.frame)
    return writes, replace(stand, slots=slots)


def plan_cue(cue: Cue, stand: Stand, frame: int) -> tuple[list[PlannedWrite], tuple[Slot, ...]]:
    """Writes of a cue that fires at ``frame``, and the prompt slots after it."""
    glide_frames = span_frames(cue.over, stand.clock, frame)
    writes = [_value_write(cue, name, value, frame, glide_frames) for name, value in cue.set.items()]
    if not cue.prompts:
        return writes, stand.slots
    chosen = choose_slots(cue.prompts, stand.slots, frame)
    slots = []
    for index, slot in enumerate(stand.slots):
        text = chosen.get(index)
        after = _slot_after(slot, text, cue, frame, glide_frames)
        writes += _slot_writes(index, slot, after, text, cue, frame)
        slots.append(after)
    return writes, tuple(slots)


def _value_write(cue: Cue, name: str, value: Value, frame: int, glide_frames: int) -> PlannedWrite:
    # Tempo is piecewise constant, so that a bar's frame can be told ahead: it steps.
    glides = find(name).kind == "float" and name != "clock/tempo"
    return PlannedWrite(frame, name, value, glide_frames if glides else 0, cue.curve, cue.name)


def choose_slots(prompts: dict[str, float], slots: tuple[Slot, ...], frame: int) -> dict[int, str]:
    """Slot index to text: a text keeps the slot it has, a new one takes the quietest that is left."""
    chosen = {index: slot.text for index, slot in enumerate(slots) if slot.text in prompts}
    free = [index for index in range(len(slots)) if index not in chosen]
    free.sort(key=lambda index: (_loudness(slots[index], frame), slots[index].text != "", index))
    new = [text for text in prompts if text not in chosen.values()]
    return chosen | dict(zip(free, new, strict=False))


def _loudness(slot: Slot, frame: int) -> float:
    return slot.weight.at(frame) if slot.text else 0.0


def _slot_after(slot: Slot, text: str | None, cue: Cue, frame: int, glide_frames: int) -> Slot:
    start = slot.weight.at(frame) if text in (None, slot.text) else 0.0
    target = cue.prompts[text] if text is not None else 0.0
    return Slot(slot.text if text is None else text, Segment(frame, start, target, glide_frames, cue.curve))


def _slot_writes(index: int, before: Slot, after: Slot, text: str | None, cue: Cue, frame: int) -> list[PlannedWrite]:
    writes = []
    if text is not None:
        # Written even where it should stand already: a hand may have typed something else meanwhile.
        writes.append(PlannedWrite(frame, f"prompt/{index}/text", text, cue=cue.name))
    part = after.weight
    name = f"prompt/{index}/weight"
    if part.glide_frames and frame > 0 and before.weight.at(frame) != part.start:
        # New words must not begin at the weight of the old ones; a glide starts where the frame before it ends.
        writes.append(PlannedWrite(frame - 1, name, part.start, cue=cue.name))
    writes.append(PlannedWrite(frame, name, part.target, part.glide_frames, part.curve, cue.name))
    return writes


def chased(setlist: Setlist, place: Place, base: dict[str, Value]) -> Cue:
    """One cue that does what all cues up to ``place`` leave behind, in the time and curve of the last.

    ``base`` holds the values from before the show of everything that a cue may set.
    """
    prompts: dict[str, float] = {}
    values = dict(base)
    cue = opening_cue(setlist.songs[place.song])
    for cue in _until(setlist, place):
        prompts = cue.prompts or prompts
        values |= cue.set
    return replace(cue, prompts=prompts, set=values)


def _until(setlist: Setlist, place: Place) -> list[Cue]:
    cues = []
    for index, song in enumerate(setlist.songs[: place.song + 1]):
        last = place.cue + 1 if index == place.song else len(song.cues)
        cues += [opening_cue(song), *song.cues[:last]]
    return cues


def arrive(setlist: Setlist, place: Place, stand: Stand) -> Stand:
    """Stand at ``stand.frame`` with the song's time and bar moved to where ``place`` belongs."""
    song = setlist.songs[place.song]
    clock, frame = TempoMap.constant(stand.clock.rate_hz, song.tempo, song.metre), 0
    for cue in song.cues[: place.cue + 1]:
        if cue.trigger.kind != "go":
            frame = max(frame, trigger_frame(cue.trigger, clock, 0))
        clock = retime(clock, frame, cue.set)
    now, (bar, beat) = clock.anchor_at(frame), clock.position(frame)
    anchor = Anchor(stand.frame, now.tempo_bpm, now.metre, bar, beat)
    return replace(
        stand,
        song=place.song,
        following=place.cue + 1,
        origin=stand.frame - frame,
        clock=stand.clock.anchored(anchor),
    )


def all_places(setlist: Setlist) -> list[Place]:
    """Every cue's place, in order."""
    return [Place(index, cue) for index, song in enumerate(setlist.songs) for cue in range(len(song.cues))]


def find_place(setlist: Setlist, wanted: str, after: Place) -> Place | None:
    """Place of a cue by number or name, or of a song by name; of several, the first one after ``after``."""
    places = all_places(setlist)
    turned = [place for place in places if place > after] + [place for place in places if place <= after]
    for key in ("number", "name"):
        for place in turned:
            if getattr(setlist.songs[place.song].cues[place.cue], key) == wanted:
                return place
    songs = [index for index, song in enumerate(setlist.songs) if song.name == wanted]
    return Place(songs[0], OPENING) if songs else None
