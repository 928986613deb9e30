"""What a show tells of itself, for the log and for whoever swaps models: events, each when it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.control.events import Fired, Listed, Passed, Stood, SwapPlanned
from lmdmd.control.plan import CueMark
from lmdmd.control.resume import record_of
from lmdmd.control.resumed_songs import list_songs
from lmdmd.control.stand import BY_TIME, OPENING, Place, Stand

if TYPE_CHECKING:
    from lmdmd.control.show import Show


class Teller:
    """Tells the session's watchers of a show, and the show's ``on_swaps`` of the swaps that are still to come."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._swaps: list[PlannedSwap] = []
        self._passed_frame = 0

    def song(self, stand: Stand) -> None:
        """A song has begun."""
        name = self._show.need_setlist().songs[stand.song].name
        self._show.session.tell(Fired("", "", name, stand.frame, 1, BY_TIME))
        self.stood(stand.frame)

    def cue(self, mark: CueMark) -> None:
        """A cue has fired."""
        number = self._show.cue(mark.place).number
        self._show.session.tell(Fired(mark.cue, number, mark.song, mark.frame, mark.bar, mark.by))
        self.stood(mark.frame)

    def passed(self, playhead: int) -> None:
        """The playhead goes on."""
        if playhead >= self._passed_frame + self._show.session.rate_hz:
            self._passed_frame = playhead
            self._show.session.tell(Passed(playhead))

    def listed(self, *, edited: bool) -> None:
        """Other songs are played from now on."""
        self._show.session.tell(Listed(list_songs(self._show.need_setlist()), edited))

    def stood(self, frame: int) -> None:
        """Where the show stands from a frame on, so that a log can say where to go on."""
        show = self._show
        if show.plan is None:
            return
        setlist, stand = show.need_setlist(), show.plan.stand_at(frame)
        at = show.at or Place(stand.song, OPENING)
        names = ("", "") if at.cue == OPENING else (show.cue(at).name, show.cue(at).number)
        record = record_of(stand, at, show.done, show.stopped, show.takeover.taken)
        show.session.tell(Stood(frame, setlist.songs[stand.song].name, *names, record))

    def swaps(self) -> None:
        """The swaps to come, where they have changed."""
        swaps = self._show.swaps
        if swaps == self._swaps:
            return
        new, self._swaps = [swap for swap in swaps if swap not in self._swaps], swaps
        for swap in (swap for swap in new if swap.model != self._show.model_at(swap.frame - 1)):
            song = self._show.need_setlist().songs[swap.place.song]
            cue = "" if swap.place.cue == OPENING else song.cues[swap.place.cue].name
            self._show.session.tell(SwapPlanned(swap.frame, swap.model, swap.fade_frames, swap.curve, song.name, cue))
        self._show.on_swaps(swaps)
