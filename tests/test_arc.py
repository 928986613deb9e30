"""ARC-Forcing: its losses by hand, its roll-outs as the engine's own, and where gradients flow."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from test_dit import make_model

from lmdmd.model.config import PRESETS, Geometry
from lmdmd.model.dit import Condition
from lmdmd.model.sampling import logsnr_schedule
from lmdmd.model.stream import StreamState, rollout_block
from lmdmd.train.arc_losses import (
    contrastive_loss,
    draw_even_levels,
    generator_loss,
    relativistic_loss,
    steepness,
    swap_captions,
)
from lmdmd.train.arc_rollout import (
    DROP_ALL,
    LONE,
    Journey,
    Take,
    block_conditions,
    draw_known,
    draw_rollouts,
    draw_steps,
    roll_out,
)
from lmdmd.train.discriminator import Discriminator, ScoreHead, WholeHead

B, BLOCK, BLOCKS = 2, 4, 3


def make_cond(seed=0):
    vectors = torch.randn(B, PRESETS["tiny"].model.global_dim, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(vectors, dim=-1)


def make_journey(context=8, steps=(2, 3, 1), seed=5):
    g = torch.Generator().manual_seed(seed)
    draw = lambda n: torch.randn(B, 64, n, generator=g)  # noqa: E731
    asked, others = Condition(make_cond()), Condition(make_cond(1))
    return Journey(draw(context), draw(BLOCK * len(steps)), asked, others, steps, seed)


# --- losses --------------------------------------------------------------------------------------------------


def test_losses_by_hand():
    real, made = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 1.0]])
    soft = lambda x: math.log1p(math.exp(x))  # noqa: E731
    # differences real - made: 1 and -3
    assert generator_loss(real, made).item() == pytest.approx((soft(1.0) + soft(-3.0)) / 2)  # 0.68092
    assert relativistic_loss(real, made).item() == pytest.approx((soft(-1.0) + soft(3.0)) / 2)  # 1.68092
    assert contrastive_loss(real, made).item() == pytest.approx((soft(-1.0) + soft(3.0)) / 2)
    assert generator_loss(real, made).item() == pytest.approx(0.680925, abs=1e-5)
    assert relativistic_loss(real, made).item() == pytest.approx(1.680925, abs=1e-5)
    assert steepness(real, made).item() == pytest.approx((1 + 9) / 2)


def test_losses_pull_where_they_should():
    real, made = torch.zeros(1, 2, requires_grad=True), torch.zeros(1, 2, requires_grad=True)
    by_real, by_made = torch.autograd.grad(relativistic_loss(real, made), [real, made])
    assert torch.allclose(by_real, torch.full((1, 2), -0.25))  # half of sigmoid(0), shared by two scores
    assert torch.allclose(by_made, torch.full((1, 2), 0.25))
    (by_made,) = torch.autograd.grad(generator_loss(real.detach(), made), [made])
    assert torch.allclose(by_made, torch.full((1, 2), -0.25))


def test_even_levels_cover_the_range():
    levels = draw_even_levels(64, -6.0, 2.0, torch.Generator().manual_seed(0))
    logsnr = torch.log((1 - levels) / levels).sort().values
    assert -6.0 <= logsnr[0] < -5.75 and 1.75 < logsnr[-1] <= 2.0
    assert torch.diff(logsnr).max() < 2 * 8 / 64


@pytest.mark.parametrize("items", [1, 2, 3, 12])
def test_swapped_captions_are_anothers(items):
    swapped = swap_captions(np.random.default_rng(0), items)
    assert sorted(swapped) == list(range(items))
    assert items == 1 or all(swapped != np.arange(items))


# --- roll-outs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
@pytest.mark.parametrize("context", [0, 8])
def test_roll_out_is_the_engines(attention, context):
    """What is learnt from is what would be played, and what the streams hold afterwards too."""
    model, journey = make_model(attention=attention), make_journey(context)
    state = StreamState.init(model, batch=B)
    made = roll_out(model, state, journey)
    played = StreamState.init(model, batch=B, seed=journey.seed)
    with torch.inference_mode():
        if context:
            played.prefill(journey.context, 0)
        blocks = [
            rollout_block(model, played, journey.asked, steps=steps, sampler="pingpong") for steps in journey.steps
        ]
    assert torch.allclose(made, torch.cat(blocks, -1), atol=1e-5)
    assert torch.allclose(state.latents, played.latents, atol=1e-5)
    assert made.requires_grad and not state.latents.requires_grad


@pytest.mark.parametrize("attention", ["enc-dec", "block-causal"])
def test_no_gradient_into_the_past(attention):
    """A block learns by itself: neither the context nor the blocks before it are reached."""
    model, journey = make_model(attention=attention), make_journey()
    context = journey.context.requires_grad_()
    state = StreamState.init(model, batch=B)
    made = roll_out(model, state, journey)
    heard = torch.autograd.grad(made.sum(), [context], allow_unused=True)
    assert heard == (None,)
    assert not any(value.requires_grad for value in state.save().values())
    last = torch.autograd.grad(made[..., -BLOCK:].square().sum(), list(model.parameters()), allow_unused=True)
    assert any(gradient is not None and gradient.abs().sum() > 0 for gradient in last)


def test_gradient_of_the_last_step_only():
    """The roll-out's gradient is that of one call of the network on what the earlier steps left."""
    model, journey = make_model(), make_journey(steps=(3,))
    weights = [p for p in model.parameters() if p.requires_grad]
    made = roll_out(model, StreamState.init(model, batch=B), journey)
    probe = torch.randn(made.shape, generator=torch.Generator().manual_seed(1))
    found = torch.autograd.grad((made * probe).sum(), weights, allow_unused=True)

    state = StreamState.init(model, batch=B, seed=journey.seed)
    state.prefill(journey.context, 0)
    cond = journey.asked
    levels = logsnr_schedule(3, model.config.logsnr_start, model.config.logsnr_end)
    with torch.no_grad():
        velocity = state.reader.open(state, model.prepare(cond), BLOCK)
        x = state.noise(BLOCK, 0)
        for step, level in enumerate(levels[:2], start=1):
            clean = x - level * velocity(x, level)
            x = clean + levels[step] * (state.noise(BLOCK, step) - clean)
    cache = state.reader.cache
    with torch.enable_grad():
        level = torch.full((B,), levels[2])
        expected_block = x - levels[2] * model.denoise(x, level, model.prepare(cond), cache)
    expected = torch.autograd.grad((expected_block * probe).sum(), weights, allow_unused=True)
    assert torch.allclose(made, expected_block, atol=1e-5)
    for ours, theirs in zip(found, expected, strict=True):
        assert (ours is None) == (theirs is None)
        assert ours is None or torch.allclose(ours, theirs, atol=1e-5)


def test_memory_is_that_of_one_step_a_block():
    """However many steps a block takes, the graph that waits for the backward pass is as large."""
    model = make_model()

    def kept(steps):
        numbers = []
        with torch.autograd.graph.saved_tensors_hooks(lambda t: numbers.append(t.numel()) or t, lambda t: t):
            roll_out(model, StreamState.init(model, batch=B), make_journey(steps=(steps,) * BLOCKS))
        return sum(numbers)

    assert kept(8) == kept(1)


def test_what_journeys_are_drawn():
    rng, geometry = np.random.default_rng(0), Geometry(context=118)
    known = [draw_known(rng, geometry) for _ in range(2000)]
    assert abs(np.mean([n == 0 for n in known]) - DROP_ALL) < 0.04
    assert set(known) <= {0, 118, *(118 - 10 * i for i in range(1, 12))}
    steps = draw_steps(rng, 500, 1, 6)
    assert set(steps) == {1, 2, 3, 4, 5, 6} and len(steps) == 500
    rollouts = [draw_rollouts(rng, 9) for _ in range(2000)]
    assert abs(np.mean([n == 1 for n in rollouts]) - LONE) < 0.04 and set(rollouts) == set(range(1, 10))
    assert [draw_rollouts(rng, most) for most in (-1, 0, 1)] == [1, 1, 1]


def test_a_take_keeps_the_end_of_what_was_played():
    take, music = Take(B, 64, 12), torch.arange(30.0).expand(B, 64, 30)
    take.start(7, 3)
    assert (take.begun, take.rollouts, take.done) == (7, 3, 0) and take.context.shape == (B, 64, 0)
    take.go_on(music[..., :0], music[..., :8])
    assert take.done == 1 and torch.equal(take.context, music[..., :8])
    take.go_on(take.context, music[..., 8:16])
    assert take.done == 2 and torch.equal(take.context, music[..., 4:16])
    other = Take(B, 64, 12)
    other.load_state_dict(take.state_dict())
    assert torch.equal(other.context, take.context) and other.done == 2
    take.start(9, 1)
    assert take.done == 0 and take.context.shape[-1] == 0


def test_own_music_is_no_context_of_the_real_one():
    """What a network has played leads up to what it plays on, but real music is not judged as following it."""
    journey = replace(make_journey(), own=True)
    assert journey.first == 0 and journey.known == 8 and journey.whole(journey.real).shape == journey.real.shape
    told = replace(journey.asked, controls={"beat": torch.arange(8 + BLOCK * BLOCKS).float().expand(B, 5, -1)})
    assert journey.heard(told).controls["beat"][0, 0].tolist() == list(range(8, 8 + BLOCK * BLOCKS))


def test_blocks_are_asked_for_their_own_frames():
    journey = make_journey()
    told = torch.arange(8 + BLOCK * BLOCKS).float().expand(B, 5, -1)
    asked = block_conditions(
        replace(journey, steps=(1, 1, 1), asked=replace(journey.asked, controls={"beat": told})), 4
    )
    assert [cond.controls["beat"][0, 0].tolist() for cond in asked] == [
        [8, 9, 10, 11],
        [12, 13, 14, 15],
        [16, 17, 18, 19],
    ]


# --- the discriminator ---------------------------------------------------------------------------------------


def make_discriminator():
    torch.manual_seed(0)
    base = PRESETS["tiny"]
    model = make_model(attention="bidirectional")
    judge = Discriminator(Geometry(context=0, block=32), replace(base.model, attention="bidirectional"), width=8)
    judge.begin(model.state_dict())
    return judge, model


def test_scores_are_of_the_roll_out_alone():
    """The context is looked at, but nothing is scored there: as many scores as a quarter of the roll-out."""
    judge, _ = make_discriminator()
    x, level, cond = torch.randn(B, 64, 20), torch.full((B,), 0.5), Condition(make_cond())
    assert judge(x, level, cond, 8).shape == (B, 3)
    assert judge(x, level, cond, 0).shape == (B, 5)
    other = x.clone()
    other[..., :8] = 0.0
    assert not torch.allclose(judge(x, level, cond, 8), judge(other, level, cond, 8))


def test_discriminator_begins_as_the_base():
    """Its lower layers are the base's, to the bit; every weight of it learns."""
    judge, model = make_discriminator()
    depth = judge.base.config.depth
    assert depth == 2 and len(model.transformer.layers) >= depth  # three quarters of two layers, rounded
    x, level, cond = torch.randn(B, 64, 12), torch.full((B,), 0.3), Condition(make_cond())
    for name, weight in judge.base.state_dict().items():
        assert torch.equal(weight, model.state_dict()[name])
    score = judge(x, level, cond).sum()
    score.backward()
    idle = {name for name, p in judge.named_parameters() if p.grad is None}
    assert not {name for name in idle if name.startswith("head")}
    assert idle <= {
        "base.to_input_add_embed.weight",
        "base.transformer.project_out.weight",
        "base.postprocess_conv.weight",
    }


def test_head_takes_any_length():
    head = ScoreHead(16, width=8)
    assert [head(torch.randn(1, frames, 16)).shape[1] for frames in (1, 4, 5, 120)] == [1, 1, 2, 30]


def test_whole_head_hears_a_small_shift_that_no_frame_shows():
    """Music that is a tenth of a deviation off on average is soon told apart, in noise as loud as the music."""
    g = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    head = WholeHead(64, 8, width=32)
    learn = torch.optim.AdamW(head.parameters(), lr=3e-3)
    level, words = torch.full((32,), 0.5), torch.randn(32, 8, generator=g)

    def hear():
        music, noise = torch.randn(2, 32, 64, 120, generator=g)
        real, shifted = (0.5 * noise + 0.5 * (music + shift) for shift in (0.0, 0.1))
        return head(real, level, words), head(shifted, level, words)

    for _ in range(60):
        learn.zero_grad()
        relativistic_loss(*(score[:, None] for score in hear())).backward()
        learn.step()
    real, shifted = hear()
    assert (real > shifted).float().mean() > 0.9
    assert torch.isfinite(head(torch.zeros(32, 64, 1), level, words)).all()


def test_rows_of_a_journey_are_what_they_were_among_all():
    """A part of a batch rolls out as it does beside the rest: noise and prompts are its own."""
    model, journey = make_model(), make_journey()
    with torch.no_grad():
        whole = roll_out(model, StreamState.init(model, batch=B), journey)
        last = roll_out(model, StreamState.init(model, batch=1), journey.cut(slice(1, 2)))
    assert torch.allclose(whole[1:], last, atol=1e-5)
