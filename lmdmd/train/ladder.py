"""The ladder from music made as a whole to music made in short blocks: what does following a sketch live cost?

    climb(data=Path("data"), run=Path("runs/ladder"), start=Path("house/ember"), minutes=15)

One network is trained once for each rung: the same weights to begin with, the same data, sketches and recipe, equally
long. Only who may look where differs, and how a window is cut into context and block.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import torch

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.model.bundle import AnyPrompts, Bundle
from lmdmd.model.codec import Codec
from lmdmd.model.config import Preset, find_preset
from lmdmd.model.controls import SKETCH
from lmdmd.model.dit import DiT
from lmdmd.train.conditions import MIX
from lmdmd.train.data import Pieces
from lmdmd.train.export import choose_defaults
from lmdmd.train.finetune import Trainer, load_sets
from lmdmd.train.groups import SKETCHED
from lmdmd.train.ladder_scores import SCORES, Judge, subtract
from lmdmd.train.ladder_show import KINDS, PAPER, draw
from lmdmd.train.recipe import Recipe
from lmdmd.train.run_log import read_log
from lmdmd.train.start import read_start

REPORT_FILE, PLOT_FILE = "ladder.json", "ladder.png"
PRESET = "pocket-live"
PIECES = 3
SETTINGS = ("gen/steps", "gen/cfg", "gen/temperature", "gen/sampler")
"""What rungs take of how a bundle plays. They remember all that their context holds, and let sketches count as much
as they learned."""


@dataclass(frozen=True)
class Rung:
    """One way to make a window of music: who may look where, and its latents of context and of block."""

    attention: str
    context: int
    block: int

    def shape(self, preset: Preset) -> Preset:
        """Return a preset cut this way."""
        return preset.cut(self.attention, self.context, self.block)

    @property
    def window(self) -> int:
        return self.context + self.block

    def blocks(self, latents: int) -> int:
        """Return how many blocks so many latents take."""
        return -(-latents // self.block)


RUNGS = {
    "bidirectional": Rung("bidirectional", 0, 240),
    "enc-dec 192/48": Rung("enc-dec", 192, 48),
    "enc-dec 230/10": Rung("enc-dec", 230, 10),
    "block-causal 192/48": Rung("block-causal", 192, 48),
}
"""All of one window, so that the same clips are theirs to make."""
PAPER_RUNGS = ("bidirectional", "enc-dec 192/48", "enc-dec 230/10")


def pick_rungs(names: Sequence[str]) -> dict[str, Rung]:
    """Return the rungs of those names; raises `TrainError` with the nearest name."""
    for name in names:
        if name not in RUNGS:
            raise TrainError(f'no rung "{name}" among {", ".join(RUNGS)}{did_you_mean(name, RUNGS)}')
    return {name: RUNGS[name] for name in names}


def climb(
    *,
    data: Path,
    run: Path,
    codec: Codec,
    prompts: AnyPrompts,
    preset: str = PRESET,
    rungs: Sequence[str] = PAPER_RUNGS,
    start: Path | None = None,
    pieces: int = PIECES,
    steps: int | None = None,
    minutes: float | None = None,
    batch: int = Recipe.batch,
    lr: float = Recipe.lr,
    resume: bool = True,
    threads: int | None = None,
    device: str = "cpu",
) -> dict[str, Any]:
    """Train every rung for `steps` or `minutes`, let each follow `pieces` held-out pieces of every style, and report.

    All begin with the weights of the bundle `start`, or with the same random ones, and play with that bundle's
    SETTINGS. Rungs that are trained already are not trained again. Writes `ladder.json` and `ladder.png` into `run`,
    beside a folder for each rung. Raises `TrainError` for what cannot be used, and when told to stop.
    """
    if not steps and not minutes:
        raise TrainError("the ladder needs an end for each rung: give steps or minutes")
    if threads:
        torch.set_num_threads(threads)
    recipe = make_recipe(batch=batch, lr=lr, steps=steps, minutes=minutes)
    shapes = {name: rung.shape(_find_shape(preset)) for name, rung in pick_rungs(rungs).items()}
    train, heldout = load_sets(data, prompts.encode, next(iter(shapes.values())))
    trained = {
        name: train_rung(run / folder_of(name), shape, recipe, train, heldout, start, resume=resume, device=device)
        for name, shape in shapes.items()
    }
    defaults = choose_defaults(start, "")
    settings = {name: defaults[name] for name in SETTINGS if name in defaults}
    judge = Judge(data, pieces, count_frames(shapes.values(), codec))
    found = {
        name: describe_rung(name, trainer) | judge.measure(make_bundle(name, trainer, codec, prompts, settings))
        for name, trainer in trained.items()
    }
    report = {
        "preset": preset,
        "from": read_origin(trained),
        "lr": lr,
        "batch": batch,
        "seconds": round(judge.frames / codec.config.sample_rate_hz, 3),
        "pieces": len(judge.clips),
        "settings": settings,
        "scores": {name: score.doc for name, score in SCORES.items()},
        "rungs": found,
        "steps_down": list(compare_rungs(found)),
        "round_trip": judge.round_trip(codec),
        "paper": PAPER,
    }
    (run / REPORT_FILE).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    draw(run / PLOT_FILE, report)
    return report


# --- training ----------------------------------------------------------------------------------------------


def make_recipe(**amounts: Any) -> Recipe:
    """Return the recipe of every rung: whole music, nearly always with its sketch."""
    return Recipe(kind=MIX, shown=SKETCHED, **amounts)


def train_rung(
    run: Path,
    shape: Preset,
    recipe: Recipe,
    train: Pieces,
    heldout: Pieces | None,
    start: Path | None = None,
    *,
    resume: bool = True,
    device: str = "cpu",
) -> Trainer:
    """Train a rung from where it stopped to the recipe's end, and return it; one that is there is left as it is.

    Raises `TrainError` when it began with other weights, or was told to stop.
    """
    trainer = Trainer(shape, recipe, run, device)
    begun = read_start(start, shape) if start else None
    if resume and trainer.resume():
        _check_origin(run, begun.origin if begun else None)
    else:
        trainer.begin(begun)
    if not trainer.run.done:
        trainer.fit(train, heldout)
    if not trainer.run.done:
        raise TrainError(f"{run} stopped after {trainer.run.clock.step} steps; the same command goes on from there")
    return trainer


def _check_origin(run: Path, origin: str | None) -> None:
    """All rungs must have begun with the same weights."""
    had = find_origin(run)
    if had != origin:
        wanted, found = (said or "random weights" for said in (origin, had))
        raise TrainError(f"{run} began with {found}, not with {wanted}; take another folder, or start again")


def find_origin(run: Path) -> str | None:
    """Return whose weights a run began with, None where they were random."""
    return [line["from"] for line in read_log(run) if "from" in line][-1]


def read_origin(trained: Mapping[str, Trainer]) -> str | None:
    """Return whose weights all rungs began with."""
    return find_origin(next(iter(trained.values())).run.folder)


def _find_shape(preset: str) -> Preset:
    """Return a preset that can be sketched for."""
    shape = find_preset(preset)
    if not set(SKETCH) <= set(shape.model.groups):
        raise TrainError(f"preset {preset} has no groups for a sketch; take one that has, such as {PRESET}")
    return shape


# --- playing -----------------------------------------------------------------------------------------------


def count_frames(shapes: Iterable[Preset], codec: Codec) -> int:
    """Return how much sound a window of latents is good for on all rungs, each making it whole and no more."""
    window = min(shape.geometry.window for shape in shapes)
    return window * codec.config.latent_frames - codec.config.delay_frames


def make_bundle(name: str, trainer: Trainer, codec: Codec, prompts: AnyPrompts, settings: dict[str, Any]) -> Bundle:
    """Return a rung as a bundle that plays its averaged weights."""
    model = DiT(trainer.model.geometry, trainer.model.config)
    model.load_state_dict(trainer.ema.weights)
    return Bundle(name, settings, model.eval(), codec, prompts)


def describe_rung(name: str, trainer: Trainer) -> dict[str, Any]:
    """Return what a rung is, and how much training it had."""
    rung, clock = RUNGS[name], trainer.run.clock
    amount = {"steps": clock.step, "minutes": round(clock.elapsed_s / 60, 2)}
    return {**asdict(rung), "blocks": rung.blocks(rung.window), **amount}


def compare_rungs(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield by how much each rung is above each one before it, clip by clip."""
    for upper, lower in combinations(found, 2):
        for kind in KINDS:
            lost = {name: subtract(found[lower][kind][name], found[upper][kind][name]) for name in SCORES}
            yield {"from": upper, "to": lower, "kind": kind, **lost}


def folder_of(name: str) -> str:
    """Return the name of a rung's folder."""
    return name.replace(" ", "-").replace("/", "-")
