"""The model swaps that a show has ahead of it, and which of them is next."""

from __future__ import annotations

from collections.abc import Sequence

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.control.cue_effects import PlannedSwap
from lmdmd.errors import BundleError


class Agenda:
    """Planned swaps without those that are over, that have passed, or that ask for what plays already."""

    def __init__(self) -> None:
        self._planned: list[PlannedSwap] = []
        self._over: set[PlannedSwap] = set()
        self._passed_frame = 0
        self._found: dict[str, BundleInfo | str] = {}

    def plan(self, swaps: Sequence[PlannedSwap]) -> None:
        """Take these instead of those before; what was over and is planned again stays over."""
        self._planned = sorted(swaps, key=lambda swap: swap.frame)
        self._over.intersection_update(self._planned)
        self._found.clear()

    def __contains__(self, swap: PlannedSwap) -> bool:
        return swap in self._planned

    def end(self, swap: PlannedSwap) -> None:
        """A swap is made, refused or taken back."""
        self._over.add(swap)

    def pass_by(self, frame: int) -> None:
        """Nothing that was planned before ``frame`` is still to come."""
        self._passed_frame = max(self._passed_frame, frame)

    def next(self, playing: BundleInfo) -> PlannedSwap | None:
        """The first swap to another model than the one that will play then."""
        ahead = (swap for swap in self._planned if swap not in self._over and swap.frame >= self._passed_frame)
        return next((swap for swap in ahead if not is_same(self.find(swap.model), playing)), None)

    def is_due_after(self, swap: PlannedSwap, frame: int) -> bool:
        """Whether another swap, be it to what plays now, is due after a late one and not after ``frame``."""
        return any(swap.frame < other.frame <= frame and other not in self._over for other in self._planned)

    def find(self, model: str, *, anew: bool = False) -> BundleInfo | str:
        """Bundle of a model, or why there is none; looked for once a plan, or ``anew``."""
        if anew or model not in self._found:
            try:
                self._found[model] = bundles.find(model)
            except BundleError as error:
                self._found[model] = str(error)
        return self._found[model]


def is_same(one: BundleInfo | str | None, other: BundleInfo | str | None) -> bool:
    """Whether both are the same bundle, and not just missing."""
    return isinstance(one, BundleInfo) and isinstance(other, BundleInfo) and one.path == other.path
