"""What happens in a session, as frozen dataclasses: surfaces tell it, the show log keeps it.

An event is a report and changes nothing. Frames are of the timeline, seconds are counted from the moment of the event.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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
class Beat:
    """A beat is heard: its place, counted from 1, and the tempo."""

    frame: int
    bar: int
    beat: int
    tempo_bpm: float


@dataclass(frozen=True)
class HandedOver:
    """The crossfade to a deck has begun, on ``frame``; ``source`` is what asked for it."""

    deck: int
    model: str
    frame: int
    fade_frames: int
    curve: str
    source: str


@dataclass(frozen=True)
class Began:
    """A deck's process is ready, with a bundle loaded; ``digest`` tells one bundle's files from another's."""

    deck: int
    model: str
    version: str
    digest: str
    bundle: str
    threads: int
    precision: str
    torch: str


@dataclass(frozen=True)
class Entered:
    """A deck begins to make sound, at ``frame``, or as the ``heir`` of one that died at the end of what that had made.

    Before, it has heard ``heard_frames`` of the output, up to ``heard_frame``, and ``inherited_frames`` after them that
    its own ring still held.
    """

    deck: int
    frame: int
    heard_frame: int
    heard_frames: int
    inherited_frames: int
    heir: bool = False


@dataclass(frozen=True)
class Taken:
    """The mixer took entry ``index`` of its schedule at the buffer that begins at ``frame``: a row goes to ``value``.

    That was asked for at frame ``asked``, or for now (``messages.NOW``). Without a name it is an order that has a
    ``slot`` of its own in ``rt/schedule.py``. ``standing`` says that time stood.
    """

    index: int
    slot: int
    name: str
    value: float
    asked: int
    frame: int
    glide_frames: int
    curve: str
    standing: bool


@dataclass(frozen=True)
class Traced:
    """What else the mixer's sound depends on, as ``rt/schedule.py`` has it; ``name`` is that of a row."""

    what: str
    frame: int
    number: int
    value: float
    name: str = ""


@dataclass(frozen=True)
class Mixed:
    """What was mixed before ``frame`` is told already, and so is every block that is heard in it.

    ``lost`` traces were not: from here on nobody knows what the mixer did.
    """

    frame: int
    lost: int = 0


@dataclass(frozen=True)
class Take:
    """A recording begins or, not ``running`` any more, ends; ``frames`` are those of each of its files.

    ``piece`` is the number of the first, or the last, of its pieces of which this log tells.
    """

    folder: str
    running: bool
    frames: dict[str, int] = field(default_factory=dict)
    piece: int = 1


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
    fade_frames: int
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
class Listed:
    """The songs of the show from now on, as ``control/resumed_songs.py`` knows them again.

    ``edited`` says that they were inserted or moved while it plays.
    """

    songs: list[dict[str, object]]
    edited: bool


@dataclass(frozen=True)
class Passed:
    """The playhead has come to ``frame``; told about once a second."""

    frame: int


@dataclass(frozen=True)
class Ended:
    """The program ends because it was asked to, or because the show is over: nothing is left to go on with."""

    frame: int


Event = (
    Written
    | Heard
    | Incident
    | Block
    | Turned
    | Done
    | Beat
    | HandedOver
    | Began
    | Entered
    | Taken
    | Traced
    | Mixed
    | Take
    | Fired
    | SwapPlanned
    | Stood
    | Listed
    | Passed
    | Ended
)
