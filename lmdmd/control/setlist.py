"""A setlist as values: a show has songs, a song has cues, a cue changes something at a moment.

``control/setlist_reader.py`` makes it of a YAML file, ``control/plan.py`` makes writes on frames of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lmdmd.control.clock import TempoMap
from lmdmd.params import Value
from lmdmd.units import frames_from_s


@dataclass(frozen=True)
class Span:
    """A length of music: ``value`` in ``unit`` s, bars or beats."""

    value: float
    unit: str = "s"


@dataclass(frozen=True)
class Trigger:
    """When a cue fires.

    ``kind`` is ``at`` (``value`` seconds into its song), ``bar`` (on bar ``value`` of it), ``go`` (by hand), ``start``
    or ``end`` (when the cue before it in the song has fired, or has arrived at all its values), or ``osc`` (when
    ``message``, an address and arguments as text, comes in).
    """

    kind: str
    value: float = 0.0
    message: str = ""


@dataclass(frozen=True)
class Way:
    """How one value goes where a cue takes it, where that is not the cue's own way."""

    over: Span
    curve: str = "linear"


@dataclass(frozen=True)
class Swap:
    """Another model: ``model`` as ``bundles.find`` takes it, faded to like a ``Way``."""

    model: str
    over: Span = Span(4.0, "beats")
    curve: str = "linear"


@dataclass(frozen=True)
class Send:
    """A message that goes out when a cue is heard.

    ``kind`` is ``osc`` or ``midi``; ``target`` is "host:port" or part of the name of a MIDI port; ``message`` is an
    OSC address with arguments, or one of mido's words with its fields ("program_change channel=0 program=5").
    """

    kind: str
    target: str
    message: str


@dataclass(frozen=True)
class Loop:
    """Bars ``first`` to ``last`` of the song, played ``times`` times; 0 is until somebody says go."""

    first: int
    last: int
    times: int = 0


@dataclass(frozen=True)
class Cue:
    """One change: what it does, when, and how long it takes. ``number`` is text: 1.10 is not 1.1.

    A cue by hand, by message or after another one fires ``wait`` after it was asked for, and then on the next multiple
    of ``quantise`` in its song (0: at once). ``over`` and ``curve`` hold for everything that is not in ``ways``. A cue
    that ``holds`` stops the timed cues after it until somebody says go. ``prime`` is music that it goes on from, as
    ``lmdmd/primes.py`` reads it.
    """

    name: str
    number: str = ""
    trigger: Trigger = Trigger("at")
    notes: str = ""
    prompts: dict[str, float] = field(default_factory=dict)
    set: dict[str, Value] = field(default_factory=dict)
    over: Span = Span(0.0)
    curve: str = "linear"
    line: int = 0
    wait: Span = Span(0.0)
    quantise: Span = Span(0.0)
    ways: dict[str, Way] = field(default_factory=dict)
    swap: Swap | None = None
    sends: tuple[Send, ...] = ()
    holds: bool = False
    loop: Loop | None = None
    path: Path | None = None
    prime: str = ""


@dataclass(frozen=True)
class Song:
    """One song: its clock, how long it lasts, what it starts with and what happens in it."""

    name: str
    tempo: float
    metre: int
    length: Span
    cues: tuple[Cue, ...] = ()
    prompts: dict[str, float] = field(default_factory=dict)
    line: int = 0
    set: dict[str, Value] = field(default_factory=dict)
    swap: Swap | None = None
    notes: str = ""
    path: Path | None = None
    prime: str = ""


@dataclass(frozen=True)
class Setlist:
    """A whole show. ``model`` and ``seed`` are ``None`` where the file leaves them to the program.

    ``paths`` are the files it was read from, ``path`` first.
    """

    title: str
    model: str | None
    seed: int | None
    songs: tuple[Song, ...]
    path: Path
    paths: tuple[Path, ...] = ()


def trigger_frame(trigger: Trigger, clock: TempoMap, origin: int) -> int:
    """Frame of an ``at`` or ``bar`` trigger in a song that begins at frame ``origin``."""
    if trigger.kind == "bar":
        return clock.frame_of(int(trigger.value))
    return origin + frames_from_s(trigger.value, clock.rate_hz)


def end_frame(song: Song, clock: TempoMap, origin: int) -> int:
    """Frame at which a song that began at ``origin`` ends, if its clock stays as it is now."""
    if song.length.unit == "s":
        return origin + frames_from_s(song.length.value, clock.rate_hz)
    metre = clock.anchors[-1].metre
    beats = song.length.value * (metre if song.length.unit == "bars" else 1)
    return clock.frame_of(1 + int(beats // metre), 1.0 + beats % metre)


def span_frames(span: Span, clock: TempoMap, frame: int) -> int:
    """Frames that a span lasts at the tempo of ``frame``."""
    if span.unit == "s":
        return frames_from_s(span.value, clock.rate_hz)
    beats = span.value * (clock.anchor_at(frame).metre if span.unit == "bars" else 1)
    return round(beats * clock.beat_frames(frame))


def retime(clock: TempoMap, frame: int, values: dict[str, Value]) -> TempoMap:
    """Clock after a cue at ``frame`` that may set tempo or metre."""
    now = clock.anchor_at(frame)
    tempo, metre = values.get("clock/tempo", now.tempo_bpm), values.get("clock/metre", now.metre)
    if (tempo, metre) == (now.tempo_bpm, now.metre):
        return clock
    return clock.retimed(frame, float(tempo), int(metre))
