"""``lmdmd bench gpu``: the full-size network on a GPU, with and without its codec, beside outpainting.

Random weights of a preset's shape. Without a GPU it can be tried with ``--device cpu``, which says nothing of GPUs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import torch

from lmdmd.bench.cache import make_condition, make_model, make_player, view
from lmdmd.bench.timing import describe_machine, percentiles, time_in_turns
from lmdmd.errors import LmdmdError
from lmdmd.model.config import find_preset
from lmdmd.model.dit import Condition, DiT
from lmdmd.model.graphs import record
from lmdmd.model.oobleck import Oobleck, OobleckConfig
from lmdmd.model.precision import use_precision

CONTEXT, BLOCK = 192, 48
PRECISION = ("fp16", "fp32")  # on a GPU, and where there is none
GPUS = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}


@torch.inference_mode()
def bench_gpu(options: argparse.Namespace) -> dict[str, Any]:
    """Block times of Enc-Dec, recorded and launched anew, of Block-Causal and of outpainting, with and without decode.

    It takes the first precision and number of steps asked for. `first_block_ms` is what a listener waits for: a block
    of the fastest row and its decoding. Raises `LmdmdError` where there is no such GPU.
    """
    device = choose_device(options.device)
    precision = options.precision[0] if options.precision else PRECISION[device.type == "cpu"]
    model = make_model(find_preset(options.shape).model).to(device)
    use_precision(model, precision)
    cond = move(make_condition(model.config), device, model)
    works = make_works(model, cond, device, options.steps[0])
    decode = make_decoder(device, model, options.codec_width)
    times = time_in_turns(works | {"decode": decode}, options.rounds)
    decode_ms = percentiles(times.pop("decode"))["p50_ms"]
    rows: list[dict[str, Any]] = []
    for name, taken in times.items():
        found = percentiles(taken)
        rows.append({"what": name, **found, "with_decode_ms": round(found["p50_ms"] + decode_ms, 1)})
    return {
        "precision": precision,
        "context": CONTEXT,
        "block": BLOCK,
        "steps": options.steps[0],
        "decode_ms": decode_ms,
        "first_block_ms": min(row["with_decode_ms"] for row in rows),
        "rows": rows,
        "device": torch.cuda.get_device_name() if device.type == "cuda" else device.type,
        "machine": describe_machine(),
    }


def choose_device(name: str) -> torch.device:
    """Return the GPU of that name, with "auto" whichever there is."""
    found = [gpu for gpu, there in GPUS.items() if there()]
    if name == "auto" and found:
        return torch.device(found[0])
    if name in (*found, "cpu"):
        return torch.device(name)
    raise LmdmdError(f"bench gpu: no GPU for --device {name} here; what there is: {', '.join([*found, 'cpu'])}")


def move(cond: Condition, device: torch.device, model: DiT) -> Condition:
    """Return the condition where the network is, in its numbers."""
    dtype = model.to_input_add_embed.weight.dtype
    tokens = None if cond.tokens is None else cond.tokens.to(device, dtype)
    return Condition(cond.pooled.to(device, dtype), tokens)


def make_works(model: DiT, cond: Condition, device: torch.device, steps: int) -> dict[str, Callable[[], object]]:
    """Return a player for each row."""
    works: dict[str, Callable[[], object]] = {
        name: make_player(view(model, name, CONTEXT, BLOCK), cond, steps)
        for name in ("enc-dec", "block-causal", "bidirectional")
    }
    if device.type == "cuda":
        works["enc-dec, recorded"] = make_player(record(view(model, "enc-dec", CONTEXT, BLOCK)), cond, steps)
    return works


def make_decoder(device: torch.device, model: DiT, width: int) -> Callable[[], object]:
    """Return a function that decodes the next block of a stream."""
    dtype = model.to_input_add_embed.weight.dtype
    codec = Oobleck(OobleckConfig(width=width)).to(device, dtype).eval()
    state = codec.init_state()
    latents = torch.randn(1, codec.config.latent_dim, BLOCK, device=device, dtype=dtype)
    return lambda: codec.decode_step(state, latents)
