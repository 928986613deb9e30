"""Layers of the Oobleck codec. Samples are [B, T, C] between them, which is how fast convolutions read and write.

A layer asks its `Surround` for the neighbours of its input, so one forward serves whole pieces and streams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as nn_f

KERNEL = 7
EDGE_REACH = KERNEL // 2
DILATIONS = (1, 3, 9)
UNITS_REACH = sum(DILATIONS) * EDGE_REACH
"""Samples that the three residual units of a block look to each side."""


class Surround(Protocol):
    """Where a layer finds the samples beside those it was given."""

    def widen(self, x: Tensor, reach: int) -> Tensor:
        """x [B, T, C] -> [B, T + 2 reach, C]."""
        ...

    def rise(self, x: Tensor, conv: Rise) -> Tensor:
        """x [B, T, C] through a transposed convolution -> [B, T * step, C']."""
        ...


class Packable(nn.Module):
    """A layer that can be given a faster way to its answer, for good; `packed` takes and returns what `plain` does."""

    packed: Callable[[Tensor], Tensor] | None = None

    def plain(self, x: Tensor) -> Tensor:
        """Compute with the layer's own parameters; x [B, T, C] -> [B, T', C']."""
        raise NotImplementedError

    def compute(self, x: Tensor) -> Tensor:
        """x [B, T, C] -> [B, T', C']."""
        return self.plain(x) if self.packed is None else self.packed(x)


class Snake(Packable):
    """x + sin^2(alpha x) / beta, both per channel and stored as logarithms; zero stays zero."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def rates(self) -> tuple[Tensor, Tensor]:
        """Return alpha and 1 / beta, [C] each."""
        return self.alpha.exp(), (self.beta.exp() + 1e-9).reciprocal()

    def plain(self, x: Tensor) -> Tensor:
        rate, inverse = self.rates()
        return torch.addcmul(x, inverse, (x * rate).sin().square())

    def forward(self, x: Tensor) -> Tensor:
        """x [B, T, C] -> [B, T, C]."""
        return self.compute(x)


class Convolution(Packable, nn.Conv1d):
    """Convolution of [B, T, C] that sees nothing but what it is given."""

    def kernel(self) -> Tensor:
        """Return the weight [C', C, taps]."""
        return self.weight

    def plain(self, x: Tensor) -> Tensor:
        return convolve(x, self.weight, self.bias, self.stride[0], int(self.padding[0]), self.dilation[0])

    def forward(self, x: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """x [B, T, C] -> [B, T', C']."""
        return self.compute(x)


def convolve(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Tensor:
    """x [B, T, C] with weight [C', C, taps] -> [B, T', C'].

    As a picture one sample high it is channels last as it lies, and that is the order of the fast kernels.
    """
    picture = x.transpose(1, 2).unsqueeze(2)
    y = nn_f.conv2d(picture, weight.unsqueeze(2), bias, (1, stride), (0, padding), (1, dilation))
    return y.squeeze(2).transpose(1, 2)


class Conv(Convolution):
    """Convolution that looks equally far to both sides."""

    def __init__(self, channels: int, width: int, kernel: int, *, bias: bool = True) -> None:
        super().__init__(channels, width, kernel, bias=bias)
        self.reach = kernel // 2

    def forward(self, x: Tensor, around: Surround) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """x [B, T, C] -> [B, T, C']."""
        return self.compute(around.widen(x, self.reach))


class Rise(Packable, nn.ConvTranspose1d):
    """Transposed convolution to `step` times the rate; each sample it makes sees two of its input.

    Packed, it is a convolution with two taps whose channels are the `step` samples it makes of each.
    """

    def __init__(self, channels: int, width: int, step: int) -> None:
        super().__init__(channels, width, 2 * step, step)
        self.step = step
        self.dilation = (1,)

    def kernel(self) -> Tensor:
        """Return the weight [step * C', C, 2]: what the sample before adds, and the sample itself."""
        now, later = self.weight.split(self.step, -1)
        return torch.stack([later, now], -1).permute(2, 1, 0, 3).flatten(0, 1)

    def wide_bias(self) -> Tensor:
        """Return the bias [step * C']."""
        assert self.bias is not None
        return self.bias.repeat(self.step)

    def plain(self, x: Tensor) -> Tensor:
        y = nn_f.conv_transpose1d(x.mT, self.weight, self.bias, self.step)
        return y[..., self.step : -self.step].mT

    def spread(self, x: Tensor) -> Tensor:
        """x [B, T + 1, C] -> [B, T * step, C'], what each two neighbours make."""
        y = self.compute(x)
        return y.reshape(len(y), -1, self.out_channels)

    def forward(self, x: Tensor, around: Surround) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """x [B, T, C] -> [B, T * step, C']."""
        return around.rise(x, self)


class ResidualUnit(nn.Module):
    """Snake, dilated convolution, Snake, pointwise convolution, and the input added."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.width, self.reach = width, EDGE_REACH * dilation
        spread = Convolution(width, width, KERNEL, dilation=dilation)
        self.layers = nn.Sequential(Snake(width), spread, Snake(width), Convolution(width, width, 1))

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """x [B, T, C] -> [B, T, C]."""
        seen = around.widen(x, self.reach)
        return self.layers(seen).add_(seen[:, self.reach : -self.reach])


class EncoderBlock(nn.Module):
    """Three residual units, then a convolution to 1 / `stride` of the rate."""

    def __init__(self, width: int, wider: int, stride: int) -> None:
        super().__init__()
        units = [ResidualUnit(width, dilation) for dilation in DILATIONS]
        fall = Convolution(width, wider, 2 * stride, stride, padding=stride // 2)
        self.layers = nn.Sequential(*units, Snake(width), fall)

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """x [B, T * stride, C] -> [B, T, C']."""
        *units, snake, fall = self.layers
        for unit in units:
            x = unit(x, around)
        return fall(snake(x))


class DecoderBlock(nn.Module):
    """A convolution to `stride` times the rate, then three residual units."""

    def __init__(self, wider: int, width: int, stride: int) -> None:
        super().__init__()
        self.growth = stride * width
        units = [ResidualUnit(width, dilation) for dilation in DILATIONS]
        self.layers = nn.Sequential(Snake(wider), Rise(wider, width, stride), *units)

    def forward(self, x: Tensor, around: Surround) -> Tensor:
        """x [B, T, C'] -> [B, T * stride, C]."""
        snake, rise, *units = self.layers
        x = rise(snake(x), around)
        for unit in units:
            x = unit(x, around)
        return x
