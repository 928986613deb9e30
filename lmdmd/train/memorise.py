"""Whether a model plays what it was trained on: the nearest training excerpt of each generated one, in latents.

Every place of the training latents is compared, chunk by chunk. A distance is the share of an excerpt's own energy
that its nearest training excerpt leaves over: 0 is a copy, 1 is no better than nothing. What a distance means is told
by held-out renders, which cannot be copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.codec import Codec
from lmdmd.train.encode import encode_audio, list_audio, read_audio
from lmdmd.train.progress import track
from lmdmd.train.shards import list_shards, read_split

EXCERPT_LATENTS = 43
"""Two seconds."""
CHUNK = 4096
COPY = 0.1
"""An excerpt of which less than this is left over is counted as a copy."""


@dataclass(frozen=True)
class Nearest:
    """Of each excerpt the share that is left over, and where the nearest training excerpt begins: (piece, latent)."""

    shares: Tensor
    places: list[tuple[int, int]]


def find_nearest(excerpts: Tensor, training: Sequence[Tensor], label: str = "look for copies") -> Nearest:
    """Return the nearest training excerpt of each of `excerpts` [n, D, L]; `training` are pieces [T, D].

    Energy is that around the mean of the training latents, in the codec's own scale, where what is loud counts most.
    """
    mean = mean_latent(training)
    queries = (excerpts.float() - mean[:, None]).flatten(1)  # [n, D * L]
    energy = queries.square().sum(1)
    best = torch.full((len(queries),), torch.inf)
    places = [(-1, -1)] * len(queries)
    for number, piece in enumerate(track(training, label)):
        centred = (piece.float() - mean).T  # [D, T]
        for start, windows in chunk_windows(centred, excerpts.shape[-1]):
            left = windows.square().sum(1) - 2 * queries @ windows.T + energy[:, None]
            least, at = left.min(1)
            for row in (least < best).nonzero()[:, 0].tolist():
                best[row], places[row] = least[row], (number, start + int(at[row]))
    return Nearest((best / energy.clamp(min=1e-9)).clamp(min=0), places)


def mean_latent(training: Sequence[Tensor]) -> Tensor:
    """Return the mean [D] of the latents of all pieces [T, D]."""
    count = sum(len(piece) for piece in training)
    return (torch.stack([piece.double().sum(0) for piece in training]).sum(0) / count).float()


def chunk_windows(latents: Tensor, length: int) -> Iterable[tuple[int, Tensor]]:
    """Yield (first place, windows [m, D * length]) of all places of latents [D, T]; nothing of a shorter piece."""
    if latents.shape[1] < length:
        return
    windows = latents.unfold(1, length, 1).movedim(1, 0)  # [places, D, length]
    for start in range(0, len(windows), CHUNK):
        yield start, windows[start : start + CHUNK].flatten(1)


def cut_excerpts(latents: Tensor, length: int = EXCERPT_LATENTS) -> Tensor:
    """Cut latents [D, T] into whole excerpts [n, D, length]."""
    return latents[:, : latents.shape[1] // length * length].unflatten(1, (-1, length)).movedim(1, 0)


def summarise_copies(ours: Tensor, theirs: Tensor) -> dict[str, Any]:
    """Return medians of what is left over of generated and held-out excerpts, their ratio, and how many are copies.

    ratio: generated over held-out; below 1 generated music is nearer to the training's than other music is. The
    least of the generated and the share below every held-out excerpt tell of rare copies.
    """
    return {
        "excerpts": len(ours),
        "heldout_excerpts": len(theirs),
        "left_over": round(ours.median().item(), 4),
        "left_over_heldout": round(theirs.median().item(), 4),
        "ratio": round((ours.median() / theirs.median().clamp(min=1e-9)).item(), 4),
        "least": round(ours.min().item(), 4),
        "least_heldout": round(theirs.min().item(), 4),
        "below_all_heldout": round((ours < theirs.min()).double().mean().item(), 4),
        "copies": int((ours < COPY).sum()),
        "copies_heldout": int((theirs < COPY).sum()),
    }


def read_training(data: Path, codec: AudioCodec) -> tuple[list[str], list[Tensor]]:
    """Return names and latents [T, D] of the training split, encoded by this codec: as they are stored, or anew.

    Raises `TrainError` where there is neither.
    """
    shards = list_shards(data, "train")
    if isinstance(codec, Codec) and {shard.codec for shard in shards} == {codec.patches.sha256()}:
        latents = read_split(data, "train")[1]
        return sorted(latents), [latents[name] for name in sorted(latents)]
    return encode_split(data, codec, "train")


def encode_split(data: Path, codec: AudioCodec, split: str) -> tuple[list[str], list[Tensor]]:
    """Return names and latents [T, D] of a split's renders."""
    paths = list_audio(data, split)
    return [path.stem for path in paths], [encode(codec, path) for path in track(paths, f"encode {split}")]


@torch.inference_mode()
def encode(codec: AudioCodec, path: Path) -> Tensor:
    """Return latents [T, D] in half precision of a file."""
    audio = read_audio(path)
    return encode_audio(codec, audio) if isinstance(codec, Codec) else codec.encode(audio[None])[0].T.half()


def draw_excerpts(pieces: Sequence[Tensor], count: int, seed: int = 0) -> Tensor:
    """Return up to `count` random excerpts [n, D, L] of pieces [T, D], no two of the same place."""
    rng = np.random.default_rng(seed)
    every = [cut_excerpts(piece.float().T) for piece in pieces if len(piece) >= EXCERPT_LATENTS]
    if not every:
        raise TrainError(f"no piece has {EXCERPT_LATENTS} latents; render longer pieces")
    joined = torch.cat(every)
    return joined[torch.from_numpy(np.sort(rng.permutation(len(joined))[:count]))]
