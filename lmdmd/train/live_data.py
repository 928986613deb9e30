"""Pieces with their conditions in memory, and endless batches of crops: music as it is, or a part beside what it hears.

A crop of the mix comes with its own sketch, beat and chords. A crop of a part, or of all but one, comes with those too,
and hears the others, one other, or the one. What of it the network is shown is decided by `lmdmd.train.groups`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.controls import FEATURES, SKETCH, flag
from lmdmd.train.captions import write_captions, write_role_captions
from lmdmd.train.conditions import MIX, unpack
from lmdmd.train.data import Crops, Encode, draw_piece, find_longest

KINDS = {"mix": 0.65, "stem": 0.2, "rest": 0.15}
"""What a crop is of, and how often."""
HEAR_ONE = 0.4
"""How often a part hears only one of the others."""
SOUNDING = 0.5
TRIES = 8
"""A part is often silent; a crop of one is drawn anew until it sounds for this share of its target."""


@dataclass(frozen=True)
class LivePiece:
    """One piece: its style, the tensors of `encode_conditions`, and caption vectors [n, D] of each voice."""

    style: str
    tensors: dict[str, Tensor]
    vectors: dict[str, Tensor]

    @property
    def length(self) -> int:
        return len(self.tensors[MIX])

    @property
    def parts(self) -> list[str]:
        """The names of parts that can be heard beside others; none where a piece has one alone."""
        parts = [
            name.removeprefix("stem/") for name in self.tensors if name.startswith("stem/") and name.count("/") == 1
        ]
        return parts if len(parts) > 1 else []


@dataclass(frozen=True)
class Choice:
    """A crop: what it is of, what it hears, and where it begins."""

    piece: LivePiece
    voice: str
    heard: str | None
    start: int


class LiveSet:
    """All pieces of a split with conditions, drawn style by style so that no style drowns another."""

    def __init__(self, pieces: Sequence[LivePiece]) -> None:
        if not pieces:
            raise TrainError("no encoded pieces to train on")
        self.pieces = list(pieces)
        self.styles = {name: [p for p in pieces if p.style == name] for name in sorted({p.style for p in pieces})}

    @classmethod
    def load(cls, data: Path, split: str, encode: Encode) -> LiveSet:
        """Read `conditions/<split>-*.safetensors`; every distinct caption is encoded once."""
        files = sorted((data / "conditions").glob(f"{split}-*.safetensors"))
        if not files:
            raise TrainError(f"{data / 'conditions'} has no pieces; run `lmdmd data encode --conditions` first")
        _check_codec(files)
        facts = [json.loads((data / "pieces" / f"{file.stem}.json").read_text()) for file in files]
        captions = [write_voice_captions(piece) for piece in facts]
        texts = sorted({text for voices in captions for said in voices.values() for text in said})
        vectors = torch.from_numpy(np.asarray(encode(texts), dtype=np.float32))
        row = {text: i for i, text in enumerate(texts)}
        return cls(
            [
                LivePiece(
                    piece["style"],
                    load_file(file),
                    {voice: vectors[[row[text] for text in said]] for voice, said in voices.items()},
                )
                for file, piece, voices in zip(files, facts, captions, strict=True)
            ]
        )

    @property
    def latent_count(self) -> int:
        return sum(piece.length for piece in self.pieces)

    @property
    def longest(self) -> int:
        return find_longest(self.styles)

    def draw(self, rng: np.random.Generator, items: int, length: int, target: int, kind: str = "") -> Crops:
        """Return random crops with every condition that they have; kinds are those of KINDS."""
        return self.make([self.choose(rng, length, target, kind) for _ in range(items)], rng, length)

    def choose(self, rng: np.random.Generator, length: int, target: int, kind: str) -> Choice:
        """Draw one crop, of any kind where that is "". Raises `TrainError` when no piece is long enough."""
        piece = draw_piece(rng, self.styles, length)
        kind = kind or str(rng.choice(list(KINDS), p=list(KINDS.values())))
        voice, heard = draw_voice(rng, piece, kind)
        start = 0
        for _ in range(TRIES):
            start = int(rng.integers(piece.length - length + 1))
            if voice == MIX or sounds(piece, voice, start + length - target, target):
                break
        return Choice(piece, voice, heard, start)

    def make(self, choices: Sequence[Choice], rng: np.random.Generator, length: int) -> Crops:
        """Return the crops that were chosen, each with one of its captions and every condition that it has."""
        latents = [c.piece.tensors[c.voice][c.start : c.start + length].float().T for c in choices]
        said = [c.piece.vectors[c.voice] for c in choices]
        vectors = [rows[int(rng.integers(len(rows)))] for rows in said]
        controls = {name: torch.stack([read_control(c, name, length) for c in choices]) for name in FEATURES}
        return Crops(torch.stack(latents), torch.stack(vectors), controls)


def write_voice_captions(facts: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Return the captions of each voice of a piece: its own for the mix, roles for parts, what is left for rests."""
    rng = random.Random(f"{facts['id']}/voices")
    programs = [(part["name"], part["program"]) for part in facts["parts"]]
    about = facts["style"], facts["tempo_bpm"], facts["key"]
    captions: dict[str, Sequence[str]] = {MIX: facts["captions"]}
    for program in programs:
        captions[f"stem/{program[0]}"] = write_role_captions(*about, program, rng)
        others = [other for other in programs if other != program]
        captions[f"rest/{program[0]}"] = write_captions(*about, others, rng) if others else facts["captions"]
    return captions


def draw_voice(rng: np.random.Generator, piece: LivePiece, kind: str) -> tuple[str, str | None]:
    """Return a voice of a piece and the voice that it hears, if any."""
    parts = piece.parts
    if kind == MIX or not parts:
        return MIX, None
    part = parts[int(rng.integers(len(parts)))]
    if kind == "rest":
        return f"rest/{part}", f"stem/{part}"
    others = [other for other in parts if other != part]
    one = others[int(rng.integers(len(others)))]
    return f"stem/{part}", f"stem/{one}" if rng.random() < HEAR_ONE else f"rest/{part}"


def sounds(piece: LivePiece, voice: str, start: int, count: int) -> bool:
    """Return whether a voice is to be heard for SOUNDING of these latents."""
    loudness = piece.tensors[f"{voice}/loudness"][start : start + count]
    return bool((loudness.amax(1) > 0).float().mean() >= SOUNDING)


def read_control(choice: Choice, name: str, length: int) -> Tensor:
    """Return one group's [1 + C, length] of a crop, flag first; zeros where the crop has no such condition."""
    piece, first, last = choice.piece, choice.start, choice.start + length
    if name == "stem" and choice.heard is None:
        return torch.zeros(1 + FEATURES[name], length)
    if name == "stem":
        values = piece.tensors[str(choice.heard)][first:last].float()
    elif name in SKETCH:
        values = unpack(piece.tensors[f"{choice.voice}/{name}"][first:last])
    else:
        values = piece.tensors[name][first:last].float()
    return flag(values.T[None])[0]


def _check_codec(files: Sequence[Path]) -> None:
    """All latents must be of one codec."""
    found = set()
    for file in files:
        with safe_open(file, "pt") as opened:
            found.add(opened.metadata()["codec"])
    if len(found) > 1:
        raise TrainError(f"{files[0].parent}: pieces of {len(found)} codecs; remove the folder and encode again")
