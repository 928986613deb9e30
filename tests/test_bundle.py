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


def test_an_unknown_setting_is_named(copy):
    config = json.loads((copy / "config.json").read_text())
    config["model"]["headz"] = config["model"].pop("heads")
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(BundleError, match='did you mean "heads"'):
        load_bundle(copy)
