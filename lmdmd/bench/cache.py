"""``lmdmd bench cache``: what caching the context gains, in one network, for all three attentions.

Random weights of a preset's shape; the three networks share them. A block is everything from prompt to latents.
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import torch
from torch import nn

from lmdmd.bench.timing import describe_machine, peak_memory_mb, time_in_turns
from lmdmd.engine.threads import most_threads
from lmdmd.model.config import ATTENTIONS, ModelConfig, find_preset
from lmdmd.model.dit import Condition, DiT
from lmdmd.model.precision import use_precision
from lmdmd.model.stream import StreamState, rollout_block

GEOMETRIES = ((192, 48), (230, 10))
BASELINE = "bidirectional"
TEXT_TOKENS = 65


@torch.inference_mode()
def bench_cache(options: argparse.Namespace) -> dict[str, Any]:
    """Median time of a block for every attention, precision, geometry and number of steps.

    `speedup` is over outpainting in the same precision, geometry and steps.
    """
    torch.set_num_threads(options.threads or most_threads())
    rows = []
    for precision in options.precision:
        model = use_precision(make_model(find_preset(options.shape).model), precision)
        cond = make_condition(model.config)
        for context, block in GEOMETRIES:
            for steps in options.steps:
                rows += measure(model, cond, precision, context, block, steps, options.rounds)
    return {"shape": options.shape, "rows": rows, "memory_mb": peak_memory_mb(), "machine": describe_machine()}


def measure(
    model: DiT, cond: Condition, precision: str, context: int, block: int, steps: int, rounds: int
) -> list[dict[str, object]]:
    """Time the three attentions in turns; returns one row each."""
    works = {a: make_player(view(model, a, context, block), cond, steps) for a in ATTENTIONS}
    p50_ms = {name: median(times) for name, times in time_in_turns(works, rounds).items()}
    return [
        {
            "attention": name,
            "precision": precision,
            "context": context,
            "block": block,
            "steps": steps,
            "p50_ms": round(p50_ms[name], 1),
            "speedup": round(p50_ms[BASELINE] / p50_ms[name], 2),
        }
        for name in works
    ]


def make_model(config: ModelConfig) -> DiT:
    """Return a network of that shape with random weights, none of them zero."""
    torch.manual_seed(0)
    model = DiT(find_preset("sao-small").geometry, config).eval()
    for weight in model.parameters():
        if not weight.any():
            nn.init.normal_(weight, std=0.02)
    return model


def make_condition(config: ModelConfig) -> Condition:
    """Return a random prompt, as tokens where the network takes them."""
    tokens = None if config.prompt_tokens else torch.randn(1, TEXT_TOKENS, config.cond_dim)
    return Condition(torch.randn(1, config.global_dim), tokens)


def view(model: DiT, attention: str, context: int, block: int) -> DiT:
    """Return the same weights under another attention and geometry."""
    other = copy.copy(model)
    other.config = replace(model.config, attention=attention)
    other.geometry = replace(model.geometry, context=context, block=block)
    return other


def make_player(model: DiT, cond: Condition, steps: int) -> Callable[[], torch.Tensor]:
    """Return a function that plays the next block of a stream whose context is full."""
    state = StreamState.init(model)
    state.prefill(torch.randn(1, model.config.latent_dim, model.geometry.context))
    return lambda: rollout_block(model, state, cond, steps=steps)
