"""Rehearsing a show: from somewhere, around and around, without the waits, slower or faster. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lmdmd.control.plan import plan_show, straight
from lmdmd.control.setlist import Cue, Setlist, Song, Span, Swap, Trigger, Way
from lmdmd.control.stand import OPENING, Place
from lmdmd.errors import ConfigError, did_you_mean
from lmdmd.params import Value, find

SLOWEST, FASTEST = 0.1, 10.0
_RATE_HZ = 48_000
_BARS = re.compile(r"(.*):([0-9]{1,6})(?:-([0-9]{1,6}))?\Z")


@dataclass(frozen=True)
class Rehearsal:
    """How a show is rehearsed; as it stands here, it is played.

    ``begin`` is a cue or a song, ``loop`` is SONG or SONG:BAR or SONG:BAR-BAR. No wait lasts longer than
    ``skip_waits_s`` and the rest of a bar. ``speed`` 2 plays in half the time.
    """

    begin: str = ""
    loop: str = ""
    skip_waits_s: float | None = None
    speed: float = 1.0

    def __post_init__(self) -> None:
        if not SLOWEST <= self.speed <= FASTEST:
            raise ConfigError(f"--speed {self.speed:g}: must lie between {SLOWEST:g} and {FASTEST:g}")
        if self.skip_waits_s is not None and not 0 < self.skip_waits_s <= 3600:
            raise ConfigError(f"--skip-waits {self.skip_waits_s:g}: must lie above 0 and not above 3600 s")
        if self.begin and self.loop:
            raise ConfigError("--from and --loop: a loop begins where it begins; say one of them")


def rehearsed(setlist: Setlist, rehearsal: Rehearsal) -> Setlist:
    """The setlist at the speed of the rehearsal; raises ``ConfigError`` where a tempo would leave its range."""
    if rehearsal.speed == 1.0:
        return setlist
    return replace(setlist, songs=tuple(_song(song, rehearsal.speed) for song in setlist.songs))


def loop_of(setlist: Setlist, text: str) -> tuple[Place, tuple[int, int]]:
    """Where to begin, and the first and last bar, of a loop such as ``Dawn:5-8``; without bars, all of the song."""
    match = None if any(song.name == text for song in setlist.songs) else _BARS.match(text)
    name = match[1] if match else text
    index = next((index for index, song in enumerate(setlist.songs) if song.name == name), None)
    if index is None:
        names = [song.name for song in setlist.songs]
        raise ConfigError(f'--loop {text}: there is no song "{name}"{did_you_mean(name, names)}')
    plan = plan_show(straight(replace(setlist, songs=(setlist.songs[index],))), _RATE_HZ)
    bars = max(1, plan.stands[-1].clock.position(plan.end_frame)[0] - 1)
    first = int(match[2]) if match else 1
    last = int(match[3] or first) if match else bars
    if not 1 <= first <= last <= bars:
        raise ConfigError(f'--loop {text}: "{name}" has bars 1 to {bars}; write {name}:5-8')
    before = [mark.place.cue for mark in plan.marks if mark.bar < first]
    return Place(index, before[-1] if before else OPENING), (first, last)


def _song(song: Song, speed: float) -> Song:
    return replace(
        song,
        tempo=_tempo(song.tempo, speed, f'song "{song.name}"'),
        length=_span(song.length, speed),
        set=_values(song.set, speed, f'song "{song.name}"'),
        swap=_swap(song.swap, speed),
        cues=tuple(_cue(cue, speed) for cue in song.cues),
    )


def _cue(cue: Cue, speed: float) -> Cue:
    trigger = cue.trigger
    return replace(
        cue,
        trigger=Trigger("at", trigger.value / speed) if trigger.kind == "at" else trigger,
        set=_values(cue.set, speed, f'cue "{cue.name}"'),
        over=_span(cue.over, speed),
        wait=_span(cue.wait, speed),
        quantise=_span(cue.quantise, speed),
        ways={name: Way(_span(way.over, speed), way.curve) for name, way in cue.ways.items()},
        swap=_swap(cue.swap, speed),
    )


def _span(span: Span, speed: float) -> Span:
    return Span(span.value / speed) if span.unit == "s" else span


def _swap(swap: Swap | None, speed: float) -> Swap | None:
    return replace(swap, over=_span(swap.over, speed)) if swap is not None else None


def _values(values: dict[str, Value], speed: float, where: str) -> dict[str, Value]:
    if "clock/tempo" not in values:
        return values
    return values | {"clock/tempo": _tempo(float(values["clock/tempo"]), speed, where)}


def _tempo(tempo: float, speed: float, where: str) -> float:
    row = find("clock/tempo")
    if not row.lo <= tempo * speed <= row.hi:
        fits = f"{row.lo / tempo:.2f} to {row.hi / tempo:.2f}"
        raise ConfigError(f"--speed {speed:g}: {where} would play at {tempo * speed:g} bpm; it can be {fits} there")
    return tempo * speed
