"""Low-rank additions to a network's weights, merged once at load: playing with them costs nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lmdmd.errors import BundleError
from lmdmd.model.weights import list_some, read_tensors

PREFIXES = ("base_model.model.", "model.model.", "model.")
ROLES = {
    "lora_A.weight": "down",
    "lora_down.weight": "down",
    "lora_B.weight": "up",
    "lora_up.weight": "up",
    "alpha": "alpha",
}


class Lora(NamedTuple):
    """One file of additions and how much of them: `weight += scale * alpha / rank * up @ down`.

    Without an `alpha` of its own a layer takes its rank for it.
    """

    file: Path
    scale: float = 1.0


@torch.no_grad()
def merge_lora(model: nn.Module, lora: Lora) -> None:
    """Add a file's products to the linear layers they are named after; raises ``BundleError`` and changes nothing."""
    linears = _linears(model)
    for name, parts in read_lora(model, lora.file).items():
        rank = parts["down"].shape[0]
        share = float(parts["alpha"]) / rank if "alpha" in parts else 1.0
        linears[name].weight += lora.scale * share * parts["up"].float() @ parts["down"].float()


def read_lora(model: nn.Module, file: Path) -> dict[str, dict[str, Tensor]]:
    """Return per layer its `down` [r, in], `up` [out, r] and, where given, `alpha`.

    Raises ``BundleError`` listing what names no linear layer of the model, has no partner or has another shape.
    """
    pairs = _group(read_tensors(file), file)
    _check(pairs, _linears(model), file)
    return pairs


def _linears(model: nn.Module) -> dict[str, nn.Linear]:
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}


def _group(tensors: dict[str, Tensor], file: Path) -> dict[str, dict[str, Tensor]]:
    pairs: dict[str, dict[str, Tensor]] = {}
    strange = []
    for key, tensor in tensors.items():
        ending = next((ending for ending in ROLES if key.endswith(f".{ending}")), None)
        if ending is None:
            strange.append(key)
            continue
        prefix = next((prefix for prefix in PREFIXES if key.startswith(prefix)), "")
        layer = key.removeprefix(prefix).removesuffix(f".{ending}")
        pairs.setdefault(layer, {})[ROLES[ending]] = tensor
    if strange or not pairs:
        raise BundleError(f"{file}: is no low-rank addition: {list_some(sorted(strange)) or 'it is empty'}")
    return pairs


def _check(pairs: dict[str, dict[str, Tensor]], linears: dict[str, nn.Linear], file: Path) -> None:
    problems = (
        ("no layer called", [name for name in pairs if name not in linears]),
        ("half a pair for", [name for name, parts in pairs.items() if not {"down", "up"} <= parts.keys()]),
    )
    words = [f"{word} {list_some(sorted(names))}" for word, names in problems if names]
    words = (
        words
        or [
            f"{name} is {list(linears[name].weight.shape)}, the pair {list(p['up'].shape)} x {list(p['down'].shape)}"
            for name, p in pairs.items()
            if not _fits(linears[name].weight, p["up"], p["down"])
        ][:1]
    )
    if not words and not all(torch.isfinite(t).all() for parts in pairs.values() for t in parts.values()):
        words = ["it holds numbers that are not finite"]
    if words:
        raise BundleError(f"{file}: does not fit the network: {'; '.join(words)}")


def _fits(weight: Tensor, up: Tensor, down: Tensor) -> bool:
    if up.ndim != 2 or down.ndim != 2 or up.shape[1] != down.shape[0]:
        return False
    return weight.shape == (up.shape[0], down.shape[1])
