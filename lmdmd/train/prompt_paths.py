"""From one prompt to another, over many pairs: does the music get there evenly, without a dip and without a click.

The protocol is that of LMDM 4.2 and of the Live Music Models before it: both endpoints are captions, of different
styles, and their weights are cross-faded over RAMP_S; where the second takes the lead the context is dropped, as decks
do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.bundle import Bundle
from lmdmd.model.stream import StreamState
from lmdmd.train.embedders import Embedder
from lmdmd.train.encode import list_audio, read_piece
from lmdmd.train.evaluate import read_settings, rms_db, roll_on
from lmdmd.train.progress import Progress
from lmdmd.train.renders import FRAME_S
from lmdmd.train.seams import join_frames, rank_joins
from lmdmd.train.transitions import summarise_clicks

BEFORE_S, RAMP_S, AFTER_S = 5.0, 10.0, 5.0
SECONDS = BEFORE_S + RAMP_S + AFTER_S
KEPT_SHARE = 12 / 192
"""So much of the context is left where the other prompt takes the lead (LMDM 4.2), as decks do it."""
BATCH = 16


@dataclass(frozen=True)
class Pair:
    """Two captions, and the styles that they are of."""

    start: str
    end: str
    start_style: str
    end_style: str


@dataclass(frozen=True)
class Heard:
    """What was heard of one pair, a FRAME_S a row: features [T, F], log probabilities [T, S], level [T] in dB."""

    pair: Pair
    features: Tensor
    log_probs: Tensor
    levels_db: np.ndarray
    join_ranks: Tensor


def measure_paths(bundle: Bundle, embedder: Embedder, data: Path, count: int, seed: int = 0) -> dict[str, Any]:
    """Play `count` pairs of captions of held-out pieces, and return `summarise_paths` of them."""
    pairs = draw_pairs(read_captions(data, embedder.styles), count, np.random.default_rng(seed))
    paths: list[Heard] = []
    with Progress("cross-fade prompts", len(pairs)) as progress:
        for first in range(0, len(pairs), BATCH):
            some = pairs[first : first + BATCH]
            audio = play_pairs(bundle, some, seed + first)
            paths += [hear_path(bundle, embedder, pair, sound) for pair, sound in zip(some, audio, strict=True)]
            progress.advance(len(some))
    return summarise_paths(paths, embedder.styles)


def read_captions(data: Path, styles: Sequence[str]) -> dict[str, list[str]]:
    """Return style -> captions of its held-out pieces that name it; raises `TrainError` for fewer than two styles."""
    found: dict[str, list[str]] = {}
    for path in list_audio(data, "heldout"):
        piece = read_piece(data, path.stem)
        if piece["style"] in styles and piece.get("captions"):
            found.setdefault(piece["style"], []).extend(piece["captions"])
    if len(found) < 2:
        raise TrainError(f"{data / 'pieces'}: captions of {len(found)} style; pairs of prompts need two")
    return found


def draw_pairs(captions: dict[str, list[str]], count: int, rng: np.random.Generator) -> list[Pair]:
    """Return pairs of captions of different styles, every ordered pair of styles as often as the others."""
    styles = sorted(captions)
    every = [(a, b) for a in styles for b in styles if a != b]
    rounds = [every[i] for _ in range(-(-count // len(every))) for i in rng.permutation(len(every))]
    return [Pair(_pick(captions[a], rng), _pick(captions[b], rng), a, b) for a, b in rounds[:count]]


def _pick(captions: Sequence[str], rng: np.random.Generator) -> str:
    return captions[int(rng.integers(len(captions)))]


@torch.inference_mode()
def play_pairs(bundle: Bundle, pairs: Sequence[Pair], seed: int) -> Tensor:
    """Return audio [B, C, N] of pairs side by side; a block's weights are those at its middle."""
    geometry, settings = bundle.geometry, read_settings(bundle)
    state = StreamState.init(bundle.model, batch=len(pairs), seed=seed)
    decoder, delay = bundle.codec.init_state(len(pairs)), bundle.codec.config.delay_frames
    starts, ends = (np.asarray(bundle.prompts.encode([getattr(p, end) for p in pairs])) for end in ("start", "end"))
    frames = round(SECONDS * geometry.sample_rate)
    audio: list[Tensor] = []
    share = 0.0
    while len(audio) * geometry.block_frames < frames + delay:
        before, share = share, weight_at((len(audio) + 0.5) * geometry.block_s)
        if before < 0.5 <= share:
            state.forget_prompt()
            state.drop_context(round(KEPT_SHARE * geometry.context))
        cond = bundle.condition((1 - share) * starts + share * ends)
        audio.append(bundle.codec.decode_step(decoder, roll_on(bundle, state, cond, settings)))
    return torch.cat(audio, -1)[..., delay : delay + frames]


def weight_at(time_s: float) -> float:
    """Return the weight of the second prompt."""
    return float(np.clip((time_s - BEFORE_S) / RAMP_S, 0, 1))


def hear_path(bundle: Bundle, embedder: Embedder, pair: Pair, audio: Tensor) -> Heard:
    """Return what is heard of a pair's audio [C, N]."""
    features, log_probs = embedder.hear(audio, FRAME_S)
    seconds = audio.split(round(FRAME_S * bundle.geometry.sample_rate), -1)[: len(features)]
    levels = np.array([rms_db(second).item() for second in seconds])
    ranks = rank_joins(audio, join_frames(audio.shape[-1], bundle.geometry.block_frames))
    return Heard(pair, features, log_probs, levels, ranks)


# --- what it says ------------------------------------------------------------------------------------------


def summarise_paths(paths: Sequence[Heard], styles: Sequence[str]) -> dict[str, Any]:
    """Return how paths went, the mean of all pairs.

    - way: how far along from the mean features of the first BEFORE_S to those of the last AFTER_S the music is, in each
      second; largest_step: the largest part of the way in one second, RAMP_S evenly taken would be FRAME_S / RAMP_S.
    - straightness: how far apart the ends are over the length of the path, as that of steps between them.
    - dip_db: how far the quietest second of the ramp lies below the quieter of both ends' means, dip_steady_db: the
      same of the first BEFORE_S, where nothing changes.
    - started, arrived: shares of pairs whose first and last seconds are named as their styles.
    - joins, rank, clicks: see `transitions.summarise_clicks`.
    """
    ways = np.stack([way_of(path.features) for path in paths])
    return {
        "pairs": len(paths),
        "ramp_s": RAMP_S,
        "way": [round(float(share), 3) for share in ways.mean(0)],
        "largest_step": round(float(np.mean([largest_step(way) for way in ways])), 4),
        "straightness": round(float(np.mean([straightness(path.features) for path in paths])), 4),
        "dip_db": round(float(np.mean([dip_db(path.levels_db) for path in paths])), 2),
        "dip_worst_db": round(float(np.max([dip_db(path.levels_db) for path in paths])), 2),
        "dip_steady_db": round(float(np.mean([dip_steady_db(path.levels_db) for path in paths])), 2),
        "started": _share(_heard(path, styles, _before()) == path.pair.start_style for path in paths),
        "arrived": _share(_heard(path, styles, _after()) == path.pair.end_style for path in paths),
        **summarise_clicks([path.join_ranks for path in paths]),
    }


def _share(right: Any) -> float:
    return round(float(np.mean(list(right))), 4)


def _before() -> slice:
    return slice(0, round(BEFORE_S / FRAME_S))


def _after() -> slice:
    return slice(-round(AFTER_S / FRAME_S), None)


def _heard(path: Heard, styles: Sequence[str], when: slice) -> str:
    return styles[int(path.log_probs[when].mean(0).argmax())]


def way_of(features: Tensor) -> np.ndarray:
    """Return for each row of features [T, F] how far it is from the first rows' mean (0) to the last rows' (1)."""
    start, end = features[_before()].mean(0), features[_after()].mean(0)
    line = end - start
    return ((features - start) @ line / line.square().sum().clamp(min=1e-9)).numpy()


def largest_step(way: np.ndarray) -> float:
    """Return the largest part of the way in one second, of a mean of two as single seconds differ by themselves."""
    smooth = (way[:-1] + way[1:]) / 2
    ramp = smooth[round(BEFORE_S / FRAME_S) - 1 : -round(AFTER_S / FRAME_S) + 1]
    return float(np.abs(np.diff(ramp)).max())


def straightness(features: Tensor) -> float:
    """Return the distance of both ends over the length of the way, by the means of two neighbouring seconds."""
    smooth = (features[:-1] + features[1:]) / 2
    length = smooth.diff(dim=0).norm(dim=1).sum()
    return float((smooth[-1] - smooth[0]).norm() / length.clamp(min=1e-9))


def dip_db(levels_db: np.ndarray) -> float:
    """Return how far the ramp's quietest second lies below the quieter of both ends' means; 0 if it does not."""
    ramp = levels_db[_before().stop : _after().start]
    return float(max(0.0, min(levels_db[_before()].mean(), levels_db[_after()].mean()) - ramp.min()))


def dip_steady_db(levels_db: np.ndarray) -> float:
    """Return how far the quietest second of the steady beginning lies below its mean, the very first left out."""
    steady = levels_db[1 : _before().stop]
    return float(steady.mean() - steady.min())
