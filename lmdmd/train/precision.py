"""Where a network is trained, and the numbers that it is trained in."""

from __future__ import annotations

import math
import time

import torch

from lmdmd.errors import TrainError
from lmdmd.train.parallel import ALONE, Ranks

AUTO = "auto"
PRECISIONS = {AUTO: None, "fp32": torch.float32, "bf16": torch.bfloat16}


def check_device(device: str) -> None:
    """Raise `TrainError` where this machine, or this build of torch, has no such device."""
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise TrainError(f'no device "{device}" to train on: {str(error).partition(chr(10))[0]}; try cpu') from None


def find_precision(name: str, device: str, ranks: Ranks = ALONE) -> torch.dtype:
    """Return the numbers of that name of PRECISIONS, or for "auto" those that this machine is fast with."""
    if found := PRECISIONS[name]:
        return found
    exact = ranks.largest(pick_precision(device) is torch.float32)  # all ranks compute alike
    return torch.float32 if exact else torch.bfloat16


def name_precision(precision: torch.dtype) -> str:
    """Return what such numbers are called."""
    return next(name for name, dtype in PRECISIONS.items() if dtype is precision)


def pick_precision(device: str) -> torch.dtype:
    """Return bfloat16 where this machine multiplies it clearly faster than float32, else float32."""
    if torch.device(device).type != "cpu":
        return torch.bfloat16
    best = dict.fromkeys((torch.float32, torch.bfloat16), math.inf)
    for _ in range(20):  # in turns and often: a busy machine must not decide for hours of training
        for dtype in best:
            best[dtype] = min(best[dtype], _matmul_s(dtype))
    return torch.bfloat16 if best[torch.float32] > 1.3 * best[torch.bfloat16] else torch.float32


def compute_in(precision: torch.dtype, device: str, *, cache: bool = True) -> torch.autocast:
    """Return a context in which a network computes in these numbers; its weights stay float32.

    Without `cache` they are cast at every use: those cast while no gradient is wanted could not serve where one is.
    """
    enabled = precision != torch.float32
    return torch.autocast(torch.device(device).type, precision, enabled=enabled, cache_enabled=cache)


def _matmul_s(dtype: torch.dtype) -> float:
    a = torch.ones(512, 512, dtype=dtype)
    started = time.perf_counter()
    torch.mm(a, a)
    return time.perf_counter() - started
