"""Numbers to compute with: each gives the block that fp32 gives, within what it can tell apart."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import torch

from lmdmd.bench.cache import make_condition, make_model, make_player, view
from lmdmd.errors import BundleError
from lmdmd.model import precision
from lmdmd.model.config import ATTENTIONS, PRESETS
from lmdmd.model.dit import DiT
from lmdmd.model.precision import Int8Linear, PackedLinear, use_precision
from lmdmd.model.stream import StreamState, rollout_block

pytestmark = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="this torch has no oneDNN")

BOUNDS = {"fp32": 1e-5, "bf16": 2e-2, "int8": 6e-2}


@pytest.fixture(scope="module")
def plain() -> DiT:
    torch.set_num_threads(1)
    return make_model(PRESETS["tiny"].model)


def changed(model: DiT, name: str) -> DiT:
    if name == "bf16" and not precision.has_bf16():
        pytest.skip("this processor has no bf16")
    return use_precision(copy.deepcopy(model), name)


def blocks(model: DiT, attention: str, count: int = 3) -> torch.Tensor:
    torch.manual_seed(1)
    play = make_player(view(model, attention, 12, 4), make_condition(model.config), steps=3)
    with torch.inference_mode():
        return torch.cat([play() for _ in range(count)], dim=-1)


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("name", BOUNDS)
def test_a_stream_stays_near_the_plain_one(plain: DiT, name: str, attention: str) -> None:
    exact, found = blocks(plain, attention), blocks(changed(plain, name), attention)
    error = float((found - exact).norm() / exact.norm())
    assert error < BOUNDS[name]
    assert (error > 1e-5) == (name != "fp32")


@pytest.mark.parametrize("guidance", [{"guidance": 3.0}, {"plus": 0.7}])
@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("name", ["bf16", "int8"])
def test_guided_streams_side_by_side_stay_near_too(plain: DiT, name: str, attention: str, guidance: dict) -> None:
    def play(model: DiT) -> torch.Tensor:
        model = view(model, attention, 12, 4)
        state = StreamState.init(model, batch=2)
        torch.manual_seed(1)
        cond = make_condition(model.config)
        cond = replace(cond, pooled=torch.cat([cond.pooled, -cond.pooled]), tokens=None)
        with torch.inference_mode():
            return torch.cat([rollout_block(model, state, cond, steps=3, **guidance) for _ in range(4)], dim=-1)

    exact, found = play(plain), play(changed(plain, name))
    assert 1e-5 < float((found - exact).norm() / exact.norm()) < 2 * BOUNDS[name]


@pytest.mark.parametrize("rows", [1, 11, 49])
@pytest.mark.parametrize("bias", [True, False])
def test_a_packed_layer_is_the_layer(rows: int, bias: bool) -> None:
    torch.manual_seed(0)
    linear, x = torch.nn.Linear(48, 80, bias=bias), torch.randn(2, rows, 48)
    with torch.inference_mode():
        exact = linear(x)
        torch.testing.assert_close(PackedLinear(linear)(x), exact, atol=1e-5, rtol=1e-5)
        assert (Int8Linear(linear)(x) - exact).norm() < 0.02 * exact.norm()


def test_int8_keeps_its_answer_to_silence() -> None:
    linear = torch.nn.Linear(8, 8, bias=False)
    with torch.inference_mode():
        assert not Int8Linear(linear)(torch.zeros(1, 3, 8)).any()


def test_keys_are_kept_in_the_numbers_they_are_compared_in(plain: DiT) -> None:
    model = changed(plain, "bf16")
    assert model.keys_like().dtype == torch.bfloat16
    state = StreamState.init(view(model, "block-causal", 12, 4))
    assert state.save()["kv"].dtype == torch.bfloat16
    assert state.latents.dtype == torch.float32


@pytest.mark.parametrize(
    ("name", "says"),
    [("int9", 'no precision "int9" among fp32, int8, bf16, fp16; did you mean "int8"?'), ("fp16", "fp16 is for a GPU")],
)
def test_what_cannot_be_computed_with_is_refused(plain: DiT, name: str, says: str) -> None:
    with pytest.raises(BundleError, match=says.replace("?", r"\?")):
        use_precision(copy.deepcopy(plain), name)


def test_a_processor_without_it_says_what_to_use(plain: DiT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "has_bf16", lambda: False)
    with pytest.raises(BundleError, match="does not compute in bf16; use fp32"):
        use_precision(copy.deepcopy(plain), "bf16")


def test_without_onednn_fp32_stays_as_it_is(plain: DiT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    model = use_precision(copy.deepcopy(plain), "fp32")
    assert not any(isinstance(module, PackedLinear) for module in model.modules())


def test_halves_of_a_gpu_keep_the_angles_exact(plain: DiT) -> None:
    model = precision._use_on_gpu(copy.deepcopy(plain), "bf16")
    assert model.transformer.rotary_pos_emb.inv_freq.dtype == torch.float32
    assert model.timestep_features.weight.dtype == torch.float32
    assert model.transformer.project_in.weight.dtype == torch.bfloat16
    state = StreamState.init(view(model, "enc-dec", 12, 4))
    cond = make_condition(model.config)
    cond = type(cond)(cond.pooled.bfloat16(), None if cond.tokens is None else cond.tokens.bfloat16())
    with torch.inference_mode():
        block = rollout_block(view(model, "enc-dec", 12, 4), state, cond, steps=2)
    assert block.dtype == torch.bfloat16 and block.isfinite().all()
