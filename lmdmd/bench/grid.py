"""``lmdmd bench grid``: how near attacks lie to the beats of the clock that a model follows."""

from __future__ import annotations

import argparse
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
import yaml

from lmdmd.bench.stage import working_folder
from lmdmd.control.clock import TempoMap
from lmdmd.control.setlist import Span, Way
from lmdmd.control.tempo import ramped
from lmdmd.errors import LmdmdError
from lmdmd.train import hearing
from lmdmd.train.evaluate_conditions import BEAT_TEMPOS_BPM, BEAT_WITHIN_S, SETTLED_S, WITHIN_S

METRE = 4
STEPS = {"eighths": 2, "sixteenths": 4}
"""Lines of a grid in each beat."""


def bench_grid(options: argparse.Namespace) -> dict[str, Any]:
    """Render a show at each tempo, one song a prompt, with the model told of the beat and not told; find the attacks.

    ``eighths`` and ``sixteenths`` are shares of attacks within 35 ms of the clock's, ``chance`` those that attacks in
    no order would have, ``beat_f1`` is that of a beat tracker's beats (70 ms), on the average of the songs. Raises
    ``LmdmdError`` when a show cannot be rendered.
    """
    torch.set_num_threads(options.threads or 1)
    with working_folder(options.keep) as folder:
        rows = [
            {"tempo": tempo, "told": told, **measure(folder, options, tempo, told)}
            for tempo in BEAT_TEMPOS_BPM
            for told in (True, False)
        ]
    return {"model": options.model, "prompts": options.prompt, "within_s": WITHIN_S, "rows": rows}


def measure(folder: Path, options: argparse.Namespace, tempo: str, told: bool) -> dict[str, Any]:
    """Render one show; return how its attacks lie on its grid."""
    bars = count_bars(options.seconds, *BEAT_TEMPOS_BPM[tempo])
    name = f"{tempo.replace(' ', '-')}-{'told' if told else 'free'}"
    show, out = folder / f"{name}.yaml", folder / f"{name}.wav"
    show.write_text(yaml.safe_dump(write_show(options, tempo, bars, told)))
    words = ("render", show, "--out", out, "--model", options.model, "--seed", options.seed)
    command = [sys.executable, "-m", "lmdmd", *map(str, words), "--threads", str(options.threads or 1)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LmdmdError(f"bench grid: {done.stderr.strip()[-400:]}")
    audio, rate_hz = soundfile.read(out, dtype="float32", always_2d=True)
    clock = make_clock(rate_hz, tempo, bars, len(options.prompt))
    songs_s = [clock.frame_of(1 + song * bars) / rate_hz for song in range(len(options.prompt))]
    return judge(torch.from_numpy(audio.T.copy()), rate_hz, clock, songs_s)


def count_bars(seconds: float, low_bpm: float, high_bpm: float) -> int:
    """Bars of a song that lasts about so long."""
    return max(1, round(seconds * (low_bpm + high_bpm) / 2 / 60 / METRE))


def write_show(options: argparse.Namespace, tempo: str, bars: int, told: bool) -> dict[str, Any]:
    """A show with one song for each prompt, at one tempo or through a ramp."""
    low_bpm, high_bpm = BEAT_TEMPOS_BPM[tempo]
    ramp = {"name": "ramp", "bar": 1, "tempo": {"to": high_bpm, "over": f"{bars} bars", "curve": "linear"}}
    songs = [
        {
            "name": f"song {number}",
            "tempo": low_bpm,
            "length": f"{bars} bars",
            "prompts": {prompt: 1},
            "set": {"beat/on": told},
            **({"cues": [ramp]} if high_bpm != low_bpm else {}),
        }
        for number, prompt in enumerate(options.prompt, 1)
    ]
    return {"title": "grid", "model": options.model, "seed": options.seed, "songs": songs}


def make_clock(rate_hz: int, tempo: str, bars: int, songs: int) -> TempoMap:
    """The clock of that show, from its first frame."""
    low_bpm, high_bpm = BEAT_TEMPOS_BPM[tempo]
    clock = TempoMap.constant(rate_hz, low_bpm, METRE)
    way = Way(Span(bars, "bars"), "linear")
    for song in range(songs):
        begin = clock.frame_of(1 + song * bars)
        clock = ramped(clock.retimed(begin, low_bpm, METRE), begin, high_bpm, way)
    return clock


def judge(audio: torch.Tensor, rate_hz: int, clock: TempoMap, songs_s: list[float]) -> dict[str, Any]:
    """How attacks and beats in audio [C, N], in which songs begin at some seconds, lie on the clock's grid."""
    if rate_hz != hearing.SAMPLE_RATE_HZ:
        raise LmdmdError(f"bench grid hears {hearing.SAMPLE_RATE_HZ} Hz, not {rate_hz}")
    seconds = audio.shape[-1] / rate_hz
    onsets = hearing.find_onsets(audio)
    onsets = onsets[onsets >= SETTLED_S]
    grids = {name: lines_s(clock, SETTLED_S, seconds, step) for name, step in STEPS.items()}
    f1 = []
    for begin_s, end_s in pairwise([*songs_s, seconds]):
        beats = begin_s + hearing.find_beats(audio[:, round(begin_s * rate_hz) : round(end_s * rate_hz)])
        begin_s += SETTLED_S
        f1.append(hearing.beat_f1(beats[beats >= begin_s], lines_s(clock, begin_s, end_s, 1), BEAT_WITHIN_S))
    return {
        **{name: round(hearing.on_grid(onsets, lines, WITHIN_S), 3) for name, lines in grids.items()},
        "chance": {name: round(hearing.chance_on_grid(lines, WITHIN_S), 3) for name, lines in grids.items()},
        "beat_f1": round(float(np.mean(f1)), 3),
        "attacks": len(onsets),
    }


def lines_s(clock: TempoMap, begin_s: float, end_s: float, per_beat: int) -> np.ndarray:
    """Seconds of all lines of the clock's grid from one moment to another."""
    frame, found = -2.0, []
    # A line that falls between two frames would be found twice.
    while (frame := clock.next_pulse(frame + 1.0, per_beat)[0]) < end_s * clock.rate_hz:
        found.append(frame / clock.rate_hz)
    lines = np.array(found)
    return lines[lines >= begin_s]
