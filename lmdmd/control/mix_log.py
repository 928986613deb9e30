"""What the mixer does, told as events: every entry that it took, and what else its sound depends on.

The audio process says so in the schedule's own memory; here it is collected, at every tick.
"""

from __future__ import annotations

import time

from lmdmd.control.events import Mixed, Taken, Traced
from lmdmd.control.session import Session
from lmdmd.params import PARAMS
from lmdmd.rt import schedule
from lmdmd.rt.schedule import Schedule

MIXED_S = 0.5
"""So often, and so much later, it is told how far the mixer is: a block that is heard has long been told by then."""


class MixLog:
    """Tells a session's watchers of its mixer."""

    def __init__(self, session: Session, schedule: Schedule) -> None:
        self.session = session
        self.schedule = schedule
        self._frame = self._told_frame = 0
        self._due_s = 0.0
        schedule.keep_taken()

    def tick(self) -> None:
        """Tell what has come since the last time."""
        frame = self.session.playhead  # before the rest: what was mixed until here is there to be collected
        self._collect()
        if time.monotonic() >= self._due_s:
            self._tell_mixed(self._frame)
            self._frame, self._due_s = frame, time.monotonic() + MIXED_S

    def close(self) -> None:
        """Tell the rest, when no deck makes blocks any more."""
        frame = self.session.playhead
        self._collect()
        self._tell_mixed(frame)

    def _collect(self) -> None:
        for taken in self.schedule.taken():
            self.session.tell(_taken(taken))
        traces, lost = self.schedule.traces()
        if lost:
            self.session.tell(Mixed(self._told_frame, lost))
        for trace in traces:
            name = PARAMS[trace.number].name if trace.what == "row" else ""
            self.session.tell(Traced(*trace, name))

    def _tell_mixed(self, frame: int) -> None:
        if frame > self._told_frame:
            self._told_frame = frame
            self.session.tell(Mixed(frame))


def _taken(taken: schedule.Taken) -> Taken:
    asked, slot, target, glide_frames, curve = taken.entry
    name = PARAMS[slot].name if slot >= 0 else ""
    return Taken(taken.number, slot, name, target, asked, taken.frame, glide_frames, curve, taken.standing)
