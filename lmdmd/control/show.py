"""The show on stage: cues sent ahead on their frames, cues fired by hand, jumps, holds, and where we are.

Timed cues are written to the session before they are due, so the decks and the mixer meet them on
their own frame; this part only follows the playhead. Whatever changes the future (a cue by hand, a
jump, a hold, another tempo) clears what was planned and plans again from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lmdmd.automation import Segment
from lmdmd.control.answer import Answer
from lmdmd.control.beat_lines import BeatLines
from lmdmd.control.chase import all_places, find_place, fired_until, land
from lmdmd.control.clock import Anchor, TempoMap
from lmdmd.control.cue_effects import (
    FROM,
    METRE,
    PROGRESSION,
    TEMPO,
    Effects,
    PlannedSend,
    PlannedSwap,
    PlannedWrite,
    armed_cue,
)
from lmdmd.control.cue_sends import CueSends
from lmdmd.control.events import Event, Written
from lmdmd.control.harmony import Harmony
from lmdmd.control.heard_rows import HeardRow
from lmdmd.control.plan import AHEAD_S, CueMark, Plan, mark_of, opening_stand, plan_from, plan_show
from lmdmd.control.rehearsal import Rehearsal, loop_of, rehearsed
from lmdmd.control.resume import Resume, kept_rows, slots_back, stand_of, writes_back
from lmdmd.control.resumed_songs import songs_again
from lmdmd.control.setlist import Cue, Setlist
from lmdmd.control.show_diff import nearest
from lmdmd.control.show_go import back, go
from lmdmd.control.show_list import list_of
from lmdmd.control.show_messages import addresses, matching
from lmdmd.control.show_standby import publish_standby
from lmdmd.control.show_takeover import PROMPTS, RESUME, Takeover, is_hand, row_of
from lmdmd.control.show_tell import Teller
from lmdmd.control.show_verbs import Verbs
from lmdmd.control.stand import OPENING, Armed, Place, Round, Slot, Stand, at_bar, is_timed, resumed
from lmdmd.errors import CommandError, did_you_mean
from lmdmd.params import Value
from lmdmd.units import frames_from_s, s_from_frames

if TYPE_CHECKING:
    from lmdmd.control.session import Session


class Show:
    """A setlist on a session, or, without a setlist, just its clock.

    ``model`` is the bundle that it begins with. ``seconds`` ends the show after so long, whatever the setlist says.
    Carries out the ``show/`` verbs. ``on_swaps`` hears of the swaps that are still to come whenever they change.
    """

    def __init__(
        self,
        session: Session,
        setlist: Setlist | None = None,
        *,
        seconds: float | None = None,
        model: str = "",
        rehearsal: Rehearsal | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = session
        self.rehearsal = rehearsal or Rehearsal()
        self.setlist = rehearsed(setlist, self.rehearsal) if setlist is not None else None
        self.seconds = seconds
        self.model = model or (setlist.model if setlist is not None else None) or ""
        self.plan: Plan | None = None
        self.done: set[Place] = set()
        self.at: Place | None = None
        self.base: dict[str, Value] = {}
        self.takeover = Takeover(session)
        self.sends = CueSends()
        self.tell = Teller(self)
        self.on_swaps: Callable[[list[PlannedSwap]], None] = lambda swaps: None
        self.stopped = False
        self._clock_asked: dict[str, Value] = {}
        self._clock = TempoMap.constant(session.rate_hz, *self._hand_clock())
        self._begun_frame = 0
        self._ticked_frame = -1
        self._frozen: tuple[Armed, ...] = ()
        self._aligned: tuple[Anchor, ...] = ()
        self._beats = BeatLines(session)
        self._answer = Answer(session)
        session.watch(self._hear_clock)
        self._harmony = Harmony(session, lambda: self.clock)
        Verbs(self, now_s)

    # --- the run of the show ----------------------------------------------------------------------

    def arm(self, frame: int = 0, state: Resume | None = None) -> None:
        """Plan the show from ``frame`` on, or where another run stood, and send every write whose frame is known."""
        self._begun_frame, self._ticked_frame = frame, frame - 1
        self.stopped, self._frozen = not self.session.get("show/auto"), ()
        self.done, self.at = set(), None
        if self.setlist is not None:
            self.follow(self.setlist)
            rate_hz, brisk_s = self.session.rate_hz, self.rehearsal.skip_waits_s or 0.0
            brisk_frames = frames_from_s(brisk_s, rate_hz)
            self.plan = plan_show(self.setlist, rate_hz, frame, model=self.model, brisk_frames=brisk_frames)
            if state is None:
                self._send(self.plan.writes)
            if self.seconds is not None:
                self._plan_more(frame + frames_from_s(self.seconds, rate_hz))
        else:
            self._clock = TempoMap.constant(self.session.rate_hz, *self._hand_clock(), frame)
        self._plan_ending(frame)
        self.session.publish("show/title", self.setlist.title if self.setlist else "")
        self.tell.swaps()
        if state is not None:
            self.resume(state, frame)
        self.tick(frame)
        self._rehearse(frame)

    def follow(self, setlist: Setlist, *, edited: bool = False) -> None:
        """Play by this setlist from now on; what it sets anew is known as it stands.

        ``edited`` says that its songs were inserted or moved while it plays.
        """
        self.setlist = setlist
        names = {name for song in setlist.songs for part in (song, *song.cues) for name in part.set}
        names |= {FROM} if PROGRESSION in names else set()
        self.base = {name: self.session.get(name) for name in names} | self.base
        self.takeover.follow(setlist, self.base)
        self.session.cue_addresses = addresses(setlist)
        self.tell.listed(edited=edited)
        self.session.show_list = list_of(setlist)

    def adopt(self, setlist: Setlist, there: Callable[[Place], Place | None], *, edited: bool = False) -> None:
        """Play by another setlist, in which each place of the old one is ``there``, or gone; ``replan`` must follow."""
        if self.plan is None:
            raise CommandError("the show has not begun")
        self.done = {place for known in self.done if (place := there(known)) is not None}
        self.at = there(self.at) if self.at is not None else None
        self.plan = self.plan.moved(there)
        self._frozen = ()
        self.follow(setlist, edited=edited)

    def _rehearse(self, frame: int) -> None:
        begin, loop = self.rehearsal.begin, self.rehearsal.loop
        if begin:
            self.jump(begin, frame)
        if loop:
            setlist = self.need_setlist()
            place, bars = loop_of(setlist, loop)
            self.arrive(place, self.stand_at(frame))
            stand = at_bar(setlist.songs[place.song], self.stand_at(frame), bars[0])
            self.replan(replace(stand, round=Round(*bars, 0)))

    def tick(self, playhead: int) -> bool:
        """Follow the playhead, report where the show stands; true when it is over."""
        if self.plan is not None:
            self._take()
            self._note_passed(self.plan, self._ticked_frame, playhead)
            self.tell.passed(playhead)
            self._follow_auto()
            self._plan_more(playhead)
            self._turn(self.plan.stand_at(self._earliest_frame()))
        self._follow_tempo(playhead)
        self._beats.follow(self.clock)
        self._answer.follow(self.clock, self.end_frame)
        self._harmony.tick(playhead)
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
        if self.plan is not None and self.plan.whole:
            ends.append(self.plan.end_frame)
        if self.seconds is not None:
            ends.append(self._begun_frame + frames_from_s(self.seconds, self.session.rate_hz))
        return min(ends, default=None)

    @property
    def swaps(self) -> list[PlannedSwap]:
        """Swaps that are still to come, as far as they are planned."""
        return [swap for swap in self.plan.swaps if swap.frame > self._ticked_frame] if self.plan is not None else []

    def _note_passed(self, plan: Plan, since: int, playhead: int) -> None:
        """Take note of what of a plan has come after ``since``, in its order."""
        songs = [stand for stand in plan.stands if stand.following == 0 and stand.origin == stand.frame]
        passed = [one for one in (*songs, *plan.marks, *plan.sends) if since < one.frame <= playhead]
        for one in sorted(passed, key=lambda one: one.frame):
            if isinstance(one, PlannedSend):
                self.sends.send(one.send)
            elif isinstance(one, CueMark):
                self.at = one.place
                self.done.add(one.place)
                self.tell.cue(one)
            else:
                self.at = Place(one.song, OPENING)
                self.tell.song(one)
        for failure in self.sends.take_failures():
            self.session.report(failure)

    def _turn(self, stand: Stand) -> None:
        """Timed cues of a loop's next pass are still to come."""
        if stand.round is not None:
            cues = range(stand.following, len(self.need_setlist().songs[stand.song].cues))
            again = {Place(stand.song, cue) for cue in cues}
            self.done -= {place for place in again if is_timed(self.need_setlist(), place)}

    def _report(self, playhead: int) -> None:
        bar, beat = self.clock.position(playhead)
        elapsed_s = s_from_frames(playhead - self._begun_frame, self.session.rate_hz)
        self.session.publish("clock/bar", bar)
        self.session.publish("clock/beat", round(beat, 2))
        self.session.publish("show/elapsed", round(elapsed_s, 2))
        if self.plan is not None:
            publish_standby(self, self.plan, playhead)

    def close(self) -> None:
        """End what sends messages."""
        self.sends.close()

    # --- by hand ----------------------------------------------------------------------------------

    def go(self, frame: int | None = None, by: str = "show") -> str:
        """Go on: fire what is armed now, leave the loop or the hold, or fire the next cue that waits for a hand.

        Where none waits, or timed cues are stopped, the next cue comes early. Returns what was done, a cue by its
        name. ``frame`` defaults to the earliest at which all of it can be heard.
        """
        return go(self, self.stand_at(frame), by)

    def back(self, frame: int | None = None, by: str = "show") -> str:
        """Jump to the cue before the one that fired last, or to its song's beginning."""
        return back(self, self.stand_at(frame), by)

    def jump(self, cue: str, frame: int | None = None, by: str = "show") -> str:
        """Go to a cue (by number or name) or a song (by name), with all that the cues before it leave behind."""
        stand = self.stand_at(frame)
        setlist = self.need_setlist()
        place = find_place(setlist, cue, Place(stand.song, stand.following - 1))
        if place is None:
            names = [song.name for song in setlist.songs] + [c.name for song in setlist.songs for c in song.cues]
            raise CommandError(f'show/cue: there is no cue "{cue}"{did_you_mean(cue, names)}')
        self.arrive(place, stand, by)
        return cue

    def hear(self, message: str, by: str = "show") -> list[str]:
        """Arm the song's cues that wait for a message; returns their names."""
        stand = self.stand_at()
        song = self.need_setlist().songs[stand.song]
        cues = [index for index in matching(song, message) if Place(stand.song, index) not in stand.skipped]
        armed = tuple(armed_cue(song, index, stand, stand.frame, by) for index in cues)
        if armed:
            kept = tuple(known for known in stand.armed if known.cue not in cues)
            self.replan(replace(stand, armed=(*kept, *armed)))
        return [song.cues[index].name for index in cues]

    def stop(self) -> None:
        """Hold the show where it stands: timed cues wait, the music goes on."""
        self.session.set("show/auto", False, source="show")
        self._follow_auto()

    def start(self) -> None:
        """Let timed cues fire again; they come as many whole bars later as the hold lasted."""
        self.session.set("show/auto", True, source="show")
        if self.plan is not None and not self.stopped and self.stand_at().held_frame is not None:
            self.replan(resumed(self.stand_at()))
        self._follow_auto()

    def release(self, pattern: str = "*") -> list[str]:
        """Give rows that hands have taken back to the cues; returns them."""
        stand = self.stand_at()
        rows = self.takeover.free(pattern)
        writes, stand = self.takeover.way_back(rows, stand)
        if rows:
            self.replan(stand, Effects(stand, tuple(writes)))
        return rows

    def arrive(self, place: Place, stand: Stand, by: str = "show") -> None:
        """Jump to a place, at a stand's own frame."""
        setlist = self.need_setlist()
        glides = stand.frame != self._begun_frame
        effects = land(setlist, place, stand, self.base, self.model, glides=glides)
        stand = effects.stand
        if self.stopped:
            stand = replace(stand, held_frame=stand.frame)
        self.done = {known for known in fired_until(setlist, place, stand) if known.cue != OPENING}
        self.done |= {known for known in all_places(setlist) if known.song < place.song}
        self._frozen = ()
        self.replan(stand, effects, () if place.cue == OPENING else (mark_of(setlist, place, stand, by),))

    # --- what changes the future ------------------------------------------------------------------

    def replan(self, stand: Stand, effects: Effects | None = None, marks: tuple[CueMark, ...] = ()) -> None:
        """Go on from a stand, with ``effects`` on its own frame; what was planned after it is not."""
        if self.plan is None:
            return
        later = plan_from(self.need_setlist(), stand).after(effects or Effects(stand), marks)
        self.session.clear_after(stand.frame)
        self.takeover.clear_after(stand.frame)
        self.plan = self.plan.spliced(later, self._ticked_frame, stand.frame)
        self._send(later.writes)
        self._beats.follow(self.clock)
        self._plan_ending(stand.frame)
        self.done |= {mark.place for mark in later.marks if mark.frame <= stand.frame}
        # The playhead may stand on its frame already; then no tick will pass it.
        self._note_passed(later, stand.frame - 1, self._ticked_frame)
        self.tell.swaps()
        self.tell.stood(stand.frame)

    def _plan_more(self, playhead: int) -> None:
        """A loop without end is planned a while ahead, again and again."""
        ahead = playhead + frames_from_s(AHEAD_S / 2, self.session.rate_hz)
        while self.plan is not None and self.plan.goes_on and self.plan.stands[-1].frame < ahead:
            last = self.plan.stands[-1]
            later = plan_from(self.need_setlist(), replace(last, clock=last.clock.since(self._ticked_frame)))
            self.plan = self.plan.spliced(later, self._ticked_frame, last.frame)
            self._send(later.writes)
            if later.whole:
                self._plan_ending(last.frame)
            self.tell.swaps()

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
            self.takeover.note(write)
            if not self.takeover.allows(write.name):
                continue
            glide_s = s_from_frames(write.glide_frames, self.session.rate_hz)
            source = f"cue:{write.cue}" if write.cue else "bundle"
            self.session.set(
                write.name, write.value, source=source, frame=write.frame, glide_s=glide_s, curve=write.curve
            )

    def _take(self) -> None:
        """Take back what cues would still do to rows that hands have taken since the last time."""
        if self.plan is None or not self.takeover.collect():
            return
        stand = self.stand_at()
        near = [write for write in self._near(stand) if not self.takeover.allows(write.name)]
        values = [self.session.get(write.name) for write in near]
        self.replan(stand)
        for write, value in zip(near, values, strict=True):
            self.session.set(write.name, value, source=self.takeover.source_of(write.name), frame=write.frame)

    def _near(self, stand: Stand) -> list[PlannedWrite]:
        """Writes that come too soon to be taken back by going on from ``stand``."""
        assert self.plan is not None
        return [write for write in self.plan.writes if self.session.playhead < write.frame <= stand.frame]

    def _follow_auto(self) -> None:
        stopped = not self.session.get("show/auto")
        if self.plan is None or stopped == self.stopped:
            return
        stand = self.stand_at()
        self.stopped = stopped
        if stopped:
            self._frozen = stand.armed
            held_frame = stand.frame if stand.held_frame is None else stand.held_frame
            self.replan(replace(stand, armed=(), held_frame=held_frame))
            return
        after = resumed(stand)
        lost = after.origin - stand.origin
        thawed = tuple(replace(armed, ready_frame=armed.ready_frame + lost) for armed in self._frozen)
        self._frozen = ()
        self.replan(replace(after, armed=(*after.armed, *thawed)))

    def _follow_tempo(self, playhead: int) -> None:
        wanted, self._clock_asked = self._hand_clock(), {}
        anchors = [self.clock.anchor_at(frame) for frame in (playhead, self.session.playhead)]
        if wanted in [(anchor.tempo_bpm, anchor.metre) for anchor in anchors]:
            return
        if self.plan is None:
            self._clock = self._clock.retimed(playhead, *wanted).since(playhead)
            return
        stand = self.stand_at()
        # A song or a cue between the playhead and the stand may bring its own tempo: wait for it.
        if self.plan.stand_at(playhead) is self.plan.stand_at(stand.frame):
            near = [write for write in self._near(stand) if write.name in (TEMPO, METRE)]
            clock = stand.clock.retimed(playhead, *wanted).since(self._ticked_frame)
            self.replan(replace(stand, clock=clock))
            for write in near:
                self.session.set(write.name, wanted[write.name == METRE], source="show", frame=write.frame)

    def play_by(self, model: str) -> None:
        """Go on from another model than the one that was asked for: it was refused, or a hand brought its own."""
        if self.plan is None:
            return
        stand = self.stand_at()
        if stand.model == self.model_at(self.session.playhead):
            self.replan(replace(stand, model=model))

    def model_at(self, frame: int) -> str:
        """Bundle that the show has asked for last before a frame; "" where there is no show."""
        return self.plan.stand_at(frame).model if self.plan is not None else ""

    def _hear_clock(self, event: Event) -> None:
        if isinstance(event, Written) and event.name in (TEMPO, METRE) and is_hand(event.source):
            self._clock_asked[event.name] = event.value

    def align(self, anchors: tuple[Anchor, ...]) -> bool:
        """Let the clock go on by anchors from the playhead on, for whoever follows a clock from outside.

        Does nothing and returns false while a song or a cue that is about to be heard has set the clock for itself.
        """
        if self.plan is None:
            self._clock = _realigned(self._clock, anchors, self._ticked_frame)
            return True
        stand, playhead = self.stand_at(), self.session.playhead
        coming = [anchor for anchor in stand.clock.anchors if playhead < anchor.frame <= stand.frame]
        if any(anchor not in self._aligned for anchor in coming):
            return False
        self._aligned = anchors
        self.replan(replace(stand, clock=_realigned(stand.clock, anchors, self._ticked_frame)))
        return True

    def _hand_clock(self) -> tuple[float, int]:
        """Tempo and metre as their rows are, or as a hand has just asked for, whatever a ramp makes of it."""
        tempo, metre = (self._clock_asked.get(name, self.session.get(name)) for name in (TEMPO, METRE))
        return float(tempo), int(metre)

    # --- where things are -------------------------------------------------------------------------

    def need_setlist(self) -> Setlist:
        """The setlist; raises ``CommandError`` where there is none."""
        if self.setlist is None:
            raise CommandError("there is no setlist: start with one, lmdmd run SETLIST")
        return self.setlist

    def _earliest_frame(self) -> int:
        playhead = self.session.playhead
        return max((outlet.next_frame(playhead) for outlet in self.session.outlets), default=playhead)

    def stand_at(self, frame: int | None = None) -> Stand:
        """Stand at a frame, by default the earliest that can still be changed."""
        self.need_setlist()
        if self.plan is None:
            raise CommandError("the show has not begun")
        self._take()
        frame = self._earliest_frame() if frame is None else frame
        stand = self.plan.stand_at(frame)
        if not self.takeover.on:
            stand = replace(stand, slots=tuple(self._slot_now(*slot, frame) for slot in enumerate(stand.slots)))
        return replace(stand, frame=frame)

    def _slot_now(self, index: int, slot: Slot, frame: int) -> Slot:
        """Slot as planned, unless a hand has put other words into it."""
        text = str(self.session.get(f"prompt/{index}/text"))
        planned = self.plan.stand_at(self.session.playhead).slots[index].text if self.plan is not None else ""
        if text in (planned, slot.text):
            return slot
        weight = float(self.session.get(f"prompt/{index}/weight"))
        return Slot(text, Segment(frame, weight, weight))

    def next_place(self, stand: Stand, *, by_hand: bool = False) -> Place | None:
        """The next cue in the setlist's order that has not fired."""
        for place in all_places(self.need_setlist()):
            if place.song < stand.song or place in self.done or place in stand.skipped:
                continue
            if not by_hand or (place.song == stand.song and self.cue(place).trigger.kind == "go"):
                return place
        return None

    def cue(self, place: Place) -> Cue:
        """Cue of a place."""
        return self.need_setlist().songs[place.song].cues[place.cue]

    # --- going on after a crash -------------------------------------------------------------------

    def resume(self, state: Resume, frame: int = 0) -> None:
        """Go on at ``frame`` where a log says that another run stood, with every row as it was heard."""
        again = songs_again(self.need_setlist(), state)
        if again.said:
            self.session.report(f"{again.setlist.path} is not as it was: {again.said}; the show goes on by it")
        self.follow(again.setlist, edited=state.edited)
        stand, at = stand_of(state, self.stand_at(frame), again), nearest(again.places, state.at)
        shown = land(again.setlist, at, stand, self.base, self.model, glides=False)
        rows = kept_rows(state, shown.writes, changed=bool(again.said))
        self.at, self.done = at, {place for known in state.done if (place := again.places.get(known)) is not None}
        self.stopped = state.stopped
        self.takeover.taken = dict(state.taken)
        self.session.set("show/auto", not state.stopped, source=RESUME)
        for write in shown.writes:
            self.takeover.note(write)
        if PROMPTS not in state.taken and any(row_of(name) == PROMPTS for name in rows):
            begun = opening_stand(again.setlist, self.session.rate_hz, frame)
            shown = replace(shown, stand=replace(shown.stand, slots=slots_back(rows, begun.slots, frame)))
        stand = replace(stand, slots=shown.stand.slots)
        now = stand.clock.anchor_at(frame)
        clock = tuple(
            PlannedWrite(frame, name, value, cue="resume")
            for name, value in ((TEMPO, now.tempo_bpm), (METRE, now.metre))
        )
        known = {row_of(name) for name in rows} | {TEMPO, METRE}
        untold = (write for write in shown.writes if row_of(write.name) not in known)
        writes = tuple(write for write in untold if self.base.get(write.name) != write.value) + clock
        self.replan(stand, Effects(stand, writes))
        self._bring_back(rows, frame)

    def _bring_back(self, rows: dict[str, HeardRow], frame: int) -> None:
        for write in writes_back(rows, frame):
            row = rows[write.name]
            if not row.by_hand:
                self.takeover.note(write)
            glide_s = s_from_frames(write.glide_frames, self.session.rate_hz)
            source = RESUME if row.by_hand else row.source
            self.session.set(
                write.name, write.value, source=source, frame=write.frame, glide_s=glide_s, curve=write.curve
            )


def _realigned(clock: TempoMap, anchors: tuple[Anchor, ...], since: int) -> TempoMap:
    for anchor in anchors:
        clock = clock.anchored(anchor)
    return clock.since(since)
