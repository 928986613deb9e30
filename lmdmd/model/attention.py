"""Self- and cross-attention, and the masks of LMDM.

A layer does not know whether it runs whole, fills a cache or reads one: it hands its keys and values to an
`Attend` and gets the attended values back.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmdmd.model.config import ModelConfig
from lmdmd.model.layers import Rope, rotate

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]  # (layer, q, k, v) [B, H, T, D] -> [B, H, T, D]
KeyValue = tuple[Tensor, Tensor]


def enc_dec_mask(context: int, total: int) -> Tensor:
    """Return [total, total], true where a query may look: context sees context, the rest sees all (LMDM 1.5)."""
    place = torch.arange(total)
    return (place[None, :] < context) | (place[:, None] >= context)


def block_causal_mask(context: int, total: int, block: int, window: int) -> Tensor:
    """Return [total, total], true where a query may look: its own block and the `window` latents before it (LMDM 1.5).

    Blocks are counted from where the target begins, both ways; the target and its token are one block.
    """
    index = ((torch.arange(total) - context) // block).clamp(max=0)
    behind = index[:, None] - index[None, :]
    return (behind >= 0) & (behind <= window // block)


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return softmax attention [B, H, T, D] in the numbers of the keys; with a `mask`, to keys where it is true."""
    q = q.to(k.dtype)
    if mask is None and q.device.type == "cpu" and (q.requires_grad or q.dtype == torch.bfloat16):
        return _two_products(q, k, v)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def _two_products(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attend without the fused kernel, whose backward takes three times as long on a CPU, in bfloat16 ten.

    In bfloat16 its forward takes twice as long too. Keys that lie apart are gathered here, as they are: the product
    would gather them transposed, which takes four times as long.
    """
    scaled, keys, values = (part.flatten(0, 1) for part in (q * q.shape[-1] ** -0.5, k.contiguous(), v.contiguous()))
    shares = torch.softmax(torch.bmm(scaled, keys.mT), dim=-1)
    return torch.bmm(shares, values).unflatten(0, q.shape[:2])


def _split_heads(x: Tensor, heads: int) -> Tensor:
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)  # [B, T, H * D] -> [B, H, T, D]


def _merge_heads(x: Tensor, dtype: torch.dtype) -> Tensor:
    return x.transpose(1, 2).to(dtype, memory_format=torch.contiguous_format).flatten(2)


class SelfAttention(nn.Module):
    """Attention with LayerNorm on queries and keys and partial RoPE; keys leave it normed and rotated."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.dtype: torch.dtype | None = None
        self.to_qkv = nn.Linear(config.dim, 3 * config.dim, bias=False)
        self.to_out = nn.Linear(config.dim, config.dim, bias=False)
        self.q_norm = nn.LayerNorm(config.head_dim, eps=1e-6)
        self.k_norm = nn.LayerNorm(config.head_dim, eps=1e-6)

    def forward(self, layer: int, x: Tensor, rope: Rope, attend: Attend) -> Tensor:
        q, k, v = self._project(x, rope)
        return self.to_out(_merge_heads(attend(layer, q, k, v), x.dtype))

    def key_value(self, x: Tensor, rope: Rope) -> KeyValue:
        """Return only keys and values [B, H, T, D] of x [B, T, D]."""
        return self._project(x, rope)[1:]

    def _project(self, x: Tensor, rope: Rope) -> tuple[Tensor, Tensor, Tensor]:
        """Return queries, keys and values [B, H, T, D]; queries and keys go one way together, in half the calls."""
        qkv = self.to_qkv(x)
        width = qkv.shape[-1] // 3
        both = F.layer_norm(
            qkv[..., : 2 * width].unflatten(-1, (2, self.heads, -1)), self.q_norm.normalized_shape, eps=1e-6
        )
        weight = torch.stack([self.q_norm.weight, self.k_norm.weight])[:, None]
        bias = torch.stack([self.q_norm.bias, self.k_norm.bias])[:, None]
        both = torch.addcmul(bias, both, weight).flatten(2, 3).transpose(1, 2)
        q, k = rotate(both, rope).chunk(2, dim=1)
        return q, k, _split_heads(qkv[..., 2 * width :], self.heads)


class CrossAttention(nn.Module):
    """Attention to the text tokens; no RoPE, and nothing is added when all tokens are zero."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.dtype: torch.dtype | None = None
        self.to_q = nn.Linear(config.dim, config.dim, bias=False)
        self.to_kv = nn.Linear(config.dim, 2 * config.dim, bias=False)
        self.to_out = nn.Linear(config.dim, config.dim, bias=False)
        self.q_norm = nn.LayerNorm(config.head_dim, eps=1e-6)
        self.k_norm = nn.LayerNorm(config.head_dim, eps=1e-6)

    def key_value(self, text: Tensor) -> KeyValue:
        """Return keys and values [B, H, L, D] of text tokens [B, L, D]."""
        k, v = (_split_heads(part, self.heads) for part in self.to_kv(text).chunk(2, dim=-1))
        return self.k_norm(k).to(self.dtype), v.to(self.dtype).contiguous()

    def forward(self, x: Tensor, text: KeyValue) -> Tensor:
        q = self.q_norm(_split_heads(self.to_q(x), self.heads))
        return self.to_out(_merge_heads(attention(q, *text), x.dtype))
