"""What is heard in a piece of audio: envelope, pitch classes, key, onsets, beats; and how well two hearings agree.

Pure functions on audio [C, N] at 44.1 kHz and on times in seconds; nothing here knows of a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as nn_f

from lmdmd.model import spectrum

SAMPLE_RATE_HZ = 44_100
HOP_FRAMES = 256
ENVELOPE_FRAMES = 2048
ENVELOPE_FLOOR_DB = -60.0
CHROMA_FFT, CHROMA_HOP_FRAMES = 8192, 2048
CHROMA_LO_HZ, CHROMA_HI_HZ = 100.0, 2000.0
ONSET_FFT, ONSET_LAG_HOPS, ONSET_BANDS = 1024, 3, 40
ONSET_REACH_S, ONSET_RISE = 0.05, 1.5
TEMPO_BPM, TEMPO_OCTAVES = 120.0, 0.9
SLOWEST_S, FASTEST_S = 1.2, 0.3
TIGHTNESS = 100.0
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each pitch class fits a major and a minor key on C (Krumhansl and Kessler 1982)."""

Times = NDArray[np.float64]


# --- level -------------------------------------------------------------------------------------------------


def level_envelope(audio: Tensor) -> Tensor:
    """Return the RMS level [T] in dB of each latent's worth of audio, not below ENVELOPE_FLOOR_DB."""
    power = nn_f.avg_pool1d(audio.square().mean(0)[None], ENVELOPE_FRAMES)[0]
    return 10 * torch.log10(power + 1e-12).clamp(min=ENVELOPE_FLOOR_DB / 10)


def correlation(a: Tensor, b: Tensor) -> float:
    """Return Pearson's correlation of two curves, of which the longer is cut; 0 where one does not move."""
    length = min(len(a), len(b))
    first, second = (curve[:length].double() - curve[:length].double().mean() for curve in (a, b))
    scale = first.norm() * second.norm()
    return float(first @ second / scale) if scale > 1e-9 else 0.0


# --- pitch -------------------------------------------------------------------------------------------------


def chromagram(audio: Tensor) -> Tensor:
    """Return how strong each pitch class, C first, is in each CHROMA_HOP_FRAMES: [12, T]."""
    margin = (CHROMA_FFT - CHROMA_HOP_FRAMES) // 2
    padded = nn_f.pad(audio.mean(0), (margin, margin))
    magnitudes = spectrum.analyse(padded, spectrum.hann(CHROMA_FFT), CHROMA_HOP_FRAMES).abs()
    hz = torch.arange(magnitudes.shape[1]) * SAMPLE_RATE_HZ / CHROMA_FFT
    peaks = magnitudes.clone()
    peaks[:, 1:-1] *= (magnitudes[:, 1:-1] >= magnitudes[:, :-2]) & (magnitudes[:, 1:-1] > magnitudes[:, 2:])
    kept = (hz >= CHROMA_LO_HZ) & (hz <= CHROMA_HI_HZ)
    classes = torch.round(12 * torch.log2(hz[kept] / 440.0) + 9).long() % 12
    return torch.zeros(12, len(peaks)).index_add(0, classes, peaks[:, kept].T)


def pool_spans(chroma: Tensor, times_s: Sequence[float]) -> Tensor:
    """Return the chroma [12, n] of the spans between n + 1 times."""
    rate_hz = SAMPLE_RATE_HZ / CHROMA_HOP_FRAMES
    edges = [round(time_s * rate_hz) for time_s in times_s]
    spans = [chroma[:, first : max(last, first + 1)].sum(1) for first, last in pairwise(edges)]
    return torch.stack(spans, dim=1) if spans else chroma[:, :0]


def top_agreement(a: Tensor, b: Tensor) -> float:
    """Return the share of spans where the strongest pitch class of a and b [12, n] is one; silent ones count not."""
    both = (a.amax(0) > 0) & (b.amax(0) > 0)
    return float((a.argmax(0) == b.argmax(0))[both].float().mean()) if both.any() else 0.0


def cosine(a: Tensor, b: Tensor) -> float:
    """Return the cosine of two vectors, 0 where one is nothing."""
    return float(nn_f.cosine_similarity(a, b, dim=0))


def find_key(chroma: Tensor) -> tuple[int, str]:
    """Return tonic (C is 0) and mode of the key that fits a chroma [12] best."""
    profiles = {"major": torch.tensor(MAJOR), "minor": torch.tensor(MINOR)}
    fits = {
        (tonic, mode): correlation(chroma, profile.roll(tonic))
        for mode, profile in profiles.items()
        for tonic in range(12)
    }
    return max(fits, key=lambda key: fits[key])


def same_scale(a: tuple[int, str], b: tuple[int, str]) -> bool:
    """Return whether two keys have the same notes: equal, or a major key and its relative minor."""
    return _major_tonic(a) == _major_tonic(b)


def _major_tonic(key: tuple[int, str]) -> int:
    tonic, mode = key
    return (tonic + (3 if mode == "minor" else 0)) % 12


# --- time --------------------------------------------------------------------------------------------------


def onset_strength(audio: Tensor) -> Tensor:
    """Return how much mel bands rise in each HOP_FRAMES, in dB [T]; hop i is the sound around (i + 0.5) hops."""
    margin = (ONSET_FFT - HOP_FRAMES) // 2
    spectra = spectrum.analyse(nn_f.pad(audio.mean(0), (margin, margin)), spectrum.hann(ONSET_FFT), HOP_FRAMES)
    filters = spectrum.mel_filters(ONSET_BANDS, 40.0, 10_000.0, ONSET_FFT // 2 + 1, SAMPLE_RATE_HZ)
    power = filters @ spectra.abs().square().T
    level = 10 * torch.log10(power / (power.mean() + 1e-12) + 1e-4)
    rise = (level[:, ONSET_LAG_HOPS:] - level[:, :-ONSET_LAG_HOPS]).clamp(min=0).mean(0)
    # A rise over some hops is that of the hop in their middle, where the attack lies.
    before = ONSET_LAG_HOPS // 2 + 1
    return nn_f.pad(rise, (before, ONSET_LAG_HOPS - before))


def find_onsets(audio: Tensor) -> Times:
    """Return the seconds of attacks: peaks of the strength that stand out of their surroundings."""
    strength = onset_strength(audio)
    reach = round(ONSET_REACH_S * SAMPLE_RATE_HZ / HOP_FRAMES)
    highest = nn_f.max_pool1d(strength[None], 2 * reach + 1, 1, reach)[0]
    floor = strength.mean() + ONSET_RISE * strength.std()
    found = torch.nonzero((strength == highest) & (strength > floor) & (strength > 1.0))[:, 0]
    return (found.double().numpy() + 0.5) * HOP_FRAMES / SAMPLE_RATE_HZ


def on_grid(times_s: Times, lines_s: Times, within_s: float) -> float:
    """Return the share of times that are near one of the lines of a grid, which are in order; 0 for no times."""
    if not len(times_s) or not len(lines_s):
        return 0.0
    after = np.searchsorted(lines_s, times_s).clip(1, len(lines_s) - 1) if len(lines_s) > 1 else 0
    before = np.maximum(after - 1, 0)
    off = np.minimum(np.abs(times_s - lines_s[after]), np.abs(times_s - lines_s[before]))
    return float((off <= within_s).mean())


def chance_on_grid(lines_s: Times, within_s: float) -> float:
    """Return the share of times of no order that would be near one of the lines."""
    gaps = np.diff(lines_s)
    return float(np.minimum(gaps, 2 * within_s).sum() / gaps.sum()) if len(gaps) else 0.0


def find_beats(audio: Tensor) -> Times:
    """Return the seconds of beats: those of one tempo that lie best on attacks (Ellis 2007)."""
    strength = onset_strength(audio).double().numpy()
    if strength.std() < 1e-9:
        return np.zeros(0)
    strength = strength / strength.std()
    rate_hz = SAMPLE_RATE_HZ / HOP_FRAMES
    period = find_period(strength - strength.mean(), rate_hz)
    lags = np.arange(round(period / 2), round(2 * period) + 1)
    cost = TIGHTNESS * np.log(lags / period) ** 2
    best, before = strength.copy(), np.full(len(strength), -1)
    for i in range(lags[0], len(strength)):
        usable = lags[lags <= i]
        scores = best[i - usable] - cost[: len(usable)]
        choice = int(scores.argmax())
        best[i] += scores[choice]
        before[i] = i - usable[choice]
    beats = [len(best) - lags[0] + int(best[-lags[0] :].argmax())]
    while before[beats[-1]] >= 0:
        beats.append(int(before[beats[-1]]))
    return (np.array(beats[::-1]) + 0.5) / rate_hz


def find_period(strength: NDArray[np.float64], rate_hz: float) -> float:
    """Return the beat in hops: where the strength repeats itself most, near TEMPO_BPM rather than far from it."""
    power = np.abs(np.fft.rfft(strength, 2 * len(strength))) ** 2
    repeats = np.fft.irfft(power)[: len(strength)]
    lags = np.arange(round(FASTEST_S * rate_hz), min(round(SLOWEST_S * rate_hz), len(strength) - 1))
    octaves = np.log2(60 * rate_hz / lags / TEMPO_BPM)
    return float(lags[(repeats[lags] * np.exp(-0.5 * (octaves / TEMPO_OCTAVES) ** 2)).argmax()])


def beat_f1(found_s: Times, wanted_s: Times, within_s: float = 0.07) -> float:
    """Return the F-measure of beats, each matched once at most."""
    hits, used = 0, 0
    for time_s in wanted_s:
        while used < len(found_s) and found_s[used] < time_s - within_s:
            used += 1
        if used < len(found_s) and found_s[used] <= time_s + within_s:
            hits += 1
            used += 1
    return 2 * hits / (len(found_s) + len(wanted_s)) if len(found_s) + len(wanted_s) else 0.0


# --- certainty ---------------------------------------------------------------------------------------------


def interval(values: Sequence[float], *, draws: int = 2000, seed: int = 0) -> tuple[float, float]:
    """Return the bootstrapped 95 % interval of a mean."""
    random, found = np.random.default_rng(seed), np.asarray(values, dtype=np.float64)
    means = found[random.integers(len(found), size=(draws, len(found)))].mean(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def against_others(scores: NDArray[np.float64]) -> dict[str, Any]:
    """Return the mean of what belongs together and of what does not, and the interval of the difference.

    `scores` [n, n]: row i is output i measured against the reference of each item, its own on the diagonal.
    """
    own = np.diag(scores)
    others = (scores.sum(1) - own) / max(1, len(scores) - 1)
    return {
        "own": round(float(own.mean()), 4),
        "others": round(float(others.mean()), 4),
        "difference": round(float((own - others).mean()), 4),
        "interval": [round(edge, 4) for edge in interval(list(own - others))],
        "items": len(scores),
    }
