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
from lmdmd.control.chase import all_places, find_place, fired_until, land
from lmdmd.control.clock import TempoMap
from lmdmd.control.cue_effects import METRE, TEMPO, Effects, PlannedSwap, PlannedWrite, armed_cue
from lmdmd.control.cue_sends import CueSends
from lmdmd.control.events import Done, Event, Fired, Passed, Stood, SwapPlanned, Written
from lmdmd.control.plan import AHEAD_S, CueMark, Plan, mark_of, plan_from, plan_show
from lmdmd.control.rehearsal import Rehearsal, loop_of, rehearsed
from lmdmd.control.resume import Resume, hands_of, record_of, songs_of, stand_of
from lmdmd.control.setlist import Cue, Setlist
from lmdmd.control.show_edits import Edits
from lmdmd.control.show_messages import addresses, matching
from lmdmd.control.show_standby import publish_standby
from lmdmd.control.show_takeover import Takeover, is_hand
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
        self.on_swaps: Callable[[list[PlannedSwap]], None] = lambda swaps: None
        self.asked_by = "show"
        self._now_s = now_s
        self._went_s = -1e9
        self._clock_asked: dict[str, Value] = {}
        self._clock = TempoMap.constant(session.rate_hz, *self._hand_clock())
        self._begun_frame = 0
        self._ticked_frame = -1
        self._stopped = False
        self._frozen: tuple[Armed, ...] = ()
        self._swaps: list[PlannedSwap] = []
        self._passed_frame = 0
        session.watch(self._on_event)
        self._provide()

    def _provide(self) -> None:
        edits = Edits(self)
        verbs = {
            "go": self._do_go,
            "back": self._do_back,
            "cue": self._do_cue,
            "stop": self._do_stop,
            "pause": self._do_stop,
            "start": self._do_start,
            "resume": self._do_start,
            "release": self._do_release,
            "message": self._do_message,
            "skip": edits.skip,
            "insert": edits.insert,
            "move": edits.move,
            "reload": edits.reload,
        }
        for verb, function in verbs.items():
            self.session.provide(f"show/{verb}", function)

    # --- the run of the show ----------------------------------------------------------------------

    def arm(self, frame: int = 0) -> None:
        """Plan the show from ``frame`` on and send every write whose frame is known."""
        self._begun_frame, self._ticked_frame, self._passed_frame = frame, frame - 1, frame
        self._stopped, self._frozen = not self.session.get("show/auto"), ()
        self.done, self.at = set(), None
        if self.setlist is not None:
            self.follow(self.setlist)
            brisk_frames = frames_from_s(self.rehearsal.skip_waits_s or 0.0, self.session.rate_hz)
            self.plan = plan_show(
                self.setlist, self.session.rate_hz, frame, model=self.model, brisk_frames=brisk_frames
            )
            self._send(self.plan.writes)
        else:
            self._clock = TempoMap.constant(self.session.rate_hz, *self._hand_clock(), frame)
        self._plan_ending(frame)
        self.session.publish("show/title", self.setlist.title if self.setlist else "")
        self.tell_swaps()
        self.tick(frame)
        self._rehearse(frame)

    def follow(self, setlist: Setlist) -> None:
        """Play by this setlist from now on; what it sets anew is known as it stands."""
        self.setlist = setlist
        names = {name for song in setlist.songs for part in (song, *song.cues) for name in part.set}
        self.base = {name: self.session.get(name) for name in names} | self.base
        self.takeover.follow(setlist, self.base)
        self.session.cue_addresses = addresses(setlist)

    def adopt(self, setlist: Setlist, there: Callable[[Place], Place | None]) -> None:
        """Play by another setlist, in which each place of the old one is ``there``, or gone; ``replan`` must follow."""
        if self.plan is None:
            raise CommandError("the show has not begun")
        self.done = {place for known in self.done if (place := there(known)) is not None}
        self.at = there(self.at) if self.at is not None else None
        self.plan = self.plan.moved(there)
        self._frozen = ()
        self.follow(setlist)

    def _rehearse(self, frame: int) -> None:
        begin, loop = self.rehearsal.begin, self.rehearsal.loop
        if begin:
            self.jump(begin, frame)
        if loop and self.setlist is not None:
            place, bars = loop_of(self.setlist, loop)
            self._arrive(place, self.stand_at(frame))
            stand = at_bar(self.setlist.songs[place.song], self.stand_at(frame), bars[0])
            self.replan(replace(stand, round=Round(OPENING, *bars, 0)))

    def tick(self, playhead: int) -> bool:
        """Follow the playhead, report where the show stands; true when it is over."""
        if self.plan is not None:
            self._take()
            self._note_passed(self.plan, self._ticked_frame, playhead)
            self._pass(playhead)
            self._follow_auto()
            self._plan_more(playhead)
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
            if isinstance(one, Stand):
                self._note_song(one)
            elif isinstance(one, CueMark):
                self._note(one)
            else:
                self.sends.send(one.send)

    def _pass(self, playhead: int) -> None:
        for failure in self.sends.take_failures():
            self.session.report(failure)
        if playhead >= self._passed_frame + self.session.rate_hz:
            self._passed_frame = playhead
            self.session.tell(Passed(playhead))

    def _note_song(self, stand: Stand) -> None:
        self.at = Place(stand.song, OPENING)
        name = self.need_setlist().songs[stand.song].name
        self.session.tell(Fired("", "", name, stand.frame, 1, "time"))
        self.tell_stood(stand.frame)

    def _note(self, mark: CueMark) -> None:
        self.done.add(mark.place)
        self.at = mark.place
        number = self.cue(mark.place).number
        self.session.tell(Fired(mark.cue, number, mark.song, mark.frame, mark.bar, mark.by))
        self.tell_stood(mark.frame)

    def _report(self, playhead: int) -> None:
        bar, beat = self.clock.position(playhead)
        elapsed_s = s_from_frames(playhead - self._begun_frame, self.session.rate_hz)
        self.session.publish("clock/bar", bar)
        self.session.publish("clock/beat", round(beat, 2))
        self.session.publish("show/elapsed", round(elapsed_s, 2))
        if self.plan is not None:
            publish_standby(self, self.plan, playhead)

    # --- by hand ----------------------------------------------------------------------------------

    def go(self, frame: int | None = None, by: str = "show") -> str:
        """Go on: fire what is armed now, leave the loop or the hold, or fire the next cue that waits for a hand.

        Where none waits, or timed cues are stopped, the next cue comes early. Returns what was done, a cue by its
        name. ``frame`` defaults to the earliest at which all of it can be heard.
        """
        stand = self.stand_at(frame)
        waiting = next((armed for armed in stand.armed if armed.by_hand), None)
        if waiting is not None:
            return self._fire_now(waiting.cue, stand, by)
        if stand.round is not None and not self._stopped:
            return self._leave_loop(stand)
        place = self.standby(stand)
        if stand.held_frame is not None and not self._stopped:
            if place is None or place.song != stand.song:
                return self._end_song(stand, by)
            stand = resumed(stand)
        if place is None:
            raise CommandError("show/go: no cue is left")
        if place.song != stand.song or is_timed(self.need_setlist(), place):
            self._arrive(place, stand, by)
        elif self.cue(place).trigger.kind in ("go", "osc"):
            self._arm(armed_cue(self.need_setlist().songs[stand.song], place.cue, stand, stand.frame, by), stand)
        else:
            return self._fire_now(place.cue, stand, by)
        return self.cue(place).name

    def standby(self, stand: Stand) -> Place | None:
        """Cue that comes at the next go: the song's next one by hand, else the next."""
        waits = self._stopped or stand.held_frame is not None
        by_hand = None if waits else self.next_place(stand, by_hand=True)
        return by_hand or self.next_place(stand)

    def _fire_now(self, cue: int, stand: Stand, by: str) -> str:
        self._arm(Armed(cue, stand.frame, by=by), stand)
        return self.need_setlist().songs[stand.song].cues[cue].name

    def _arm(self, armed: Armed, stand: Stand) -> None:
        stand = stand.without(armed.cue)
        self.replan(replace(stand, armed=(*stand.armed, armed)))

    def _leave_loop(self, stand: Stand) -> str:
        assert stand.round is not None
        if stand.round.left != 1:
            self.replan(replace(stand, round=replace(stand.round, left=1)))
            return f"bars {stand.round.first} to {stand.round.last} for the last time"
        song = self.need_setlist().songs[stand.song]
        self.replan(replace(at_bar(song, stand, stand.round.last + 1), round=None))
        return f"on to bar {stand.round.last + 1}"

    def _end_song(self, stand: Stand, by: str) -> str:
        songs = self.need_setlist().songs
        if stand.song + 1 < len(songs):
            self._arrive(Place(stand.song + 1, OPENING), stand, by)
            return songs[stand.song + 1].name
        self.replan(resumed(stand))
        return "on to the end"

    def back(self, frame: int | None = None, by: str = "show") -> str:
        """Jump to the cue before the one that fired last, or to its song's beginning."""
        stand = self.stand_at(frame)
        setlist, at = self.need_setlist(), self._at(stand)
        places = sorted([*all_places(setlist), *(Place(song, OPENING) for song in range(len(setlist.songs)))])
        before = [place for place in places if place < at and place not in stand.skipped]
        if not before:
            raise CommandError("show/back: there is no cue before this one")
        self._arrive(before[-1], stand, by)
        return setlist.songs[before[-1].song].name if before[-1].cue == OPENING else self.cue(before[-1]).name

    def _at(self, stand: Stand) -> Place:
        """Cue that will have fired last when the show comes to a stand."""
        assert self.plan is not None
        marks = [mark.place for mark in self.plan.marks if mark.frame <= stand.frame]
        known = [place for place in (self.at, *marks) if place is not None and place.song == stand.song]
        return known[-1] if known else Place(stand.song, OPENING)

    def jump(self, cue: str, frame: int | None = None, by: str = "show") -> str:
        """Go to a cue (by number or name) or a song (by name), with all that the cues before it leave behind."""
        stand = self.stand_at(frame)
        setlist = self.need_setlist()
        place = find_place(setlist, cue, Place(stand.song, stand.following - 1))
        if place is None:
            names = [song.name for song in setlist.songs] + [c.name for song in setlist.songs for c in song.cues]
            raise CommandError(f'show/cue: there is no cue "{cue}"{did_you_mean(cue, names)}')
        self._arrive(place, stand, by)
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
        if self.plan is not None and not self._stopped and self.stand_at().held_frame is not None:
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

    def _arrive(self, place: Place, stand: Stand, by: str = "show") -> None:
        setlist = self.need_setlist()
        glides = stand.frame != self._begun_frame
        effects = land(setlist, place, stand, self.base, self.model, glides=glides)
        stand = effects.stand
        if self._stopped:
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
        self._plan_ending(stand.frame)
        self.done |= {mark.place for mark in later.marks if mark.frame <= stand.frame}
        # The playhead may stand on its frame already; then no tick will pass it.
        self._note_passed(later, stand.frame - 1, self._ticked_frame)
        self.tell_swaps()
        self.tell_stood(stand.frame)

    def _plan_more(self, playhead: int) -> None:
        """A loop without end is planned a while ahead, again and again."""
        assert self.plan is not None
        last = self.plan.stands[-1]
        near = playhead > last.frame - frames_from_s(AHEAD_S / 2, self.session.rate_hz)
        if self.plan.whole or last.held_frame is not None or not near:
            return
        later = plan_from(self.need_setlist(), replace(last, clock=last.clock.since(self._ticked_frame)))
        self.plan = self.plan.spliced(later, self._ticked_frame, last.frame)
        self._send(later.writes)
        if later.whole:
            self._plan_ending(last.frame)
        self.tell_swaps()

    def tell_swaps(self) -> None:
        """Let who carries them out know of the swaps to come, where they have changed."""
        swaps = self.swaps
        if swaps == self._swaps:
            return
        new, self._swaps = [swap for swap in swaps if swap not in self._swaps], swaps
        for swap in new:
            song = self.need_setlist().songs[swap.place.song]
            cue = "" if swap.place.cue == OPENING else song.cues[swap.place.cue].name
            event = SwapPlanned(swap.frame, swap.model, swap.over_frames, swap.curve, song.name, cue)
            self.session.tell(event)
        self.on_swaps(swaps)

    def tell_stood(self, frame: int) -> None:
        """Say where the show stands from a frame on, so that a log can tell where to go on."""
        if self.plan is None:
            return
        setlist, stand = self.need_setlist(), self.plan.stand_at(frame)
        at = self.at or Place(stand.song, OPENING)
        cue = None if at.cue == OPENING else self.cue(at)
        record = record_of(setlist, stand, at, self.done, self._stopped, self.takeover.taken)
        names = (cue.name, cue.number) if cue is not None else ("", "")
        self.session.tell(Stood(frame, setlist.songs[stand.song].name, *names, record))

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
            source = f"cue:{write.cue}"
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
        if self.plan is None or stopped == self._stopped:
            return
        stand = self.stand_at()
        self._stopped = stopped
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
        """Go on at ``frame`` where a log says that another run stood, with what hands had set."""
        self.setlist = songs_of(self.need_setlist(), state)
        stand, at = stand_of(state, self.stand_at(frame), self.setlist)
        effects = land(self.setlist, at, stand, self.base, self.model, glides=False)
        self.at, self.done = at, set(state.done)
        self._stopped = state.stopped
        self.takeover.taken = dict(state.taken)
        self.session.set("show/auto", not state.stopped, source="resume")
        stand = replace(stand, slots=effects.stand.slots)
        now = stand.clock.anchor_at(frame)
        clock = (PlannedWrite(frame, TEMPO, now.tempo_bpm), PlannedWrite(frame, METRE, now.metre))
        writes = tuple(write for write in effects.writes if write.name not in (TEMPO, METRE)) + clock
        self.replan(stand, replace(effects, writes=writes, sends=(), swaps=()))
        for name, value in hands_of(state):
            self.session.set(name, value, source="resume", frame=frame)

    # --- verbs ------------------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Done):
            self.asked_by = event.source
        elif isinstance(event, Written) and event.name in (TEMPO, METRE) and is_hand(event.source):
            self._clock_asked[event.name] = event.value

    def _need_calm(self) -> None:
        """Refuse a go that comes so soon after another one that it may be the same."""
        since_s, guard_s = self._now_s() - self._went_s, float(self.session.get("show/guard"))
        if since_s < guard_s:
            raise CommandError(f"show/go: {since_s:.2f} s after another go; the guard (show/guard) is {guard_s:g} s")

    async def _do_go(self) -> str:
        self._need_calm()
        done = self.go(by=self.asked_by)
        self._went_s = self._now_s()
        return done

    async def _do_back(self) -> str:
        return self.back(by=self.asked_by)

    async def _do_cue(self, cue: str) -> str:
        return self.jump(cue, by=self.asked_by)

    async def _do_message(self, message: str) -> str:
        fired = self.hear(message, self.asked_by)
        if not fired:
            raise CommandError(f'show/message: no cue of this song waits for "{message}"')
        return ", ".join(fired)

    async def _do_release(self, pattern: str) -> str:
        rows = self.release(pattern)
        if not rows:
            raise CommandError(f'show/release: nothing that matches "{pattern}" is taken')
        return f"{', '.join(rows)} back with the cues"

    async def _do_stop(self) -> str:
        self.need_setlist()
        self.stop()
        return "timed cues wait"

    async def _do_start(self) -> str:
        self.need_setlist()
        self.start()
        return "timed cues fire"
