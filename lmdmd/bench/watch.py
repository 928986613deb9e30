"""``lmdmd bench watch``: whether a stream is after minutes what it was, and what the liveness watch does for it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lmdmd import bundles
from lmdmd.bench.block import apply_defaults
from lmdmd.bench.timing import describe_machine
from lmdmd.engine.engine import Engine
from lmdmd.engine.liveness import level_of
from lmdmd.messages import Write
from lmdmd.model.spectrum import mel_filters
from lmdmd.params import BY_NAME

WINDOW_S = 10.0
FRAMES, MELS, LO_HZ, HI_HZ = 2048, 64, 40.0, 16000.0
FLOOR_DB = -80.0


def bench_watch(options: argparse.Namespace) -> dict[str, Any]:
    """Play every prompt with the bundle's own memory and with all its network can hear, without and with the watch.

    `rows` has a stream's windows of 10 s: `level_db`, root mean square, and how far the sound lies from that of its
    second window: `mel_mean_db` and `mel_std_db` are root mean squares over mel bands of the differences of their means
    and of their standard deviations over time. `conditions` sums up what became of the streams in their last half, by
    the worst of them and by the median; `verdicts` is what the watch said, and when.
    """
    torch.set_num_threads(options.threads or 1)
    info = bundles.find(options.model)
    first = Engine.load(info.path, info.sample_rate)
    own_s = min(float(info.defaults.get("gen/memory", BY_NAME["gen/memory"].default)), first.context_s)
    rows, verdicts = [], []
    for memory_s in dict.fromkeys((round(own_s, 2), round(first.context_s, 2))):
        for watched in (False, True):
            for prompt in options.prompt:
                about = {"memory_s": memory_s, "watch": watched, "prompt": prompt}
                engine = open_stream(first, info, prompt, memory_s)
                audio, said = play(engine, options.seconds, watched)
                rows += [{**about, **row} for row in describe(audio, info.sample_rate)]
                verdicts += [{**about, "at_s": round(at_s, 1), "why": why} for at_s, why in said]
    return {
        "bundle": info.name,
        "seconds": options.seconds,
        "conditions": sum_up(rows, verdicts),
        "verdicts": verdicts,
        "rows": rows,
        "machine": describe_machine(),
    }


def open_stream(first: Engine, info: bundles.BundleInfo, prompt: str, memory_s: float) -> Engine:
    """A stream that begins now, of the same model."""
    engine = Engine(first.bundle, first.rate_hz)
    apply_defaults(engine, info)
    for name, value in (("prompt/0/text", prompt), ("gen/memory", memory_s)):
        engine.write(Write(name, value, 0))
    return engine


def play(engine: Engine, seconds: float, watched: bool) -> tuple[np.ndarray, list[tuple[float, str]]]:
    """Return audio [N, 2] of a stream, and what the watch said at how many seconds."""
    audio: list[np.ndarray] = []
    said: list[tuple[float, str]] = []
    engine.tell = lambda why: said.append((engine.next_frame / engine.rate_hz, why))
    engine.write(Write("watch/on", watched, 0))
    while engine.next_frame < seconds * engine.rate_hz:
        audio.append(engine.make_block())
    return np.concatenate(audio), said


# --- what became of it ---------------------------------------------------------------------------------------


def describe(audio: np.ndarray, rate_hz: int) -> list[dict[str, float]]:
    """Return a row for every whole window of audio [N, 2]; distances are from the second window."""
    window = round(WINDOW_S * rate_hz)
    pieces = [audio[at : at + window] for at in range(0, len(audio) - window + 1, window)]
    bands = [mel_levels(piece, rate_hz) for piece in pieces]
    reference = bands[min(1, len(bands) - 1)]
    return [
        {
            "until_s": (number + 1) * WINDOW_S,
            "level_db": round(level_of(piece), 2),
            "mel_mean_db": round(_rms(found.mean(0) - reference.mean(0)), 2),
            "mel_std_db": round(_rms(found.std(0) - reference.std(0)), 2),
        }
        for number, (piece, found) in enumerate(zip(pieces, bands, strict=True))
    ]


def mel_levels(audio: np.ndarray, rate_hz: int) -> np.ndarray:
    """Levels in dB [T, MELS] of audio [N, 2], channels mixed, in windows that do not overlap."""
    frames = audio.mean(axis=1)[: len(audio) // FRAMES * FRAMES].reshape(-1, FRAMES)
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(FRAMES)) / (FRAMES / 4)))
    filters = mel_filters(MELS, LO_HZ, HI_HZ, FRAMES // 2 + 1, rate_hz).numpy()
    return 10 * np.log10(np.maximum(power @ filters.T, 10 ** (FLOOR_DB / 10)))


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.square(values).mean()))


def sum_up(rows: list[dict[str, Any]], verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row a condition: the last half of its streams, each by its mean."""
    return [
        {
            "memory_s": memory_s,
            "watch": watched,
            **_last_half([row for row in rows if (row["memory_s"], row["watch"]) == (memory_s, watched)]),
            "verdicts": sum((v["memory_s"], v["watch"]) == (memory_s, watched) for v in verdicts),
        }
        for memory_s, watched in dict.fromkeys((row["memory_s"], row["watch"]) for row in rows)
    ]


def _last_half(rows: list[dict[str, Any]]) -> dict[str, float]:
    half = max(row["until_s"] for row in rows) / 2
    found: dict[str, list[float]] = {}
    for prompt in dict.fromkeys(row["prompt"] for row in rows):
        late = [row for row in rows if row["prompt"] == prompt and row["until_s"] > half]
        for name in ("level_db", "mel_mean_db", "mel_std_db"):
            found.setdefault(name, []).append(float(np.mean([row[name] for row in late])))
    return {
        "loudest_db": round(max(found.pop("level_db")), 2),
        **{f"{name}_median": round(float(np.median(values)), 2) for name, values in found.items()},
        **{f"{name}_worst": round(max(values), 2) for name, values in found.items()},
    }


# --- the picture ---------------------------------------------------------------------------------------------

COLOURS = ("#4a6fa5", "#c8553d", "#5b8e3e", "#8d6cab", "#b08b2c", "#3d9aa1", "#a34d7d", "#666666")


def draw_watch(path: Path, report: dict[str, Any]) -> None:
    """Write a PNG: a column for each memory, a line for each stream over time, dashed without the watch."""
    from matplotlib.figure import Figure

    rows = report["rows"]
    memories = list(dict.fromkeys(row["memory_s"] for row in rows))
    figures = {"level_db": "level, dB", "mel_mean_db": "distance of means, dB", "mel_std_db": "distance of spreads, dB"}
    figure = Figure(figsize=(5 * len(memories) + 1, 8), layout="constrained")
    grid = figure.subplots(len(figures), len(memories), squeeze=False, sharex=True, sharey="row")
    for column, memory_s in enumerate(memories):
        here = [row for row in rows if row["memory_s"] == memory_s]
        grid[0, column].set_title(f"{report['bundle']}, {memory_s:g} s of memory", fontsize=9, loc="left")
        for axes, (name, says) in zip(grid[:, column], figures.items(), strict=True):
            _draw_streams(axes, here, name)
            axes.set_ylabel(says, fontsize=9)
            axes.tick_params(labelsize=8)
        grid[-1, column].set_xlabel("s", fontsize=9)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), fontsize=7, loc="outside lower center", ncols=4)
    figure.savefig(path, dpi=110)


def _draw_streams(axes: Any, rows: list[dict[str, Any]], name: str) -> None:
    for number, prompt in enumerate(dict.fromkeys(row["prompt"] for row in rows)):
        for watched, style in ((False, "--"), (True, "-")):
            line = [row for row in rows if (row["prompt"], row["watch"]) == (prompt, watched)]
            label = f"{prompt}, {'watched' if watched else 'alone'}"
            points = [row["until_s"] for row in line], [row[name] for row in line]
            axes.plot(*points, style, color=COLOURS[number % len(COLOURS)], linewidth=1.2, label=label)
