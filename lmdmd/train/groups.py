"""Which conditions the network may see while it learns: any subset, some only lately, a heard part not too soon.

One network then plays with all of them, with any of them, and with none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from lmdmd.model.config import ModelConfig
from lmdmd.model.controls import SKETCH

DROP_ALL = 0.3
KEEP = {"stem": 0.85, "beat": 0.8, "harmony": 0.6}
"""How often a group is left where not all are dropped; of those with a stem this is the only source."""
SKETCHES = {("melody", "loudness"): 0.42, ("melody",): 0.08, ("loudness",): 0.08, (): 0.42}


@dataclass(frozen=True)
class Shown:
    """How often an item is shown no group at all, and else each one, and which of the sketch."""

    nothing: float = DROP_ALL
    keep: Mapping[str, float] = field(default_factory=lambda: KEEP)
    sketches: Mapping[tuple[str, ...], float] = field(default_factory=lambda: SKETCHES)


EVERYTHING = Shown()
SKETCHED = Shown(0.1, {}, {("melody", "loudness"): 0.8, ("melody",): 0.1, ("loudness",): 0.1})
"""For a network that is to follow sketches and nothing else."""
BEGIN_LATE = 0.2
"""How often a group is there only from somewhere inside the context, as if it had just been turned on."""
VISIBLE = {"late": 0.4, "now": 0.3, "ahead": 0.3}
"""A heard part ends a block before the target's context does, with the context, or with the target."""


def draw_groups(rng: np.random.Generator, names: set[str], often: Shown = EVERYTHING) -> set[str]:
    """Return which of the groups an item keeps."""
    if rng.random() < often.nothing:
        return set()
    kinds = list(often.sketches)
    kept = set(kinds[int(rng.choice(len(kinds), p=list(often.sketches.values())))])
    kept |= {name for name, share in often.keep.items() if rng.random() < share}
    return kept & names


def draw_end(rng: np.random.Generator, length: int, target: int, block: int) -> int:
    """Return for how much of a crop a part is heard: its future visibility is -block, 0, or all of the target."""
    ends = {"late": length - target - block, "now": length - target, "ahead": length}
    return max(0, ends[str(rng.choice(list(VISIBLE), p=list(VISIBLE.values())))])


def hide_groups(
    rng: np.random.Generator, controls: Mapping[str, Tensor], target: int, block: int, often: Shown = EVERYTHING
) -> dict[str, Tensor]:
    """Return controls [B, C, T] with groups dropped from items at random; a group that nobody has left is not in it."""
    shown = {name: control.clone() for name, control in controls.items()}
    for item in range(len(next(iter(controls.values()), ()))):
        kept = draw_groups(rng, set(controls), often)
        for name, control in shown.items():
            length = control.shape[-1]
            first = int(rng.integers(length - target + 1)) if rng.random() < BEGIN_LATE else 0
            last = draw_end(rng, length, target, block) if name == "stem" else length
            control[item, :, : first if name in kept else length] = 0.0
            control[item, :, last:] = 0.0
    return {name: control for name, control in shown.items() if control[:, 0].any()}


@dataclass(frozen=True)
class Probe:
    """What held-out loss is measured on: crops of a kind, with some groups only, a heard part to the context's end."""

    kind: str
    groups: tuple[str, ...] = ()

    def fits(self, config: ModelConfig) -> bool:
        """Return whether a network can be measured so: one without groups has crops of one kind."""
        return self == PROBES[TEXT_ONLY] or ("stem" in config.groups and set(self.groups) <= set(config.groups))

    def show(self, controls: Mapping[str, Tensor], target: int) -> dict[str, Tensor]:
        """Return the groups of the probe."""
        shown = {name: control.clone() for name, control in controls.items() if name in self.groups}
        if "stem" in shown:
            shown["stem"][..., shown["stem"].shape[-1] - target :] = 0.0
        return shown


TEXT_ONLY = "heldout"
PROBES = {
    TEXT_ONLY: Probe("mix"),
    "heldout_sketch": Probe("mix", SKETCH),
    "heldout_beat": Probe("mix", ("beat",)),
    "heldout_harmony": Probe("mix", ("harmony",)),
    "heldout_part": Probe("stem"),
    "heldout_part_stem": Probe("stem", ("stem",)),
}
"""Held-out loss by its name in the log: a group has been learnt where its loss is below that with text alone."""
