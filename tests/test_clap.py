"""A CLAP of the user's own; only where transformers is installed, which lmdmd does not need otherwise."""

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle
from lmdmd.train import evaluate_more
from lmdmd.train.embedders import Clap

transformers = pytest.importorskip("transformers")

RATE = 44100


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def test_a_clap_of_the_users_listens(tmp_path):
    """With random weights: what counts is that a folder of transformers is read, and heard with, without a network."""
    clap = Clap(write_clap(tmp_path / "clap"), ("house", "jazz"))
    sound = 0.1 * torch.randn(2, 3 * RATE, generator=torch.Generator().manual_seed(0))
    features, log_probs = clap.hear(sound, 1.0)
    assert log_probs.shape == (3, 2)
    torch.testing.assert_close(log_probs.exp().sum(1), torch.ones(3).double())
    torch.testing.assert_close(features.norm(dim=1), torch.ones(3).double())
    said = clap.embed_text(["deep house", "slow jazz"])
    expected = torch.stack([(features @ one).mean() for one in said]).mean()
    assert clap.score(["deep house", "slow jazz"], [sound, sound], 1.0) == pytest.approx(expected.item())


def test_free_wordings_get_a_score(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluate_more, "FREE_S", 0.5)
    clap = Clap(write_clap(tmp_path / "clap"), ("house", "jazz"))
    found = evaluate_more.measure_free(load_bundle(make_tiny_bundle(tmp_path / "tiny").path), clap)
    assert -1 <= found["clap_score"] <= 1
    assert len(found["clips"]) == 8


def write_clap(folder):
    """A tiny CLAP, its words those of a word-level tokenizer."""
    words = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "deep": 4, "house": 5, "slow": 6, "jazz": 7, "<mask>": 8}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    reader = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )
    text = {
        "vocab_size": 9,
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
    }
    audio = {"depths": [1, 1], "num_attention_heads": [2, 2], "patch_embeds_hidden_size": 8, "hidden_size": 16}
    torch.manual_seed(0)
    config = transformers.ClapConfig(text_config=text, audio_config=audio, projection_dim=8)
    transformers.ClapModel(config).save_pretrained(folder)
    transformers.ClapProcessor(transformers.ClapFeatureExtractor(truncation="rand_trunc"), reader).save_pretrained(
        folder
    )
    return folder


def test_a_folder_without_a_clap_is_named(tmp_path):
    with pytest.raises(TrainError, match=r"no CLAP there \(it has no config.json\)"):
        Clap(tmp_path, ("house",))
    (tmp_path / "config.json").write_text('{"model_type": "clap"}')
    with pytest.raises(TrainError, match="not a whole CLAP"):
        Clap(tmp_path, ("house",))
