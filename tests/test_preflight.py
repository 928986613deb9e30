"""``lmdmd check`` as a whole: what it says of a show is what ``lmdmd run`` would do with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from program import lmdmd, write_setlist
from safetensors.numpy import load_file, save_file

from lmdmd import bundles
from lmdmd.config import Config
from lmdmd.model import precision
from lmdmd.preflight import check
from lmdmd.testing import make_tiny_bundle


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny").path


@pytest.fixture
def copy(tiny, tmp_path) -> Path:
    return shutil.copytree(tiny, tmp_path / "copy")


def verdict(capsys, setlist: Path, **options) -> tuple[int, str, str]:
    """Exit status, problems and run sheet."""
    status = check(Config(setlist=setlist, osc_port=0, **{"device": "null", **options}))
    said = capsys.readouterr()
    return status, said.err, said.out


def test_weights_that_no_run_would_load_do_not_pass(copy, tmp_path, capsys):
    show = write_setlist(tmp_path / "show.yaml", copy, 5)
    assert verdict(capsys, show)[0] == 0
    tensors = load_file(copy / "model.safetensors")
    first = next(iter(tensors))
    tensors[first][...] = float("nan")
    save_file(tensors, copy / "model.safetensors")
    status, said, _ = verdict(capsys, show)
    assert status == 1
    assert (
        f"model tiny: {copy}/model.safetensors: does not fit its config.json: numbers that are not finite in {first}"
        in said
    )


def test_a_config_that_no_run_would_take_does_not_pass(copy, tmp_path, capsys):
    show = write_setlist(tmp_path / "show.yaml", copy, 5)
    config = json.loads((copy / "config.json").read_text())
    config["codec"]["width"] = "wide"
    (copy / "config.json").write_text(json.dumps(config))
    status, said, _ = verdict(capsys, show)
    assert status == 1
    assert "config.json: CodecConfig: width must be a whole number" in said


def test_a_prompt_in_no_known_word_is_warned_of_and_others_are_not(tmp_path, capsys):
    cues = "- {name: b, at: 1, prompts: {qwxz zzgrf: 1}}\n- {name: c, at: 2, prompts: {lo-fi synthwave 🎹: 1}}"
    show = write_setlist(tmp_path / "show.yaml", bundles.DEFAULT, 5, cues)
    status, said, _ = verdict(capsys, show)
    assert status == 0
    assert said == f'{show}:10: warning: prompt "qwxz zzgrf": pocket does not know qwxz, zzgrf\n'


@pytest.mark.parametrize("title", ["[/] encore", "[red]", "a\\\\", ":piano:"])
def test_a_title_is_printed_as_it_stands(tiny, tmp_path, capsys, title):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5)
    show.write_text(show.read_text().replace("title: show", f"title: '{title}'"))
    status, _, sheet = verdict(capsys, show)
    assert status == 0
    assert title in sheet


def test_a_device_that_is_not_there_is_an_error_as_in_a_run(tiny, tmp_path):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5)
    # In a process of its own: PortAudio must not outlive, in this one, a sound server that another test ends.
    done = lmdmd("check", show, "--device", "nosuch", "--osc-port", 0)
    assert done.returncode == 1
    assert 'no sound device called "nosuch"' in done.stderr or "PortAudio" in done.stderr


def test_numbers_that_this_processor_has_not_do_not_pass(copy, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(precision, "has_bf16", lambda: False)
    show = write_setlist(tmp_path / "show.yaml", copy, 5)
    status, said, _ = verdict(capsys, show, precision="bf16")
    assert status == 1
    assert "does not compute in bf16; use fp32" in said
