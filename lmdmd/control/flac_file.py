"""``python -m lmdmd.control.flac_file FILE.wav ...``: finished WAV files into FLAC, 24 bit, in what time others leave.

The FLAC file is written beside the WAV file under another name, read again, compared sample for sample and given its
name; only then the WAV file is removed. What is louder than full scale does not fit into 24 bits, and stays WAV.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile

from lmdmd.errors import LmdmdError
from lmdmd.rt.wav import sync_data

_BLOCK_FRAMES = 2**16
_FULL = 2**23
"""Full scale in 24 bits."""
_SPARE_BITS = 8
"""By which a sample of 24 bits is shifted up in the 32 that libsndfile takes."""
_LABELS_LIMIT = 60_000


def make_flac(wav: Path) -> Path:
    """Turn a WAV file into a FLAC file of its name, and remove it; raises ``LmdmdError`` and leaves it otherwise."""
    out, part = wav.with_suffix(".flac"), wav.with_suffix(f".{os.getpid()}.part")
    try:
        _encode(wav, part)
        _verify(wav, part)
        with part.open("r+b") as file:
            sync_data(file.fileno())
        part.replace(out)
        wav.unlink(missing_ok=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise LmdmdError(f"{wav} stays WAV: {getattr(error, 'strerror', None) or error}") from None
    finally:
        part.unlink(missing_ok=True)
    return out


def _encode(wav: Path, out: Path) -> None:
    with soundfile.SoundFile(wav) as source:
        rate_hz, channels = source.samplerate, source.channels
        with soundfile.SoundFile(out, "w", rate_hz, channels, subtype="PCM_24", format="FLAC") as target:
            labels = _labels(wav)
            if labels:
                target.comment = labels
            for audio in _blocks(source):
                target.write(in_24_bits(audio, wav))


def _verify(wav: Path, flac: Path) -> None:
    with soundfile.SoundFile(wav) as source, soundfile.SoundFile(flac) as made:
        if len(source) != len(made):
            raise LmdmdError(f"{wav} stays WAV: the FLAC file has {len(made)} frames, and it has {len(source)}")
        for audio in _blocks(source):
            if not np.array_equal(in_24_bits(audio, wav), made.read(len(audio), dtype="int32", always_2d=True)):
                raise LmdmdError(f"{wav} stays WAV: the FLAC file does not hold the same samples")


def _blocks(source: soundfile.SoundFile) -> Iterator[np.ndarray]:
    while len(audio := source.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)):
        yield audio


def in_24_bits(audio: np.ndarray, path: Path) -> np.ndarray:
    """Samples as FLAC keeps them, at the top of 32 bits; raises ``LmdmdError`` for what does not fit."""
    scaled = np.rint(audio.astype(np.float64) * _FULL)
    if not ((scaled >= -_FULL) & (scaled < _FULL)).all():
        raise LmdmdError(f"{path} stays WAV: it is louder than a FLAC file can hold")
    return scaled.astype(np.int32) << _SPARE_BITS


def _labels(wav: Path) -> str:
    """Labels of a piece, which FLAC has no cue chunk for."""
    path = wav.with_name(f"labels{wav.stem[len(wav.stem.partition('-')[0]) :]}.txt")
    try:
        return path.read_text(encoding="utf-8")[:_LABELS_LIMIT]
    except OSError:
        return ""


def _step_back() -> None:
    """Run when nobody else wants to."""
    os.nice(19)
    if hasattr(os, "sched_setscheduler"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def main(paths: list[str]) -> int:
    """Make FLAC files of WAV files; says on stderr which stay WAV."""
    _step_back()
    status = 0
    for path in map(Path, paths):
        try:
            if path.exists():  # what a program before this one left may be done by now
                make_flac(path)
        except LmdmdError as error:
            status = 1
            with suppress(OSError):
                print(error, file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
