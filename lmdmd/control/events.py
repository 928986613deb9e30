"""What happens in a session, as frozen dataclasses: surfaces tell it, the show log keeps it.

An event is a report and changes nothing. Frames are of the timeline, seconds are counted from the moment of the event.
"""

from __future__ import annotations

from dataclasses import dataclass

from lmdmd.messages import BlockDone
from lmdmd.params import Value


@dataclass(frozen=True)
class Written:
    """A write was accepted; ``frame`` is where it is expected to be heard, ``planned`` says that it was asked for."""

    stamp: int
    name: str
    value: Value
    source: str
    frame: int
    seconds: float
    planned: bool = False
    glide_frames: int = 0
    curve: str = "linear"


@dataclass(frozen=True)
class Heard:
    """The frame from which a write is heard has been given to the device, ``waited_s`` after it was accepted."""

    stamp: int
    name: str
    value: Value
    source: str
    frame: int
    waited_s: float
    planned: bool = False


@dataclass(frozen=True)
class Incident:
    """Something went wrong, and what is done about it, in one sentence."""

    frame: int
    text: str


@dataclass(frozen=True)
class Block:
    """A deck made a block."""

    deck: int
    block: BlockDone


@dataclass(frozen=True)
class Turned:
    """A deck is in another state."""

    deck: int
    state: str
    model: str
    frame: int


@dataclass(frozen=True)
class Done:
    """A verb is carried out."""

    verb: str
    values: tuple[object, ...]
    source: str
    frame: int


@dataclass(frozen=True)
class Fired:
    """The playhead has come to a cue, or to the beginning of a song (``cue`` is "" then); ``by`` is who fired it."""

    cue: str
    number: str
    song: str
    frame: int
    bar: int
    by: str


@dataclass(frozen=True)
class SwapPlanned:
    """The show will ask for another model on ``frame``; ``cue`` is the cue or song that does."""

    frame: int
    model: str
    over_frames: int
    curve: str
    song: str
    cue: str


@dataclass(frozen=True)
class Stood:
    """Where the show stands from ``frame`` on, as ``control/resume.py`` reads it."""

    frame: int
    song: str
    cue: str
    number: str
    record: dict[str, object]


@dataclass(frozen=True)
class Passed:
    """The playhead has come to ``frame``; told about once a second."""

    frame: int


Event = Written | Heard | Incident | Block | Turned | Done | Fired | SwapPlanned | Stood | Passed
