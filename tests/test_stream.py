"""The rollout between blocks: continued, restored, rewound and rerun must all sound the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from test_dit import make_condition, make_model
from torch import Tensor

from lmdmd.errors import BundleError
from lmdmd.model.config import ATTENTIONS, PRESETS, Geometry
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.model.sampling import guided, logsnr_schedule, sample_euler, unguided
from lmdmd.model.stream import StreamState, rollout_block

GEOMETRY = PRESETS["tiny"].geometry
GEOMETRIES = (GEOMETRY, Geometry(context=192, block=48), Geometry(context=230, block=10))
PLAY: dict[str, Any] = {"steps": 3, "guidance": 2.0}


@pytest.fixture(autouse=True)
def inference() -> Iterator[None]:
    torch.set_num_threads(1)
    with torch.inference_mode():
        yield


def never(step: int) -> Tensor:
    raise AssertionError(f"this sampler has no use for noise at step {step}")


def play(model: DiT, state: StreamState, cond: Condition, blocks: int, **options: Any) -> Tensor:
    return torch.cat([rollout_block(model, state, cond, **{**PLAY, **options}) for _ in range(blocks)], dim=-1)


@pytest.mark.parametrize("text_in_context", [True, False])
@pytest.mark.parametrize("empty_context", ["absent", "zeros"])
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_rollout_is_the_uncached_model_over_many_blocks(
    text_in_context: bool, empty_context: str, geometry: Geometry
) -> None:
    model = make_model(geometry, text_in_context=text_in_context, empty_context=empty_context)
    cond, state = make_condition(1), StreamState.init(model, seed=5)
    history, levels = torch.zeros(1, 64, 0), logsnr_schedule(3, model.config.logsnr_start, model.config.logsnr_end)
    for _ in range(5):
        known = history[..., -geometry.context :]
        if empty_context == "zeros":
            known = torch.cat([torch.zeros(1, 64, geometry.context - known.shape[-1]), known], dim=-1)
        pair = Context(known.repeat(2, 1, 1), torch.ones(2, 1, known.shape[-1]))

        def uncached(x: Tensor, level: float, pair: Context = pair) -> Tensor:
            return model(x, torch.full((2,), level), cond.with_null(), pair)

        expected = sample_euler(guided(uncached, 2.0), state.noise(geometry.block, 0), levels, noise=never)
        block = rollout_block(model, state, cond, **PLAY)
        torch.testing.assert_close(block, expected, atol=1e-4, rtol=1e-4)
        history = torch.cat([history, block], dim=-1)
    assert state.known == min(geometry.context, 5 * geometry.block) and state.next_latent == 5 * geometry.block


@pytest.mark.parametrize("positions", ["fixed", "offset"])
@pytest.mark.parametrize("text_in_context", [True, False])
@pytest.mark.parametrize("empty_context", ["absent", "zeros"])
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_rolling_is_the_uncached_model_over_all_that_was_ever_played(
    positions: str, text_in_context: bool, empty_context: str, geometry: Geometry
) -> None:
    model = make_model(
        geometry,
        attention="block-causal",
        positions=positions,
        text_in_context=text_in_context,
        empty_context=empty_context,
    )
    cond, state, block = make_condition(1), StreamState.init(model, seed=5), geometry.block
    history = torch.zeros(1, 64, 0 if empty_context == "absent" else model.geometry.rolling)
    levels = logsnr_schedule(2, model.config.logsnr_start, model.config.logsnr_end)
    for _ in range(9 if block < 48 else 6):
        pair = Context(history.repeat(2, 1, 1), torch.ones(2, 1, history.shape[-1]))

        def uncached(x: Tensor, level: float, pair: Context = pair) -> Tensor:
            return model(x, torch.full((2,), level), cond.with_null(), pair)

        expected = sample_euler(guided(uncached, 2.0), state.noise(block, 0), levels, noise=never)
        made = rollout_block(model, state, cond, steps=2, guidance=2.0)
        torch.testing.assert_close(made, expected, atol=1e-4, rtol=1e-4)
        history = torch.cat([history, made], dim=-1)


@pytest.mark.parametrize("empty_context", ["absent", "zeros"])
def test_outpainting_noises_the_context_along_with_the_target(empty_context: str) -> None:
    model = make_model(attention="bidirectional", empty_context=empty_context)
    cond, state = make_condition(1), StreamState.init(model, seed=5)
    play(model, state, cond, 4)
    context, noise = state.context(12), state.noise(16, 0, first=4)

    def whole(x: Tensor, level: float) -> Tensor:
        noisy = torch.lerp(context.latents, noise[..., :12], level)
        return model(torch.cat([noisy, x], dim=-1), torch.tensor([level]), cond, context)

    levels = logsnr_schedule(3, model.config.logsnr_start, model.config.logsnr_end)
    expected = sample_euler(unguided(whole), noise[..., 12:], levels, noise=never)
    made = rollout_block(model, state, cond, steps=3)
    torch.testing.assert_close(made, expected, atol=1e-4, rtol=1e-4)
    assert made.shape == (1, 64, 4)


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("sampler", ["euler", "dpmpp", "pingpong"])
def test_saved_and_restored_continues_bit_exactly(sampler: str, attention: str, geometry: Geometry) -> None:
    model, cond = make_model(geometry, attention=attention), make_condition(1)
    state = StreamState.init(model, seed=3)
    play(model, state, cond, 2, sampler=sampler)
    saved = state.save()
    expected = play(model, state, cond, 3, sampler=sampler)
    other = StreamState.init(model, seed=99)
    play(model, other, cond, 4)
    for again in (state, other):
        again.load(saved)
        assert torch.equal(play(model, again, cond, 3, sampler=sampler), expected)


@pytest.mark.parametrize("positions", ["fixed", "offset"])
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
@pytest.mark.parametrize("attention", ATTENTIONS)
def test_rewound_is_never_having_gone_past(attention: str, positions: str, geometry: Geometry) -> None:
    model, cond = make_model(geometry, attention=attention, positions=positions), make_condition(1)
    state, other = (StreamState.init(model, seed=3, history=4 * geometry.block) for _ in range(2))
    latent = 7 * geometry.block
    play(model, state, cond, 9)
    play(model, other, cond, 7)
    assert state.rewind(latent) == latent
    play(model, state, make_condition(1), 1)
    assert state.rewind(latent) == latent
    assert torch.equal(play(model, state, cond, 6), play(model, other, cond, 6))


@pytest.mark.parametrize("positions", ["fixed", "offset"])
@pytest.mark.parametrize("attention", ATTENTIONS)
def test_rewound_into_a_block_is_having_made_a_shorter_one(attention: str, positions: str) -> None:
    model, cond = make_model(attention=attention, positions=positions), make_condition(1)
    state, other = StreamState.init(model, seed=3, history=16), StreamState.init(model, seed=3, history=16)
    made = play(model, state, cond, 6)
    play(model, other, cond, 4)
    shorter = rollout_block(model, other, cond, steps=3, block=2)
    other.latents[..., -2:] = made[..., 16:18]  # a shorter block samples other latents; what is kept are these
    assert shorter.shape[-1] == 2
    assert state.rewind(18) == 18
    assert torch.equal(play(model, state, cond, 3), play(model, other, cond, 3))
    assert state.rewind(17) == 17
    play(model, state, cond, 1)
    assert state.rewind(16) == other.rewind(16) == 16
    assert torch.equal(play(model, state, cond, 3), play(model, other, cond, 3))


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
def test_rewound_past_a_dropped_context_remembers_it_again(attention: str) -> None:
    model, cond = make_model(attention=attention), make_condition(1)
    state, other = StreamState.init(model, seed=3, history=16), StreamState.init(model, seed=3, history=16)
    for one in (state, other):
        play(model, one, cond, 6)
    state.drop_context(2)
    play(model, state, cond, 2)
    state.rewind(24)
    assert torch.equal(play(model, state, cond, 3), play(model, other, cond, 3))


def test_what_left_the_history_cannot_be_rewound() -> None:
    model, cond = make_model(), make_condition(1)
    state = StreamState.init(model, history=8)
    play(model, state, cond, 6)
    with pytest.raises(BundleError, match=r"latent 12: 16 \.\. 24"):
        state.rewind(12)
    assert state.next_latent == 24
    state.prefill(torch.randn(1, 64, 12))
    with pytest.raises(BundleError, match="can be taken back"):
        state.rewind(23)


def test_fixed_and_offset_positions_play_the_same() -> None:
    cond = make_condition(1)
    fixed, offset = (make_model(attention="block-causal", positions=p) for p in ("fixed", "offset"))
    one, other = StreamState.init(fixed, seed=3), StreamState.init(offset, seed=3)
    torch.testing.assert_close(play(fixed, one, cond, 12), play(offset, other, cond, 12), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("failing", ["denoise_fused", "denoise"])
def test_a_block_that_fails_leaves_the_rolling_context_as_it_was(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, cond = make_model(attention="block-causal"), make_condition(1)
    state, other = StreamState.init(model, seed=3), StreamState.init(model, seed=3)
    for one in (state, other):
        play(model, one, cond, 5)

    def fail(*_: object) -> Tensor:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(model, failing, fail)
        play(model, state, cond, 1)
    assert torch.equal(play(model, state, cond, 3), play(model, other, cond, 3))


@pytest.mark.parametrize("text_in_context", [True, False])
def test_guidance_may_come_and_go_while_the_context_rolls(text_in_context: bool) -> None:
    model = make_model(attention="block-causal", text_in_context=text_in_context)
    cond, state = make_condition(1), StreamState.init(model, seed=3)
    play(model, state, cond, 4, guidance=1.0)
    filled = StreamState.init(model, seed=3)
    filled.prefill(state.context(12).latents.clone(), state.next_latent)
    guided_on = play(model, state, cond, 1, guidance=2.0)
    # Where the context reads the prompt, the null branch never had one of its own, and it is encoded anew.
    assert torch.equal(guided_on, play(model, filled, cond, 1, guidance=2.0)) == text_in_context


def test_reset_is_fresh() -> None:
    model, cond = make_model(), make_condition(1)
    state = StreamState.init(model, seed=3)
    first = play(model, state, cond, 5)
    state.reset()
    assert torch.equal(play(model, state, cond, 5), first)
    state.reset(seed=4)
    fresh = StreamState.init(model, seed=4)
    assert torch.equal(play(model, state, cond, 2), play(model, fresh, cond, 2))


def test_guidance_of_one_is_the_prompted_branch_alone() -> None:
    model, cond = make_model(), make_condition(1)
    one, near = StreamState.init(model), StreamState.init(model)
    plain = play(model, one, cond, 2, guidance=1.0)
    torch.testing.assert_close(plain, play(model, near, cond, 2, guidance=1.0 + 1e-9), atol=1e-5, rtol=1e-5)
    one.reset()
    assert not torch.allclose(plain, play(model, one, cond, 2, guidance=3.0))


def test_plus_guidance_is_another_way_with_two_branches() -> None:
    model, cond = make_model(), make_condition(1)
    takes = {
        name: play(model, StreamState.init(model, seed=1), cond, 2, **options)
        for name, options in {"cfg": {}, "plus": {"plus": 0.7}, "null": {"plus": 0.0}}.items()
    }
    assert not torch.allclose(takes["cfg"], takes["plus"]) and not torch.allclose(takes["plus"], takes["null"])
    nothing = play(model, StreamState.init(model, seed=1), cond.null(), 2, guidance=1.0)
    torch.testing.assert_close(takes["null"], nothing, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("sampler", ["euler", "pingpong"])
def test_temperature_scales_all_noise(sampler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, cond = make_model(), make_condition(1)
    warm = play(model, StreamState.init(model, seed=1), cond, 2, sampler=sampler, temperature=1.5)
    assert not torch.allclose(warm, play(model, StreamState.init(model, seed=1), cond, 2, sampler=sampler))
    noise = StreamState.noise
    monkeypatch.setattr(StreamState, "noise", lambda state, count, step: 1.5 * noise(state, count, step))
    assert torch.equal(warm, play(model, StreamState.init(model, seed=1), cond, 2, sampler=sampler))


def test_batched_streams_are_their_single_streams() -> None:
    model, cond = make_model(), make_condition(2)
    both = play(model, StreamState.init(model, batch=2, seed=8), cond, 4)
    for b in range(2):
        single = play(model, StreamState.init(model, seed=8 + b), Condition(cond.pooled[b : b + 1]), 4)
        torch.testing.assert_close(both[b : b + 1], single, atol=1e-4, rtol=1e-4)


def test_prefill_keeps_the_newest_and_plays_like_having_played() -> None:
    model, cond = make_model(), make_condition(1)
    played = StreamState.init(model, seed=1)
    latents = play(model, played, cond, 6)
    filled = StreamState.init(model, seed=1)
    filled.prefill(latents, next_latent=played.next_latent)
    assert torch.equal(play(model, filled, cond, 2), play(model, played, cond, 2))


def test_short_prefill_is_only_partly_known() -> None:
    model = make_model()
    state = StreamState.init(model)
    play(model, state, make_condition(1), 4)
    state.prefill(torch.ones(1, 64, 3))
    assert state.known == 3
    assert torch.equal(state.context(12).latents, torch.ones(1, 64, 3))
    state.empty_context = "zeros"
    zeros = state.context(12)
    assert zeros.latents[..., :9].abs().max() == 0 and zeros.known.min() == 1 and zeros.length == 12


def test_dropped_context_is_forgotten() -> None:
    model, cond = make_model(), make_condition(1)
    state, other = StreamState.init(model), StreamState.init(model)
    state.prefill(torch.randn(1, 64, 12))
    other.prefill(torch.cat([torch.randn(1, 64, 9), state.latents[..., -3:]], dim=-1))
    for one in (state, other):
        one.drop_context(3)
    assert torch.equal(play(model, state, cond, 1), play(model, other, cond, 1))


def test_longer_blocks_see_less_context_and_fit_the_window() -> None:
    model, cond = make_model(), make_condition(1)
    state = StreamState.init(model)
    state.prefill(torch.randn(1, 64, 12))
    assert rollout_block(model, state, cond, block=11, **PLAY).shape == (1, 64, 11)
    assert state.reader.cache.length == 5
    assert state.next_latent == 11


def test_bad_requests_are_named() -> None:
    model, cond = make_model(), make_condition(1)
    state = StreamState.init(model)
    with pytest.raises(BundleError, match=r'"eular".*did you mean "euler"'):
        rollout_block(model, state, cond, sampler="eular", **PLAY)
    with pytest.raises(BundleError, match="window of 16"):
        rollout_block(model, state, cond, block=16, **PLAY)
    with pytest.raises(BundleError, match="does not fit"):
        state.load({"latents": torch.zeros(1)})


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("text_in_context", [True, False])
def test_reading_ahead_changes_nothing_that_is_made(attention: str, text_in_context: bool) -> None:
    model = make_model(GEOMETRY, attention=attention, text_in_context=text_in_context)
    one, other = make_condition(1), make_condition(1)
    plain, ahead = (StreamState.init(model, seed=4, history=8) for _ in range(2))
    for block in range(6):
        for state in (plain, ahead):
            if block == 4:
                state.drop_context(5)
            if block == 5:
                state.rewind(state.next_latent - 2)
            if state is ahead:
                state.read_ahead(5 if block == 3 else 100)
        cond, options = (other if block > 1 else one), {"guidance": 1.0 if block == 3 else 2.0}
        assert torch.equal(play(model, ahead, cond, 1, **options), play(model, plain, cond, 1, **options))


def test_what_was_read_ahead_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model, cond = make_model(GEOMETRY, attention="enc-dec"), make_condition(1)
    state, read = StreamState.init(model), []
    encode = model.encode_context
    monkeypatch.setattr(model, "encode_context", lambda *args: (read.append(args[0].length), encode(*args)))
    play(model, state, cond, 2)
    read.clear()
    state.read_ahead(100)
    assert len(read) == 1
    play(model, state, cond, 1)
    assert len(read) == 1
    play(model, state, cond, 1)
    assert len(read) == 2
    state.read_ahead(3)
    play(model, state, cond, 1)
    assert len(read) == 4, "more was seen than was read"
