"""The gate at the mixer's end: it fades when time starts, stops, or the process ends."""

from __future__ import annotations

import numpy as np

FADE_S = 0.03


class Gate:
    """Opens and shuts within ``FADE_S``; buffers of up to ``max_frames``, in order."""

    def __init__(self, rate_hz: int, max_frames: int) -> None:
        self._share = 0.0
        self._step = 1.0 / (FADE_S * rate_hz)
        self._count_up = np.arange(1, max_frames + 1, dtype=np.float32)[:, None]

    @property
    def shut(self) -> bool:
        """Whether nothing passes."""
        return self._share == 0.0

    def pass_on(self, frame: int, out: np.ndarray, is_open: bool) -> None:
        """Let ``out`` [N, 2], which begins at a timeline frame, pass on the way to open or shut, in place."""
        if is_open and frame == 0:
            self._share = 1.0  # nothing sounded before, so nothing has to be faded in
        if is_open and self._share == 1.0:
            return
        step = self._step if is_open else -self._step
        shares = np.clip(self._share + step * self._count_up[: len(out)], 0.0, 1.0)
        out *= shares
        self._share = float(shares[-1, 0])
