"""What is sketched to measure a bundle, held-out pieces or any recordings, and how well something follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import soxr
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.codec import Codec
from lmdmd.train import hearing
from lmdmd.train.encode import list_audio, read_audio, read_piece

SPARE_S = 1.0
SPAN_S = 0.5
"""Where nobody knows of beats, pitches are compared in spans of this length."""
_STEP_S = 0.5


@dataclass(frozen=True)
class Input:
    """Something to be sketched: sound [2, N] at 44.1 kHz, and the times between which its pitch is compared.

    ``style`` is empty where nobody says which it is.
    """

    name: str
    audio: Tensor
    edges_s: list[float]
    style: str = ""
    seed: int = 0


def read_inputs(folder: Path, seconds: float, pieces: int) -> list[Input]:
    """Return the inputs of a folder: the first pieces of every style of training data, or every sound file there is.

    Raises `TrainError` for a folder without sound.
    """
    if (folder / "audio").is_dir() and (folder / "pieces").is_dir():
        return read_pieces(folder, seconds, pieces)
    found = [one for path in sorted(folder.rglob("*")) if path.is_file() if (one := read_recording(path, seconds))]
    if len(found) < 2:
        raise TrainError(
            f"{folder}: has {len(found)} sound files of {seconds + SPARE_S:g} s or more, and two are needed"
        )
    return found


def read_pieces(data: Path, seconds: float, pieces: int) -> list[Input]:
    """Return the beginnings of the first held-out pieces of every style."""
    picked: dict[str, list[Path]] = {}
    for path in list_audio(data, "heldout"):
        picked.setdefault(read_piece(data, path.stem)["style"], []).append(path)
    found = []
    for path in [path for paths in picked.values() for path in paths[:pieces]]:
        facts = read_piece(data, path.stem)
        audio = read_audio(path, 0, round((seconds + SPARE_S) * hearing.SAMPLE_RATE_HZ))
        edges_s = spans_s(60 / facts["tempo_bpm"], seconds)
        found.append(Input(path.stem, audio, edges_s, facts["style"], facts["seed"]))
    return found


def read_recording(path: Path, seconds: float) -> Input | None:
    """Return the loudest stretch of a sound file; None for a file of another kind, or a shorter one."""
    try:
        audio, rate_hz = sf.read(path, dtype="float32", always_2d=True)
    except (OSError, sf.LibsndfileError):
        return None
    both = soxr.resample(audio[:, [0, min(1, audio.shape[1] - 1)]], rate_hz, hearing.SAMPLE_RATE_HZ)
    frames = round((seconds + SPARE_S) * hearing.SAMPLE_RATE_HZ)
    if len(both) < frames:
        return None
    begin = find_loudest(both, frames)
    sound = torch.from_numpy(np.ascontiguousarray(both[begin : begin + frames].T, dtype=np.float32))
    return Input(path.stem, sound, spans_s(SPAN_S, seconds))


def spans_s(step_s: float, seconds: float) -> list[float]:
    """Return the seconds at which steps of one length begin."""
    return list(np.arange(0.0, seconds, step_s))


def find_loudest(audio: np.ndarray, frames: int) -> int:
    """Return where the loudest stretch of so many frames begins, to half a second."""
    step = round(_STEP_S * hearing.SAMPLE_RATE_HZ)
    power = np.concatenate([[0.0], np.cumsum((audio.astype(np.float64) ** 2).sum(1))])
    begins = np.arange(0, len(audio) - frames + 1, step)
    return int(begins[(power[begins + frames] - power[begins]).argmax()])


def ask_others(inputs: Sequence[Input], styles: Sequence[str]) -> list[str]:
    """Return for every input a style that is not its own, where it has one; all about as often."""
    named = [one.style for one in inputs]
    half = len(named) // 2
    return named[half:] + named[:half] if all(named) else [styles[i % len(styles)] for i in range(len(inputs))]


@torch.inference_mode()
def round_trip(codec: Codec, inputs: Sequence[Input], seconds: float) -> list[Tensor]:
    """Return what a codec leaves of the inputs: nothing that is made with it can follow them better."""
    frames = round(seconds * hearing.SAMPLE_RATE_HZ)
    return [codec.decode(codec.encode(one.audio[None]))[0][:, :frames] for one in inputs]


def follow(sounds: Sequence[Tensor], inputs: Sequence[Input]) -> dict[str, Any]:
    """Return how well the levels, in dB and as they are, and strongest pitches of sounds follow those of their inputs.

    Each stands beside the same figure of all the other inputs.
    """
    references = [one.audio[:, : sounds[0].shape[-1]] for one in inputs]
    made, real = ([hearing.level_envelope(sound) for sound in some] for some in (sounds, references))
    envelope = np.array([[hearing.correlation(a, b) for b in real] for a in made])
    rms = np.array([[hearing.correlation(_rms(a), _rms(b)) for b in real] for a in made])
    chroma = np.zeros_like(envelope)
    heard = [hearing.chromagram(sound) for sound in sounds]
    for column, (reference, one) in enumerate(zip(references, inputs, strict=True)):
        wanted = hearing.pool_spans(hearing.chromagram(reference), one.edges_s)
        for row, chromagram in enumerate(heard):
            chroma[row, column] = hearing.top_agreement(hearing.pool_spans(chromagram, one.edges_s), wanted)
    return {
        "envelope_correlation": hearing.against_others(envelope),
        "rms_correlation": hearing.against_others(rms),
        "chroma_agreement": hearing.against_others(chroma),
    }


def _rms(level_db: Tensor) -> Tensor:
    return 10 ** (level_db / 20)
