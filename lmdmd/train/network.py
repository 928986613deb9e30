"""A network as training leaves it or begins with it: what it is called, its shape, its weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.config import Geometry, ModelConfig, Preset

CONFIG_FILE, WEIGHTS_FILE = "config.json", "model.safetensors"


@dataclass(frozen=True)
class Network:
    """Where it is from, its shape, and its weights by their names."""

    origin: str
    shape: Preset
    weights: dict[str, Tensor]


def read_network(path: Path) -> Network:
    """Return the network of a bundle's folder, or the averaged one of a run's.

    Raises `TrainError` for a folder that holds none, `BundleError` for one that cannot be read.
    """
    if not (path / CONFIG_FILE).is_file() or not (path / WEIGHTS_FILE).is_file():
        raise TrainError(f"{path} has no {CONFIG_FILE} and {WEIGHTS_FILE}; give a bundle, or a run that has saved")
    config = json.loads((path / CONFIG_FILE).read_text(encoding="utf-8"))
    if "format" in config:
        bundle, info = load_bundle(path), read_info(path)
        shape = Preset(bundle.geometry, bundle.model.config)
        return Network(f"{info.name} {info.config['version']}", shape, bundle.model.state_dict())
    shape = Preset(Geometry.from_dict(config["geometry"]), ModelConfig.from_dict(config["model"]))
    return Network(path.name, shape, load_file(path / WEIGHTS_FILE))
