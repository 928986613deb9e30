"""Encoded pieces in memory, and endless batches of random crops from them.

A batch is a function of the random generator alone, so a resumed run sees what an uninterrupted one would have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from lmdmd.errors import TrainError

Encode = Callable[[Sequence[str]], NDArray[np.floating]]


@dataclass(frozen=True)
class Piece:
    """One encoded piece: latents [T, 64] fp16, its style, and a vector [n, D] for each caption."""

    latents: Tensor
    style: str
    vectors: Tensor


class LatentSet:
    """All pieces of a split, drawn style by style so that no style drowns another."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        if not pieces:
            raise TrainError("no encoded pieces to train on")
        self.pieces = list(pieces)
        names = sorted({piece.style for piece in pieces})
        self.styles = {name: [p for p in pieces if p.style == name] for name in names}

    @classmethod
    def load(cls, data: Path, split: str, encode: Encode) -> LatentSet:
        """Read `latents/<split>.safetensors` and `.json`; every distinct caption is encoded once."""
        notes, latents = _read_split(data / "latents", split)
        captions = sorted({text for note in notes.values() for text in note["captions"]})
        vectors = torch.from_numpy(np.asarray(encode(captions), dtype=np.float32))
        row = {text: i for i, text in enumerate(captions)}
        return cls(
            [
                Piece(latents[name].half(), note["style"], vectors[[row[text] for text in note["captions"]]])
                for name, note in notes.items()
            ]
        )

    @property
    def latent_count(self) -> int:
        return sum(len(piece.latents) for piece in self.pieces)

    def draw(self, rng: np.random.Generator, items: int, length: int) -> tuple[Tensor, Tensor]:
        """Return random crops [B, 64, length] fp32 and one random caption vector each [B, D].

        Within a style a piece is as likely as it is long. Raises `TrainError` when no piece is long enough.
        """
        pieces = [self._draw_piece(rng, length) for _ in range(items)]
        starts = [int(rng.integers(len(piece.latents) - length + 1)) for piece in pieces]
        crops = [piece.latents[start : start + length] for piece, start in zip(pieces, starts, strict=True)]
        vectors = [piece.vectors[int(rng.integers(len(piece.vectors)))] for piece in pieces]
        return torch.stack(crops).float().transpose(1, 2).contiguous(), torch.stack(vectors)

    def _draw_piece(self, rng: np.random.Generator, length: int) -> Piece:
        names = list(self.styles)
        style = self.styles[names[int(rng.integers(len(names)))]]
        places = np.array([max(0, len(piece.latents) - length + 1) for piece in style], dtype=np.float64)
        if not places.any():
            raise TrainError(f'style "{style[0].style}" has no piece of {length} latents; render longer pieces')
        return style[int(rng.choice(len(style), p=places / places.sum()))]


def _read_split(folder: Path, split: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    notes_file, latents_file = folder / f"{split}.json", folder / f"{split}.safetensors"
    for file in (notes_file, latents_file):
        if not file.is_file():
            raise TrainError(f"{file} is missing; run `lmdmd data encode` first")
    latents = load_file(latents_file)
    notes = {name: note for name, note in json.loads(notes_file.read_text()).items() if name in latents}
    return notes, latents
