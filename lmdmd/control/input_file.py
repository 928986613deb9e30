"""A sound file as the live input: read, resampled and laid into shared memory before the show.

It stays there as long as the program runs: another audio process finds it as it is, and takes it up at its frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr

from lmdmd.control.memory import CHANNELS, free_bytes
from lmdmd.errors import ConfigError
from lmdmd.rt.shared import PLACE
from lmdmd.rt.sound import Sound
from lmdmd.rt.sound_file import stereo

LONGEST_S = 600.0
"""A file may last so long: some 210 MB of memory at 44.1 kHz."""
SHORTEST_S = 0.1
_CHUNK_FRAMES = 1 << 16
_SPARE_S = 1.0
"""More than a resampler gives beyond what the length lets expect."""


def check_input(path: Path) -> float:
    """Seconds that a file lasts, as its header says; raises ``ConfigError`` where it is not fit to be the input."""
    try:
        about = soundfile.info(path)
    except (OSError, soundfile.SoundFileError):
        raise ConfigError(f"--input {path}: {_why_unread(path)}") from None
    seconds = about.frames / about.samplerate
    if seconds > LONGEST_S:
        cure = f"cut it, for example: ffmpeg -i {path} -t {LONGEST_S:.0f} shorter.wav"
        raise ConfigError(f"--input {path}: lasts {seconds:.0f} s, and at most {LONGEST_S:.0f} s are kept; {cure}")
    if seconds < SHORTEST_S:
        raise ConfigError(f"--input {path}: lasts {seconds:.3f} s, too short to be heard; name a longer file")
    return seconds


def _why_unread(path: Path) -> str:
    if path.is_dir():
        return "is a folder; name a sound file in it"
    if not path.exists():
        return "is not there; name a sound file"
    return "is no sound file that can be read; WAV, FLAC, OGG, MP3 and AIFF can, and ffmpeg makes them of others"


def load_input(path: Path, rate_hz: int) -> Sound:
    """The file at ``rate_hz``, in stereo; raises ``ConfigError``.

    One channel is heard on both sides, of more than two the first two are heard. Whoever asked for it closes and
    unlinks it.
    """
    frames = round((check_input(path) + _SPARE_S) * rate_hz)
    try:
        sound = Sound.create(frames, CHANNELS, rate_hz)
    except OSError:
        needed, free = frames * CHANNELS * 4 / 1e6, free_bytes() / 1e6
        raise ConfigError(
            f"--input {path}: takes {needed:.0f} MB of shared memory, and {free:.0f} MB are free in {PLACE}; cut it, "
            "or give a container more with docker run --shm-size=1g"
        ) from None
    try:
        for part in _resampled(path, rate_hz):
            sound.put(part)
        if sound.frames < math.floor(SHORTEST_S * rate_hz):
            raise soundfile.SoundFileError
    except (OSError, soundfile.SoundFileError):
        sound.close()
        sound.unlink()
        raise ConfigError(f"--input {path}: is damaged: {_why_unread(path)}") from None
    return sound


def _resampled(path: Path, rate_hz: int) -> Iterator[np.ndarray]:
    """Stereo parts of a file, in order, at another rate."""
    with soundfile.SoundFile(path) as file:
        same = file.samplerate == rate_hz
        stream = None if same else soxr.ResampleStream(file.samplerate, rate_hz, CHANNELS, dtype="float32")
        while len(read := file.read(_CHUNK_FRAMES, dtype="float32", always_2d=True)):
            part = stereo(read)
            yield part if stream is None else stream.resample_chunk(part)
        if stream is not None:
            yield stream.resample_chunk(np.zeros((0, CHANNELS), np.float32), last=True)
