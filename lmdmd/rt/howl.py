"""The howl guard: an input that hears its own output and grows is ducked until the loop is quiet, then let go slowly.

It looks at the input before it ducks it, some fifty times a second, and only while the input is heard directly, for
nothing else closes a loop as fast as that. A tone that grows, sound that grows as evenly as only a loop does, and a
tone that keeps the limiter at work are suspicions; what makes one certain is that the sound falls when it is ducked. An
instrument does not: it is let go at once, and not suspected again for a while.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

import numpy as np

WINDOW_S = 0.085
HOPS = 4
"""Looks for each window."""
LOWEST_HZ = 60.0
SUSPECT_DB = -45.0
"""Quieter than this nothing is suspected."""
PROBE_S = 0.3
FALL_DB = 6.0
"""What is ducked and falls by this within ``PROBE_S`` is a loop."""
HOLD_S = 1.0
LONGEST_HOLD_S = 16.0
CALM_S = 30.0
"""A loop that howls again sooner is held for twice as long."""
TRUST_S = 5.0
"""What was no loop is not suspected for so long."""
DUCK_S = 0.01
RELEASE_DB_PER_S = 12.0
LET_GO_S = 0.05

_TONE_SHARE = 0.8
_PURE_SHARE = 0.9
_PLACE_SHARE = 0.3
"""What has less of a tone than this is told without a place."""
_EVEN_DB = 1.5
_STUCK_HOPS, _STUCK_DB = 24, -24.0
_MOST_LOOKS = 24
_BINS = 2
_TINY = 1e-12


class Growth(NamedTuple):
    """A kind of growth: ``steps`` of ``hops`` looks, each of at least ``step_db``, and of ``rise_db`` together."""

    steps: int
    hops: int
    step_db: float
    rise_db: float


_GROWTHS = (Growth(5, 1, 0.5, 8.0), Growth(8, 1, 0.3, 5.0), Growth(5, 4, 0.3, 5.0))
_TONE_GROWTH = Growth(5, 4, 0.1, 1.5)


class Look(NamedTuple):
    """What was seen at one moment: levels of all and of the strongest tone, its bin, its share, the limiter's work."""

    level_db: float
    tone_db: float
    bin: int
    share: float
    limited: bool


class HowlGuard:
    """Works in place on buffers in order. ``howls`` counts what was certain; ``hz`` is where the last one was, or 0."""

    def __init__(self, rate_hz: int, max_frames: int) -> None:
        self.howls = 0
        self.hz = 0.0
        self.ducked_db = 0.0
        window_frames = 1 << round(math.log2(WINDOW_S * rate_hz))
        self._rate_hz = rate_hz
        self._hop_frames = window_frames // HOPS
        self._hops_per_s = rate_hz / self._hop_frames
        self._bin_hz = rate_hz / window_frames
        self._lowest_bin = math.ceil(LOWEST_HZ / self._bin_hz)
        self._window = np.hanning(window_frames)
        self._to_power = 2.0 / (window_frames * float(np.square(self._window).sum()))
        self._heard = np.full(window_frames, 0.0)
        self._windowed = np.full(window_frames, 0.0)
        self._power = np.full(window_frames // 2 + 1, 0.0)
        self._line = np.arange(max_frames, dtype=np.float32)[:, None]
        self._gain = np.zeros((max_frames, 1), np.float32)
        self._fresh = 0
        self._looks: deque[Look] = deque(maxlen=_MOST_LOOKS)
        self._trusted_hops = 0
        self._let_go()

    def _let_go(self) -> None:
        self._state = "calm"
        self._goal_db = 0.0
        self._hops = 0
        self._hold_s = HOLD_S
        self._peak_db = 0.0
        self._tone = 0
        self._place_hz = 0.0

    @property
    def idle(self) -> bool:
        """Whether it does nothing and waits for nothing."""
        return self._state == "calm" and self.ducked_db == 0.0

    def process(self, audio: np.ndarray, is_heard: bool, limited: bool, depth_db: float) -> None:
        """Look at ``audio`` [N, 2], and duck it by up to ``depth_db`` where it howls; 0 is off.

        ``is_heard`` says that the input is heard directly, ``limited`` that the limiter is at work.
        """
        if depth_db <= 0.0 or (not is_heard and self.idle):
            self._rest()
            if self.ducked_db == 0.0:
                return
        else:
            self._listen(audio, limited, depth_db)
        self._duck(audio, depth_db)

    def warm_up(self) -> None:
        """Look once, so that the first time is not on stage."""
        self._look(False)

    def _rest(self) -> None:
        """Look at nothing; what was seen is forgotten."""
        if self._looks or not self.idle:
            self._looks.clear()
            self._let_go()

    # --- looking ----------------------------------------------------------------------------------

    def _listen(self, audio: np.ndarray, limited: bool, depth_db: float) -> None:
        done, hop = 0, self._hop_frames
        while done < len(audio):
            part = min(len(audio) - done, hop - self._fresh)
            at = len(self._heard) - hop + self._fresh
            np.add(audio[done : done + part, 0], audio[done : done + part, 1], out=self._heard[at : at + part])
            done, self._fresh = done + part, self._fresh + part
            if self._fresh == hop:
                self._looks.append(self._look(limited))
                self._judge(depth_db)
                self._heard[:-hop] = self._heard[hop:]
                self._fresh = 0

    def _look(self, limited: bool) -> Look:
        np.multiply(self._heard, self._window, out=self._windowed)
        np.abs(np.fft.rfft(self._windowed), out=self._power)
        np.multiply(self._power, self._power, out=self._power)
        heard = self._power[self._lowest_bin :]
        strongest = self._lowest_bin + int(heard.argmax())
        total, tone = float(heard.sum()), self._tone_power(strongest)
        return Look(self._db(total), self._db(tone), strongest, tone / (total + _TINY), limited)

    def _tone_power(self, strongest: int) -> float:
        return float(self._power[max(strongest - _BINS, 0) : strongest + _BINS + 1].sum())

    def _db(self, power: float) -> float:
        """Level of a sum of bins: 0 dB is full scale on both sides."""
        return 10.0 * math.log10(power * self._to_power / 2.0 + _TINY)

    # --- judging ----------------------------------------------------------------------------------

    def _judge(self, depth_db: float) -> None:
        self._hops += 1
        self._trusted_hops = max(0, self._trusted_hops - 1)
        if self._state in ("calm", "releasing"):
            self._suspect(depth_db)
        elif self._state == "probing":
            self._probe()
        elif self._hops >= self._hold_s * self._hops_per_s:
            self._state, self._goal_db = "releasing", 0.0
        if self._state == "releasing" and self.ducked_db == 0.0 and self._hops >= CALM_S * self._hops_per_s:
            self._let_go()

    def _suspect(self, depth_db: float) -> None:
        tone = self._tone_grows() or self._tone_is_stuck()
        if self._trusted_hops or not (tone or self._grows_evenly()):
            return
        self._hold_s = min(2.0 * self._hold_s, LONGEST_HOLD_S) if self._state == "releasing" else HOLD_S
        self._state, self._hops, self._goal_db = "probing", 0, depth_db
        last = self._looks[-1]
        self._tone = last.bin if tone or last.share >= _TONE_SHARE else 0
        self._place_hz = last.bin * self._bin_hz if last.share >= _PLACE_SHARE else 0.0
        self._peak_db = self._looked_for_db()

    def _looked_for_db(self) -> float:
        """Level now of what is suspected: of a tone where it was, or of everything."""
        return self._db(self._tone_power(self._tone)) if self._tone else self._looks[-1].level_db

    def _probe(self) -> None:
        level_db = self._looked_for_db()
        self._peak_db = max(self._peak_db, level_db)
        if level_db <= self._peak_db - FALL_DB:
            self.hz = self._place_hz
            self.howls += 1
            self._state, self._hops = "holding", 0
            self._looks.clear()
        elif self._hops >= PROBE_S * self._hops_per_s:
            self._let_go()
            self._looks.clear()
            self._trusted_hops = round(TRUST_S * self._hops_per_s)

    def _latest(self, hops: int) -> list[Look]:
        return list(self._looks)[-hops:] if len(self._looks) >= hops else []

    def _tone_grows(self) -> bool:
        looks = self._steps(_TONE_GROWTH)
        return _same_tone(looks, _TONE_SHARE) and _grows([look.tone_db for look in looks], _TONE_GROWTH)

    def _grows_evenly(self) -> bool:
        return any(_grows([look.level_db for look in self._steps(kind)], kind, even=True) for kind in _GROWTHS)

    def _steps(self, kind: Growth) -> list[Look]:
        """Looks at the ends of the latest steps, or none while there are too few."""
        return self._latest(kind.steps * kind.hops + 1)[:: kind.hops]

    def _tone_is_stuck(self) -> bool:
        looks = self._latest(_STUCK_HOPS)
        return (
            _same_tone(looks, _PURE_SHARE)
            and all(look.limited for look in looks)
            and min(look.level_db for look in looks) > _STUCK_DB
        )

    # --- ducking ----------------------------------------------------------------------------------

    def _duck(self, audio: np.ndarray, depth_db: float) -> None:
        first_db, seconds = self.ducked_db, len(audio) / self._rate_hz
        if self._goal_db > first_db:
            self.ducked_db = min(first_db + depth_db / DUCK_S * seconds, self._goal_db)
        elif self._goal_db < first_db:
            per_s = RELEASE_DB_PER_S if self._state == "releasing" else max(first_db, 1.0) / LET_GO_S
            self.ducked_db = max(first_db - per_s * seconds, self._goal_db)
        if not first_db and not self.ducked_db:
            return
        first, last = 10.0 ** (-first_db / 20.0), 10.0 ** (-self.ducked_db / 20.0)
        gain = self._gain[: len(audio)]
        np.multiply(self._line[: len(audio)], (last - first) / len(audio), out=gain)
        gain += first
        audio *= gain


def _grows(levels_db: list[float], kind: Growth, even: bool = False) -> bool:
    """Whether levels rise with each step, and ``even``ly, up to one that matters."""
    if not levels_db or levels_db[-1] < SUSPECT_DB:
        return False
    steps = np.diff(levels_db)
    is_even = not even or steps.max() <= 2.0 * float(np.median(steps)) + _EVEN_DB
    return bool(steps.min() >= kind.step_db and steps.sum() >= kind.rise_db and is_even)


def _same_tone(looks: list[Look], share: float) -> bool:
    """Whether there are looks, and each sees one tone, and hardly anything else, at one place."""
    bins = [look.bin for look in looks]
    return bool(looks) and max(bins) - min(bins) <= 2 and min(look.share for look in looks) >= share
