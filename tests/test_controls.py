"""Conditions beyond text: absent is nothing at all, cached is uncached, and weights lean as the formula says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from test_dit import make_cache, make_condition, make_context, make_model
from torch import Tensor

from lmdmd.errors import BundleError, TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.caches import GraphCache
from lmdmd.model.config import ATTENTIONS, PRESETS, ModelConfig
from lmdmd.model.controls import FEATURES, cut, drop_absent, flag, make_groups
from lmdmd.model.dit import TEXT, Condition, Context, DiT
from lmdmd.model.readers import EncodedContext
from lmdmd.model.sampling import logsnr_schedule, sample_euler, unguided
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.testing import make_tiny_bundle
from lmdmd.train.losses import flow_loss
from lmdmd.train.start import read_start

LIVE = PRESETS["tiny-live"]
BLOCK, CONTEXT = LIVE.geometry.block, LIVE.geometry.context
PLAY: dict[str, Any] = {"steps": 2, "guidance": 2.0}
WEIGHTS = {"melody": 1.7, "stem": 0.5}


@pytest.fixture(autouse=True)
def inference() -> Iterator[None]:
    torch.set_num_threads(1)
    with torch.inference_mode():
        yield


def make_live(**changes: Any) -> DiT:
    return make_model(groups=LIVE.model.groups, **changes)


def make_controls(count: int, *names: str, batch: int = 1, seed: int = 0) -> dict[str, Tensor]:
    """Numbers of every group, some frames of each absent."""
    made = {}
    for name in names or FEATURES:
        generator = torch.Generator().manual_seed(100 * seed + list(FEATURES).index(name))
        present = (torch.rand(batch, 1, count, generator=generator) < 0.7).float()
        made[name] = flag(torch.randn(batch, FEATURES[name], count, generator=generator), present)
    return made


def ask(latent: int, cond: Condition, *names: str, seed: int = 0) -> Condition:
    """What the block that begins at a latent is asked to be: controls are a function of absolute latents."""
    whole = make_controls(64 * BLOCK, *names, seed=seed)
    return replace(cond, controls=cut(whole, latent, latent + BLOCK))


def play(model: DiT, state: StreamState, cond: Condition, blocks: int, *names: str, **options: Any) -> Tensor:
    asked = (ask(state.next_latent, cond, *names) for _ in range(blocks))
    return torch.cat([rollout_block(model, state, said, **{**PLAY, **options}) for said in asked], dim=-1)


# --- what a group is ---------------------------------------------------------------------------------------


def test_an_absent_frame_is_all_zeros() -> None:
    numbers, present = torch.randn(2, 4, 3), torch.tensor([[[1.0, 0.0, 1.0]]])
    group = flag(numbers, present)
    assert group.shape == (2, 5, 3) and not group[..., 1].any()
    assert torch.equal(group[:, 0], torch.tensor([[1.0, 0.0, 1.0]] * 2)) and torch.equal(
        group[:, 1:, 0], numbers[..., 0]
    )
    assert torch.equal(flag(numbers)[:, 1:], numbers) and flag(numbers)[:, 0].min() == 1
    assert list(drop_absent({"beat": group, "harmony": torch.zeros(2, 13, 3)})) == ["beat"]


def test_the_live_presets_have_every_group() -> None:
    groups = {"inpaint": 65, "stem": 65, "melody": 61, "loudness": 5, "beat": 5, "harmony": 13}
    assert PRESETS["pocket-live"].model.groups == LIVE.model.groups == groups
    assert PRESETS["pocket"].model.groups == make_groups() == {"inpaint": 65}


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({"inpaint": 65, "melodi": 61}, r'no group "melodi"; did you mean "melody"'),
        ({"inpaint": 65, "melody": 60}, "groups needs melody: 61, has 60"),
        ({"melody": 61}, "groups needs {'inpaint': 65}"),
    ],
)
def test_groups_that_are_none_are_named(groups: dict[str, int], words: str) -> None:
    with pytest.raises(BundleError, match=words):
        ModelConfig(**{**LIVE.model.to_dict(), "groups": groups})


# --- through the network -----------------------------------------------------------------------------------


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
@pytest.mark.parametrize("text_in_context", [True, False])
@pytest.mark.parametrize("context", [12, 5])
def test_cached_is_uncached_with_controls_on_both_sides(attention: str, text_in_context: bool, context: int) -> None:
    model = make_live(attention=attention, text_in_context=text_in_context)
    before = replace(make_context(context), controls=make_controls(context, batch=2, seed=1))
    cond = replace(make_condition(), controls=make_controls(BLOCK, batch=2, seed=2))
    x, level = torch.randn(2, 64, BLOCK), torch.tensor([0.3, 0.9])
    whole, prepared = model(x, level, cond, before), model.prepare(cond)
    for store in (make_cache(model), GraphCache()):
        model.encode_context(before, prepared, store)
        torch.testing.assert_close(model.denoise(x, level, prepared, store), whole, atol=1e-4, rtol=1e-4)
    for name in FEATURES:
        for other in ((cond.without(name), before), (cond, before.without(name))):
            assert not torch.allclose(model(x, level, *other), whole, atol=1e-3), name


def test_absent_is_zeros_is_not_there() -> None:
    model, before, cond = make_live(), make_context(CONTEXT), make_condition()
    nothing = {name: torch.zeros(2, 1 + size, CONTEXT) for name, size in FEATURES.items()}
    x, level = torch.randn(2, 64, BLOCK), torch.full((2,), 0.5)
    zeros = replace(cond, controls=cut(nothing, 0, BLOCK)), replace(before, controls=nothing)
    assert torch.equal(model(x, level, *zeros), model(x, level, cond, before))


def test_controls_reach_only_the_targets_of_a_bidirectional_network() -> None:
    model, cond = make_live(attention="bidirectional"), make_condition()
    before = make_context(CONTEXT)
    x, level = torch.randn(2, 64, CONTEXT + BLOCK), torch.full((2,), 0.5)
    asked = make_controls(BLOCK, "beat", batch=2)["beat"]
    late = torch.cat([torch.zeros(2, 5, CONTEXT), asked], dim=-1)
    given, padded = (model(x, level, replace(cond, controls={"beat": value}), before) for value in (asked, late))
    torch.testing.assert_close(given, padded)
    assert not torch.allclose(given, model(x, level, cond, before))


def test_a_branch_without_something_is_the_condition_without_it() -> None:
    model = make_live()
    cond = replace(make_condition(), controls=make_controls(BLOCK, batch=2))
    beside = cond.beside([TEXT, "beat"])
    for place, single in enumerate([cond, cond.null(), cond.without("beat")]):
        rows = slice(2 * place, 2 * place + 2)
        assert torch.equal(beside.pooled[rows], single.pooled)
        for name, control in beside.controls.items():
            expected = single.controls.get(name, torch.zeros_like(control[rows]))
            assert torch.equal(control[rows], expected)
    assert model.prepare(cond, [TEXT, "beat"]).without == (TEXT, "beat")


def test_the_loss_learns_from_controls_of_context_and_target() -> None:
    with torch.inference_mode(False):
        model = make_live()
        context = replace(make_context(CONTEXT), controls=make_controls(CONTEXT, "stem", batch=2))
        cond = replace(make_condition(), controls=make_controls(BLOCK, "harmony", batch=2))
        target = torch.randn(2, 64, BLOCK)
        flow_loss(model, context, target, cond, repeats=3, generator=torch.Generator().manual_seed(5)).backward()
        grad = model.to_input_add_embed.weight.grad
        assert grad is not None
        learns = dict(zip(LIVE.model.groups, grad.split(list(LIVE.model.groups.values()), dim=1), strict=True))
        assert {name for name, part in learns.items() if part.any()} == {"inpaint", "stem", "harmony"}


# --- playing on --------------------------------------------------------------------------------------------


def never(step: int) -> Tensor:
    raise AssertionError(f"this sampler has no use for noise at step {step}")


def uncached(model: DiT, context: Context, cond: Condition, x: Tensor, level: float) -> Tensor:
    return model(x, torch.tensor([level]), cond, context)


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
@pytest.mark.parametrize("text_in_context", [True, False])
@pytest.mark.parametrize("weighed", [0, 3, 6])
def test_every_block_follows_the_formula(attention: str, text_in_context: bool, weighed: int) -> None:
    """v = v_full + (w_text - 1)(v_full - v_notext) + sum (w_g - 1)(v_full - v_without_g), nothing cached."""
    model = make_live(attention=attention, text_in_context=text_in_context)
    cond, state = make_condition(1), StreamState.init(model, seed=5)
    levels = logsnr_schedule(2, model.config.logsnr_start, model.config.logsnr_end)
    latents, controls = torch.zeros(1, 64, 0), make_controls(64 * BLOCK)
    for place in range(6):
        weights = WEIGHTS if place < weighed else {}
        first, said = state.next_latent, ask(state.next_latent, cond)
        shown = max(0, first - CONTEXT) if attention == "enc-dec" else 0
        past = Context(latents[..., shown:], torch.ones(1, 1, first - shown), cut(controls, shown, first))

        def velocity(
            x: Tensor, level: float, said: Condition = said, past: Context = past, weights: dict[str, float] = weights
        ) -> Tensor:
            full = uncached(model, past, said, x, level)
            leaned = full + (2.0 - 1) * (full - uncached(model, past, said.null(), x, level))
            for name, weight in weights.items():
                other = uncached(model, past.without(name), said.without(name), x, level)
                leaned = leaned + (weight - 1) * (full - other)
            return leaned

        expected = sample_euler(unguided(velocity), state.noise(BLOCK, 0), levels, noise=never)
        made = rollout_block(model, state, said, weights=weights, **PLAY)
        torch.testing.assert_close(made, expected, atol=1e-3, rtol=1e-3)
        latents = torch.cat([latents, made], dim=-1)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_a_weight_of_nothing_is_the_group_not_being_there(attention: str) -> None:
    model, cond = make_live(attention=attention), make_condition(1)
    one, other = StreamState.init(model, seed=3), StreamState.init(model, seed=3)
    off = play(model, one, cond, 5, "beat", "stem", weights={"stem": 0.0}, guidance=1.0)
    torch.testing.assert_close(off, play(model, other, cond, 5, "beat", guidance=1.0), atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_a_weight_of_one_costs_nothing_and_changes_no_bit(attention: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, cond = make_live(attention=attention), make_condition(1)
    asked: list[int] = []
    run = DiT._run
    monkeypatch.setattr(DiT, "_run", lambda self, tokens, *rest: asked.append(len(tokens)) or run(self, tokens, *rest))
    plain = play(model, StreamState.init(model, seed=3), cond, 4)
    same = play(model, StreamState.init(model, seed=3), cond, 4, weights=dict.fromkeys(FEATURES, 1.0))
    gone = play(model, StreamState.init(model, seed=3), cond, 4, "beat", weights={"beat": 1.0, "stem": 0.3})
    assert torch.equal(plain, same) and set(asked) == {2}
    assert not torch.allclose(gone, plain)
    play(model, StreamState.init(model, seed=3), cond, 4, weights={"beat": 1.5, "melody": 0.5})
    assert set(asked) == {2, 4}


def test_plus_guidance_leans_as_well() -> None:
    model, cond = make_live(), make_condition(1)
    takes = [
        play(model, StreamState.init(model, seed=3), cond, 2, plus=0.7, weights={"beat": weight})
        for weight in (1.0, 1.0 + 1e-6, 2.0)
    ]
    torch.testing.assert_close(takes[0], takes[1], atol=1e-3, rtol=1e-3)
    assert not torch.allclose(takes[0], takes[2], atol=1e-2)


def fill_anew(model: DiT, state: StreamState) -> StreamState:
    """A stream that knows what another one knows, and has encoded none of it yet."""
    filled, past = StreamState.init(model, seed=state.seed), state.context(CONTEXT)
    filled.prefill(past.latents.clone(), state.next_latent, {n: c.clone() for n, c in past.controls.items()})
    return filled


def test_a_branch_that_is_new_to_a_rolling_context_finds_its_own_past() -> None:
    model, cond = make_live(attention="block-causal"), make_condition(1)
    state = StreamState.init(model, seed=3, history=8 * BLOCK)
    play(model, state, cond, 4)
    for weights in (WEIGHTS, {"melody": 2.0}, WEIGHTS, {"beat": 0.0}, WEIGHTS | {"beat": 0.5, "loudness": 0.5}):
        expected = play(model, fill_anew(model, state), cond, 2, weights=weights)
        assert torch.equal(play(model, state, cond, 2, weights=weights), expected), weights


# --- the state ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("weights", [{}, WEIGHTS], ids=["plain", "weighed"])
def test_saved_and_restored_continues_bit_exactly(attention: str, weights: dict[str, float]) -> None:
    model, cond = make_live(attention=attention), make_condition(1)
    state, other = StreamState.init(model, seed=3, history=8), StreamState.init(model, seed=99, history=8)
    play(model, state, cond, 3, weights=weights)
    saved = state.save()
    expected = play(model, state, cond, 3, weights=weights)
    play(model, other, cond, 4)
    for again in (state, other):
        again.load(saved)
        assert torch.equal(play(model, again, cond, 3, weights=weights), expected)


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("weights", [{}, WEIGHTS], ids=["plain", "weighed"])
def test_made_anew_is_made_once(attention: str, weights: dict[str, float]) -> None:
    model, cond = make_live(attention=attention), make_condition(1)
    state, other = (StreamState.init(model, seed=3, history=6 * BLOCK) for _ in range(2))
    play(model, state, cond, 8, weights=weights)
    play(model, other, cond, 6, weights=weights)
    assert state.rewind(6 * BLOCK) == 6 * BLOCK
    rollout_block(model, state, ask(state.next_latent, cond, seed=7), weights=weights, **PLAY)
    state.rewind(6 * BLOCK)
    for name, kept in state.controls.items():
        assert torch.equal(kept[..., -3 * BLOCK :], other.controls[name][..., -3 * BLOCK :]), name
    assert torch.equal(play(model, state, cond, 4, weights=weights), play(model, other, cond, 4, weights=weights))


def test_going_back_past_the_block_that_made_room_encodes_anew() -> None:
    model, cond = make_live(attention="block-causal"), make_condition(1)
    state = StreamState.init(model, seed=3, history=8 * BLOCK)
    play(model, state, cond, 5)
    expected = play(model, fill_anew(model, state), cond, 2)
    play(model, state, cond, 2, weights=WEIGHTS | {"beat": 2.0})
    state.rewind(5 * BLOCK)
    assert torch.equal(play(model, state, cond, 2), expected)


def test_what_is_heard_later_stands_beside_the_latents_it_belongs_to() -> None:
    model, cond = make_live(), make_condition(1)
    state, other = (StreamState.init(model, seed=3, history=2 * BLOCK) for _ in range(2))
    whole = make_controls(64 * BLOCK)
    latents = play(model, state, cond, 5, "beat")
    end = state.next_latent
    state.hear("stem", end - CONTEXT - 99, whole["stem"][..., end - CONTEXT : end].new_ones(1, 65, 99))
    state.hear("stem", end - CONTEXT, whole["stem"][..., end - CONTEXT : end + 3])
    context = state.context(CONTEXT)
    assert torch.equal(context.controls["stem"], whole["stem"][..., end - CONTEXT : end])
    assert torch.equal(context.controls["beat"], whole["beat"][..., end - CONTEXT : end])
    assert set(context.controls) == {"stem", "beat"}
    other.prefill(latents, end, cut({name: whole[name] for name in ("stem", "beat")}, 0, end))
    assert torch.equal(play(model, state, cond, 1, "beat"), play(model, other, cond, 1, "beat"))
    state.hear("stem", 0, torch.zeros(1, 65, 10 * BLOCK))
    assert set(state.context(CONTEXT).controls) == {"beat"}


def test_a_forgotten_latent_takes_its_controls_along() -> None:
    for empty in ("absent", "zeros"):
        model = make_live(empty_context=empty)
        state = StreamState.init(model)
        play(model, state, make_condition(1), 4)
        state.drop_context(3)
        beat = state.context(CONTEXT).controls["beat"]
        assert torch.equal(beat[..., -3:], state.controls["beat"][..., -3:])
        assert beat.shape[-1] == (3 if empty == "absent" else CONTEXT) and not beat[..., :-3].any()
        state.reset()
        assert not any(kept.any() for kept in state.controls.values())


def test_controls_that_do_not_fit_are_named_before_anything_is_made() -> None:
    model, cond = make_live(), make_condition(1)
    state, plain = StreamState.init(model), StreamState.init(make_model())
    with pytest.raises(BundleError, match=r'"melodi".*did you mean "melody"'):
        rollout_block(model, state, cond, weights={"melodi": 2.0}, **PLAY)
    with pytest.raises(BundleError, match=r'"beat" is \[1, 5, 3\], not \[B, 5, 4\]'):
        rollout_block(model, state, replace(cond, controls=make_controls(3, "beat")), **PLAY)
    with pytest.raises(BundleError, match='no control "stem"'):
        plain.hear("stem", 0, torch.zeros(1, 65, 1))
    play(model, state, cond, 1)
    with pytest.raises(BundleError, match="does not fit"):
        plain.load(state.save())
    with pytest.raises(BundleError, match="does not fit"):
        state.load(plain.save())
    assert state.next_latent == BLOCK


def test_words_are_read_once_while_controls_change(monkeypatch: pytest.MonkeyPatch) -> None:
    model, cond = make_live(), make_condition(1)
    read: list[int] = []
    text_tokens = DiT._text_tokens
    monkeypatch.setattr(DiT, "_text_tokens", lambda self, said: read.append(1) or text_tokens(self, said))
    play(model, StreamState.init(model), cond, 5)
    assert len(read) == 1


def test_the_cache_makes_room_for_more_branches() -> None:
    model, cond = make_live(), make_condition(1)
    state = StreamState.init(model)
    assert isinstance(state.reader, EncodedContext) and state.reader.cache.batch == 2
    play(model, state, cond, 1, weights={name: 1.5 for name in FEATURES})
    assert state.reader.cache.batch == 2 + len(FEATURES)


# --- bundles -----------------------------------------------------------------------------------------------


def test_a_bundle_with_groups_is_what_it_was(tmp_path: Path) -> None:
    path = make_tiny_bundle(tmp_path / "live", groups=LIVE.model.groups).path
    bundle = load_bundle(path)
    assert bundle.model.config.groups == LIVE.model.groups
    state = StreamState.init(bundle.model)
    assert set(state.controls) == set(FEATURES)


def test_a_bundle_that_promises_more_groups_than_it_has_weights_for_is_refused(tmp_path: Path) -> None:
    path = make_tiny_bundle(tmp_path / "tiny").path
    config = json.loads((path / "config.json").read_text())
    config["model"]["groups"] = LIVE.model.groups
    (path / "config.json").write_text(json.dumps(config))
    with pytest.raises(BundleError, match=r"to_input_add_embed\.weight \[32, 65\], not \[32, 214\]"):
        load_bundle(path)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_a_widened_bundle_plays_the_same_bits(attention: str, tmp_path: Path) -> None:
    path = make_tiny_bundle(tmp_path / "old", attention=attention).path
    old, preset = load_bundle(path).model, replace(LIVE, model=replace(LIVE.model, attention=attention))
    new = DiT(preset.geometry, preset.model).eval()
    new.load_state_dict(read_start(path, preset).weights)
    cond = make_condition(1)
    plain, wide = (StreamState.init(model, seed=3) for model in (old, new))
    expected = torch.cat([rollout_block(old, plain, cond, **PLAY) for _ in range(5)], dim=-1)
    assert torch.equal(play(new, wide, cond, 5), expected), "controls that mean nothing yet"
    wide.reset()
    assert torch.equal(torch.cat([rollout_block(new, wide, cond, **PLAY) for _ in range(5)], dim=-1), expected)


def test_only_missing_groups_are_made_up_for(tmp_path: Path) -> None:
    some = make_groups("beat", "melody")
    path = make_tiny_bundle(tmp_path / "some", groups=some).path
    had = load_bundle(path).model.to_input_add_embed.weight
    weight = read_start(path, LIVE).weights["to_input_add_embed.weight"]
    parts = dict(zip(LIVE.model.groups, weight.split(list(LIVE.model.groups.values()), dim=1), strict=True))
    for name, part in zip(some, had.split(list(some.values()), dim=1), strict=True):
        assert torch.equal(parts[name], part)
    assert not any(parts[name].any() for name in ("stem", "loudness", "harmony"))
    fewer = replace(LIVE, model=replace(LIVE.model, groups=make_groups("beat")))
    with pytest.raises(TrainError, match=r"another shape .*model\.groups is .*melody"):
        read_start(path, fewer)
