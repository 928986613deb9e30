"""Held-out renders as somebody hears them: what generated music is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile as sf
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.train.classifier import LISTENED_S, SAMPLE_RATE_HZ
from lmdmd.train.embedders import Embedder
from lmdmd.train.encode import list_audio, read_audio, read_piece
from lmdmd.train.progress import track

FRAME_S = 1.0
"""Distances are of features of windows as long as this (LMDM 5)."""
WINDOW_S = 10.0
"""Styles are named, and levels measured, in windows as long as this."""


@dataclass(frozen=True)
class Render:
    """One held-out render, and what was heard: features [n, F], one row a FRAME_S, and log_probs [m, S], a WINDOW_S."""

    path: Path
    style: str
    features: Tensor
    log_probs: Tensor


def hear_renders(embedder: Embedder, data: Path) -> list[Render]:
    """Hear the first LISTENED_S of every held-out render; raises `TrainError` for a style that has no name here."""
    found = []
    for path in track(list_audio(data, "heldout"), f"{embedder.name} hears renders"):
        style = read_piece(data, path.stem)["style"]
        if style not in embedder.styles:
            known = ", ".join(embedder.styles)
            raise TrainError(f"{path}: {embedder.name} knows no style {style}, only {known}; train it on this data")
        audio = read_audio(path, 0, min(sf.info(path).frames, round(LISTENED_S * SAMPLE_RATE_HZ)))
        found.append(Render(path, style, embedder.hear(audio, FRAME_S)[0], embedder.hear(audio, WINDOW_S)[1]))
    return found


def by_style(renders: Sequence[Render]) -> dict[str, list[Render]]:
    """Return style -> its renders, in order."""
    found: dict[str, list[Render]] = {}
    for render in renders:
        found.setdefault(render.style, []).append(render)
    return found


def pick_references(renders: Sequence[Render], styles: Sequence[str]) -> list[Render]:
    """Return for each of a list of styles a render of it, another one each time that the style comes again."""
    few, turn = by_style(renders), dict.fromkeys(styles, 0)
    picked = []
    for style in styles:
        if style not in few:
            raise TrainError(f"no held-out render of {style}; there are {', '.join(few)}")
        picked.append(few[style][turn[style] % len(few[style])])
        turn[style] += 1
    return picked


def all_features(renders: Sequence[Render]) -> Tensor:
    """Return the features [n, F] of all renders."""
    return torch.cat([render.features for render in renders])


@torch.inference_mode()
def encode_openings(codec: AudioCodec, renders: Sequence[Render], latents: int) -> Tensor:
    """Return the first `latents` latents of each render's sound [B, D, latents], for models to go on from."""
    frames = latents * codec.config.latent_frames
    heard = [read_audio(render.path, 0, frames + codec.config.latent_frames) for render in renders]
    short = [render.path for render, audio in zip(renders, heard, strict=True) if audio.shape[-1] < frames]
    if short:
        raise TrainError(f"{short[0]}: shorter than the {latents} latents of the model's context; render longer pieces")
    return torch.cat([codec.encode(audio[None])[..., :latents] for audio in heard])


def reference_probs(render: Render) -> Tensor:
    """Return the class distribution [S] of a render: the mean of its windows' probabilities."""
    return render.log_probs.exp().mean(0)


def count_styles(renders: Sequence[Render]) -> Mapping[str, int]:
    """Return how many renders there are of each style."""
    return {style: len(few) for style, few in by_style(renders).items()}
