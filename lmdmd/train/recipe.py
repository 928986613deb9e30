"""What decides a run of fine-tuning besides its data and the shape of its network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lmdmd.errors import TrainError, did_you_mean
from lmdmd.model.config import Geometry
from lmdmd.train.context import Drops
from lmdmd.train.groups import EVERYTHING, Shown
from lmdmd.train.losses import LEVELS
from lmdmd.train.precision import AUTO, PRECISIONS
from lmdmd.train.run import End

LONG_TARGET = 5 / 16


@dataclass(frozen=True)
class Recipe:
    """How a network learns.

    `batch` items are drawn `accumulate` times for a step, each is noised `repeats` times, at `levels` of LEVELS.
    `blocks` are target lengths drawn by `shares`: without them the geometry's own, and LONG_TARGET of its window.
    `lora` is the rank of what is learnt, 0 for all weights; `recompute` spends time to save memory. `kind` is what all
    crops are of, "" for any; `shown` is how often each group of conditions is, and `drops` what else is hidden.
    """

    batch: int = 12
    lr: float = 1e-3
    repeats: int = 2
    blocks: tuple[int, ...] = ()
    shares: tuple[float, ...] = (0.3, 0.7)
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.99)
    final_lr: float = 0.05  # share of the peak left at the end
    accumulate: int = 1
    precision: str = AUTO
    levels: str = "normal"
    lora: int = 0
    recompute: bool = False
    seed: int = 0
    steps: int | None = None
    minutes: float | None = None
    kind: str = ""
    shown: Shown = EVERYTHING
    drops: Drops = field(default_factory=Drops)

    def __post_init__(self) -> None:
        for name, value, known in (("precision", self.precision, PRECISIONS), ("levels", self.levels, LEVELS)):
            if value not in known:
                raise TrainError(f'no {name} "{value}" among {", ".join(known)}{did_you_mean(value, known)}')

    @property
    def end(self) -> End:
        """When the run is over."""
        return End(self.steps, self.minutes)

    @property
    def items(self) -> int:
        """Crops of a step."""
        return self.batch * self.accumulate

    def targets(self, geometry: Geometry) -> tuple[int, ...]:
        """Return the lengths of targets: a long one, from which much is learnt, beside the one it will play with."""
        return self.blocks or (geometry.block, max(geometry.block, round(LONG_TARGET * geometry.window)))

    def tell(self) -> dict[str, Any]:
        """Return all of it as JSON takes it."""
        shown = {**asdict(self.shown), "sketches": [[list(k), v] for k, v in self.shown.sketches.items()]}
        return {**asdict(replace(self, shown=EVERYTHING)), "shown": shown}


RECIPES: Mapping[str, Recipe] = {
    "house": Recipe(),
    "paper": Recipe(
        batch=32,
        accumulate=8,
        lr=5e-5,
        repeats=1,
        shares=(1.0, 0.0),
        weight_decay=0.0,
        betas=(0.9, 0.999),
        final_lr=1.0,
        levels="uniform",
        steps=10_000,
        drops=Drops(rough=0.0),
    ),
}
"""The house's, for small networks on a processor, and the paper's (1.7, 5), for its 340 million weights on a GPU: 256
items a step, 10 000 steps. Unlike the paper's runs, ours keep an average, and compute in bf16 instead of fp16."""


def find_recipe(name: str, *, drops: Mapping[str, float] | None = None, **changes: Any) -> Recipe:
    """Return the recipe of that name with changes, of `drops` too; raises `TrainError` with the nearest name.

    A number of minutes alone replaces a recipe's own number of steps.
    """
    if name not in RECIPES:
        raise TrainError(f'no recipe "{name}" among {", ".join(RECIPES)}{did_you_mean(name, RECIPES)}')
    recipe = RECIPES[name]
    if "minutes" in changes and "steps" not in changes:
        changes["steps"] = None
    return replace(recipe, drops=replace(recipe.drops, **(drops or {})), **changes)
