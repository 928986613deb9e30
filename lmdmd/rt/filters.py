"""Highpass and lowpass, 12 dB an octave without resonance (Butterworth), whose cutoff may move while they sound.

Each is a state-variable filter in trapezoidal form. With Butterworth's damping the eigenvectors of its
two states are the same at every cutoff, so ``w = band + e^(i pi/4) low`` is all of its memory and
``w[n+1] = p w[n] + b x[n]`` all of its motion: ``p^n`` times a running sum of ``p^-m b x[m]``, without a
loop over frames. That is exact as long as a part is short: |p| is never below 0.41, so ``p^-256`` stays
far from overflow.
"""

from __future__ import annotations

import math

import numpy as np

PART_FRAMES = 256
FADE_S = 0.010
HIGHEST = 0.49
"""Highest cutoff as a share of the rate: what lies beyond is taken as this."""
SILENT = 1e-15
"""A state smaller than this is none: nobody hears it, and numbers that are smaller still are slow to compute with."""

_DAMPING = math.sqrt(2.0)
_LOW = complex(math.sqrt(0.5), math.sqrt(0.5))
_FORMS = {"lowpass": (0.0, 0.0, 1.0), "highpass": (1.0, -_DAMPING, -1.0)}  # shares of input, band and low


class Response:
    """One filter at one cutoff: what ``run`` needs for a part of up to ``PART_FRAMES``."""

    def __init__(self, form: str) -> None:
        self._input, self._band, self._low = _FORMS[form]
        self._through = 0.0
        self._powers = np.ones(PART_FRAMES + 1, np.complex128)
        self._drive = np.ones(PART_FRAMES, np.complex128)
        self._heard = np.ones(PART_FRAMES, np.complex128)

    def tune(self, cutoff_hz: float, rate_hz: int) -> None:
        """Take the numbers of a cutoff."""
        g = math.tan(math.pi * min(cutoff_hz / rate_hz, HIGHEST))
        a = 1.0 / (1.0 + g * (g + _DAMPING))
        pole = a * complex(1.0 - g * g, _DAMPING * g)
        self._powers[1:] = pole
        np.multiply.accumulate(self._powers, out=self._powers)
        np.divide(2.0 * a * g * (1.0 + _LOW * g), self._powers[1:], out=self._drive)
        # The output reads the input x, the band a (s1 + g (x - s2)) and the low s2 + g band of the states s1, s2.
        slope = a * (self._band + self._low * g)
        self._through = self._input + slope * g
        of_band, of_low = slope, self._low - slope * g
        np.multiply(self._powers[:-1], complex(of_band, of_band - _DAMPING * of_low), out=self._heard)

    def run(self, audio: np.ndarray, state: np.ndarray, sums: np.ndarray, out: np.ndarray) -> None:
        """Filter ``audio`` [N, 2] into ``out`` [2, N]; ``state`` [2] goes along, ``sums`` [2, >N] is room."""
        frames = len(audio)
        sums = sums[:, : frames + 1]
        sums[:, 0] = state
        np.multiply(audio.T, self._drive[:frames], out=sums[:, 1:])
        np.add.accumulate(sums, axis=1, out=sums)
        np.multiply(sums[:, frames], self._powers[frames], out=state)
        sums[:, :frames] *= self._heard[:frames]
        np.multiply(audio.T, self._through, out=out)
        out += np.real(sums[:, :frames])


class Filter:
    """One filter of a stereo sum, in place; untouched samples and no work while it stands at ``off_hz``.

    Wherever it is sent, it arrives within one buffer: part by part a crossfade from the filter before to
    the filter after, both of which go on from the same state. To and from off it takes ``FADE_S``, since
    just there the filter still turns the phase of what it lets through.
    """

    def __init__(self, form: str, rate_hz: int, off_hz: float) -> None:
        self._rate_hz = rate_hz
        self._off_hz = off_hz
        self._cutoff_hz = off_hz
        self._share = 0.0
        self._fade_step = 1.0 / (FADE_S * rate_hz)
        self._now, self._next = Response(form), Response(form)
        self._state = np.zeros(2, np.complex128)
        self._next_state = np.zeros(2, np.complex128)
        self._sums = np.zeros((2, PART_FRAMES + 1), np.complex128)
        self._heard = np.zeros((2, PART_FRAMES))
        self._next_heard = np.zeros((2, PART_FRAMES))
        self._line = np.arange(1, PART_FRAMES + 1, dtype=np.float64)

    def process(self, audio: np.ndarray, cutoff_hz: float) -> None:
        """Filter ``audio`` [N, 2] on the way to ``cutoff_hz``, which is reached at its end."""
        on = cutoff_hz != self._off_hz
        if self._share == 0.0:
            if not on:
                return
            self._begin(cutoff_hz)
        elif self._share == 1.0 and cutoff_hz == self._cutoff_hz and not self._state.any() and not audio.any():
            return  # silence stays silence
        frames, from_hz = len(audio), self._cutoff_hz
        goal_hz = cutoff_hz if on else from_hz
        for at in range(0, frames, PART_FRAMES):
            end = min(at + PART_FRAMES, frames)
            to_hz = goal_hz if end == frames else from_hz + (goal_hz - from_hz) * end / frames
            self._blend(audio[at:end], self._filter(audio[at:end], to_hz), on)
        if abs(self._state[0]) + abs(self._state[1]) < SILENT:
            self._state.fill(0.0)

    def _begin(self, cutoff_hz: float) -> None:
        self._now.tune(cutoff_hz, self._rate_hz)
        self._cutoff_hz = cutoff_hz
        self._state.fill(0.0)

    def _filter(self, audio: np.ndarray, to_hz: float) -> np.ndarray:
        """One part, ``[2, N]``, on the way from the present cutoff to ``to_hz``."""
        frames = len(audio)
        heard = self._heard[:, :frames]
        self._next_state[:] = self._state
        self._now.run(audio, self._state, self._sums, heard)
        if to_hz != self._cutoff_hz:
            after = self._next_heard[:, :frames]
            self._next.tune(to_hz, self._rate_hz)
            self._next.run(audio, self._next_state, self._sums, after)
            heard += (after - heard) * (self._line[:frames] / frames)
            self._now, self._next = self._next, self._now
            self._state, self._next_state = self._next_state, self._state
            self._cutoff_hz = to_hz
        return heard

    def _blend(self, audio: np.ndarray, heard: np.ndarray, on: bool) -> None:
        if on and self._share == 1.0:
            audio[:] = heard.T
            return
        step = self._fade_step if on else -self._fade_step
        shares = np.clip(self._share + step * self._line[: len(audio)], 0.0, 1.0)
        audio += ((heard - audio.T) * shares).T
        self._share = float(shares[-1])
