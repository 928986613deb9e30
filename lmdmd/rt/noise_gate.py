"""The gate of the input: what stays below a level is silence, so that a room's noise is taken for no music.

It opens within ``ATTACK_S`` from the beginning of the buffer in which something is loud enough, stays open for
``HOLD_S`` after that, and shuts within ``RELEASE_S``. Open, it is content with ``SLACK_DB`` less.
"""

from __future__ import annotations

import numpy as np

from lmdmd.units import SILENCE_DB, gain_from_db

ATTACK_S = 0.002
HOLD_S = 0.15
RELEASE_S = 0.2
SLACK_DB = 6.0


class NoiseGate:
    """Works in place on buffers of up to ``max_frames``, in order."""

    def __init__(self, rate_hz: int, max_frames: int) -> None:
        self._opening = 1.0 / (ATTACK_S * rate_hz)
        self._shutting = -1.0 / (RELEASE_S * rate_hz)
        self._hold_frames = round(HOLD_S * rate_hz)
        self._left_frames = 0
        self._share = 1.0
        self._line = np.arange(1, max_frames + 1, dtype=np.float32)[:, None]
        self._shares = np.zeros((max_frames, 1), np.float32)

    def process(self, audio: np.ndarray, peak: float, threshold_db: float) -> None:
        """Let ``audio`` [N, 2], whose loudest sample is ``peak``, pass or not; off at ``SILENCE_DB``."""
        is_open = threshold_db <= SILENCE_DB or self._hears(len(audio), peak, threshold_db)
        if is_open and self._share == 1.0:
            return
        if not is_open and self._share == 0.0:
            audio.fill(0.0)
            return
        shares = self._shares[: len(audio)]
        np.multiply(self._line[: len(audio)], self._opening if is_open else self._shutting, out=shares)
        shares += self._share
        np.clip(shares, 0.0, 1.0, out=shares)
        audio *= shares
        self._share = float(shares[-1, 0])

    def _hears(self, frames: int, peak: float, threshold_db: float) -> bool:
        slack_db = SLACK_DB if self._left_frames else 0.0
        if peak >= gain_from_db(threshold_db - slack_db) > 0.0:
            self._left_frames = self._hold_frames
        else:
            self._left_frames = max(0, self._left_frames - frames)
        return self._left_frames > 0
