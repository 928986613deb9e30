"""``lmdmd check``: the preflight with every part asked: setlist, bundle, words, ports, disk, sound device."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lmdmd import bundles
from lmdmd.bundles import BundleInfo
from lmdmd.config import Config
from lmdmd.control.check import check_setlist, run_sheet
from lmdmd.control.setlist import read_setlist
from lmdmd.errors import DeviceError
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.rt.device import list_devices


def check(config: Config) -> int:
    """Print every problem and the run sheet; returns 1 when a problem keeps the show from running."""
    assert config.setlist is not None
    problems = check_setlist(
        config.setlist,
        model=config.model or bundles.DEFAULT,
        ports=[("udp", config.osc_port)],
        bind=config.bind,
        record=config.record,
        device=config.device,
        sound_devices=_sound_devices,
        unknown_words=_unknown_words,
    )
    for problem in problems:
        print(problem, file=sys.stderr)
    errors = sum(problem.severity == "error" for problem in problems)
    if not errors:
        _print_run_sheet(config.setlist)
    return 1 if errors else 0


def _sound_devices() -> list[str]:
    try:
        return [str(row["name"]) for row in list_devices()]
    except DeviceError:
        return []


def _unknown_words(bundle: BundleInfo, prompt: str) -> list[str]:
    if bundle.config["prompts"].get("kind") == "t5":
        return []  # T5 spells what it does not know
    encoder = PromptEncoder.load(bundle.path)
    return [word for word in prompt.replace(",", " ").split() if not encoder.known(word)]


def _print_run_sheet(path: Path) -> None:
    setlist, _ = read_setlist(path)
    if setlist is None:
        return
    table = Table(title=setlist.title, title_justify="left", box=None, pad_edge=False)
    columns = ("time_s", "bar", "song", "number", "cue", "over", "changes", "notes")
    for column in columns:
        table.add_column(column, no_wrap=column not in ("changes", "notes"))
    for row in run_sheet(setlist):
        table.add_row(*(escape(_cell(row.get(column))) for column in columns))
    Console().print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return f"{value:.1f}" if isinstance(value, float) else str(value)
