"""What sounds when the ring has nothing: a seamless loop of the last moments heard, the input, or silence.

Entering, the last good audio is continued by its own mirror image and faded into the filling within
``FADE_S``, so no sample jumps; when audio returns it is faded in over the filling, which goes on below.
After ``HOLD_S`` the filling sinks slowly. Every gap is counted, with its frames.
"""

from __future__ import annotations

import numpy as np

from lmdmd.units import gain_from_db

FADE_S = 0.010
MEMORY_S = 2.0
HOLD_S = 8.0
SINK_DB_PER_S = 2.0
MODES = ("loop", "dry", "silence")

_SHORTEST_LOOP_S = 0.25
_TEMPLATE_S = 0.5
_DECIMATION = 8
_REFINE_FRAMES = 2048
_LONG_LOOP_BONUS = 0.02  # of equally good loops the longer one is the less mechanical


def likeness(cross: np.ndarray, energy: np.ndarray, own_energy: float) -> np.ndarray:
    """1 where two stretches are equal, in shape and in level; 0 where they share nothing."""
    return 2.0 * cross / (energy + own_energy + 1e-12)


def _best_lag(signal: np.ndarray, template_frames: int, shortest: int) -> int:
    """Lag at which the end of ``signal`` [N] is most like its own past, at least ``shortest``."""
    template = signal[-template_frames:]
    size = 1 << (len(signal) + template_frames - 1).bit_length()
    spectrum = np.fft.rfft(signal, size) * np.fft.rfft(template, size).conj()
    starts = len(signal) - template_frames  # cross[s] compares the stretch that starts at s
    cross = np.fft.irfft(spectrum, size)[: starts + 1]
    power = np.concatenate(([0.0], np.cumsum(np.square(signal, dtype=np.float64))))
    energy = power[template_frames:] - power[:-template_frames]
    score = likeness(cross, energy, float(energy[-1]))[: starts - shortest + 1]
    score += _LONG_LOOP_BONUS * np.linspace(1.0, 0.0, len(score))
    return starts - int(np.argmax(score))


def _refine(signal: np.ndarray, lag: int, longest: int) -> int:
    """Best lag within one decimated step of ``lag``, at full rate."""
    frames = min(_REFINE_FRAMES, len(signal) - longest)
    template = signal[-frames:]
    own = float(template @ template)

    def score(candidate: int) -> float:
        past = signal[len(signal) - frames - candidate : len(signal) - candidate]
        return float(likeness(past @ template, past @ past, own))

    return max(range(max(lag - _DECIMATION, 1), min(lag + _DECIMATION, longest) + 1), key=score)


def loop_frames(past: np.ndarray, rate_hz: int, fade_frames: int) -> int:
    """Length of the loop that goes on most smoothly from the end of ``past`` [N, 2]; 0 if too short.

    The end of ``past`` is compared with all that came before it (correlation on a decimated signal,
    then refined), so pitch and pulse are kept across the join.
    """
    frames = len(past)
    if frames < 8 * fade_frames:
        return 0
    whole = frames - frames % _DECIMATION
    low = past[frames - whole :].reshape(-1, _DECIMATION * 2).mean(axis=1)
    template = min(round(_TEMPLATE_S * rate_hz), frames // 4) // _DECIMATION
    shortest = min(round(_SHORTEST_LOOP_S * rate_hz), frames // 4) // _DECIMATION
    lag = _best_lag(low, template, shortest) * _DECIMATION
    longest = frames - max(template * _DECIMATION, fade_frames)
    return _refine(past[:, 0] + past[:, 1], min(lag, longest), longest)


def seamless_loop(past: np.ndarray, length: int, fade_frames: int, out: np.ndarray) -> None:
    """Put the last ``length`` frames of ``past`` in ``out`` so that they repeat without a seam.

    Towards its end the loop is faded into what came just before its beginning.
    """
    out[:length] = past[-length:]
    fade = min(fade_frames, len(past) - length, length)
    if fade > 0:
        rise = (np.arange(1, fade + 1, dtype=np.float32) / (fade + 1))[:, None]
        before = past[len(past) - length - fade : len(past) - length]
        out[length - fade : length] += (before - out[length - fade : length]) * rise


class Concealer:
    """Concealment of one ring: history, the loop in use, and where a gap stands.

    ``process`` is given every buffer of that ring, in order. ``underruns`` and
    ``concealed_frames`` only grow.
    """

    def __init__(self, rate_hz: int, max_frames: int) -> None:
        self.underruns = 0
        self.concealed_frames = 0
        self.fade_frames = round(FADE_S * rate_hz)
        self._rate_hz = rate_hz
        memory = round(MEMORY_S * rate_hz)
        # np.zeros would leave the pages to be mapped in the callback.
        self._past = np.full((memory, 2), 0.0, np.float32)
        self._unrolled = np.full((memory, 2), 0.0, np.float32)
        self._loop = np.full((memory, 2), 0.0, np.float32)
        self._mirror = np.zeros((self.fade_frames, 2), np.float32)
        self._filling = np.zeros((max_frames, 2), np.float32)
        self._rise = (np.arange(1, self.fade_frames + 1, dtype=np.float32) / (self.fade_frames + 1))[:, None]
        self._at = 0
        self.reset()

    def reset(self) -> None:
        """Forget what was heard and end a gap: the ring is not listened to any more."""
        self._known = 0
        self._length = 0
        self._position = 0
        self._gap = False
        self._since_gap = 0
        self._since_return = self.fade_frames
        self._shares = (1.0, 0.0)

    def process(self, block: np.ndarray, available: int, lead: int, live: np.ndarray, mode: str) -> None:
        """Fill the frames of ``block`` [N, 2] after the first ``available``, in place.

        ``lead`` is how many frames the ring holds from the block's first on: a gap ends only when it
        covers the block and the fade, so that a trickle is not mistaken for a return.
        """
        frames = len(block)
        if self._gap and lead >= frames + self.fade_frames and available == frames:
            self._close_gap()
        good = 0 if self._gap else available
        self._blend_back(block[:good], live[:good], mode)
        self._remember(block[:good])
        if good < frames:
            if not self._gap:
                self._open_gap(mode)
            self._fill(block[good:], live[good:], mode)
            self._remember(block[good:])
            self.concealed_frames += frames - good

    # --- the edges of a gap -----------------------------------------------------------------------

    def _open_gap(self, mode: str) -> None:
        self.underruns += 1
        self._gap = True
        self._since_gap = 0
        self._shares = _shares(mode)
        past = self._unroll()
        self._continue_mirrored(past)
        self._length = loop_frames(past, self._rate_hz, self.fade_frames)
        self._position = 0
        if self._length:
            seamless_loop(past, self._length, self.fade_frames, self._loop)

    def _continue_mirrored(self, past: np.ndarray) -> None:
        frames = min(self.fade_frames, len(past))
        self._mirror[:] = 0.0
        self._mirror[:frames] = past[len(past) - frames :][::-1]
        if frames < self.fade_frames:
            self._mirror[:frames] *= np.linspace(1.0, 0.0, frames, dtype=np.float32)[:, None]

    def _close_gap(self) -> None:
        self._gap = False
        self._since_return = 0
        if self._sink(self._since_gap) < 1.0 or self._shares != _shares("loop"):
            self._known = 0  # what was heard last is no material for another loop

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
        self._play_loop(out)
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
        over_s = frames / self._rate_hz - HOLD_S
        return 1.0 if over_s <= 0 else gain_from_db(-SINK_DB_PER_S * over_s)

    def _play_loop(self, out: np.ndarray) -> None:
        if not self._length:
            out.fill(0.0)
            return
        done = 0
        while done < len(out):
            part = min(len(out) - done, self._length - self._position)
            out[done : done + part] = self._loop[self._position : self._position + part]
            self._position = (self._position + part) % self._length
            done += part

    # --- what was heard ---------------------------------------------------------------------------

    def _remember(self, heard: np.ndarray) -> None:
        size = len(self._past)
        first = min(len(heard), size - self._at)
        self._past[self._at : self._at + first] = heard[:first]
        self._past[: len(heard) - first] = heard[first:]
        self._at = (self._at + len(heard)) % size
        self._known = min(self._known + len(heard), size)

    def _unroll(self) -> np.ndarray:
        """Known history in order of time, ``[known, 2]``."""
        tail = len(self._past) - self._at
        self._unrolled[:tail] = self._past[self._at :]
        self._unrolled[tail:] = self._past[: self._at]
        return self._unrolled[len(self._unrolled) - self._known :]


def _slope(first: float, last: float, frames: int) -> np.ndarray:
    return np.linspace(first, last, frames, endpoint=False, dtype=np.float32)[:, None]


def _shares(mode: str) -> tuple[float, float]:
    return (1.0 if mode == "loop" else 0.0), (1.0 if mode == "dry" else 0.0)
