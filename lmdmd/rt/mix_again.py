"""The mixer's buffers once more, from what it told of them: the same sizes, the same entries at the same buffers.

What the rings held is given whole. A buffer for which too little was there in time lacks the same frames again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lmdmd.errors import LmdmdError
from lmdmd.params import PARAMS
from lmdmd.rt.gate import Gate
from lmdmd.rt.mixer import Mixer, Source
from lmdmd.rt.schedule import Taken, Trace

_PLENTY = 1 << 40


class UntoldError(LmdmdError):
    """What a mixer began with is not told."""


class Ear:
    """A deck's sound as the mixer found it: all of it, but for what was not there in time.

    ``missing_frames`` are those that were heard, and are not in ``source``.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._dry = False
        self._short: int | None = None
        self.missing_frames = 0

    def run_short(self, frames: int) -> None:
        """In the next buffer only so many frames are there, and then none ``until_again``."""
        self._dry, self._short = True, frames

    def until_again(self) -> None:
        """From the next buffer on everything is there."""
        self._dry, self._short = False, None

    def read_into(self, frame: int, out: np.ndarray) -> int:
        """Copy ``[N, C]`` from ``frame`` on; returns the frames that were there, the rest is zeroed."""
        wanted = 0 if self._dry else len(out)
        if self._short is not None:
            wanted, self._short = self._short, None
        there = min(self._source.read_into(frame, out), wanted)
        out[there:] = 0.0
        self.missing_frames += wanted - there
        return there

    def lead_frames(self, playhead: int) -> int:
        """A gap ends where it ended, and not where the lead would allow it."""
        return 0 if self._dry else _PLENTY


class MixAgain:
    """One mixer after another, as they followed each other in a show.

    ``traces`` and ``taken`` are in order. ``live`` gives the input from a frame on, as its tape has kept it, ``put`` is
    handed every buffer with its first frame. Raises ``UntoldError`` where ``traces`` do not say what began.
    """

    def __init__(
        self,
        rate_hz: int,
        traces: Iterable[Trace],
        taken: Iterable[Taken],
        sources: Sequence[Source],
        live: Callable[[int, int], np.ndarray],
        put: Callable[[int, np.ndarray], None],
    ) -> None:
        self._rate_hz = rate_hz
        self._traces, self._taken = deque(traces), deque(taken)
        self.ears = tuple(map(Ear, sources))
        self._live, self._put = live, put
        self.failures = 0
        self._stood = self._open = self._failed = False
        self._size = 0
        if not self._traces or self._traces[0].what != "start":
            raise UntoldError("no mixer has begun")
        self.frame = self._traces[0].frame
        self._start(self._traces[0])

    def until(self, frame: int) -> None:
        """Mix every buffer that begins before ``frame``."""
        while self.frame < frame:
            self._follow()
            self._take()
            self._play()

    # --- one buffer -------------------------------------------------------------------------------

    def _follow(self) -> None:
        while self._traces and self._traces[0].frame <= self.frame:
            trace = self._traces.popleft()
            if trace.what == "start":
                self._start(trace)
            elif trace.what == "row":
                self.mixer.faders.begin_with({PARAMS[trace.number].name: trace.value})
            elif trace.what == "stand":
                self._stood = True
            elif trace.what in ("open", "shut"):
                self._open = trace.what == "open"
            elif trace.what == "size":
                self._size = trace.number
            elif trace.what == "short":
                self.ears[trace.number].run_short(int(trace.value))
            elif trace.what == "again":
                self.ears[trace.number].until_again()
            elif trace.what == "fail":
                self._failed = True

    def _start(self, trace: Trace) -> None:
        frames = int(trace.value)
        self.mixer, self._gate = Mixer(self._rate_hz, frames), Gate(self._rate_hz, frames)
        self._out = np.zeros((frames, 2), np.float32)
        self._stood = self._open = False
        known = min(trace.frame, self.mixer.dry.longest_frames)
        if known:
            self.mixer.remember(trace.frame - known, self._live(trace.frame - known, known))
        for ear in self.ears:
            ear.until_again()
        while self._taken and self._taken[0].number < trace.number:
            self._taken.popleft()

    def _take(self) -> None:
        """Apply the entries of this buffer; first, where time stood before it, those that were taken meanwhile."""
        while self._taken and self._taken[0].frame <= self.frame:
            taken = self._taken.popleft()
            if not taken.standing:
                self._stand()
            self.mixer.faders.apply(self.frame, taken.entry, taken.standing)
        self._stand()

    def _stand(self) -> None:
        if self._stood:
            self._stood = False
            self.mixer.faders.advance(self.frame, 0)

    def _play(self) -> None:
        if not self._size:
            raise UntoldError(f"the buffer at frame {self.frame} has no size")
        out = self._out[: self._size]
        self.mixer.process_again(self.frame, self.ears, self._live(self.frame, len(out)), out)
        if self._failed:
            self._failed = False
            self.failures += 1
            out.fill(0.0)
        self._gate.pass_on(self.frame, out, self._open)
        self._put(self.frame, out)
        self.frame += len(out)
