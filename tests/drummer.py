"""A drummer of numpy: beats at known moments, for what listens to beats."""

from __future__ import annotations

import numpy as np


def beat_times(*tempi: tuple[float, float, float]) -> np.ndarray:
    """Moments of beats of parts that follow each other: seconds, tempo at their beginning and at their end."""
    times, begin_s, phase = [], 0.0, 0.0
    for seconds, first_bpm, last_bpm in tempi:
        at_s = np.arange(0, seconds, 0.001)
        beats = phase + np.cumsum((first_bpm + (last_bpm - first_bpm) * at_s / seconds) / 60.0) * 0.001
        numbers = np.arange(np.ceil(phase), np.floor(beats[-1]) + 1)
        times.append(begin_s + np.interp(numbers, beats, at_s))
        begin_s, phase = begin_s + seconds, beats[-1]
    found = np.concatenate(times)
    return found[np.append(True, np.diff(found) > 0.1)]


def drums(times_s: np.ndarray, seconds: float, rate_hz: int, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """[N, 2]: bass drum and snare in turn on the beats, a hat between them, all a little early or late."""
    draw = np.random.default_rng(seed)
    sound = noise * draw.standard_normal(round(seconds * rate_hz))
    long_s = np.arange(round(0.15 * rate_hz)) / rate_hz
    hiss = draw.standard_normal(len(long_s))
    kick = 0.8 * np.exp(-long_s / 0.05) * np.sin(2 * np.pi * (50 * long_s + 3 * (1 - np.exp(-long_s / 0.02))))
    snare = 0.4 * np.exp(-long_s / 0.06) * hiss + 0.3 * np.exp(-long_s / 0.04) * np.sin(2 * np.pi * 190 * long_s)
    hat = 0.15 * np.exp(-long_s / 0.015) * np.diff(hiss, prepend=0.0)
    for number, at_s in enumerate(times_s):
        _put(sound, snare if number % 2 else kick, at_s + draw.normal(0, 0.003), rate_hz)
        if number + 1 < len(times_s) and times_s[number + 1] - at_s < 1.5:
            _put(sound, hat, (at_s + times_s[number + 1]) / 2 + draw.normal(0, 0.003), rate_hz)
    return np.stack([sound, sound], axis=1).astype(np.float32)


def _put(sound: np.ndarray, hit: np.ndarray, at_s: float, rate_hz: int) -> None:
    begin = max(0, round(at_s * rate_hz))
    part = hit[: max(0, len(sound) - begin)]
    sound[begin : begin + len(part)] += part
