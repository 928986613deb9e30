"""Self- and cross-attention, the masks of LMDM, and where a context's keys and values are kept.

A layer does not know whether it runs whole, fills a cache or reads one: it hands its keys and values to an
`Attend` and gets the attended values back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmdmd.model.config import ModelConfig
from lmdmd.model.layers import rotate

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]  # (layer, q, k, v) [B, H, T, D] -> [B, H, T, D]
Rope = tuple[Tensor, Tensor]
KeyValue = tuple[Tensor, Tensor]


def enc_dec_mask(context: int, total: int) -> Tensor:
    """Return [total, total], true where a query may look: context sees context, the rest sees all (LMDM 1.5)."""
    place = torch.arange(total)
    return (place[None, :] < context) | (place[:, None] >= context)


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Return softmax attention without a mask, all [B, H, T, D]."""
    if q.requires_grad and q.device.type == "cpu":
        # Two plain products: the fused kernel's backward takes three times as long on a CPU, in bfloat16 ten.
        return torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2), dim=-1) @ v
    return F.scaled_dot_product_attention(q, k, v)


class ContextStore(Protocol):
    """Where the context's keys and values live between `encode_context` and `denoise`."""

    length: int

    def begin(self, length: int) -> None:
        """Forget everything; `length` context frames follow."""
        ...

    def store(self, layer: int, k: Tensor, v: Tensor) -> None:
        """Keep a layer's context keys and values [B, H, length, D]."""
        ...

    def join(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        """Return the context's keys and values followed by the target's."""
        ...


class ContextCache:
    """Preallocated keys and values for playing: the target is written behind the context, nothing is copied.

    `kv`: [depth, 2, B, H, window + 1, D]; the last place is for the timestep token.
    """

    def __init__(self, config: ModelConfig, window: int, batch: int, *, like: Tensor) -> None:
        shape = (config.depth, 2, batch, config.heads, window + 1, config.head_dim)
        self.kv = torch.zeros(shape, dtype=like.dtype, device=like.device)
        self.length = 0

    def begin(self, length: int) -> None:
        self.length = length

    def store(self, layer: int, k: Tensor, v: Tensor) -> None:
        """Broadcasts over the batch, so that one context serves both branches of guidance."""
        slots = self.kv[layer, :, :, :, : self.length].unflatten(1, (-1, len(k)))
        slots[0] = k
        slots[1] = v

    def join(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        end = self.length + k.shape[2]
        keys, values = self.kv[layer, 0, : len(k), :, :end], self.kv[layer, 1, : len(k), :, :end]
        keys[:, :, self.length :] = k
        values[:, :, self.length :] = v
        return keys, values


class GraphCache:
    """Keys and values that stay in the autograd graph, each context shared by `repeats` noisy targets."""

    def __init__(self, repeats: int = 1) -> None:
        self.repeats = repeats
        self.length = 0
        self.kv: dict[int, KeyValue] = {}

    def begin(self, length: int) -> None:
        self.length = length
        self.kv.clear()

    def store(self, layer: int, k: Tensor, v: Tensor) -> None:
        self.kv[layer] = (k.repeat_interleave(self.repeats, 0), v.repeat_interleave(self.repeats, 0))

    def join(self, layer: int, k: Tensor, v: Tensor) -> KeyValue:
        if not self.length:
            return k, v
        context_k, context_v = self.kv[layer]
        return torch.cat([context_k, k], dim=2), torch.cat([context_v, v], dim=2)


def _split_heads(x: Tensor, heads: int) -> Tensor:
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)  # [B, T, H * D] -> [B, H, T, D]


def _merge_heads(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


class SelfAttention(nn.Module):
    """Attention with LayerNorm on queries and keys and partial RoPE; keys leave it normed and rotated."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.to_qkv = nn.Linear(config.dim, 3 * config.dim, bias=False)
        self.to_out = nn.Linear(config.dim, config.dim, bias=False)
        self.q_norm = nn.LayerNorm(config.head_dim, eps=1e-6)
        self.k_norm = nn.LayerNorm(config.head_dim, eps=1e-6)

    def forward(self, layer: int, x: Tensor, rope: Rope, attend: Attend) -> Tensor:
        q, k, v = (_split_heads(part, self.heads) for part in self.to_qkv(x).chunk(3, dim=-1))
        q, k = rotate(self.q_norm(q), rope), rotate(self.k_norm(k), rope)
        return self.to_out(_merge_heads(attend(layer, q, k, v)))

    def key_value(self, x: Tensor, rope: Rope) -> KeyValue:
        """Return only keys and values [B, H, T, D] of x [B, T, D]."""
        kv = F.linear(x, self.to_qkv.weight[x.shape[-1] :])
        k, v = (_split_heads(part, self.heads) for part in kv.chunk(2, dim=-1))
        return rotate(self.k_norm(k), rope), v


class CrossAttention(nn.Module):
    """Attention to the text tokens; no RoPE, and nothing is added when all tokens are zero."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.to_q = nn.Linear(config.dim, config.dim, bias=False)
        self.to_kv = nn.Linear(config.dim, 2 * config.dim, bias=False)
        self.to_out = nn.Linear(config.dim, config.dim, bias=False)
        self.q_norm = nn.LayerNorm(config.head_dim, eps=1e-6)
        self.k_norm = nn.LayerNorm(config.head_dim, eps=1e-6)

    def key_value(self, text: Tensor) -> KeyValue:
        """Return keys and values [B, H, L, D] of text tokens [B, L, D]."""
        k, v = (_split_heads(part, self.heads) for part in self.to_kv(text).chunk(2, dim=-1))
        return self.k_norm(k), v

    def forward(self, x: Tensor, text: KeyValue) -> Tensor:
        q = self.q_norm(_split_heads(self.to_q(x), self.heads))
        return self.to_out(_merge_heads(attention(q, *text)))
