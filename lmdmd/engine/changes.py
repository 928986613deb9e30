"""What a deck was told and has not answered for yet: changes that wait for a cut, and writes that wait to be heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lmdmd.messages import Write

_REMEMBERED_FRAMES = 500_000
"""More than a write ever waits."""


class Waiting:
    """Changes meant for now, kept until sound can be made anew for them.

    Of many writes to one row only the last counts, so that a hand on a fader costs no more than a tap. A cue that was
    due meanwhile is newer than a write that waited; a cue that is cancelled takes no hand's write with it.
    """

    def __init__(self) -> None:
        self.fresh = False
        self._writes: list[tuple[Write, int]] = []
        self._taken: list[Write] = []

    def __bool__(self) -> bool:
        return self.fresh or self.has_writes

    @property
    def has_writes(self) -> bool:
        """Whether a write waits."""
        return bool(self._writes)

    def add(self, write: Write, playhead: int) -> None:
        """Let a write wait, without what it makes needless: a glide begins where the step before it went."""
        glides = write.glide_frames > 0
        self._writes = [(w, at) for w, at in self._writes if w.name != write.name or (glides and not w.glide_frames)]
        self._writes.append((write, playhead))

    def take(self, frame: int, begins: Callable[[str, int, int], list[int]]) -> tuple[list[Write], list[int], bool]:
        """Return what waited: writes, now of ``frame``, their stamps, and whether to forget the music.

        ``begins`` tells at which frames in (since, until] something begins on a row.
        """
        stamps = [write.stamp for write, _ in self._writes]
        writes = [w for w, since in self._writes if not self._is_overtaken(w.name, begins(w.name, since, frame))]
        taken = [replace(write, frame=frame) for write in writes]
        self._taken = [write for write in self._taken if write.frame > frame - _REMEMBERED_FRAMES] + taken
        fresh, self._writes, self.fresh = self.fresh, [], False
        return taken, stamps, fresh

    def _is_overtaken(self, name: str, frames: list[int]) -> bool:
        by_hand = {write.frame for write in self._taken if write.name == name}
        return any(frame not in by_hand for frame in frames)

    def taken_after(self, frame: int) -> list[Write]:
        """Writes that were taken for later than ``frame``, in order."""
        return [write for write in self._taken if write.frame > frame]


class Promises:
    """Stamps of writes and the frames from which they act, until a block keeps them."""

    def __init__(self) -> None:
        self._open: list[tuple[int, int]] = []
        self._kept: list[tuple[int, int]] = []

    def add(self, frame: int, stamps: list[int]) -> None:
        """Owe the sender of each stamp to act from ``frame`` on."""
        self._open += [(frame, stamp) for stamp in stamps if stamp]

    def keep(self, latch_frame: int) -> tuple[int, ...]:
        """Return the stamps of what a block made from the values at ``latch_frame`` is the first to hold."""
        kept = [promise for promise in self._open if promise[0] <= latch_frame]
        self._open = [promise for promise in self._open if promise[0] > latch_frame]
        self._kept += kept
        return tuple(stamp for _, stamp in kept)

    def undo(self, frame: int) -> None:
        """What acts from ``frame`` on is to be made anew."""
        self._open += [promise for promise in self._kept if promise[0] >= frame]
        self._kept = [promise for promise in self._kept if promise[0] < frame]

    def forget_before(self, frame: int) -> None:
        """What was kept before ``frame`` is heard, and cannot be undone any more."""
        self._kept = [promise for promise in self._kept if promise[0] >= frame]
