"""``lmdmd bench decode``: what decoding a stream costs, in every precision of the decoder.

Random weights of the published size, drawn so that sound neither fades nor swells on its way.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from math import log10
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from lmdmd.bench.timing import describe_machine, peak_memory_mb, time_in_turns
from lmdmd.engine.threads import most_threads
from lmdmd.model.codec_precision import use_codec_precision
from lmdmd.model.oobleck import Oobleck, OobleckConfig
from lmdmd.model.oobleck_layers import Convolution, Rise

BLOCKS = (10, 48)
HEARD_LATENTS = 40
REFERENCE = "fp32"
SPREAD_GAIN, POINT_GAIN, SNAKE_SPREAD = 0.7, 0.35, 0.3
LEAST_DB = -200.0


@torch.inference_mode()
def bench_decode(options: argparse.Namespace) -> dict[str, Any]:
    """Median time of a streamed block for every precision and length; `factor` is over the time it sounds.

    `error_db` is the power of what differs from fp32, over that of the sound.
    """
    torch.set_num_threads(options.threads or most_threads())
    rows = measure_codec(OobleckConfig(), options.precision, BLOCKS, options.rounds)
    return {"rows": rows, "memory_mb": peak_memory_mb(), "machine": describe_machine()}


@torch.inference_mode()
def measure_codec(
    config: OobleckConfig, precisions: Sequence[str], blocks: Sequence[int], rounds: int
) -> list[dict[str, Any]]:
    """Time all precisions in turns; returns a row for each and for each length of a block in latents."""
    codecs = {name: use_codec_precision(make_codec(config), name) for name in dict.fromkeys([*precisions, REFERENCE])}
    heard = {name: play(codec) for name, codec in codecs.items()}
    errors_db = {name: compare_db(sound, heard[REFERENCE]) for name, sound in heard.items()}
    rows = []
    for block in blocks:
        works = {name: make_player(codecs[name], block) for name in precisions}
        block_ms = 1000.0 * block * config.latent_frames / config.sample_rate_hz
        for name, times in time_in_turns(works, rounds).items():
            row = {"codec": "oobleck", "precision": name, "threads": torch.get_num_threads(), "block": block}
            p50_ms = median(times)
            figures = {"p50_ms": round(p50_ms, 1), "factor": round(p50_ms / block_ms, 3), "error_db": errors_db[name]}
            rows.append({**row, **figures})
    return rows


def make_codec(config: OobleckConfig) -> Oobleck:
    """Return a codec of that shape with random weights, the same each time; its encoder is as it was made."""
    torch.manual_seed(0)
    codec = Oobleck(config).eval()
    for name, weight in codec.decoder.named_parameters():
        if name.endswith(("alpha", "beta")):
            nn.init.normal_(weight, std=SNAKE_SPREAD)
    for layer in codec.decoder.modules():
        if isinstance(layer, Convolution | Rise):
            inputs = 2 * layer.in_channels if isinstance(layer, Rise) else layer.weight[0].numel()
            gain = POINT_GAIN if layer.kernel_size == (1,) else SPREAD_GAIN
            nn.init.normal_(layer.weight, std=gain / inputs**0.5)
    return codec


def make_player(codec: Oobleck, block: int) -> Callable[[], object]:
    """Return a function that decodes the next block of a stream."""
    state, latents = codec.init_state(), torch.randn(1, codec.config.latent_dim, block)
    return lambda: codec.decode_step(state, latents)


def play(codec: Oobleck) -> Tensor:
    """Return the sound of a short stream."""
    latents = torch.randn(1, codec.config.latent_dim, HEARD_LATENTS, generator=torch.Generator().manual_seed(1))
    state = codec.init_state()
    return torch.cat([codec.decode_step(state, part) for part in latents.split(BLOCKS[0], -1)], -1)


def compare_db(sound: Tensor, reference: Tensor) -> float:
    """Return the power of the difference over that of the reference."""
    ratio = float((sound - reference).square().mean() / reference.square().mean())
    return round(10.0 * log10(ratio), 1) if ratio > 0 else LEAST_DB
