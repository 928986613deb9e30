"""Prompt text to vectors: one static table of token vectors, averaged. No torch, no network, under a millisecond."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from lmdmd.errors import BundleError

VECTORS_FILE = "prompts.safetensors"
TOKENIZER_FILE = "tokenizer.json"
UNKNOWN = "[UNK]"


class PromptEncoder:
    """Turns prompts into unit vectors (Model2Vec: token frequency is already weighed into the table).

    `vectors` is [vocab, D] of any float type, row i belonging to the tokenizer's id i.
    Raises BundleError when table and tokenizer do not belong together.
    """

    def __init__(self, vectors: NDArray[np.floating], tokenizer: Tokenizer) -> None:
        if len(vectors) != tokenizer.get_vocab_size() or max(tokenizer.get_vocab().values()) >= len(vectors):
            raise BundleError(
                f"{VECTORS_FILE} has {len(vectors)} rows but {TOKENIZER_FILE} has "
                f"{tokenizer.get_vocab_size()} tokens; take both from the same bundle"
            )
        self.vectors = vectors
        self.tokenizer = tokenizer
        self.tokenizer.no_padding()
        self.unknown_id = tokenizer.token_to_id(UNKNOWN)

    @classmethod
    def load(cls, folder: Path) -> PromptEncoder:
        """Read both files of a bundle folder; raises BundleError naming the file that is missing or broken."""
        for name in (VECTORS_FILE, TOKENIZER_FILE):
            if not (folder / name).is_file():
                raise BundleError(f"{folder} has no {name}; it is not a complete bundle")
        vectors, tokenizer = _read_vectors(folder / VECTORS_FILE), _read_tokenizer(folder / TOKENIZER_FILE)
        try:
            return cls(vectors, tokenizer)
        except BundleError as error:
            raise BundleError(f"{folder}: {error}") from None

    def save(self, folder: Path) -> None:
        """Write both files into `folder`, the table as fp16."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file({"vectors": self.vectors.astype(np.float16)}, folder / VECTORS_FILE)
        self.tokenizer.save(str(folder / TOKENIZER_FILE))

    @property
    def dim(self) -> int:
        """Length of one prompt vector."""
        return int(self.vectors.shape[1])

    def encode(self, prompts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [n, D] unit vectors; a prompt without a known token is exactly zero."""
        rows = [self._embed(self._ids(prompt)) for prompt in prompts]
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def knows(self, word: str) -> bool:
        """Whether a word is one token of the table; others are spelled in pieces, or not at all."""
        ids = self._ids(word)
        return len(ids) == 1 and ids[0] != self.unknown_id

    def _ids(self, prompt: str) -> list[int]:
        return self.tokenizer.encode(prompt, add_special_tokens=False).ids

    def _embed(self, ids: list[int]) -> NDArray[np.float32]:
        ids = [i for i in ids if i != self.unknown_id]
        if not ids:
            return np.zeros(self.dim, np.float32)
        mean = self.vectors[ids].astype(np.float32).mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _read_vectors(file: Path) -> NDArray[np.floating]:
    try:
        vectors = load_file(file).get("vectors")
    # numpy has no bfloat16: a table of it is an AttributeError or a TypeError, as the version has it.
    except (OSError, SafetensorError, AttributeError, TypeError, ValueError) as error:
        raise BundleError(f"{file}: cannot be read: it is cut short or no safetensors file ({error})") from None
    if vectors is None or vectors.ndim != 2 or vectors.dtype.kind != "f":
        raise BundleError(f'{file}: must hold one table of float numbers called "vectors"')
    if not np.isfinite(vectors).all():
        raise BundleError(f"{file}: holds numbers that are not finite")
    return vectors


def _read_tokenizer(file: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library has no error of its own
        raise BundleError(f"{file}: is not a tokenizer: {error}") from None
    if not tokenizer.get_vocab_size():
        raise BundleError(f"{file}: has no tokens")
    return tokenizer
