"""When to make the next block, and how long blocks take: measured, not assumed."""

from __future__ import annotations

from collections import deque

import numpy as np

_REMEMBERED_BLOCKS, _LATEST_BLOCKS = 256, 16
_MARGIN_S = 0.15
_FEW_BLOCKS, _OUTLIER = 32, 1.5


class Pacing:
    """Times of the latest blocks and what follows from them."""

    def __init__(self, block_s: float) -> None:
        self.block_s = block_s
        self._times_ms: deque[float] = deque(maxlen=_REMEMBERED_BLOCKS)
        self._latest_ms: deque[float] = deque(maxlen=_LATEST_BLOCKS)

    def add(self, compute_ms: float) -> None:
        """Note one block's time."""
        self._times_ms.append(compute_ms)
        self._latest_ms.append(compute_ms)

    def percentile_ms(self, percent: float) -> float:
        """Percentile of the remembered block times; 0 before the first."""
        return float(np.percentile(self._times_ms, percent)) if self._times_ms else 0.0

    def surely_ms(self) -> float:
        """Time that the next block hardly exceeds: the longest that is remembered, but for what only a stall takes.

        After few blocks nobody knows the longest yet.
        """
        most = _OUTLIER * self.percentile_ms(95)
        return most if len(self._times_ms) < _FEW_BLOCKS else min(max(self._times_ms), most)

    @property
    def factor(self) -> float:
        """Median compute time over audio time."""
        return self.percentile_ms(50) / 1000.0 / self.block_s

    def wanted(self, lead_s: float, target_s: float) -> bool:
        """Whether a block should be made now: the lead is below its target, or would be gone before one is done."""
        return lead_s < max(target_s, max(self._latest_ms, default=0.0) / 1000.0 + _MARGIN_S)

    def head_start_s(self) -> float:
        """How far ahead of the playhead a new stream should begin to be on time with its first block."""
        return 2.0 * self.percentile_ms(95) / 1000.0 + _MARGIN_S
