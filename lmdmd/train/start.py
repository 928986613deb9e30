"""Beginning a run with the weights of a bundle instead of random ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.config import Preset

INPUT_ADD = "to_input_add_embed.weight"


@dataclass(frozen=True)
class Start:
    """Where a run begins: the bundle's name and version, and its network's weights."""

    origin: str
    weights: dict[str, Tensor]


def read_start(path: Path, preset: Preset) -> Start:
    """Read the weights of a bundle to begin with, for groups that it does not have with zeros, which change nothing.

    Raises `TrainError` when its network is otherwise not of the preset's shape.
    """
    bundle, info = load_bundle(path), read_info(path)
    origin = f"{info.name} {info.config['version']}"
    differences = [
        *_differences("geometry", bundle.geometry.to_dict(), preset.geometry.to_dict()),
        *_differences("model", _with_groups(bundle.model.config.to_dict(), preset), preset.model.to_dict()),
    ]
    if differences:
        said = "; ".join(differences)
        raise TrainError(f"{path}: {origin} is of another shape than this run: {said}; give it its own preset")
    return Start(origin, widen(bundle.model.state_dict(), bundle.model.config.groups, preset.model.groups))


def widen(weights: Mapping[str, Tensor], theirs: Mapping[str, int], ours: Mapping[str, int]) -> dict[str, Tensor]:
    """Return weights whose `input_add` columns are those of `ours`: copied by group, zero for new ones."""
    columns = weights[INPUT_ADD]
    parts = dict(zip(theirs, columns.split(list(theirs.values()), dim=1), strict=True))
    wide = [parts.get(name, columns.new_zeros(len(columns), channels)) for name, channels in ours.items()]
    return {**weights, INPUT_ADD: torch.cat(wide, dim=1)}


def _with_groups(theirs: Mapping[str, Any], preset: Preset) -> dict[str, Any]:
    """Their config with the preset's groups, if it has all of theirs."""
    groups = theirs["groups"]
    return {**theirs, "groups": preset.model.groups} if groups.items() <= preset.model.groups.items() else dict(theirs)


def _differences(section: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    return [f"{section}.{key} is {theirs[key]}, not {ours[key]}" for key in ours if theirs[key] != ours[key]]
