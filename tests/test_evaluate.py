"""The evaluation, end to end on a tiny bundle of random weights, and each measure on what it should say."""

import json

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.testing import make_tiny_bundle
from lmdmd.train.card import describe_transitions, missed_styles, write_card
from lmdmd.train.distances import distance_of_real, frechet_distance, matrix_root
from lmdmd.train.evaluate import (
    evaluate,
    generate_clip,
    measure_drift,
    play,
    write_prompt,
)
from lmdmd.train.words import WORDS

RATE = 44100
STYLES = ("house", "jazz")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def bundle_path(tmp_path_factory):
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny").path


def write_renders(data):
    """Held-out audio of two styles: pulsed noise and held tones."""
    rng = np.random.default_rng(0)
    t = np.arange(9 * RATE) / RATE
    for folder in ("audio", "pieces"):
        (data / folder).mkdir()
    for number in range(3):
        pulses = 0.2 * rng.standard_normal(len(t)) * np.exp(-10 * ((2 * t) % 1))
        tones = 0.1 * np.sin(2 * np.pi * rng.uniform(200, 500) * t)
        for style, sound in zip(STYLES, (pulses, tones), strict=True):
            name = f"heldout-{style}-{number:05d}"
            sf.write(data / "audio" / f"{name}.flac", np.stack([sound, sound], 1), RATE)
            (data / "pieces" / f"{name}.json").write_text(json.dumps({"style": style}))


@pytest.fixture(scope="module")
def evaluated(bundle_path, tmp_path_factory):
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("evaluation")
    write_renders(folder)
    return evaluate(bundle_path, folder, out=folder / "out", seeds=1, seconds=2.0), folder / "out"


def test_a_bundle_is_evaluated_end_to_end(evaluated):
    report, _ = evaluated
    assert 0 <= report["adherence"] <= 1
    assert {asked: sum(row.values()) for asked, row in report["confusion"].items()} == dict.fromkeys(STYLES, 1)
    right = sum(report["confusion"][style][style] for style in STYLES)
    assert report["adherence"] == right / len(STYLES)
    assert report["classifier"]["accuracy"] == 1.0
    assert 0 <= report["classifier"]["accuracy_after_codec"] <= 1
    assert report["drift"] == report["drift_detail"]["generated"]["drift"] >= 0
    assert report["fd"] > 0
    assert report["fd_real"] > 0
    assert (report["seeds"], report["seconds"]) == (1, 2.0)
    assert report["settings"] == {"steps": 2, "cfg": 1.5, "temperature": 1.0, "sampler": "euler", "memory": 11.0}


def test_the_report_is_written_with_its_clips(evaluated):
    report, out = evaluated
    assert json.loads((out / "report.json").read_text()) == report
    assert (out / "confusion.png").read_bytes().startswith(b"\x89PNG")
    for clip in report["clips"]:
        info = sf.info(out / f"{clip['style']}-{clip['seed']:03d}.wav")
        assert (info.frames, info.samplerate, info.channels) == (2 * RATE, RATE, 2)


def test_a_clip_can_be_made_again_from_the_report(evaluated, bundle_path):
    report, out = evaluated
    clip = report["clips"][1]
    again = generate_clip(load_bundle(bundle_path), clip["prompt"], 2.0, clip["seed"])
    written, _ = sf.read(out / f"{clip['style']}-{clip['seed']:03d}.wav", dtype="float32")
    np.testing.assert_allclose(again.clamp(-1, 1).T.numpy(), written, atol=1e-4)


def test_the_card_has_licence_figures_and_picture(evaluated, tmp_path):
    report, out = evaluated
    path = make_tiny_bundle(tmp_path / "carded").path
    text = write_card(path, report, out.parent).read_text()
    for words in ("license: apache-2.0", "Apache-2.0", "FluidR3 GM", "codec.png", "## Limits"):
        assert words in text
    assert f"{report['adherence']:.1%}" in text
    assert f"{report['fd']:.1f}" in text
    assert "| house | " in text
    assert (path / "spectrogram.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((path / "config.json").read_text())["figures"]["adherence"] == report["adherence"]
    load_bundle(path)


def test_the_card_tells_of_changes_only_when_they_were_measured(evaluated):
    report, _ = evaluated
    row = {"manner": "drop", "memory_s": 1.0, "ramp_s": 2.0, "median_s": 2.25, "p90_s": None, "missed": 0.125}
    found = {
        "rows": [{**row, "joins": 40, "rank": 0.5, "clicks": 3}],
        "changes": 8,
        "styles": ["house", "jazz"],
        "recognised": {"folk": 0.4, "house": 0.9, "jazz": 1.0},
        **{"played_s": 8.0, "window_s": 3.0, "hold_s": 1.0, "limit_s": 12.0, "joins_after": 3},
    }
    text = describe_transitions(found)
    assert "8 changes between house, jazz" in text
    assert "| drop | 1.0 | 2 | 2.25 | never | 12% | 3 of 40 |" in text
    assert "folk (40%)" in text
    assert "transitions" not in report


def test_the_card_names_the_styles_that_are_missed():
    report = {"per_style": {"house": {"adherence": 0.8}, "folk": {"adherence": 0.2}, "jazz": {"adherence": 0.4}}}
    assert missed_styles(report).endswith("asked for: folk, jazz.\n")
    assert missed_styles({"per_style": {"house": {"adherence": 0.6}}}) == ""


def test_streamed_audio_is_the_codec_s_own_of_the_latents(bundle_path):
    bundle = load_bundle(bundle_path)
    audio, latents = play(bundle, ["deep house"], 1.5, 0)
    with torch.inference_mode():
        whole = bundle.codec.decode(latents)
    assert audio.shape == (1, 2, round(1.5 * RATE))
    torch.testing.assert_close(audio, whole[..., : audio.shape[-1]], atol=1e-4, rtol=1e-4)


def test_clips_remember_as_little_as_the_bundle_asks_for(bundle_path):
    bundle = load_bundle(bundle_path)
    takes = [play(bundle, ["deep house"], 1.5, 1, memory=memory)[1] for memory in (11.0, 0.0)]
    block = bundle.geometry.block
    assert torch.equal(takes[0][..., :block], takes[1][..., :block])
    assert not torch.allclose(takes[0][..., block:], takes[1][..., block:])


def test_seed_prompt_and_settings_all_matter(bundle_path):
    bundle = load_bundle(bundle_path)
    plain = play(bundle, ["deep house"], 0.5, 1)[1]
    assert torch.equal(plain, play(bundle, ["deep house"], 0.5, 1)[1])
    for other in (
        play(bundle, ["deep house"], 0.5, 2),
        play(bundle, ["slow jazz"], 0.5, 1),
        play(bundle, ["deep house"], 0.5, 1, steps=3),
    ):
        assert not torch.allclose(plain, other[1])


def test_every_style_has_other_plain_words_for_each_seed():
    for style in WORDS:
        prompts = [write_prompt(style, seed) for seed in range(5)]
        assert len(set(prompts)) == 5
        for prompt in prompts:
            assert any(genre in prompt for genre in WORDS[style].genres)


def test_an_unknown_style_is_named():
    with pytest.raises(TrainError, match="polka"):
        write_prompt("polka", 0)


def test_drift_is_nothing_for_steady_sound_and_grows_with_change():
    torch.manual_seed(0)
    audio, latents, scale = torch.randn(2, 8000).sign(), torch.randn(64, 100).repeat(1, 4), torch.ones(64)
    still = measure_drift(audio, latents, scale)
    assert still["drift"] == pytest.approx(0, abs=1e-6)
    assert still["level_db"] == pytest.approx(0, abs=1e-4)
    fade = torch.where(torch.arange(8000) < 6000, 1.0, 0.1)
    shift = torch.where(torch.arange(400) < 300, 0.0, 0.5)
    moved = measure_drift(audio * fade, latents + shift, scale)
    assert moved["level_db"] == pytest.approx(20, abs=1e-3)
    assert moved["drift"] == pytest.approx(0.5, abs=1e-5)


def test_frechet_distance_is_that_of_gaussians():
    rows = torch.randn(4000, 3, generator=torch.Generator().manual_seed(0)).double()
    assert frechet_distance(rows, rows) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(rows, rows + 2) == pytest.approx(12, rel=1e-6)
    assert frechet_distance(rows, 3 * rows) == pytest.approx(3 * (3 - 1) ** 2, rel=0.1)


def test_a_matrix_root_squares_back():
    half = torch.randn(5, 3, generator=torch.Generator().manual_seed(0)).double()
    matrix = half @ half.T
    torch.testing.assert_close(matrix_root(matrix) @ matrix_root(matrix), matrix)


def test_real_music_is_compared_across_pieces():
    rows = torch.randn(40, 3, generator=torch.Generator().manual_seed(0)).double()
    pieces = [f"p{i // 4}" for i in range(40)]
    alike = distance_of_real(rows, pieces, 5, 4)
    assert 0 < alike < 3
    odd = torch.tensor([i // 4 % 2 == 0 for i in range(40)])
    assert distance_of_real(rows + 5.0 * odd[:, None], pieces, 5, 4) > alike + 50
