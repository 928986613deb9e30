"""How fast a bundle is on this machine, found out in seconds: the blocks that a deck would make before a show."""

from __future__ import annotations

import torch

from lmdmd.bench.block import open_engine
from lmdmd.bench.timing import time_ms
from lmdmd.bundles import BundleInfo
from lmdmd.config import Config
from lmdmd.engine.deck import SPLICE_S
from lmdmd.engine.engine import Engine
from lmdmd.engine.pacing import Pacing
from lmdmd.messages import Write
from lmdmd.params import find

BLOCKS = 12
LONGEST_S = 8.0
"""A slow bundle makes fewer blocks, and plays with a shorter context."""
_FEWEST = 3
_BUFFERS = 2
"""Device buffers that nobody can change any more."""


def measure_bundle(info: BundleInfo, config: Config, rate_hz: int, steps: int = 0) -> dict[str, object]:
    """Block times, their share of real time, and how long after a change of a prompt it is heard.

    ``steps`` is what the show asks for at most, where that is more than the bundle's own. The last is counted as a
    deck counts it (``engine/deck.py``): two buffers, a splice, the slowest of twenty blocks, a margin, and half a
    latent as the next one begins anywhere up to one later.
    """
    engine = open_engine(info, config.precision, config.threads)
    steps = max(steps, int(info.defaults.get("gen/steps", find("gen/steps").default)))
    engine.write(Write("gen/steps", steps, 0))
    _time_blocks(engine, engine.geometry.context // engine.geometry.block + 1)
    pacing = Pacing(engine.block_s)
    for took_ms in _time_blocks(engine, BLOCKS):
        pacing.add(took_ms)
    p95_ms, margin_ms = pacing.percentile_ms(95), float(find("engine/commit_margin").default)
    commit_ms = 1000.0 * (_BUFFERS * config.buffer_frames / rate_hz + SPLICE_S) + p95_ms + margin_ms
    return {
        "bundle": info.name,
        "threads": torch.get_num_threads(),
        "steps": steps,
        "block_s": round(engine.block_s, 4),
        "p50_ms": round(pacing.percentile_ms(50), 1),
        "p95_ms": round(p95_ms, 1),
        "factor": round(pacing.factor, 4),
        "commit_ms": round(commit_ms, 1),
        "knob_ms": round(commit_ms + 500.0 * engine.latent_s, 1),
    }


def _time_blocks(engine: Engine, blocks: int) -> list[float]:
    """Milliseconds of each of so many blocks, or of fewer where they take long."""
    times_ms: list[float] = []
    while len(times_ms) < blocks and (len(times_ms) < _FEWEST or sum(times_ms) < LONGEST_S * 1000.0):
        times_ms.append(time_ms(engine.make_block))
    return times_ms
