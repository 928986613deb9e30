"""The door: what comes in on its way to the input tape, so that whoever hears the input hears the same.

In order: samples that are no sound are mended, the sources are added, the gain acts, what the output feeds back is
added, then highpass, gate, ``input/eased`` and howl guard. Everything behind the door (the tape, the recording, the dry
side, who listens) gets what left it, and a replay begins there.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lmdmd.params import BY_NAME, INPUTS
from lmdmd.rt.filters import Filter
from lmdmd.rt.howl import HowlGuard
from lmdmd.rt.noise_gate import NoiseGate
from lmdmd.rt.past import Past
from lmdmd.rt.slope import Slope
from lmdmd.rt.sound import Sound
from lmdmd.units import LOUDEST, SILENCE_DB, gain_from_db

SOURCE_FADE_S = 0.02
CLIPPED = 0.999
PRESENT_DB = -60.0
"""Quieter than this, nothing comes in."""
PRESENT_S = 1.0
RUMBLE_DB = -30.0
RUMBLE_SHARE = 0.25
"""A device louder than ``RUMBLE_DB``, of which the highpass leaves less than this share, gives rumble."""
FALL_DB_PER_S = 24.0

_HEARD = {"mic": ("mic",), "file": ("file",), "both": ("mic", "file"), "tape": ("tape",)}
_SOURCES = ("mic", "file", "tape")
_PRESENT, _RUMBLE = gain_from_db(PRESENT_DB), gain_from_db(RUMBLE_DB)
_TINY = 1e-30
"""Numbers not far below this are slow to compute with and never heard."""


def open_gain(values: Mapping[str, float], group: str) -> float:
    """Gain of ``group`` ("mix" or "input"), its mute included."""
    return gain_from_db(values[f"{group}/gain"]) * (1.0 - values[f"{group}/mute"])


class Door:
    """Buffers of up to ``max_frames``, in order. Counters only grow; ``file`` is what ``input/source file`` plays."""

    def __init__(self, rate_hz: int, max_frames: int) -> None:
        self.file: Sound | None = None
        self.mended = 0
        self.clipped_frames = 0
        self.zero_frames = 0
        """Frames for which the device has given nothing but zeros, up to now."""
        self.alive = False
        """Whether it has ever given anything else."""
        self.rumble_frames = 0
        """Frames for which the device has given hardly anything but rumble, up to now."""
        self.guard = HowlGuard(rate_hz, max_frames)
        self._rate_hz = rate_hz
        self._slope = Slope(max_frames)
        self._highpass = Filter("highpass", rate_hz, BY_NAME["input/highpass"].lo)
        self._gate = NoiseGate(rate_hz, max_frames)
        self._out_past = Past(2 * max_frames)
        self._back_frames = max_frames
        self._part = np.zeros((max_frames, 2), np.float32)
        self._size = np.zeros((max_frames, 2), np.float32)
        self._tiny = np.zeros((max_frames, 2), np.bool_)
        self._shares: dict[str, float] = {}
        self._steady: dict[str, tuple[float, float]] = {}
        self._settled: float | None = None
        self._before = self._after = 0.0
        self._silent_frames = round(PRESENT_S * rate_hz)

    @property
    def present(self) -> bool:
        """Whether something comes in, or did a moment ago."""
        return self._silent_frames < PRESENT_S * self._rate_hz

    def process(
        self,
        frame: int,
        live: np.ndarray,
        ends: tuple[Mapping[str, float], Mapping[str, float]],
        *,
        is_heard: bool,
        limited: bool,
        standing: bool = False,
    ) -> None:
        """Turn ``live`` [N, 2] from what the device gave at ``frame`` into what comes in, in place.

        ``ends`` are the rows at the buffer's first frame and after its last. ``is_heard`` says that the input is heard
        directly, ``limited`` that the limiter is at work. While time stands neither file nor feedback has a place.
        """
        first, last = ends
        device = self._note_device(live) * open_gain(last, "input")
        shares = self._move_shares(len(live), last)
        self._slope.scale(live, *shares["mic"])
        if not standing:
            self._add_file(frame, live, shares["file"])
        self._slope.scale(live, open_gain(first, "input"), open_gain(last, "input"))
        if not standing:
            self._add_feedback(frame, live, shares["tape"], ends)
        peak = self._filter(live, device, last["input/highpass"])
        self._gate.process(live, peak, last["input/gate"])
        self._slope.scale(live, gain_from_db(-first["input/eased"]), gain_from_db(-last["input/eased"]))
        self.guard.process(live, is_heard and not standing, limited, last["input/howl"])
        is_whole = last["input/gate"] <= SILENCE_DB and self.guard.idle and not last["input/eased"]
        self._note_present(len(live), peak if is_whole else self._peak(live))

    def hear_output(self, frame: int, out: np.ndarray) -> None:
        """Take what was made of the buffer at ``frame``: it may come in again."""
        self._out_past.add(frame, out)

    def warm_up(self, noise: np.ndarray, cutoff_hz: float) -> None:
        """Take every part through its work once, on a copy of ``noise`` [N, 2]."""
        live = noise.copy()
        self._highpass.process(live, cutoff_hz)
        self._gate.process(live, 0.0, 0.0)
        self.guard.warm_up()

    # --- the device -------------------------------------------------------------------------------

    def _note_device(self, live: np.ndarray) -> float:
        """Mend what the device gave; returns its peak."""
        size = np.abs(live, out=self._size[: len(live)])
        peak = float(size.max())
        if not peak <= LOUDEST:  # nan too
            self.mended += self._slope.mend(live)
            peak = self._peak(live)
        if peak:
            np.copyto(live, 0.0, where=np.less(size, _TINY, out=self._tiny[: len(live)]))
        if peak >= CLIPPED:
            self.clipped_frames += int(np.count_nonzero(size.max(axis=1) >= CLIPPED))
        self.zero_frames = 0 if peak else self.zero_frames + len(live)
        self.alive = self.alive or peak > 0.0
        return peak

    # --- the sources ------------------------------------------------------------------------------

    def _move_shares(self, frames: int, last: Mapping[str, float]) -> dict[str, tuple[float, float]]:
        """Share of each source at both ends of the buffer, on the way to those of the row."""
        if last["input/source"] == self._settled:
            return self._steady
        heard = _HEARD[INPUTS[round(last["input/source"])]]
        goals = {name: float(name in heard) for name in _SOURCES}
        before, step = self._shares or goals, frames / (SOURCE_FADE_S * self._rate_hz)
        self._shares = {n: min(max(goals[n], before[n] - step), before[n] + step) for n in _SOURCES}
        self._settled = last["input/source"] if before == goals else None
        self._steady = {name: (share, share) for name, share in goals.items()}
        return {name: (before[name], self._shares[name]) for name in _SOURCES}

    def _add_file(self, frame: int, live: np.ndarray, share: tuple[float, float]) -> None:
        if self.file is None or share == (0.0, 0.0):
            return
        part = self._part[: len(live)]
        self.file.read_round(frame, part)
        self._slope.scale(part, *share)
        live += part

    def _add_feedback(
        self,
        frame: int,
        live: np.ndarray,
        share: tuple[float, float],
        ends: tuple[Mapping[str, float], Mapping[str, float]],
    ) -> None:
        """Add the output of one largest buffer ago, never louder than it was: no loop in here can grow by itself."""
        if share == (0.0, 0.0) and max(values["input/feedback"] for values in ends) <= SILENCE_DB:
            return
        gains = [
            max(share, gain_from_db(values["input/feedback"])) * min(open_gain(values, "input"), 1.0)
            for share, values in zip(share, ends, strict=True)
        ]
        part = self._part[: len(live)]
        self._out_past.read_into(frame - self._back_frames, part)
        self._slope.scale(part, *gains)
        live += part

    # --- what is left of them ---------------------------------------------------------------------

    def _filter(self, live: np.ndarray, before: float, cutoff_hz: float) -> float:
        """Take the lows away, the device's peak being ``before``; returns the peak of what is left."""
        self._highpass.process(live, cutoff_hz)
        after = self._peak(live)
        fall = 10.0 ** (-FALL_DB_PER_S * len(live) / self._rate_hz / 20.0)
        self._before, self._after = max(before, self._before * fall), max(after, self._after * fall)
        is_rumble = self._before > _RUMBLE and self._after < RUMBLE_SHARE * self._before
        self.rumble_frames = self.rumble_frames + len(live) if is_rumble else 0
        return after

    def _note_present(self, frames: int, peak: float) -> None:
        self._silent_frames = 0 if peak >= _PRESENT else self._silent_frames + frames

    def _peak(self, live: np.ndarray) -> float:
        return float(np.abs(live, out=self._size[: len(live)]).max())


def is_heard_directly(values: Mapping[str, float], dry: float) -> bool:
    """Whether rows let the input through to the output, ``dry`` being the share that ``mix/wet`` leaves it."""
    return (dry > 0.0 or values["input/monitor"] > SILENCE_DB) and open_gain(values, "mix") > 0.0
