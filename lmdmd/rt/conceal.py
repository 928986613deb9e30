"""What sounds when the ring has nothing: a seamless loop of the last moments heard, the input, or silence.

Entering, the last good audio is continued by its own mirror image and faded into the filling within
``FADE_S``, so no sample jumps; when audio returns it is faded in over the filling, which goes on below.
After ``HOLD_S`` the filling sinks slowly. Every gap is counted, with its frames. A gap that is meant, the bridge to
another model, neither sinks nor counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lmdmd.rt.loop import History, Loop, rising
from lmdmd.units import gain_from_db

FADE_S = 0.010
MEMORY_S = 2.0
HOLD_S = 8.0
SINK_DB_PER_S = 2.0
MODES = ("loop", "dry", "silence")


class Gap(NamedTuple):
    """A stretch that was concealed: the timeline frame at which it began, and its length."""

    frame: int
    frames: int


class Concealer:
    """Concealment of one ring: history, the loop in use, and where a gap stands.

    ``process`` is given every buffer of that ring, in order. ``underruns`` (gaps begun), ``gaps`` (gaps
    over) and ``concealed_frames`` only grow; ``last_gap`` is set before ``gaps`` counts it. ``opened`` and ``closed``
    count every gap, also those that are meant.
    """

    def __init__(self, rate_hz: int, max_frames: int) -> None:
        self.underruns = self.opened = 0
        self.gaps = self.closed = 0
        self.last_gap = Gap(0, 0)
        self.concealed_frames = 0
        self.fade_frames = round(FADE_S * rate_hz)
        self._rate_hz = rate_hz
        memory_frames = round(MEMORY_S * rate_hz)
        self._past = History(memory_frames)
        self._loop = Loop(rate_hz, memory_frames, self.fade_frames)
        self._mirror = np.zeros((self.fade_frames, 2), np.float32)
        self._filling = np.zeros((max_frames, 2), np.float32)
        self._rise = rising(self.fade_frames)
        self._gap = self._meant = False
        self._gap_frame = 0
        self._gap_frames = 0
        self.reset()

    @property
    def is_filling(self) -> bool:
        """Whether the ring is not listened to, because it had nothing and is not back for good."""
        return self._gap

    def reset(self) -> None:
        """Forget what was heard and end a gap: the ring is not listened to any more."""
        if self._gap:
            self._record_gap()
        self._past.clear()
        self._loop.drop()
        self._since_gap = 0
        self._since_return = self.fade_frames
        self._shares = (1.0, 0.0)

    def process(
        self,
        frame: int,
        block: np.ndarray,
        available: int,
        lead: int,
        live: np.ndarray,
        mode: str,
        is_meant: bool = False,
    ) -> None:
        """Fill the frames of ``block`` [N, 2] after the first ``available``, in place; ``is_meant`` as it should be.

        ``frame`` is the block's first on the timeline and ``lead`` how many the ring holds from there: a
        gap ends only when it covers the block and the fade, so that a trickle is not mistaken for a return.
        """
        frames = len(block)
        if self._gap and lead >= frames + self.fade_frames and available == frames:
            self._close_gap()
        good = 0 if self._gap else available
        self._blend_back(block[:good], live[:good], mode)
        self._past.add(block[:good])
        if good < frames:
            if not self._gap:
                self._open_gap(frame + good, mode, is_meant)
            self._fill(block[good:], live[good:], mode)
            self._past.add(block[good:])
            if not self._meant:
                self.concealed_frames += frames - good
                self._gap_frames += frames - good

    # --- the edges of a gap -----------------------------------------------------------------------

    def _open_gap(self, frame: int, mode: str, is_meant: bool) -> None:
        self.opened += 1
        self.underruns += not is_meant
        self._gap, self._meant = True, is_meant
        self._gap_frame = frame
        self._gap_frames = 0
        self._since_gap = 0
        self._shares = _shares(mode)
        past = self._past.unrolled()
        self._continue_mirrored(past)
        self._loop.cut(past)  # too little heard since the last gap: that gap's loop, if any, goes on

    def _continue_mirrored(self, past: np.ndarray) -> None:
        frames = min(self.fade_frames, len(past))
        self._mirror[:] = 0.0
        self._mirror[:frames] = past[len(past) - frames :][::-1]
        if frames < self.fade_frames:
            self._mirror[:frames] *= np.linspace(1.0, 0.0, frames, dtype=np.float32)[:, None]

    def _close_gap(self) -> None:
        self._record_gap()
        self._since_return = 0
        if self._sink(self._since_gap) < 1.0 or self._shares != _shares("loop"):
            self._past.clear()  # what was heard last is no material for another loop

    def _record_gap(self) -> None:
        self._gap = False
        self.closed += 1
        if not self._meant:
            self.last_gap = Gap(self._gap_frame, self._gap_frames)
            self.gaps += 1

    def _blend_back(self, block: np.ndarray, live: np.ndarray, mode: str) -> None:
        at = self._since_return
        frames = min(len(block), self.fade_frames - at)
        if frames <= 0:
            return
        filling = self._filling[:frames]
        self._fill(filling, live[:frames], mode)
        filling += (block[:frames] - filling) * self._rise[at : at + frames]
        block[:frames] = filling
        self._since_return += frames

    # --- the filling ------------------------------------------------------------------------------

    def _fill(self, out: np.ndarray, live: np.ndarray, mode: str) -> None:
        """Next frames of the filling: loop and input by their shares, sinking; at first out of the mirror."""
        frames = len(out)
        loop, dry = _shares(mode)
        now, then = self._sink(self._since_gap), self._sink(self._since_gap + frames)
        self._loop.play(out)
        out *= _slope(self._shares[0] * now, loop * then, frames)
        if self._shares[1] or dry:
            out += live * _slope(self._shares[1], dry, frames)
        self._shares = (loop, dry)
        self._leave_mirror(out)
        self._since_gap += frames

    def _leave_mirror(self, out: np.ndarray) -> None:
        at = self._since_gap
        frames = min(len(out), self.fade_frames - at)
        if frames > 0:
            mirror = self._mirror[at : at + frames]
            out[:frames] = mirror + (out[:frames] - mirror) * self._rise[at : at + frames]

    def _sink(self, frames: int) -> float:
        over_s = 0.0 if self._meant else frames / self._rate_hz - HOLD_S
        return 1.0 if over_s <= 0 else gain_from_db(-SINK_DB_PER_S * over_s)


def _slope(first: float, last: float, frames: int) -> np.ndarray:
    return np.linspace(first, last, frames, endpoint=False, dtype=np.float32)[:, None]


def _shares(mode: str) -> tuple[float, float]:
    return (1.0 if mode == "loop" else 0.0), (1.0 if mode == "dry" else 0.0)
