"""Where a show stands: a value from which all that is still to come follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lmdmd.automation import Segment
from lmdmd.control.clock import TempoMap
from lmdmd.control.grid_lines import next_line
from lmdmd.control.setlist import Loop, Setlist, Song, Span, end_frame, trigger_frame
from lmdmd.control.tempo import recounted

OPENING = -1
"""Index, among a song's cues, of its beginning."""

AT_ONCE = Span(0.0)

BY_TIME, BY_CUE = "time", "cue"
"""Who fires a cue that nobody asked for: its time, or the cue before it."""


@dataclass(frozen=True, order=True)
class Place:
    """A cue by its song's index and its own; ``OPENING`` is the song's beginning."""

    song: int
    cue: int


@dataclass(frozen=True)
class Slot:
    """One prompt slot: its words, and the way its weight goes."""

    text: str
    weight: Segment


@dataclass(frozen=True)
class Armed:
    """A cue of the song that plays, which fires on the first line of ``quantise`` from ``ready_frame`` on.

    ``by`` is who asked for it.
    """

    cue: int
    ready_frame: int
    quantise: Span = AT_ONCE
    by: str = BY_CUE

    @property
    def by_hand(self) -> bool:
        """Whether somebody asked for it."""
        return self.by != BY_CUE


@dataclass(frozen=True)
class Round:
    """The loop in force: its bars, and how often they are still played with this time; 0 is for ever."""

    first: int
    last: int
    left: int


@dataclass(frozen=True)
class Stand:
    """Where a show stands from ``frame`` on.

    ``song`` plays since ``since_frame`` and has its time 0 at frame ``origin``; ``following`` is the index of the next
    cue with a time or a bar that is still to come, ``armed`` are those that come without one. Timed cues wait since
    ``held_frame``, if it is one. ``skipped`` are left out tonight. With ``brisk_frames`` no wait is much longer.
    """

    frame: int
    song: int
    following: int
    origin: int
    clock: TempoMap
    slots: tuple[Slot, ...]
    since_frame: int = 0
    model: str = ""
    armed: tuple[Armed, ...] = ()
    round: Round | None = None
    held_frame: int | None = None
    skipped: frozenset[Place] = frozenset()
    brisk_frames: int = 0

    @property
    def song_clock(self) -> TempoMap:
        """The clock without what was counted before the song that plays."""
        return self.clock.since(self.since_frame)

    def fires_at(self, armed: Armed) -> int:
        """Frame at which an armed cue fires, if the clock stays as it is now."""
        return next_line(armed.quantise, self.song_clock, self.origin, max(armed.ready_frame, self.frame))

    def ends_at(self, song: Song) -> int:
        """Frame at which the song ends, if the clock stays as it is now."""
        return max(self.frame, end_frame(song, self.song_clock, self.origin))

    def turns_at(self) -> int | None:
        """Frame at which the last bar of the loop ends; ``None`` without a loop."""
        return max(self.frame, self.song_clock.frame_of(self.round.last + 1)) if self.round else None

    def without(self, cue: int) -> Stand:
        """The stand in which a cue is not armed."""
        return replace(self, armed=tuple(armed for armed in self.armed if armed.cue != cue))


def is_timed(setlist: Setlist, place: Place) -> bool:
    """Whether a cue has a time or a bar of its own."""
    return place.cue == OPENING or setlist.songs[place.song].cues[place.cue].trigger.kind in ("at", "bar")


def first_timed(song: Song, stand: Stand, frame: int) -> int:
    """Index of the first cue whose time is not before ``frame``, as the stand's clock has it, give or take a frame."""
    clock = stand.song_clock
    for index, cue in enumerate(song.cues):
        if cue.trigger.kind in ("at", "bar") and trigger_frame(cue.trigger, clock, stand.origin) >= frame - 1:
            return index
    return len(song.cues)


def at_bar(song: Song, stand: Stand, bar: int) -> Stand:
    """The stand in whose song bar ``bar`` begins now; cues before it do not come again, those after it do."""
    moved = stand.song_clock.frame_of(bar) - stand.frame
    clock = recounted(stand.clock, stand.frame, bar)
    there = replace(stand, clock=clock, origin=stand.origin - moved)
    return replace(there, following=first_timed(song, there, stand.frame))


def turned(song: Song, stand: Stand) -> Stand:
    """Stand at the end of a loop's last bar: once more from the first, or on."""
    assert stand.round is not None
    if stand.round.left == 1:
        return replace(stand, round=None)
    again = at_bar(song, stand, stand.round.first)
    return replace(again, round=replace(stand.round, left=max(0, stand.round.left - 1)))


def round_of(loop: Loop | None, stand: Stand) -> Round | None:
    """The loop in force after a cue: the one that is, else the cue's own, unless that is over. Loops do not nest."""
    bar = stand.clock.position(stand.frame)[0]
    if stand.round is not None and bar <= stand.round.last:
        return stand.round
    return Round(loop.first, loop.last, loop.times) if loop is not None and bar <= loop.last else None


def resumed(stand: Stand) -> Stand:
    """Stand whose song takes up again the bar in which it was held, on the beat that is heard now."""
    if stand.held_frame is None:
        return stand
    clock, frame = stand.song_clock, stand.frame
    (held_bar, _), (bar, beat) = clock.position(stand.held_frame), clock.position(frame)
    return _moved(replace(stand, held_frame=None), bar - held_bar, held_bar, beat)


def hurried(stand: Stand, bars: int) -> Stand:
    """Stand whose song is so many bars further on."""
    bar, beat = stand.clock.position(stand.frame)
    return _moved(stand, -bars, bar + bars, beat)


def _moved(stand: Stand, lost_bars: int, bar: int, beat: float) -> Stand:
    metre = stand.clock.anchor_at(stand.frame).metre
    lost_frames = round(lost_bars * metre * stand.clock.beat_frames(stand.frame))
    clock = recounted(stand.clock, stand.frame, bar, beat)
    return replace(stand, origin=stand.origin + lost_frames, clock=clock)
