"""Bundles: found by name or path, whole or refused with a reason, safe to open."""

import json
import math
import os
import shutil
from pathlib import Path

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


def configured(bundle, **changes):
    """Change keys of a bundle's config.json, written as ``section__key``."""
    config = json.loads((bundle / "config.json").read_text())
    for key, value in changes.items():
        *sections, name = key.split("__")
        (config[sections[0]] if sections else config)[name] = value
    (bundle / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": 3}, "name must be text, not 3"),
        ({"name": "a\nb"}, "name must be a word"),
        ({"licence": None}, "licence must be text, not nothing"),
        ({"geometry": [1, 2]}, r"geometry must be an object with keys and values, not \[1, 2\]"),
        ({"defaults": ["a"]}, "defaults must be an object"),
        ({"prompts": None}, "prompts must be an object"),
        ({"geometry__block": "x"}, r'geometry\.block must be a whole number from 1 to 4096, not "x"'),
        ({"geometry__block": 0}, r"geometry\.block"),
        ({"geometry__context": 1e400}, r"geometry\.context"),
        ({"geometry__sample_rate": True}, r"geometry\.sample_rate"),
        ({"defaults": {"gen/stepz": 4}}, 'unknown parameter "gen/stepz"; did you mean "gen/steps"'),
        ({"defaults": {"gen/cfg": "much"}}, '"much" is not a number'),
        ({"defaults": {"record/on": True}}, "record/on is not a setting of the model"),
    ],
)
def test_a_wrong_value_in_config_json_is_named_before_anything_is_loaded(copy, changes, words):
    configured(copy, **changes)
    with pytest.raises(BundleError, match=rf"config\.json: .*{words}"):
        bundles.read_info(copy)


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "{", "\xff", '{"a": ' + "9" * 5000 + "}"])
def test_a_config_that_is_not_one_is_refused(copy, text):
    (copy / "config.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BundleError, match=r"config\.json: "):
        bundles.read_info(copy)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model__dim": "x"}, "ModelConfig: dim must be a whole number from 0 to 1048576, not 'x'"),
        ({"model__dim": 2**40}, "ModelConfig: dim must be a whole number"),
        ({"model__depth": 0}, "depth must be above 0, not 0"),
        ({"model__ff_mult": math.nan}, "ff_mult must be a finite number"),
        ({"model__groups": [1]}, "groups must be an object"),
        ({"model__empty_context": 3}, "empty_context must be a word"),
        ({"model__text_in_context": "yes"}, "text_in_context must be true or false"),
        ({"codec__hop_frames": 0}, "hop_frames must be above 0"),
        ({"codec__mel_hi_hz": 1.0}, "is no band"),
        ({"codec__latent_dim": 32}, r"model\.latent_dim is 64 and codec\.latent_dim is 32; they must be equal"),
        ({"geometry__latent_frames": 1024}, r"geometry\.latent_frames is 1024"),
        ({"geometry__sample_rate": 48000}, r"geometry\.sample_rate is 48000"),
    ],
)
def test_a_size_that_no_network_can_have_is_named_with_its_file(copy, changes, words):
    configured(copy, **changes)
    with pytest.raises(BundleError, match=rf"config\.json: .*{words}"):
        load_bundle(copy)


def test_one_broken_folder_does_not_hide_the_others(tiny, tmp_path, monkeypatch):
    shutil.copytree(tiny.path, tmp_path / "sound")
    broken = shutil.copytree(tiny.path, tmp_path / "broken")
    configured(broken, geometry__block="x")
    monkeypatch.setenv("LMDMD_BUNDLES", str(tmp_path))
    found, sentences = bundles.survey()
    assert "tiny" in [info.name for info in found]
    assert len(sentences) == 1 and str(broken) in sentences[0]
    with pytest.raises(BundleError, match="no bundle called"):
        bundles.find_named("broken")


@pytest.mark.parametrize("name", ["~nosuchuser/x", "x" * 300, "a\0b", "", "/nowhere/" + "y" * 5000])
def test_a_name_that_no_file_system_takes_is_not_found(name, tmp_path):
    with pytest.raises(BundleError, match="no bundle called"):
        bundles.find(name)
    assert bundles.near(tmp_path, name) == name


def test_who_has_no_home_folder_has_the_house_bundles(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("LMDMD_BUNDLES", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert bundles.folders() == [bundles.HOUSE]


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
    with pytest.raises(BundleError, match=r"model\.safetensors: cannot be read: .*no safetensors file"):
        load_bundle(copy)


@pytest.mark.parametrize("file", ["model.safetensors", "codec.safetensors", "prompts.safetensors"])
def test_a_file_that_is_cut_short_or_missing_is_named(copy, file):
    os.truncate(copy / file, 1000)
    with pytest.raises(BundleError, match=rf"{file}: cannot be read: it is cut short"):
        load_bundle(copy)
    (copy / file).unlink()
    with pytest.raises(BundleError, match=file):
        load_bundle(copy)


@pytest.mark.parametrize("file", ["model.safetensors", "codec.safetensors", "prompts.safetensors"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_weights_that_are_no_numbers_are_refused(copy, file, value):
    tensors = load_file(copy / file)
    next(iter(tensors.values())).view(-1)[-1] = value
    save_file(tensors, copy / file)
    with pytest.raises(BundleError, match=rf"{file}: .*numbers that are not finite"):
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
    with pytest.raises(BundleError, match=r"numbers that are not finite in to_input_add_embed\.weight"):
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
        ("lora", [{"file": "../gone.safetensors"}], "copy/gone.safetensors: is missing"),
    ],
)
def test_what_it_cannot_be_made_of_is_named(copy, section, value, words):
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {section: value}))
    with pytest.raises(BundleError, match=words):
        load_bundle(copy)


def test_an_unknown_setting_is_named(copy):
    configured(copy, model__headz=2)
    with pytest.raises(BundleError, match='did you mean "heads"'):
        load_bundle(copy)
