"""The ladder: scores that know alike from unlike, rungs that are one network cut differently, and the one command."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import torch
from torch import Tensor

from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.config import PRESETS, Geometry
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.testing import make_tiny_bundle
from lmdmd.train import finetune
from lmdmd.train.compose import compose_piece, write_piece
from lmdmd.train.conditions import encode_conditions
from lmdmd.train.export import find_codec
from lmdmd.train.finetune import Trainer
from lmdmd.train.groups import SKETCHED, hide_groups
from lmdmd.train.ladder import (
    PAPER_RUNGS,
    PLOT_FILE,
    REPORT_FILE,
    RUNGS,
    Rung,
    folder_of,
    make_recipe,
    pick_rungs,
    train_rung,
)
from lmdmd.train.ladder_scores import SCORES, compare, subtract, summarise
from lmdmd.train.ladder_show import COLUMNS, PAPER, tabulate
from lmdmd.train.live_data import LiveSet
from lmdmd.train.start import read_start

RATE = 44100
SECONDS = 12.0
LIVE = PRESETS["tiny-live"]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


# --- the scores --------------------------------------------------------------------------------------------


def make_tune(seed: int, seconds: float = 6.0) -> Tensor:
    """Notes of random pitch, time and level: [2, N]."""
    random = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    sound = np.zeros_like(t)
    at = 0.1
    while at < seconds - 0.3:
        hz = 440 * 2 ** (int(random.integers(-12, 24)) / 12)
        since = np.clip(t - at, 0, None)
        level = 10 ** (random.uniform(-30, -6) / 20)
        sound += (t >= at) * level * np.sin(2 * np.pi * hz * since) * np.exp(-8 * since)
        at += float(random.uniform(0.25, 0.7))
    return torch.from_numpy(sound).float().expand(2, -1)


def score_all(made: list[Tensor], real: list[Tensor]) -> dict[str, Any]:
    return {
        name: summarise(compare([s.hear(a) for a in made], [s.hear(a) for a in real], s.agree))
        for name, s in SCORES.items()
    }


def test_a_sound_agrees_with_itself_and_hardly_with_others() -> None:
    tunes = [make_tune(seed) for seed in range(8)]
    for name, score in score_all(tunes, tunes).items():
        assert score["own"] == pytest.approx(1.0, abs=1e-4), name
        assert score["others"] < {"melody": 0.25, "semitones": 0.25, "rhythm": 0.45, "dynamics": 0.35}[name]
        low, high = score["others_interval"]
        assert low <= score["others"] <= high < 0.6
        assert score["interval"][0] > 0.4


SPOILS: dict[str, Callable[[Tensor], Tensor]] = {
    "melody": lambda sound: sound.roll(RATE, -1),
    "semitones": lambda sound: sound.roll(RATE, -1),
    "rhythm": lambda sound: sound.roll(round(0.15 * RATE), -1),
    "dynamics": lambda sound: sound.roll(RATE, -1),
}


@pytest.mark.parametrize("name", SPOILS)
def test_a_late_copy_follows_less(name: str) -> None:
    tunes = [make_tune(seed) for seed in range(4)]
    spoiled = score_all([SPOILS[name](tune) for tune in tunes], tunes)[name]
    assert spoiled["own"] < 0.6


def test_each_score_hears_its_own_side_of_music() -> None:
    """Louder and darker is the same melody and rhythm; another pitch is the same rhythm and level."""
    tune = make_tune(1)
    t = torch.arange(tune.shape[-1]) / RATE
    swelling = tune * (0.03 + 0.97 * t / t[-1])
    scores = score_all([swelling], [tune])
    assert scores["melody"]["own"] > 0.9 and scores["rhythm"]["own"] > 0.75 and scores["dynamics"]["own"] < 0.9
    faster = torch.nn.functional.interpolate(tune[None], scale_factor=2 ** (-3 / 12), mode="linear")[0]
    stretched = score_all([faster], [tune])
    assert stretched["melody"]["own"] < 0.4


def test_two_rungs_are_compared_clip_by_clip() -> None:
    """Clips differ more among each other than what all of them lose."""
    upper = np.random.default_rng(0).uniform(0.2, 0.9, (12, 12))
    lost = subtract(summarise(upper - 0.1), summarise(upper))
    assert lost["difference"] == pytest.approx(-0.1, abs=1e-3)
    assert lost["interval"] == pytest.approx([-0.1, -0.1], abs=1e-3)


def test_lengths_may_differ() -> None:
    tune = make_tune(2)
    for name, score in SCORES.items():
        whole, cut = score.hear(tune), score.hear(tune[:, : 4 * RATE])
        assert compare([cut], [whole], score.agree)[0, 0] > 0.7, name


# --- the rungs ---------------------------------------------------------------------------------------------


def test_rungs_share_a_window_and_every_weight() -> None:
    shapes = [rung.shape(LIVE) for rung in RUNGS.values()]
    assert {shape.geometry.window for shape in shapes} == {240}
    sizes = {str({n: tuple(v.shape) for n, v in DiT(s.geometry, s.model).state_dict().items()}) for s in shapes}
    assert len(sizes) == 1
    assert set(PAPER) == set(PAPER_RUNGS)


def test_an_unknown_rung_is_named() -> None:
    with pytest.raises(TrainError, match=r'no rung "enc-dec 230/1" .*did you mean "enc-dec 230/10"'):
        pick_rungs(["enc-dec 230/1"])


def test_a_whole_window_is_made_at_once_and_windows_follow_each_other(tmp_path: Path) -> None:
    rung = replace(RUNGS["bidirectional"], block=16).shape(LIVE)
    start = read_start(make_tiny_bundle(tmp_path / "tiny", groups=LIVE.model.groups).path, rung)
    model = DiT(rung.geometry, rung.model)
    model.load_state_dict(start.weights)
    cond = Condition(torch.zeros(2, 128), controls={"loudness": torch.rand(2, 5, 16)})
    state = StreamState.init(model, batch=2, seed=3)
    with torch.inference_mode():
        first, second = (rollout_block(model, state, cond, steps=2, guidance=1.5) for _ in range(2))
    assert first.shape == (2, 64, 16) and state.next_latent == 32
    assert state.latents.shape[-1] == 0 and not torch.equal(first, second)
    # With no context, attention to everything is what Enc-Dec does too.
    same = DiT(rung.geometry, replace(rung.model, attention="enc-dec"))
    same.load_state_dict(start.weights)
    with torch.inference_mode():
        again = rollout_block(same, StreamState.init(same, batch=2, seed=3), cond, steps=2, guidance=1.5)
    torch.testing.assert_close(again, first, atol=1e-4, rtol=1e-3)


def test_every_target_latent_hears_the_whole_window() -> None:
    rung = Rung("bidirectional", 0, 12).shape(LIVE)
    torch.manual_seed(0)
    model = DiT(rung.geometry, rung.model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    nothing = Context(torch.zeros(1, 64, 0), torch.zeros(1, 1, 0))
    x, level, cond = torch.randn(1, 64, 12), torch.tensor([0.5]), Condition(torch.zeros(1, 128))
    moved = x.clone()
    moved[..., -1] += 1.0
    with torch.inference_mode():
        difference = model(moved, level, cond, nothing) - model(x, level, cond, nothing)
    assert (difference.abs().amax((0, 1)) > 1e-6).all()


def test_other_windows_are_no_hindrance_but_other_sizes_are(tmp_path: Path) -> None:
    tiny = make_tiny_bundle(tmp_path / "tiny").path
    shape = RUNGS["enc-dec 230/10"].shape(PRESETS["tiny"])
    assert read_start(tiny, shape).origin == "tiny 0"
    with pytest.raises(TrainError, match=r"model\.dim is 32, not 256"):
        read_start(tiny, RUNGS["enc-dec 230/10"].shape(PRESETS["pocket"]))


def test_sketches_are_shown_and_nothing_else_is() -> None:
    controls = {name: torch.ones(2000, 3, 30) for name in LIVE.model.groups if name != "inpaint"}
    shown = hide_groups(np.random.default_rng(0), controls, target=30, block=30, often=SKETCHED)
    assert set(shown) == {"melody", "loudness"}
    both = shown["melody"][:, 0].all(1) & shown["loudness"][:, 0].all(1)
    assert 0.68 < both.float().mean() < 0.76
    assert 0.07 < (~(shown["melody"][:, 0].any(1) | shown["loudness"][:, 0].any(1))).float().mean() < 0.13


# --- the command -------------------------------------------------------------------------------------------


def make_part(hz: float, beat_s: float) -> np.ndarray:
    """A note on every beat, each in both channels."""
    t = np.arange(round(SECONDS * RATE)) / RATE
    return np.repeat(0.2 * np.sin(2 * np.pi * hz * t) * np.exp(-6 * (t % beat_s)), 2).reshape(-1, 2)


@pytest.fixture(scope="module")
def bundle_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny", groups=LIVE.model.groups).path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, bundle_path: Path) -> Path:
    """Pieces of two styles with stems, encoded with their conditions by the bundle's codec."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "audio").mkdir()
    for split, style in (("train", "house"), ("train", "jazz"), ("heldout", "house"), ("heldout", "jazz")):
        piece = compose_piece(style, 0, split)
        write_piece(piece, folder)
        (folder / "stems" / piece.id).mkdir(parents=True)
        parts = [make_part(220.0 * 2 ** (i / 12), 60 / piece.tempo_bpm) for i in range(len(piece.parts))]
        for take, sound in zip(piece.parts, parts, strict=True):
            sf.write(folder / "stems" / piece.id / f"{take.part.name}.flac", sound, RATE)
        sf.write(folder / "audio" / f"{piece.id}.flac", np.sum(parts, axis=0), RATE)
    for split in ("train", "heldout"):
        encode_conditions(folder, find_codec(bundle_path), split)
    return folder


def climb(data: Path, run: Path, bundle: Path, *also: str) -> int:
    words = f"--preset tiny-live --steps 3 --batch 2 --pieces 1 --threads 1 --data {data} --run {run} --from {bundle}"
    return main(["train", "ladder", *words.split(), *also])


def test_one_command_makes_table_and_plot_and_goes_on_where_it_was_stopped(
    data: Path, bundle_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, steps = tmp_path / "ladder", []
    step = Trainer.step

    def stopped(trainer: Trainer, *words: Any) -> dict[str, Any]:
        """Ctrl-C in the second step of the second rung."""
        steps.append(trainer.run.folder.name)
        if len(steps) == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return step(trainer, *words)

    monkeypatch.setattr(Trainer, "step", stopped)
    monkeypatch.setattr(finetune, "HELDOUT_BATCHES", 1)
    assert climb(data, run, bundle_path) == 1
    assert "enc-dec-192-48 stopped after 2 steps; the same command goes on" in capsys.readouterr().err
    assert not (run / REPORT_FILE).exists()

    assert climb(data, run, bundle_path) == 0
    assert steps == [folder_of(name) for name in PAPER_RUNGS for _ in range(3)]
    printed = capsys.readouterr().out
    report = json.loads((run / REPORT_FILE).read_text())
    assert (run / PLOT_FILE).read_bytes().startswith(b"\x89PNG")
    assert report["from"] == "tiny 0" and report["pieces"] == 2
    assert [rung["blocks"] for rung in report["rungs"].values()] == [1, 5, 24]
    for name in PAPER_RUNGS:
        assert report["rungs"][name]["steps"] == 3 and name in printed
        for kind in ("same_style", "other_style"):
            scores = report["rungs"][name][kind]
            assert set(SCORES) <= set(scores) and 0 <= scores["style_named"] <= 1
            assert all(scores[score]["items"] == 2 for score in SCORES)
    assert all(score.doc in printed for score in SCORES.values())
    for figures in PAPER.values():
        assert all(f"{figure:.2f}" in printed for figure in figures.values())
    rows = tabulate(report)
    assert len(rows) == 2 * 3 + 1 + 2 * 3 and all(set(row) <= set(COLUMNS) for row in rows)

    assert climb(data, run, bundle_path, "--json", "--rungs", "enc-dec 192/48") == 0
    assert len(steps) == 9, "finished rungs are not trained again"
    again = json.loads(capsys.readouterr().out)
    assert again["rungs"] == {"enc-dec 192/48": report["rungs"]["enc-dec 192/48"]}
    assert again["round_trip"] == report["round_trip"] and not again["steps_down"]


def test_rungs_that_began_elsewhere_are_refused(data: Path, bundle_path: Path, tmp_path: Path) -> None:
    run = tmp_path / "ladder"
    weights = load_bundle(bundle_path).model.state_dict()
    shape = RUNGS["bidirectional"].shape(LIVE)
    pieces = LiveSet.load(data, "train", load_bundle(bundle_path).prompts.encode)
    trained = train_rung(run, shape, make_recipe(steps=1, batch=2), pieces, None)
    assert all(trained.ema.weights[name].shape == value.shape for name, value in weights.items())
    with pytest.raises(TrainError, match="began with random weights, not with tiny 0"):
        train_rung(run, shape, make_recipe(steps=1, batch=2), pieces, None, bundle_path)


def test_a_preset_without_sketches_is_refused(
    data: Path, bundle_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert climb(data, tmp_path / "ladder", bundle_path, "--preset", "tiny") == 1
    assert "preset tiny has no groups for a sketch; take one that has" in capsys.readouterr().err


def test_the_window_is_that_of_the_grid() -> None:
    shape = RUNGS["enc-dec 192/48"].shape(LIVE)
    assert shape.geometry == Geometry(context=192, block=48)
    assert shape.model == LIVE.model
