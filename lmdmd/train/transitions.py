"""Listens to changes of style: how soon the new one is recognised, and whether it clicks on the way.

All of it measures audio, whoever played it. The classifier hears a window of WINDOW_S that slides on by HOP_S; what is
counted is the end of the window, so even a hard cut is recognised only when the window holds enough of the new style.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.train.classifier import SAMPLE_RATE_HZ, Classifier, describe

WINDOW_S, HOP_S, HOLD_S = 3.0, 0.25, 1.0
LIMIT_S = 12.0
STEADY = 0.75

# The codec's overlap is 46 ms long, and smears whatever happens at a join over it.
REACH_S, AROUND_S = 0.02, 0.1
STEADY_HOP_S = 0.02
QUIET = 1e-4


# --- how soon ----------------------------------------------------------------------------------------------


def hear(judge: Classifier, audio: Tensor, first_s: float, last_s: float) -> list[str]:
    """Return the styles heard in the windows of audio [C, N] that end at `first_s`, HOP_S later, ... `last_s`.

    The first window must not begin before the audio. Times are seconds from its beginning.
    """
    ends = np.arange(first_s, last_s + HOP_S / 2, HOP_S) * SAMPLE_RATE_HZ
    width = round(WINDOW_S * SAMPLE_RATE_HZ)
    rows = torch.stack([describe(audio[:, round(end) - width : round(end)]) for end in ends])
    return [judge.styles[best] for best in judge.log_probs(rows).argmax(-1).tolist()]


def hear_change(judge: Classifier, audio: Tensor, change_s: float) -> list[str]:
    """Return the styles heard from a change on, until LIMIT_S and a last HOLD_S have passed."""
    return hear(judge, audio, change_s, change_s + LIMIT_S + HOLD_S)


def seconds_until(heard: Sequence[str], style: str) -> float:
    """Return when windows HOP_S apart begin to name a style, and go on for HOLD_S; infinite if they never do."""
    needed = round(HOLD_S / HOP_S) + 1
    for first in range(len(heard) - needed + 1):
        if all(name == style for name in heard[first : first + needed]):
            return first * HOP_S
    return float("inf")


def summarise_delays(delays: Sequence[float]) -> dict[str, float | None]:
    """Return the median and 90th percentile of delays in seconds, None where that is never, and the share of nevers."""
    return {
        "median_s": _finite(float(np.quantile(delays, 0.5, method="higher"))),
        "p90_s": _finite(float(np.quantile(delays, 0.9, method="higher"))),
        "missed": round(float(np.mean(np.isinf(delays))), 4),
    }


def _finite(seconds: float) -> float | None:
    return round(seconds, 2) if np.isfinite(seconds) else None


# --- how smoothly ------------------------------------------------------------------------------------------


def click_levels(audio: Tensor, frames: Sequence[int]) -> Tensor:
    """Return how far the sharpest bend near each frame of audio [C, N] stands out of its surroundings, in dB [n].

    A bend is a second difference of samples: a click has a large one. The peak within REACH_S is held against the
    root mean square within AROUND_S without it. Frames closer to an end than AROUND_S count as silent beyond it.
    """
    bends = torch.diff(audio, n=2, dim=-1).abs().amax(0)
    reach, around = (round(s * SAMPLE_RATE_HZ) for s in (REACH_S, AROUND_S))
    padded = torch.nn.functional.pad(bends, (around + 1, around + 1))
    windows = torch.stack([padded[frame : frame + 2 * around] for frame in frames])
    near = windows[:, around - reach : around + reach]
    outside = torch.cat([windows[:, : around - reach], windows[:, around + reach :]], 1)
    return 20 * torch.log10((near.amax(1) + QUIET) / (outside.square().mean(1).sqrt() + QUIET))


def steady_levels(audio: Tensor, from_s: float) -> Tensor:
    """Return the `click_levels` all along a piece [C, N] in which nothing is changed, from `from_s` on."""
    margin, hop = round(AROUND_S * SAMPLE_RATE_HZ), round(STEADY_HOP_S * SAMPLE_RATE_HZ)
    return click_levels(audio, range(round(from_s * SAMPLE_RATE_HZ) + margin, audio.shape[-1] - margin, hop))


def rank_clicks(levels: Tensor, steady: Tensor) -> Tensor:
    """Return for each level [n] the share of steady levels [m] that lie below it; 1 is beyond them all."""
    return (levels[:, None] > steady).double().mean(1)


def summarise_clicks(ranks: Sequence[Tensor]) -> dict[str, Any]:
    """Return the number of joins, the median of their ranks, and how many lie beyond all that is steady."""
    every = torch.cat(list(ranks))
    return {
        "joins": len(every),
        "rank": round(every.median().item(), 3),
        "clicks": int((every == 1.0).sum()),
    }
