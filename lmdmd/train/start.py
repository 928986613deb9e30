"""Beginning a run with the weights of a bundle instead of random ones.

A bundle that knows fewer groups of conditions gets zero columns for the others: it plays what it played, until it
learns what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.config import Preset

ROUTER = "to_input_add_embed.weight"
"""The weight by which clean context and all groups of conditions enter a network."""


@dataclass(frozen=True)
class Start:
    """Where a run begins: the bundle's name and version, and its network's weights."""

    origin: str
    weights: dict[str, Tensor]


WINDOW = ("geometry.context", "geometry.block", "model.attention")
"""What no weight's shape depends on: how a network is cut into context and block, and who may look where."""


def read_start(path: Path, preset: Preset, free: Sequence[str] = ()) -> Start:
    """Read the weights of a bundle to begin with; raises `TrainError` when its network is not of the preset's shape.

    Values that are `free`, such as those of WINDOW, may be others than the bundle's.
    """
    bundle, info = load_bundle(path), read_info(path)
    origin = f"{info.name} {info.config['version']}"
    theirs, ours = bundle.model.config.to_dict(), preset.model.to_dict()
    had, wanted = theirs["groups"], ours["groups"]
    if all(wanted.get(name) == channels for name, channels in had.items()):
        theirs["groups"] = wanted
    differences = [
        *_differences("geometry", bundle.geometry.to_dict(), preset.geometry.to_dict(), free),
        *_differences("model", theirs, ours, free),
    ]
    if differences:
        said = "; ".join(differences)
        raise TrainError(f"{path}: {origin} is of another shape than this run: {said}; give it its own preset")
    weights = bundle.model.state_dict()
    return Start(origin, {**weights, ROUTER: widen(weights[ROUTER], had, wanted)})


def widen(weight: Tensor, had: Mapping[str, int], wanted: Mapping[str, int]) -> Tensor:
    """Return a router's weight [D, C] with the columns of the groups it had where they are wanted, the others zero."""
    columns = dict(zip(had, weight.split(list(had.values()), dim=1), strict=True))
    missing = {name: weight.new_zeros(len(weight), channels) for name, channels in wanted.items()}
    return torch.cat([columns.get(name, missing[name]) for name in wanted], dim=1)


def _differences(section: str, theirs: Mapping[str, Any], ours: Mapping[str, Any], free: Sequence[str]) -> list[str]:
    return [
        f"{section}.{key} is {theirs[key]}, not {ours[key]}"
        for key in ours
        if theirs[key] != ours[key] and f"{section}.{key}" not in free
    ]
