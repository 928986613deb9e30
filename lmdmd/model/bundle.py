"""A bundle as a living thing: the network, the codec and the prompt encoder of one folder.

Safetensors and JSON only; nothing in a bundle can run code. Weights lie on disk as fp16 and play as fp32.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lmdmd.bundles import FORMAT, BundleInfo, read_info
from lmdmd.errors import BundleError
from lmdmd.model.codec import Codec
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.config import CodecConfig, Geometry, ModelConfig
from lmdmd.model.dit import Condition, DiT

CONFIG_FILE = "config.json"
MODEL_FILE = "model.safetensors"
CODEC_FILE = "codec.safetensors"

CHANNELS = 2
MOST_NAMED = 5
"""Tensors that a message names; a wrong file has hundreds."""


@dataclass
class Bundle:
    """Everything that one deck plays with."""

    name: str
    defaults: dict[str, Any]
    model: DiT
    codec: Codec
    prompts: PromptEncoder

    @property
    def geometry(self) -> Geometry:
        """The time grid."""
        return self.model.geometry

    def condition(self, vector: np.ndarray) -> Condition:
        """Condition of one pooled prompt vector [D]."""
        return Condition(pooled=torch.from_numpy(np.asarray(vector, dtype=np.float32))[None])


def load_bundle(path: Path) -> Bundle:
    """Read a bundle folder; raises ``BundleError`` naming the file and what is wrong with it."""
    info = read_info(path)
    model, codec = _networks(info)
    prompts = PromptEncoder.load(path)
    _check_grids(path / CONFIG_FILE, model, codec, prompts)
    _load(model, path / MODEL_FILE)
    _load(codec, path / CODEC_FILE)
    return Bundle(info.name, info.defaults, model.eval(), codec.eval(), prompts)


def _networks(info: BundleInfo) -> tuple[DiT, Codec]:
    file, config = info.path / CONFIG_FILE, info.config
    try:
        model = DiT(Geometry.from_dict(config["geometry"]), ModelConfig.from_dict(config["model"]))
        return model, Codec(CodecConfig.from_dict(config["codec"]))
    except BundleError as error:
        raise BundleError(f"{file}: {error}") from None
    except (RuntimeError, ValueError, MemoryError) as error:  # sizes that torch cannot make
        why = str(error).partition("\n")[0] or "out of memory"
        raise BundleError(f"{file}: its network cannot be built: {why}") from None


def _check_grids(file: Path, model: DiT, codec: Codec, prompts: PromptEncoder) -> None:
    """The parts of a bundle must speak of the same latents and the same vectors."""
    pairs = {
        ("geometry.sample_rate", "codec.sample_rate_hz"): (model.geometry.sample_rate, codec.config.sample_rate_hz),
        ("geometry.latent_frames", "codec.latent_frames"): (model.geometry.latent_frames, codec.config.latent_frames),
        ("model.latent_dim", "codec.latent_dim"): (model.config.latent_dim, codec.config.latent_dim),
        ("model.global_dim", "the width of the prompt vectors"): (model.config.global_dim, prompts.dim),
        ("codec.channels", "the two of the program"): (codec.config.channels, CHANNELS),
    }
    for (one, other), (first, second) in pairs.items():
        if first != second:
            raise BundleError(f"{file}: {one} is {first} and {other} is {second}; they must be equal")


def save_bundle(path: Path, bundle: Bundle, about: dict[str, Any]) -> BundleInfo:
    """Write a bundle folder. ``about`` gives name, version, licence and figures."""
    path.mkdir(parents=True, exist_ok=True)
    _save(bundle.model, path / MODEL_FILE)
    _save(bundle.codec, path / CODEC_FILE)
    bundle.prompts.save(path)
    config = {
        "format": FORMAT,
        **about,
        "geometry": bundle.geometry.to_dict(),
        "model": bundle.model.config.to_dict(),
        "codec": bundle.codec.config.to_dict(),
        "prompts": {"dim": bundle.prompts.dim},
        "defaults": bundle.defaults,
    }
    (path / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return read_info(path)


def _save(module: nn.Module, file: Path) -> None:
    halves = {key: tensor.detach().half().contiguous() for key, tensor in module.state_dict().items()}
    save_file(halves, file)
    file.chmod(0o644)  # safetensors writes for the owner alone, and a bundle is meant to be shared


def _load(module: nn.Module, file: Path) -> None:
    if not file.is_file():
        raise BundleError(f"{file}: is missing")
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        raise BundleError(f"{file}: cannot be read: it is cut short or no safetensors file ({error})") from None
    _check(module.state_dict(), tensors, file)
    numbers = {key: tensor.float() for key, tensor in tensors.items()}
    bad = [key for key, tensor in numbers.items() if not torch.isfinite(tensor).all()]
    if bad:
        raise BundleError(f"{file}: holds numbers that are not finite, in {', '.join(bad[:MOST_NAMED])}")
    module.load_state_dict(numbers)


def _check(expected: dict[str, Tensor], found: dict[str, Tensor], file: Path) -> None:
    missing = sorted(expected.keys() - found.keys())
    extra = sorted(found.keys() - expected.keys())
    shared = sorted(expected.keys() & found.keys())
    bent = [
        f"{k} {list(found[k].shape)}, not {list(expected[k].shape)}"
        for k in shared
        if found[k].shape != expected[k].shape
    ]
    problems = [
        f"{word} {', '.join(keys[:MOST_NAMED])}"
        for word, keys in (("missing", missing), ("extra", extra), ("shape of", bent))
        if keys
    ]
    if problems:
        raise BundleError(f"{file}: does not fit its config.json: {'; '.join(problems)}")
