"""Low-rank additions: both spellings say the same, and what does not fit changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from lmdmd.errors import BundleError
from lmdmd.model.lora import Lora, merge_lora

DOWN, UP = torch.arange(6.0).reshape(2, 3), torch.arange(8.0).reshape(4, 2)


def make_network() -> nn.Module:
    torch.manual_seed(0)
    return nn.ModuleDict({"first": nn.Linear(3, 4, bias=False), "norm": nn.LayerNorm(4)})


def merge(folder: Path, scale: float = 1.0, **tensors: Tensor) -> Tensor:
    """Return what the merge added to the first layer; `__` stands for a dot."""
    network = make_network()
    save_file({key.replace("__", "."): tensor for key, tensor in tensors.items()}, folder / "lora.safetensors")
    merge_lora(network, Lora(folder / "lora.safetensors", scale))
    return network.state_dict()["first.weight"] - make_network().state_dict()["first.weight"]


def test_the_product_is_added(tmp_path: Path) -> None:
    added = merge(tmp_path, 0.5, first__lora_A__weight=DOWN, first__lora_B__weight=UP)
    torch.testing.assert_close(added, 0.5 * UP @ DOWN)


def test_the_other_spelling_with_alpha_and_a_prefix(tmp_path: Path) -> None:
    tensors = {"lora_down__weight": DOWN, "lora_up__weight": UP, "alpha": torch.tensor(1.0)}
    added = merge(tmp_path, **{f"model__model__first__{key}": tensor for key, tensor in tensors.items()})
    torch.testing.assert_close(added, 0.5 * UP @ DOWN)


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({"second__lora_A__weight": DOWN, "second__lora_B__weight": UP}, "no layer called second"),
        ({"norm__lora_A__weight": DOWN, "norm__lora_B__weight": UP}, "no layer called norm"),
        ({"first__lora_A__weight": DOWN}, "half a pair for first"),
        (
            {"first__lora_A__weight": UP, "first__lora_B__weight": DOWN},
            r"first is \[4, 3\], the pair \[2, 3\] x \[4, 2\]",
        ),
        ({"first__weight": DOWN}, "is no low-rank addition: first.weight"),
        ({}, "it is empty"),
        ({"first__lora_A__weight": DOWN, "first__lora_B__weight": UP * torch.nan}, "not finite"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, tensors: dict[str, Tensor], words: str) -> None:
    with pytest.raises(BundleError, match=words):
        merge(tmp_path, **tensors)
