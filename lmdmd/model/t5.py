"""Prompts of Stable Audio Open: T5's tokens of the words, and how long the piece is to be (LMDM 6.3).

T5's own weights are in no checkpoint and in no bundle: `transformers` opens them from a folder or from its cache.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lmdmd.errors import BundleError
from lmdmd.model.config import Record
from lmdmd.model.dit import Condition
from lmdmd.model.weights import load_weights, save_weights

SECONDS_FILE = "seconds.safetensors"
SECONDS_FEATURES = 256

ReadText = Callable[[Sequence[str]], Tensor]  # n prompts -> [n, tokens, dim], zeros behind each prompt's end


@dataclass(frozen=True)
class T5Config(Record):
    """How prompts are read; part of a bundle's config.json.

    `source` is a folder or a name that `transformers` knows. `seconds` is the length that every block is told,
    as a share of `seconds_lo` .. `seconds_hi`.
    """

    source: str = "t5-base"
    tokens: int = 64
    dim: int = 768
    seconds: float = 12.0
    seconds_lo: float = 0.0
    seconds_hi: float = 256.0


@dataclass(frozen=True)
class TokenCondition(Condition):
    """A condition whose pooled vector tells the length, so that its null loses the tokens alone."""

    def null(self) -> Self:
        """Return the unprompted condition, length and controls kept."""
        assert self.tokens is not None
        return replace(self, tokens=torch.zeros_like(self.tokens))


class SecondsEmbedding(nn.Module):
    """A share 0..1 [B] -> [B, dim]: the share, sines and cosines of it, and a linear layer."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.randn(SECONDS_FEATURES // 2))
        self.linear = nn.Linear(SECONDS_FEATURES + 1, dim)

    def forward(self, share: Tensor) -> Tensor:
        phase = 2 * math.pi * share[:, None] * self.weights
        return self.linear(torch.cat([share[:, None], phase.sin(), phase.cos()], dim=-1))


class T5Prompts:
    """Turns prompts into tokens [tokens, dim], and mixtures of them into a condition."""

    def __init__(self, config: T5Config, seconds: SecondsEmbedding, read: ReadText) -> None:
        self.config, self.seconds, self.read = config, seconds, read

    @classmethod
    def load(cls, folder: Path, config: T5Config) -> T5Prompts:
        """Read a bundle folder and open T5; raises BundleError naming what is missing."""
        seconds = SecondsEmbedding(config.dim)
        load_weights(seconds, folder / SECONDS_FILE)
        return cls(config, seconds.eval().requires_grad_(False), open_t5(config))

    def save(self, folder: Path) -> None:
        """Write the weights of the seconds into `folder`."""
        save_weights(self.seconds, folder / SECONDS_FILE)

    @property
    def dim(self) -> int:
        """Length of one token."""
        return self.config.dim

    def encode(self, prompts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [n, tokens, dim]; an empty prompt is exactly zero."""
        tokens = np.zeros((len(prompts), self.config.tokens, self.dim), np.float32)
        said = [i for i, prompt in enumerate(prompts) if prompt.strip()]
        if said:
            tokens[said] = self.read([prompts[i] for i in said]).numpy()
        return tokens

    def known(self, prompt: str) -> float:
        """Return 1, as T5 spells what it does not know; 0 for an empty prompt."""
        return float(bool(prompt.strip()))

    def condition(self, words: Tensor) -> TokenCondition:
        """Condition of the tokens [B, tokens, dim] of prompts or mixtures; the seconds become the last token."""
        pooled = self.embed_seconds().expand(len(words), -1)
        return TokenCondition(pooled, torch.cat([words, pooled[:, None]], dim=1))

    def embed_seconds(self) -> Tensor:
        """Return the embedding [1, dim] of the configured length."""
        c = self.config
        share = (c.seconds - c.seconds_lo) / (c.seconds_hi - c.seconds_lo)
        return self.seconds(torch.tensor([min(max(share, 0.0), 1.0)]))


def open_t5(config: T5Config) -> ReadText:
    """Return a reader of prompts; raises BundleError when transformers or the weights are not there, or do not fit."""
    source = config.source
    try:
        transformers = importlib.import_module("transformers")
    except ImportError:
        raise BundleError("this bundle reads its prompts with T5: pip install 'lmdmd[sao]'") from None
    transformers.utils.logging.disable_progress_bar()
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(source)
        model = transformers.T5EncoderModel.from_pretrained(source, use_safetensors=True).float().eval()
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise BundleError(f'T5 "{source}" cannot be opened: {reason}; name a folder with --t5 FOLDER') from None
    if model.config.d_model != config.dim:
        raise BundleError(f'T5 "{source}" has {model.config.d_model} numbers a token; the model needs {config.dim}')

    @torch.inference_mode()
    def read(prompts: Sequence[str]) -> Tensor:
        said = tokenizer(
            list(prompts), padding="max_length", truncation=True, max_length=config.tokens, return_tensors="pt"
        )
        hidden = model(input_ids=said["input_ids"], attention_mask=said["attention_mask"]).last_hidden_state
        return hidden * said["attention_mask"][..., None]

    return read


def read_later(config: T5Config) -> ReadText:
    """Return a reader that opens T5 when it is asked, for those who only pass a bundle on."""
    return lambda prompts: open_t5(config)(prompts)
