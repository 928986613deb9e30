"""Where each cue of a show is heard: the recording beside what would have come without the cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmdmd.bench.cues import AUDIBLE
from lmdmd.bench.show_changes import FADER, Change, Fade
from lmdmd.bench.show_decks import Instead
from lmdmd.bench.show_fades import MOMENT_S, SHORT_S, Dip, worst_dip
from lmdmd.bench.show_mix import Mix, Stem
from lmdmd.bench.show_take import Heed, Take
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.train.progress import track

BEFORE_FRAMES = 8192
"""A change is looked for from so long before its bar on."""


@dataclass(frozen=True)
class Departure:
    """Frames from a change's bar to the first sample that is another, and to the first that is so by ``AUDIBLE``."""

    first: int | None
    audible: int | None


@dataclass(frozen=True)
class Found:
    """A change as it was heard; ``dips`` of a fade by the windows of ``show_fades``, the longer one first."""

    change: Change
    departure: Departure
    dips: tuple[Dip, ...] = ()


def departure(heard: np.ndarray, instead: np.ndarray, bar: int) -> Departure:
    """Where ``heard`` [N, 2] leaves what would have come ``instead``, counted from frame ``bar`` of both."""
    apart = np.abs(heard - instead).max(axis=1)
    first, audible = (np.flatnonzero(apart > least) for least in (0.0, AUDIBLE))
    return Departure(int(first[0]) - bar if len(first) else None, int(audible[0]) - bar if len(audible) else None)


class Listener:
    """The mixer of a show from its first buffer to its last; ``unlike`` counts frames that were recorded otherwise."""

    def __init__(self, take: Take, heed: Heed) -> None:
        show, first = take.show, take.first
        buffer_frames = max(int(trace.value) for trace in show.traces if trace.what == "start")
        stems = [Stem(stem, first) for stem in take.stems]
        self.take = take
        self.heed = heed
        self.unlike = 0
        self._mix = Mix(take.rate_hz, show.traces, show.taken, stems, buffer_frames)

    def hear(self, changes: Sequence[Change], insteads: dict[int, list[Instead]]) -> list[Found]:
        """Find every change in the recording; what the clock spoilt or was never played is left out."""
        found = []
        for number, change in enumerate(track(changes, "mixing")):
            if change.frame >= 0:
                self._until(change.frame - BEFORE_FRAMES)
                found.append(self._find(change, insteads[number]))
        self._until(min(self.take.first + len(self.take.output), self.take.show.frame))
        return [one for one in found if one is not None]

    def _until(self, frame: int) -> None:
        while self._mix.frame < frame:
            begin = self._mix.frame
            self._mix.until(min(frame, begin + self.take.rate_hz))
            mixed, first = self._mix.pour(), self.take.first
            played = self.take.output[max(begin - first, 0) : max(self._mix.frame - first, 0)]
            mixed = mixed[len(mixed) - (self._mix.frame - max(begin, first)) :][: len(played)]
            self.unlike += int(np.count_nonzero((played != mixed).any(axis=1)))

    def _find(self, change: Change, insteads: list[Instead]) -> Found | None:
        begin = self._mix.frame
        without = self._mix.fork().without(change.mixer_rows).hearing(insteads)
        without.until(min(change.until, self.take.end))
        instead = without.pour()
        heard = self.heed.read(begin, len(instead))
        if heard is None:
            return None
        # What enters the mixer leaves its limiter so much later, the beat as well as the change.
        apart = departure(heard, instead, change.frame + LATENCY_FRAMES - begin)
        dips = self._dips(change.fade, begin, heard) if change.fade is not None else ()
        return Found(change, apart, dips)

    def _dips(self, fade: Fade, begin: int, heard: np.ndarray) -> tuple[Dip, ...]:
        """How low a fade fell beside the same mixer with either deck alone."""
        alone = self._mix.fork().without({FADER: fade.frame})
        leaving, arriving = alone.fork(), alone.with_row(FADER, float(fade.deck))
        part = slice(fade.frame + LATENCY_FRAMES - begin, fade.frame + LATENCY_FRAMES - begin + fade.frames)
        for side in (leaving, arriving):
            side.until(begin + len(heard))
        sides = leaving.pour()[part], arriving.pour()[part]
        return tuple(worst_dip(heard[part], sides, window_s, self.take.rate_hz) for window_s in (MOMENT_S, SHORT_S))
