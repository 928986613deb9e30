"""What a deck was told and has not answered for yet: changes that wait for a cut, and writes that wait to be heard."""

from __future__ import annotations

from dataclasses import replace

from lmdmd.messages import Write


class Waiting:
    """Changes meant for now, kept until sound can be made anew for them.

    Of many writes to one row only the last counts, so that a hand on a fader costs no more than a tap.
    """

    def __init__(self) -> None:
        self.fresh = False
        self._writes: list[Write] = []
        self._stamps: list[int] = []

    def __bool__(self) -> bool:
        return self.fresh or bool(self._writes)

    def add(self, write: Write) -> None:
        """Let a write wait, without what it makes needless: a glide begins where the step before it went."""
        self._writes = [w for w in self._writes if w.name != write.name or (write.glide_frames and not w.glide_frames)]
        self._writes.append(write)
        self._stamps.append(write.stamp)

    def take(self, frame: int) -> tuple[list[Write], list[int], bool]:
        """Return every write, now of ``frame``, the stamps of all that waited, and whether to forget the music."""
        taken = [replace(write, frame=frame) for write in self._writes], self._stamps, self.fresh
        self._writes, self._stamps, self.fresh = [], [], False
        return taken


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
