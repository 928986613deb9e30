"""Prompts through T5: padded with zeros, nothing for nothing, the length last and in both branches of guidance."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lmdmd.errors import BundleError
from lmdmd.model.t5 import SecondsEmbedding, T5Config, T5Prompts, open_t5

CONFIG = T5Config(source="nowhere", tokens=6, dim=8)


@pytest.fixture
def prompts() -> T5Prompts:
    torch.manual_seed(0)
    return T5Prompts(CONFIG, SecondsEmbedding(8).requires_grad_(False), lambda said: torch.ones(len(said), 6, 8))


@pytest.mark.parametrize("prompt", ["", "  "])
def test_an_empty_prompt_is_exactly_zero(prompts: T5Prompts, prompt: str) -> None:
    tokens = prompts.encode([prompt, "jazz"])
    assert tokens.shape == (2, 6, 8)
    assert not tokens[0].any() and tokens[1].all()
    assert (prompts.known(prompt), prompts.known("jazz")) == (0.0, 1.0)


def test_the_length_is_the_last_token_and_stays_without_a_prompt(prompts: T5Prompts) -> None:
    condition = prompts.condition(torch.from_numpy(prompts.encode(["jazz"])))
    assert condition.tokens is not None and condition.tokens.shape == (1, 7, 8)
    assert torch.equal(condition.tokens[:, -1], condition.pooled)
    pair = condition.with_null()
    assert pair.tokens is not None and not pair.tokens[1].any()
    assert torch.equal(pair.pooled[0], pair.pooled[1])


def test_saved_and_loaded_is_the_same(prompts: T5Prompts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts.save(tmp_path)
    monkeypatch.setattr("lmdmd.model.t5.open_t5", lambda config: prompts.read)
    loaded = T5Prompts.load(tmp_path, CONFIG)
    assert torch.equal(loaded.embed_seconds(), prompts.embed_seconds())


def test_without_transformers_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(BundleError, match=r"pip install 'lmdmd\[sao\]'"):
        open_t5(CONFIG)


@pytest.fixture
def tiny_t5(tmp_path: Path) -> Path:
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = Tokenizer(models.WordLevel({"<pad>": 0, "</s>": 1, "<unk>": 2, "slow": 3, "jazz": 4}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<pad>", eos_token="</s>")
    fast.save_pretrained(tmp_path)
    sizes = transformers.T5Config(vocab_size=8, d_model=8, d_kv=4, d_ff=16, num_layers=1, num_heads=2)
    transformers.T5EncoderModel(sizes).save_pretrained(tmp_path)
    return tmp_path


def test_behind_a_prompts_end_there_is_nothing(tiny_t5: Path) -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    read = open_t5(replace(CONFIG, source=str(tiny_t5)))
    tokens = read(["slow jazz", "jazz"])
    assert tokens.shape == (2, 6, 8)
    assert tokens[0, :3].abs().amax(-1).all() and not tokens[0, 3:].any()
    assert not tokens[1, 2:].any()
    torch.testing.assert_close(read(["jazz"])[0], tokens[1])


def test_a_t5_of_another_width_is_refused(tiny_t5: Path) -> None:
    with pytest.raises(BundleError, match="has 8 numbers a token; the model needs 768"):
        open_t5(T5Config(source=str(tiny_t5)))


def test_a_folder_without_t5_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    with pytest.raises(BundleError, match="--t5 FOLDER"):
        open_t5(replace(CONFIG, source=str(tmp_path)))
