"""When to load the model of a coming swap, and whether there is memory for it beside the one that plays.

What a deck needs is estimated from the files of its bundle until one has run: then it is what it took.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lmdmd.bundles import BundleInfo
from lmdmd.control.resources import available_mb, private_mb
from lmdmd.control.session import Session

BARE_MB = 200.0
"""What a deck takes before it has a model: the interpreter and torch, without what all decks share."""
SIZE_FACTOR = 4.0
"""Memory over the size of the weights on disk, which may be half as wide there, while a deck loads them and plays."""
RESERVE_MB = 250.0
"""So much of what the machine has free is left to it."""
SHORTEST_ENTRY_S = 2.0
ENTRY_LEADS = 2.0
"""A ready deck begins to play along so long before its swap: so many leads, and some time to hear what was played."""


@dataclass(frozen=True)
class Measured:
    """What a bundle took when it ran here."""

    memory_mb: float = 0.0
    load_s: float = 0.0


class Preload:
    """What bundles need, as far as is known, against what there is."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._measured: dict[Path, Measured] = {}

    # --- what was measured -------------------------------------------------------------------------

    def note(self, info: BundleInfo, pid: int, load_s: float) -> None:
        """Measure a deck that runs a bundle; the most that it ever took counts."""
        before = self._measured.get(info.path, Measured())
        self._measured[info.path] = Measured(max(before.memory_mb, private_mb(pid)), load_s or before.load_s)

    def need_mb(self, info: BundleInfo) -> float:
        """Memory that a deck of a bundle takes."""
        measured_mb = self._measured.get(info.path, Measured()).memory_mb
        return measured_mb or estimated_mb(info)

    # --- time --------------------------------------------------------------------------------------

    @property
    def entry_s(self) -> float:
        """How long before its swap a ready deck begins to play along."""
        return SHORTEST_ENTRY_S + ENTRY_LEADS * float(self.session.get("engine/lead"))

    def window_s(self, info: BundleInfo | str) -> float:
        """How long before its swap a bundle is loaded, or looked for again when it was not there."""
        load_s = self._measured.get(info.path, Measured()).load_s if isinstance(info, BundleInfo) else 0.0
        return max(float(self.session.get("show/preload")), 2.0 * load_s + self.entry_s)

    # --- memory ------------------------------------------------------------------------------------

    def why_not(self, info: BundleInfo, beside_mb: float, freed_mb: float = 0.0) -> str:
        """Why a bundle cannot be loaded beside decks that take ``beside_mb``; empty when it can.

        ``freed_mb`` is memory of other decks that will have been given back by then.
        """
        need_mb, limit_mb = self.need_mb(info), float(self.session.get("deck/memory"))
        if limit_mb:
            left_mb, whose = limit_mb - beside_mb, f"deck/memory leaves {max(0.0, limit_mb - beside_mb):.0f} MB"
        else:
            left_mb = available_mb() + freed_mb - RESERVE_MB
            whose = f"the machine has {max(0.0, left_mb):.0f} MB to spare"
        return "" if need_mb <= left_mb else f"it needs {need_mb:.0f} MB of memory, and {whose}"


def estimated_mb(info: BundleInfo) -> float:
    """Memory that a deck of a bundle is expected to take, by the size of its weights."""
    return BARE_MB + SIZE_FACTOR * sum(map(_size_mb, info.path.glob("*.safetensors")))


def _size_mb(file: Path) -> float:
    try:
        return file.stat().st_size / 1e6
    except OSError:  # a file that is gone says so when it is loaded
        return 0.0
