"""Post-training: the two networks take turns, resume exactly, and a base that cannot judge is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from test_dit import make_model
from torch import Tensor, nn

from lmdmd.errors import TrainError
from lmdmd.model.config import PRESETS, Geometry, Preset
from lmdmd.model.sampling import logsnr_schedule
from lmdmd.train.arc import ArcRecipe, ArcTrainer, check_base, score
from lmdmd.train.data import LatentSet, Piece
from lmdmd.train.network import Network, read_network
from lmdmd.train.run_log import read_log

TINY = PRESETS["tiny"]
RECIPE = ArcRecipe(
    batch=4, blocks=3, rollouts=3, most_steps=3, width=8, lr=1e-3, lr_discriminator=2e-3, precision="fp32", steps=6
)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def make_network(attention: str, window: int = 0, seed: int = 0) -> Network:
    geometry = Geometry(context=0, block=window) if window else TINY.geometry
    torch.manual_seed(seed)
    shape = Preset(geometry, replace(TINY.model, attention=attention))
    return Network(attention, shape, make_model(geometry, attention=attention).state_dict())


def make_pieces() -> LatentSet:
    """Slow waves of two pitches, each with a caption's vector of its own."""
    g = torch.Generator().manual_seed(0)
    mix, vectors = torch.randn(2, 64, generator=g), torch.eye(TINY.model.global_dim)
    time = torch.arange(80.0)
    pieces = []
    for i in range(8):
        style = i % 2
        wave = torch.sin(time * (0.2, 0.7)[style] + i)[:, None] * mix[style]
        pieces.append(Piece(wave.half(), str(style), vectors[style : style + 1]))
    return LatentSet(pieces)


def make_trainer(folder: Path, recipe: ArcRecipe = RECIPE, attention: str = "enc-dec") -> ArcTrainer:
    return ArcTrainer(make_network(attention), make_network("bidirectional", 24, 1), recipe, folder)


def weights(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def differ(network: nn.Module, before: dict[str, Tensor]) -> bool:
    return any(not torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
def test_each_network_learns_in_its_turn(tmp_path: Path, attention: str) -> None:
    trainer, pieces = make_trainer(tmp_path, attention=attention), make_pieces()
    rng, generator = trainer.run.randomness()
    journey = trainer.draw(pieces, rng)
    player, listener = weights(trainer.model), weights(trainer.listener)
    _, made, norm = trainer.play(journey, generator)
    assert differ(trainer.model, player) and not differ(trainer.listener, listener) and norm > 0
    assert not made.requires_grad and all(p.requires_grad for p in trainer.listener.parameters())
    player = weights(trainer.model)
    trainer.listen(journey, made, generator)
    assert differ(trainer.listener, listener) and not differ(trainer.model, player)


def test_real_and_made_are_noised_alike(tmp_path: Path) -> None:
    """The same music has the same score wherever it stands in a batch: one noise and one level for a pair."""
    trainer = make_trainer(tmp_path)
    rng, generator = trainer.run.randomness()
    journey = trainer.draw(make_pieces(), rng)
    noise = trainer.noise(journey, generator)
    level = torch.tensor([0.1, 0.4, 0.6, 0.9])
    pairs = [(journey.real, journey.asked), (journey.real, journey.asked), (0 * journey.real, journey.asked)]
    first, second, other = score(trainer.listener, journey, noise, level, pairs)
    assert torch.allclose(first, second, atol=1e-5) and not torch.allclose(first, other, atol=1e-3)


def test_roll_outs_go_on_from_one_another(tmp_path: Path) -> None:
    """Where a take goes on, so do its piece, its words and what was made; where it is over, all of them are new."""
    trainer, pieces = make_trainer(tmp_path), make_pieces()
    trainer.begin()
    played, after = [], []
    trainer.play = lambda journey, generator: played.append(journey) or ArcTrainer.play(trainer, journey, generator)
    for _ in range(24):
        trainer.run.advance(_step(trainer, pieces))
        after.append((trainer.take.done, trainer.take.rollouts, trainer.take.context.clone()))
    assert {rollouts for _, rollouts, _ in after} == {1, 2, 3}
    for i in range(1, 24):
        done, rollouts, context = after[i - 1]
        before, now = played[i - 1], played[i]
        assert now.own == (done < rollouts)
        if now.own:
            assert torch.equal(now.context, context) and torch.equal(now.asked.pooled, before.asked.pooled)
            assert not torch.equal(now.real, before.real) and now.seed != before.seed
        elif now.known:
            assert any(contains(piece.latents.T.float(), now.whole(now.real)[0]) for piece in pieces.pieces)


def test_short_pieces_make_short_takes(tmp_path: Path) -> None:
    trainer, pieces = make_trainer(tmp_path), make_pieces()
    short = LatentSet([replace(piece, latents=piece.latents[:40]) for piece in pieces.pieces])
    assert (pieces.longest, short.longest) == (80, 40)  # 12 of context, and 12 for each roll-out
    trainer.begin()
    for _ in range(12):
        trainer.run.advance(_step(trainer, short))
        assert trainer.take.rollouts <= 2


def contains(piece: Tensor, music: Tensor) -> bool:
    """Whether music [64, n] is a part of a piece [64, T]."""
    return any(torch.equal(part, music) for part in piece.unfold(1, music.shape[1], 1).unbind(1))


def test_killed_and_resumed_is_never_stopped(tmp_path: Path) -> None:
    pieces = make_pieces()
    losses: dict[str, list[object]] = {}
    for name, stops in (("whole", ()), ("broken", (2, 5))):
        trainer = make_trainer(tmp_path / name)
        trainer.begin()
        for step in range(8):
            if step in stops:
                trainer.run.save()
                trainer = make_trainer(tmp_path / name)
                assert trainer.run.resume()
            trainer.run.advance(_step(trainer, pieces))
        losses[name] = [
            (line["generator"], line["relativistic"], line["contrastive"])
            for line in read_log(tmp_path / name)
            if "generator" in line
        ]
    assert len(losses["whole"]) == 8 and losses["whole"] == losses["broken"]


def _step(trainer: ArcTrainer, pieces: LatentSet) -> Callable[[], dict[str, object]]:
    return lambda: trainer.step(pieces)


def test_discriminator_learns_to_tell_apart_and_whose_caption_it_is(tmp_path: Path) -> None:
    """Untrained networks make noise; waves are soon told from it, and a pitch's own caption from the other's."""
    trainer = make_trainer(tmp_path, replace(RECIPE, lr=0.0, lr_discriminator=2e-3, batch=8, steps=200))
    pieces = make_pieces()
    trainer.begin()
    lines = [trainer.run.advance(_step(trainer, pieces)) for _ in range(80)]
    first, last = (
        {name: float(np.mean([line[name] for line in part])) for name in ("relativistic", "told_apart")}
        for part in (lines[:10], lines[-10:])
    )
    assert last["relativistic"] < 0.5 * first["relativistic"] and last["told_apart"] > 0.9
    rng, generator = trainer.run.randomness()
    journey = trainer.draw(pieces, rng)
    other = replace(journey.asked, pooled=journey.asked.pooled[:, [1, 0, *range(2, TINY.model.global_dim)]])
    pairs = [(journey.real, journey.asked), (journey.real, other)]
    with torch.no_grad():
        own, swapped = score(trainer.listener, journey, trainer.noise(journey, generator), torch.full((8,), 0.3), pairs)
    assert (own > swapped).float().mean() > 0.8


def test_network_learns_to_be_taken_for_real(tmp_path: Path) -> None:
    """Against a listener that stays as it is, what the network makes is soon scored higher."""
    trainer = make_trainer(tmp_path, replace(RECIPE, lr=3e-3, steps=400))
    pieces = make_pieces()
    trainer.begin()
    for _ in range(25):
        trainer.run.advance(_step(trainer, pieces))
    trainer.listen = lambda *_: {}  # type: ignore[method-assign]
    lines = [trainer.run.advance(_step(trainer, pieces)) for _ in range(60)]
    first, last = (np.mean([line["generator"] for line in part]) for part in (lines[:10], lines[-10:]))
    assert last < first - 0.1


def test_a_block_s_last_step_takes_noise_away(tmp_path: Path) -> None:
    """Gradients are as large as that noise, so the sampler ends where the paper's does, and the bundle plays so."""
    trainer = make_trainer(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())["model"]
    assert (config["logsnr_start"], config["logsnr_end"]) == (-4.0, 2.0)
    assert trainer.model.config.to_dict() == config
    made = read_network(save(trainer)).shape.model
    levels = logsnr_schedule(8, made.logsnr_start, made.logsnr_end)
    assert levels[-2] == pytest.approx(1 / (1 + math.exp(1.25)))


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
def test_it_can_learn_to_look_less_far_back(tmp_path: Path, attention: str) -> None:
    """Roll-outs, what the listener hears before them, and the network that is left all have the shorter context."""
    trainer = make_trainer(tmp_path, replace(RECIPE, context=8), attention)
    journeys = [trainer.draw(make_pieces(), np.random.default_rng(seed)) for seed in range(20)]
    assert max(journey.known for journey in journeys) == 8 < TINY.geometry.context
    made = read_network(save(trainer)).shape
    assert made.geometry == replace(TINY.geometry, context=8) and made.model.attention == attention
    with pytest.raises(TrainError, match="looks back 12 latents cannot learn to look 13"):
        make_trainer(tmp_path, replace(RECIPE, context=13))


def save(trainer: ArcTrainer) -> Path:
    trainer.begin()
    trainer.run.advance(lambda: trainer.step(make_pieces()))
    trainer.save()
    return trainer.run.folder


def test_bases_that_cannot_judge_are_refused() -> None:
    start = make_network("enc-dec")
    with pytest.raises(TrainError, match="begins with a bidirectional base"):
        check_base(start, make_network("enc-dec"), RECIPE)
    with pytest.raises(TrainError, match="windows of 20 latents, a roll-out and its context have 24"):
        check_base(start, make_network("bidirectional", 20), RECIPE)
    other = make_network("bidirectional", 24)
    shape = Preset(other.shape.geometry, replace(other.shape.model, global_dim=64))
    with pytest.raises(TrainError, match="global_dim 64"):
        check_base(start, replace(other, shape=shape), RECIPE)
