"""Tempo by hand: the latest taps, without those that fell out of the row."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

MOST_TAPS = 8
FORGOTTEN_S = 2.0
FORGOTTEN_BEATS = 2.0
_STRAY = 0.25
"""An interval that differs from the median by more than this share of it is a slip of the hand."""


@dataclass(frozen=True)
class Taps:
    """Moments of the latest taps, oldest first; a value, changed by making another."""

    times_s: tuple[float, ...] = ()

    def tap(self, at_s: float) -> Taps:
        """With one tap more; after a long wait the row begins anew."""
        if self.times_s and at_s - self.times_s[-1] > self._patience_s:
            return Taps((at_s,))
        return Taps((*self.times_s, at_s)[-MOST_TAPS:])

    @property
    def _patience_s(self) -> float:
        """Two seconds, or two beats where those last longer."""
        tempo = self.tempo_bpm
        return FORGOTTEN_S if tempo is None else max(FORGOTTEN_S, FORGOTTEN_BEATS * 60.0 / tempo)

    @property
    def tempo_bpm(self) -> float | None:
        """Tempo of the row; ``None`` before the second tap."""
        gaps_s = [later - tap for tap, later in zip(self.times_s, self.times_s[1:], strict=False) if later > tap]
        if not gaps_s:
            return None
        middle_s = median(gaps_s)
        kept = [gap for gap in gaps_s if abs(gap - middle_s) <= _STRAY * middle_s]
        return 60.0 * len(kept) / sum(kept) if kept else 60.0 / middle_s
