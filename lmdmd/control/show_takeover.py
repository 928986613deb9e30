"""Hands and cues on one row: who has taken it, what the show would have made of it, and the way back.

A hand is any write that is not the show's own. It wins until it is released; rows that the show never sets cannot be
taken, and the clock and the show's own rows stay with everybody.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from lmdmd.automation import Lane, Segment, TextLane
from lmdmd.control.cue_effects import FROM, PROGRESSION, PlannedWrite, plan_cue
from lmdmd.control.events import Event, Written
from lmdmd.control.session import Session
from lmdmd.control.setlist import Cue, Setlist, Span
from lmdmd.control.stand import Slot, Stand
from lmdmd.params import PARAMS, PROMPT_SLOTS, Value, find
from lmdmd.units import frames_from_s, s_from_frames

BACK_S = 1.0
"""A row that is released goes to where the show has it within this time."""
PROMPTS = "prompt"
"""The prompts are taken as a whole: half of a mixture is none."""
RESUME = "resume"
"""Source of what a hand had set in the run before."""
_OWN = ("show", "bundle", "command line", RESUME, "recorder")
_FREE = ("clock/", "show/")


def rows_of(setlist: Setlist) -> set[str]:
    """Every row that the show sets, the prompts as one."""
    songs, cues = setlist.songs, [cue for song in setlist.songs for cue in song.cues]
    names = {name for part in (*songs, *cues) for name in part.set}
    return names | ({PROMPTS} if any(part.prompts for part in (*songs, *cues)) else set())


def is_hand(source: str) -> bool:
    """Whether a write of this source is somebody's, and not the show's."""
    return not source.startswith("cue:") and source not in _OWN


def row_of(name: str) -> str:
    """What is taken when a row is touched: itself, or what it is a part of."""
    return PROMPTS if name.startswith("prompt/") else PROGRESSION if name == FROM else name


class Takeover:
    """Which rows are taken, and what the show says of all of them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.taken: dict[str, str] = {}
        self._touched: dict[str, str] = {}
        self._rows: set[str] = set()
        self._lanes: dict[str, Lane | TextLane] = {}
        session.watch(self._hear)

    @property
    def on(self) -> bool:
        """Whether hands win."""
        return bool(self.session.get("show/takeover"))

    def follow(self, setlist: Setlist, base: dict[str, Value]) -> None:
        """Say what the show sets; ``base`` is what it found."""
        self._rows = rows_of(setlist)
        for name, value in base.items():
            if name not in self._lanes:
                self._lanes[name] = (
                    TextLane(str(value)) if find(name).kind == "text" else Lane(find(name).to_slot(value))
                )

    def _hear(self, event: Event) -> None:
        if not isinstance(event, Written) or not is_hand(event.source) or event.name.startswith(_FREE):
            return
        if row_of(event.name) in self._rows:
            self._touched[row_of(event.name)] = event.source

    def collect(self) -> bool:
        """Take what hands have touched since the last time; returns whether anything was taken anew."""
        touched, self._touched = self._touched, {}
        if not self.on:
            given_back = bool(self.taken)
            self.taken.clear()
            return given_back
        known = len(self.taken)
        self.taken |= touched
        return len(self.taken) > known

    def allows(self, name: str) -> bool:
        """Whether a cue may write a row."""
        return row_of(name) not in self.taken

    def source_of(self, name: str) -> str:
        """Who has taken a row."""
        return self.taken[row_of(name)]

    # --- what the show says ------------------------------------------------------------------------------

    def note(self, write: PlannedWrite) -> None:
        """Keep what the show writes, or would."""
        lane = self._lanes.get(write.name)
        if isinstance(lane, TextLane):
            lane.forget_before(self.session.playhead)
            lane.write(write.frame, str(write.value))
        elif lane is not None:
            lane.forget_before(self.session.playhead)
            lane.write(write.frame, find(write.name).to_slot(write.value), write.glide_frames, write.curve)

    def clear_after(self, frame: int) -> None:
        """What was planned after ``frame`` is not."""
        for lane in self._lanes.values():
            lane.clear_after(frame)

    # --- the way back ------------------------------------------------------------------------------------

    def free(self, pattern: str) -> list[str]:
        """Rows that match are the show's again; returns them."""
        rows = [row for row in self.taken if fnmatchcase(row, pattern) or (row == PROMPTS and _is_prompt(pattern))]
        for row in rows:
            del self.taken[row]
        return rows

    def way_back(self, rows: list[str], stand: Stand) -> tuple[list[PlannedWrite], Stand]:
        """Writes that take rows to where the show has them, from a stand's own frame on, and the stand after them."""
        names = [*rows, FROM] if PROGRESSION in rows else rows
        writes = [self._value_back(name, stand) for name in names if name != PROMPTS]
        if PROMPTS not in rows:
            return writes, stand
        prompts = {slot.text: slot.weight.target for slot in stand.slots if slot.text and slot.weight.target > 0}
        left = max(_left_frames(slot.weight.frame, slot.weight.glide_frames, stand.frame) for slot in stand.slots)
        over_s = max(BACK_S, s_from_frames(left, self.session.rate_hz))
        cue = Cue("release", prompts=prompts, over=Span(over_s))
        heard = tuple(self._slot_now(index, stand.frame) for index in range(PROMPT_SLOTS))
        back, slots = plan_cue(cue, replace(stand, slots=heard), stand.frame)
        return writes + back, replace(stand, slots=slots)

    def _value_back(self, name: str, stand: Stand) -> PlannedWrite:
        lane, param = self._lanes[name], find(name)
        if isinstance(lane, TextLane):
            return PlannedWrite(stand.frame, name, lane.at(stand.frame), cue="release")
        if param.kind != "float":
            return PlannedWrite(stand.frame, name, param.from_slot(lane.at(stand.frame)), cue="release")
        part = lane.pending(stand.frame)[0]
        left = _left_frames(part.frame, part.glide_frames, stand.frame)
        glide_frames = max(left, frames_from_s(BACK_S, self.session.rate_hz))
        return PlannedWrite(stand.frame, name, part.target, glide_frames, cue="release")

    def _slot_now(self, index: int, frame: int) -> Slot:
        weight = float(self.session.get(f"prompt/{index}/weight"))
        return Slot(str(self.session.get(f"prompt/{index}/text")), Segment(frame, weight, weight))


def _left_frames(begun: int, glide_frames: int, frame: int) -> int:
    return max(0, begun + glide_frames - frame)


def _is_prompt(pattern: str) -> bool:
    return any(param.name.startswith("prompt/") and fnmatchcase(param.name, pattern) for param in PARAMS)
