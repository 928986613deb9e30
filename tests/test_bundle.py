"""Bundles: found by name or path, whole or refused with a reason, safe to open."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from lmdmd import bundles
from lmdmd.errors import BundleError
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture
def copy(tiny, tmp_path):
    return shutil.copytree(tiny.path, tmp_path / "copy")


def test_a_bundle_comes_back_as_it_was_written(tiny):
    first, second = load_bundle(tiny.path), load_bundle(tiny.path)
    assert first.geometry == second.geometry
    assert first.defaults == {"gen/steps": 2, "gen/cfg": 1.5}
    for key, tensor in first.model.state_dict().items():
        torch.testing.assert_close(tensor, second.model.state_dict()[key], rtol=0, atol=0)
    assert all(tensor.dtype is not torch.float16 for tensor in first.model.state_dict().values())


def test_found_by_name_and_by_path(tiny, monkeypatch):
    monkeypatch.setenv("LMDMD_BUNDLES", str(tiny.path.parent))
    assert bundles.find("tiny").path == tiny.path
    assert bundles.find(str(tiny.path)).name == "tiny"
    with pytest.raises(BundleError, match='did you mean "tiny"'):
        bundles.find("tinny")


def test_what_is_not_a_bundle_says_why(tmp_path, copy):
    with pytest.raises(BundleError, match=r"no config\.json"):
        bundles.read_info(tmp_path)
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({k: v for k, v in config.items() if k != "licence"}))
    with pytest.raises(BundleError, match="lacks licence"):
        bundles.read_info(copy)
    (copy / "config.json").write_text(json.dumps(config | {"format": 99}))
    with pytest.raises(BundleError, match="format 99"):
        bundles.read_info(copy)


def test_weights_that_do_not_fit_are_listed(copy):
    tensors = load_file(copy / "model.safetensors")
    name, tensor = sorted(tensors.items())[0]
    save_file({**tensors, name: tensor[..., :-1].contiguous()}, copy / "model.safetensors")
    with pytest.raises(BundleError, match="shape of"):
        load_bundle(copy)
    del tensors[name]
    save_file({**tensors, "stranger": tensor}, copy / "model.safetensors")
    with pytest.raises(BundleError, match=r"missing .*; extra stranger"):
        load_bundle(copy)


def test_a_pickle_is_not_opened(copy):
    torch.save({"weights": torch.zeros(1)}, copy / "model.safetensors")
    with pytest.raises(BundleError, match="cannot be read"):
        load_bundle(copy)


def test_a_truncated_file_is_not_opened(copy):
    whole = (copy / "codec.safetensors").read_bytes()
    (copy / "codec.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BundleError, match=r"codec\.safetensors: cannot be read"):
        load_bundle(copy)


def test_what_is_no_number_is_named(copy):
    tensors = load_file(copy / "model.safetensors")
    tensors["to_input_add_embed.weight"][0, 0] = torch.nan
    save_file(tensors, copy / "model.safetensors")
    with pytest.raises(BundleError, match=r"no finite numbers in to_input_add_embed\.weight"):
        load_bundle(copy)


def test_small_tensors_are_kept_whole(tiny):
    stored = load_file(tiny.path / "model.safetensors")
    assert stored["transformer.rotary_pos_emb.inv_freq"].dtype is torch.float32
    assert stored["to_global_embed.0.weight"].dtype is torch.float32  # 32 x 128, no more than SMALL
    assert stored["to_prompt_tokens.weight"].dtype is torch.float16


@pytest.mark.parametrize(
    ("section", "value", "words"),
    [
        ("codec", {"kind": "oobleek"}, 'codec kind "oobleek" is none of house, oobleck; did you mean "oobleck"'),
        ("prompts", {"kind": "t6"}, 'prompts kind "t6" is none of house, t5'),
        ("lora", [{"scale": 1.0}], "lora must list"),
        ("lora", [{"file": "../gone.safetensors"}], "copy/gone.safetensors: cannot be read"),
    ],
)
def test_what_it_cannot_be_made_of_is_named(copy, section, value, words):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {section: value}))
    with pytest.raises(BundleError, match=words):
        load_bundle(copy)


def test_an_unknown_setting_is_named(copy):
    config = json.loads((copy / "config.json").read_text())
    config["model"]["headz"] = config["model"].pop("heads")
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(BundleError, match='did you mean "heads"'):
        load_bundle(copy)
