"""How well music follows the sketch of a piece: its melody, rhythm and dynamics, and how well that of any other piece.

The scores are those of the LMDM's paper in kind: the share of moments with the same pitch class, an F-measure of what
is heard to begin, and the correlation of levels. Each is also taken of outputs and inputs that do not belong together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lmdmd.model.bundle import Bundle
from lmdmd.model.codec import Codec
from lmdmd.model.config import Geometry
from lmdmd.model.controls import SKETCH, flag
from lmdmd.model.sketch import Sketcher
from lmdmd.train import hearing
from lmdmd.train.classifier import Classifier, read_excerpts
from lmdmd.train.encode import list_audio, read_audio, read_piece
from lmdmd.train.evaluate import pick_pieces, write_prompt
from lmdmd.train.evaluate_conditions import Stream, play_streams, share_named
from lmdmd.train.progress import track

ONSETS_WITHIN_S = 0.05
BATCH = 12
"""Streams that play side by side."""


@cache
def _sketcher() -> Sketcher:
    return Sketcher(Geometry())


@torch.inference_mode()
def sketch_of(audio: Tensor) -> dict[str, Tensor]:
    """Return the sketch of audio [2, N] as controls [1 + C, T]."""
    return {name: flag(value)[0] for name, value in zip(SKETCH, _sketcher().sketch(audio[None]), strict=True)}


def find_semitones(audio: Tensor) -> Tensor:
    """Return which semitones stand out in each latent's sound: [60, T] of 0 and 1."""
    return (sketch_of(audio)["melody"][1:] > 0).float()


def overlap(a: Tensor, b: Tensor) -> float:
    """Return the F-measure of what is 1 in one and in the other; 0 where both are empty."""
    total = a.sum() + b.sum()
    return float(2 * (a * b).sum() / total) if total else 0.0


@dataclass(frozen=True)
class Score:
    """What is heard in each of two sounds, how well both hearings agree, 1 at best, and what that means."""

    hear: Callable[[Tensor], Any]
    agree: Callable[[Any, Any], float]
    doc: str


SCORES = {
    "melody": Score(
        hearing.chromagram, hearing.top_agreement, "share of latents in which the loudest pitch class is the same"
    ),
    "semitones": Score(find_semitones, overlap, "F1 of the four semitones C3 .. B7 that stand out in each latent"),
    "rhythm": Score(
        hearing.find_onsets, partial(hearing.beat_f1, within_s=ONSETS_WITHIN_S), "F1 of attacks within 50 ms"
    ),
    "dynamics": Score(hearing.level_envelope, hearing.correlation, "correlation of levels in dB, a latent at a time"),
}


@dataclass(frozen=True)
class Clip:
    """The beginning of a held-out piece: its style, a number that words its prompt, its sound [2, N]."""

    style: str
    seed: int
    audio: Tensor

    def prompt(self, asked: Clip) -> str:
        """Return words for the style of a clip."""
        return write_prompt(asked.style, self.seed)


def read_clips(data: Path, pieces: int, frames: int) -> list[Clip]:
    """Return the beginnings of the first `pieces` held-out pieces of every style."""
    facts = {path.stem: read_piece(data, path.stem) for path in list_audio(data, "heldout")}
    names = pick_pieces({name: piece["style"] for name, piece in facts.items()}, pieces)
    return [
        Clip(facts[name]["style"], facts[name]["seed"], read_audio(data / "audio" / f"{name}.flac", 0, frames))
        for name in names
    ]


class Judge:
    """The clips that all rungs are to follow, and the ear that names styles; what it needs is heard once."""

    def __init__(self, data: Path, pieces: int, frames: int) -> None:
        self.clips = read_clips(data, pieces, frames)
        half = len(self.clips) // 2
        self.others = self.clips[half:] + self.clips[:half]  # as far from its own style as can be
        self.classifier = Classifier.fit(read_excerpts(data))
        self.heard = {name: [score.hear(clip.audio) for clip in self.clips] for name, score in SCORES.items()}

    @property
    def frames(self) -> int:
        return self.clips[0].audio.shape[-1]

    def measure(self, bundle: Bundle) -> dict[str, Any]:
        """Return how a bundle follows every clip's sketch, asked for the clip's style and for another one."""
        found = {}
        for kind, asked in (("same_style", self.clips), ("other_style", self.others)):
            sounds = self._play(bundle, asked, f"{bundle.name}, {kind.replace('_', ' ')}")
            styles = [clip.style for clip in asked]
            found[kind] = {**self.score(sounds), "style_named": share_named(self.classifier, sounds, styles)}
        return found

    def _play(self, bundle: Bundle, asked: Sequence[Clip], label: str) -> list[Tensor]:
        """Play with all of the context that there is room for, however long."""
        streams = [Stream(c.prompt(other), sketch_of(c.audio)) for c, other in zip(self.clips, asked, strict=True)]
        geometry = bundle.geometry
        seconds, memory_s = self.frames / geometry.sample_rate, geometry.window / geometry.latent_rate_hz
        batches = [streams[i : i + BATCH] for i in range(0, len(streams), BATCH)]
        return [
            sound
            for number, batch in enumerate(track(batches, label))
            for sound in play_streams(bundle, batch, seconds, seed=number * BATCH, memory_s=memory_s)
        ]

    @torch.inference_mode()
    def round_trip(self, codec: Codec) -> dict[str, Any]:
        """Return the scores of what the codec makes of the clips themselves: no rung can be better."""
        return self.score([codec.decode(codec.encode(clip.audio[None]))[0] for clip in self.clips])

    def score(self, sounds: Sequence[Tensor]) -> dict[str, Any]:
        """Return all SCORES of sounds, one for each clip."""
        return {
            name: summarise(compare([score.hear(sound) for sound in sounds], self.heard[name], score.agree))
            for name, score in SCORES.items()
        }


def compare(made: Sequence[Any], real: Sequence[Any], agree: Callable[[Any, Any], float]) -> NDArray[np.float64]:
    """Return how every output agrees with every input [n, n]; those that belong together on the diagonal."""
    return np.array([[agree(_fit(a, b), _fit(b, a)) for b in real] for a in made])


def _fit(a: Any, b: Any) -> Any:
    """Return a hearing over time, cut to the length of another one; times stay as they are."""
    return a[..., : b.shape[-1]] if isinstance(a, Tensor) else a


def summarise(scores: NDArray[np.float64]) -> dict[str, Any]:
    """Return `hearing.against_others` with the intervals of both means, and each output's own score."""
    own = np.diag(scores)
    others = (scores.sum(1) - own) / max(1, len(scores) - 1)
    edges = {f"{name}_interval": round_interval(values) for name, values in (("own", own), ("others", others))}
    return {**hearing.against_others(scores), **edges, "each": [round(float(value), 4) for value in own]}


def subtract(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """Return by how much a summary of the same clips is above another one, clip by clip, with its interval."""
    gain = np.array(a["each"]) - np.array(b["each"])
    return {"difference": round(float(gain.mean()), 4), "interval": round_interval(gain)}


def round_interval(values: NDArray[np.float64]) -> list[float]:
    """Return the interval of a mean, as it is written down."""
    return [round(edge, 4) for edge in hearing.interval(list(values))]
