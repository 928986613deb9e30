"""The beat of a player, heard as it comes in: where attacks are, how fast they come again, and which are the beat.

Pure values: ``init`` makes a tracker, a stretch of sound makes another one, ``reset`` forgets. Attacks are rises of
the spectrum's bands (spectral flux). Their autocorrelation, combed and weighted by what tempi are usual, moves a
distribution over tempi, which changes slowly. Beats are the best path through the attacks at that tempo (Ellis 2007),
made a step at a time, and a line through the latest of them says where the next ones will be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOPS_PER_S = 100
"""Attacks are looked for so often."""
MEMORY_S = 8.0
"""What lies further back says nothing about the tempo any more."""
LOOK_S = 0.25
"""So often the tempo is looked at anew."""
SLOWEST_BPM, FASTEST_BPM = 55.0, 200.0
USUAL_BPM, USUAL_OCTAVES = 105.0, 0.45
"""Tempi are spread like this (log-normal), before anything is heard; who knows better says around which."""

_WINDOW_S = 0.023
_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 36, 40.0, 10_000.0
_LOW_SHARE = 1.8
_WEIGHTS = np.linspace(_LOW_SHARE, 2.0 - _LOW_SHARE, _BANDS) / _BANDS
"""Lows say more of the beat than highs, which are often filled up between beats."""
_LAG_HOPS = 2
"""A band's rise is measured over so many hops, and counts for the one in their middle."""
_RANGE_DB = 45.0
"""So far below the loudest of the last seconds, a band is silent."""
_LOUDEST_FALL_DB_PER_S = 3.0
_FAINTEST_POWER = 1e-8
"""The mean power of a band in sound that is as good as none."""

_TEMPI = np.exp(np.arange(math.log(SLOWEST_BPM), math.log(FASTEST_BPM), 0.012))
_COMB = (1, 2, 3, 4)
_DRIFT_STEPS = 1.5
"""By about so many of the tempi above a player speeds up or slows down between two looks."""
_LEAP = 0.004
"""How likely a tempo is another one altogether at the next look."""
_DOUBT = 0.02
_HABIT = 0.7
"""How much what is usual says at each look, beside what is heard."""
_TIGHTNESS = 60.0
_KEPT = 0.92
"""What a beat's place owes to the beats before it, a beat."""
_FITTED_BEATS = 10
_RECENT_BEATS = 4.0
"""The weight of a beat in the line falls by e for each so many beats that it lies back."""
_UNHEARD = 1e-3
"""The weight of a beat on which nothing is played."""
_NEAR_HOPS = 3
_NEWEST = 4
"""So many beats must stand out for the beat to be sure."""
_FEWEST_BEATS = 4
_SILENT_S = 2.0
SURE = 0.3
"""A tempo that is less sure than this is none."""


@dataclass(frozen=True)
class Found:
    """What was heard last: a beat at ``frame``, ``tempo_bpm`` around it, and how ``sure`` that is, 0 .. 1."""

    frame: float
    tempo_bpm: float
    sure: float


@dataclass(frozen=True)
class BeatTracker:
    """What is known after all sound before ``frame``; ``found`` is ``None`` as long as nothing has been."""

    rate_hz: int
    frame: int
    past: NDArray[np.float32]
    levels_db: Floats
    loudest: float
    attacks: Floats
    score: Floats
    links: NDArray[np.int64]
    usual: Floats
    tempi: Floats
    period: float
    silent_hops: int = 0
    unlooked: int = 0
    found: Found | None = field(default=None)


def init(rate_hz: int, frame: int = 0, usual_bpm: float = USUAL_BPM) -> BeatTracker:
    """A tracker of sound that begins at a frame, and is thought to be about as fast as is usual."""
    hops = round(MEMORY_S * HOPS_PER_S)
    usual = np.exp(-0.5 * (np.log2(_TEMPI / usual_bpm) / USUAL_OCTAVES) ** 2)
    return BeatTracker(
        rate_hz,
        frame,
        np.zeros(_window_frames(rate_hz) - _hop_frames(rate_hz), np.float32),
        np.full((_LAG_HOPS, _BANDS), 0.0),
        _FAINTEST_POWER,
        np.zeros(hops),
        np.zeros(hops),
        np.zeros(hops, np.int64),
        usual,
        usual / usual.sum(),
        60.0 * _hops_per_s(rate_hz) / usual_bpm,
    )


def reset(tracker: BeatTracker, frame: int) -> BeatTracker:
    """Forget everything; what comes next begins at a frame."""
    usual_bpm = float(_TEMPI[tracker.usual.argmax()])
    return init(tracker.rate_hz, frame, usual_bpm)


def hop_frames(tracker: BeatTracker) -> int:
    """What a step takes."""
    return _hop_frames(tracker.rate_hz)


def step(tracker: BeatTracker, audio: NDArray[np.float32]) -> BeatTracker:
    """Hear the next hop: [hop_frames, channels]."""
    heard = np.concatenate((tracker.past, audio.mean(axis=1, dtype=np.float32)))
    tracker = _attack(replace(tracker, past=heard[len(audio) :], frame=tracker.frame + len(audio)), heard)
    tracker = replace(_trace(tracker), unlooked=tracker.unlooked + 1)
    if tracker.unlooked < LOOK_S * HOPS_PER_S:
        return tracker
    return _look(replace(tracker, unlooked=0))


# --- attacks ------------------------------------------------------------------------------------------------


def _hop_frames(rate_hz: int) -> int:
    return round(rate_hz / HOPS_PER_S)


def _hops_per_s(rate_hz: int) -> float:
    return rate_hz / _hop_frames(rate_hz)


def _window_frames(rate_hz: int) -> int:
    return 2 ** round(math.log2(_WINDOW_S * rate_hz))


@lru_cache(maxsize=4)
def _bands(rate_hz: int) -> tuple[Floats, Floats]:
    """The window [frames], and [bins, bands] triangles on the mel scale, each with a sum of 1."""
    frames = _window_frames(rate_hz)
    hz = np.fft.rfftfreq(frames, 1.0 / rate_hz)
    lowest, highest = (2595.0 * math.log10(1.0 + at / 700.0) for at in (_LOWEST_HZ, _HIGHEST_HZ))
    mel = np.linspace(lowest, highest, _BANDS + 2)
    edges = 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    width = np.maximum(np.diff(edges), hz[1])
    rising = (hz[:, None] - edges[1:-1]) / width[:-1] + 1.0
    falling = (edges[1:-1] - hz[:, None]) / width[1:] + 1.0
    bands = np.clip(np.minimum(rising, falling), 0.0, None)
    window = np.hanning(frames + 1)[:-1]
    return window / window.sum(), bands / bands.sum(axis=0)


def _attack(tracker: BeatTracker, heard: NDArray[np.float32]) -> BeatTracker:
    """Take one more hop into account: how much the bands rise, in dB."""
    window, bands = _bands(tracker.rate_hz)
    power = np.abs(np.fft.rfft(heard * window)) ** 2 @ bands
    fall = 10.0 ** (-_LOUDEST_FALL_DB_PER_S / HOPS_PER_S / 10.0)
    loudest = max(float(power.max()), tracker.loudest * fall, _FAINTEST_POWER)
    floor = max(loudest * 10.0 ** (-_RANGE_DB / 10.0), _FAINTEST_POWER)
    level_db = 10.0 * np.log10(power + floor)
    rise = float(np.clip(level_db - tracker.levels_db[0], 0.0, None) @ _WEIGHTS) if tracker.levels_db.any() else 0.0
    is_silent = power.max() <= _FAINTEST_POWER
    return replace(
        tracker,
        levels_db=np.vstack((tracker.levels_db[1:], level_db)),
        loudest=loudest,
        attacks=np.append(tracker.attacks[1:], rise),
        silent_hops=tracker.silent_hops + 1 if is_silent else 0,
    )


def _trace(tracker: BeatTracker) -> BeatTracker:
    """How good a beat the newest hop would make, and which one would come before it."""
    period, past = tracker.period, tracker.score
    scale = float(tracker.attacks.std()) or 1.0
    lags, cost = _reach(round(period, 1))
    scores = past[len(past) - lags] - cost
    best = int(scores.argmax())
    score = tracker.attacks[-1] / scale + _KEPT * float(scores[best])
    return replace(tracker, score=np.append(past[1:], score), links=np.append(tracker.links[1:], lags[best]))


@lru_cache(maxsize=512)
def _reach(period: float) -> tuple[NDArray[np.int64], Floats]:
    """Hops back at which the beat before may lie, and what each costs."""
    lags = np.arange(max(1, round(period / 2.0)), round(2.0 * period) + 1)
    return lags, _TIGHTNESS * np.log(lags / period) ** 2


# --- the tempo ----------------------------------------------------------------------------------------------


def _look(tracker: BeatTracker) -> BeatTracker:
    if tracker.silent_hops > _SILENT_S * HOPS_PER_S or tracker.attacks.std() < 1e-6:
        return replace(tracker, found=replace(tracker.found, sure=0.0) if tracker.found else None)
    repeats = _repeats(tracker.attacks)
    lags = 60.0 * _hops_per_s(tracker.rate_hz) / _TEMPI
    tempi = _moved(tracker.tempi, tracker.usual, _combed(repeats, lags))
    best = int(tempi.argmax())
    tracker = replace(tracker, tempi=tempi, period=float(lags[best]))
    return _read(tracker, repeats)


def _repeats(attacks: Floats) -> Floats:
    """The autocorrelation of attacks, 1 without a lag; newer ones count more."""
    faded = (attacks - attacks.mean()) * np.linspace(0.4, 1.0, len(attacks))
    power = np.abs(np.fft.rfft(faded, 2 * len(attacks))) ** 2
    repeats = np.fft.irfft(power)[: len(attacks)]
    return repeats / (repeats[0] or 1.0) * (len(attacks) / np.arange(len(attacks), 0, -1))


def _combed(repeats: Floats, lags: Floats) -> Floats:
    """How much attacks repeat themselves after each lag and its multiples."""
    spread = np.arange(len(repeats), dtype=np.float64)
    usable = 0.8 * len(repeats)
    total, count = np.zeros(len(lags)), np.zeros(len(lags))
    for multiple in _COMB:
        there = multiple * lags < usable
        total += np.where(there, np.interp(multiple * lags, spread, repeats), 0.0)
        count += there
    return np.clip(total / np.maximum(count, 1), 0.0, None)


def _moved(tempi: Floats, usual: Floats, combed: Floats) -> Floats:
    """The distribution of tempi after another look."""
    steps = np.arange(-4, 5)
    kernel = np.exp(-0.5 * (steps / _DRIFT_STEPS) ** 2)
    drifted = (1.0 - _LEAP) * np.convolve(tempi, kernel / kernel.sum(), mode="same") + _LEAP * usual / usual.sum()
    seen = drifted * (combed + _DOUBT) * usual**_HABIT
    return seen / seen.sum()


# --- the beat -----------------------------------------------------------------------------------------------


def _read(tracker: BeatTracker, repeats: Floats) -> BeatTracker:
    """Say where beats are: a line through the latest."""
    beats = _path(tracker)
    if len(beats) < _FEWEST_BEATS:
        return tracker
    numbers, heard = np.arange(len(beats)) - len(beats) + 1.0, _heard(tracker, beats)
    weights = np.exp(numbers / _RECENT_BEATS) * (heard**2 + _UNHEARD)
    slope, last = np.polyfit(numbers, beats, 1, w=np.sqrt(weights))
    hop = _hop_frames(tracker.rate_hz)
    # A rise over some hops lies in the middle of their windows.
    newest = tracker.frame - _window_frames(tracker.rate_hz) / 2.0 - hop * _LAG_HOPS / 2.0
    frame = newest - (len(tracker.attacks) - 1 - last) * hop
    tempo_bpm = 60.0 * _hops_per_s(tracker.rate_hz) / slope
    return replace(tracker, found=Found(float(frame), float(tempo_bpm), _sureness(tracker, repeats, heard)))


def _path(tracker: BeatTracker) -> Floats:
    """Hops of the latest beats in the memory, the oldest first."""
    length, reach = len(tracker.score), max(1, round(tracker.period))
    at = length - reach + int(tracker.score[-reach:].argmax())
    beats = [at]
    while len(beats) < _FITTED_BEATS and (at := at - int(tracker.links[at])) >= 0 and tracker.links[at]:
        beats.append(at)
    return np.array(beats[::-1], np.float64)


def _heard(tracker: BeatTracker, beats: Floats) -> Floats:
    """How far each beat stands out of all that is heard, 0 .. 1."""
    near = [tracker.attacks[max(0, int(beat) - _NEAR_HOPS) : int(beat) + _NEAR_HOPS + 1].max() for beat in beats]
    return np.clip(np.array(near) / (np.quantile(tracker.attacks, 0.95) or 1.0), 0.0, 1.0)


def _sureness(tracker: BeatTracker, repeats: Floats, heard: Floats) -> float:
    """How much attacks repeat themselves after a beat, and how far the newest beats stand out."""
    again = float(np.interp(tracker.period, np.arange(len(repeats)), repeats))
    return float(np.clip(again, 0.0, 1.0) ** 0.5 * heard[-_NEWEST:].mean())
