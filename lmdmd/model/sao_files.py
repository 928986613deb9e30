"""Reading a checkpoint of Stable Audio Open as others write it; the one place where a `.ckpt` is opened.

A `.ckpt` is a pickle, which could run anything: it is opened for tensors alone, and refused if it holds more.
"""

from __future__ import annotations

import json
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from lmdmd.errors import BundleError
from lmdmd.model.sao_keys import (
    fold_weight_norm,
    name_diffusers_codec,
    name_diffusers_model,
    name_diffusers_seconds,
)
from lmdmd.model.weights import read_tensors

DIFFUSERS_PARTS = ("transformer", "vae", "projection_model")
NAMES = ("model.safetensors", "model.ckpt")


def read_checkpoint(path: Path, blocks: int) -> dict[str, Tensor]:
    """Return all tensors of a checkpoint file or folder, in stable-audio-tools' names, weight norm folded.

    `blocks` is the number of the codec's blocks. Raises ``BundleError`` when nothing is there or it cannot be read.
    """
    if is_diffusers(path):
        model, codec, seconds = (_read_folder(path / part) for part in DIFFUSERS_PARTS)
        codec = name_diffusers_codec(codec, blocks)
        tensors = {**name_diffusers_model(model), **codec, **name_diffusers_seconds(seconds)}
    else:
        file = find_file(path)
        tensors = read_pickled(file) if file.suffix == ".ckpt" else read_tensors(file)
    return fold_weight_norm(tensors)


def is_diffusers(path: Path) -> bool:
    """Whether a folder has a folder for each part."""
    return (path / DIFFUSERS_PARTS[0]).is_dir()


def find_file(path: Path) -> Path:
    """Return the one file of weights that a path means; raises ``BundleError`` when there is none, or a choice."""
    if path.is_file():
        return path
    found = sorted(file.name for file in path.glob("*") if file.suffix in (".safetensors", ".ckpt"))
    named = [name for name in NAMES if name in found]
    if not named and len(found) != 1:
        there = ", ".join(found) or "no .safetensors and no .ckpt file"
        raise BundleError(f"{path}: has {there}; name one checkpoint file or its folder")
    return path / (named or found)[0]


def read_config(checkpoint: Path, config: Path | None) -> dict[str, Any]:
    """Return a checkpoint's JSON, by default the one beside it; raises ``BundleError`` when it cannot be read."""
    file = config or _guess_config(checkpoint)
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(f"{file}: is missing; name the model's JSON with --config") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BundleError(f"{file}: cannot be read: {error}") from None
    if not isinstance(values, dict):
        raise BundleError(f"{file}: is no model config, which is a JSON object")
    return values


def _guess_config(checkpoint: Path) -> Path:
    if is_diffusers(checkpoint):
        return checkpoint / "model_config.json"
    file = find_file(checkpoint)
    return file.with_name(f"{file.stem}_config.json")


def read_pickled(file: Path) -> dict[str, Tensor]:
    """Return the tensors of a `.ckpt`; raises ``BundleError`` when it is damaged or holds anything that could run."""
    try:
        saved = torch.load(file, map_location="cpu", weights_only=True)
    except UnpicklingError:
        raise BundleError(
            f"{file}: holds more than tensors, which could run code, or is no checkpoint; convert it to .safetensors"
        ) from None
    except (OSError, EOFError, RuntimeError, ValueError, KeyError, AttributeError):
        raise BundleError(f"{file}: cannot be read; it is damaged, cut short or no checkpoint") from None
    state = saved.get("state_dict", saved) if isinstance(saved, dict) else None
    if not isinstance(state, dict):
        raise BundleError(f"{file}: holds a {type(saved).__name__} and no named tensors")
    return {str(key): value for key, value in state.items() if isinstance(value, Tensor)}


def _read_folder(folder: Path) -> dict[str, Tensor]:
    tensors = {}
    for file in sorted(folder.glob("*.safetensors")):
        tensors |= read_tensors(file)
    return tensors
