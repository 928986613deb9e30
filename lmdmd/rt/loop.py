"""Loops of past sound: a memory of it, the length at which it joins its own past best, and a seam nobody hears."""

from __future__ import annotations

import numpy as np

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
        before = past[len(past) - length - fade : len(past) - length]
        out[length - fade : length] += (before - out[length - fade : length]) * rising(fade)


def rising(frames: int) -> np.ndarray:
    """Shares of what arrives in a crossfade of ``frames``, strictly between 0 and 1: ``[frames, 1]``."""
    return (np.arange(1, frames + 1, dtype=np.float32) / (frames + 1))[:, None]


class History:
    """The last ``memory_frames`` of stereo sound; ``known`` of them were heard since ``clear``."""

    def __init__(self, memory_frames: int) -> None:
        # np.zeros would leave the pages to be mapped in the callback.
        self._past = np.full((memory_frames, 2), 0.0, np.float32)
        self._unrolled = np.full((memory_frames, 2), 0.0, np.float32)
        self._at = 0
        self.known = 0

    def clear(self) -> None:
        """Forget everything."""
        self.known = 0

    def add(self, heard: np.ndarray) -> None:
        """Append ``[N, 2]``, N up to the memory's own length."""
        size, end = len(self._past), self._at + len(heard)
        if end <= size:
            self._past[self._at : end] = heard
        else:
            self._past[self._at :] = heard[: size - self._at]
            self._past[: end - size] = heard[size - self._at :]
        self._at = end % size
        self.known = min(self.known + len(heard), size)

    def unrolled(self) -> np.ndarray:
        """What is known in order of time, ``[known, 2]``: a view that holds until the next call."""
        tail = len(self._past) - self._at
        self._unrolled[:tail] = self._past[self._at :]
        self._unrolled[tail:] = self._past[: self._at]
        return self._unrolled[len(self._unrolled) - self.known :]


class Loop:
    """A stretch of the past that repeats without a seam; ``frames`` is its length, 0 while there is none."""

    def __init__(self, rate_hz: int, memory_frames: int, fade_frames: int) -> None:
        self.frames = 0
        self._rate_hz = rate_hz
        self._fade_frames = fade_frames
        self._audio = np.full((memory_frames, 2), 0.0, np.float32)
        self._position = 0

    def drop(self) -> None:
        """Have none."""
        self.frames = 0

    def cut(self, past: np.ndarray) -> bool:
        """Take the loop that goes on from the end of ``past`` [N, 2]; False, and nothing done, when it is too short."""
        frames = loop_frames(past, self._rate_hz, self._fade_frames)
        if frames:
            seamless_loop(past, frames, self._fade_frames, self._audio)
            self.frames, self._position = frames, 0
        return frames > 0

    def play(self, out: np.ndarray) -> None:
        """Fill ``out`` [N, 2] with the next frames; silence while there is no loop."""
        if not self.frames:
            out.fill(0.0)
            return
        done = 0
        while done < len(out):
            part = min(len(out) - done, self.frames - self._position)
            out[done : done + part] = self._audio[self._position : self._position + part]
            self._position = (self._position + part) % self.frames
            done += part
