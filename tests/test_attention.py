"""Masks, caches and positions of the attention layers."""

from __future__ import annotations

import torch

from lmdmd.model.attention import ContextCache, GraphCache, enc_dec_mask
from lmdmd.model.config import PRESETS
from lmdmd.model.layers import RotaryEmbedding, rotate

TINY = PRESETS["tiny"]


def test_mask_lets_context_see_only_context() -> None:
    mask = enc_dec_mask(3, 5)
    assert mask[:3, :3].all() and not mask[:3, 3:].any() and mask[3:].all()


def test_rope_depends_on_distance_only() -> None:
    torch.manual_seed(0)
    rope, q, k = RotaryEmbedding(8, 10_000.0), torch.randn(1, 1, 1, 16), torch.randn(1, 1, 1, 16)

    def score(at: int, to: int) -> torch.Tensor:
        return (rotate(q, rope(torch.tensor([at]))) * rotate(k, rope(torch.tensor([to])))).sum()

    torch.testing.assert_close(score(3, 10), score(103, 110))
    assert not torch.isclose(score(3, 10), score(3, 11))


def test_rope_leaves_the_rest_of_a_head_alone() -> None:
    rope, x = RotaryEmbedding(4, 100.0), torch.randn(1, 2, 5, 16)
    turned = rotate(x, rope(torch.arange(5)))
    assert torch.equal(turned[..., 4:], x[..., 4:])
    assert torch.equal(turned[:, :, 0], x[:, :, 0])


def test_preallocated_and_graph_caches_hold_the_same() -> None:
    torch.manual_seed(0)
    config = TINY.model
    like = torch.zeros(1)
    fixed, graph = ContextCache(config, TINY.geometry.window, 2, like=like), GraphCache(2)
    shape = (1, config.heads, 5, config.head_dim)
    for length in (5, 3):
        context = [(torch.randn(shape)[:, :, :length], torch.randn(shape)[:, :, :length]) for _ in range(2)]
        target = torch.randn(2, config.heads, 4, config.head_dim)
        for cache in (fixed, graph):
            cache.begin(length)
            for layer, (k, v) in enumerate(context):
                cache.store(layer, k, v)
        for layer in range(2):
            for ours, theirs in zip(fixed.join(layer, target, target), graph.join(layer, target, target), strict=True):
                assert torch.equal(ours, theirs)
                assert ours.shape[2] == length + 4


def test_cache_reaches_the_graph() -> None:
    graph, k = GraphCache(3), torch.randn(2, 1, 4, 8, requires_grad=True)
    graph.begin(4)
    graph.store(0, k, k)
    keys, _ = graph.join(0, torch.zeros(6, 1, 1, 8), torch.zeros(6, 1, 1, 8))
    keys.sum().backward()
    assert k.grad is not None and torch.equal(k.grad, torch.full_like(k, 3.0))
