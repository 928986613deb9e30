"""What one cue does where it fires: writes on frames, a swap, messages, and where the show stands after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lmdmd.automation import Segment
from lmdmd.control.clock import TempoMap
from lmdmd.control.setlist import Cue, Send, Setlist, Song, Span, Way, retime, span_frames
from lmdmd.control.stand import OPENING, Armed, Place, Slot, Stand, round_of
from lmdmd.control.tempo import ramped
from lmdmd.params import Value, find

TEMPO, METRE = "clock/tempo", "clock/metre"
PROGRESSION, FROM = "harmony/progression", "harmony/from"
PRIME = "engine/prime"


@dataclass(frozen=True)
class PlannedWrite:
    """One parameter write on its frame; ``cue`` is the name of what asked for it, "" where nobody did."""

    frame: int
    name: str
    value: Value
    glide_frames: int = 0
    curve: str = "linear"
    cue: str = ""


_BEGINNING = Place(0, OPENING)


@dataclass(frozen=True)
class PlannedSwap:
    """A model from ``frame`` on, as ``bundles.find`` takes it, faded to within ``fade_frames``.

    It may be the one that plays by then: who carries swaps out knows what does. ``asked_by`` is the name of the cue or
    song at ``place``.
    """

    frame: int
    model: str
    fade_frames: int
    curve: str = "linear"
    asked_by: str = ""
    place: Place = _BEGINNING


@dataclass(frozen=True)
class PlannedSend:
    """A message that goes out when the playhead comes to ``frame``."""

    frame: int
    send: Send
    cue: str = ""


@dataclass(frozen=True)
class Effects:
    """All that a cue does, and the stand after it."""

    stand: Stand
    writes: tuple[PlannedWrite, ...] = ()
    swaps: tuple[PlannedSwap, ...] = ()
    sends: tuple[PlannedSend, ...] = ()


def opening_cue(song: Song) -> Cue:
    """What the beginning of a song does, as a cue."""
    clock: dict[str, Value] = {TEMPO: song.tempo, METRE: song.metre}
    return Cue(song.name, prompts=song.prompts, set=clock | song.set, swap=song.swap, prime=song.prime)


def cue_at(setlist: Setlist, place: Place) -> Cue:
    """Cue of a place."""
    song = setlist.songs[place.song]
    return opening_cue(song) if place.cue == OPENING else song.cues[place.cue]


def still(cue: Cue) -> Cue:
    """The cue without glides; a ramp of the tempo is no glide."""
    return replace(cue, over=Span(0.0), ways={name: way for name, way in cue.ways.items() if name == TEMPO})


def fire(setlist: Setlist, place: Place, stand: Stand, cue: Cue | None = None) -> Effects:
    """What the cue at a place (or ``cue`` in its stead) does at a stand's own frame, and all that follows from it."""
    cue = cue_at(setlist, place) if cue is None else cue
    effects = changes(cue, place, stand)
    after = effects.stand.without(place.cue)
    follower = _follower(setlist, place, cue_at(setlist, place), after)
    if follower is not None:
        after = after.without(follower.cue)
        after = replace(after, armed=(*after.armed, follower))
    held_frame = after.frame if cue.holds and after.held_frame is None else after.held_frame
    after = replace(after, held_frame=held_frame, round=round_of(cue.loop, after))
    return replace(effects, stand=after)


def changes(cue: Cue, place: Place, stand: Stand) -> Effects:
    """What a cue changes at a stand's own frame: clock, values, prompts, model; and what it sends."""
    frame = stand.frame
    stand = replace(stand, clock=retimed(cue, stand.clock, frame))
    writes, slots = plan_cue(cue, stand, frame)
    swaps: tuple[PlannedSwap, ...] = ()
    if cue.swap is not None:
        fade_frames = span_frames(cue.swap.over, stand.clock, frame)
        swaps = (PlannedSwap(frame, cue.swap.model, fade_frames, cue.swap.curve, cue.name, place),)
        stand = replace(stand, model=cue.swap.model)
    sends = tuple(PlannedSend(frame, send, cue.name) for send in cue.sends)
    return Effects(replace(stand, slots=slots), tuple(writes), swaps, sends)


def armed_cue(song: Song, cue: int, stand: Stand, after_frame: int, by: str) -> Armed:
    """A cue without a time of its own, armed at ``after_frame``."""
    wait_frames = span_frames(song.cues[cue].wait, stand.clock, after_frame)
    if stand.brisk_frames:
        wait_frames = min(wait_frames, stand.brisk_frames)
    return Armed(cue, after_frame + wait_frames, song.cues[cue].quantise, by)


def _follower(setlist: Setlist, place: Place, cue: Cue, stand: Stand) -> Armed | None:
    """The next cue, if it comes by itself when this one has fired or has arrived."""
    song, index = setlist.songs[place.song], place.cue + 1
    if index >= len(song.cues) or Place(place.song, index) in stand.skipped:
        return None
    kind = song.cues[index].trigger.kind
    if kind not in ("start", "end"):
        return None
    fired = stand.frame + (cue_frames(cue, stand.clock, stand.frame) if kind == "end" else 0)
    follower = armed_cue(song, index, stand, fired, Armed.by)
    if stand.brisk_frames:
        follower = replace(follower, ready_frame=min(follower.ready_frame, stand.frame + stand.brisk_frames))
    return follower


def cue_frames(cue: Cue, clock: TempoMap, frame: int) -> int:
    """Frames until a cue that fires at ``frame`` has arrived: its longest way."""
    spans = [cue.over, *(way.over for way in cue.ways.values()), *([cue.swap.over] if cue.swap else [])]
    return max(span_frames(span, clock, frame) for span in spans)


def retimed(cue: Cue, clock: TempoMap, frame: int) -> TempoMap:
    """Clock after a cue at ``frame``, which may set the metre, and the tempo at once or as a ramp."""
    way = cue.ways.get(TEMPO)
    if way is None or TEMPO not in cue.set:
        return retime(clock, frame, cue.set)
    clock = retime(clock, frame, {name: value for name, value in cue.set.items() if name == METRE})
    return ramped(clock, frame, float(cue.set[TEMPO]), way)


def plan_cue(cue: Cue, stand: Stand, frame: int) -> tuple[list[PlannedWrite], tuple[Slot, ...]]:
    """Writes of a cue that fires at ``frame``, and the prompt slots after it."""
    writes = [_value_write(cue, name, value, stand.clock, frame) for name, value in cue.set.items()]
    if PROGRESSION in cue.set and FROM not in cue.set:
        writes.append(PlannedWrite(frame, FROM, stand.clock.position(frame)[0], cue=cue.name))
    if cue.prime:
        writes.append(PlannedWrite(frame, PRIME, cue.prime, cue=cue.name))
    if not cue.prompts:
        return writes, stand.slots
    glide_frames = span_frames(cue.over, stand.clock, frame)
    chosen = choose_slots(cue.prompts, stand.slots, frame)
    slots = []
    for index, slot in enumerate(stand.slots):
        text = chosen.get(index)
        after = _slot_after(slot, text, cue, frame, glide_frames)
        writes += _slot_writes(index, slot, after, text, cue, frame)
        slots.append(after)
    return writes, tuple(slots)


def _value_write(cue: Cue, name: str, value: Value, clock: TempoMap, frame: int) -> PlannedWrite:
    if name == TEMPO:
        # Tempo is piecewise constant, so that a bar's frame can be told ahead: the steps of a ramp are the clock's.
        return PlannedWrite(frame, name, clock.anchor_at(frame).tempo_bpm, cue=cue.name)
    if find(name).kind != "float":
        return PlannedWrite(frame, name, value, 0, cue.curve, cue.name)
    way = cue.ways.get(name, Way(cue.over, cue.curve))
    return PlannedWrite(frame, name, value, span_frames(way.over, clock, frame), way.curve, cue.name)


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
