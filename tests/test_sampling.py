"""Schedules, samplers, guidance and the noise that does not depend on how it is cut."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from lmdmd.model.sampling import (
    SAMPLERS,
    guided,
    guided_plus,
    latent_noise,
    logsnr_schedule,
    sample_dpmpp,
    sample_euler,
    sample_pingpong,
    unguided,
)

CLEAN = torch.linspace(-2, 2, 12).reshape(1, 3, 4)


def perfect(x: Tensor, level: float) -> Tensor:
    """The velocity of a model that knows the answer."""
    return (x - CLEAN) / level


def fresh_noise(step: int) -> Tensor:
    return torch.randn(CLEAN.shape, generator=torch.Generator().manual_seed(step))


@pytest.mark.parametrize("steps", [1, 2, 8, 50])
def test_schedule_ends_are_exact_and_it_falls(steps: int) -> None:
    levels = logsnr_schedule(steps)
    assert len(levels) == steps + 1
    assert (levels[0], levels[-1]) == (1.0, 0.0)
    assert all(after < before for before, after in pairwise(levels))


def test_schedule_is_linear_in_log_snr() -> None:
    inner = logsnr_schedule(8)[1:-1]
    assert [math.log((1 - t) / t) for t in inner] == pytest.approx([-5, -4, -3, -2, -1, 0, 1])


def test_schedule_may_begin_and_end_elsewhere() -> None:
    inner = logsnr_schedule(4, -4.0, 4.0)[1:-1]
    assert [math.log((1 - t) / t) for t in inner] == pytest.approx([-2, 0, 2])


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("steps", [1, 2, 8])
def test_a_perfect_model_recovers_the_clean_latents(sampler: str, steps: int) -> None:
    x = SAMPLERS[sampler](unguided(perfect), fresh_noise(0), logsnr_schedule(steps), noise=fresh_noise)
    torch.testing.assert_close(x, CLEAN, atol=1e-5, rtol=1e-5)


def gaussian(x: Tensor, level: float) -> Tensor:
    """The exact velocity where clean data is normal with standard deviation 0.5."""
    variance = (1 - level) ** 2 * 0.25 + level**2
    return x * (level - (1 - level) * 0.25) / variance


def test_second_order_is_nearer_to_the_true_flow() -> None:
    start = fresh_noise(0)
    truth = 0.5 * start  # the flow of a Gaussian onto a Gaussian only scales
    errors = [
        (sampler(unguided(gaussian), start, logsnr_schedule(16), noise=fresh_noise) - truth).abs().mean()
        for sampler in (sample_euler, sample_dpmpp)
    ]
    assert errors[1] < 0.6 * errors[0]


def test_pingpong_uses_fresh_noise_at_each_step() -> None:
    asked: list[int] = []

    def noise(step: int) -> Tensor:
        asked.append(step)
        return fresh_noise(step)

    sample_pingpong(unguided(perfect), fresh_noise(0), logsnr_schedule(4), noise=noise)
    assert asked == [1, 2, 3]


def triple_and_single(x: Tensor, level: float) -> Tensor:
    """A network whose prompted branch answers 3 x and whose null branch x."""
    prompted, null = x.chunk(2)
    return torch.cat([prompted * 3, null])


def test_euler_is_a_straight_step_along_the_velocity() -> None:
    x = fresh_noise(0)
    stepped = sample_euler(unguided(gaussian), x, [0.8, 0.3], noise=fresh_noise)
    torch.testing.assert_close(stepped, x + (0.3 - 0.8) * gaussian(x, 0.8))


def test_guidance_of_one_asks_the_prompted_branch_alone() -> None:
    asked: list[int] = []

    def count(x: Tensor, level: float) -> Tensor:
        asked.append(len(x))
        return x

    guided(count, 1.0)(CLEAN, 0.5)
    assert asked == [1]


def test_guidance_extrapolates_from_null() -> None:
    x = torch.ones(1, 2, 2)
    for scale, velocity in ((2.0, 5.0), (0.0, 1.0)):
        clean, anchor = guided(triple_and_single, scale)(x, 0.5)
        torch.testing.assert_close(clean, x - 0.5 * velocity * x)
        assert anchor is clean


def test_plus_goes_to_the_mixture_and_tells_noise_from_null() -> None:
    x, eps = torch.ones(1, 2, 2), fresh_noise(1)[:, :2, :2]
    estimate = guided_plus(triple_and_single, 0.7)
    mixed, null = x - 0.8 * 2.4 * x, x - 0.8 * x
    euler = sample_euler(estimate, x, [0.8, 0.3], noise=fresh_noise)
    torch.testing.assert_close(euler, mixed + 0.3 * x)  # x_hat_lambda + t' v_null
    pingpong = sample_pingpong(estimate, x, [0.8, 0.3], noise=lambda _: eps)
    torch.testing.assert_close(pingpong, mixed + 0.3 * (eps - null))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_plus_of_equal_branches_is_no_guidance(sampler: str) -> None:
    start, levels = fresh_noise(0), logsnr_schedule(6)
    plain = SAMPLERS[sampler](unguided(gaussian), start, levels, noise=fresh_noise)
    plus = SAMPLERS[sampler](guided_plus(gaussian, 0.7), start, levels, noise=fresh_noise)
    if sampler == "dpmpp":  # the second order's guess differs from the anchor it holds on to
        assert (plus - plain).abs().mean() < 0.1 * plain.abs().mean()
    else:
        torch.testing.assert_close(plus, plain)


def test_noise_does_not_depend_on_chunks() -> None:
    whole = latent_noise(7, 100, 20, 3)
    parts = [latent_noise(7, 100, 3, 3), latent_noise(7, 103, 16, 3), latent_noise(7, 119, 1, 3)]
    assert torch.equal(whole, torch.cat(parts, dim=-1))
    assert whole.shape == (1, 64, 20)


def test_noise_differs_by_seed_latent_and_step_and_is_normal() -> None:
    base = latent_noise(1, 0, 400, 0)
    for other in (latent_noise(2, 0, 400, 0), latent_noise(1, 1, 400, 0), latent_noise(1, 0, 400, 1)):
        assert abs(torch.corrcoef(torch.stack([base.flatten(), other.flatten()]))[0, 1]) < 0.03
    assert abs(base.mean()) < 0.02 and abs(base.std() - 1) < 0.02
