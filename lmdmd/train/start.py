"""Beginning a run with the weights of a bundle instead of random ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import safe_open
from torch import Tensor

from lmdmd.bundles import read_info
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.codec import Codec
from lmdmd.model.config import Preset


@dataclass(frozen=True)
class Start:
    """Where a run begins: the bundle's name and version, and its network's weights."""

    origin: str
    weights: dict[str, Tensor]


def read_start(path: Path, preset: Preset, latents: Path) -> Start:
    """Read the weights of a bundle to begin with.

    Raises `TrainError` when its network is not of the preset's shape, or when its codec did not make `latents`.
    """
    bundle, origin = load_bundle(path), f"{read_info(path).name} {read_info(path).config['version']}"
    differences = [
        *_differences("geometry", bundle.geometry.to_dict(), preset.geometry.to_dict()),
        *_differences("model", bundle.model.config.to_dict(), preset.model.to_dict()),
    ]
    if differences:
        said = "; ".join(differences)
        raise TrainError(
            f"{path}: {origin} is of another shape than this run: {said}; give the preset it was made with"
        )
    codec = read_codec_sha(latents)
    if codec and isinstance(bundle.codec, Codec) and codec != bundle.codec.patches.sha256():
        again = f"lmdmd data encode --codec {path}"
        raise TrainError(f"{latents}: was not encoded with the codec of {origin}, which would hear noise; {again}")
    return Start(origin, bundle.model.state_dict())


def read_codec_sha(latents: Path) -> str:
    """Return the sha256 of the encoder that made a latents file; empty where the file does not tell."""
    with safe_open(latents, "np") as file:
        return (file.metadata() or {}).get("codec", "")


def _differences(section: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    return [f"{section}.{key} is {theirs[key]}, not {ours[key]}" for key in ours if theirs[key] != ours[key]]
