"""Music for benches that listen: plucked notes of random pitch, length and loudness, which never repeat themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 44100
SCALE = (0, 2, 4, 7, 9)
_LOWEST_HZ, _OCTAVES = 220.0, 2
_STEP_S = 0.15
_LONGEST_STEPS = 6
_DECAY_S = 0.35
_LEVELS = (0.08, 0.5)
_HARMONICS = (1.0, 0.5, 0.25, 0.12)


def write_plucks(path: Path, seconds: float, seed: int = 0) -> Path:
    """Write them as a WAV of one channel."""
    soundfile.write(path, pluck(seconds, seed), RATE_HZ)
    return path


def pluck(seconds: float, seed: int = 0) -> np.ndarray:
    """Return them [N]; a note ends where the next begins."""
    random = np.random.default_rng(seed)
    audio = np.zeros(round(seconds * RATE_HZ), np.float32)
    begin = 0
    while begin < len(audio):
        frames = round(int(random.integers(1, _LONGEST_STEPS + 1)) * _STEP_S * RATE_HZ)
        step = 12 * int(random.integers(_OCTAVES)) + int(random.choice(SCALE))
        note = _note(_LOWEST_HZ * 2 ** (step / 12), frames, float(random.uniform(*_LEVELS)))
        audio[begin : begin + frames] = note[: len(audio) - begin]
        begin += frames
    return audio


def _note(hz: float, frames: int, level: float) -> np.ndarray:
    time_s = np.arange(frames) / RATE_HZ
    wave = sum(share * np.sin(2 * np.pi * hz * (place + 1) * time_s) for place, share in enumerate(_HARMONICS))
    return level * wave * np.exp(-time_s / _DECAY_S)
