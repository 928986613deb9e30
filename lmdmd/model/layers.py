"""The small parts of the diffusion transformer, named as in Stable Audio Open so weights map key by key."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FOURIER_FEATURES = 256
Rope = tuple[Tensor, Tensor]


class LayerNorm(nn.Module):
    """LayerNorm with a learned `gamma` and a fixed zero `beta`: zero stays zero."""

    beta: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))
        self.register_buffer("beta", torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.gamma, self.beta, 1e-5)


class GatedLinear(nn.Module):
    """SwiGLU input: the first half of `proj` is the value, the second half gates it."""

    def __init__(self, dim: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(dim, 2 * inner)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.silu(gate)


class FeedForward(nn.Module):
    """SwiGLU feed-forward; `ff.1` holds no weights and keeps the checkpoint's numbering."""

    def __init__(self, dim: int, inner: int) -> None:
        super().__init__()
        self.ff = nn.Sequential(GatedLinear(dim, inner), nn.Identity(), nn.Linear(inner, dim))

    def forward(self, x: Tensor) -> Tensor:
        return self.ff(x)


class FourierFeatures(nn.Module):
    """Noise level [B] -> [B, 256]: cosine and sine of 2 pi k W (LMDM 6.2)."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(FOURIER_FEATURES // 2, 1))

    def forward(self, level: Tensor) -> Tensor:
        phase = 2 * math.pi * level[:, None] @ self.weight.T
        return torch.cat([phase.cos(), phase.sin()], dim=-1)


class RotaryEmbedding(nn.Module):
    """RoPE over the first `dims` channels of a head; `inv_freq` is stored, a checkpoint's own value wins."""

    inv_freq: Tensor

    def __init__(self, dims: int, base: float) -> None:
        super().__init__()
        self.register_buffer("inv_freq", base ** -(torch.arange(0, dims, 2).float() / dims))

    def forward(self, positions: Tensor) -> Rope:
        """Positions [T] -> cosine and signed sine [T, dims], as `rotate` wants them."""
        # After hours of growing positions float32 would no longer tell neighbours apart.
        exact = torch.float32 if positions.device.type == "mps" else torch.float64
        angle = positions.to(exact)[:, None] * self.inv_freq.to(exact)
        cos, sin = angle.cos().to(self.inv_freq.dtype), angle.sin().to(self.inv_freq.dtype)
        return torch.cat([cos, cos], dim=-1), torch.cat([-sin, sin], dim=-1)


def rotate(x: Tensor, rope: Rope) -> Tensor:
    """Turn the first channels of x [B, H, T, D] by the angles of `rope`, pairing halves."""
    cos, sin = rope
    low, high, rest = x.tensor_split((cos.shape[-1] // 2, cos.shape[-1]), dim=-1)
    turned = torch.addcmul(x[..., : cos.shape[-1]] * cos, torch.cat([high, low], dim=-1), sin)
    return torch.cat([turned, rest], dim=-1)


def residual_conv(x: Tensor, weight: Tensor) -> Tensor:
    """Apply a 1x1 convolution's weight [C, C, 1] to tokens [B, T, C] and add the input."""
    return x + F.linear(x, weight.squeeze(-1))


def embed_mlp(features: int, dim: int, *, bias: bool) -> nn.Sequential:
    """Two linear layers around SiLU; without bias, zero in is zero out."""
    return nn.Sequential(nn.Linear(features, dim, bias=bias), nn.SiLU(), nn.Linear(dim, dim, bias=bias))
