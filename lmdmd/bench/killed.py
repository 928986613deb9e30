"""The program itself killed: its children should fade and end by themselves, and leave nothing but good recordings."""

from __future__ import annotations

import argparse
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from lmdmd.bench.ear import Ear
from lmdmd.bench.heard import Heard, read_heard
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.judge import ending_level, judge_silence, loud_buffers
from lmdmd.bench.program import Program
from lmdmd.bench.showlog import LOG, unreadable_lines
from lmdmd.bench.stage import middle_and_most, play, server_name
from lmdmd.train.progress import track

PLAYED_S = 4.0
ENDING_S = 2.0
LOUDEST_END = 0.1
"""The last millisecond of a fade, as a share of the last half second's peak."""

RECORDINGS = ("output.wav", "input.wav")


@dataclass(frozen=True)
class Killed:
    """One killed program: how long its children outlived it, what they left, and what is wrong with its files."""

    ended_s: float
    left_processes: int
    left_segments: int
    end_level: float
    unconcealed_samples: int
    problems: tuple[str, ...]


def kill_control(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """One fresh program a round, and the row of them all."""
    folder.mkdir(parents=True, exist_ok=True)
    killed: list[Killed] = []
    with JackServer(server_name(), folder / "jackd.log") as server, Ear(server, folder) as ear:
        for number in track(range(options.rounds), "kill control"):
            killed.append(kill_one(folder / f"{number}", server, ear, options))
    reasons = [problem for one in killed for problem in one.problems]
    ended_s = [one.ended_s for one in killed]
    return {
        "kind": "control",
        "rounds": len(killed),
        "unconcealed_samples": sum(one.unconcealed_samples for one in killed),
        **middle_and_most("back", []),
        **middle_and_most("ended", ended_s),
        "end_level": round(max((one.end_level for one in killed), default=0.0), 4),
        "left_processes": sum(one.left_processes for one in killed),
        "left_segments": sum(one.left_segments for one in killed),
        "failed": sum(bool(one.problems) for one in killed),
        "why": reasons[0] if reasons else "",
    }


def kill_one(folder: Path, server: JackServer, ear: Ear, options: argparse.Namespace) -> Killed:
    """Play, kill, wait, and look at what is left."""
    folder.mkdir(exist_ok=True)
    with play(folder, server, options) as program:
        began_s = time.monotonic()
        time.sleep(PLAYED_S)
        made, _ = program.segments(), program.children()
        killed_s = time.monotonic()
        program.process.send_signal(signal.SIGKILL)
        program.process.wait()
        program.none_left(ENDING_S)
        ended_s = time.monotonic() - killed_s
        left, kept = program.count_left(), sum(path.exists() for path in made)
        time.sleep(max(0.0, ENDING_S - ended_s))
        heard = read_heard(ear.folder).between(began_s, time.monotonic())
    level, silence = ending_level(heard), judge_silence(sounding_part(heard))
    problems = [*judge_files(program, PLAYED_S / 2), *judge_end(left, kept, level)]
    return Killed(ended_s, left, kept, level, silence.samples, tuple(problems))


def sounding_part(heard: Heard) -> Heard:
    """A recording up to the last buffer with sound: what comes after is the end that was asked for."""
    loud = np.flatnonzero(loud_buffers(heard))
    last = int(loud[-1]) + 1 if len(loud) else 0
    return Heard(heard.audio[: last * heard.period], heard.notes[:last], heard.period)


def judge_end(left: int, kept: int, level: float) -> list[str]:
    """What is wrong with how a killed program ended."""
    problems = []
    if left:
        problems.append(f"{left} processes were left after {ENDING_S:g} s")
    if kept:
        problems.append(f"{kept} segments of shared memory were left")
    if level > LOUDEST_END:
        problems.append(f"the sound broke off at {level:.0%} of its level")
    return problems


def judge_files(program: Program, least_s: float) -> list[str]:
    """What is wrong with the recordings and the log of a killed program."""
    return [*(problem for name in RECORDINGS for problem in judge_wav(program.take(name), name, least_s)),
            *judge_log(program.take(LOG))]  # fmt: skip


def judge_wav(path: Path | None, name: str, least_s: float) -> list[str]:
    """What is wrong with a recording: missing, unreadable or too short."""
    if path is None:
        return [f"there is no {name}"]
    try:
        about = soundfile.info(path)
    except soundfile.SoundFileError as error:
        return [f"{name} cannot be read: {error}"]
    return [] if about.duration >= least_s else [f"{name} lasts {about.duration:.2f} s only"]


def judge_log(path: Path | None) -> list[str]:
    """What is wrong with a show log, where there is one: more than one line, the last, that is not whole."""
    broken = unreadable_lines(path) if path is not None else 0
    return [f"{broken} lines of {LOG} cannot be read"] if broken > 1 else []
