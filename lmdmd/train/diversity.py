"""How different the seeds of one prompt sound, against how different pieces of a style are. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lmdmd.train.distances import mean_distance


def summarise_diversity(made: Mapping[str, Tensor], real: Mapping[str, Tensor]) -> dict[str, Any]:
    """Return the mean pairwise distance of what was made of one prompt a style, over that of the style's pieces.

    `made` style -> one row a seed [n, F], `real` style -> one row a piece [m, F], features of excerpts of one length.
    1 says that seeds differ as much as pieces do, 0 that all are the same.
    """
    ratios = {style: mean_distance(rows) / max(mean_distance(real[style]), 1e-9) for style, rows in made.items()}
    return {
        "ratio": round(float(np.mean(list(ratios.values()))), 4),
        "per_style": {style: round(ratio, 4) for style, ratio in ratios.items()},
        "seeds": min(len(rows) for rows in made.values()),
        "pieces": min(len(rows) for rows in real.values()),
    }


def mean_rows(features: Sequence[Tensor]) -> Tensor:
    """Return one row a clip [n, F]: the mean of its windows' features [m, F]."""
    return torch.stack([rows.mean(0) for rows in features])
