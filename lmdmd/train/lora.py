"""Training low-rank additions to a network instead of its weights: they are few, and so is what the optimizer keeps.

What is saved is what `lmdmd.model.lora` merges.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from lmdmd.errors import TrainError
from lmdmd.train.checkpoint import save_weights
from lmdmd.train.sharding import split_like

LORA_FILE, BASE_FILE = "lora.safetensors", "base.safetensors"
_OWN, _ADDED = ".parametrizations.weight.original", ".parametrizations.weight.0."


class LowRank(nn.Module):
    """What is added to one weight [out, in]: up @ down, which is nothing at first."""

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        out, width = weight.shape
        self.down = nn.Parameter(torch.empty(rank, width, device=weight.device).uniform_(-1, 1) / math.sqrt(width))
        self.up = nn.Parameter(torch.zeros(out, rank, device=weight.device))

    def forward(self, weight: Tensor) -> Tensor:
        with torch.autocast(weight.device.type, enabled=False):  # as exact as when it is merged
            return weight + self.up @ self.down


class Additions(nn.Module):
    """Additions of one rank to all linear layers of a network, whose own weights learn no more.

    The network computes with them from now on; they are its parameters that have a gradient.
    """

    def __init__(self, model: nn.Module, rank: int) -> None:
        super().__init__()
        model.requires_grad_(False)
        linears = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
        self.names = list(linears)
        self.pairs = nn.ModuleList(LowRank(linear.weight, rank) for linear in linears.values())
        for linear, pair in zip(linears.values(), self.pairs, strict=True):
            parametrize.register_parametrization(linear, "weight", pair)

    def save(self, file: Path) -> None:
        """Write them for `merge_lora`."""
        tensors = {}
        for name, pair in zip(self.names, self.pairs, strict=True):
            tensors |= {f"{name}.lora_A.weight": pair.down, f"{name}.lora_B.weight": pair.up}
        save_weights(file, tensors)


def own_weights(model: nn.Module) -> dict[str, Tensor]:
    """Return the weights of a network by the names that they have without additions, not counting these."""
    return {name.replace(_OWN, ".weight"): value for name, value in model.state_dict().items() if _ADDED not in name}


def whole_weights(model: nn.Module) -> dict[str, Tensor]:
    """Return the weights that a network computes with: its own, and what is added to them."""
    weights = own_weights(model)
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and parametrize.is_parametrized(module, "weight"):
            weights[f"{name}.weight"] = module.weight.detach()
    return weights


@torch.no_grad()
def fill_weights(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Replace a network's own weights; raises `TrainError` when these are of another network."""
    own = own_weights(model)
    if own.keys() != weights.keys():
        raise TrainError(f"weights of another network: {', '.join(sorted(own.keys() ^ weights.keys())[:5])}")
    for name, value in own.items():
        value.copy_(split_like(weights[name], value))
