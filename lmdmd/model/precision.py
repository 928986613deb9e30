"""Numbers a network computes with: float32, halves on a GPU, or int8 products where the processor gains from them.

With int8 only the transformer's layers change; they are all but a percent of the work. Weights have one scale an
output channel, activations one scale a call, so nothing needs calibrating.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.dit import DiT

PRECISIONS = ("fp32", "int8", "bf16", "fp16")
_HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_LEVELS = 255


class Int8Linear(nn.Module):
    """A linear layer with int8 weights and activations that are made uint8 on the way; it cannot be trained."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        self.scale = (weight.abs().amax(dim=1) / 127).clamp(min=1e-12)
        self.zero = torch.zeros(len(weight), dtype=torch.int32)
        self.packed = torch.ops.onednn.qlinear_prepack((weight / self.scale[:, None]).round().to(torch.int8), None)
        self.bias = None if linear.bias is None else linear.bias.detach().float()

    def forward(self, x: Tensor) -> Tensor:
        """Features [..., I] -> [..., O], float32 both."""
        small, scale, zero = quantise(x)
        return torch.ops.onednn.qlinear_pointwise(
            small, scale, zero, self.packed, self.scale, self.zero, self.bias, 1.0, 0, torch.float32, "none", [], ""
        )


def quantise(x: Tensor) -> tuple[Tensor, float, int]:
    """Return x as uint8 with the scale and the zero point that bring it back; zero stays exactly zero."""
    low, high = (bound.item() for bound in torch.aminmax(x))
    low, high = min(low, 0.0), max(high, 0.0)
    scale = max((high - low) / _LEVELS, 1e-12)
    zero = round(-low / scale)
    return torch.clamp(torch.round(x / scale).add_(zero), 0, _LEVELS).to(torch.uint8), scale, zero


def use_precision(model: DiT, precision: str) -> DiT:
    """Make the layers of a network compute in `precision`, for good, and return it.

    Raises `BundleError` for a name that is none, and for one that this device cannot compute with.
    """
    if precision not in PRECISIONS:
        hint = did_you_mean(precision, PRECISIONS)
        raise BundleError(f'no precision "{precision}" among {", ".join(PRECISIONS)}{hint}')
    if precision == "int8":
        _check_int8(model)
        for layer in model.transformer.stack():
            replace_linears(layer)
    elif precision in _HALVES:
        model.to(_HALVES[precision])
    return model


def _check_int8(model: DiT) -> None:
    if model.preprocess_conv.weight.device.type != "cpu":
        raise BundleError("int8 is for the processor; on a GPU use fp16")
    if not torch.backends.mkldnn.is_available():
        raise BundleError("int8 needs a torch that was built with oneDNN; use fp32")


def replace_linears(module: nn.Module) -> None:
    """Make every linear layer below a module an int8 one."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Int8Linear(child))
        else:
            replace_linears(child)
