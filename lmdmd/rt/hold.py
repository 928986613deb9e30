"""Freeze and stutter: the past instead of the present, as much of it as a share from 0 to 1 asks for.

Both take their past when the share leaves 0 and let go of it when the share is back there; what is not
heard goes on underneath. A share that jumps is no click: what was taken fades in within ``FADE_S``.
"""

from __future__ import annotations

import numpy as np

from lmdmd.rt.loop import History, Loop, rising

MEMORY_S = 2.0
FADE_S = 0.005
LEAST_S = 0.5
"""Least past that is worth freezing; with less the freeze waits for it."""

_LOOP_FADE_S = 0.010


class FrozenLoop:
    """The whole past as the one loop that goes on from it best."""

    def __init__(self, rate_hz: int) -> None:
        self._least_frames = round(LEAST_S * rate_hz)
        self._loop = Loop(rate_hz, round(MEMORY_S * rate_hz), round(_LOOP_FADE_S * rate_hz))

    def take(self, history: History, _frames: int) -> bool:
        """Cut the loop; False when too little is known."""
        return history.known >= self._least_frames and self._loop.cut(history.unrolled())

    def play(self, out: np.ndarray, _frames: int) -> None:
        """Fill ``out`` [N, 2]."""
        self._loop.play(out)


class Slice:
    """The end of the past again and again, each time as long as is wanted when the time before ends."""

    def __init__(self, rate_hz: int, longest_frames: int) -> None:
        self._fade = rising(round(FADE_S * rate_hz))
        self._held = np.full((longest_frames + len(self._fade), 2), 0.0, np.float32)
        self._known = 0
        self._frames = self._next_frames = self._position = 0

    def take(self, history: History, frames: int) -> bool:
        """Hold the last ``frames``, and what comes before in case more is wanted; False when they are not known."""
        self._known = min(history.known, len(self._held))
        if self._known < frames + len(self._fade):
            return False
        self._held[-self._known :] = history.unrolled()[-self._known :]
        self._frames = self._next_frames = frames
        self._position = 0
        return True

    def play(self, out: np.ndarray, frames: int) -> None:
        """Fill ``out`` [N, 2]; the next repetition that begins is ``frames`` long, as far as is held."""
        wanted = min(frames, self._known - len(self._fade))
        done = 0
        while done < len(out):
            body = self._frames - len(self._fade) - self._position
            if body > 0:
                done += self._play_body(out[done : done + body], wanted)
            else:
                done += self._play_seam(out[done : done + self._frames - self._position])

    def _play_body(self, out: np.ndarray, wanted: int) -> int:
        self._read(self._frames - self._position, out)
        self._position += len(out)
        self._next_frames = wanted
        return len(out)

    def _play_seam(self, out: np.ndarray) -> int:
        """The end of a repetition, faded into what came before the beginning of the next."""
        left = self._frames - self._position
        self._read(left, out)
        before = len(self._held) - self._next_frames - left
        at = len(self._fade) - left
        out += (self._held[before : before + len(out)] - out) * self._fade[at : at + len(out)]
        self._position += len(out)
        if self._position == self._frames:
            self._frames, self._position = self._next_frames, 0
        return len(out)

    def _read(self, left: int, out: np.ndarray) -> None:
        begin = len(self._held) - left
        out[:] = self._held[begin : begin + len(out)]


class Hold:
    """Puts a past in the place of a stereo sum; sum and samples are untouched while its share is 0."""

    def __init__(self, past: FrozenLoop | Slice, rate_hz: int, max_frames: int) -> None:
        self._past = past
        self._taken = False
        self._fade = rising(round(FADE_S * rate_hz))
        self._faded = 0
        self._room = np.zeros((max_frames, 2), np.float32)
        self._shares = np.zeros((max_frames, 1), np.float32)
        self._line = np.arange(max_frames, dtype=np.float32)[:, None]

    def process(self, audio: np.ndarray, first: float, last: float, history: History, frames: int) -> None:
        """Replace ``audio`` [N, 2] by the share that goes from ``first`` to ``last`` within it.

        ``history`` ends where ``audio`` begins; ``frames`` is the length of a repetition, for a past that has one.
        """
        if first == last == 0.0:
            self._taken = False
            return
        if not self._taken:
            self._taken, self._faded = self._past.take(history, frames), 0
            if not self._taken:
                return
        held, shares = self._room[: len(audio)], self._shares[: len(audio)]
        self._past.play(held, frames)
        np.multiply(self._line[: len(audio)], (last - first) / len(audio), out=shares)
        shares += first
        self._fade_in(shares)
        held -= audio
        held *= shares
        audio += held

    def _fade_in(self, shares: np.ndarray) -> None:
        frames = min(len(shares), len(self._fade) - self._faded)
        if frames > 0:
            shares[:frames] *= self._fade[self._faded : self._faded + frames]
            self._faded += frames
