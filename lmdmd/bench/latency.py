"""``lmdmd bench latency``: from the hand to the ear, heard from outside and compared with what would have come."""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.bench.again import WRITTEN, Line, Show, Step
from lmdmd.bench.disturb import WORDS
from lmdmd.bench.flux import compare
from lmdmd.bench.heard import Heard
from lmdmd.bench.jack_server import RATE_HZ
from lmdmd.bench.program import Program
from lmdmd.bench.showlog import LOG, Anchor, find_anchors, read_lines, to_heard
from lmdmd.bench.soak import OUTPUT, map_wav
from lmdmd.bench.stage import open_stage, working_folder
from lmdmd.errors import LmdmdError
from lmdmd.rt.limiter import LATENCY_FRAMES
from lmdmd.surfaces.osc_client import send
from lmdmd.train.progress import track

SEED = 5
BEFORE_S = 2.0
"""A change is looked for so long before the block that brings it."""
_PAUSE_S = (0.9, 2.0)
_GAIN_DB, _GAIN_PAUSE_S = -6.0, (0.25, 0.5)


@dataclass(frozen=True)
class Sent:
    """A message, and ``time.monotonic()`` just before it was sent."""

    name: str
    value: str | float
    at_s: float


def bench_latency(options: argparse.Namespace) -> dict[str, object]:
    """Change prompts and the gain at random moments; find in the recording the first sample that is another.

    The show's log tells every block that was made, so that the same engine makes the music again, with and without each
    change. ``told_p95_ms`` is how far from the frame that was told for it a change was heard; ``unlike`` are changes
    before which the recording was not, to the bit, what would have come without them. The row without late commitment
    is what the wait would have been behind all that was made already.
    """
    with working_folder(options.keep) as folder, open_stage(folder, options) as stage:
        # Without its limiter the mixer passes the deck's samples on as they are.
        stage.program.ask("mix/limit", 0)
        time.sleep(BEFORE_S)
        words = change_prompts(stage.program, options.changes)
        seams = change_next_to_nothing(stage.program, options.changes // 2)
        gains = change_gain(stage.program, options.changes // 2)
        ended, heard = stage.end(), stage.finish()
        lines, output = read_lines(stage.program.take(LOG)), stage.program.take(OUTPUT)
        if not lines or output is None:
            raise LmdmdError("lmdmd run left no recording with a log")
        report = judge(heard, lines, output, words, seams, gains)
        return {**report, "slips": int(np.count_nonzero(heard.slipped)), "exit_status": ended.status}


# --- by hand ---------------------------------------------------------------------------------------------


def change_prompts(program: Program, count: int) -> list[Sent]:
    """Other words at random moments."""
    chance, words = random.Random(SEED), itertools.cycle((*WORDS[1:], WORDS[0]))
    return [
        _tell(program, "prompt/0/text", next(words), chance.uniform(*_PAUSE_S)) for _ in track(range(count), "words")
    ]


def change_next_to_nothing(program: Program, count: int) -> list[Sent]:
    """Sound made anew for a change that nobody hears: what is heard then is the seam."""
    chance = random.Random(SEED)
    values = itertools.cycle((3.0 + 1 / 64, 3.0))
    return [_tell(program, "gen/cfg", next(values), chance.uniform(*_PAUSE_S)) for _ in track(range(count), "seams")]


def change_gain(program: Program, count: int) -> list[Sent]:
    """The gain down at random moments, and up again."""
    chance, sent = random.Random(SEED), []
    for _ in track(range(count), "gain"):
        sent.append(_tell(program, "mix/gain", _GAIN_DB, chance.uniform(*_GAIN_PAUSE_S)))
        _tell(program, "mix/gain", 0.0, chance.uniform(*_GAIN_PAUSE_S))
    return sent


def _tell(program: Program, name: str, value: str | float, pause_s: float) -> Sent:
    sent = Sent(name, value, time.monotonic())
    send("127.0.0.1", program.port, f"/lmdm/{name}", [value], 2.0)
    time.sleep(pause_s)
    return sent


# --- by ear ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A change that was heard: frames from the hand to the ear, what they would have been behind all that was made.

    ``cut`` is its frame in the recording, ``told`` the one that was told for it; ``is_early`` says that the recording
    was another before the block came.
    """

    sent: Sent
    waited: int
    without: int
    cut: int
    told: int
    is_early: bool


class Ears:
    """A recording, and where frames of the show are in it."""

    def __init__(self, heard: Heard, output: Path) -> None:
        self.heard = heard
        self._anchors: list[Anchor] = find_anchors(heard.audio, map_wav(output), heard.period, RATE_HZ)

    def frame_at(self, at_s: float) -> int:
        """Frame of the recording that was played at a moment."""
        buffer = max(0, self.heard.buffer_at(at_s) - 1)
        late_s = at_s - float(self.heard.notes["at_s"][buffer])
        return buffer * self.heard.period + round(min(late_s * RATE_HZ, self.heard.period))

    def find(self, frame: int) -> int | None:
        """Frame of the recording at which one of the timeline is heard; None where the clock slipped."""
        found = to_heard(np.array([frame]), self._anchors, RATE_HZ)
        return int(found[0]) + LATENCY_FRAMES if len(found) else None

    def played_at(self, frame: int) -> int:
        """Frame of the timeline that is heard at one of the recording."""
        nearest = min(self._anchors, key=lambda anchor: abs(anchor.heard - frame))
        return frame - (nearest.heard - nearest.played) - LATENCY_FRAMES

    def first_unlike(self, stood: np.ndarray, at: int, begin: int) -> int | None:
        """First frame from ``begin`` on that is not as ``stood`` [N, 2], whose first frame is at ``at``."""
        begin = max(begin, at)
        wanted = stood[begin - at :]
        found = self.heard.audio[begin : begin + len(wanted)]
        unlike = np.flatnonzero((found != wanted[: len(found)]).any(axis=1))
        return begin + int(unlike[0]) if len(unlike) else None

    def hear(self, step: Step, sent: Sent) -> Change | None:
        """What a message changed by the block that brought it."""
        begin, at, cut = self.frame_at(sent.at_s), self.find(step.since), self.find(step.again.frame)
        told = self.find(step.block.heard_frame)
        if at is None or cut is None or told is None or cut - at != step.again.frame - step.since:
            return None  # the clock slipped on the way
        first, end = self.first_unlike(step.stood, at, begin), at + len(step.stood)
        return None if first is None else Change(sent, first - begin, end - begin, first, told, first < cut)


def judge(
    heard: Heard, lines: list[Line], output: Path, words: list[Sent], seams: list[Sent], gains: list[Sent]
) -> dict[str, Any]:
    """Every figure of the report."""
    ears, show = Ears(heard, output), Show(lines)
    changes = list(hear_changes(ears, show, [*words, *seams]))
    of_words = [change for change in changes if change.sent.name == words[0].name]
    rows = [
        {"what": "prompt", **percentiles([change.waited for change in of_words])},
        {"what": "prompt, without late commitment", **percentiles([change.without for change in of_words])},
        {"what": "guidance", **percentiles([change.waited for change in changes if change not in of_words])},
        {"what": "gain", **percentiles(list(hear_gains(ears, show, gains)))},
    ]
    return {
        "n": len(of_words),
        "prompt_p50_ms": rows[0]["p50_ms"],
        "prompt_p95_ms": rows[0]["p95_ms"],
        "gain_p95_ms": rows[3]["p95_ms"],
        "told_p95_ms": percentiles([abs(change.cut - change.told) for change in changes])["p95_ms"],
        "unlike": sum(change.is_early for change in changes),
        "sent": len(words) + len(seams) + len(gains),
        "rows": rows,
        "flux_at_words": flux_at(heard, of_words),
        "flux_at_seams": flux_at(heard, [change for change in changes if change not in of_words]),
    }


def hear_changes(ears: Ears, show: Show, sent: list[Sent]) -> Iterator[Change]:
    """Every message that a block of the show brought, and the recording holds."""
    asked = by_stamp(show.lines, sent)
    for step in track(show.steps(BEFORE_S), "listening", total=len(show.blocks())):
        for stamp in step.block.stamps:
            change = ears.hear(step, asked[stamp]) if stamp in asked else None
            if change is not None:
                yield change


def hear_gains(ears: Ears, show: Show, gains: list[Sent]) -> Iterator[int]:
    """Frames from each move of the gain until the recording is not what the decks made any more."""
    for sent in gains:
        begin = ears.frame_at(sent.at_s)
        played = ears.played_at(begin)
        first = ears.first_unlike(show.audio[played : played + RATE_HZ], begin, begin)
        if first is not None:
            yield first - begin


def by_stamp(lines: list[Line], sent: list[Sent]) -> dict[int, Sent]:
    """Stamp of each message: the log tells of them in the order in which they came."""
    found, waiting = {}, list(sent)
    for line in lines:
        if line["kind"] == WRITTEN and waiting and (line["name"], line["value"]) == (waiting[0].name, waiting[0].value):
            found[int(line["stamp"])] = waiting.pop(0)
    return found


def percentiles(frames: list[int]) -> dict[str, float | int]:
    """Percentiles in ms of some numbers of frames."""
    if not frames:
        raise LmdmdError("nothing of what was sent could be found in the recording")
    of = {f"p{p}_ms": round(1000 * float(np.percentile(frames, p)) / RATE_HZ, 1) for p in (50, 95, 99)}
    return {"n": len(frames), **of}


def flux_at(heard: Heard, changes: list[Change]) -> dict[str, float]:
    """How the moments of some changes stand out of the music around them."""
    frames = np.array(sorted(change.cut for change in changes))
    margin = 5 * RATE_HZ
    begin, end = max(0, int(frames[0]) - margin), int(frames[-1]) + margin
    return compare(heard.audio[begin:end], frames - begin)
