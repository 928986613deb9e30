"""Conditions beyond text: features per latent, added to the frames they belong to, each group with a presence flag.

A group's tensor is [B, 1 + C, T], the flag first. Where the flag is down all is zero, which adds exactly nothing to a
frame; a group that is nowhere there is simply not in the dict (LMDM 1.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

INPAINT = "inpaint"
"""The group by which clean context enters; every model has it, first."""

FEATURES = {
    "stem": 64,  # latents of a part that is heard, of the model's own codec
    "melody": 60,  # magnitudes of the semitones C3 .. B7, 0 .. 1, all but the strongest four zero
    "loudness": 4,  # RMS of each of a latent's hops, -60 .. 0 dB as 0 .. 1
    "beat": 4,  # sine and cosine of the beat's phase, sine and cosine of the bar's, at the latent's middle
    "harmony": 12,  # 1 for each pitch class, from C, of the chord that is asked for
}
"""The numbers of each group beside its flag; a stem has as many as the latents of its model, here of a house bundle."""

SKETCH = ("melody", "loudness")
"""The groups that a sound is sketched by."""


def count_channels(name: str, latent_dim: int = FEATURES["stem"]) -> int:
    """Return the channels of a group's tensor: its flag and its numbers. Raises `KeyError` for a name of none."""
    return 1 + (latent_dim if name in (INPAINT, "stem") else FEATURES[name])


def make_groups(*names: str, latent_dim: int = FEATURES["stem"]) -> dict[str, int]:
    """Return `ModelConfig.groups` of a model with these groups; without names, with the inpainting alone."""
    return {name: count_channels(name, latent_dim) for name in (INPAINT, *names)}


def flag(features: Tensor, present: Tensor | None = None) -> Tensor:
    """Return features [B, C, T] behind their flag, [B, 1 + C, T]; frames where `present` [B, 1, T] is 0 become zero."""
    if present is None:
        return torch.cat([features.new_ones(len(features), 1, features.shape[-1]), features], dim=1)
    present = present.to(features)
    return torch.cat([present.expand(len(features), 1, -1), torch.where(present > 0, features, 0.0)], dim=1)


def make_absent(channels: int, count: int, like: Tensor) -> Tensor:
    """Return what an absent group is for `count` latents, in the number format and batch of `like` [B, ...]."""
    return like.new_zeros(len(like), channels, count)


def drop_absent(controls: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the groups that are there somewhere."""
    return {name: control for name, control in controls.items() if control[:, 0].any()}


def cut(controls: Mapping[str, Tensor], first: int, last: int | None = None) -> dict[str, Tensor]:
    """Return the frames `first` .. `last` - 1 of every group."""
    return {name: control[..., first:last] for name, control in controls.items()}


def stack(parts: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the groups of several batches as one batch; where one has no such group, it is absent from its part."""
    like = {name: control for part in parts for name, control in part.items()}
    return {
        name: torch.cat([part.get(name, torch.zeros_like(control)) for part in parts]) for name, control in like.items()
    }


def repeat(controls: Mapping[str, Tensor], times: int) -> dict[str, Tensor]:
    """Return every group with its whole batch `times` times."""
    return {name: control.repeat(times, 1, 1) for name, control in controls.items()}
