"""``lmdmd bench delay``: whether a generative delay is heard as late as it says, and how short it can be."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from lmdmd import bundles
from lmdmd.bench.envelopes import STEP_S, find_lag, level_envelope
from lmdmd.bench.jack_server import JackServer
from lmdmd.bench.plucks import write_plucks
from lmdmd.bench.program import Program
from lmdmd.bench.showlog import BLOCK, LOG, read_lines
from lmdmd.bench.soak import OUTPUT, map_wav
from lmdmd.bench.stage import LEFT_S, server_name, working_folder
from lmdmd.bundles import BundleInfo
from lmdmd.engine.deck import IDLE_S
from lmdmd.engine.delay import MOST_S
from lmdmd.engine.pacing import Pacing
from lmdmd.errors import ConfigError, LmdmdError
from lmdmd.model.bundle import CONFIG_FILE
from lmdmd.model.config import CodecConfig
from lmdmd.train.progress import Progress

INPUT = "input.wav"
PROMPT, TEMPO_BPM = "solo piano", 100
PLUCKS_S = 300.0
WINDOW_S = 15.0
SETTLING_S = 4.0
"""So long the sound may need to be what was asked for."""
LEAST_S = 25.0
"""So long the shortest delay is heard."""
WITHIN_S = 0.02
_SAMPLE_EVERY_S = 0.5
_COUNTED = ("status/underruns", "status/concealed")
_THREADS = re.compile(r"on (\d+) thread")


@dataclass(frozen=True)
class Sample:
    """What the program showed at a playhead, in seconds of the show."""

    at_s: float
    now_s: float
    least_s: float


@dataclass(frozen=True)
class Take:
    """What was recorded: the envelopes of what came in and of what was heard, and the times of all blocks."""

    rate_hz: int
    buffer_frames: int
    came_in: np.ndarray
    heard: np.ndarray
    blocks_ms: list[float]


def bench_delay(options: argparse.Namespace) -> dict[str, object]:
    """Play a file into a delay, and find in the recordings how late its envelope is heard; then at the least delay.

    Each row is a window of the recording: the delay that was shown while it was heard, the one measured, the
    correlation there, and the error between both. `worst_error_ms` is over all of them, `late_windows` are those more
    than 20 ms off. `least_s` is the shortest delay as it was shown in the end, `least_measured_s` what was heard then,
    and `least_parts_ms` what it is made of: the sound that a block waits for, how far its codec and the device's
    buffers trail, the time of a block, what is kept to spare, and the rest, to which it is rounded. Raises
    `ConfigError` for a bundle that does not listen.
    """
    with working_folder(options.keep) as folder, ExitStack() as ending:
        info = find_bundle(options, folder)
        sound = options.input or write_plucks(folder / "plucks.wav", PLUCKS_S)
        device, environment = _open_device(options.device, folder, ending)
        show = write_show(folder / "show.yaml", info, options)
        arguments = (show, "--device", device, "--threads", options.threads, "--input", sound)
        program = ending.enter_context(Program(folder, *arguments, environment=environment))
        program.until_playing()
        before = _counts(program)
        samples = watch(program, "delay", SETTLING_S + options.seconds)
        asked_s = samples[-1].at_s
        for row in ("delay/beats", "delay/ms"):
            program.ask(row, 0.0)
        samples += watch(program, "least", SETTLING_S + LEAST_S)
        counts = {name.removeprefix("status/"): value - before[name] for name, value in _counts(program).items()}
        margin_ms = float(program.get("engine/commit_margin"))
        threads = _THREADS.search(program.said())
        status = program.end()
        take, last = read_take(program), samples[-1]
        rows = list(measure(take, samples, SETTLING_S + samples[0].now_s, asked_s, WINDOW_S))
        least = list(measure(take, samples, asked_s + SETTLING_S + last.now_s, last.at_s, WINDOW_S / 2))
        return {
            "bundle": info.name,
            "geometry": f"{info.config['geometry']['context']}/{info.config['geometry']['block']}",
            "device": device,
            "threads": int(threads[1]) if threads else options.threads,
            "rate_hz": take.rate_hz,
            **judge(rows),
            **counts,
            "least_s": round(last.least_s, 4),
            "least_measured_s": round(median(row["measured_s"] for row in least), 4) if least else None,
            "least_error_ms": judge(least)["worst_error_ms"],
            "least_parts_ms": split_least(last.least_s, take, info, margin_ms),
            "exit_status": status,
            "left_processes": 0 if program.none_left(LEFT_S) else program.count_left(),
            "rows": rows,
        }


# --- the show --------------------------------------------------------------------------------------------


def find_bundle(options: argparse.Namespace, folder: Path) -> BundleInfo:
    """The bundle asked for, or a copy of it that hears as much of its past as is asked; it must listen."""
    info = bundles.find(options.model)
    if "loudness" not in info.config["model"].get("groups", {}):
        raise ConfigError(
            f"--model {options.model}: does not hear loudness, so that nothing can be measured; try ember"
        )
    if not options.context:
        return info
    copy = folder / info.name
    shutil.copytree(info.path, copy, dirs_exist_ok=True)
    config = json.loads((copy / CONFIG_FILE).read_text(encoding="utf-8"))
    config["geometry"]["context"] = options.context
    (copy / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    return bundles.find(str(copy))


def write_show(path: Path, info: BundleInfo, options: argparse.Namespace) -> Path:
    """A song without end that is nothing but the delay; where a context is asked for, the network hears all of it."""
    asked = f"delay/ms: {options.ms}" if options.ms else f"delay/beats: {options.beats}"
    lines = [
        "title: delay",
        f"model: {json.dumps(str(info.path) if options.context else str(options.model))}",
        "seed: 1",
        "songs:",
        "  - name: only",
        "    length: 86400s",
        f"    tempo: {TEMPO_BPM}",
        f"    prompts: {{{PROMPT}: 1}}",
        "    set:",
        "      delay/on: true",
        "      mix/wet: 1",
        f"      {asked}",
    ]
    if options.context:
        geometry = info.config["geometry"]
        lines.append(f"      gen/memory: {options.context * geometry['latent_frames'] / geometry['sample_rate']}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _open_device(name: str, folder: Path, ending: ExitStack) -> tuple[str, Mapping[str, str] | None]:
    if name != "jack":
        return name, None
    server = ending.enter_context(JackServer(server_name(), folder / "jackd.log"))
    return "system", server.environment


def watch(program: Program, what: str, seconds: float) -> list[Sample]:
    """Note what is shown, again and again."""
    samples, began_s = [], time.monotonic()
    with Progress(what, round(seconds)) as progress:
        while (passed_s := time.monotonic() - began_s) < seconds:
            at_s = float(program.ask("status")[0].values[0] or 0.0)
            samples.append(Sample(at_s, float(program.get("delay/now")), float(program.get("delay/least"))))
            note = f"{samples[-1].now_s:.3f} s late, least {samples[-1].least_s:.3f} s"
            progress.advance(round(passed_s) - progress.done, note)
            time.sleep(_SAMPLE_EVERY_S)
    return samples


def _counts(program: Program) -> dict[str, float]:
    return {name: float(program.get(name)) for name in _COUNTED}


# --- what was heard --------------------------------------------------------------------------------------


def read_take(program: Program) -> Take:
    """What a program has recorded; raises ``LmdmdError`` where that is not everything."""
    lines, came_in, heard = read_lines(program.take(LOG)), program.take(INPUT), program.take(OUTPUT)
    if not lines or came_in is None or heard is None:
        raise LmdmdError(f"lmdmd run left no recording with a log: {program.said()[-600:]}")
    about = next(line for line in lines if line["kind"] == "show")
    rate_hz = int(about["rate_hz"])
    before, after = (level_envelope(map_wav(path), rate_hz) for path in (came_in, heard))
    times_ms = [float(line["compute_ms"]) for line in lines if line["kind"] == BLOCK]
    return Take(rate_hz, int(about["buffer_frames"]), before, after, times_ms)


def measure(
    take: Take, samples: Sequence[Sample], begin_s: float, end_s: float, window_s: float
) -> Iterator[dict[str, float]]:
    """A row for each window between two moments in which something was heard."""
    steps, most = round(window_s / STEP_S), round(MOST_S / STEP_S)
    for begin in range(round(begin_s / STEP_S), round(end_s / STEP_S) - steps + 1, steps):
        at_s = begin * STEP_S
        shown = [sample.now_s for sample in samples if at_s <= sample.at_s < at_s + window_s]
        lag = find_lag(take.came_in, take.heard, begin, steps, most)
        if lag is not None and shown:
            shown_s = median(shown)
            yield {
                "at_s": round(at_s, 2),
                "shown_s": round(shown_s, 4),
                "measured_s": round(lag.seconds, 4),
                "correlation": round(lag.correlation, 3),
                "error_ms": round(1000 * (lag.seconds - shown_s), 1),
            }


def judge(rows: Sequence[Mapping[str, float]]) -> dict[str, float | None]:
    """What all windows come to."""
    errors_ms = [row["error_ms"] for row in rows]
    return {
        "windows": len(rows),
        "worst_error_ms": max(map(abs, errors_ms), default=None),
        "median_error_ms": round(median(errors_ms), 1) if errors_ms else None,
        "late_windows": sum(abs(error_ms) > 1000 * WITHIN_S for error_ms in errors_ms),
        "weakest_correlation": min((row["correlation"] for row in rows), default=None),
    }


def split_least(least_s: float, take: Take, info: BundleInfo, margin_ms: float) -> dict[str, float]:
    """Parts of the least delay in ms, as the deck reckons with them."""
    geometry, pacing = info.config["geometry"], Pacing(1.0)
    for block_ms in take.blocks_ms:
        pacing.add(block_ms)
    parts = {
        "block": 1000 * info.block_frames / info.sample_rate,
        "codec": 1000 * CodecConfig(**info.config["codec"]).delay_frames / geometry["sample_rate"],
        "buffers": 2000 * take.buffer_frames / take.rate_hz,
        "block_time": pacing.surely_ms(),
        "spare": margin_ms + 1000 * IDLE_S,
    }
    parts["rest"] = 1000 * least_s - sum(parts.values())
    return {name: round(part_ms, 1) for name, part_ms in parts.items()} | {
        "block_p50": round(pacing.percentile_ms(50), 1)
    }
