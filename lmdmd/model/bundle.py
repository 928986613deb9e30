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
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.config import Geometry, ModelConfig
from lmdmd.model.dit import Condition, DiT

MODEL_FILE = "model.safetensors"
CODEC_FILE = "codec.safetensors"


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
    model = DiT(Geometry.from_dict(info.config["geometry"]), ModelConfig.from_dict(info.config["model"]))
    codec = Codec(CodecConfig.from_dict(info.config["codec"]))
    _load(model, path / MODEL_FILE)
    _load(codec, path / CODEC_FILE)
    return Bundle(info.name, info.defaults, model.eval(), codec.eval(), PromptEncoder.load(path))


def load_codec(path: Path) -> Codec:
    """Only the codec of a bundle."""
    codec = Codec(CodecConfig.from_dict(read_info(path).config["codec"]))
    _load(codec, path / CODEC_FILE)
    return codec.eval()


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
    (path / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return read_info(path)


def _save(module: nn.Module, file: Path) -> None:
    halves = {key: tensor.detach().half().contiguous() for key, tensor in module.state_dict().items()}
    save_file(halves, file)
    file.chmod(0o644)  # safetensors writes for the owner alone, and a bundle is meant to be shared


def _load(module: nn.Module, file: Path) -> None:
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        raise BundleError(f"{file}: cannot be read: {error}") from None
    _check(module.state_dict(), tensors, file)
    module.load_state_dict({key: tensor.float() for key, tensor in tensors.items()})


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
        f"{word} {', '.join(keys[:5])}"
        for word, keys in (("missing", missing), ("extra", extra), ("shape of", bent))
        if keys
    ]
    if problems:
        raise BundleError(f"{file}: does not fit its config.json: {'; '.join(problems)}")
