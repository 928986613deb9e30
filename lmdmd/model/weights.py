"""A module's tensors as a file: safetensors only, so that reading them can run nothing, and whole or refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lmdmd.errors import BundleError

SMALL = 4096
"""Tensors up to so many numbers are stored whole: frequencies are among them, and an angle grows with its error."""

_NAMED = 5


def save_weights(module: nn.Module, file: Path) -> None:
    """Write a module's tensors, all but the small ones as fp16."""
    tensors = {key: _shorten(tensor.detach()).contiguous() for key, tensor in module.state_dict().items()}
    save_file(tensors, file)
    file.chmod(0o644)  # safetensors writes for the owner alone, and a bundle is meant to be shared


def _shorten(tensor: Tensor) -> Tensor:
    return tensor if tensor.numel() <= SMALL else tensor.half()


def load_weights(module: nn.Module, file: Path) -> None:
    """Fill a module as fp32; raises ``BundleError`` listing what is missing, left over, misshapen or not a number."""
    tensors = read_tensors(file)
    problems = compare_tensors(module.state_dict(), tensors)
    if problems:
        raise BundleError(f"{file}: does not fit its config.json: {problems}")
    module.load_state_dict({key: tensor.float() for key, tensor in tensors.items()})


def read_tensors(file: Path) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file; raises ``BundleError`` when it is damaged or something else."""
    if not file.is_file():
        raise BundleError(f"{file}: is missing")
    try:
        return load_file(file)
    except (OSError, SafetensorError) as error:
        raise BundleError(f"{file}: cannot be read: it is cut short or no safetensors file ({error})") from None


def compare_tensors(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> str:
    """Return what keeps `found` from being `expected`, in words; nothing when it fits."""
    shared = sorted(expected.keys() & found.keys())
    bent = [
        f"{k} {list(found[k].shape)}, not {list(expected[k].shape)}"
        for k in shared
        if found[k].shape != expected[k].shape
    ]
    broken = [key for key in shared if not torch.isfinite(found[key]).all()]
    problems = (
        ("missing", sorted(expected.keys() - found.keys())),
        ("extra", sorted(found.keys() - expected.keys())),
        ("shape of", bent),
        ("numbers that are not finite in", broken),
    )
    return "; ".join(f"{word} {list_some(keys)}" for word, keys in problems if keys)


def list_some(names: list[str]) -> str:
    """Return the first few names, and how many follow."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
