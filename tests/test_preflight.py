"""``lmdmd check`` as a whole: what it says of a show is what ``lmdmd run`` would do with it."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import pytest
from conftest import JACK_RATE_HZ
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


def verdict(capsys, setlist: Path, *, measure=False, as_json=False, sheet=None, **options) -> tuple[int, str, str]:
    """Exit status, problems and run sheet."""
    config = Config(setlist=setlist, osc_port=0, **{"device": "null", "http_port": 0, **options})
    status = check(config, measure=measure, as_json=as_json, sheet=sheet)
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


def test_a_port_without_which_the_show_runs_is_warned_of(tiny, tmp_path, capsys):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, said, _ = verdict(capsys, show, http_port=port)
    assert status == 0
    assert f"tcp port {port}: warning: cannot be opened on 127.0.0.1: Address already in use; no tablet page" in said
    for fine in (port, None):
        assert "tcp port" not in verdict(capsys, show, http_port=fine)[1]


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


@pytest.mark.jack
def test_a_rate_that_the_device_does_not_take_is_an_error_as_in_a_run(jackd, tiny, tmp_path):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5)
    asked = ("check", show, "--device", "system", "--osc-port", 0, "--no-measure", "--json")
    good, bad = (lmdmd(*asked, "--rate", rate) for rate in (JACK_RATE_HZ, 22050))
    assert good.returncode == 0, good.stdout
    assert json.loads(good.stdout)["device"]["rate_hz"] == JACK_RATE_HZ
    errors = [problem["text"] for problem in json.loads(bad.stdout)["problems"] if problem["severity"] == "error"]
    assert bad.returncode == 1 and "cannot be opened at 22050 Hz" in errors[0]


def test_numbers_that_this_processor_has_not_do_not_pass(copy, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(precision, "has_bf16", lambda: False)
    show = write_setlist(tmp_path / "show.yaml", copy, 5)
    status, said, _ = verdict(capsys, show, precision="bf16")
    assert status == 1
    assert "does not compute in bf16; use fp32" in said


def test_json_is_one_object_and_nothing_else(tiny, tmp_path, capsys):
    cues = "- {name: lift, number: '2', at: 1, prompts: {jazz piano: 1}}\n- {name: qwxz, go: true, prompts: qwxz}"
    show = write_setlist(tmp_path / "show.yaml", tiny, 5, cues)
    status, said, out = verdict(capsys, show, as_json=True, rate_hz=48000)
    assert (status, said) == (0, "")
    report = json.loads(out)
    assert {"problems", "run_sheet", "measured", "bundles", "memory"} <= set(report)
    card, problem = report["problems"]
    assert "model card" in card["text"]
    assert problem["severity"] == "warning" and "qwxz" in problem["text"]
    assert [row["cue"] for row in report["run_sheet"]] == ["", "lift", "qwxz"]
    (bundle,) = report["bundles"]
    assert (bundle["name"], bundle["licence"], bundle["resampled"]) == ("tiny", "Apache-2.0", True)
    assert report["memory"]["worst"]["bundles"] == ["tiny"] and report["memory"]["worst"]["mb"] > 300
    assert report["measured"] == []


def test_json_tells_the_problems_of_a_show_that_does_not_run(tiny, tmp_path, capsys):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5, "- {name: b, at: 1, set: {gen/cgf: 1}}")
    status, said, out = verdict(capsys, show, as_json=True)
    report = json.loads(out)
    assert (status, said, report["run_sheet"]) == (1, "", [])
    assert "gen/cfg" in report["problems"][0]["text"]


def test_a_bundle_is_measured_as_a_deck_would_play_it(tiny, tmp_path, capsys):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5, "- {name: b, at: 1, set: {gen/steps: 3}}")
    status, _, out = verdict(capsys, show, as_json=True, measure=True, threads=1, buffer_frames=512)
    (row,) = json.loads(out)["measured"]
    assert status == 0
    assert (row["bundle"], row["threads"], row["steps"]) == ("tiny", 1, 3)
    assert 0 < row["p50_ms"] <= row["p95_ms"]
    assert row["factor"] == pytest.approx(row["p50_ms"] / 1000 / row["block_s"], rel=0.05)
    # Two buffers, a splice and the margin stand before the slowest blocks.
    assert row["commit_ms"] == pytest.approx(2 * 512 / 44100 * 1000 + 5 + 10 + row["p95_ms"], abs=0.2)
    assert row["commit_ms"] < row["knob_ms"] < row["commit_ms"] + 1000 * row["block_s"]


def test_what_is_measured_is_printed_and_the_page_fits(tiny, tmp_path, capsys):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5)
    sheet = tmp_path / "new" / "sheet.txt"
    status, said, out = verdict(capsys, show, measure=True, threads=1, sheet=sheet, rate_hz=48000)
    assert (status, said) == (0, f"{tiny}: warning: has no README.md (its model card)\n")
    assert "tiny: a block of" in out and "44100 Hz: resampled" in out and "Apache-2.0" in out
    assert max(map(len, out.splitlines())) <= 80
    assert out.endswith(sheet.read_text(encoding="utf-8"))


def test_a_sheet_that_cannot_be_written_is_said_first(tiny, tmp_path):
    show = write_setlist(tmp_path / "show.yaml", tiny, 5)
    done = lmdmd("check", show, "--device", "null", "--osc-port", 0, "--no-measure", "--sheet", "/proc/sheet.txt")
    assert done.returncode == 1 and "--sheet /proc/sheet.txt" in done.stderr and not done.stdout


SETLISTS = sorted((Path(__file__).parent.parent / "setlists").glob("*.yaml"))


@pytest.mark.parametrize("path", SETLISTS, ids=lambda path: path.stem)
def test_every_setlist_that_ships_passes(path, capsys, tmp_path):
    status, said, out = verdict(capsys, path, record=tmp_path)
    assert status == 0, said
    assert out


def test_there_are_setlists():
    assert SETLISTS


def test_the_map_of_a_controller_is_checked(tiny, tmp_path, capsys, monkeypatch):
    show, path = write_setlist(tmp_path / "show.yaml", tiny, 5), tmp_path / "midi.yaml"
    path.write_text("bindings:\n  - {cc: 7, target: mix/gian}\n")
    status, said, _ = verdict(capsys, show, midi_map=path)
    assert status == 1 and f'{path}:2: unknown row or verb "mix/gian"; did you mean "mix/gain"?' in said
    path.write_text("in: no such box\nbindings:\n  - {cc: 7, target: mix/gain}\n")
    status, said, _ = verdict(capsys, show, midi_map=path)
    assert status == 0 and f"{path}: warning: " in said
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "lmdmd").mkdir()
    path.rename(tmp_path / "lmdmd" / "midi.yaml").write_text("bindings: 3\n")
    status, said, _ = verdict(capsys, show)
    assert status == 0 and "midi.yaml:1: warning: bindings must be a list" in said
