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
from torch import Tensor

from lmdmd.bundles import FORMAT, BundleInfo, read_info
from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.codec import Codec
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.config import CodecConfig, Geometry, ModelConfig
from lmdmd.model.dit import Condition, DiT
from lmdmd.model.lora import Lora, merge_lora
from lmdmd.model.oobleck import Oobleck, OobleckConfig
from lmdmd.model.t5 import T5Config, T5Prompts
from lmdmd.model.weights import load_weights, save_weights

CONFIG_FILE = "config.json"
MODEL_FILE = "model.safetensors"
CODEC_FILE = "codec.safetensors"

AnyPrompts = PromptEncoder | T5Prompts

CHANNELS = 2


@dataclass
class Bundle:
    """Everything that one deck plays with."""

    name: str
    defaults: dict[str, Any]
    model: DiT
    codec: AudioCodec
    prompts: AnyPrompts

    @property
    def geometry(self) -> Geometry:
        """The time grid."""
        return self.model.geometry

    def condition(self, prompts: np.ndarray) -> Condition:
        """Condition of B prompts or mixtures, as their encoder gave them: vectors [B, D] or tokens [B, L, D]."""
        return make_condition(self.prompts, torch.from_numpy(np.asarray(prompts, dtype=np.float32)))


def make_condition(prompts: AnyPrompts, said: Tensor) -> Condition:
    """Condition of B prompts or mixtures as their encoder gave them: vectors [B, D] or tokens [B, L, D]."""
    return prompts.condition(said) if isinstance(prompts, T5Prompts) else Condition(pooled=said)


def load_bundle(path: Path) -> Bundle:
    """Read a bundle folder; raises ``BundleError`` naming the file and what is wrong with it."""
    info = read_info(path)
    model, codec = _networks(info)
    prompts = load_prompts(info)
    _check_grids(path / CONFIG_FILE, model, codec, prompts)
    load_weights(model, path / MODEL_FILE)
    for lora in _loras(info):
        merge_lora(model, lora)
    load_weights(codec, path / CODEC_FILE)
    return Bundle(info.name, info.defaults, model.eval(), codec.eval(), prompts)


def _networks(info: BundleInfo) -> tuple[DiT, AudioCodec]:
    file, config = info.path / CONFIG_FILE, info.config
    try:
        model = DiT(Geometry.from_dict(config["geometry"]), ModelConfig.from_dict(config["model"]))
        return model, _make_codec(info)
    except BundleError as error:
        raise BundleError(f"{file}: {error}") from None
    except (RuntimeError, ValueError, MemoryError) as error:  # sizes that torch cannot make
        why = str(error).partition("\n")[0] or "out of memory"
        raise BundleError(f"{file}: its network cannot be built: {why}") from None


def _check_grids(file: Path, model: DiT, codec: AudioCodec, prompts: AnyPrompts) -> None:
    """The parts of a bundle must speak of the same latents and the same vectors."""
    pairs = {
        ("geometry.sample_rate", "codec.sample_rate_hz"): (model.geometry.sample_rate, codec.config.sample_rate_hz),
        ("geometry.latent_frames", "codec.latent_frames"): (model.geometry.latent_frames, codec.config.latent_frames),
        ("model.latent_dim", "codec.latent_dim"): (model.config.latent_dim, codec.config.latent_dim),
        ("codec.channels", "the two of the program"): (codec.config.channels, CHANNELS),
    }
    if isinstance(prompts, PromptEncoder):
        pairs["model.global_dim", "the width of the prompt vectors"] = (model.config.global_dim, prompts.dim)
    for (one, other), (first, second) in pairs.items():
        if first != second:
            raise BundleError(f"{file}: {one} is {first} and {other} is {second}; they must be equal")


def _make_codec(info: BundleInfo) -> AudioCodec:
    kind, values = _split_kind(info, "codec", ("house", "oobleck"))
    if kind == "oobleck":
        return Oobleck(OobleckConfig.from_dict(values))
    return Codec(CodecConfig.from_dict(values))


def load_prompts(info: BundleInfo) -> AnyPrompts:
    """Read what turns a bundle's prompts into conditions; raises ``BundleError``."""
    kind, values = _split_kind(info, "prompts", ("house", "t5"))
    if kind == "t5":
        return T5Prompts.load(info.path, T5Config.from_dict(values))
    return PromptEncoder.load(info.path)


def _split_kind(info: BundleInfo, section: str, kinds: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return which of `kinds` a section of the config is, the first where it does not say, and its other values."""
    values = dict(info.config[section])
    kind = values.pop("kind", kinds[0])
    if kind not in kinds:
        hint = did_you_mean(str(kind), kinds)
        raise BundleError(f'{info.path}: {section} kind "{kind}" is none of {", ".join(kinds)}{hint}')
    return kind, values


def _loras(info: BundleInfo) -> list[Lora]:
    try:
        named = [(Path(entry["file"]).name, float(entry.get("scale", 1.0))) for entry in info.config.get("lora", [])]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BundleError(f'{info.path}: lora must list {{"file": NAME, "scale": NUMBER}}') from None
    return [Lora(info.path / name, scale) for name, scale in named]


def save_bundle(path: Path, bundle: Bundle, about: dict[str, Any]) -> BundleInfo:
    """Write a bundle folder. ``about`` gives name, version, licence and figures."""
    path.mkdir(parents=True, exist_ok=True)
    save_weights(bundle.model, path / MODEL_FILE)
    save_weights(bundle.codec, path / CODEC_FILE)
    bundle.prompts.save(path)
    config = {
        "format": FORMAT,
        **about,
        "geometry": bundle.geometry.to_dict(),
        "model": bundle.model.config.to_dict(),
        "codec": _describe_codec(bundle.codec),
        "prompts": _describe_prompts(bundle.prompts),
        "defaults": bundle.defaults,
    }
    (path / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return read_info(path)


def _describe_codec(codec: AudioCodec) -> dict[str, Any]:
    values = codec.config.to_dict()
    return {"kind": "oobleck", **values} if isinstance(codec, Oobleck) else values


def _describe_prompts(prompts: AnyPrompts) -> dict[str, Any]:
    return {"kind": "t5", **prompts.config.to_dict()} if isinstance(prompts, T5Prompts) else {"dim": prompts.dim}
