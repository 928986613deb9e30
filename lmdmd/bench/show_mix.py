"""The mixer of a show once more, over what its decks gave, and at any moment a copy of it that goes another way."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np

from lmdmd.bench.show_decks import Instead
from lmdmd.messages import NOW
from lmdmd.params import SLOT
from lmdmd.rt.mix_again import MixAgain
from lmdmd.rt.schedule import CANCEL, CLEAR, Entry, Taken, Trace


class Stem:
    """A recorded deck as a source of the mixer: ``audio`` [N, 2] from timeline frame ``first`` on."""

    def __init__(self, audio: np.ndarray, first: int) -> None:
        self._audio = audio
        self._first = first
        self.instead: Instead | None = None

    def __deepcopy__(self, _memo: object) -> Stem:
        return copy.copy(self)  # the recording is the same, what is heard instead of it is not

    def read_into(self, frame: int, out: np.ndarray) -> int:
        """Copy ``[N, C]`` from ``frame`` on; what lies outside of the recording is silence."""
        out.fill(0.0)
        _overlay(out, frame, self._audio, self._first)
        if self.instead is not None:
            _overlay(out, frame, self.instead.audio, self.instead.frame)
        return len(out)

    def lead_frames(self, playhead: int) -> int:
        """Frames that are still to be heard."""
        return self._first + len(self._audio) - playhead


def _overlay(out: np.ndarray, frame: int, audio: np.ndarray, first: int) -> None:
    begin, end = max(frame, first), min(frame + len(out), first + len(audio))
    if begin < end:
        out[begin - frame : end - frame] = audio[begin - first : end - first]


class Mix(MixAgain):
    """A show's mixer on its stems. Every write is taken as late as it may be, so that a copy can go without it."""

    def __init__(
        self, rate_hz: int, traces: Iterable[Trace], taken: Sequence[Taken], stems: Sequence[Stem], buffer_frames: int
    ) -> None:
        self.stems = tuple(stems)
        self.parts: list[np.ndarray] = []
        silence = np.zeros((buffer_frames, 2), np.float32)
        late = put_off(taken, buffer_frames)
        super().__init__(rate_hz, traces, late, stems, lambda _frame, frames: silence[:frames], self._keep)

    def _keep(self, _frame: int, audio: np.ndarray) -> None:
        self.parts.append(audio.copy())

    def pour(self) -> np.ndarray:
        """What was mixed since the last time: [N, 2]."""
        parts, self.parts = self.parts, []
        return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)

    def fork(self) -> Self:
        """A mixer that goes on as this one would."""
        return copy.deepcopy(self)

    def without(self, rows: dict[str, int]) -> Self:
        """Do not take what is still to come for some rows at their frames."""
        asked = {(SLOT[name], frame) for name, frame in rows.items()}
        self._taken = deque(taken for taken in self._taken if (taken.entry.slot, taken.entry.frame) not in asked)
        return self

    def with_row(self, name: str, value: float) -> Self:
        """Let a row go to a value now."""
        entry = Entry(NOW, SLOT[name], value, 0, "linear")
        self._taken.appendleft(Taken(0, entry, self.frame, False))
        return self

    def hearing(self, insteads: Iterable[Instead]) -> Self:
        """Hear what decks would have made instead."""
        for instead in insteads:
            self.stems[instead.deck].instead = instead
        return self


def put_off(taken: Sequence[Taken], buffer_frames: int) -> list[Taken]:
    """The same writes, each in the last buffer that is not too late, unless another one depends on it before."""
    late = [
        _late(one, buffer_frames) if _can_wait(one, taken[number + 1 :]) else one for number, one in enumerate(taken)
    ]
    return sorted(late, key=lambda one: one.frame)


def _late(one: Taken, buffer_frames: int) -> Taken:
    """A write that is taken by the buffer in which it acts."""
    frame = one.entry.frame - buffer_frames + 1
    return one._replace(frame=frame, standing=False) if frame > one.frame else one


def _can_wait(one: Taken, later: Iterable[Taken]) -> bool:
    until = one.entry.frame
    return until != NOW and not any(_heeds(other, one) for other in later if other.frame <= until)


def _heeds(other: Taken, one: Taken) -> bool:
    """Whether a write that came later acts on one that is planned, or before it."""
    if other.entry.slot == CLEAR:
        return True
    same_row = other.entry.slot == one.entry.slot
    return same_row and (other.entry.glide_frames == CANCEL or other.entry.frame <= one.entry.frame)
