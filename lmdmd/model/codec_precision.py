"""Numbers a codec's decoder computes with: float32, or some convolutions in bfloat16 where the processor has it.

Weights are laid out once as oneDNN's kernels read them; without oneDNN, and on a GPU, layers stay as they are.

bf16 is for the convolutions of the residual units, nine tenths of the work: what they add is small beside what passes
them by. The few on the only path stay float32, and so do the samples between layers and what a stream remembers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from lmdmd.errors import BundleError, did_you_mean
from lmdmd.model.audio_codec import AudioCodec
from lmdmd.model.oobleck import Oobleck
from lmdmd.model.oobleck_layers import Conv, Convolution, Rise, Snake
from lmdmd.model.processor import has_bf16

CODEC_PRECISIONS = ("fp32", "bf16")
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
_TYPICAL_SAMPLES = 512
AnyCodec = TypeVar("AnyCodec", bound=AudioCodec)


def use_codec_precision(codec: AnyCodec, precision: str) -> AnyCodec:
    """Make a codec's decoder compute in `precision`, for good, and return it; it gives its convolutions' weights up.

    Only an `Oobleck` is heavy enough to have a choice. Raises `BundleError` for a name that is none, and for one that
    this device or this codec cannot compute with.
    """
    if precision not in CODEC_PRECISIONS:
        hint = did_you_mean(precision, CODEC_PRECISIONS)
        raise BundleError(f'no codec precision "{precision}" among {", ".join(CODEC_PRECISIONS)}{hint}')
    if precision == "bf16" and not knows_bf16(codec):
        raise BundleError("bf16 is for the decoder of Oobleck on a processor that has it; use fp32")
    if isinstance(codec, Oobleck) and _has_kernels(codec):
        pack_decoder(codec, _DTYPES[precision])
    return codec


def knows_bf16(codec: AudioCodec) -> bool:
    """Whether a codec's decoder could compute in bf16 here."""
    return isinstance(codec, Oobleck) and _has_kernels(codec) and has_bf16()


def _has_kernels(codec: Oobleck) -> bool:
    like = next(codec.parameters())
    return torch.backends.mkldnn.is_available() and like.device.type == "cpu" and like.dtype == torch.float32


def pack_decoder(codec: Oobleck, dtype: torch.dtype) -> None:
    """Give every layer of the decoder its fast way; `dtype` is that of the residual units' convolutions."""
    for layer in codec.decoder.modules():
        if isinstance(layer, Snake):
            layer.packed = PackedSnake(layer)
        elif isinstance(layer, Convolution | Rise) and layer.packed is None:
            layer.packed = pack_convolution(layer, torch.float32 if isinstance(layer, Conv | Rise) else dtype)
            layer.weight = layer.bias = None  # pyright: ignore[reportAttributeAccessIssue]


def pack_convolution(layer: Convolution | Rise, dtype: torch.dtype) -> Callable[[Tensor], Tensor]:
    """Return the fast way of one layer."""
    weight = layer.kernel().detach().to(dtype)
    bias = layer.wide_bias() if isinstance(layer, Rise) else layer.bias
    bias = None if bias is None else bias.detach().to(dtype)
    if weight.shape[-1] == 1:
        return PackedProduct(weight[..., 0], bias)
    return PackedConvolution(weight, bias, layer.dilation[0])


class PackedConvolution:
    """A convolution whose weights lie as its kernel reads them; float32 in and out."""

    def __init__(self, weight: Tensor, bias: Tensor | None, dilation: int) -> None:
        self.dtype, self.bias = weight.dtype, bias
        self.shape = ([0, 0], [1, 1], [1, dilation], 1)
        typical = [1, weight.shape[1], 1, _TYPICAL_SAMPLES]
        self.weight = torch.ops.mkldnn._reorder_convolution_weight(weight.unsqueeze(2), *self.shape, typical)

    def __call__(self, x: Tensor) -> Tensor:
        """x [B, T, C] -> [B, T', C']."""
        picture = x.to(self.dtype).transpose(1, 2).unsqueeze(2)
        y = torch.ops.mkldnn._convolution_pointwise(picture, self.weight, self.bias, *self.shape, "none", [], "")
        return y.squeeze(2).transpose(1, 2).float()


class PackedProduct:
    """The same for a convolution of one tap.

    As a convolution its best order of weights depends on the samples, and a wrong guess costs fifty times its work.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self.dtype, self.bias = weight.dtype, bias
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), _TYPICAL_SAMPLES)

    def __call__(self, x: Tensor) -> Tensor:
        """x [B, T, C] -> [B, T, C']."""
        return torch.ops.mkldnn._linear_pointwise(x.to(self.dtype), self.weight, self.bias, "none", [], "").float()


class PackedSnake:
    """Snake by a polynomial: sin^2 has a period of pi, and on one period six terms in the square give all of float32.

    Its ten passes over numbers in the cache take two thirds of the time of a library's sine.
    """

    # Least squares over one period: sin^2(pi r) = s (c0 + c1 s + ... + c5 s^5), s = r^2, |r| <= 1/2.
    TERMS = (9.86960286, -32.4695783, 42.7253387, -30.085608, 12.9895358, -3.27138905)

    def __init__(self, layer: Snake) -> None:
        rate, inverse = (value.detach() for value in layer.rates())
        self.turns = rate / math.pi
        self.terms = [term * inverse for term in self.TERMS]

    def __call__(self, x: Tensor) -> Tensor:
        """x [B, T, C] -> [B, T, C]."""
        square = x * self.turns
        y = torch.round(square)
        square.sub_(y).square_()
        *rest, last, top = self.terms
        torch.addcmul(last, square, top, out=y)
        for term in reversed(rest):
            torch.addcmul(term, y, square, out=y)
        return torch.addcmul(x, y, square, out=y)
