"""Prompt vectors: unit length, exact zeros for nothing, unknown words counted."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel, WordPiece
from tokenizers.pre_tokenizers import Whitespace

from lmdmd.errors import BundleError
from lmdmd.model.conditioners import TOKENIZER_FILE, VECTORS_FILE, PromptEncoder

WORDS = {"[UNK]": 0, "slow": 1, "jazz": 2, "piano": 3}


@pytest.fixture
def encoder() -> PromptEncoder:
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.random.default_rng(0).standard_normal((len(WORDS), 8)).astype(np.float32)
    return PromptEncoder(vectors, tokenizer)


def test_prompt_is_the_unit_mean_of_its_tokens(encoder: PromptEncoder) -> None:
    mean = encoder.vectors[[1, 2]].mean(axis=0)
    (row,) = encoder.encode(["slow jazz"])
    np.testing.assert_allclose(row, mean / np.linalg.norm(mean), rtol=1e-6)
    assert row.dtype == np.float32


@pytest.mark.parametrize("prompt", ["", "   ", "xylophone"])
def test_nothing_known_is_exactly_zero(encoder: PromptEncoder, prompt: str) -> None:
    assert not encoder.encode([prompt]).any()
    assert not encoder.knows(prompt)


def test_unknown_words_are_told_and_do_not_change_the_vector(encoder: PromptEncoder) -> None:
    rows = encoder.encode(["slow piano", "slow kazoo piano"])
    np.testing.assert_array_equal(rows[0], rows[1])
    assert [word for word in ("slow", "kazoo", "piano") if not encoder.knows(word)] == ["kazoo"]


def test_a_word_spelled_in_pieces_is_not_known() -> None:
    pieces = {"[UNK]": 0, "syn": 1, "##th": 2, "pad": 3}
    tokenizer = Tokenizer(WordPiece(pieces, unk_token="[UNK]"))
    encoder = PromptEncoder(np.eye(4, dtype=np.float32), tokenizer)
    assert encoder.encode(["synth"]).any()
    assert encoder.knows("pad") and not encoder.knows("synth")


def test_batch_equals_one_by_one(encoder: PromptEncoder) -> None:
    prompts = ["slow", "", "jazz piano", "piano piano slow"]
    np.testing.assert_array_equal(encoder.encode(prompts), np.concatenate([encoder.encode([p]) for p in prompts]))
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_saved_and_loaded_is_the_same_within_half_precision(encoder: PromptEncoder, tmp_path) -> None:
    encoder.save(tmp_path)
    loaded = PromptEncoder.load(tmp_path)
    assert loaded.dim == encoder.dim
    np.testing.assert_allclose(loaded.encode(["slow jazz"]), encoder.encode(["slow jazz"]), atol=2e-3)


def test_missing_file_is_named(encoder: PromptEncoder, tmp_path) -> None:
    encoder.save(tmp_path)
    (tmp_path / TOKENIZER_FILE).unlink()
    with pytest.raises(BundleError, match=r"tokenizer\.json"):
        PromptEncoder.load(tmp_path)


def test_table_of_another_tokenizer_is_refused(encoder: PromptEncoder, tmp_path) -> None:
    encoder.save(tmp_path)
    save_file({"vectors": np.zeros((9, 8), np.float16)}, tmp_path / VECTORS_FILE)
    with pytest.raises(BundleError, match="9 rows"):
        PromptEncoder.load(tmp_path)


@pytest.mark.parametrize("text", ["{\n", "[]", "", '{"model": 3}'])
def test_a_broken_tokenizer_is_named(encoder: PromptEncoder, tmp_path, text: str) -> None:
    encoder.save(tmp_path)
    (tmp_path / TOKENIZER_FILE).write_text(text)
    with pytest.raises(BundleError, match=r"tokenizer\.json: is not a tokenizer"):
        PromptEncoder.load(tmp_path)


@pytest.mark.parametrize(
    "tensors",
    [{"table": np.zeros((4, 8), np.float16)}, {"vectors": np.zeros(4)}, {"vectors": np.zeros((4, 8), np.int32)}],
)
def test_a_file_without_the_table_is_refused(encoder: PromptEncoder, tmp_path, tensors) -> None:
    encoder.save(tmp_path)
    save_file(tensors, tmp_path / VECTORS_FILE)
    with pytest.raises(BundleError, match=r'prompts\.safetensors: must hold .*"vectors"'):
        PromptEncoder.load(tmp_path)
