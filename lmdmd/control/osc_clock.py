"""Beats that a patch sends as OSC messages, as the clock that is followed."""

from __future__ import annotations

from lmdmd.control.beat_fit import BeatFit, BeatLine
from lmdmd.control.follow import Slack

_LOST_BEATS = 4.5
_LONGEST, _GROUP, _FEWEST = 8, 3, 3


class OscClock:
    """The line through the latest beats. A beat's number may run on, begin anew with each bar, or be left out."""

    slack = Slack(0.002, 0.004)
    can_be_told = False
    peers = 0

    def __init__(self) -> None:
        self._fit = BeatFit(_LONGEST, _GROUP, _FEWEST)
        self._metre = 4
        self._shift = 0.0

    def runs(self, now_s: float) -> bool:
        """Whether beats come."""
        line = self._fit.line
        return line is not None and now_s - line.at_s < _LOST_BEATS * 60.0 / line.tempo_bpm

    def pulse(self, at_s: float, beat: float | None, tempo_bpm: float | None) -> None:
        """Hear beat ``beat``, from 0, at a moment; ``None`` is the next one."""
        if not self.runs(at_s) and self._fit.line is not None:
            self._fit = self._fit.reset()
        self._fit = self._fit.step(at_s, self._counted(at_s, beat), tempo_bpm)

    def _counted(self, at_s: float, beat: float | None) -> float:
        """The beat that it must be, counted on: by the line, or else just after the last one."""
        if self._fit.last is None:
            return (beat or 0.0) + self._shift
        line, last = self._fit.line, self._fit.last
        expected = line.beat_at(at_s) if line is not None else last[1] + 1.0
        if beat is None:
            return last[1] + max(1, round(expected - last[1]))
        return beat + self._shift + self._metre * round((expected - beat - self._shift) / self._metre)

    def line(self, now_s: float, metre: int) -> BeatLine | None:
        """Beats now; ``None`` while none come."""
        self._metre = metre
        return self._fit.line if self.runs(now_s) else None

    def shift(self, beats: float) -> None:
        """Count so many beats more than we are told."""
        self._shift += beats
        self._fit = self._fit.moved(beats)

    def close(self) -> None:
        """Nothing is held open."""
