"""Preflight: a sound show passes, and each thing that can be wrong is found and named."""

import json
import os
import shutil
import socket
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from lmdmd.control.check import check_setlist
from lmdmd.control.opening import choose_bundle
from lmdmd.control.run_sheet import run_sheet
from lmdmd.control.setlist_reader import load_setlist
from lmdmd.errors import BundleError, DeviceError

DEMO = Path(__file__).parent.parent / "setlists" / "demo.yaml"
SHOW = "songs:\n  - name: One\n    length: 10s\n    prompts: warm pads\n"


@pytest.fixture(autouse=True)
def bundle(tmp_path, monkeypatch):
    folder = tmp_path / "bundles" / "house"
    folder.mkdir(parents=True)
    config = {key: {} for key in ("model", "codec", "prompts", "defaults")}
    config["geometry"] = {"sample_rate": 44100, "latent_frames": 2048, "context": 118, "block": 10}
    config |= {"format": 1, "name": "house", "version": "1", "licence": "Apache-2.0"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "README.md").write_text("# house\n")
    (folder / "tokenizer.json").write_text("{}")
    for file in ("model.safetensors", "codec.safetensors", "prompts.safetensors"):
        save_file({"w": np.zeros((3, 5), np.float16), "b": np.ones(7, np.float32)}, folder / file)
    monkeypatch.setenv("LMDMD_BUNDLES", str(folder.parent))
    return folder


@pytest.fixture
def show(tmp_path):
    path = tmp_path / "show.yaml"
    path.write_text("model: house\n" + SHOW)
    return path


def texts(problems):
    return [f"{problem.severity} {problem.place} {problem.text}" for problem in problems]


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_sound_show_has_no_problems(show, tmp_path):
    problems = check_setlist(
        show,
        ports=[("udp", free_port(socket.SOCK_DGRAM)), ("tcp", free_port(socket.SOCK_STREAM)), ("tcp", 0)],
        record=tmp_path / "new" / "takes",
        device="Studio",
        foresee=lambda device, input_device: "",
        try_bundle=lambda info: None,
        unknown_words=lambda info, text: [],
    )
    assert problems == []


def test_setlist_problems_carry_their_line(show):
    show.write_text("model: house\n" + SHOW + "    cues: [{name: lift, at: 1, set: {gen/cgf: 1}}]\n")
    (problem,) = check_setlist(show)
    assert (problem.severity, problem.place) == ("error", f"{show}:6")
    assert 'cue "lift": unknown parameter "gen/cgf"; did you mean "gen/cfg"?' in str(problem)


def test_a_bundle_that_is_not_there_is_said_once(show):
    show.write_text("model: hous\n" + SHOW)
    assert len(check_setlist(show)) == 1
    show.write_text(SHOW)
    (problem,) = check_setlist(show, model="hous")
    assert 'did you mean "house"' in problem.text


@pytest.mark.parametrize("file", ["model.safetensors", "codec.safetensors", "prompts.safetensors"])
def test_missing_cut_and_foreign_files_of_a_bundle_are_found(show, bundle, file):
    whole = (bundle / file).read_bytes()
    for content, words in (
        (whole[:-1], "is broken"),
        (whole + b"x", "is broken"),
        (whole[:20], "not a readable safetensors"),
        (b"", "not a readable safetensors"),
        (b"\xff" * 64, "not a readable safetensors"),
        (b"\x02" + b"\0" * 7 + b"[]", "not a readable safetensors"),
        (struct.pack("<Q", 100_000) + b"[" * 100_000, "not a readable safetensors"),
    ):
        (bundle / file).write_bytes(content)
        (problem,) = check_setlist(show)
        assert problem.severity == "error" and problem.place.endswith(file) and words in problem.text
    (bundle / file).unlink()
    assert [problem.text for problem in check_setlist(show)] == ["is missing"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_tokenizer_that_is_none_is_found(show, bundle, content):
    (bundle / "tokenizer.json").write_bytes(content)
    assert [problem.text for problem in check_setlist(show)] == ["is not a tokenizer"]
    (bundle / "tokenizer.json").unlink()
    assert [problem.text for problem in check_setlist(show)] == ["is missing"]


def test_a_bundle_that_does_not_load_is_said_and_its_words_are_not_asked_for(show):
    def refuse(info):
        raise BundleError(f"{info.path}: does not fit")

    (problem,) = check_setlist(show, try_bundle=refuse, unknown_words=lambda info, text: [text])
    assert (problem.severity, problem.place) == ("error", "model house") and "does not fit" in problem.text


def test_the_bundle_of_the_command_line_wins_over_the_setlist_as_in_a_run(show, tmp_path, bundle):
    other = shutil.copytree(bundle, tmp_path / "other")
    loaded = []
    check_setlist(show, model=str(other), try_bundle=lambda info: loaded.append(info.path))
    check_setlist(show, try_bundle=lambda info: loaded.append(info.path))
    assert loaded == [other, bundle]
    assert [choose_bundle(model, load_setlist(show)).path for model in (str(other), "")] == loaded
    (problem,) = check_setlist(show, model="hous")
    assert (problem.severity, problem.place) == ("error", "model hous")


def test_a_bundle_without_licence_or_card_is_a_warning(show, bundle):
    config = json.loads((bundle / "config.json").read_text())
    (bundle / "config.json").write_text(json.dumps(config | {"licence": " "}))
    (bundle / "README.md").unlink()
    assert [(p.severity, p.text.split()[0]) for p in check_setlist(show)] == [("warning", "states"), ("warning", "has")]


@pytest.mark.parametrize(("kind", "type_"), [("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)])
def test_a_port_in_use_is_found_and_left_alone(show, kind, type_):
    with socket.socket(socket.AF_INET, type_) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == "tcp":
            taken.listen()
        port = taken.getsockname()[1]
        (problem,) = check_setlist(show, ports=[(kind, port)])
        assert problem.place == f"{kind} port {port}"
    assert check_setlist(show, ports=[(kind, port)]) == []


def test_a_folder_that_cannot_take_the_recording_is_found(show, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("")
    assert "not a writable folder" in check_setlist(show, record=file / "takes")[0].text
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    assert "not enough space" in check_setlist(show, record=tmp_path)[0].text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_found(show, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert "not a writable folder" in check_setlist(show, record=locked)[0].text


def test_sound_devices_are_judged_as_a_run_would(show):
    def found(device, input_device=""):
        return texts(check_setlist(show, device=device, input_device=input_device, foresee=foresee))

    def foresee(device, input_device):
        if "other" in (device, input_device):
            raise DeviceError('no sound device called "other"')
        return "there is no sound device here" if device == "default" else ""

    assert found("card") == found("card", "card") == found("null") == found("null", "none") == []
    assert found("default")[0].startswith("warning device default there is no sound device here; lmdmd run will play")
    assert found("other") == ['error device other no sound device called "other"']
    assert found("card", "other") == ['error device card no sound device called "other"']
    assert "is not heard" in found("null", "card")[0]


def test_a_file_device_may_make_its_folder_but_must_be_a_file(show, tmp_path):
    def found(path):
        return texts(check_setlist(show, device=f"file:{path}"))

    assert found(tmp_path / "out.wav") == found(tmp_path / "new" / "folder" / "out.wav") == []
    assert not (tmp_path / "new").exists()
    assert "is a folder" in found(tmp_path)[0]
    (tmp_path / "file").write_text("")
    assert "is not a writable folder" in found(tmp_path / "file" / "out.wav")[0]
    assert "/proc is not a writable folder" in found("/proc/new/out.wav")[0]
    assert "cannot be written" in found("x" * 300)[0]


def test_words_the_model_does_not_know_are_told_with_their_line(show):
    show.write_text("model: house\n" + SHOW + "    cues: [{name: b, at: 1, prompts: {zyzzy pads: 1, warm pads: 1}}]\n")
    asked = []

    def unknown_words(info, text):
        asked.append((info.name, text))
        return [word for word in text.split() if word == "zyzzy"]

    (problem,) = check_setlist(show, unknown_words=unknown_words)
    assert sorted(asked) == [("house", "warm pads"), ("house", "zyzzy pads")]
    assert (problem.severity, problem.place) == ("warning", f"{show}:6")
    assert "does not know zyzzy" in problem.text


def test_a_show_that_begins_without_a_prompt_is_a_warning(show):
    show.write_text("model: house\nsongs: [{name: One, length: 9s, cues: [{at: 1s, prompts: pads}]}]\n")
    assert [(p.severity, p.place) for p in check_setlist(show)] == [("warning", f"{show}:2")]


def test_the_run_sheet_of_the_demo_lists_every_song_and_cue(monkeypatch, tmp_path, bundle):
    config = json.loads((bundle / "config.json").read_text())
    (bundle / "config.json").write_text(json.dumps(config | {"name": "pocket"}))
    setlist = load_setlist(DEMO)
    rows = run_sheet(setlist)
    assert [row["cue"] for row in rows if row["cue"]] == [cue.name for song in setlist.songs for cue in song.cues]
    timed = [row["time_s"] for row in rows if row["time_s"] is not None]
    assert timed == sorted(timed)
    assert 80 <= timed[-1] <= 100
    by_cue = {row["cue"]: row for row in rows}
    assert (by_cue["open"]["bar"], by_cue["open"]["over"]) == (5, "2 bars")
    assert by_cue["open"]["time_s"] == pytest.approx(16 * 60 / 66, abs=1e-4)
    assert "gen/cfg = 4.0" in by_cue["open"]["changes"]
    assert by_cue["break"]["time_s"] is None
    assert json.loads(json.dumps(rows)) == rows
