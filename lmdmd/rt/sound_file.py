"""The end of a sound file, in stereo: what a model may be given for its own past."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import soundfile

from lmdmd.errors import PrimeError
from lmdmd.primes import LEAST_S
from lmdmd.units import LOUDEST

SILENT = 1e-4
"""What stays below this peak, -80 dBFS, is silence."""
_RATES_HZ = (4000, 768_000)


def read_end(path: Path, seconds: float) -> tuple[np.ndarray, int]:
    """The last seconds of a file, [N, 2], and its rate; raises ``PrimeError``, also where they are silent.

    One channel is heard on both sides, of more than two the first two are heard. Of a long file no more is read.
    """
    try:
        if not path.is_file():
            raise PrimeError(f"{path}: {'is no file' if path.exists() else 'is not there'}; name a sound file")
        with soundfile.SoundFile(path) as file:
            rate_hz = _checked_rate(path, file.samplerate)
            frames = min(file.frames, math.ceil(seconds * rate_hz))
            if frames < LEAST_S * rate_hz:
                lasts_s = file.frames / rate_hz
                raise PrimeError(f"{path}: lasts {lasts_s:.3f} s, too short to go on from; {LEAST_S:g} s are enough")
            file.seek(file.frames - frames)
            audio = file.read(frames, dtype="float32", always_2d=True)
    except (OSError, ValueError, soundfile.SoundFileError):
        raise PrimeError(
            f"{path}: is no sound file that can be read, or a damaged one; WAV, FLAC, OGG, MP3 and AIFF can be, and "
            "ffmpeg makes them of others"
        ) from None
    if len(audio) < frames:
        raise PrimeError(f"{path}: is damaged: it ends before its end; get it anew")
    audio = stereo(audio)
    check_loud(audio, str(path))
    return audio, rate_hz


def _checked_rate(path: Path, rate_hz: int) -> int:
    lo, hi = _RATES_HZ
    if not lo <= rate_hz <= hi:
        raise PrimeError(f"{path}: has {rate_hz} frames a second, and {lo} to {hi} can be read; ffmpeg makes them")
    return rate_hz


def stereo(audio: np.ndarray) -> np.ndarray:
    """The first two channels, or one twice, without numbers that are no sound: a resampler would smear them."""
    both = audio[:, [0, min(1, audio.shape[1] - 1)]]
    both[~(np.abs(both) <= LOUDEST)] = 0.0
    return both


def check_loud(audio: np.ndarray, what: str) -> None:
    """Raise ``PrimeError`` for silence: there is nothing in it to go on from."""
    if np.abs(audio).max(initial=0.0) < SILENT:
        raise PrimeError(f"{what}: is silent, and there is nothing in it to go on from")
