"""How music changes over minutes: distances, adherence and level of windows along many streams. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.train.distances import frechet_distance, kl_divergence
from lmdmd.train.long_play import HOP_S, Track
from lmdmd.train.renders import FRAME_S, WINDOW_S, Render, all_features, reference_probs

MINUTE_S = 60.0
CLIP_S = 47.0
"""What is judged as one clip, as long as those of LMDM's table 1."""


def summarise_tracks(tracks: Sequence[Track], styles: Sequence[str], renders: Sequence[Render]) -> dict[str, Any]:
    """Return what became of streams over time; every list has one figure a window of WINDOW_S, HOP_S apart.

    - places_s: where the windows begin. fd: Frechet distance of the features of all streams in the window to all
      held-out renders; fd_to_first: to the first window of the same streams. Both are of `frames` rows.
    - adherence: share of the windows that are named as their style. kl: see `mean_kl`. level_db: mean level.
    - fd_first, fd_last, fd_ratio: the first and the last of `fd`, and the one over the other; drift_fd: the last of
      fd_to_first, how far the last window's music is from the first window's.
    - adherence_first, adherence_last: of the windows within the first minute, and within the last.
    - level_span_db: from the lowest to the highest of level_db; level_worst_db: of all streams, the largest change of
      level from the first minute to the last.
    """
    real = all_features(renders)
    features = torch.stack([torch.stack(one.features) for one in tracks])  # [B, T, F]
    probs = torch.stack([torch.stack(one.log_probs) for one in tracks])  # [B, W, S]
    levels = np.array([one.levels_db for one in tracks])
    rows = [window_rows(features, place) for place in range(probs.shape[1])]
    fd = [round(frechet_distance(window, real), 3) for window in rows]
    to_first = [round(frechet_distance(window, rows[0]), 3) for window in rows]
    right = named_rightly(probs, [one.line.style for one in tracks], styles)
    early, late = first_minute(probs.shape[1]), last_minute(probs.shape[1])
    changes = levels[:, late].mean(1) - levels[:, early].mean(1)
    return {
        "streams": len(tracks),
        "frames": len(rows[0]),
        "seconds": HOP_S * (probs.shape[1] + 1),
        "places_s": [HOP_S * place for place in range(probs.shape[1])],
        "fd": fd,
        "fd_to_first": to_first,
        "adherence": [round(float(share), 4) for share in right.mean(0)],
        "kl": [round(mean_kl(tracks, probs[:, place]), 4) for place in range(probs.shape[1])],
        "level_db": [round(float(level), 2) for level in levels.mean(0)],
        "fd_first": fd[0],
        "fd_last": fd[-1],
        "fd_ratio": round(fd[-1] / max(fd[0], 1e-9), 3),
        "drift_fd": to_first[-1],
        "adherence_first": round(float(right[:, early].mean()), 4),
        "adherence_last": round(float(right[:, late].mean()), 4),
        "level_span_db": round(float(np.ptp(levels.mean(0))), 2),
        "level_worst_db": round(float(np.abs(changes).max()), 2),
    }


def summarise_clips(tracks: Sequence[Track], styles: Sequence[str], renders: Sequence[Render]) -> dict[str, float]:
    """Return fd, adherence and kl of the first CLIP_S of streams, each named by all of its windows together."""
    seconds = min(CLIP_S, FRAME_S * len(tracks[0].features))
    windows = max(1, int((seconds - WINDOW_S) / HOP_S) + 1)
    rows = torch.cat([torch.stack(one.features[: int(seconds / FRAME_S)]) for one in tracks])
    probs = torch.stack([torch.stack(one.log_probs[:windows]) for one in tracks])
    named = probs.mean(1, keepdim=True)
    return {
        "fd": round(frechet_distance(rows, all_features(renders)), 3),
        "adherence": round(float(named_rightly(named, [one.line.style for one in tracks], styles).mean()), 4),
        "kl": round(mean_kl(tracks, probs.exp().mean(1).log()), 4),
        "clip_s": seconds,
    }


def window_rows(features: Tensor, place: int) -> Tensor:
    """Return the rows [B * n, F] of features [B, T, F], one a FRAME_S, in the window of that number."""
    first, count = round(place * HOP_S / FRAME_S), round(WINDOW_S / FRAME_S)
    return features[:, first : first + count].flatten(0, 1)


def named_rightly(log_probs: Tensor, asked: Sequence[str], styles: Sequence[str]) -> np.ndarray:
    """Return [B, W] whether each window of log probabilities [B, W, S] is named as the style that was asked for."""
    wanted = torch.tensor([styles.index(style) for style in asked])
    return (log_probs.argmax(-1) == wanted[:, None]).double().numpy()


def mean_kl(tracks: Sequence[Track], log_probs: Tensor) -> float:
    """Return the mean over streams of KL(p || q) in nats, of distributions over styles.

    p is the mean distribution of the stream's reference, a held-out render of its style, and q that of the window.
    """
    wanted = torch.stack([reference_probs(one.line.reference) for one in tracks])
    return kl_divergence(wanted, log_probs.exp()).mean().item()


def first_minute(windows: int) -> slice:
    """Return which windows lie within the first minute, or in the first half of what is shorter than two."""
    return slice(0, _in_a_minute(windows))


def last_minute(windows: int) -> slice:
    """Return which windows lie within the last minute, or in the second half of what is shorter than two."""
    return slice(windows - _in_a_minute(windows), windows)


def _in_a_minute(windows: int) -> int:
    return max(1, min(round((MINUTE_S - WINDOW_S) / HOP_S) + 1, (windows + 1) // 2))


def drift_of_renders(renders: Sequence[Render], seconds: float) -> dict[str, Any]:
    """Return drift_fd of held-out renders, which change too: of the window that ends at `seconds` from the first."""
    count = round(WINDOW_S / FRAME_S)
    last = min(round(seconds / FRAME_S), *(len(render.features) for render in renders))
    first_rows = torch.cat([render.features[:count] for render in renders])
    last_rows = torch.cat([render.features[last - count : last] for render in renders])
    return {"drift_fd": round(frechet_distance(last_rows, first_rows), 3), "seconds": last * FRAME_S}
