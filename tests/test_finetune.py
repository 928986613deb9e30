"""Training learns, resumes exactly, stops politely, and draws what it says it draws."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.caches import GraphCache
from lmdmd.model.config import PRESETS
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.testing import make_tiny_bundle
from lmdmd.train import run_log
from lmdmd.train.checkpoint import list_checkpoints
from lmdmd.train.context import DROPS, draw_known, drop_prompts, roughen, split_crop
from lmdmd.train.data import LatentSet, Piece
from lmdmd.train.export import choose_defaults, export_bundle
from lmdmd.train.finetune import Trainer, finetune
from lmdmd.train.losses import draw_levels, flow_loss, mix_noise
from lmdmd.train.recipe import Recipe
from lmdmd.train.start import read_start

TINY = PRESETS["tiny"]
CAPTIONS = {"slow": ["slow waves", "a calm tide"], "fast": ["quick waves", "a nervous tide"]}
SHORT = Recipe(batch=4, repeats=2, blocks=(4, 8), shares=(0.5, 0.5), steps=6, precision="fp32")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def encode(captions: Sequence[str]) -> np.ndarray:
    """One fixed unit vector per style, slightly moved by each wording."""
    rows = []
    for text in captions:
        style = next(name for name, texts in CAPTIONS.items() if text in texts)
        base = np.random.default_rng(list(CAPTIONS).index(style)).standard_normal(128)
        row = base + 0.1 * np.random.default_rng(len(text)).standard_normal(128)
        rows.append(row / np.linalg.norm(row))
    return np.stack(rows)


def make_waves(style: str, seed: int, length: int = 160) -> Tensor:
    """Four resonances mixed into latents [T, 64] of unit variance: one pitch and one mixture per style."""
    angle, mixture = {"slow": (0.3, 1), "fast": (1.6, 2)}[style]
    generator, radius = torch.Generator().manual_seed(seed), 0.99
    pushes = torch.randn(length + 100, 4, generator=generator)
    wave = [pushes[0], pushes[1]]
    for push in pushes[2:]:
        wave.append(2 * radius * np.cos(angle) * wave[-1] - radius**2 * wave[-2] + push)
    waves = torch.stack(wave)[100:] @ torch.randn(4, 64, generator=torch.Generator().manual_seed(mixture))
    return (waves / waves.std()).half()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as `lmdmd data encode` leaves it."""
    folder = tmp_path / "data" / "latents"
    folder.mkdir(parents=True)
    for split, count in (("train", 6), ("heldout", 2)):
        ids = [f"{split}-{style}-{i:05d}" for style in CAPTIONS for i in range(count)]
        waves = {name: make_waves(name.split("-")[1], 100 * len(split) + i) for i, name in enumerate(ids)}
        save_file(waves, folder / f"{split}.safetensors")
        notes = {name: {"style": name.split("-")[1], "captions": CAPTIONS[name.split("-")[1]]} for name in ids}
        (folder / f"{split}.json").write_text(json.dumps({**notes, "_codec": "sha"}))
    return tmp_path / "data"


def make_trainer(run: Path, recipe: Recipe = SHORT) -> Trainer:
    return Trainer(TINY, recipe, run)


def advance(trainer: Trainer, pieces: LatentSet) -> dict[str, float]:
    return trainer.run.advance(lambda: trainer.step(pieces))


def weights_of(trainer: Trainer) -> Tensor:
    return torch.cat([value.flatten() for value in trainer.model.state_dict().values()])


def read_log(run: Path) -> list[dict[str, float]]:
    return run_log.read_log(run)


def test_training_learns_the_data_and_the_prompts(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    file = finetune(
        data=data,
        run=run,
        encode=encode,
        preset="tiny",
        recipe=Recipe(batch=16, repeats=4, lr=4e-3, blocks=(4, 8), steps=250),
        threads=1,
    )
    losses = [line["loss"] for line in read_log(run) if "loss" in line]
    first, last = np.mean(losses[:10]), np.mean(losses[-25:])
    assert last < 0.6 * first
    heldout = [line["heldout"] for line in read_log(run) if "heldout" in line]
    assert heldout[-1] < 0.7 * first
    assert (run / "loss.png").stat().st_size > 1000

    model = DiT(TINY.geometry, TINY.model)
    model.load_state_dict(load_file(file))
    target = torch.stack([make_waves("slow", 7)[i : i + 8].float().T for i in range(0, 144, 4)])
    right, wrong = (torch.from_numpy(encode(CAPTIONS[style][:1])).float() for style in ("slow", "fast"))

    @torch.no_grad()
    def loss_with(vector: Tensor) -> float:
        nothing = Context(torch.zeros(len(target), 64, 0), torch.zeros(len(target), 1, 0))
        cond = Condition(vector.expand(len(target), -1))
        seeded = torch.Generator().manual_seed(0)
        return flow_loss(model, nothing, target, cond, repeats=4, generator=seeded).item()

    assert loss_with(right) < 0.95 * loss_with(wrong)


def test_resumed_training_is_uninterrupted_training(data: Path, tmp_path: Path) -> None:
    pieces = LatentSet.load(data, "train", encode)
    whole = make_trainer(tmp_path / "whole")
    whole.begin()
    whole.fit(pieces)
    broken = make_trainer(tmp_path / "broken")
    broken.begin()
    for _ in range(3):
        advance(broken, pieces)
    broken.save(None)
    again = make_trainer(tmp_path / "broken")
    assert again.resume()
    assert again.run.clock.step == 3
    again.fit(pieces)
    assert torch.equal(weights_of(whole), weights_of(again))
    shipped = [load_file(tmp_path / name / "model.safetensors") for name in ("whole", "broken")]
    assert all(torch.equal(shipped[0][name], shipped[1][name]) for name in shipped[0])


def test_a_signal_saves_and_stops(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    trainer = make_trainer(tmp_path, Recipe(batch=2, repeats=1, blocks=(4,), shares=(1,), steps=1000))
    write = trainer.run.log

    def interrupt(line: dict[str, float]) -> None:
        write(line)
        if line["step"] == 2:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(trainer.run, "log", interrupt)
    trainer.fit(LatentSet.load(data, "train", encode))
    assert [folder.name for folder in list_checkpoints(tmp_path)] == ["checkpoint-0000002"]
    assert signal.getsignal(signal.SIGTERM) is before


def test_only_two_checkpoints_stay_and_drafts_are_ignored(data: Path, tmp_path: Path) -> None:
    pieces, trainer = LatentSet.load(data, "train", encode), make_trainer(tmp_path)
    for _ in range(4):
        advance(trainer, pieces)
        trainer.save(None)
    (tmp_path / "checkpoint-0000009.part").mkdir()
    assert [folder.name for folder in list_checkpoints(tmp_path)] == ["checkpoint-0000003", "checkpoint-0000004"]


def test_checkpoint_of_another_model_is_refused(data: Path, tmp_path: Path) -> None:
    trainer = make_trainer(tmp_path)
    trainer.begin()
    advance(trainer, LatentSet.load(data, "train", encode))
    trainer.save(None)
    other = Trainer(PRESETS["pocket"], SHORT, tmp_path)
    with pytest.raises(TrainError, match="another model"):
        other.resume()


def test_a_run_begins_with_the_weights_of_a_bundle(tmp_path: Path) -> None:
    first = load_bundle(make_tiny_bundle(tmp_path / "tiny").path).model.state_dict()
    trainer = make_trainer(tmp_path / "run")
    trainer.begin(read_start(tmp_path / "tiny", TINY))
    for name, weight in trainer.model.state_dict().items():
        assert torch.equal(weight, first[name]) and torch.equal(trainer.ema.weights[name], first[name])
    assert read_log(tmp_path / "run") == [{"step": 0, "from": "tiny 0"}]


def test_a_bundle_says_whose_weights_it_was_trained_from(data: Path, tmp_path: Path) -> None:
    tiny, run = make_tiny_bundle(tmp_path / "tiny").path, tmp_path / "run"
    words = {"data": data, "run": run, "encode": encode, "preset": "tiny", "threads": 1}
    finetune(**words, recipe=Recipe(batch=2, steps=2), start=tiny)
    defaults = choose_defaults(tiny, "calm tide")
    info = export_bundle(run, tmp_path / "heir", codec=tiny, prompts=tiny, defaults=defaults)
    assert info.config["training"] == {
        "network": "2 steps in 0 minutes, from the weights of tiny 0",
        "codec": "that of tiny 0",
    }
    assert info.defaults == {"gen/steps": 2, "gen/cfg": 1.5, "prompt/0/text": "calm tide"}
    made = load_bundle(info.path).model.state_dict()
    assert any(not torch.equal(made[name], weight) for name, weight in load_bundle(tiny).model.state_dict().items())

    other = make_tiny_bundle(tmp_path / "other", "other", seed=1).path
    finetune(**words, recipe=Recipe(batch=2, steps=4), start=other)
    assert read_log(run)[-2]["step"] == 4, "a checkpoint goes before another beginning"
    assert "tiny 0" in export_bundle(run, tmp_path / "heir", codec=tiny, prompts=tiny).config["training"]["network"]
    finetune(**words, recipe=Recipe(batch=2, steps=1), resume=False)
    assert "from" not in export_bundle(run, tmp_path / "heir", codec=tiny, prompts=tiny).config["training"]["network"]


def test_a_bundle_of_another_shape_is_no_beginning(tmp_path: Path) -> None:
    tiny = make_tiny_bundle(tmp_path / "tiny").path
    with pytest.raises(TrainError, match=r"tiny 0 is of another shape .*model\.dim is 32, not 256; .*preset"):
        read_start(tiny, PRESETS["pocket"])


def test_repeats_share_a_context_as_if_each_had_its_own() -> None:
    torch.manual_seed(0)
    model = DiT(TINY.geometry, TINY.model)
    for weight in model.parameters():
        if weight.abs().max() == 0:
            torch.nn.init.normal_(weight, std=0.2)
    context = Context(torch.randn(2, 64, 12), torch.ones(2, 1, 12))
    cond, target = Condition(torch.randn(2, 128)), torch.randn(2, 64, 4)
    flow_loss(model, context, target, cond, repeats=3, generator=torch.Generator().manual_seed(5)).backward()
    shared = [weight.grad.clone() for weight in model.parameters() if weight.grad is not None]
    model.zero_grad()

    generator = torch.Generator().manual_seed(5)
    clean = target.repeat_interleave(3, 0)
    noise = torch.randn(clean.shape, generator=generator)
    level = draw_levels(2, 3, generator)
    noisy, velocity = mix_noise(clean, noise, level)
    apart = Context(context.latents.repeat_interleave(3, 0), context.known.repeat_interleave(3, 0))
    out = model(noisy, level, Condition(cond.pooled.repeat_interleave(3, 0)), apart)
    torch.nn.functional.mse_loss(out, velocity).backward()
    own = [weight.grad for weight in model.parameters() if weight.grad is not None]
    for one, other in zip(shared, own, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-3)


def test_velocity_leads_from_noisy_to_clean() -> None:
    clean, noise, level = torch.randn(3, 64, 4), torch.randn(3, 64, 4), torch.tensor([0.1, 0.5, 1.0])
    noisy, velocity = mix_noise(clean, noise, level)
    torch.testing.assert_close(noisy - level[:, None, None] * velocity, clean, atol=1e-5, rtol=1e-5)
    assert torch.equal(noisy[2], noise[2])


def test_levels_are_stratified_inside_the_unit_interval() -> None:
    levels = draw_levels(1000, 4, torch.Generator().manual_seed(0)).reshape(1000, 4)
    assert levels.min() > 0 and levels.max() < 1
    assert (levels.diff(dim=1) > 0).all()
    assert abs((levels < 0.5).float().mean() - 0.266) < 0.02  # P(1 + 1.6 n < 0)


def test_known_context_follows_the_paper_shares() -> None:
    rng = np.random.default_rng(0)
    known = np.array([draw_known(rng, 192, 10) for _ in range(4000)])
    assert abs((known == 192).mean() - 0.5) < 0.03
    assert 0.2 < (known <= 2).mean() < 0.26  # dropped, or all but the odd rest zeroed
    assert known.min() == 0 and known.max() == 192


def test_a_share_of_contexts_is_as_short_as_on_stage() -> None:
    rng = np.random.default_rng(0)
    known = np.array([draw_known(rng, 230, 10, short=0.5) for _ in range(4000)])
    assert abs(((known > 0) & (known <= 30)).mean() - 0.395) < 0.04  # three of four short ones, and few of the others
    assert abs((known == 0).mean() - 0.225) < 0.03
    assert abs((known == 230).mean() - 0.25) < 0.03


@pytest.mark.parametrize("empty", ["zeros", "absent"])
def test_forgotten_context_is_the_oldest(empty: str) -> None:
    config = TINY.model.__class__(**{**TINY.model.to_dict(), "empty_context": empty})
    crop = torch.randn(2, 64, 16)
    context, target = split_crop(crop, known=5, block=4, config=config)
    assert torch.equal(target, crop[..., 12:])
    assert torch.equal(context.latents[..., -5:], crop[..., 7:12])
    assert context.length == (5 if empty == "absent" else 12)
    assert not context.latents[..., :-5].any() and context.known.min() == 1


def test_only_known_context_is_roughened_and_each_item_to_its_own_level() -> None:
    config = TINY.model.__class__(**{**TINY.model.to_dict(), "empty_context": "zeros"})
    crop = torch.randn(6, 64, 60)
    context, target = split_crop(crop, known=40, block=4, config=config)
    rough = roughen(np.random.default_rng(0), context, known=40)
    noise = rough.latents - context.latents
    assert not noise[..., :16].any() and torch.equal(target, crop[..., 56:])
    levels = noise[..., 16:].std(dim=(1, 2))
    assert levels.min() > 0 and levels.max() < 1.1 * DROPS.rough and levels.std() > 0.02
    assert roughen(np.random.default_rng(0), context, known=0) is context


def test_a_tenth_of_the_prompts_is_dropped() -> None:
    cond = drop_prompts(np.random.default_rng(0), Condition(torch.ones(5000, 3), torch.ones(5000, 2, 3)))
    dropped = cond.pooled.sum(1) == 0
    assert abs(dropped.float().mean() - 0.1) < 0.02
    assert cond.tokens is not None and torch.equal(cond.tokens.sum((1, 2)) == 0, dropped)


def test_styles_are_drawn_evenly_however_many_pieces_they_have() -> None:
    pieces = [Piece(torch.full((40, 64), 1.0), "many", torch.zeros(1, 8)) for _ in range(9)]
    pieces.append(Piece(torch.full((40, 64), 2.0), "one", torch.zeros(1, 8)))
    crops = LatentSet(pieces).draw(np.random.default_rng(0), 1000, 16)
    assert crops.latents.shape == (1000, 64, 16) and crops.vectors.shape == (1000, 8)
    assert abs((crops.latents[:, 0, 0] == 2.0).float().mean() - 0.5) < 0.05


def test_pieces_too_short_and_missing_data_are_named(tmp_path: Path) -> None:
    pieces = LatentSet([Piece(torch.zeros(10, 64), "drone", torch.zeros(1, 8))])
    with pytest.raises(TrainError, match='"drone" has no piece of 16'):
        pieces.draw(np.random.default_rng(0), 1, 16)
    with pytest.raises(TrainError, match="data encode"):
        LatentSet.load(tmp_path, "train", encode)
    with pytest.raises(TrainError, match="steps or minutes"):
        finetune(data=tmp_path, run=tmp_path, encode=encode, recipe=Recipe())


def test_graph_cache_without_context_is_the_target_alone() -> None:
    cache, k = GraphCache(2), torch.randn(2, 1, 3, 4)
    cache.begin(0)
    keys, values = cache.join(0, k, k + 1)
    assert torch.equal(keys, k) and torch.equal(values, k + 1)
