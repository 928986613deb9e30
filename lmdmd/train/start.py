"""Beginning a run with the weights of a bundle instead of random ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.config import Preset


@dataclass(frozen=True)
class Start:
    """Where a run begins: the bundle's name and version, and its network's weights."""

    origin: str
    weights: dict[str, Tensor]


def read_start(path: Path, preset: Preset) -> Start:
    """Read the weights of a bundle to begin with; raises `TrainError` when its network is not of the preset's shape."""
    bundle, info = load_bundle(path), read_info(path)
    origin = f"{info.name} {info.config['version']}"
    differences = [
        *_differences("geometry", bundle.geometry.to_dict(), preset.geometry.to_dict()),
        *_differences("model", bundle.model.config.to_dict(), preset.model.to_dict()),
    ]
    if differences:
        said = "; ".join(differences)
        raise TrainError(f"{path}: {origin} is of another shape than this run: {said}; give it its own preset")
    return Start(origin, bundle.model.state_dict())


def _differences(section: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    return [f"{section}.{key} is {theirs[key]}, not {ours[key]}" for key in ours if theirs[key] != ours[key]]
