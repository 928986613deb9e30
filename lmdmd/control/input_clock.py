"""The player as the clock that is followed: beats heard in what comes in, and held while the player rests.

The input's tape is read where the clock's followers run, a little of it at a time. The tracker tells no bars: beats are
counted on from our own, the nearest of which the first beat becomes, and ``clock/downbeat`` says which one is "one".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lmdmd.control import beat_tracker
from lmdmd.control.beat_fit import BeatLine
from lmdmd.control.beat_tracker import SURE, USUAL_BPM, Found
from lmdmd.control.follow import Slack
from lmdmd.rt.tape import Tape

_MOST_HOPS = 25
"""So much is heard at once, for a tick to be short; many more than come in meanwhile."""
_PROVEN_LOOKS = 4
"""A beat counts as found when it was sure at so many looks in a row."""
_DOUBTED_LOOKS = 6
"""It is lost when it was unsure at so many; until then the last that was sure goes on."""
_SAID_AGAIN_S = 60.0


@dataclass(frozen=True)
class Ways:
    """How frames of the tape become time: when a frame ``came_s``, and which beat of ours is heard ``beats_at`` it."""

    came_s: Callable[[float], float]
    beats_at: Callable[[float], float]


class InputClock:
    """What the tape of the input says."""

    slack = Slack(0.004, 0.010)
    can_be_told = False
    peers = 0

    def __init__(self, tape: Tape, rate_hz: int, ways: Ways, usual_bpm: float = USUAL_BPM) -> None:
        self._tape, self._ways = tape, ways
        self._tracker = beat_tracker.init(rate_hz, tape.end_frame, usual_bpm)
        self._found: Found | None = None
        self._number = 0
        self._proven = self._doubted = 0
        self._said_s = -_SAID_AGAIN_S

    @property
    def sure(self) -> float:
        """How sure the beat is, 0 .. 1."""
        return self._tracker.found.sure if self._tracker.found is not None else 0.0

    @property
    def tempo_bpm(self) -> float:
        """The tempo that is held; 0 before any was found."""
        return self._found.tempo_bpm if self._found is not None else 0.0

    def runs(self, _now_s: float) -> bool:
        """Whether a beat is heard now."""
        return self._proven >= _PROVEN_LOOKS

    def line(self, now_s: float, _metre: int) -> BeatLine | None:
        """Beats now; ``None`` while the player rests: our clock then goes on as it is."""
        if self._found is None or not self.runs(now_s):
            return None
        return BeatLine(self._ways.came_s(self._found.frame), self._number, self._found.tempo_bpm)

    def fetch(self, now_s: float) -> str:
        """Hear what has come in since; returns what is to be said, or nothing."""
        hop = beat_tracker.hop_frames(self._tracker)
        if not self._tape.start_frame <= self._tracker.frame <= self._tape.end_frame:
            self._tracker = beat_tracker.reset(self._tracker, self._tape.end_frame)
        ran = self.runs(now_s)
        for _ in range(min(_MOST_HOPS, (self._tape.end_frame - self._tracker.frame) // hop)):
            audio = self._tape.read(self._tracker.frame, hop)
            if audio is None:
                break
            before = self._tracker.found
            self._tracker = beat_tracker.step(self._tracker, audio)
            if self._tracker.found is not before:
                self._take(self._tracker.found)
        return self._lost(now_s) if ran and not self.runs(now_s) else ""

    def _lost(self, now_s: float) -> str:
        if now_s - self._said_s < _SAID_AGAIN_S:
            return ""
        self._said_s = now_s
        return f"clock/source: the beat of the input is lost; the clock goes on at {self.tempo_bpm:.1f} bpm"

    def _take(self, found: Found | None) -> None:
        """Count the newest beat on from the last one; from ours where there was none."""
        runs = self._proven >= _PROVEN_LOOKS
        if found is None or found.sure < SURE:
            self._doubted += 1
            self._proven = self._proven if runs and self._doubted < _DOUBTED_LOOKS else 0
            return
        if runs and self._found is not None:
            passed = (found.frame - self._found.frame) * found.tempo_bpm / (60.0 * self._tracker.rate_hz)
            self._number += round(passed)
        else:
            self._number = round(self._ways.beats_at(self._ways.came_s(found.frame)))
        self._found, self._proven, self._doubted = found, self._proven + 1, 0

    def shift(self, beats: float) -> None:
        """Count so many beats more."""
        self._number += round(beats)

    def close(self) -> None:
        """Nothing is held open."""
