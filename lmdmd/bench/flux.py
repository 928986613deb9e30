"""Spectral flux: how much new energy comes at a moment, which is what makes a seam heard."""

from __future__ import annotations

import numpy as np

_WINDOW, _HOP = 1024, 128
REACH_FRAMES = 1024
"""So far from a frame its peak is looked for."""


def flux(audio: np.ndarray) -> np.ndarray:
    """Rise of the magnitudes' energy from each moment to the next of [N, C] audio: [moments], one every 128 frames."""
    mono = audio.mean(axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(mono, _WINDOW)[::_HOP]
    magnitudes = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1))
    return np.square(np.maximum(np.diff(magnitudes, axis=0), 0.0)).sum(axis=1)


def peak_near(audio: np.ndarray, frame: int) -> float:
    """Largest flux within ``REACH_FRAMES`` of a frame."""
    begin = max(0, frame - REACH_FRAMES - _WINDOW // 2)
    return float(flux(audio[begin : frame + REACH_FRAMES + _WINDOW // 2]).max())


def peaks_between(audio: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Peaks of windows as wide as those of ``peak_near``, as far as they lie clear of ``frames``."""
    width = 2 * REACH_FRAMES
    centres = np.arange(width, len(audio) - width, width)
    if len(frames):
        centres = centres[np.abs(centres[:, None] - frames[None]).min(axis=1) > 2 * width]
    return np.array([peak_near(audio, int(centre)) for centre in centres])


def compare(audio: np.ndarray, frames: np.ndarray) -> dict[str, float]:
    """How seams at ``frames`` stand out of the music between them: shares and a ratio in dB."""
    seams, music = np.array([peak_near(audio, int(frame)) for frame in frames]), peaks_between(audio, frames)
    limit = float(np.percentile(music, 95))
    return {
        "seams": len(seams),
        "above_music_p95": round(float(np.mean(seams > limit)), 3),
        "median_to_music_p95_db": round(10 * float(np.log10(np.median(seams) / limit)), 1),
        "p95_to_music_p95_db": round(10 * float(np.log10(np.percentile(seams, 95) / limit)), 1),
        "rank": round(float(np.mean([np.mean(music < seam) for seam in seams])), 3),
    }
