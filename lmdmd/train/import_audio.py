"""Any audio file, a part at a time: what it holds, whether it can be used, and any minute of it in stereo and levelled.

A file is read twice, and never whole: once to measure it, once in chunks, each of which depends on the file and on its
place alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import soxr
import torch
from numpy.typing import NDArray

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec
from lmdmd.model.config import CodecConfig
from lmdmd.train.encode import encode_window, measure_level_db, sum_file
from lmdmd.train.loudness import TARGET_RMS_DB, Samples, limit_curve

CHUNK_S = 60
SPARE_S = 1
"""Read before and after a chunk, so that resampling has settled where the chunk begins."""
SILENT_DB = -70.0
"""A file without a second as loud as this is silent; quieter seconds do not count for its level."""
FAINT_DB = 32.0
"""A chunk that is so much quieter than its file is left out."""
CUT_LOW, CUT_HIGH = 0.999, 1.001
CUT_SHARE = 0.01
"""Two frames side by side at full scale are cut off; with so many of them a file is clipped."""
PART_SAMPLES = 2**21
"""How much of a file is measured at a time; as many whole seconds as that has, or one."""
LOWEST_HZ, HIGHEST_HZ = 8_000, 384_000
MOST_CHANNELS = 32

SIDE, CENTRE = 1.0, 0.5**0.5
LEFT, RIGHT, BOTH, NONE = (SIDE, 0.0), (0.0, SIDE), (CENTRE, CENTRE), (0.0, 0.0)
TO_STEREO = {
    1: [(SIDE, SIDE)],
    2: [LEFT, RIGHT],
    3: [LEFT, RIGHT, BOTH],
    4: [LEFT, RIGHT, LEFT, RIGHT],
    5: [LEFT, RIGHT, BOTH, LEFT, RIGHT],
    6: [LEFT, RIGHT, BOTH, NONE, LEFT, RIGHT],
    7: [LEFT, RIGHT, BOTH, NONE, BOTH, LEFT, RIGHT],
    8: [LEFT, RIGHT, BOTH, NONE, LEFT, RIGHT, LEFT, RIGHT],
}
"""Where each channel goes, in the order of WAV files; the low-frequency one goes nowhere. More go to both sides."""


class Unfit(TrainError):
    """Why a file cannot be used, in a few words."""


@dataclass(frozen=True)
class Survey:
    """What a file holds: its sum, its length, and the power of each of its seconds."""

    sha256: str
    seconds: float
    powers: NDArray[np.float64]

    @property
    def power(self) -> float:
        """The mean power of the seconds that are not silent."""
        loud = self.powers[self.powers > _power(SILENT_DB)]
        return float(loud.mean())

    @property
    def level_db(self) -> float:
        return round(float(10 * np.log10(self.power)), 2)

    @property
    def gain(self) -> float:
        """What brings the file to the level of all training music."""
        return float((_power(TARGET_RMS_DB) / self.power) ** 0.5)

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield first and last second of each chunk that sounds: equal parts of about a minute."""
        count, last = max(1, round(self.seconds / CHUNK_S)), len(self.powers)
        bounds = [last * part // count for part in range(count + 1)]
        faint = self.power * _power(-FAINT_DB)
        for start, stop in pairwise(bounds):
            if self.powers[start:stop].mean() > faint:
                yield start, stop


def survey(_: Codec, path: Path, shortest_s: float) -> Survey | str:
    """Measure a file from its beginning to its end; returns why it is unfit where it is."""
    try:
        found = _measure(path, shortest_s)
        if not (found.powers > _power(SILENT_DB)).any():
            raise Unfit("silent")
        return found
    except Unfit as error:
        return str(error)
    except sf.LibsndfileError as error:
        return f"corrupt or not audio: {error.error_string}"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _measure(path: Path, shortest_s: float) -> Survey:
    frames, cut, powers = 0, 0, []
    with sf.SoundFile(path) as file:
        _check_header(file, shortest_s)
        rate_hz = file.samplerate
        part = rate_hz * max(1, PART_SAMPLES // (rate_hz * file.channels))
        while len(block := _read(file, part)):
            lowest, highest = block.min(), block.max()
            if not np.isfinite(highest - lowest):
                raise Unfit(f"has numbers that are none (NaN or infinity) after {frames // rate_hz} s")
            if max(-lowest, highest) >= CUT_LOW:
                cut += _count_cut(block)
            powers.append(measure_powers(block, rate_hz))
            frames += len(block)
        seconds, promised = frames / rate_hz, file.frames / rate_hz
    if promised > seconds + 1:
        raise Unfit(f"corrupt: ends after {seconds:.0f} of {promised:.0f} s")
    if seconds < shortest_s:
        raise Unfit(_too_short(seconds, shortest_s))
    if cut > CUT_SHARE * frames:
        raise Unfit(f"clipped: {100 * cut / frames:.0f} % of it is cut off at full scale")
    return Survey(sum_file(path), seconds, np.concatenate(powers))


def measure_powers(block: Samples, rate_hz: int) -> NDArray[np.float64]:
    """Return the mean square of each second of a sound [N, C] in stereo, without what stands still."""
    sound = np.asarray((fold(block) if block.shape[1] > 2 else block).T, np.float64, order="C")
    whole = sound.shape[1] // rate_hz * rate_hz
    powers = sound[:, :whole].reshape(len(sound), -1, rate_hz).var(axis=2).mean(axis=0)
    rest = sound[:, whole:]
    return np.append(powers, rest.var(axis=1).mean()) if rest.size else powers


def _check_header(file: sf.SoundFile, shortest_s: float) -> None:
    if not LOWEST_HZ <= file.samplerate <= HIGHEST_HZ:
        raise Unfit(f"sample rate {file.samplerate} Hz is not within {LOWEST_HZ} to {HIGHEST_HZ}")
    if file.channels > MOST_CHANNELS:
        raise Unfit(f"{file.channels} channels, more than {MOST_CHANNELS}")
    if file.frames < shortest_s * file.samplerate:
        raise Unfit(_too_short(file.frames / file.samplerate, shortest_s))


def _too_short(seconds: float, shortest_s: float) -> str:
    return f"too short: {seconds:.3g} s of at least {shortest_s:g} s (--shortest)"


def _count_cut(block: Samples) -> int:
    """How many frames are cut off in any channel."""
    height = np.abs(block)
    full = (height >= CUT_LOW) & (height <= CUT_HIGH)
    return int((full[1:] & full[:-1]).any(axis=1).sum())


def fold(sound: Samples) -> Samples:
    """Make stereo [N, 2] of any channels [N, C]."""
    channels = sound.shape[1]
    if channels == 2:
        return sound
    return sound @ np.array(TO_STEREO.get(channels, [BOTH] * channels), np.float32)


@dataclass(frozen=True)
class Chunk:
    """Which seconds of a file, and what to multiply them with."""

    path: Path
    start_s: int
    stop_s: int
    gain: float


def encode_chunk(codec: Codec, chunk: Chunk) -> tuple[NDArray[np.float16], dict[str, Any]] | str:
    """Return the latents of a chunk with what is measured of it, or why there are none."""
    try:
        sound = read_chunk(chunk, codec.config)
    except sf.LibsndfileError as error:
        return f"corrupt: {error.error_string} after {chunk.start_s} s"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if len(sound) <= 2 * codec.config.delay_frames:
        return f"changed while it was read: it ends within {chunk.start_s} s"
    levelled = (sound * limit_curve(sound, chunk.gain)).astype(np.float32)
    delay = codec.config.delay_frames
    inner = levelled[delay : len(levelled) - delay]
    measured = {"seconds": round(len(inner) / codec.config.sample_rate_hz, 3), "level_db": measure_level_db(inner)}
    return encode_window(codec, torch.from_numpy(np.ascontiguousarray(levelled.T))).numpy(), measured


def read_chunk(chunk: Chunk, config: CodecConfig) -> Samples:
    """Read a chunk [N, 2] at the codec's rate: whole latents, and the frames around them that their encoding hears."""
    with sf.SoundFile(chunk.path) as file:
        before_s = min(chunk.start_s, SPARE_S)
        file.seek((chunk.start_s - before_s) * file.samplerate)
        wanted = (chunk.stop_s + SPARE_S - chunk.start_s + before_s) * file.samplerate
        sound = fold(_read(file, wanted))
        sound = soxr.resample(sound, file.samplerate, config.sample_rate_hz)
    first = before_s * config.sample_rate_hz
    length = min(len(sound) - first, (chunk.stop_s - chunk.start_s) * config.sample_rate_hz)
    length -= length % config.latent_frames
    around = config.delay_frames
    missing = max(0, around - first), max(0, first + length + around - len(sound))
    sound = np.pad(sound, (missing, (0, 0)))
    start = first - around + missing[0]
    return sound[start : start + length + 2 * around]


def _power(level_db: float) -> float:
    return 10 ** (level_db / 10)


def _read(file: sf.SoundFile, frames: int) -> Samples:
    return np.asarray(file.read(frames, dtype="float32", always_2d=True), np.float32)
