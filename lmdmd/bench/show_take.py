"""What a show that was measured left behind: its log, its recordings, and what the ear wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.bench.heard import BUFFER, NOTES, Heard, read_heard
from lmdmd.bench.jack_server import PERIOD_FRAMES
from lmdmd.bench.showlog import LOG, Anchor, find_anchors, read_lines, to_heard
from lmdmd.bench.soak import OUTPUT, map_wav
from lmdmd.errors import LmdmdError
from lmdmd.params import DECK_SLOTS
from lmdmd.performance import Performance, read_performance

ENDING = "mix/ending"


@dataclass(frozen=True)
class Take:
    """A show's log as lines and as a performance, what it recorded, and what was ``heard`` of it.

    ``output`` [N, 2] and the ``stems``, one a deck, begin at timeline frame ``first``.
    """

    folder: Path
    lines: list[dict[str, Any]]
    show: Performance
    first: int
    output: np.ndarray
    stems: list[np.ndarray]
    heard: Heard

    @property
    def rate_hz(self) -> int:
        """Frames a second."""
        return self.show.rate_hz

    @property
    def end(self) -> int:
        """Timeline frame at which the show begins to fade out, or else the recording ends."""
        asked = [taken["asked"] for taken in self.lines if taken["kind"] == "taken" and taken["name"] == ENDING]
        return min([frame for frame in asked if frame > 0], default=self.first + len(self.output))


def read_take(folder: Path) -> Take:
    """Read what a show left in a folder; without an ear its own recording is what was heard.

    Raises ``LmdmdError`` when it left too little.
    """
    logs = sorted((folder / "recordings").rglob(LOG))
    if len(logs) != 1:
        raise LmdmdError(f"{folder}: holds {len(logs)} recordings with a log, and not one; see lmdmd.log there")
    paths = [logs[0].parent / name for name in (OUTPUT, *(f"deck{slot}.wav" for slot in range(DECK_SLOTS)))]
    if missing := [path.name for path in paths if not path.is_file()]:
        raise LmdmdError(f"{logs[0].parent}: {', '.join(missing)} is missing; the setlist sets record/stems")
    show = read_performance(logs[0])
    output, *stems = map(map_wav, paths)
    heard = read_heard(folder) if (folder / NOTES).is_file() else heard_itself(output)
    return Take(logs[0].parent, read_lines(logs[0]), show, show.span[0], output, stems, heard)


def heard_itself(output: np.ndarray) -> Heard:
    """A recording as an ear without a slip would have heard it, in whole buffers."""
    buffers = len(output) // PERIOD_FRAMES
    notes = np.zeros(buffers, BUFFER)
    notes["frame"] = np.arange(buffers) * PERIOD_FRAMES
    notes["connected"] = True
    return Heard(output[: buffers * PERIOD_FRAMES], notes)


class Heed:
    """What was heard of a take, by frames of the timeline."""

    def __init__(self, take: Take) -> None:
        self.take = take
        self.anchors: list[Anchor] = find_anchors(take.heard.audio, take.output, take.heard.period, take.rate_hz)

    def find(self, frames: np.ndarray) -> np.ndarray:
        """Frames of what was heard for those of the timeline; left out where the clock slipped around them."""
        return to_heard(frames - self.take.first, self.anchors, self.take.rate_hz)

    def read(self, frame: int, frames: int) -> np.ndarray | None:
        """What the mixer gave from a frame on, as it was heard: [frames, 2]; None where that was not heard whole."""
        ends = self.find(np.array([frame, frame + frames - 1]))
        if len(ends) != 2 or ends[1] - ends[0] != frames - 1:
            return None
        return np.asarray(self.take.heard.audio[ends[0] : ends[1] + 1])

    def until(self, frame: int) -> Heard:
        """What was heard before a frame of the timeline, in whole buffers."""
        anchor = self.anchors[-1]
        buffers = (frame - self.take.first + anchor.heard - anchor.played) // self.take.heard.period
        heard = self.take.heard
        return Heard(heard.audio[: buffers * heard.period], heard.notes[:buffers], heard.period)
