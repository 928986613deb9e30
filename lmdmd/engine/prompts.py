"""From weighted prompts to one condition: encode once, mix linearly, notice when another one leads."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable

import numpy as np

log = logging.getLogger(__name__)

Leads = tuple[str, list[tuple[str, float]]]
"""The leading prompt, and the prompts with their weights among which it led."""

_REMEMBERED, _EXPECTED = 256, 64
_CLEAR_LEAD, _LEAD = 0.5, 0.05
"""Shares of all weight by which a prompt outdoes the leader: at once, and when the weights have come to rest."""


class PromptMixer:
    """Encoded prompts, remembered, and their mixture (LMDM 1.10: embeddings are mixed linearly).

    A prompt that cannot be encoded counts as no prompt; ``tell`` is given a sentence about it, once.
    """

    def __init__(self, encode: Callable[[list[str]], np.ndarray], tell: Callable[[str], None] = log.warning) -> None:
        self._encode = encode
        self._tell = tell
        self._vectors: OrderedDict[str, np.ndarray] = OrderedDict()
        self._expected: dict[str, None] = {}
        self.reading_s = 0.0  # what the newest prompt took
        self._dominant = ""
        self._last: list[tuple[str, float]] = []

    def expect(self, text: str) -> None:
        """Note a prompt that will be asked for, so that ``read_ahead`` can encode it before; the next few are noted."""
        if text not in self._vectors and len(self._expected) < _EXPECTED:
            self._expected[text] = None

    def read_ahead(self) -> bool:
        """Encode one prompt that is expected; return whether there was one."""
        if not self._expected:
            return False
        text = next(iter(self._expected))
        del self._expected[text]
        self.vector(text)
        return True

    def vector(self, text: str) -> np.ndarray:
        """Embedding of one prompt, [D] or [L, D]."""
        if text not in self._vectors:
            began = time.perf_counter()
            self._vectors[text] = self._encoded(text)
            self.reading_s = time.perf_counter() - began
            if len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        self._vectors.move_to_end(text)
        return self._vectors[text]

    def _encoded(self, text: str) -> np.ndarray:
        try:
            return self._encode([text])[0]
        except Exception as error:
            if not text:
                raise
            self._tell(f"the prompt {text[:60]!a} cannot be read and counts for nothing ({error})")
            return self.vector("")

    def mix(self, prompts: list[tuple[str, float]]) -> np.ndarray:
        """Mean of the embeddings weighted to sum 1; no prompt gives the null vector of zeros."""
        if not prompts:
            return np.zeros_like(self.vector(""))
        weights = np.array([weight for _, weight in prompts], dtype=np.float32)
        vectors = np.stack([self.vector(text) for text, _ in prompts])
        return np.tensordot(weights / weights.sum(), vectors, 1)

    def flipped(self, prompts: list[tuple[str, float]]) -> bool:
        """Whether another prompt leads than at the last call; the first leader of all is no flip.

        While weights move, the lead is lost by a clear margin only: at a tie the mixture is of neither style, and what
        begins anew there is of neither. Weights that rest need a small one, so that trembling hands do not flip.
        """
        leader = self._leader(prompts, _LEAD if prompts == self._last else _CLEAR_LEAD)
        flipped = bool(self._dominant) and leader != self._dominant
        self._dominant, self._last = leader, prompts
        return flipped

    def _leader(self, prompts: list[tuple[str, float]], margin: float) -> str:
        if not prompts:
            return self._dominant
        best, weight = max(prompts, key=lambda prompt: prompt[1])
        held = max((weight for text, weight in prompts if text == self._dominant), default=None)
        total = sum(weight for _, weight in prompts)
        return best if held is None or weight > held + margin * total else self._dominant

    def reset(self) -> None:
        """Forget who leads; embeddings stay."""
        self._dominant = ""

    def save(self) -> Leads:
        """Return who leads, and from among whom."""
        return self._dominant, self._last

    def load(self, saved: Leads) -> None:
        """Go back to what ``save`` returned."""
        self._dominant, self._last = saved
