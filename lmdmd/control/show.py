"""The show on stage: cues sent ahead on their frames, cues fired by hand, jumps, holds, and where we are.

Timed cues are written to the session before they are due, so the decks and the mixer meet them on
their own frame; this part only follows the playhead. Whatever changes the future (a cue by hand, a
jump, a hold, another tempo) clears what was planned and plans again from there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lmdmd.automation import Segment
from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.plan import (
    OPENING,
    CueMark,
    Place,
    Plan,
    PlannedWrite,
    Slot,
    Stand,
    all_places,
    arrive,
    chased,
    find_place,
    fire,
    mark_of,
    plan_from,
    plan_show,
)
from lmdmd.control.setlist import Cue, Setlist, Span
from lmdmd.errors import CommandError, did_you_mean
from lmdmd.params import Value
from lmdmd.units import frames_from_s, s_from_frames

if TYPE_CHECKING:
    from lmdmd.control.session import Session


class Show:
    """A setlist on a session, or, without a setlist, just its clock.

    ``seconds`` ends the show after so long, whatever the setlist says. Carries out the ``show/`` verbs.
    """

    def __init__(self, session: Session, setlist: Setlist | None = None, *, seconds: float | None = None) -> None:
        self.session = session
        self.setlist = setlist
        self.seconds = seconds
        self.plan: Plan | None = None
        self._clock = TempoMap.constant(session.rate_hz, *self._hand_clock())
        self._begun_frame = 0
        self._ticked_frame = -1
        self._held_frame: int | None = None
        self._done: set[Place] = set()
        self._last_cue = ""
        self._base: dict[str, Value] = {}
        self._aligned: tuple[Anchor, ...] = ()
        session.provide("show/go", self._do_go)
        session.provide("show/cue", self._do_cue)
        session.provide("show/stop", self._do_stop)
        session.provide("show/start", self._do_start)

    # --- the run of the show ----------------------------------------------------------------------

    def arm(self, frame: int = 0) -> None:
        """Plan the show from ``frame`` on and send every write whose frame is known."""
        self._begun_frame, self._ticked_frame, self._held_frame = frame, frame - 1, None
        self._done, self._last_cue = set(), ""
        if self.setlist is not None:
            self._base = {name: self.session.get(name) for name in _names_set(self.setlist)}
            self.plan = plan_show(self.setlist, self.session.rate_hz, frame)
            self._send(self.plan.writes)
        else:
            self._clock = TempoMap.constant(self.session.rate_hz, *self._hand_clock(), frame)
        self._plan_ending(frame)
        self.session.publish("show/title", self.setlist.title if self.setlist else "")
        self.tick(frame)

    def tick(self, playhead: int) -> bool:
        """Follow the playhead, report where the show stands; true when it is over."""
        if self.plan is not None:
            self._note_marks(self.plan, playhead)
            self._follow_auto()
        self._follow_tempo(playhead)
        self._ticked_frame = max(self._ticked_frame, playhead)
        self._report(playhead)
        return self.over

    @property
    def over(self) -> bool:
        """Whether the playhead, at the last tick, had reached the end of the show."""
        end = self.end_frame
        return end is not None and self._ticked_frame >= end

    @property
    def clock(self) -> TempoMap:
        """Bars and beats of the timeline, as far as they are known now."""
        return self.plan.stands[-1].clock if self.plan is not None else self._clock

    @property
    def end_frame(self) -> int | None:
        """Frame at which the show is over; ``None`` while nothing says so."""
        ends = []
        if self.plan is not None and self._held_frame is None:
            ends.append(self.plan.end_frame)
        if self.seconds is not None:
            ends.append(self._begun_frame + frames_from_s(self.seconds, self.session.rate_hz))
        return min(ends, default=None)

    def _note_marks(self, plan: Plan, playhead: int) -> None:
        for mark in plan.marks:
            if self._ticked_frame < mark.frame <= playhead:
                self._note(mark)

    def _note(self, mark: CueMark) -> None:
        self._done.add(mark.place)
        self._last_cue = mark.cue

    def _report(self, playhead: int) -> None:
        bar, beat = self.clock.position(playhead)
        elapsed_s = s_from_frames(playhead - self._begun_frame, self.session.rate_hz)
        self.session.publish("clock/bar", bar)
        self.session.publish("clock/beat", round(beat, 2))
        self.session.publish("show/elapsed", round(elapsed_s, 2))
        if self.setlist is None or self.plan is None:
            return
        song = self.plan.stand_at(playhead).song
        following = self._next_place(song)
        self.session.publish("show/song", self.setlist.songs[song].name)
        self.session.publish("show/cue", self._last_cue)
        self.session.publish("show/next", self._cue(following).name if following is not None else "")

    # --- by hand ----------------------------------------------------------------------------------

    def go(self, frame: int | None = None) -> str:
        """Fire the song's next cue that waits for a hand; where none waits, or timed cues are stopped, the next cue.

        Returns the cue's name. ``frame`` defaults to the earliest at which all of it can be heard.
        """
        frame = self._earliest_frame() if frame is None else frame
        stand = self._stand_at(frame)
        place = self._next_place(stand.song)
        if self._held_frame is None:
            place = self._next_place(stand.song, by_hand=True) or place
        if place is None:
            raise CommandError("show/go: no cue is left")
        if self._cue(place).trigger.kind == "go" and place.song == stand.song:
            self._fire(self._cue(place), place, stand)
        else:
            self._arrive(place, stand)
        return self._cue(place).name

    def jump(self, cue: str, frame: int | None = None) -> str:
        """Go to a cue (by number or name) or a song (by name), with all that the cues before it leave behind."""
        frame = self._earliest_frame() if frame is None else frame
        stand = self._stand_at(frame)
        setlist = self._need_setlist()
        place = find_place(setlist, cue, Place(stand.song, stand.following - 1))
        if place is None:
            names = [song.name for song in setlist.songs] + [c.name for song in setlist.songs for c in song.cues]
            raise CommandError(f'show/cue: there is no cue "{cue}"{did_you_mean(cue, names)}')
        self._arrive(place, stand)
        return cue

    def stop(self) -> None:
        """Hold the show where it stands: timed cues wait, the music goes on."""
        self.session.set("show/auto", False, source="show")
        self._follow_auto()

    def start(self) -> None:
        """Let timed cues fire again; they come as many whole bars later as the hold lasted."""
        self.session.set("show/auto", True, source="show")
        self._follow_auto()

    def _fire(self, cue: Cue, place: Place, stand: Stand) -> None:
        writes, stand = fire(cue, stand)
        self._done.add(place)
        self._replan(stand, writes, [mark_of(self._need_setlist(), place, stand)])

    def _arrive(self, place: Place, stand: Stand) -> None:
        setlist = self._need_setlist()
        stand = arrive(setlist, place, stand)
        cue = chased(setlist, place, self._base)
        if stand.frame == self._begun_frame:
            cue = replace(cue, over=Span(0.0))
        writes, stand = fire(cue, stand)
        self._done = {known for known in all_places(setlist) if known <= place}
        if self._held_frame is not None:
            self._held_frame = stand.frame
        if place.cue == OPENING:
            self._last_cue = ""
        self._replan(stand, writes, [] if place.cue == OPENING else [mark_of(setlist, place, stand)])

    # --- what changes the future ------------------------------------------------------------------

    def _replan(self, stand: Stand, writes: list[PlannedWrite], marks: list[CueMark]) -> None:
        if self.plan is None:
            return
        later = Plan((), (), (stand,), self.plan.end_frame)
        if self._held_frame is None:
            later = plan_from(self._need_setlist(), stand)
        later = replace(later, writes=(*writes, *later.writes), marks=(*marks, *later.marks))
        self.session.clear_after(stand.frame)
        self.plan = self.plan.spliced(later, self._ticked_frame, stand.frame)
        self._send(later.writes)
        self._plan_ending(stand.frame)
        for mark in marks:
            # The playhead may stand on its frame already; then no tick will pass it.
            if mark.frame <= self._ticked_frame:
                self._note(mark)

    def _plan_ending(self, frame: int) -> None:
        """The last moments fade, on their frames, so that a render ends as a show does."""
        if self.session.get("mix/ending") != 1.0:
            self.session.steer("mix/ending", 1.0, frame=frame)
        if self.end_frame is not None:
            fade_s = float(self.session.get("show/fade"))
            begin = max(0, self.end_frame - frames_from_s(fade_s, self.session.rate_hz))
            self.session.steer("mix/ending", 0.0, frame=begin, glide_s=fade_s, curve="smooth")

    def _send(self, writes: tuple[PlannedWrite, ...]) -> None:
        for write in writes:
            glide_s = s_from_frames(write.glide_frames, self.session.rate_hz)
            source = f"cue:{write.cue}"
            self.session.set(
                write.name, write.value, source=source, frame=write.frame, glide_s=glide_s, curve=write.curve
            )

    def _follow_auto(self) -> None:
        if self.plan is None or bool(self.session.get("show/auto")) == (self._held_frame is None):
            return
        stand = self._stand_at(self._earliest_frame())
        if self._held_frame is None:
            self._held_frame = stand.frame
        else:
            stand = _resumed(stand, self._held_frame)
            self._held_frame = None
        self._replan(stand, [], [])

    def _follow_tempo(self, playhead: int) -> None:
        wanted = self._hand_clock()
        anchors = [self.clock.anchor_at(frame) for frame in (playhead, self.session.playhead)]
        if wanted in [(anchor.tempo_bpm, anchor.metre) for anchor in anchors]:
            return
        if self.plan is None:
            self._clock = self._clock.retimed(playhead, *wanted).since(playhead)
            return
        stand = self._stand_at(self._earliest_frame())
        # A song that begins between the playhead and the stand brings its own tempo: wait for it.
        if stand.clock.anchors[-1].frame <= playhead:
            clock = stand.clock.retimed(playhead, *wanted).since(self._ticked_frame)
            self._replan(replace(stand, clock=clock), [], [])

    def align(self, anchors: tuple[Anchor, ...]) -> bool:
        """Let the clock go on by anchors from the playhead on, for whoever follows a clock from outside.

        Does nothing and returns false while a song or a cue that is about to be heard has set the clock for itself.
        """
        if self.plan is None:
            self._clock = _realigned(self._clock, anchors, self._ticked_frame)
            return True
        stand = self._stand_at(self._earliest_frame())
        playhead = self.session.playhead
        coming = [anchor for anchor in stand.clock.anchors if playhead < anchor.frame <= stand.frame]
        if any(anchor not in self._aligned for anchor in coming):
            return False
        self._aligned = anchors
        self._replan(replace(stand, clock=_realigned(stand.clock, anchors, self._ticked_frame)), [], [])
        return True

    def _hand_clock(self) -> tuple[float, int]:
        return float(self.session.get("clock/tempo")), int(self.session.get("clock/metre"))

    # --- where things are -------------------------------------------------------------------------

    def _need_setlist(self) -> Setlist:
        if self.setlist is None:
            raise CommandError("there is no setlist: start with one, lmdmd run SETLIST")
        return self.setlist

    def _earliest_frame(self) -> int:
        playhead = self.session.playhead
        return max((outlet.next_frame(playhead) for outlet in self.session.outlets), default=playhead)

    def _stand_at(self, frame: int) -> Stand:
        self._need_setlist()
        if self.plan is None:
            raise CommandError("the show has not begun")
        stand = self.plan.stand_at(frame)
        slots = tuple(self._slot_now(index, slot, frame) for index, slot in enumerate(stand.slots))
        return replace(stand, frame=frame, slots=slots)

    def _slot_now(self, index: int, slot: Slot, frame: int) -> Slot:
        """Slot as planned, unless a hand has put other words into it."""
        text = str(self.session.get(f"prompt/{index}/text"))
        planned = self.plan.stand_at(self.session.playhead).slots[index].text if self.plan is not None else ""
        if text in (planned, slot.text):
            return slot
        weight = float(self.session.get(f"prompt/{index}/weight"))
        return Slot(text, Segment(frame, weight, weight))

    def _next_place(self, song: int, *, by_hand: bool = False) -> Place | None:
        for place in all_places(self._need_setlist()):
            if place.song < song or place in self._done:
                continue
            if not by_hand or (place.song == song and self._cue(place).trigger.kind == "go"):
                return place
        return None

    def _cue(self, place: Place) -> Cue:
        return self._need_setlist().songs[place.song].cues[place.cue]

    # --- verbs ------------------------------------------------------------------------------------

    async def _do_go(self) -> str:
        return self.go()

    async def _do_cue(self, cue: str) -> str:
        return self.jump(cue)

    async def _do_stop(self) -> str:
        self._need_setlist()
        self.stop()
        return "timed cues wait"

    async def _do_start(self) -> str:
        self._need_setlist()
        self.start()
        return "timed cues fire"


def _names_set(setlist: Setlist) -> set[str]:
    return {name for song in setlist.songs for cue in song.cues for name in cue.set}


def _realigned(clock: TempoMap, anchors: tuple[Anchor, ...], since: int) -> TempoMap:
    for anchor in anchors:
        clock = clock.anchored(anchor)
    return clock.since(since)


def _resumed(stand: Stand, held_frame: int) -> Stand:
    """Stand whose song takes up again the bar in which it was held, on the beat that is heard now."""
    clock, anchor = stand.clock, stand.clock.anchor_at(stand.frame)
    (held_bar, _), (bar, beat) = clock.position(held_frame), clock.position(stand.frame)
    lost_frames = round((bar - held_bar) * anchor.metre * clock.beat_frames(stand.frame))
    again = Anchor(stand.frame, anchor.tempo_bpm, anchor.metre, held_bar, beat)
    return replace(stand, origin=stand.origin + lost_frames, clock=clock.anchored(again))
