"""``lmdmd bench full``: whether the full-size model keeps up with its own sound, network and codec together.

Random weights of Stable Audio Open Small's shape. A stream is played block by block, each rolled out and decoded.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from typing import Any

import torch
from torch import Tensor

from lmdmd.bench.cache import make_condition, make_model, make_player, view
from lmdmd.bench.decode import compare_db, make_codec
from lmdmd.bench.timing import describe_machine, peak_memory_mb, time_in_turns
from lmdmd.config import PRECISIONS
from lmdmd.engine.threads import most_threads
from lmdmd.model.codec_precision import knows_bf16, use_codec_precision
from lmdmd.model.config import find_preset
from lmdmd.model.dit import DiT
from lmdmd.model.oobleck import Oobleck, OobleckConfig
from lmdmd.model.precision import use_precision
from lmdmd.model.precision_error import relative_error

CONTEXT, BLOCK = 192, 48
PLAYED = {"block-causal": 2, "enc-dec": 8}
"""Attentions, and the steps that each is played with."""
SEED = 1


@torch.inference_mode()
def bench_full(options: argparse.Namespace) -> dict[str, Any]:
    """Compute time over audio time of the network, the codec and both, in every precision asked for.

    `error` is that of the first block's latents against fp32, relative; `codec_error_db` that of the codec's sound.
    """
    torch.set_num_threads(options.threads or most_threads())
    exact = {attention: first_block(load(options.shape, PRECISIONS[0]), attention) for attention in PLAYED}
    rows: list[dict[str, Any]] = []
    for precision in options.precision:
        rows += measure(options, precision, exact)
    return {
        "shape": options.shape,
        "context": CONTEXT,
        "block": BLOCK,
        "rows": rows,
        "memory_mb": peak_memory_mb(),
        "machine": describe_machine(),
    }


def measure(options: argparse.Namespace, precision: str, exact: dict[str, Tensor]) -> list[dict[str, Any]]:
    """Return a row for each attention; both are timed in turns, and so is the codec."""
    model, plain = load(options.shape, precision), make_codec(OobleckConfig(width=options.codec_width))
    block_ms = 1000.0 * BLOCK * plain.config.latent_frames / plain.config.sample_rate_hz
    latents = torch.randn(1, plain.config.latent_dim, BLOCK, generator=torch.Generator().manual_seed(SEED))
    expected = plain.decode_step(plain.init_state(), latents)
    codec = use_codec_precision(plain, "bf16" if precision != PRECISIONS[0] and knows_bf16(plain) else "fp32")
    found = codec.decode_step(codec.init_state(), latents)
    works: dict[str, Callable[[], object]] = {name: play(model, name) for name in PLAYED}
    works["decode"] = make_decoder(codec, latents)
    times = {name: median(taken) for name, taken in time_in_turns(works, options.rounds).items()}
    return [
        {
            "attention": name,
            "steps": steps,
            "precision": precision,
            "network_ms": round(times[name], 1),
            "decode_ms": round(times["decode"], 1),
            "network_factor": round(times[name] / block_ms, 3),
            "factor": round((times[name] + times["decode"]) / block_ms, 3),
            "error": float(f"{relative_error(first_block(model, name), exact[name]):.2g}"),
            "codec_error_db": compare_db(found, expected),
        }
        for name, steps in PLAYED.items()
    ]


def load(shape: str, precision: str) -> DiT:
    """Return the network, the same for every precision but for its numbers."""
    return use_precision(make_model(find_preset(shape).model), precision)


def play(model: DiT, attention: str) -> Callable[[], Tensor]:
    """Return a function that makes the next block of a stream, the same stream for every precision."""
    torch.manual_seed(SEED)
    return make_player(view(model, attention, CONTEXT, BLOCK), make_condition(model.config), PLAYED[attention])


def first_block(model: DiT, attention: str) -> Tensor:
    """Return the block that a stream begins with."""
    return play(model, attention)()


def make_decoder(codec: Oobleck, latents: Tensor) -> Callable[[], Tensor]:
    """Return a function that decodes the next block of a stream."""
    state = codec.init_state()
    return lambda: codec.decode_step(state, latents)
