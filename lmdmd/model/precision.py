"""Numbers a network computes with: float32, halves, or int8 products where the processor gains from them.

On a processor only the layers of the transformer change, which are all but a percent of the work: their weights are
packed once in the order in which oneDNN or FBGEMM read them, and what passes between them stays float32. Int8 weights
have one scale an output channel, activations one scale a call, so nothing needs calibrating. A packed network cannot be
trained.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lmdmd.config import PRECISIONS
from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.attention import CrossAttention, SelfAttention
from lmdmd.model.dit import DiT
from lmdmd.model.processor import has_bf16, has_vnni

_HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}


class PackedLinear(nn.Module):
    """A linear layer for oneDNN, which reads its weight in blocks and so need not sort it anew for every call."""

    def __init__(self, linear: nn.Linear, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.dtype = dtype
        self.packed = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach().to(dtype))
        self.bias = None if linear.bias is None else linear.bias.detach().to(dtype)

    def forward(self, x: Tensor) -> Tensor:
        """Features [..., I] -> [..., O], both in the number format of `x`."""
        made = torch.ops.mkldnn._linear_pointwise(x.to(self.dtype), self.packed, self.bias, "none", [], "")
        return made.to(x.dtype)


class Int8Linear(nn.Module):
    """A linear layer with int8 weights, and activations that are made uint8 on the way."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = (weight.abs().amax(dim=1) / 127).clamp(min=1e-12).double()
        zero = torch.zeros(len(weight), dtype=torch.long)
        bias = None if linear.bias is None else linear.bias.detach().float()
        with warnings.catch_warnings():
            # Torch means to drop quantised tensors one day; no other call of it packs int8 for FBGEMM, whose calls
            # take half as long as oneDNN's at the width of a small model.
            warnings.simplefilter("ignore", UserWarning)
            small = torch.quantize_per_channel(weight, scale, zero, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(small, bias)
        # Without VNNI a sum of two products is held in 16 bits, where a full uint8 would overflow.
        self.narrow = not has_vnni()

    def forward(self, x: Tensor) -> Tensor:
        """Features [..., I] -> [..., O], float32 both."""
        return torch.ops.quantized.linear_dynamic(x, self.packed, self.narrow)


def use_precision(model: DiT, precision: str) -> DiT:
    """Make the layers of a network compute in `precision`, for good, and return it.

    Raises `BundleError` for a name that is none, and for one that this device cannot compute with.
    """
    known = (*PRECISIONS, "fp16")
    if precision not in known:
        raise BundleError(f'no precision "{precision}" among {", ".join(known)}{did_you_mean(precision, known)}')
    if model.preprocess_conv.weight.device.type != "cpu":
        return _use_on_gpu(model, precision)
    make = cpu_linear(precision)
    for layer in model.transformer.stack():
        replace_linears(layer, make)
    if precision != "fp32" and has_bf16():
        compare_in(model, torch.bfloat16)
    return model


def _use_on_gpu(model: DiT, precision: str) -> DiT:
    if precision == "int8":
        raise BundleError("int8 is for the processor; on a GPU use fp16")
    if precision in _HALVES:
        # Angles of positions and of noise levels want more digits than a half has.
        exact = [model.transformer.rotary_pos_emb.inv_freq.clone(), model.timestep_features.weight.detach().clone()]
        model.to(_HALVES[precision])
        model.transformer.rotary_pos_emb.inv_freq, model.timestep_features.weight.data = exact
        compare_in(model, _HALVES[precision])
    return model


def cpu_linear(precision: str) -> Callable[[nn.Linear], nn.Module]:
    """Return what makes a linear layer one of that precision; raises `BundleError` where the processor cannot."""
    packs = torch.backends.mkldnn.is_available()
    match precision:
        case "fp32":
            return PackedLinear if packs else lambda linear: linear
        case "int8" if torch.backends.quantized.engine != "none":
            return Int8Linear
        case "bf16" if packs and has_bf16():
            return lambda linear: PackedLinear(linear, torch.bfloat16)
        case "fp16":
            raise BundleError("fp16 is for a GPU; on a processor use int8, bf16 or fp32")
    raise BundleError(f"this processor, or this build of torch, does not compute in {precision}; use fp32")


def compare_in(model: DiT, dtype: torch.dtype) -> None:
    """Let queries and keys be compared, and values be mixed, in another number format."""
    for module in model.modules():
        if isinstance(module, SelfAttention | CrossAttention):
            module.dtype = dtype


def replace_linears(module: nn.Module, make: Callable[[nn.Linear], nn.Module]) -> None:
    """Make every linear layer below a module another one."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, make(child))
        else:
            replace_linears(child, make)
