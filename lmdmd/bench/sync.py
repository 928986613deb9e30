"""``lmdmd bench sync``: how near the bars of a show are heard to those of the clock that it follows."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.bench.again import WRITTEN
from lmdmd.bench.heard import Heard
from lmdmd.bench.jack_server import RATE_HZ
from lmdmd.bench.latency import Ears
from lmdmd.bench.leaders import METRE, MidiEar, count_moved, lead_by_link, lead_by_midi, on_server
from lmdmd.bench.program import wait_for
from lmdmd.bench.showlog import LOG, read_lines
from lmdmd.bench.soak import OUTPUT
from lmdmd.bench.stage import Stage, open_stage, working_folder
from lmdmd.errors import LmdmdError

BEAT = "beat"
"""Kind of line that tells of a beat that was heard."""

_JOINS = 20
_SETTLING_S = 4.0
_AROUND = 60
_LEADER = "lmdmd bench"
_OUR_PORT = "lmdmd midi"


def bench_sync(options: argparse.Namespace) -> dict[str, object]:
    """Follow a Link peer, then a MIDI clock, that change their tempo at random; find each bar in the recording.

    Errors are in ms after the leader's bar, at the speaker by what the sound server says it needs; ``mean_ms`` has a
    sign, the others none. The first seconds, in which the show joins, are left out. ``midi out`` are beats of the
    MIDI clock that the show sends meanwhile, beside Link's, and ``midi leader`` those that the MIDI leader sent, beside
    the moments at which they were due. ``moved`` of ``joins`` changed the session's tempo; ``corrections`` are the
    tempi that the show's log tells of.
    """
    with working_folder(options.keep) as folder:
        moved = asyncio.run(count_moved(_JOINS))
        rows = [*follow_link(folder / "link", options), *follow_midi(folder / "midi", options)]
        return {"joins": _JOINS, "moved": moved, "seconds": options.seconds, "rows": rows}


def follow_link(folder: Path, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The show in a Link session, and its own MIDI clock beside it."""
    with _stage(folder, options) as stage:
        _set(stage, "clock/midi_out", "virtual")
        ear = MidiEar(_OUR_PORT)
        beats, bars = asyncio.run(lead_by_link(options.seconds, lambda: _set(stage, "clock/source", "link"), ear.fetch))
        yield row("link", _after_joining(hear_bars(stage), bars), bars) | {"corrections": count_corrections(stage)}
        yield row("midi out", _after_joining(ear.finish(), beats), beats)


def follow_midi(folder: Path, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The show behind a MIDI clock."""
    with _stage(folder, options) as stage:

        def join() -> None:
            _set(stage, "clock/midi_in", _LEADER)
            _set(stage, "clock/source", "midi")

        beats, sent = lead_by_midi(options.seconds, _LEADER, join)
        bars = beats[::METRE]
        yield row("midi", _after_joining(hear_bars(stage), bars), bars) | {"corrections": count_corrections(stage)}
        yield row("midi leader", sent, beats)


@contextmanager
def _stage(folder: Path, options: argparse.Namespace) -> Iterator[Stage]:
    with ExitStack() as ending:
        stage = ending.enter_context(open_stage(folder, options))
        ending.enter_context(on_server(stage.server))
        yield stage


def _set(stage: Stage, name: str, value: str) -> None:
    stage.program.ask(name, value)
    wait_for(lambda: stage.program.get(name) == value, why=stage.program.said)


# --- by ear ----------------------------------------------------------------------------------------------


def hear_bars(stage: Stage) -> list[float]:
    """End the show; returns the moments at which its bars were heard."""
    latency_s = stage.server.latency_frames() / RATE_HZ
    stage.end()
    heard, lines, output = stage.finish(), read_lines(stage.program.take(LOG)), stage.program.take(OUTPUT)
    if not lines or output is None:
        raise LmdmdError("lmdmd run left no recording with a log")
    ears = Ears(heard, output)
    frames = [ears.find(line["frame"]) for line in lines if line["kind"] == BEAT and line["beat"] == 1]
    return [moment_of(heard, frame) + latency_s for frame in frames if frame is not None]


def count_corrections(stage: Stage) -> int:
    """How often the log of a show that is over tells of another tempo."""
    return sum(
        line["kind"] == WRITTEN and line["name"] == "clock/tempo" for line in read_lines(stage.program.take(LOG))
    )


def moment_of(heard: Heard, frame: int) -> float:
    """When a frame of the recording was handed to the sound server."""
    buffer, rest = divmod(frame, heard.period)
    first = max(0, buffer - _AROUND)
    at_s = np.asarray(heard.notes["at_s"][first : buffer + _AROUND])
    # The ear is never early, and often late by what ran before it: of its neighbours the earliest are right.
    begins = at_s - (first + np.arange(len(at_s)) - buffer) * heard.period / RATE_HZ
    return float(begins.min()) + rest / RATE_HZ


def _after_joining(moments_s: list[float], leader_s: list[float]) -> list[float]:
    return [at_s for at_s in moments_s if leader_s and leader_s[0] + _SETTLING_S < at_s < leader_s[-1]]


def row(what: str, moments_s: list[float], leader_s: list[float]) -> dict[str, Any]:
    """Figures of how far moments lie from the leader's nearest ones; raises ``LmdmdError`` without any."""
    if not moments_s:
        raise LmdmdError(f"{what}: nothing of it was heard")
    leader = np.array(leader_s)
    errors_ms = np.array([1000.0 * (at_s - leader[np.abs(leader - at_s).argmin()]) for at_s in moments_s])
    size = np.abs(errors_ms)
    return {
        "what": what,
        "n": len(moments_s),
        "p50_ms": round(float(np.median(size)), 2),
        "p95_ms": round(float(np.percentile(size, 95)), 2),
        "max_ms": round(float(size.max()), 2),
        "mean_ms": round(float(errors_ms.mean()), 2),
    }
