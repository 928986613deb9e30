"""The benches: what each measures, how it is asked, and which figures of its rows make its picture."""

from __future__ import annotations

import argparse
import signal
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from lmdmd.cli_numbers import above_zero, whole
from lmdmd.config import MOST_THREADS, PRECISIONS


@dataclass(frozen=True)
class Bench:
    """One bench. Its function is `bench_<name>` of the module of its name, and gives a report with `rows`.

    `options` are names of OPTIONS; `defaults` stand in for theirs. A picture has a panel for each value of the columns
    `panels`, in it a bar for each row, named by the columns `bars`, as long as the column `length` says. Without a
    `length` the module draws its report itself, by `draw_<name>(path, report)`.
    """

    doc: str
    options: tuple[str, ...]
    bars: tuple[str, ...] = ()
    length: str = ""
    panels: tuple[str, ...] = ()
    defaults: tuple[tuple[str, Any], ...] = ()


FAULTS = ("deck", "hang", "audio", "nan", "slow", "memory", "control", "jack")
MOMENTS = ("first second", "ramp", "load", "hold", "crossfade", "tempo", "loop", "back", "fade out", "any", "twice")
STREAMS = ["slow ambient pads", "deep house", "lo-fi hip hop", "driving techno", "solo piano ballad", "folk guitar"]
OPTIONS: dict[str, dict[str, Any]] = {
    "--model": {"default": "pocket", "metavar": "BUNDLE"},
    "--blocks": {"type": whole(1), "metavar": "N"},
    "--precision": {"nargs": "+", "metavar": "NAME", "help": ", ".join(PRECISIONS)},
    "--rounds": {"type": whole(1), "default": 7, "metavar": "N", "help": "times each is measured, in turns"},
    "--shape": {"default": "sao-small", "metavar": "PRESET", "help": "network whose random weights play"},
    "--preset": {"default": "sao-small", "metavar": "NAME", "help": "network whose random weights learn"},
    "--stages": {"nargs": "+", "metavar": "NAME", "help": "finetune, finetune-recompute, finetune-lora, arc"},
    "--steps": {"type": whole(1), "nargs": "+", "metavar": "N", "help": "denoising steps"},
    "--codec-width": {"type": whole(1), "default": 128, "metavar": "N", "help": "channels of the codec's last layers"},
    "--device": {"default": "auto", "metavar": "NAME", "help": "cuda, mps or cpu; of a show: jack or null"},
    "--input": {"type": Path, "metavar": "FILE", "help": "what comes in, again and again (default: plucked notes)"},
    "--beats": {"type": above_zero(32), "default": 4.0, "metavar": "N", "help": "delay in beats at 100 bpm"},
    "--ms": {"type": above_zero(10_000), "metavar": "N", "help": "delay in ms instead"},
    "--inputs": {"type": Path, "metavar": "DIR", "help": "sketch these instead: sound files, or other renders"},
    "--melody": {"type": above_zero(10), "nargs": "+", "default": [1.0, 2.0, 3.0], "metavar": "N", "help": "weights"},
    "--loudness": {"type": above_zero(10), "nargs": "+", "default": [1.0, 2.0, 3.0], "metavar": "N", "help": "weights"},
    "--context": {"type": whole(1), "metavar": "LATENTS", "help": "past that the model hears (default: its own)"},
    "--seconds": {"type": above_zero(86400), "metavar": "N", "help": "length of the show, or of each stream"},
    "--models": {"nargs": 2, "default": ["pocket", "lantern"], "metavar": "BUNDLE", "help": "the two that are swapped"},
    "--kept": {"type": Path, "metavar": "DIR", "help": "play nothing: judge the show that was kept there"},
    "--cuts": {"type": whole(0), "default": 10, "metavar": "N", "help": "cuts of the log that are replayed too"},
    "--changes": {"type": whole(4), "default": 200, "metavar": "N", "help": "changes of prompt, and of other things"},
    "--keep": {"type": Path, "metavar": "DIR", "help": "keep recordings and logs (default: they are deleted)"},
    "--kinds": {"nargs": "+", "choices": FAULTS, "default": list(FAULTS), "help": "what is broken"},
    "--moments": {"nargs": "+", "choices": MOMENTS, "default": list(MOMENTS), "help": "when it is killed, in turns"},
    "--seed": {"type": whole(0), "default": 1, "metavar": "N", "help": "seed of what chance decides"},
    "--prompt": {"nargs": "+", "default": STREAMS, "metavar": "TEXT", "help": "one stream each"},
    "--data": {"type": Path, "metavar": "DIR", "help": "folder of composed pieces, rendered with stems"},
    "--pieces": {"type": whole(1), "default": 1, "metavar": "N", "help": "held-out pieces of each style"},
    "--packets": {"type": whole(100), "metavar": "N", "help": "packets, frames and requests in all"},
    "--threads": {"type": whole(0, MOST_THREADS), "default": 0, "metavar": "N"},
}

STAGE = ("--model", "--threads", "--keep")
BOTH = ("precision", ["fp32", "int8"])
BENCHES = {
    "block": Bench(
        "Time of one whole block of a bundle, part by part.",
        ("--model", "--blocks", "--precision", "--threads"),
        bars=("precision",),
        length="p50_ms",
        defaults=(("blocks", 100), ("precision", ["fp32"])),
    ),
    "growth": Bench(
        "Block time and memory over a long stream.",
        ("--model", "--blocks", "--precision", "--threads"),
        bars=("until",),
        length="p50_ms",
        defaults=(("blocks", 10_000), ("precision", ["fp32"])),
    ),
    "cache": Bench(
        "What caching the context gains: outpainting against both caches.",
        ("--shape", "--precision", "--steps", "--rounds", "--threads"),
        bars=("attention",),
        length="p50_ms",
        panels=("precision", "context", "block", "steps"),
        defaults=(("steps", [2, 4, 8]), BOTH),
    ),
    "lmm": Bench(
        "A discrete live model of the same size beside this one.",
        ("--precision", "--rounds", "--threads"),
        bars=("ours",),
        length="speedup",
        panels=("precision",),
        defaults=(BOTH,),
    ),
    "full": Bench(
        "Whether the full-size model keeps up with its sound, codec included.",
        ("--shape", "--codec-width", "--precision", "--rounds", "--threads"),
        bars=("attention", "steps"),
        length="factor",
        panels=("precision",),
        defaults=(BOTH,),
    ),
    "train": Bench(
        "How long a step of training takes, and the most memory that it holds.",
        ("--preset", "--stages", "--precision", "--rounds", "--threads"),
        bars=("stage",),
        length="memory_mb",
        defaults=(("stages", ["finetune"]), ("precision", ["fp32"]), ("rounds", 1)),
    ),
    "decode": Bench(
        "The streamed decoder of Stable Audio Open, in all its precisions.",
        ("--precision", "--rounds", "--threads"),
        bars=("precision",),
        length="p50_ms",
        panels=("block",),
        defaults=(("precision", ["fp32"]),),
    ),
    "gpu": Bench(
        "The full-size network on a GPU, with and without its codec.",
        ("--shape", "--codec-width", "--precision", "--steps", "--rounds", "--device"),
        bars=("what",),
        length="p50_ms",
        defaults=(("steps", [8]),),
    ),
    "latency": Bench(
        "From the hand to the ear: how long a change takes, and whether its seam is heard.",
        ("--changes", *STAGE),
        bars=("what",),
        length="p50_ms",
        defaults=(("threads", 1),),
    ),
    "cues": Bench(
        "How near to their time cues are heard.",
        ("--changes", *STAGE),
        bars=("what",),
        length="p95_ms",
        defaults=(("threads", 1), ("changes", 100)),
    ),
    "show": Bench(
        "A show of five songs, thirty cues and six swaps: each change on its bar, and made again from its log.",
        ("--models", "--seconds", "--device", "--threads", "--cuts", "--keep", "--kept"),
        bars=("cue",),
        length="error_ms",
        panels=("kind",),
        defaults=(("seconds", 900.0), ("device", "jack"), ("threads", 1)),
    ),
    "sync": Bench(
        "How near the bars of a show are heard to those of the clock that it follows.",
        ("--seconds", *STAGE),
        bars=("what",),
        length="p95_ms",
        defaults=(("seconds", 300.0), ("threads", 1)),
    ),
    "soak": Bench(
        "A long disturbed show on a sound server, heard from outside.",
        ("--seconds", *STAGE),
        bars=("at_s",),
        length="lead",
        defaults=(("seconds", 3600.0),),
    ),
    "kill": Bench(
        "Every part of a running show broken, again and again, heard from outside.",
        ("--rounds", "--kinds", *STAGE),
        bars=("kind",),
        length="back_max_s",
        defaults=(("rounds", 20),),
    ),
    "resume": Bench(
        "A whole show killed at moments of chance, and whether it goes on where it was.",
        ("--rounds", "--moments", "--seed", "--threads", "--keep"),
        bars=("moment", "at_s"),
        length="back_s",
        defaults=(("rounds", 10), ("threads", 1)),
    ),
    "delay": Bench(
        "How late a delay is heard, beside how late it says it is, and the shortest that it can be.",
        ("--seconds", "--input", "--beats", "--ms", "--context", "--device", *STAGE),
        bars=("at_s",),
        length="error_ms",
        defaults=(("model", "ember"), ("seconds", 600.0), ("device", "null")),
    ),
    "flood": Bench(
        "A thousand messages a second beside the music: what a good client waits, and whether anything is lost.",
        ("--seconds", *STAGE),
        bars=("client",),
        length="told",
        defaults=(("seconds", 60.0), ("threads", 1)),
    ),
    "fuzz": Bench(
        "Garbage at every door: whether anything breaks, grows, or keeps good clients waiting.",
        ("--packets", "--seed", *STAGE),
        bars=("packets",),
        length="p99_ms",
        defaults=(("packets", 100_000), ("threads", 1)),
    ),
    "grid": Bench(
        "How near attacks lie to the beats of the clock, with a model that is told of them and with one that is not.",
        ("--seconds", "--prompt", "--seed", *STAGE),
        bars=("tempo", "told"),
        length="sixteenths",
        defaults=(
            ("model", "ember"),
            ("seconds", 16.0),
            ("prompt", ["deep house", "drum and bass", "acoustic folk guitar", "marimba and vibraphone"]),
        ),
    ),
    "jam": Bench(
        "Whether a model that plays along live keeps the beat and the key of what it hears.",
        ("--data", "--pieces", "--seconds", "--seed", *STAGE),
        bars=("ears",),
        length="own",
        panels=("figure",),
        defaults=(("model", "ember"), ("seconds", 24.0)),
    ),
    "sketch": Bench(
        "How well a bundle follows what it hears, by how much melody and loudness count.",
        ("--model", "--data", "--inputs", "--pieces", "--seconds", "--melody", "--loudness", "--threads", "--keep"),
        bars=("what",),
        length="envelope",
        defaults=(("model", "ember"), ("seconds", 12.0)),
    ),
    "watch": Bench(
        "What a long stream comes to, without and with the liveness watch.",
        ("--model", "--seconds", "--prompt", "--threads"),
        defaults=(("seconds", 120.0),),
    ),
}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Teach a parser what a bench may be asked."""
    bench = BENCHES[name]
    for option in bench.options:
        parser.add_argument(option, **OPTIONS[option])
    parser.add_argument("--png", type=Path, metavar="FILE", help="draw the figures")
    parser.set_defaults(**dict(bench.defaults))


def run_bench(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure, draw if asked to, and return the report; a signal that ends us ends what we have started, too."""
    module = import_module(f"lmdmd.bench.{name}")
    before = signal.signal(signal.SIGTERM, _end)
    try:
        report = getattr(module, f"bench_{name}")(options)
    finally:
        signal.signal(signal.SIGTERM, before)
    if options.png:
        _draw(options.png, report, name, module)
    return report


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _draw(path: Path, report: dict[str, Any], name: str, module: ModuleType) -> None:
    bench = BENCHES[name]
    if not bench.length:
        getattr(module, f"draw_{name}")(path, report)
        return
    from lmdmd.bench.chart import draw_bars

    draw_bars(path, group_rows(report["rows"], bench), bench.length)


def group_rows(rows: list[dict[str, Any]], bench: Bench) -> dict[str, list[tuple[str, float]]]:
    """Return the panels of a picture: title -> (name, length) of its bars."""
    panels: dict[str, list[tuple[str, float]]] = {}
    for row in rows:
        bar = " ".join(str(row[column]) for column in bench.bars), float(row[bench.length])
        panels.setdefault(", ".join(f"{column} {row[column]}" for column in bench.panels), []).append(bar)
    return panels
