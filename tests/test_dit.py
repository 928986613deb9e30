"""The network: one cached and one uncached way through it, the router, and what nothing contributes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from lmdmd.errors import BundleError
from lmdmd.model.caches import ContextCache, GraphCache
from lmdmd.model.config import PRESETS, Geometry, ModelConfig, find_preset
from lmdmd.model.dit import Condition, Context, DiT

TINY = PRESETS["tiny"]
GROUPS = {"inpaint": 65, "beat": 5}


def make_model(geometry: Geometry = TINY.geometry, **changes: object) -> DiT:
    """A tiny model in which no weight is zero, so that nothing passes by accident."""
    torch.manual_seed(1)
    model = DiT(geometry, replace(TINY.model, **changes)).eval()
    for weight in model.parameters():
        if weight.abs().max() == 0:
            torch.nn.init.normal_(weight, std=0.2)
    return model


def make_context(length: int, batch: int = 2) -> Context:
    return Context(torch.randn(batch, 64, length), torch.ones(batch, 1, length))


def make_condition(batch: int = 2, **controls: Tensor) -> Condition:
    return Condition(torch.nn.functional.normalize(torch.randn(batch, 128), dim=-1), controls=controls)


def make_cache(model: DiT, batch: int = 2) -> ContextCache:
    return ContextCache(model.config, model.geometry.window, batch, like=torch.zeros(1))


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
@pytest.mark.parametrize("text_in_context", [True, False])
@pytest.mark.parametrize(("context", "block"), [(12, 4), (5, 4), (0, 4), (4, 12), (12, 1)])
@torch.inference_mode()
def test_cached_is_uncached(attention: str, text_in_context: bool, context: int, block: int) -> None:
    model = make_model(attention=attention, text_in_context=text_in_context)
    before, cond = make_context(context), make_condition()
    x, level = torch.randn(2, 64, block), torch.tensor([0.3, 0.9])
    whole = model(x, level, cond, before)
    prepared = model.prepare(cond)
    for store in (make_cache(model), GraphCache()):
        model.encode_context(before, prepared, store)
        torch.testing.assert_close(model.denoise(x, level, prepared, store), whole, atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_one_cache_serves_every_prompt_where_context_reads_none() -> None:
    model, before = make_model(), make_context(12)
    caches = []
    for _ in range(2):
        cache = make_cache(model)
        model.encode_context(before, model.prepare(make_condition()), cache)
        caches.append(cache.kv)
    assert torch.equal(*caches)


@torch.inference_mode()
def test_context_reads_the_prompt_where_the_paper_says_so() -> None:
    model, before = make_model(text_in_context=True), make_context(12)
    caches = []
    for _ in range(2):
        cache = make_cache(model)
        model.encode_context(before, model.prepare(make_condition()), cache)
        caches.append(cache.kv)
    assert not torch.allclose(*caches)


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
@torch.inference_mode()
def test_context_does_not_move_with_level_noise_or_token(attention: str) -> None:
    model, before, cond = make_model(attention=attention), make_context(12), make_condition()
    seen: list[list[Tensor]] = []
    hooks = [
        layer.register_forward_hook(lambda *_: seen[-1].append(_[2][:, :12])) for layer in model.transformer.layers
    ]
    for level in (0.1, 0.9):
        seen.append([])
        model(torch.randn(2, 64, 4), torch.full((2,), level), cond, before)
    for hook in hooks:
        hook.remove()
    assert len(seen[0]) == TINY.model.depth
    for one, other in zip(*seen, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-5)


@torch.inference_mode()
def test_target_moves_with_level_prompt_and_context() -> None:
    model, before, cond = make_model(), make_context(12), make_condition()
    x, level = torch.randn(2, 64, 4), torch.full((2,), 0.5)
    out = model(x, level, cond, before)
    assert not torch.allclose(out, model(x, level + 0.3, cond, before))
    assert not torch.allclose(out, model(x, level, cond.null(), before))
    assert not torch.allclose(out, model(x, level, cond, Context(before.latents.flip(-1), before.known)))


@torch.inference_mode()
def test_router_gives_exactly_nothing_for_an_absent_group() -> None:
    model = make_model(groups=GROUPS)
    nothing = Context(torch.zeros(2, 64, 6), torch.zeros(2, 1, 6))
    assert torch.equal(model._embed_context(nothing), torch.zeros(2, 6, TINY.model.dim))
    x, level, before, cond = torch.randn(2, 64, 4), torch.full((2,), 0.5), make_context(6), make_condition()
    absent = replace(cond, controls={"beat": torch.zeros(2, 5, 4)})
    present = replace(cond, controls={"beat": torch.ones(2, 5, 4)})
    assert torch.equal(model(x, level, absent, before), model(x, level, cond, before))
    assert not torch.allclose(model(x, level, present, before), model(x, level, cond, before))


@torch.inference_mode()
def test_null_prompt_adds_exactly_nothing() -> None:
    model, cond = make_model(), make_condition()
    prepared = model.prepare(cond.null())
    assert torch.equal(prepared.token, torch.zeros_like(prepared.token))
    layer, x = model.transformer.stack()[0], torch.randn(2, 5, TINY.model.dim)
    assert torch.equal(layer.read_text(x, prepared.text[0], 0), x)


@torch.inference_mode()
def test_guidance_pair_keeps_controls_and_nulls_the_rest() -> None:
    cond = replace(make_condition(1, beat=torch.randn(1, 5, 4)), tokens=torch.randn(1, 3, 16))
    pair = cond.with_null()
    assert pair.tokens is not None and cond.tokens is not None
    assert torch.equal(pair.pooled[:1], cond.pooled) and not pair.pooled[1:].any()
    assert torch.equal(pair.tokens[:1], cond.tokens) and not pair.tokens[1:].any()
    assert torch.equal(pair.controls["beat"][0], pair.controls["beat"][1])


@torch.inference_mode()
def test_unknown_control_is_named() -> None:
    model = make_model(groups=GROUPS)
    with pytest.raises(BundleError, match=r'"beats".*did you mean "beat"'):
        model(torch.randn(1, 64, 4), torch.ones(1), make_condition(1, beats=torch.ones(1, 5, 4)), make_context(4, 1))


def test_bundle_without_tokens_or_expansion_is_refused() -> None:
    model = make_model(prompt_tokens=0)
    with pytest.raises(BundleError, match="tokens"):
        model.prepare(make_condition())


def test_names_and_shapes_are_those_of_stable_audio_open_small() -> None:
    preset = find_preset("sao-small")
    with torch.device("meta"):
        shapes = {name: tuple(value.shape) for name, value in DiT(preset.geometry, preset.model).state_dict().items()}
    layer = "transformer.layers.15."
    expected = {
        "timestep_features.weight": (128, 1),
        "to_timestep_embed.0.weight": (1024, 256),
        "to_timestep_embed.2.bias": (1024,),
        "to_cond_embed.0.weight": (1024, 768),
        "to_global_embed.2.weight": (1024, 1024),
        "preprocess_conv.weight": (64, 64, 1),
        "transformer.project_in.weight": (1024, 64),
        "transformer.rotary_pos_emb.inv_freq": (32,),
        layer + "pre_norm.gamma": (1024,),
        layer + "cross_attend_norm.beta": (1024,),
        layer + "self_attn.to_qkv.weight": (3072, 1024),
        layer + "self_attn.q_norm.bias": (128,),
        layer + "cross_attn.to_kv.weight": (2048, 1024),
        layer + "ff.ff.0.proj.weight": (8192, 1024),
        layer + "ff.ff.2.bias": (1024,),
        "to_input_add_embed.weight": (1024, 65),
    }
    assert expected.items() <= shapes.items()
    weights = sum(torch.Size(shape).numel() for name, shape in shapes.items() if "beta" not in name)
    assert 340e6 < weights < 342e6


def test_config_travels_as_a_dict_and_names_bad_keys() -> None:
    config = TINY.model
    assert ModelConfig.from_dict(config.to_dict()) == config
    assert Geometry.from_dict(TINY.geometry.to_dict()) == TINY.geometry
    with pytest.raises(BundleError, match=r'"dept".*did you mean "depth"'):
        ModelConfig.from_dict({**config.to_dict(), "dept": 3})
    with pytest.raises(BundleError, match="missing block"):
        Geometry.from_dict({"sample_rate": 44100, "latent_frames": 2048, "context": 3})
    with pytest.raises(BundleError, match="enc-dec"):
        replace(config, attention="enc-dek")
    with pytest.raises(BundleError, match="pocket"):
        find_preset("poket")
