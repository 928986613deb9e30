"""The evaluation of conditions, end to end on a tiny bundle of random weights, and the words it puts on a card."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import torch

from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.config import PRESETS
from lmdmd.model.stream import StreamState
from lmdmd.testing import make_tiny_bundle
from lmdmd.train import evaluate_conditions as study
from lmdmd.train.card import describe_conditions
from lmdmd.train.compose import compose_piece, write_piece
from lmdmd.train.evaluate_conditions import Stream, draw_chords, pick_parts, play_streams, see_block

SECONDS = 6.0
RATE = 44100


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def bundle_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "live", groups=PRESETS["tiny-live"].model.groups).path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Held-out pieces of two styles with stems: notes on every beat."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "audio").mkdir()
    t = np.arange(round((SECONDS + 5) * RATE)) / RATE
    for style in ("house", "jazz"):
        for seed in range(2):
            piece = compose_piece(style, seed, "heldout")
            write_piece(piece, folder)
            stems = folder / "stems" / piece.id
            stems.mkdir(parents=True)
            decay = np.exp(-8 * (t % (60 / piece.tempo_bpm)))
            sounds = [0.1 * np.sin(2 * np.pi * 110 * 2 ** (i / 4) * t) * decay for i in range(len(piece.parts))]
            for take, sound in zip(piece.parts, sounds, strict=True):
                sf.write(stems / f"{take.part.name}.flac", np.stack([sound, sound], 1), RATE)
            mix = np.sum(sounds, axis=0)
            sf.write(folder / "audio" / f"{piece.id}.flac", np.stack([mix, mix], 1), RATE)
    return folder


@pytest.fixture(scope="module")
def found(bundle_path: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "BEAT_TEMPOS_BPM", {"100": (100, 100), "80 to 140": (80, 140)})
        patch.setattr(study, "BEAT_STYLES", ("house",))
        patch.setattr(study, "CHORD_STYLES", ("house", "piano"))
        patch.setattr(study, "CHORD_SEEDS", 1)
        report = study.evaluate_conditions(bundle_path, data, out=out, seconds=SECONDS, pieces=1, inputs=[data])
    return report, out


def test_every_group_is_measured_against_a_control(found: tuple[dict[str, Any], Path]) -> None:
    report, out = found
    assert set(report) >= {"sketch", "beat", "harmony", "jam"}
    assert json.loads((out / study.REPORT_FILE).read_text()) == report
    for kind in ("same_style", "other_style"):
        assert -1 <= report["sketch"][kind]["envelope_correlation"]["own"] <= 1
        assert report["sketch"][kind]["chroma_agreement"]["items"] == 2
    assert report["sketch"]["codec"]["envelope_correlation"]["items"] == 2
    # The same pieces as inputs: the same streams.
    assert list(report["inputs"].values()) == [report["sketch"]]
    assert report["beat"]["100"]["on"]["chance"]["eighths"] == pytest.approx(2 * 0.035 / 0.3, abs=1e-3)
    assert all(0 <= report["beat"][name] <= 1 for name in ("style_told", "style_free"))
    assert report["harmony"]["on"]["changes"] == 2 * 2
    assert set(report["jam"]) == {"-1", "+0", "+1", "deaf"}
    assert report["jam"]["-1"]["beat_f1"]["items"] == 4
    assert report["jam"]["-1"]["key_agreement"]["items"] == 2
    audio, rate = sf.read(out / "jam-1" / "000.wav")
    assert rate == RATE and audio.shape == (round(SECONDS * RATE), 2)


def test_the_card_says_each_figure_beside_its_control(found: tuple[dict[str, Any], Path]) -> None:
    text = describe_conditions(found[0])
    for said in (
        "sketch of a piece, after the codec alone: correlation of levels",
        "adherence with a sketch of a piece, prompt of another style",
        "an eighth at 80 to 140 bpm",
        "adherence with the beat",
        "cosine of pitches and chord",
        "hears to -1 blocks",
    ):
        assert said in text
    assert all(line.count("|") == 4 for line in text.splitlines() if line.startswith("|"))


def test_a_grid_follows_a_tempo_that_goes_from_one_to_the_other() -> None:
    lines_s = study.grid_times_s(1.0, 60, 120, 10.0)
    assert len(lines_s) == 15  # ten seconds of 90 bpm on the average
    gaps_s = np.diff(lines_s)
    assert (np.diff(gaps_s) < 0).all()
    assert gaps_s[0] == pytest.approx(1.0, abs=0.06) and gaps_s[-1] == pytest.approx(0.5, abs=0.06)
    beats = study.ramp_beats(lines_s, 60, 120, 10.0)
    np.testing.assert_allclose(beats, np.arange(15.0), atol=1e-3)


def test_a_stem_is_seen_no_later_than_its_future_visibility(bundle_path: Path) -> None:
    bundle = load_bundle(bundle_path)
    prompts = bundle.condition(bundle.prompts.encode(["warm"]))
    block = bundle.geometry.block
    stem = torch.cat([torch.ones(1, 1, 5 * block), torch.arange(5.0 * block).expand(1, 64, -1)], 1)
    for tf in (-1, 0, 1):
        state = StreamState.init(bundle.model)
        for number in range(4):
            cond = see_block(state, prompts, {"stem": stem}, tf)
            if tf < 1:
                assert not cond.controls
            else:
                assert torch.equal(cond.controls["stem"], stem[..., number * block : (number + 1) * block])
            past = state.controls["stem"][0, :, -state.next_latent :] if number else torch.zeros(65, 0)
            heard = number + min(tf, 0)
            assert past[0].sum() == max(0, heard) * block
            assert torch.equal(past[1, : max(0, heard) * block], torch.arange(1.0 * max(0, heard) * block))
            state.append(torch.zeros(1, 64, block), cond.controls)


def test_conditions_change_what_is_played_and_only_theirs(bundle_path: Path) -> None:
    bundle = load_bundle(bundle_path)
    beat = torch.ones(5, 60)
    told = play_streams(bundle, [Stream("warm", {"beat": beat}), Stream("warm")], 1.0)
    free = play_streams(bundle, [Stream("warm"), Stream("warm")], 1.0)
    assert not torch.allclose(told[0], free[0], atol=1e-3)
    torch.testing.assert_close(told[1], free[1], atol=1e-4, rtol=1e-3)


def test_a_bundle_without_groups_is_named(tmp_path: Path, data: Path) -> None:
    with pytest.raises(TrainError, match="no conditions beyond text"):
        study.evaluate_conditions(make_tiny_bundle(tmp_path / "plain").path, data)


def test_parts_are_one_that_keeps_time_and_one_with_a_pitch() -> None:
    assert pick_parts(["pad", "drums", "bass"]) == ["drums", "pad"]
    assert pick_parts(["left-hand", "right-hand"]) == ["left-hand", "right-hand"]
    assert pick_parts(["bass", "lead"]) == ["bass", "lead"]


def test_chords_change_on_every_bar() -> None:
    chords = draw_chords(np.random.default_rng(0), 20.0)
    assert [chord["beat"] for chord in chords] == [0, 4, 8, 12, 16, 20]
    assert all(3 <= sum(chord["chroma"]) <= 4 for chord in chords)
    assert all(a["chroma"] != b["chroma"] for a, b in pairwise(chords))
