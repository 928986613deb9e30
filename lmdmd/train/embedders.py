"""Who listens: anything that turns windows of sound into features, and can say how likely each style is.

The classifier's features are always there, an ear is trained on renders, and CLAP is the user's own, from a folder.
Another one, OpenL3 for instance, needs no more than the two attributes and the method of `Embedder`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import soxr
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.train.classifier import SAMPLE_RATE_HZ, Classifier, describe_clip, split_excerpts
from lmdmd.train.ear import Ear
from lmdmd.train.words import WORDS

CLAP_RATE_HZ = 48_000


class Embedder(Protocol):
    """Hears windows of audio at 44.1 kHz."""

    @property
    def name(self) -> str: ...

    @property
    def styles(self) -> tuple[str, ...]: ...

    def hear(self, audio: Tensor, seconds: float) -> tuple[Tensor, Tensor]:
        """Return features [n, F] and log probabilities of styles [n, S], in double precision, of audio [C, N].

        One row a whole window of `seconds`; what is shorter than one window is one.
        """
        ...


@dataclass(frozen=True)
class Features:
    """The classifier of held-out renders and its own features."""

    judge: Classifier
    name: str = "features"

    @property
    def styles(self) -> tuple[str, ...]:
        return self.judge.styles

    def hear(self, audio: Tensor, seconds: float) -> tuple[Tensor, Tensor]:
        rows = describe_clip(audio, seconds)
        return self.judge.standardise(rows), self.judge.log_probs(rows)


@dataclass(frozen=True)
class Hearing:
    """An ear that was trained on renders."""

    ear: Ear
    name: str = "ear"

    @property
    def styles(self) -> tuple[str, ...]:
        return self.ear.config.styles

    def hear(self, audio: Tensor, seconds: float) -> tuple[Tensor, Tensor]:
        return self.ear.hear(audio, seconds)


class Clap:
    """A CLAP of transformers, from a folder of the user's; it names a style by the nearest of the styles' genres."""

    name = "clap"

    def __init__(self, folder: Path, styles: Sequence[str]) -> None:
        """Load `folder`; raises `TrainError` naming what is missing. Nothing is ever downloaded."""
        self.styles = tuple(styles)
        self._model, self._read = load_clap(folder)
        words = [genre for style in self.styles for genre in WORDS[style].genres]
        spans = [len(WORDS[style].genres) for style in self.styles]
        said = self.embed_text(words)
        self._genres = torch.stack([unit(some.mean(0)) for some in said.split(spans)])

    def hear(self, audio: Tensor, seconds: float) -> tuple[Tensor, Tensor]:
        rows = self.embed_audio(audio, seconds)
        scale = self._model.logit_scale_a.exp().double().item()
        return rows, (scale * rows @ self._genres.T).log_softmax(-1)

    @torch.inference_mode()
    def embed_text(self, words: Sequence[str]) -> Tensor:
        """Return unit vectors [n, F]."""
        told = self._read(text=list(words), return_tensors="pt", padding=True)
        return unit(pooled(self._model.get_text_features(**told)))

    @torch.inference_mode()
    def embed_audio(self, audio: Tensor, seconds: float) -> Tensor:
        """Return unit vectors [n, F] of whole windows."""
        windows = [window.mean(0).numpy() for window in split_excerpts(audio, seconds)]
        sounds = [soxr.resample(window, SAMPLE_RATE_HZ, CLAP_RATE_HZ) for window in windows]
        told = self._read(audio=sounds, sampling_rate=CLAP_RATE_HZ, return_tensors="pt")
        return unit(pooled(self._model.get_audio_features(**told)))

    def score(self, prompts: Sequence[str], sounds: Sequence[Tensor], seconds: float) -> float:
        """Return the CLAP score: the mean cosine of each prompt and its own sound [C, N], over windows."""
        said = self.embed_text(prompts)
        heard = [self.embed_audio(sound, seconds) @ one for sound, one in zip(sounds, said, strict=True)]
        return torch.stack([cosines.mean() for cosines in heard]).mean().item()


def load_clap(folder: Path) -> tuple[Any, Any]:
    """Return model and processor of a folder; raises `TrainError` naming what is missing."""
    try:
        from transformers import ClapModel, ClapProcessor  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise TrainError("CLAP needs transformers; pip install 'lmdmd[sao]'") from None
    if not (folder / "config.json").is_file():
        raise TrainError(f"{folder}: no CLAP there (it has no config.json); --clap takes a folder of transformers")
    try:
        model = ClapModel.from_pretrained(folder, local_files_only=True)
        return model.eval(), ClapProcessor.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TrainError(f"{folder}: not a whole CLAP: {str(error).splitlines()[0]}") from None


def pooled(found: Any) -> Tensor:
    """Return the vectors of what transformers gave, which is a tensor in some versions and an object in others."""
    return found if isinstance(found, Tensor) else found.pooler_output


def unit(rows: Tensor) -> Tensor:
    """Rows of length 1, in double precision."""
    return torch.nn.functional.normalize(rows.double(), dim=-1)


def name_style(embedder: Embedder, log_probs: Tensor) -> str:
    """Return the style of a clip by the mean log probability of its windows [n, S]."""
    return embedder.styles[int(log_probs.mean(0).argmax())]
