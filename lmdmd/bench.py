"""``lmdmd bench``: what this machine can do, measured here and now, in the settings that ship.

Figures come from whole runs of the real parts; nothing is extrapolated.
"""

from __future__ import annotations

import argparse
import platform
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from lmdmd import bundles
from lmdmd.control.threads import model_threads
from lmdmd.engine.engine import Engine
from lmdmd.messages import Write
from lmdmd.model.bundle import load_bundle


def bench_block(options: argparse.Namespace) -> dict[str, object]:
    """Time of one block through the whole chain: condition, context, denoising, decoding."""
    threads = options.threads or model_threads()
    torch.set_num_threads(threads)
    info = bundles.find(options.model)
    engine = Engine(load_bundle(info.path), info.sample_rate)
    for name, value in info.defaults.items():
        engine.write(Write(name, value, 0))
    engine.warm_up()
    times_ms = _time_blocks(engine, options.blocks)
    p50, p95, p99 = (round(float(np.percentile(times_ms, p)), 1) for p in (50, 95, 99))
    return {
        "bundle": info.name,
        "threads": threads,
        "blocks": options.blocks,
        "block_s": round(engine.block_s, 4),
        "settings": {name: value for name, value in info.defaults.items() if name.startswith("gen/")},
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "factor": round(p50 / 1000.0 / engine.block_s, 4),
        "memory_mb": round(_peak_memory_mb(), 1),
        "machine": f"{platform.system()} {platform.machine()}, torch {torch.__version__}",
    }


def _time_blocks(engine: Engine, blocks: int) -> list[float]:
    """Fill the context first: a full one is what a show plays with."""
    for _ in range(engine.geometry.context // engine.geometry.block + 1):
        engine.make_block()
    times_ms = []
    for _ in range(blocks):
        began = time.perf_counter()
        engine.make_block()
        times_ms.append((time.perf_counter() - began) * 1000.0)
    return times_ms


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


BENCHES: dict[str, Callable[[argparse.Namespace], dict[str, object]]] = {"block": bench_block}
