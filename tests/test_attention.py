"""Masks, caches and positions of the attention layers."""

from __future__ import annotations

import torch

from lmdmd.model.attention import block_causal_mask, enc_dec_mask
from lmdmd.model.caches import ContextCache, GraphCache
from lmdmd.model.config import PRESETS
from lmdmd.model.layers import RotaryEmbedding, rotate

TINY = PRESETS["tiny"]


def test_mask_lets_context_see_only_context() -> None:
    mask = enc_dec_mask(3, 5)
    assert mask[:3, :3].all() and not mask[:3, 3:].any() and mask[3:].all()


def test_block_causal_mask_lets_a_block_see_itself_and_the_window_before_it() -> None:
    mask = block_causal_mask(6, 9, block=2, window=4)
    rows = ["".join("x" if seen else "." for seen in row) for row in mask.tolist()]
    assert rows == ["xx.......", "xx.......", "xxxx.....", "xxxx.....", *["xxxxxx..."] * 2, *["..xxxxxxx"] * 3]
    assert block_causal_mask(5, 8, block=2, window=4)[0].tolist() == [True] + [False] * 7  # a partial oldest block


def test_turning_a_key_back_is_rotating_it_at_the_new_place() -> None:
    torch.manual_seed(0)
    rope, k = RotaryEmbedding(8, 10_000.0), torch.randn(1, 2, 5, 16)
    places = torch.arange(20, 25)
    turned = rotate(rotate(k, rope(places)), rope(torch.full((5,), -10)))
    torch.testing.assert_close(turned, rotate(k, rope(places - 10)))


def test_positions_stay_exact_after_days() -> None:
    rope, day = RotaryEmbedding(8, 10_000.0), 24 * 3600 * 22
    q, k = torch.randn(1, 1, 1, 16), torch.randn(1, 1, 1, 16)
    scores = [
        (rotate(q, rope(torch.tensor([at + 7]))) * rotate(k, rope(torch.tensor([at])))).sum() for at in (0, 30 * day)
    ]
    torch.testing.assert_close(*scores, atol=1e-4, rtol=1e-4)


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
