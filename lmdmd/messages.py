"""Everything that crosses a pipe between processes, as frozen dataclasses.

Down (control to a child): ``Write``, ``Course``, ``ClearAfter``, ``Reset``, ``Enter``, ``Park``, ``Fault``, ``Listen``,
``Stop``. Up (a child to control): ``Ready``, ``Entered``, ``BlockDone``, ``Filled``, ``Failed``, ``Note``. Pipes join
processes of one program only, so the standard library's own framing is safe here; nothing from the network ever travels
on them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lmdmd.config import PRECISIONS
from lmdmd.params import Value

NOW = -1
"""Frame stamp of a change that was not known in advance."""


@dataclass(frozen=True)
class Write:
    """Set a block-rate parameter from an absolute frame on (``NOW``: as soon as possible).

    ``stamp`` is its number: a deck says by it from which frame on the write is heard. 0 asks for no such answer.
    """

    name: str
    value: Value
    frame: int = NOW
    glide_frames: int = 0
    curve: str = "linear"
    stamp: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Course:
    """Let the rows of ``params.CLOCKED`` go as these ``writes`` say from ``frame`` on, whatever was planned.

    One message, so that no block is made of half of it.
    """

    frame: int
    writes: tuple[Write, ...]


@dataclass(frozen=True)
class ClearAfter:
    """Cancel every planned change of a frame after ``frame``, but not the clock's."""

    frame: int


@dataclass(frozen=True)
class Reset:
    """Forget the music so far: empty context, same prompts."""


@dataclass(frozen=True)
class Enter:
    """Stop waiting: hear the output tape and begin ahead of the playhead. ``writes`` are all that holds and is planned.

    The deck answers ``Entered``. One that plays already begins anew.
    """

    writes: tuple[Write, ...] = ()


@dataclass(frozen=True)
class Park:
    """Make nothing more until ``Enter``, and stay loaded."""


FAULTS = ("nan", "slow", "hang", "memory", "crash")


@dataclass(frozen=True)
class Fault:
    """Fail on purpose, for a rehearsal: ``kind`` is one of ``FAULTS``.

    ``amount`` is the number of blocks that are no numbers, how many times slower, or how many seconds to hang.
    """

    kind: str
    amount: float = 0.0


@dataclass(frozen=True)
class Listen:
    """The input's file lies in the shared memory called ``sound``. The audio process answers ``Ready("file", ...)``."""

    sound: str


@dataclass(frozen=True)
class Stop:
    """Finish and exit; a deck whose sound reaches beyond ``frame`` takes back what follows, unless that is ``NOW``."""

    frame: int = NOW


@dataclass(frozen=True)
class Ready:
    """The child can work. The audio process states its device; a deck its model, its threads and its first frame.

    ``torch`` is the version that a deck computes with, ``inputs`` are the channels that the device listens to.
    """

    what: str
    rate_hz: int
    detail: str = ""
    threads: int = 0
    frame: int = 0
    torch: str = ""
    inputs: int = 0


@dataclass(frozen=True)
class Entered:
    """A deck begins to make sound, at ``frame``, or as the ``heir`` of one that died where that one's sound ends.

    Before, it has heard ``heard_frames`` of the output, up to ``heard_frame``, and ``inherited_frames`` after them that
    its own ring still held.
    """

    frame: int
    heard_frame: int
    heard_frames: int
    inherited_frames: int = 0
    heir: bool = False


@dataclass(frozen=True)
class BlockDone:
    """A deck finished a block: all that it takes to make it again, and from where on it is heard.

    It begins with ``latent``, of which there are ``latents``; the first ``skipped_frames`` of what it gave are left
    out, ``block_frames`` follow from timeline frame ``frame`` on. What is heard of it begins at ``heard_frame``, as do
    the writes with ``stamps``. ``values`` are those that changed since the block that was made before, ``lines`` what
    the rows said that are read at each latent, of a whole block. ``fresh`` says that the music so far was forgotten,
    ``anew`` that the stream took up at another place in time. A block whose latent is not the next one replaces what
    had followed from there; one that came too late for all of it has no frames. One that is ``torn`` may have been
    read while it was put in its place. ``primed`` is what it was given for its past, as ``engine/priming.py`` has it.
    """

    frame: int
    block_frames: int
    compute_ms: float
    latent: int
    latents: int = 0
    skipped_frames: int = 0
    heard_frame: int = 0
    stamps: tuple[int, ...] = ()
    values: dict[str, Value] = field(default_factory=dict)
    fresh: bool = False
    anew: bool = False
    torn: bool = False
    lines: dict[str, tuple[Value | None, ...]] = field(default_factory=dict)
    primed: str = ""


@dataclass(frozen=True)
class Filled:
    """A deck wants no more blocks for the first time: it has its lead, is held, or its ring is full."""


@dataclass(frozen=True)
class Failed:
    """The child cannot go on; ``why`` is one sentence for people, ``trace`` is for the debug log."""

    why: str
    trace: str = ""


@dataclass(frozen=True)
class Note:
    """Something a person may want to know; the child goes on."""

    text: str


@dataclass(frozen=True)
class DeckArgs:
    """What a deck is born with. ``writes`` bring it to the present; ``prefill`` lets it hear the past.

    ``tape`` holds what was heard, ``input_tape`` what came in; a deck without one does not listen.
    ``threads`` 0 leaves their number to the deck. ``aside`` says that another deck plays, which must not be disturbed:
    this one waits for ``Enter``. ``hurried`` says that the device takes sound when it is due and not when it is there,
    ``heir`` that the ring's last sound is of a deck that died, after which this one goes on.
    """

    slot: int
    bundle: Path
    board: str
    ring: str
    tape: str
    rate_hz: int
    threads: int
    prefill: bool
    aside: bool = False
    hurried: bool = True
    heir: bool = False
    input_tape: str = ""
    precision: str = PRECISIONS[0]
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True)
class AudioArgs:
    """Names of the shared segments and what to play them on.

    ``start_frame`` -1 goes on from the board's playhead. ``schedule_cursor`` is ``Schedule.pushed`` at
    the moment from which writes are wanted; rows start at their values on the board. ``input_sound`` is the shared
    memory of the input's file, if there is one.
    """

    board: str
    rings: tuple[str, ...]
    input_tape: str
    output_tape: str
    schedule: str
    schedule_cursor: int = 0
    device: str = "default"
    input_device: str = ""
    rate_hz: int = 0
    buffer_frames: int = 256
    start_frame: int = -1
    input_sound: str = ""
