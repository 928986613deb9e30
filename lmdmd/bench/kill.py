"""``lmdmd bench kill``: every part of a running show broken, again and again, and what of it is heard."""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmdmd.bench.faults import FAULTS, Done, Fault, NotOffered
from lmdmd.bench.heard import Heard
from lmdmd.bench.judge import judge_silence, outage_s, sounding_buffers
from lmdmd.bench.killed import kill_control
from lmdmd.bench.program import Program
from lmdmd.bench.stage import Stage, middle_and_most, open_stage, working_folder
from lmdmd.errors import LmdmdError
from lmdmd.train.progress import Progress

STEADY_S = 3.0
"""A show that has been well for so long has recovered."""

RECOVERING_S = 60.0
LOOK_EVERY_S = 0.05
LEAST_LEAD_S = 0.5


@dataclass(frozen=True)
class Round:
    """One accident: when, how long the rows told of it, what was concealed, and what went wrong."""

    done: Done
    well_s: float
    concealed_ms: float
    replaced: bool
    failure: str = ""


def bench_kill(options: argparse.Namespace) -> dict[str, object]:
    """Break each kind of part `rounds` times, with one show a kind (one a round for `control`).

    Keys of a row: `unconcealed_samples` are frames of silence longer than a buffer while the ear was connected,
    `back_*_s` the time until sound was back (after `jack`, from the server's return), 0 where it never went,
    `well_*_s` until the live deck's row and its lead were what they should be, `replaced` how often another process
    took over.
    """
    with working_folder(options.keep) as folder:
        rows = level([play_kind(kind, folder / kind, options) for kind in options.kinds])
    return {
        "rows": rows,
        "rounds": sum(row["rounds"] for row in rows),
        "unconcealed_samples": sum(row["unconcealed_samples"] for row in rows),
        "failures": sum(row["failed"] for row in rows),
    }


def play_kind(kind: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """One row of the report."""
    try:
        if kind == "control":
            return kill_control(folder, options)
        return play_rounds(kind, folder, options)
    except NotOffered as error:
        return empty_row(kind, f"skipped: {error}", failed=0)
    except LmdmdError as error:
        return empty_row(kind, str(error), failed=1)


def level(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same columns for every row, ``None`` where a kind has no such figure."""
    columns = dict.fromkeys(column for row in rows for column in row)
    return [{**columns, **row} for row in rows]


def empty_row(kind: str, why: str, failed: int) -> dict[str, Any]:
    """The row of a kind that could not be tried."""
    figures = ("rounds", "unconcealed_samples", "back_p50_s", "back_max_s", "left_processes", "left_segments")
    return {"kind": kind, **dict.fromkeys(figures, 0), "failed": failed, "why": why}


def play_rounds(kind: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """One show of one kind of accident, and its row."""
    fault, rounds = FAULTS[kind], []
    count = min(options.rounds, fault.most_rounds)
    with open_stage(folder, options) as stage, Progress(f"kill {kind}", count) as progress:
        time.sleep(STEADY_S)
        began_s = time.monotonic()
        while len(rounds) < count and not (rounds and rounds[-1].failure):
            rounds.append(play_round(stage, fault))
            progress.advance(note=f"well after {rounds[-1].well_s:.2f} s")
            time.sleep(max(0.0, rounds[-1].done.at_s + fault.pace_s - time.monotonic()) if len(rounds) < count else 0.0)
        ended = stage.end()
        heard = stage.finish().between(began_s, ended.at_s)
    return {
        "kind": kind,
        **sum_up(rounds, heard, fault.excuses_slips),
        "left_processes": ended.left_processes,
        "left_segments": ended.left_segments,
        **tell_failures(rounds, ended.status),
    }


def play_round(stage: Stage, fault: Fault) -> Round:
    """One accident, until the show is well again."""
    program = stage.program
    concealed_ms, restarts = program.get("status/concealed"), program.get("status/restarts")
    least_s = max(LEAST_LEAD_S, program.get("status/lead") / 2)
    now_s = time.monotonic()
    done, well_s, failure = Done(now_s, now_s), math.inf, ""
    try:
        done = fault.do(stage)
        well_s = until_well(program, done, least_s)
    except NotOffered:
        raise
    except LmdmdError as error:
        failure = str(error)
    return Round(
        done,
        well_s,
        round(program.get("status/concealed") - concealed_ms, 1),
        program.get("status/restarts") > restarts,
        failure,
    )


def until_well(program: Program, done: Done, least_s: float) -> float:
    """Seconds from an accident to the moment since which a deck is live with its lead; 0 when it always was.

    Raises ``LmdmdError`` when that does not come.
    """
    ill_s, looked_s = done.at_s, done.over_s
    while looked_s < max(ill_s, done.over_s) + STEADY_S:
        if looked_s > done.over_s + RECOVERING_S:
            raise LmdmdError(f"not well after {RECOVERING_S:g} s: decks are {', '.join(program.deck_states())}")
        time.sleep(LOOK_EVERY_S)
        looked_s = time.monotonic()
        if not is_well(program, least_s):
            ill_s = looked_s
    return ill_s - done.at_s


def is_well(program: Program, least_s: float) -> bool:
    """Whether the rows say that a deck is live and has its lead."""
    return "live" in program.deck_states() and program.get("status/lead") >= least_s


# --- what is told -------------------------------------------------------------------------------------------


def sum_up(rounds: list[Round], heard: Heard, excuse: bool) -> dict[str, Any]:
    """The figures of a kind; slips of the clock are excused where the accident is not one itself."""
    silence, sounding = judge_silence(heard, excuse), sounding_buffers(heard)
    if excuse:
        sounding |= heard.near_slips
    back_s = [outage_s(sounding[:end], heard.notes["at_s"][:end], at_s) for at_s, end in spans(rounds, heard)]
    well_s = [one.well_s for one in rounds if math.isfinite(one.well_s)]
    return {
        "rounds": len(rounds),
        "unconcealed_samples": silence.samples,
        "gaps": len(silence.gaps),
        "excused_samples": silence.excused_samples,
        "never_back": sum(map(math.isinf, back_s)),
        **middle_and_most("back", [value for value in back_s if math.isfinite(value)]),
        **middle_and_most("well", well_s),
        "concealed_ms": round(sum(one.concealed_ms for one in rounds), 1),
        "replaced": sum(one.replaced for one in rounds),
    }


def spans(rounds: list[Round], heard: Heard) -> list[tuple[float, int]]:
    """When each round began, and the first buffer of the next."""
    starts_s = [one.done.at_s for one in rounds]
    ends = [heard.buffer_at(at_s) for at_s in starts_s[1:]] + [len(heard.notes)]
    return list(zip(starts_s, ends, strict=True))


def tell_failures(rounds: list[Round], status: int | None) -> dict[str, Any]:
    """How many rounds failed, and the first reason."""
    reasons = [one.failure for one in rounds if one.failure]
    if status != 0:
        reasons.append(f"the program ended with status {status}")
    return {"failed": len(reasons), "why": reasons[0] if reasons else ""}
