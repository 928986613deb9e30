"""``lmdmd bench block``: one block of a bundle through the whole chain, in the settings that ship."""

from __future__ import annotations

import argparse

import torch

from lmdmd import bundles
from lmdmd.bench.timing import describe_machine, peak_memory_mb, percentiles, time_ms
from lmdmd.control.threads import model_threads
from lmdmd.engine.engine import Engine
from lmdmd.messages import Write
from lmdmd.model.bundle import load_bundle


def bench_block(options: argparse.Namespace) -> dict[str, object]:
    """Time of one block: condition, context, denoising, decoding, resampling."""
    threads = options.threads or model_threads()
    torch.set_num_threads(threads)
    info = bundles.find(options.model)
    engine = Engine(load_bundle(info.path), info.sample_rate)
    for name, value in info.defaults.items():
        engine.write(Write(name, value, 0))
    engine.warm_up()
    fill_context(engine)
    times = percentiles([time_ms(engine.make_block) for _ in range(options.blocks)])
    return {
        "bundle": info.name,
        "threads": threads,
        "blocks": options.blocks,
        "block_s": round(engine.block_s, 4),
        "settings": {name: value for name, value in info.defaults.items() if name.startswith("gen/")},
        **times,
        "factor": round(times["p50_ms"] / 1000.0 / engine.block_s, 4),
        "memory_mb": peak_memory_mb(),
        "machine": describe_machine(),
    }


def fill_context(engine: Engine) -> None:
    """A full context is what a show plays with."""
    for _ in range(engine.geometry.context // engine.geometry.block + 1):
        engine.make_block()
