"""Noise schedules, samplers and guidance for rectified flow: pure functions, one signature (LMDM 1.9, 1.10).

A `Velocity` is the network: `velocity(x, level) -> v` with x [B, C, T] and a float noise level; v = eps - x_clean.
An `Estimate` is what a sampler follows: `estimate(x, level) -> (clean, anchor)`, the clean latents to go to, and
those from which the noise still in x is told. Without CFG++ both are the same tensor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

Velocity = Callable[[Tensor, float], Tensor]
Estimate = Callable[[Tensor, float], tuple[Tensor, Tensor]]
Noise = Callable[[int], Tensor]


class Sampler(Protocol):
    """From noise x at `levels[0]` to clean latents at `levels[-1]`; `noise(step)` gives fresh noise."""

    def __call__(self, estimate: Estimate, x: Tensor, levels: list[float], *, noise: Noise) -> Tensor: ...


def logsnr_schedule(steps: int, start: float = -6.0, end: float = 2.0) -> list[float]:
    """Return `steps` + 1 noise levels from exactly 1 to exactly 0, linear in log-SNR (LMDM 1.9, whose range it is)."""
    logsnr = np.linspace(start, end, steps + 1)
    levels = 1 / (1 + np.exp(logsnr))
    levels[0], levels[-1] = 1.0, 0.0
    return levels.tolist()


def sample_euler(estimate: Estimate, x: Tensor, levels: list[float], *, noise: Noise) -> Tensor:
    """Follow the flow in straight steps: x <- x_hat + t' / t (x - anchor), which is x + (t' - t) v without CFG++."""
    for level, following in pairwise(levels):
        clean, anchor = estimate(x, level)
        x = clean + (following / level) * (x - anchor)
    return x


def sample_dpmpp(estimate: Estimate, x: Tensor, levels: list[float], *, noise: Noise) -> Tensor:
    """DPM-Solver++(2M) on the flow's log-SNR; its first and last step are Euler's (arXiv 2211.01095)."""
    previous, before = None, 0.0
    for level, following in pairwise(levels):
        clean, anchor = estimate(x, level)
        step = _log_snr(following) - _log_snr(level)
        guess = clean
        if previous is not None and math.isfinite(step) and math.isfinite(before):
            guess = clean + (clean - previous) * (step / (2 * before))
        held = guess if anchor is clean else anchor
        x = (1 - following) * guess + (following / level) * (x - (1 - level) * held)
        previous, before = clean, step
    return x


def _log_snr(level: float) -> float:
    """Return log((1 - t) / t), infinite at both ends."""
    if level in (0.0, 1.0):
        return math.inf if level == 0.0 else -math.inf
    return math.log((1 - level) / level)


def sample_pingpong(estimate: Estimate, x: Tensor, levels: list[float], *, noise: Noise) -> Tensor:
    """Jump to the clean estimate and noise it afresh: x <- x_hat + t' (eps - anchor) (LMDM 1.9, 1.10)."""
    for step, (level, following) in enumerate(pairwise(levels), start=1):
        clean, anchor = estimate(x, level)
        x = clean + following * (noise(step) - anchor) if following else clean
    return x


SAMPLERS: dict[str, Sampler] = {"euler": sample_euler, "dpmpp": sample_dpmpp, "pingpong": sample_pingpong}


def unguided(velocity: Velocity) -> Estimate:
    """Return the estimate of the prompted branch alone."""

    def estimate(x: Tensor, level: float) -> tuple[Tensor, Tensor]:
        clean = x - level * velocity(x, level)
        return clean, clean

    return estimate


def guided(velocity: Velocity, scale: float) -> Estimate:
    """Return classifier-free guidance of a velocity whose batch is [prompted; null] (LMDM 1.10).

    Scale 1 is the prompted branch alone, whose batch is then not doubled.
    """
    if scale == 1.0:
        return unguided(velocity)

    def estimate(x: Tensor, level: float) -> tuple[Tensor, Tensor]:
        prompted, null = velocity(torch.cat([x, x]), level).chunk(2)
        clean = x - level * torch.lerp(null, prompted, scale)
        return clean, clean

    return estimate


def guided_plus(velocity: Velocity, weight: float) -> Estimate:
    """Return CFG++ of a velocity whose batch is [prompted; null] (arXiv 2406.08070; LMDM 1.10, weight 0.7).

    The step goes to the mixture of both estimates, 0 all null and 1 all prompted, and noise is told from the null one.
    """

    def estimate(x: Tensor, level: float) -> tuple[Tensor, Tensor]:
        prompted, null = velocity(torch.cat([x, x]), level).chunk(2)
        return x - level * torch.lerp(null, prompted, weight), x - level * null

    return estimate


def leaning(velocity: Velocity, weights: Sequence[float], batch: int) -> Velocity:
    """Return a velocity for the branches of the text's guidance that leans on groups of controls by `weights`.

    `velocity` takes, behind those branches, one of `batch` rows without each of the groups. Whatever the text's
    guidance does, (weight - 1) (v_full - v_without) of each group is added, by adding it to every branch.
    """

    def lean(x: Tensor, level: float) -> Tensor:
        made = velocity(torch.cat([x, *[x[:batch]] * len(weights)]), level)
        branches, without = made[: len(x)], made[len(x) :].chunk(len(weights))
        full = branches[:batch]
        added = torch.zeros_like(full)
        for weight, other in zip(weights, without, strict=True):
            added += (weight - 1) * (full - other)
        return branches + added.repeat(len(x) // batch, 1, 1)

    return lean


def learning_last(velocity: Velocity, levels: Sequence[float]) -> Velocity:
    """Return a velocity that is differentiated at the last of the noise levels only."""

    def learn(x: Tensor, level: float) -> Tensor:
        with torch.set_grad_enabled(torch.is_grad_enabled() and level == levels[-2]):
            return velocity(x, level)

    return learn


def latent_noise(seed: int, first_latent: int, count: int, step: int, channels: int = 64) -> Tensor:
    """Return unit noise [1, channels, count] for absolute latents from `first_latent`.

    Each latent's column depends on (seed, its index, step) alone, so that a rewind, another block length or an
    offline render hears the same noise. Step 0 is the start of sampling; later steps are ping-pong's.
    """
    noise = np.empty((channels, count), dtype=np.float32)
    for i in range(count):
        noise[:, i] = _noise_column(seed, first_latent + i, step, channels)
    return torch.from_numpy(noise)[None]


def _noise_column(seed: int, latent: int, step: int, channels: int) -> np.ndarray:
    # The low two counter words are left to the generator: 2^128 draws before it meets its neighbour.
    counter = np.array([0, 0, latent & (2**64 - 1), step], dtype=np.uint64)
    bits = np.random.Philox(key=seed & (2**128 - 1), counter=counter)
    return np.random.Generator(bits).standard_normal(channels, dtype=np.float32)
