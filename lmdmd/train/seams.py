"""How audible the joins of blocks are: what happens there, over what happens everywhere else. Pure functions.

1 says that joins are like any other moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.train.classifier import SAMPLE_RATE_HZ
from lmdmd.train.ear import HOP_FRAMES, N_FFT, mel_decibels
from lmdmd.train.transitions import AROUND_S, QUIET, REACH_S, click_levels, rank_clicks, summarise_clicks

RANGE_DB = 60.0


def summarise_seams(
    clips: Sequence[tuple[Tensor, Tensor]], block: int, latent_frames: int, still: Sequence[Tensor] = ()
) -> dict[str, Any]:
    """Return figures of the joins of clips, audio [C, N] with latents [D, T], that were made `block` latents at a time.

    flux: spectral flux near joins over that elsewhere; bend: the same of the sharpest bend of the waveform; latent:
    the same of the steps from one latent to the next. clicks: joins whose bend stands out more than any other moment
    of its clip, and rank: see `transitions.summarise_clicks`. control: flux and bend of sound without joins, `still`,
    taken for as if it had them.
    """
    joins = [join_frames(audio.shape[-1], block * latent_frames) for audio, _ in clips]
    sounds = [audio for audio, _ in clips]
    return {
        **ratios(sounds, joins),
        "latent": mean_ratio([latent_steps(latents, block) for _, latents in clips]),
        **summarise_clicks([rank_joins(audio, frames) for audio, frames in zip(sounds, joins, strict=True)]),
        **(
            {"control": ratios(still, [join_frames(s.shape[-1], block * latent_frames) for s in still])}
            if still
            else {}
        ),
    }


def ratios(sounds: Sequence[Tensor], joins: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return flux and bend near joins over those elsewhere."""
    pairs = list(zip(sounds, joins, strict=True))
    return {
        "flux": mean_ratio([flux_near(audio, frames) for audio, frames in pairs]),
        "bend": mean_ratio([bend_near(audio, frames) for audio, frames in pairs]),
    }


def join_frames(frames: int, block_frames: int) -> list[int]:
    """Return the frames at which the second and later blocks begin, none so near the end that its like is cut off."""
    margin = round(AROUND_S * SAMPLE_RATE_HZ)
    return list(range(block_frames, frames - margin, block_frames))


def mean_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the geometric mean of what is near over what is elsewhere."""
    return round(float(np.exp(np.mean([np.log((near + 1e-9) / (far + 1e-9)) for near, far in pairs]))), 4)


def flux_near(audio: Tensor, joins: Sequence[int]) -> tuple[float, float]:
    """Return the mean rise of the mel spectrum of audio [C, N], in dB, across joins, and at all other moments."""
    level = mel_decibels(audio)
    flux = torch.diff(level.clamp(min=float(level.max()) - RANGE_DB), dim=1).clamp(min=0).mean(0)
    # The step from spectrum t to t + 1 lies around this frame.
    centres = torch.arange(len(flux)) * HOP_FRAMES + (N_FFT + HOP_FRAMES) / 2
    return _split(flux, nearest(centres, joins) <= HOP_FRAMES)


def bend_near(audio: Tensor, joins: Sequence[int]) -> tuple[float, float]:
    """Return the mean of the sharpest bends of audio [C, N] within REACH_S of joins, and of all other moments."""
    reach = round(REACH_S * SAMPLE_RATE_HZ)
    bends = torch.diff(audio, n=2, dim=-1).abs().amax(0)
    peaks = bends[: len(bends) // reach * reach].unflatten(0, (-1, reach)).amax(1) + QUIET
    centres = (torch.arange(len(peaks)) + 0.5) * reach
    return _split(peaks, nearest(centres, joins) <= reach)


def nearest(places: Tensor, joins: Sequence[int]) -> Tensor:
    """Return the distance of each place [n] to its nearest join."""
    return (places[:, None] - torch.tensor(joins, dtype=places.dtype)[None]).abs().amin(1)


def _split(values: Tensor, near: Tensor) -> tuple[float, float]:
    return values[near].mean().item(), values[~near].mean().item()


def latent_steps(latents: Tensor, block: int) -> tuple[float, float]:
    """Return the mean length of the steps of latents [D, T] from block to block, and of those within blocks."""
    steps = torch.diff(latents, dim=1).norm(dim=0)
    return _split(steps, torch.arange(1, len(steps) + 1) % block == 0)


def rank_joins(audio: Tensor, joins: Sequence[int]) -> Tensor:
    """Return for each join the share of the other moments of audio [C, N] whose bends stand out less."""
    margin = round(AROUND_S * SAMPLE_RATE_HZ)
    moments = torch.arange(margin, audio.shape[-1] - margin, round(REACH_S * SAMPLE_RATE_HZ))
    others = moments[nearest(moments.float(), joins) > 2 * REACH_S * SAMPLE_RATE_HZ]
    return rank_clicks(click_levels(audio, joins), click_levels(audio, others.tolist()))
