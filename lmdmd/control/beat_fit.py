"""Beats of an outside clock over monotonic time: one line, read directly or fitted to pulses that come unevenly.

A tempo may change from one pulse to the next, a place cannot: the line has a bend where pulses begin to leave it, more
with each. One pulse that is late says nothing, as a sender or a sound server that stalls is late for a while and then
has caught up. Pure values: a pulse makes another fit, no pulse moves an old one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean

_FIRST_NOISE_S = 0.002
_LEAST_NOISE_S = 0.0001
_NOISE_PULSES = 48
"""Over so many pulses it is learned how far they lie off their line."""

_STRAY_NOISES = 4.0
_STRAY_FLOOR_S = 0.003
_BEND_NOISES = 5.0
"""By so many times what chance can do, a bend must be beyond it."""

_GROWING = 0.85
"""Pulses of another tempo lie further off with each: in the mean by no more than this share of what the newest does."""

_LEFT_NOISES, _LEFT_FLOOR_S = 2.5, 0.0002
"""What no bend explains, at most."""

_STEPS = (2, 3, 4, 6, 8, 12)
"""So many of the newest pulses are tried as those of another tempo, the fewest where they come evenly."""

_EVEN_NOISE_S = 0.002

_EVEN_FLOOR_S = 0.002
_MOST_DOUBT = 0.03
"""A tempo that was never known better than to this share is not told."""

_SHORTEST_BEAT_S, _LONGEST_BEAT_S = 0.1, 6.0


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
    """The line through the latest pulses since its last bend: at most ``longest``.

    Fewer than ``fewest`` say nothing yet. Pulses far from the line are strays, until they show another tempo, or
    ``group`` of them lie in a line of their own. ``told_bpm`` is a tempo that came with the pulses; they then say only
    where the beats are. ``noise_s`` is how far pulses lie off in the mean, ``is_sure`` that the tempo was once known
    well enough, and ``before`` what was thought before the last bend, as long as it may prove to be none.
    """

    longest: int
    group: int
    fewest: int
    pulses: tuple[Pulse, ...] = ()
    strays: tuple[Pulse, ...] = ()
    told_bpm: float | None = None
    noise_s: float = _FIRST_NOISE_S
    is_sure: bool = False
    before: BeatFit | None = None

    @property
    def line(self) -> BeatLine | None:
        """Beats and tempo now; ``None`` while there are too few pulses, or none that go on."""
        return self._fitted if self.is_sure else None

    @property
    def _fitted(self) -> BeatLine | None:
        return _fit(self.pulses, self.told_bpm) if self.pulses else None

    @property
    def last(self) -> Pulse | None:
        """The newest pulse that is no stray."""
        return self.pulses[-1] if self.pulses else None

    def step(self, at_s: float, beat: float, tempo_bpm: float | None = None) -> BeatFit:
        """With one pulse more. A tempo that it says itself is taken as it is."""
        if tempo_bpm != self.told_bpm:
            return replace(self.reset(), told_bpm=tempo_bpm)._with((at_s, beat))
        line = self.line
        if line is None or len(self.pulses) < self.group:
            return self._with((at_s, beat))
        off_s = abs(at_s - line.time_of(beat))
        if off_s <= self._gate_s:
            fit = self._noisier(off_s)._with((at_s, beat))
        elif self.before is not None and self.before._has(at_s, beat):
            return self.before._with((at_s, beat))
        else:
            fit = self._noisier(self._gate_s * max(1, len(self._fresh_strays) - self.group))._with_stray((at_s, beat))
        return fit._bent() if off_s > self.noise_s and tempo_bpm is None else fit

    def _has(self, at_s: float, beat: float) -> bool:
        line = self.line
        return line is not None and abs(at_s - line.time_of(beat)) <= self._gate_s

    def _noisier(self, off_s: float) -> BeatFit:
        noise_s = self.noise_s + (off_s - self.noise_s) / _NOISE_PULSES
        return replace(self, noise_s=max(noise_s, _LEAST_NOISE_S))

    def moved(self, beats: float) -> BeatFit:
        """The same pulses, counted ``beats`` higher."""
        before = self.before.moved(beats) if self.before is not None else None
        pulses, strays = (tuple((at_s, beat + beats) for at_s, beat in some) for some in (self.pulses, self.strays))
        return replace(self, pulses=pulses, strays=strays, before=before)

    def reset(self) -> BeatFit:
        """Without any pulse."""
        return BeatFit(self.longest, self.group, self.fewest)

    @property
    def _gate_s(self) -> float:
        return max(_STRAY_NOISES * self.noise_s, _STRAY_FLOOR_S)

    def _with(self, pulse: Pulse) -> BeatFit:
        pulses = (*self.pulses, pulse)[-self.longest :]
        since = pulses[-1][1] - self._reach_beats
        strays = tuple(stray for stray in self.strays if stray[1] > since)
        before = self.before if self.before is not None and self.before.pulses[-1][1] > since else None
        fit = replace(self, pulses=pulses, strays=strays, before=before)
        return fit if self.is_sure else fit._made_sure()

    def _made_sure(self) -> BeatFit:
        """Sure of the tempo as soon as all pulses, or the newest alone, show it well enough."""
        newest = replace(self, pulses=self.pulses[-self.fewest :])
        return next((replace(fit, is_sure=True) for fit in (self, newest) if fit._is_sure_now()), self)

    @property
    def _reach_beats(self) -> float:
        """Beats that the newest pulses reach back, as far as a bend is looked for."""
        return 2 * self.group * (self.pulses[-1][1] - self.pulses[-2][1]) if len(self.pulses) > 1 else 0.0

    def _is_sure_now(self) -> bool:
        line = self._fitted
        if line is None or (self.told_bpm is None and len(self.pulses) < self.fewest):
            return False
        spread = _spread([beat for _, beat in self.pulses])
        doubt = _noise_s(self.pulses, line) / spread**0.5 * line.tempo_bpm / 60.0 if spread else 1.0
        return self.told_bpm is not None or doubt <= _MOST_DOUBT

    @property
    def _fresh_strays(self) -> tuple[Pulse, ...]:
        """Strays that came after the last pulse that was none."""
        return tuple(stray for stray in self.strays if stray[1] > self.pulses[-1][1])

    def _with_stray(self, stray: Pulse) -> BeatFit:
        fit = replace(self, strays=(*self.strays, stray)[-2 * self.group :])
        fresh = fit._fresh_strays[-self.group :]
        if len(fresh) == self.group and self._are_even(fresh):
            return replace(fit, pulses=fresh, strays=(), before=None)
        return fit

    def _are_even(self, pulses: tuple[Pulse, ...]) -> bool:
        """Whether pulses lie in a line of their own about as well as others in theirs."""
        line = _fit(pulses, self.told_bpm)
        return line is not None and _noise_s(pulses, line) <= max(2.0 * self.noise_s, _EVEN_FLOOR_S)

    def _bent(self) -> BeatFit:
        """The line with a bend where the newest pulses begin to leave it, if they do so beyond doubt."""
        every = sorted((*self.pulses, *self.strays), key=lambda pulse: pulse[1])
        bends = []
        for count in _STEPS[self.noise_s > _EVEN_NOISE_S :]:
            older = tuple(pulse for pulse in self.pulses if pulse[1] < every[-count][1]) if count < len(every) else ()
            if len(older) >= max(self.group, 3) and count <= 2 * self.group:
                bends.append(self._bend(older, tuple(every[-count:])))
        found, pulses = max(bends, default=(0.0, ()))
        if found == 0.0:
            return self
        return replace(self, pulses=pulses[-self.longest :], strays=(), before=self.before or self)

    def _bend(self, older: tuple[Pulse, ...], newest: tuple[Pulse, ...]) -> tuple[float, tuple[Pulse, ...]]:
        """How much better a bend at the last of the older pulses explains the newest ones, and what it leaves."""
        line, last = _fit(older, None), older[-1][1]
        if line is None:
            return 0.0, ()
        places = [beat - last for _, beat in newest]
        offs_s = [at_s - line.time_of(beat) for at_s, beat in newest]
        squares = sum(place * place for place in places)
        more_s = sum(place * off_s for place, off_s in zip(places, offs_s, strict=True)) / squares
        lefts_s = [off_s - place * more_s for place, off_s in zip(places, offs_s, strict=True)]
        grown, single = abs(fmean(offs_s)) < _GROWING * abs(offs_s[-1]), abs(offs_s[-2]) < _LEFT_NOISES * self.noise_s
        if not grown or single or max(map(abs, lefts_s)) > _LEFT_NOISES * self.noise_s + _LEFT_FLOOR_S:
            return 0.0, ()
        if not _SHORTEST_BEAT_S < 60.0 / line.tempo_bpm + more_s < _LONGEST_BEAT_S:
            return 0.0, ()
        if abs(more_s) < _BEND_NOISES * self.noise_s * _chance(older, places):
            return 0.0, ()
        knot = (line.time_of(last), last)
        return more_s * more_s * squares, (*[knot] * self.group, *newest)


def _chance(older: tuple[Pulse, ...], places: list[float]) -> float:
    """Standard error, for noise of 1, of how much the tempo after a bend differs from that before it."""
    beats = [beat for _, beat in older]
    spread, reach = max(_spread(beats), 1e-9), beats[-1] - fmean(beats)
    squares = sum(place * place for place in places)
    lever = sum(places) / squares
    place = (1.0 / len(older) + reach**2 / spread) * lever**2
    return (1.0 / squares + place + 1.0 / spread + 2.0 * lever * reach / spread) ** 0.5


def _fit(pulses: tuple[Pulse, ...], told_bpm: float | None) -> BeatLine | None:
    """Least squares of the moments over the beats, told at the newest beat; ``None`` when they do not go forward."""
    middle_s, middle = fmean(at_s for at_s, _ in pulses), fmean(beat for _, beat in pulses)
    beat_s = 60.0 / told_bpm if told_bpm is not None else 0.0
    if told_bpm is None and (spread := _spread([beat for _, beat in pulses])):
        beat_s = sum((beat - middle) * (at_s - middle_s) for at_s, beat in pulses) / spread
    if not _SHORTEST_BEAT_S < beat_s < _LONGEST_BEAT_S:
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
