"""``lmdmd bench cues``: how near to its frame each cue of a show is heard."""

from __future__ import annotations

import argparse
import itertools
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from lmdmd.bench.again import WRITTEN, Line, Show
from lmdmd.bench.disturb import WORDS
from lmdmd.bench.ear import Ear
from lmdmd.bench.heard import Heard
from lmdmd.bench.jack_server import RATE_HZ, JackServer
from lmdmd.bench.latency import SEED, Ears
from lmdmd.bench.program import Program
from lmdmd.bench.showlog import LOG, read_lines
from lmdmd.bench.soak import OUTPUT
from lmdmd.bench.stage import server_name, working_folder
from lmdmd.errors import LmdmdError
from lmdmd.train.progress import track

AUDIBLE = 1e-3
"""A difference of so much of full scale is heard; below lies the precision of a resampler that was taken up again."""

_EVERY_S = (1.5, 2.5)
_SOURCE = "cue:cue "


def bench_cues(options: argparse.Namespace) -> dict[str, object]:
    """Play a show of cues at odd times, and find in the recording where each is heard.

    Errors are in ms after the cue's frame, less than 0 before it. ``redos`` are blocks that replaced others.
    """
    with working_folder(options.keep) as folder, ExitStack() as ending:
        setlist = write_show(folder / "cues.yaml", options.model, options.changes)
        server = ending.enter_context(JackServer(server_name(), folder / "jackd.log"))
        ear = ending.enter_context(Ear(server, folder))
        arguments = (setlist, "--device", "system", "--threads", options.threads)
        program = ending.enter_context(Program(folder, *arguments, environment=server.environment))
        program.until_playing()
        program.process.wait()
        heard, lines = ear.finish(), read_lines(program.take(LOG))
        output = program.take(OUTPUT)
        if not lines or output is None:
            raise LmdmdError("lmdmd run left no recording with a log")
        show = Show(lines)
        errors_ms = [1000.0 * error / RATE_HZ for error in hear_cues(Ears(heard, output), show)]
        return {**judge(errors_ms), "sent": options.changes, "redos": count_redos(show), "slips": slips(heard)}


def write_show(path: Path, model: str, count: int) -> Path:
    """A setlist of so many cues at odd times, each with other words."""
    chance, words, at_s, cues = random.Random(SEED), itertools.cycle((*WORDS[1:], WORDS[0])), 2.0, []
    for number in range(count):
        cues.append(f"      - {{name: cue {number}, at: {at_s:.3f}s, prompts: {{{next(words)}: 1}}}}")
        at_s += chance.uniform(*_EVERY_S)
    # Without its limiter the mixer passes the deck's samples on as they are.
    opening = "      - {name: opening, at: 0s, set: {mix/limit: false}}"
    head = ["title: cues", f"model: {model}", "songs:", "  - name: only", f"    length: {at_s + 2:.1f}s"]
    path.write_text("\n".join([*head, f"    prompts: {{{WORDS[0]}: 1}}", "    cues:", opening, *cues]) + "\n")
    return path


def hear_cues(ears: Ears, show: Show) -> Iterator[int]:
    """Frames from each cue's own to the first that sounds otherwise than without it."""
    frames = cue_frames(show.lines)
    for block in track(show.blocks(), "listening"):
        frame = next((frames.pop(stamp) for stamp in block.stamps if stamp in frames), None)
        if frame is not None:
            step = show.instead(block)
            at, wanted = ears.find(step.since), ears.find(frame)
            if at is not None and wanted is not None:
                found = ears.heard.audio[at : at + len(step.stood)]
                other = np.flatnonzero(np.abs(found - step.stood[: len(found)]).max(axis=1) > AUDIBLE)
                if len(other):
                    yield at + int(other[0]) - wanted
        show.replay.play(block)


def cue_frames(lines: list[Line]) -> dict[int, int]:
    """Frame of each cue by the stamps of its words."""
    cues = (line for line in lines if line["kind"] == WRITTEN and line["source"].startswith(_SOURCE))
    return {int(line["stamp"]): int(line["frame"]) for line in cues if line["name"].endswith("/text")}


def judge(errors_ms: list[float]) -> dict[str, object]:
    """Figures of all errors."""
    if not errors_ms:
        raise LmdmdError("no cue could be found in the recording")
    size = np.abs(errors_ms)
    row = {
        "what": "cues",
        "n": len(errors_ms),
        "p50_ms": round(float(np.median(size)), 1),
        "p95_ms": round(float(np.percentile(size, 95)), 1),
        "earliest_ms": round(min(errors_ms), 1),
        "latest_ms": round(max(errors_ms), 1),
    }
    return {**{name: value for name, value in row.items() if name != "what"}, "rows": [row]}


def count_redos(show: Show) -> int:
    """Blocks that replaced what had been made."""
    return sum(later.latent < block.latent + block.latents for block, later in itertools.pairwise(show.blocks()))


def slips(heard: Heard) -> int:
    """Times that the sound server's clock slipped."""
    return int(np.count_nonzero(heard.slipped))
