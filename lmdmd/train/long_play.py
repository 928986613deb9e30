"""Streams of minutes, from a prompt alone or going on from held-out music, heard window by window as they are made.

Nothing but what was heard is kept, so that ten minutes of many streams need no more memory than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from lmdmd.model.bundle import Bundle
from lmdmd.train.classifier import SAMPLE_RATE_HZ
from lmdmd.train.embedders import Embedder
from lmdmd.train.evaluate import play_on, rms_db
from lmdmd.train.progress import track
from lmdmd.train.renders import FRAME_S, WINDOW_S, Render, encode_openings

HOP_S = 5.0
"""Windows of WINDOW_S slide on by this; it divides WINDOW_S into two."""
BATCH = 16
"""Streams that play side by side."""


@dataclass(frozen=True)
class Line:
    """One stream to be played: its style, its prompt, and the render that it is held against, or goes on from."""

    style: str
    prompt: str
    reference: Render


@dataclass
class Track:
    """What was heard of one stream: features [F] a second, log probabilities [S] and level in dB a window."""

    line: Line
    features: list[Tensor] = field(default_factory=list)
    log_probs: list[Tensor] = field(default_factory=list)
    levels_db: list[float] = field(default_factory=list)


def play_lines(
    bundle: Bundle,
    embedder: Embedder,
    lines: Sequence[Line],
    seconds: float,
    *,
    seed: int = 0,
    primed: bool = False,
    label: str = "play long",
    **settings: Any,
) -> list[Track]:
    """Play all lines for `seconds`, BATCH side by side; stream b has seed + b. `settings` are those of `play`."""
    tracks = [Track(line) for line in lines]
    hops = round(seconds / HOP_S)
    with torch.inference_mode():
        for first in range(0, len(lines), BATCH):
            some = tracks[first : first + BATCH]
            prime = _prime(bundle, some) if primed else None
            prompts = [one.line.prompt for one in some]
            blocks = play_on(bundle, prompts, seed + first, prime=prime, **settings)
            sounds = cut(blocks, round(HOP_S * SAMPLE_RATE_HZ))
            before: Tensor | None = None
            for _ in track(range(hops), label):
                sound = next(sounds)
                listen(embedder, some, sound, before)
                before = sound
    return tracks


def _prime(bundle: Bundle, tracks: Sequence[Track]) -> Tensor:
    return encode_openings(bundle.codec, [one.line.reference for one in tracks], bundle.geometry.context)


def cut(blocks: Iterable[tuple[Tensor, Tensor]], frames: int) -> Iterator[Tensor]:
    """Yield audio [B, C, frames] of blocks of other lengths."""
    kept: list[Tensor] = []
    for audio, _ in blocks:
        kept.append(audio)
        while sum(part.shape[-1] for part in kept) >= frames:
            whole = torch.cat(kept, -1)
            kept = [whole[..., frames:]]
            yield whole[..., :frames]


def listen(embedder: Embedder, tracks: Sequence[Track], sound: Tensor, before: Tensor | None) -> None:
    """Add to each track what is heard of the next HOP_S of sound [B, C, n], and of the window that ends with it."""
    for row, one in enumerate(tracks):
        one.features += embedder.hear(sound[row], FRAME_S)[0].unbind(0)
        if before is not None:
            window = torch.cat([before[row], sound[row]], -1)
            one.log_probs.append(embedder.hear(window, WINDOW_S)[1].mean(0))
            one.levels_db.append(rms_db(window).item())
