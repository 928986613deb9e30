"""The whole evaluation on a tiny bundle of random weights: every part is measured, and stands in one HTML file."""

import json
import re

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle
from lmdmd.train import evaluate_more, evaluate_settings, prompt_paths
from lmdmd.train.card import describe_figures
from lmdmd.train.embedders import Features
from lmdmd.train.evaluate import evaluate, play, play_on
from lmdmd.train.evaluate_more import choose_embedder
from lmdmd.train.evaluate_report import FIGURES, PAPER_ROWS, compose_html, look_up, write_html
from lmdmd.train.evaluate_settings import Setting, pair_settings, table_rows
from lmdmd.train.renders import encode_openings, hear_renders
from lmdmd.train.train_ear import train_ear

RATE = 44100
STYLES = ("house", "jazz")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def bundle_path(tmp_path_factory):
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny").path


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Both splits of two styles: pulsed noise, and held tones."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    t = np.arange(11 * RATE) / RATE
    for name in ("audio", "pieces"):
        (folder / name).mkdir()
    for split in ("train", "heldout"):
        for number in range(2):
            pulses = 0.2 * rng.standard_normal(len(t)) * np.exp(-10 * ((2 * t) % 1))
            tones = 0.1 * np.sin(2 * np.pi * rng.uniform(200, 500) * t)
            for style, sound in zip(STYLES, (pulses, tones), strict=True):
                name = f"{split}-{style}-{number:05d}"
                sf.write(folder / "audio" / f"{name}.flac", np.stack([sound, sound], 1), RATE)
                told = {"style": style, "captions": [f"{style} music", f"warm {style}"]}
                (folder / "pieces" / f"{name}.json").write_text(json.dumps(told))
    return folder


@pytest.fixture(scope="module")
def ear_file(data, tmp_path_factory):
    torch.set_num_threads(1)
    run = tmp_path_factory.mktemp("ear")
    train_ear(data=data, run=run, steps=8, batch=8, threads=1)
    return run / "ear.safetensors"


@pytest.fixture(scope="module")
def evaluated(bundle_path, data, ear_file, tmp_path_factory):
    """The folder of a whole evaluation by the command line, of shorter sounds than usual."""
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("evaluation")
    words = ["evaluate", str(bundle_path), "--data", str(data), "--ear", str(ear_file), "--out", str(out)]
    shorter = {
        evaluate_more: {"SEEDS": 2, "SEED_S": 3.0, "FREE_S": 1.5, "DECODED_S": 2.0, "HELDOUT_EXCERPTS": 8},
        evaluate_settings: {"LONG_S": 15.0},
        prompt_paths: {"BEFORE_S": 2.0, "RAMP_S": 2.0, "AFTER_S": 2.0, "SECONDS": 6.0},
    }
    with pytest.MonkeyPatch.context() as patch:
        for module, values in shorter.items():
            for name, value in values.items():
                patch.setattr(module, name, value)
        for name, value in {"seeds": 1, "seconds": 2.0}.items():
            patch.setitem(evaluate.__kwdefaults__, name, value)
        assert main([*words, "--pairs", "2", "--report", "--json"]) == 0
    return out


@pytest.fixture(scope="module")
def report(evaluated):
    return json.loads((evaluated / "report.json").read_text())


def test_every_figure_of_the_page_is_measured(report):
    assert [figure.name for figure in FIGURES if look_up(report, figure.path) is None] == [
        "CLAP score of free wordings"
    ]
    assert report["embedder"]["name"] == "ear"
    assert report["embedder"]["accuracy"] == 1.0
    assert report["long"]["text"]["places_s"] == [0.0, 5.0]
    assert report["long"]["text"]["streams"] == report["long"]["primed"]["streams"] == 2
    assert report["memorisation"]["nearest"]["piece"].startswith("train-")
    assert report["paths"]["pairs"] == 2
    assert len(report["free"]["clips"]) == 8


def test_the_command_writes_the_page(report, evaluated):
    assert (evaluated / "report.html").read_text() == compose_html(report)


def test_the_page_needs_nothing_else(report, tmp_path):
    other = {**report, "bundle": "older <b>"}
    text = write_html(tmp_path, report, other).read_text()
    assert not re.findall(r"(?:src|href)=\"(?!data:)", text)
    assert "http" not in text.replace("http://www.w3.org", "")
    assert text.count("data:image/png;base64,") == 4
    assert "older &lt;b&gt;" in text
    assert "older <b>" not in text
    assert "cannot be compared" in text
    for model, *_ in PAPER_ROWS:
        assert model in text
    assert f"{report['free']['adherence']:.1%}" in text


def test_a_brief_report_has_a_page_too(report):
    brief = {
        name: value for name, value in report.items() if name not in ("long", "free", "seams", "embedder", "paths")
    }
    text = compose_html(brief)
    assert "Beside the paper" not in text
    assert "Asked for and heard" in text


def test_streams_go_on_from_music(bundle_path, data):
    bundle = load_bundle(bundle_path)
    renders = hear_renders(choose_embedder(data), data)[:1]
    prime = encode_openings(bundle.codec, renders, bundle.geometry.context)
    assert prime.shape == (1, 64, bundle.geometry.context)
    takes = [play(bundle, ["deep house"], 1.0, 1, prime=one, memory=11.0)[1] for one in (None, prime, prime)]
    assert torch.equal(takes[1], takes[2])
    assert not torch.allclose(takes[0], takes[1], atol=1e-3)


def test_audio_that_goes_on_joins_the_end_of_the_music(bundle_path):
    bundle = load_bundle(bundle_path)
    prime = torch.randn(1, 64, bundle.geometry.context, generator=torch.Generator().manual_seed(0))
    blocks = play_on(bundle, ["deep house"], 1, prime=prime)
    parts = [next(blocks) for _ in range(3)]
    latents = torch.cat([prime[..., -bundle.geometry.block :], *(block for _, block in parts)], -1)
    with torch.inference_mode():
        whole = bundle.codec.decode(latents)[..., bundle.geometry.block_frames :]
    heard = torch.cat([audio for audio, _ in parts], -1)
    torch.testing.assert_close(heard, whole[..., : heard.shape[-1]], atol=1e-4, rtol=1e-4)


def test_settings_are_paired():
    assert pair_settings([8, 4], [], []) == [Setting(8), Setting(4)]
    assert pair_settings([8, 50], ["pingpong", "euler"], [2.0]) == [
        Setting(8, "pingpong", 2.0),
        Setting(50, "euler", 2.0),
    ]
    assert pair_settings([8], [], [1.0, 3.0]) == [Setting(8, None, 1.0), Setting(8, None, 3.0)]
    with pytest.raises(TrainError, match="--sampler: 2 values for 3 settings"):
        pair_settings([8, 4, 2], ["euler", "dpmpp"], [])
    with pytest.raises(TrainError, match='no "magic"'):
        pair_settings([8], ["magic"], [])


def test_a_bundle_is_evaluated_at_several_settings(bundle_path, data, ear_file, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(evaluate_settings, "LONG_S", 10.0)
    words = ["evaluate", str(bundle_path), "--data", str(data), "--ear", str(ear_file), "--out", str(tmp_path)]
    asked = [
        "--steps",
        "1",
        "2",
        "--sampler",
        "euler",
        "--seeds",
        "2",
        "--per-style",
        "1",
        "--json",
        "--free",
        "--primed",
    ]
    assert main([*words, *asked]) == 0
    report = json.loads(capsys.readouterr().out)
    assert json.loads((tmp_path / "settings.json").read_text()) == report
    assert [(row["steps"], row["sampler"], row["cfg"]) for row in report["rows"]] == [
        (1, "euler", 1.5),
        (2, "euler", 1.5),
    ]
    for row in report["rows"]:
        assert len(row["fd"]["values"]) == 2
        assert row["fd"]["mean"] == pytest.approx(np.mean(row["fd"]["values"]), abs=1e-4)
        assert row["fd"]["std"] == pytest.approx(np.std(row["fd"]["values"], ddof=1), abs=1e-4)
        assert row["drift_fd"]["mean"] == 0, "a stream of one window has not moved"
    assert report["rows"][0]["fd"] != report["rows"][1]["fd"]
    assert (report["prompts"], report["primed"], report["streams"]) == ("free", True, 2)
    assert all(" ± " in row["fd"] for row in table_rows(report))


def test_without_an_ear_the_classifier_listens(data):
    embedder = choose_embedder(data)
    assert isinstance(embedder, Features)
    assert embedder.styles == STYLES


def test_renders_that_the_ear_has_no_name_for_are_named(data, ear_file, tmp_path):
    for folder in ("audio", "pieces"):
        (tmp_path / folder).mkdir()
    (tmp_path / "audio" / "heldout-polka-00000.flac").touch()
    (tmp_path / "pieces" / "heldout-polka-00000.json").write_text('{"style": "polka"}')
    with pytest.raises(TrainError, match="no style polka"):
        hear_renders(choose_embedder(data, ear_file), tmp_path)


def test_the_card_has_what_was_heard(report):
    text = describe_figures(report)
    assert f"| joins that click | {report['seams']['clicks']} | best: 0 |" in text
    assert f"{report['long']['text']['drift_fd']:.3g}" in text


def test_what_is_of_whole_evaluations_is_refused_beside_settings(bundle_path, data, capsys):
    assert main(["evaluate", str(bundle_path), "--data", str(data), "--steps", "2", "--report"]) == 1
    assert "--report is of whole evaluations" in capsys.readouterr().err
