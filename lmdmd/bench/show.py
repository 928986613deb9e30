"""``lmdmd bench show``: a whole show of songs, cues and swaps, played by nobody; is each change on its bar?"""

from __future__ import annotations

import argparse
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.bench.ear import Ear
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.judge import judge_clicks, judge_silence
from lmdmd.bench.program import Program
from lmdmd.bench.show_again import repeat, repeat_cuts
from lmdmd.bench.show_changes import HANDED_OVER, Change, find_changes
from lmdmd.bench.show_decks import play_without
from lmdmd.bench.show_hear import Found, Listener
from lmdmd.bench.show_setlist import make_show, read_asked
from lmdmd.bench.show_take import Heed, Take, read_take
from lmdmd.bench.showlog import BLOCK, LOG
from lmdmd.bench.stage import server_name, working_folder
from lmdmd.errors import LmdmdError
from lmdmd.train.progress import Progress

_LATE_S = 120.0
_STEPS = ("prompt", "model", "mixer")
"""Kinds of change that are there at once; the others begin on their bar with nothing."""


def bench_show(options: argparse.Namespace) -> dict[str, object]:
    """Play a show on a sound server or on the null device, and judge what was heard of it.

    Keys of the report: a change's `error_ms` is from its bar to where the recording leaves what would have come without
    it: audibly for what changes at once (`audible_ms`), by a single bit (`first_ms`) for fades and glides, which begin
    with nothing. `dip_db` is how far a fade fell below its quieter side, each deck by itself through the same mixer, in
    windows of 0.4 s, `dip_short_db` in those of 0.1 s. `unmixed` are frames that the mixer made again from the stems
    has otherwise than the recording: above 0 nothing here is to be believed. `replay_unequal` are frames that
    `lmdmd replay` makes otherwise, `cut_unequal` those after each of the cuts of the log.
    """
    if options.kept is not None:
        return judge(options.kept, options.cuts)
    with working_folder(options.keep) as folder:
        perform(folder, options)
        return judge(folder, options.cuts)


def perform(folder: Path, options: argparse.Namespace) -> None:
    """Play the show to its end; raises ``LmdmdError`` when it does not end in order, or not in time."""
    setlist = make_show(options.seconds, options.models).write(folder)
    with ExitStack() as ending:
        device, environment = "null", None
        if options.device == "jack":
            server = ending.enter_context(JackServer(server_name(), folder / "jackd.log"))
            ending.enter_context(Ear(server, folder))
            device, environment = "system", server.environment
        arguments = (setlist, "--device", device, "--threads", options.threads)
        program = ending.enter_context(Program(folder, *arguments, environment=environment))
        program.until_playing()
        _wait(program, options.seconds)


def _wait(program: Program, seconds: float) -> None:
    began_s = time.monotonic()
    with Progress("show", round(seconds)) as progress:
        while program.process.poll() is None:
            passed_s = time.monotonic() - began_s
            if passed_s > seconds + _LATE_S:
                raise LmdmdError(f"the show of {seconds:g} s did not end: {program.said()[-600:]}")
            progress.advance(min(round(passed_s), round(seconds)) - progress.done)
            try:
                program.process.wait(1.0)
            except subprocess.TimeoutExpired:
                continue
    if program.process.returncode:
        raise LmdmdError(f"lmdmd run ended with {program.process.returncode}: {program.said()[-600:]}")


# --- the judge -------------------------------------------------------------------------------------------


def judge(folder: Path, cuts: int) -> dict[str, object]:
    """Every figure of a show that was played in a folder."""
    take = read_take(folder)
    heed = Heed(take)
    changes = find_changes(take.lines, read_asked(folder))
    listener = Listener(take, heed)
    found = listener.hear(changes, play_without(take, changes))
    rows = [row(one, take.rate_hz) for one in found]
    measured = [one for one in rows if one["error_ms"] is not None]
    told = {one.change.asked for one in found}
    heard = [one["cue"] for one in measured]
    return {
        "seconds": round(len(take.output) / take.rate_hz, 1),
        "device": take.show.about.get("device"),
        "rate_hz": take.rate_hz,
        **_counts(take, changes),
        **_sound(take, heed),
        "measured": len(measured),
        "unmeasured": [c.asked.cue for c in changes if c.asked not in told or c.asked.cue not in heard],
        **errors(measured),
        "by_kind": {kind: errors([one for one in measured if one["kind"] == kind]) for kind in _kinds(measured)},
        "worst_dip_db": min((one["dip_db"] for one in rows if one["dip_db"] is not None), default=None),
        "worst_dip_short_db": min((one["dip_short_db"] for one in rows if one["dip_db"] is not None), default=None),
        "unmixed": listener.unlike,
        **_again(take, cuts),
        "rows": rows,
    }


def row(found: Found, rate_hz: int) -> dict[str, Any]:
    """A change as a line of the table."""
    change, fade = found.change, found.change.fade
    first_ms, audible_ms = (_ms(at, rate_hz) for at in (found.departure.first, found.departure.audible))
    dips = [round(dip.level_db, 2) for dip in found.dips] or [None, None]
    return {
        "cue": change.asked.cue,
        "song": change.asked.song,
        "bar": change.asked.bar,
        "at_s": round(change.frame / rate_hz, 2),
        "kind": change.kind,
        "told_ms": _ms(change.fired - change.frame, rate_hz) if change.fired is not None else None,
        "error_ms": audible_ms if change.kind in _STEPS else first_ms,
        "first_ms": first_ms,
        "audible_ms": audible_ms,
        "to": fade.model if fade is not None else "",
        "over_s": round(change.glide_frames / rate_hz, 2),
        "curve": fade.curve if fade is not None else "",
        "dip_db": dips[0],
        "dip_short_db": dips[1],
    }


def _ms(frames: int | None, rate_hz: int) -> float | None:
    return None if frames is None else round(1000.0 * frames / rate_hz, 2)


def _kinds(rows: list[dict[str, Any]]) -> list[str]:
    return sorted({one["kind"] for one in rows})


def errors(rows: list[dict[str, Any]]) -> dict[str, object]:
    """Percentiles of the size of all errors, and the largest, with its sign."""
    errors_ms = np.array([one["error_ms"] for one in rows], np.float64)
    if not len(errors_ms):
        raise LmdmdError("no cue could be found in the recording")
    size = np.abs(errors_ms)
    return {
        "n": len(errors_ms),
        "p50_ms": round(float(np.median(size)), 2),
        "p95_ms": round(float(np.percentile(size, 95)), 2),
        "max_ms": float(errors_ms[size.argmax()]),
    }


def _counts(take: Take, changes: list[Change]) -> dict[str, object]:
    kinds = [line["kind"] for line in take.lines]
    return {
        "songs": len({change.asked.song for change in changes}),
        "cues": len(changes),
        "fired": sum(change.fired is not None for change in changes),
        "swaps": kinds.count(HANDED_OVER),
        "incidents": [line["text"] for line in take.lines if line["kind"] == "incident"],
    }


def _sound(take: Take, heed: Heed) -> dict[str, object]:
    """What should not be heard, up to the fade at the end."""
    heard = heed.until(take.end)
    silence = judge_silence(heard)
    clicks = judge_clicks(heard, heed.find(heard_joins(take)))
    concealed = concealed_frames(take)
    return {
        "unconcealed_samples": silence.samples,
        "excused_samples": silence.excused_samples,
        "slips": int(np.count_nonzero(heard.slipped)),
        "concealed_gaps": len(concealed),
        "concealed_ms": round(1000.0 * sum(concealed) / take.rate_hz, 1),
        "clicks": clicks.count,
        "joins": clicks.joins,
        "clicks_by_chance": round(clicks.by_chance, 2),
        "join_rank": round(clicks.rank, 3),
    }


def heard_joins(take: Take) -> np.ndarray:
    """Frames at which pieces of sound meet on a deck that has a share in what is heard."""
    spans = _shares(take)
    blocks = [line for line in take.lines if line["kind"] == BLOCK and line["block_frames"]]
    joins = {b["frame"] for b in blocks if any(d == b["deck"] and at <= b["frame"] < end for d, at, end in spans)}
    return np.array(sorted(joins), np.int64)


def _shares(take: Take) -> list[tuple[int, int, int]]:
    """Deck, first frame and end of each time that it is heard."""
    swaps = [line for line in take.lines if line["kind"] == HANDED_OVER]
    spans, deck, begin = [], 0, 0
    for swap in swaps:
        spans.append((deck, begin, swap["frame"] + swap["fade_frames"]))
        deck, begin = swap["deck"], swap["frame"]
    return [*spans, (deck, begin, take.end)]


def concealed_frames(take: Take) -> list[int]:
    """Length of each gap of a deck that the mixer has filled."""
    begun: dict[int, int] = {}
    gaps = []
    for trace in take.show.traces:
        if trace.what == "short":
            begun[trace.number] = trace.frame
        elif trace.what == "again" and trace.number in begun:
            gaps.append(trace.frame - begun.pop(trace.number))
    return [*gaps, *(take.end - frame for frame in begun.values())]


def _again(take: Take, cuts: int) -> dict[str, object]:
    whole = repeat(take.folder / LOG, take.output)
    some = list(repeat_cuts(take.folder, take.output, cuts))
    return {
        "replay_frames": whole.frames,
        "replay_unequal": whole.unequal,
        "replay_doubts": list(whole.doubts),
        "cut_at_byte": [one.cut for one in some],
        "cut_frames": [one.frames for one in some],
        "cut_unequal": [one.unequal for one in some],
    }
