"""``lmdmd bench train``: how long one step of training takes, and the most memory that it ever holds.

Random weights of a preset's shape learn from random latents and prompts, a full window of one item at a time. Each
stage runs in a process of its own, as what memory was held once is told for ever.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from lmdmd.bench.cache import TEXT_TOKENS
from lmdmd.bench.timing import describe_machine, peak_memory_mb, time_ms
from lmdmd.errors import LmdmdError, did_you_mean
from lmdmd.model.config import Preset, find_preset
from lmdmd.model.dit import Condition, DiT
from lmdmd.train.arc import ArcRecipe, ArcTrainer
from lmdmd.train.context import Drops
from lmdmd.train.data import LatentSet, Piece
from lmdmd.train.finetune import Trainer
from lmdmd.train.network import Network
from lmdmd.train.recipe import Recipe

RANK = 16
"""Rank of the additions where they alone learn."""
ARC_BLOCKS = 4
"""Blocks of a roll-out, as many as the paper's own code takes for Enc-Dec."""

Step = Callable[[], dict[str, Any]]
MakeStep = Callable[[Preset, Path, str], tuple[nn.Module, Step]]


def make_finetune(
    shape: Preset, folder: Path, precision: str, *, recompute: bool = False, lora: int = 0
) -> tuple[nn.Module, Step]:
    """Return what learns in a step of fine-tuning, and the step."""
    recipe = Recipe(
        batch=1,
        repeats=1,
        blocks=(shape.geometry.block,),
        shares=(1.0,),
        drops=Drops(context=0.0, oldest=0.0),
        precision=precision,
        recompute=recompute,
        lora=lora,
        steps=1000,
    )
    trainer = Trainer(shape, recipe, folder, condition=make_condition)
    pieces = make_pieces(shape)
    return trainer.learner, lambda: trainer.run.advance(lambda: trainer.step(pieces))


def make_arc(shape: Preset, folder: Path, precision: str) -> tuple[nn.Module, Step]:
    """Return what plays in a step of ARC-Forcing, and the step: both networks' turns after one roll-out."""
    recipe = ArcRecipe(batch=1, blocks=ARC_BLOCKS, precision=precision, recompute=True, steps=1000)
    needed = shape.geometry.context + ARC_BLOCKS * shape.geometry.block
    networks = (make_network(shape), make_network(shape.cut("bidirectional", 0, needed)))
    trainer = ArcTrainer(*networks, recipe, folder, condition=make_condition)
    pieces = make_pieces(shape)
    return trainer.model, lambda: trainer.run.advance(lambda: trainer.step(pieces))


def make_network(shape: Preset) -> Network:
    """Return a network of random weights."""
    return Network("random weights", shape, DiT(shape.geometry, shape.model).state_dict())


STAGES: dict[str, MakeStep] = {
    "finetune": make_finetune,
    "finetune-recompute": partial(make_finetune, recompute=True),
    "finetune-lora": partial(make_finetune, recompute=True, lora=RANK),
    "arc": make_arc,
}
"""What can be measured: all weights learn, the same with layers computed twice, and additions alone, likewise; and
ARC-Forcing of all weights."""


def bench_train(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of a step, after one that does not count, and peak memory of each stage asked for."""
    for stage in options.stages:
        if stage not in STAGES:
            raise LmdmdError(f'bench train: no stage "{stage}" among {", ".join(STAGES)}{did_you_mean(stage, STAGES)}')
    find_preset(options.preset)
    rows = []
    for stage in options.stages:
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            words = stage, options.preset, options.precision[0], options.rounds, options.threads
            rows.append(alone.submit(measure, *words).result())
    return {"preset": options.preset, "rows": rows, "machine": describe_machine()}


def measure(stage: str, preset: str, precision: str, rounds: int, threads: int) -> dict[str, Any]:
    """Return the row of a stage."""
    if threads:
        torch.set_num_threads(threads)
    shape = find_preset(preset)
    with tempfile.TemporaryDirectory(prefix="lmdmd-bench-") as folder:
        learner, step = STAGES[stage](shape, Path(folder), precision)
        figures = step()
        times_s = [time_ms(step) / 1000 for _ in range(rounds)]
    learnt = sum(value.numel() for value in learner.parameters() if value.requires_grad)
    return {
        "stage": stage,
        "precision": precision,
        "window": f"{shape.geometry.context}/{shape.geometry.block}",
        "learnt_millions": round(learnt / 1e6, 2),
        "loss": figures["loss"],
        "step_s": round(median(times_s), 2),
        "memory_mb": peak_memory_mb(),
    }


def make_pieces(shape: Preset) -> LatentSet:
    """Return a piece of random latents, with a prompt as the network takes it: a vector, or tokens."""
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn((ARC_BLOCKS + 1) * shape.geometry.window, shape.model.latent_dim, generator=generator)
    said = (shape.model.global_dim,) if shape.model.prompt_tokens else (TEXT_TOKENS, shape.model.cond_dim)
    return LatentSet([Piece(latents.half(), "noise", torch.randn(1, *said, generator=generator))])


def make_condition(said: Tensor) -> Condition:
    """Return the condition of vectors [B, D], or of tokens [B, L, D]."""
    return Condition(said) if said.ndim == 2 else Condition(said.mean(1), said)
