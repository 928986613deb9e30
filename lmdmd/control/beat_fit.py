"""Beats of an outside clock over monotonic time: one line, read directly or fitted to pulses that come unevenly.

Pure values: a pulse makes another fit, no pulse moves an old one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean

_STRAY_NOISES = 6.0
_STRAY_FLOOR_S = 0.004
_QUORUM = 4
"""So many strays, if they are even, are another tempo."""

_EVEN_FLOOR_S = 0.002
_MOST_DOUBT = 0.03
"""A tempo that is not known better than to this share is not told."""

_SHORTEST_BEAT_S = 0.01
_OTHER_NOISES = 4.0
_OTHER_FLOOR_S = 0.0003


@dataclass(frozen=True)
class BeatLine:
    """Beat ``beat`` is at ``at_s``, and ``tempo_bpm`` holds around it. Beats count from 0."""

    at_s: float
    beat: float
    tempo_bpm: float

    def beat_at(self, at_s: float) -> float:
        """Beat, with its fraction, at a moment."""
        return self.beat + (at_s - self.at_s) * self.tempo_bpm / 60.0

    def time_of(self, beat: float) -> float:
        """Moment of a beat."""
        return self.at_s + (beat - self.beat) * 60.0 / self.tempo_bpm


Pulse = tuple[float, float]
"""Moment in seconds, and the beat that it says."""


@dataclass(frozen=True)
class BeatFit:
    """The line through the latest pulses: at most ``longest``, of which the newest ``group`` may show another tempo.

    Fewer than ``fewest`` say nothing yet. Pulses far from the line are strays, as when a sender stalls and catches up,
    until they lie in a line of their own. ``told_bpm`` is a tempo that came with the pulses; they then say only where
    the beats are.
    """

    longest: int
    group: int
    fewest: int
    pulses: tuple[Pulse, ...] = ()
    strays: tuple[Pulse, ...] = ()
    told_bpm: float | None = None

    @property
    def line(self) -> BeatLine | None:
        """Beats and tempo now; ``None`` while there are too few pulses, or none that go on."""
        if not self.pulses or (self.told_bpm is None and len(self.pulses) < self.fewest):
            return None
        line = _fit(self.pulses, self.told_bpm)
        return None if line is None or self._doubt(line) > _MOST_DOUBT else line

    def _doubt(self, line: BeatLine) -> float:
        """Standard error of a tempo, as a share of it."""
        if self.told_bpm is not None:
            return 0.0
        spread = _spread([beat for _, beat in self.pulses])
        return _noise_s(self.pulses, line) / spread**0.5 * line.tempo_bpm / 60.0

    @property
    def last(self) -> Pulse | None:
        """The newest pulse."""
        return self.pulses[-1] if self.pulses else None

    def step(self, at_s: float, beat: float, tempo_bpm: float | None = None) -> BeatFit:
        """With one pulse more. A tempo that it says itself is taken as it is."""
        pulse = (at_s, beat)
        if tempo_bpm != self.told_bpm:
            return replace(self.reset(), pulses=(pulse,), told_bpm=tempo_bpm)
        if self._is_stray(pulse):
            return self._with_stray((*self.strays, pulse)[-self.group :])
        kept = (*self.pulses, pulse)[-self.longest :]
        if _has_another_tempo(kept, self.group, self.told_bpm):
            kept = kept[-self.group :]
        return replace(self, pulses=kept, strays=())

    def _with_stray(self, strays: tuple[Pulse, ...]) -> BeatFit:
        if len(strays) >= min(self.group, _QUORUM) and _are_even(strays, self.pulses, self.told_bpm):
            return replace(self, pulses=strays, strays=())
        return replace(self, strays=strays)

    def moved(self, beats: float) -> BeatFit:
        """The same pulses, counted ``beats`` higher."""
        return replace(self, pulses=tuple((at_s, beat + beats) for at_s, beat in self.pulses))

    def reset(self) -> BeatFit:
        """Without any pulse."""
        return BeatFit(self.longest, self.group, self.fewest)

    def _is_stray(self, pulse: Pulse) -> bool:
        line = self.line
        if line is None or len(self.pulses) < 2 * self.group:
            return False
        off_s = abs(pulse[0] - line.time_of(pulse[1]))
        return off_s > max(_STRAY_NOISES * _noise_s(self.pulses, line), _STRAY_FLOOR_S)


def _fit(pulses: tuple[Pulse, ...], told_bpm: float | None) -> BeatLine | None:
    """Least squares of the moments over the beats, told at the newest beat; ``None`` when they do not go forward."""
    middle_s, middle = fmean(at_s for at_s, _ in pulses), fmean(beat for _, beat in pulses)
    beat_s = 60.0 / told_bpm if told_bpm is not None else 0.0
    if told_bpm is None and (spread := _spread([beat for _, beat in pulses])):
        beat_s = sum((beat - middle) * (at_s - middle_s) for at_s, beat in pulses) / spread
    if beat_s < _SHORTEST_BEAT_S:
        return None
    last = pulses[-1][1]
    return BeatLine(middle_s + (last - middle) * beat_s, last, 60.0 / beat_s)


def _spread(beats: list[float]) -> float:
    middle = fmean(beats)
    return sum((beat - middle) ** 2 for beat in beats)


def _noise_s(pulses: tuple[Pulse, ...], line: BeatLine) -> float:
    """How far, typically, pulses lie off the line that was fitted to them."""
    squares = sum((at_s - line.time_of(beat)) ** 2 for at_s, beat in pulses)
    return (squares / max(1, len(pulses) - 2)) ** 0.5


def _has_another_tempo(pulses: tuple[Pulse, ...], group: int, told_bpm: float | None) -> bool:
    """Whether the newest ``group`` lie, together, further off the line of those before them than chance takes them."""
    older, newest = pulses[:-group], pulses[-group:]
    if len(older) < max(group, 3):
        return False
    line, beats = _fit(older, told_bpm), [beat for _, beat in older]
    if line is None:
        return True
    offs_s = [at_s - line.time_of(beat) for at_s, beat in newest]
    off_s = fmean(offs_s)
    if abs(offs_s[-1]) < abs(off_s) or not _are_even(newest, older, told_bpm):
        return False  # they are coming back
    reach = fmean(beat for _, beat in newest) - fmean(beats)
    doubt = (1 / group + 1 / len(older) + reach**2 / max(_spread(beats), 1e-9)) ** 0.5
    return abs(off_s) > _OTHER_NOISES * doubt * _noise_s(older, line) + _OTHER_FLOOR_S


def _are_even(pulses: tuple[Pulse, ...], others: tuple[Pulse, ...], told_bpm: float | None) -> bool:
    """Whether pulses lie in a line of their own about as well as others lie in theirs."""
    line, other = _fit(pulses, told_bpm), _fit(others, told_bpm)
    if line is None or other is None:
        return line is not None
    return _noise_s(pulses, line) <= max(2.0 * _noise_s(others, other), _EVEN_FLOOR_S)
