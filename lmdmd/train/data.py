"""Encoded pieces in memory, and endless batches of random crops from them.

A batch is a function of the random generator alone, so a resumed run sees what an uninterrupted one would have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.train.shards import read_split

Encode = Callable[[Sequence[str]], NDArray[np.floating]]


@dataclass(frozen=True)
class Crops:
    """A batch of crops [B, 64, T] with a caption vector each [B, D], and conditions [B, 1 + C, T] by name."""

    latents: Tensor
    vectors: Tensor
    controls: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """One encoded piece: latents [T, 64] fp16, its style, and a vector [n, D] for each caption."""

    latents: Tensor
    style: str
    vectors: Tensor

    @property
    def length(self) -> int:
        return len(self.latents)


class HasLength(Protocol):
    """What crops can be drawn from."""

    @property
    def style(self) -> str: ...

    @property
    def length(self) -> int: ...


AnyPiece = TypeVar("AnyPiece", bound=HasLength)


class Pieces(Protocol):
    """A split to train on or to measure with."""

    @property
    def latent_count(self) -> int: ...

    @property
    def longest(self) -> int:
        """Latents of the longest crop that can be drawn."""
        ...

    def draw(self, rng: np.random.Generator, items: int, length: int, target: int, kind: str = "") -> Crops:
        """Return random crops of `length` latents, of which the last `target` are to be made; `kind` "" is any."""
        ...


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
        """Read the split's shards, each of which must be whole; every distinct caption is encoded once."""
        notes, latents = read_split(data, split)
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

    @property
    def longest(self) -> int:
        return find_longest(self.styles)

    def draw(self, rng: np.random.Generator, items: int, length: int, target: int = 0, kind: str = "") -> Crops:
        """Return random crops of `length` latents; there is only one kind of them.

        Raises `TrainError` when no piece is long enough.
        """
        pieces = [draw_piece(rng, self.styles, length) for _ in range(items)]
        starts = [int(rng.integers(len(piece.latents) - length + 1)) for piece in pieces]
        crops = [piece.latents[start : start + length] for piece, start in zip(pieces, starts, strict=True)]
        vectors = [piece.vectors[int(rng.integers(len(piece.vectors)))] for piece in pieces]
        return Crops(torch.stack(crops).float().transpose(1, 2).contiguous(), torch.stack(vectors))


def find_longest(styles: Mapping[str, Sequence[HasLength]]) -> int:
    """Return of how many latents every style has a piece."""
    return min(max(piece.length for piece in pieces) for pieces in styles.values())


def draw_piece(rng: np.random.Generator, styles: Mapping[str, Sequence[AnyPiece]], length: int) -> AnyPiece:
    """Return a random piece with room for `length` latents: each style as often, in it each piece as it is long."""
    names = list(styles)
    style = styles[names[int(rng.integers(len(names)))]]
    places = np.array([max(0, piece.length - length + 1) for piece in style], dtype=np.float64)
    if not places.any():
        raise TrainError(f'style "{style[0].style}" has no piece of {length} latents; render longer pieces')
    return style[int(rng.choice(len(style), p=places / places.sum()))]
