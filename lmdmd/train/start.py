"""Beginning a run with the weights of a bundle, or of another run, instead of random ones.

One that knows fewer groups of conditions gets zero columns for the others: it plays what it played, until it learns
what they mean. One that was made without context is given it as latents without noise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lmdmd import bundles
from lmdmd.errors import TrainError
from lmdmd.model.config import Geometry, ModelConfig, Preset, find_preset
from lmdmd.model.controls import INPAINT
from lmdmd.model.import_sao import make_router
from lmdmd.train.network import CONFIG_FILE, read_network
from lmdmd.train.run_log import is_run

ROUTER = "to_input_add_embed.weight"
"""The weight by which clean context and all groups of conditions enter a network."""


@dataclass(frozen=True)
class Start:
    """Where a run begins: what the network is called, and its weights."""

    origin: str
    weights: dict[str, Tensor]


WINDOW = ("geometry.context", "geometry.block", "model.attention", "model.empty_context")
"""What no weight's shape depends on: how a network is cut into context and block, and who may look where."""


def read_start(path: Path, preset: Preset) -> Start:
    """Read the weights to begin with; raises `TrainError` when the network is not of the preset's shape.

    Values of WINDOW may be others.
    """
    network = read_network(path)
    theirs, ours = network.shape.model.to_dict(), preset.model.to_dict()
    had, wanted = theirs["groups"], ours["groups"]
    if all(wanted.get(name) == channels for name, channels in had.items()):
        theirs["groups"] = wanted
    differences = [
        *_differences("geometry", network.shape.geometry.to_dict(), preset.geometry.to_dict()),
        *_differences("model", theirs, ours),
    ]
    if differences:
        said = "; ".join(differences)
        raise TrainError(f"{path}: {network.origin} is of another shape than this run: {said}; give it its own preset")
    columns = split_router(network.weights[ROUTER], had)
    if preset.geometry.context and not network.shape.geometry.context:
        columns[INPAINT] = make_router(network.weights, "")
    return Start(network.origin, {**network.weights, ROUTER: join_router(columns, wanted)})


def split_router(weight: Tensor, groups: Mapping[str, int]) -> dict[str, Tensor]:
    """Return the columns of a router's weight [D, C] by group."""
    return dict(zip(groups, weight.split(list(groups.values()), dim=1), strict=True))


def join_router(columns: Mapping[str, Tensor], groups: Mapping[str, int]) -> Tensor:
    """Return a router's weight [D, C] with the columns of the groups that are there, and zeros for the others."""
    rows = len(next(iter(columns.values())))
    return torch.cat(
        [columns[name] if name in columns else torch.zeros(rows, channels) for name, channels in groups.items()], dim=1
    )


def find_start(said: str) -> Path:
    """Return the folder of a run, or of the bundle of that name or folder; raises where neither is.

    `BundleError` for what may be a bundle's name, `TrainError` for what can only be a folder.
    """
    if is_run(Path(said)):
        return Path(said)
    if len(Path(said).parts) > 1 and not Path(said).is_dir():
        raise TrainError(f"{said}: no such folder; give a run that has begun, or a bundle")
    return bundles.find(said).path


def read_shape(folder: Path) -> Preset:
    """Return the shape that a bundle or a run says its network is of; raises `TrainError` where it says none."""
    file = folder / CONFIG_FILE
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
        return Preset(Geometry.from_dict(config["geometry"]), ModelConfig.from_dict(config["model"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainError(f"{file} says of no network what it is: {error}; give a bundle, or a run") from None


def find_shape(
    preset: str | None,
    start: Path | None = None,
    *,
    attention: str | None = None,
    context: int | None = None,
    block: int | None = None,
) -> Preset:
    """Return the shape of a run: a preset's, or that of what it begins with, its window cut as is said.

    Bidirectional attention has the whole window for its block, unless that is said too. Raises `TrainError` for a
    network that would have to look back, and has no context to look at.
    """
    shape = read_shape(start) if start and not preset else find_preset(preset or "pocket")
    attention = attention or shape.model.attention
    if attention == "bidirectional" and context is None and block is None:
        context, block = 0, shape.geometry.window
    cut = shape.cut(
        attention,
        shape.geometry.context if context is None else context,
        shape.geometry.block if block is None else block,
    )
    if not cut.geometry.context and attention != "bidirectional":
        raise TrainError(f"{attention} needs a context; say how long with --context, and how long blocks are, --block")
    return cut


def _differences(section: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    return [
        f"{section}.{key} is {theirs[key]}, not {ours[key]}"
        for key in ours
        if theirs[key] != ours[key] and f"{section}.{key}" not in WINDOW
    ]
