"""``lmdmd bench soak``: an hour on a stage that gives the program no rest, heard by an ear of our own."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from lmdmd.bench.disturb import Disturbances
from lmdmd.bench.heard import Heard
from lmdmd.bench.jack_server import RATE_HZ
from lmdmd.bench.judge import judge_clicks, judge_silence, repeated_buffers
from lmdmd.bench.program import Program
from lmdmd.bench.samples import (
    Sample,
    compare,
    compare_block_times,
    compare_memory,
    take_sample,
)
from lmdmd.bench.showlog import LOG, block_times, find_anchors, join_frames, read_lines, to_heard
from lmdmd.bench.stage import open_stage, working_folder
from lmdmd.errors import LmdmdError
from lmdmd.rt.wav import sound_bytes_at
from lmdmd.train.progress import Progress

SAMPLE_EVERY_S = 10.0
LEAST_SAMPLES = 12
OUTPUT = "output.wav"


def bench_soak(options: argparse.Namespace) -> dict[str, object]:
    """Play, disturb, listen and judge; an hour takes 4.2 GB in the folder to keep, or where temporary files are.

    Keys of the report: `unconcealed_samples` are frames of silence longer than a buffer while the ear was connected;
    those near a slip of the clock are in `excused_samples`. `repeated_buffers` leaves slips out, too. `clicks` of
    `joins` bend more than the music does, of which `clicks_by_chance` are to be expected; `join_rank` is
    0.5 where joins are like what is around them. `memory_growth` is that of
    the part of the program that grew most, without pages that are shared, which come as tapes are first written.
    `block_p99_*` is of the show log; without one it is the rows' 95th percentile, as `block_source` says.
    """
    with working_folder(options.keep) as folder, open_stage(folder, options) as stage:
        done = Disturbances(stage.program, options.model)
        began_s = time.monotonic()
        with done.going_on():
            samples = watch(stage.program, began_s, options.seconds, done.refused)
        ended = stage.end()
        heard = stage.finish().between(began_s, ended.at_s)
        return {
            "seconds": round(ended.at_s - began_s, 1),
            **count(samples),
            **judge_heard(heard),
            **judge_joins(stage.program, heard),
            **judge_growth(stage.program, samples, options.seconds),
            "swaps": done.swaps,
            "prompt_changes": done.prompt_changes,
            "flood_messages": done.flood_messages,
            "refused": done.refused[:10],
            "exit_status": ended.status,
            "left_processes": ended.left_processes,
            "left_segments": ended.left_segments,
            "rows": samples,
        }


def watch(program: Program, began_s: float, seconds: float, refused: list[str]) -> list[Sample]:
    """A sample every SAMPLE_EVERY_S, more often in a short show, and one at the end; ends early with the program."""
    every_s = min(SAMPLE_EVERY_S, seconds / LEAST_SAMPLES)
    samples = [take_sample(program, began_s)]
    with Progress("soak", round(seconds)) as progress:
        while (passed_s := time.monotonic() - began_s) < seconds and program.process.poll() is None:
            time.sleep(min(every_s - passed_s % every_s, seconds - passed_s))
            try:
                samples.append(take_sample(program, began_s))
            except LmdmdError as error:
                refused.append(str(error))
            last = samples[-1]
            note = f"lead {last['lead']:.2f} s, {last['underruns']} underruns, {last['xruns']} xruns"
            progress.advance(round(time.monotonic() - began_s) - progress.done, note)
    return samples


def count(samples: list[Sample]) -> dict[str, object]:
    """What the program's own counters and the host's gained."""
    first, last = samples[0], samples[-1]
    gained = {name: last[name] - first[name] for name in ("underruns", "xruns", "restarts", "steal")}
    return {**gained, "concealed_ms": round(last["concealed"] - first["concealed"], 1)}


def judge_heard(heard: Heard) -> dict[str, object]:
    """Silence, repeated buffers and slips of the clock in a recording."""
    silence = judge_silence(heard)
    slipped = heard.slipped
    return {
        "unconcealed_samples": silence.samples,
        "gaps": len(silence.gaps),
        "excused_samples": silence.excused_samples,
        "repeated_buffers": int(np.count_nonzero(repeated_buffers(heard) & ~heard.near_slips)),
        "heard_s": round(len(heard.audio) / RATE_HZ, 2),
        "unconnected_s": round(float(np.count_nonzero(~heard.notes["connected"])) * heard.period / RATE_HZ, 3),
        "slips": int(np.count_nonzero(slipped)),
        "lost_frames": int(heard.lost_frames.sum()),
    }


def judge_joins(program: Program, heard: Heard) -> dict[str, object]:
    """Clicks at the joins that the show log tells, or at every buffer when it tells none."""
    frames, path = join_frames(read_lines(program.take(LOG))), program.take(OUTPUT)
    if len(frames) and path is not None:
        joins, source = to_heard(frames, find_anchors(heard.audio, map_wav(path), heard.period, RATE_HZ), RATE_HZ), LOG
    else:
        joins, source = np.arange(heard.period, len(heard.audio), heard.period), "every buffer"
    clicks = judge_clicks(heard, joins)
    return {
        "clicks": clicks.count,
        "joins": clicks.joins,
        "joins_source": source,
        "clicks_by_chance": round(clicks.by_chance, 2),
        "worst_join": round(clicks.worst, 3),
        "join_rank": round(clicks.rank, 3),
    }


def map_wav(path: Path) -> np.ndarray:
    """Frames [N, 2] of a recording of ours, mapped."""
    begin = sound_bytes_at(path)
    frames = (path.stat().st_size - begin) // 8
    return np.memmap(path, np.float32, "r", begin, (frames, 2)) if frames else np.zeros((0, 2), np.float32)


def judge_growth(program: Program, samples: list[Sample], seconds: float) -> dict[str, Any]:
    """Memory and block times, first and last."""
    memory = compare_memory(samples, seconds)
    times = block_times(read_lines(program.take(LOG)))
    blocks, source = compare_block_times(times, round(seconds * RATE_HZ)) if len(times) else None, LOG
    if blocks is None:
        blocks, source = compare(samples, "block_p95_ms", seconds), "rows, 95th percentile"
    first_ms, last_ms = blocks or (None, None)
    return {
        "memory_growth": max((part["own_growth"] for part in memory.values()), default=0.0),
        "memory": memory,
        "block_p99_first_ms": first_ms,
        "block_p99_last_ms": last_ms,
        "block_source": source,
    }
