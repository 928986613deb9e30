"""One bundle at several settings: distance, adherence and drift at each, for as many seeds, in one report.

evaluate_settings(Path("house/pocket"), data, embedder, [Setting(8), Setting(4), Setting(50, "euler")], seeds=3)
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lmdmd.errors import TrainError
from lmdmd.model.bundle import load_bundle
from lmdmd.model.sampling import SAMPLERS
from lmdmd.train.drift import summarise_clips, summarise_tracks
from lmdmd.train.embedders import Embedder
from lmdmd.train.evaluate import read_settings, write_prompt
from lmdmd.train.free_words import write_free_prompt
from lmdmd.train.long_play import Line, Track, play_lines
from lmdmd.train.renders import Render, hear_renders, pick_references

REPORT_FILE = "settings.json"
SEEDS_APART = 1000
PROMPTS = {"plain": write_prompt, "free": write_free_prompt}
LONG_S = 120.0
KEPT = ("drift_fd", "fd_first", "fd_last", "fd_ratio", "adherence_first", "adherence_last", "level_worst_db")


@dataclass(frozen=True)
class Setting:
    """What is changed of a bundle's own settings; nothing where it is None."""

    steps: int | None = None
    sampler: str | None = None
    cfg: float | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The settings that it changes, as `play` takes them."""
        every = {"steps": self.steps, "sampler": self.sampler, "cfg": self.cfg}
        return {name: value for name, value in every.items() if value is not None}


def pair_settings(steps: Sequence[int], samplers: Sequence[str], cfgs: Sequence[float]) -> list[Setting]:
    """Return one setting for each of the longest list; the others have as many entries, one for all, or none.

    Raises `TrainError` for lists that do not fit each other, and for a sampler that is none.
    """
    given: dict[str, Sequence[Any]] = {"--steps": steps, "--sampler": samplers, "--cfg": cfgs}
    count = max(1, *(len(values) for values in given.values()))
    for option, values in given.items():
        if len(values) not in (0, 1, count):
            raise TrainError(f"{option}: {len(values)} values for {count} settings; give one for all, or {count}")
    for sampler in samplers:
        if sampler not in SAMPLERS:
            raise TrainError(f'--sampler: no "{sampler}" among {", ".join(SAMPLERS)}')
    spread = [list(values) * (count if len(values) == 1 else 1) or [None] * count for values in given.values()]
    return [Setting(*values) for values in zip(*spread, strict=True)]


def evaluate_settings(
    bundle_path: Path,
    data: Path,
    embedder: Embedder,
    settings: Sequence[Setting],
    *,
    seeds: int = 1,
    per_style: int = 2,
    seconds: float = LONG_S,
    primed: bool = False,
    prompts: str = "plain",
    out: Path | None = None,
    threads: int = 0,
) -> dict[str, Any]:
    """Play every style `per_style` times at every setting and seed, for `seconds`, and measure.

    `rows` of the report, one a setting, hold of each figure the mean over the seeds, the standard deviation (of a
    sample; 0 for one seed) and the values; what the figures are, `drift.summarise_clips` and `summarise_tracks` say.
    With `out` the report is written there as settings.json, again after every setting.
    """
    if threads:
        torch.set_num_threads(threads)
    bundle, renders = load_bundle(bundle_path), hear_renders(embedder, data)
    lines = write_lines(embedder.styles, renders, per_style, prompts)
    report: dict[str, Any] = {
        "bundle": bundle.name,
        "embedder": embedder.name,
        "primed": primed,
        "prompts": prompts,
        "streams": len(lines),
        "seconds": seconds,
        "seeds": seeds,
        "rows": [],
    }
    for setting in settings:
        found, began = [], time.monotonic()
        for seed in range(seeds):
            label = ", ".join(f"{name} {value}" for name, value in setting.changes.items()) or "own settings"
            tracks = play_lines(
                *(bundle, embedder, lines, seconds),
                seed=seed * SEEDS_APART,
                primed=primed,
                label=f"{label}, seed {seed}",
                **setting.changes,
            )
            found.append(measure(tracks, embedder, renders))
        music_s = seeds * len(lines) * seconds
        report["rows"].append(
            {
                **{name: value for name, value in read_settings(bundle).items() if name in ("steps", "sampler", "cfg")},
                **setting.changes,
                **spread(found),
                "times_real": round(music_s / (time.monotonic() - began), 2),
            }
        )
        if out:
            out.mkdir(parents=True, exist_ok=True)
            (out / REPORT_FILE).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def write_lines(styles: Sequence[str], renders: Sequence[Render], per_style: int, prompts: str) -> list[Line]:
    """Return `per_style` streams of every style, each with another prompt and another reference."""
    asked = [(style, number) for number in range(per_style) for style in styles]
    references = pick_references(renders, [style for style, _ in asked])
    write = PROMPTS[prompts]
    return [
        Line(style, write(style, number), reference)
        for (style, number), reference in zip(asked, references, strict=True)
    ]


def measure(tracks: Sequence[Track], embedder: Embedder, renders: Sequence[Render]) -> dict[str, float]:
    """Return the figures of one seed."""
    long = summarise_tracks(tracks, embedder.styles, renders)
    return {**summarise_clips(tracks, embedder.styles, renders), **{name: long[name] for name in KEPT}}


def spread(found: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Return mean, standard deviation and values of each figure over the seeds."""
    figures = {}
    for name in found[0]:
        values = [row[name] for row in found]
        std = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        figures[name] = {"mean": round(float(np.mean(values)), 4), "std": round(std, 4), "values": values}
    return figures


def table_rows(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a report as cells of words: mean, and standard deviation where there is more than one seed."""
    return [{name: _cell(value, report["seeds"]) for name, value in row.items()} for row in report["rows"]]


def _cell(value: Any, seeds: int) -> Any:
    if not isinstance(value, dict):
        return value
    return f"{value['mean']:.3g}" + (f" ± {value['std']:.2g}" if seeds > 1 else "")
