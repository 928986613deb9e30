"""Small honest parts for tests: a real bundle with tiny random weights, that loads and plays like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from lmdmd.bundles import BundleInfo
from lmdmd.model.bundle import Bundle, save_bundle
from lmdmd.model.codec import Codec, CodecConfig
from lmdmd.model.conditioners import UNKNOWN, PromptEncoder
from lmdmd.model.config import PRESETS
from lmdmd.model.dit import DiT

_WORDS = ("warm", "pads", "deep", "house", "piano", "jazz", "slow", "bright", "drums")


def make_tiny_bundle(path: Path, name: str = "tiny", seed: int = 0, **config: Any) -> BundleInfo:
    """Write a bundle with the ``tiny`` preset and random weights; blocks take a few milliseconds.

    ``config`` are fields of ``ModelConfig`` that differ from the preset's.
    """
    torch.manual_seed(seed)
    preset = PRESETS["tiny"]
    sizes = replace(preset.model, **config)
    model = DiT(preset.geometry, sizes)
    codec = Codec(CodecConfig(width=16, expand=32, depth=2))
    _stir(model, codec)
    bundle = Bundle(name, {"gen/steps": 2, "gen/cfg": 1.5}, model, codec, _prompts(preset.model.global_dim))
    about = {"name": name, "version": "0", "licence": "Apache-2.0"}
    return save_bundle(path, bundle, about)


@torch.no_grad()
def _stir(model: DiT, codec: Codec) -> None:
    """Networks begin at zero on purpose; here everything must have an effect, at a modest level."""
    for parameter in model.parameters():
        parameter.add_(0.1 * torch.randn_like(parameter))
    codec.patches.mean.fill_(-6.0)


def _prompts(dim: int) -> PromptEncoder:
    vocabulary = {word: index for index, word in enumerate((UNKNOWN, *_WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.random.default_rng(0).standard_normal((len(vocabulary), dim)).astype(np.float16)
    return PromptEncoder(vectors, tokenizer)
