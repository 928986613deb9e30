"""``lmdmd bench block``: one block of a bundle through the whole chain, in the settings that ship."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch
from torch import Tensor

from lmdmd import bundles
from lmdmd.bench.timing import describe_machine, peak_memory_mb, percentiles, time_ms
from lmdmd.engine.engine import Engine
from lmdmd.engine.threads import warm_up
from lmdmd.messages import Write
from lmdmd.model.bundle import load_bundle
from lmdmd.model.precision_error import PROMPT, next_latents, relative_error

NETWORK = {
    "encode_context": "encode",
    "denoise": "denoise",
    "denoise_fused": "denoise",
    "denoise_uncached": "denoise",
}
"""Methods of the network, and the part of a block that each is."""


def bench_block(options: argparse.Namespace) -> dict[str, object]:
    """Time of one block, its parts and its memory; `rows` has every precision asked for, the rest is of the first.

    What the parts leave of a block is sampling and mixing. `error` is that of a block's latents against fp32, given
    the same context and noise: root mean square, relative.
    """
    info = bundles.find(options.model)
    exact = next_latents(load_bundle(info.path))
    rows = [measure(info, exact, precision, options) for precision in options.precision]
    return {
        "bundle": info.name,
        "blocks": options.blocks,
        "settings": {name: value for name, value in info.defaults.items() if name.startswith("gen/")},
        **rows[0],
        "rows": rows,
        "machine": describe_machine(),
    }


def measure(info: bundles.BundleInfo, exact: Tensor, precision: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return one row: a bundle in one precision."""
    engine = open_engine(info, precision, options.threads)
    fill_context(engine)
    error = relative_error(next_latents(engine.bundle), exact)
    parts = Parts(engine)
    times_ms = [time_ms(engine.make_block) for _ in range(options.blocks)]
    times = percentiles(times_ms)
    return {
        "precision": precision,
        "threads": torch.get_num_threads(),
        "block_s": round(engine.block_s, 4),
        **times,
        "factor": round(times["p50_ms"] / 1000.0 / engine.block_s, 4),
        "tail": round(times["p99_ms"] / times["p50_ms"], 2),
        **parts.means_ms(options.blocks),
        "condition_ms": round(time_condition(engine), 1),
        "error": float(f"{error:.2g}"),
        "memory_mb": peak_memory_mb(),
    }


def open_engine(info: bundles.BundleInfo, precision: str, threads: int) -> Engine:
    """Return an engine that is warm and plays with a bundle's own settings."""
    engine = Engine.load(info.path, info.sample_rate, precision)
    apply_defaults(engine, info)
    warm_up(engine, threads)
    return engine


def apply_defaults(engine: Engine, info: bundles.BundleInfo) -> None:
    """Play with what a bundle was shipped with."""
    for name, value in info.defaults.items():
        engine.write(Write(name, value, 0))


def fill_context(engine: Engine) -> None:
    """A full context is what a show plays with."""
    for _ in range(engine.geometry.context // engine.geometry.block + 1):
        engine.make_block()


class Parts:
    """Clocks on the parts of an engine's blocks."""

    def __init__(self, engine: Engine) -> None:
        self.spent_s: dict[str, float] = {}
        for method, part in NETWORK.items():
            self._watch(engine.bundle.model, method, part)
        self._watch(engine.bundle.codec, "decode_step", "decode")
        self._watch(engine.resampler, "step", "resample")

    def _watch(self, owner: object, method: str, part: str) -> None:
        """Put a clock around a method of one object."""
        work: Callable[..., Any] = getattr(owner, method)
        self.spent_s[part] = 0.0

        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            made = work(*args, **kwargs)
            self.spent_s[part] += time.perf_counter() - began
            return made

        setattr(owner, method, timed)

    def means_ms(self, blocks: int) -> dict[str, float]:
        """Return `<part>_ms`, what each part took in a block."""
        return {f"{part}_ms": round(spent * 1000.0 / blocks, 1) for part, spent in self.spent_s.items()}


def time_condition(engine: Engine) -> float:
    """Return milliseconds that a prompt costs which nobody has asked for before."""

    def work() -> None:
        engine.bundle.model.prepare(engine.bundle.condition(engine.bundle.prompts.encode([PROMPT])))

    with torch.inference_mode():
        return median(time_ms(work) for _ in range(5))
