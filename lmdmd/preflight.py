"""``lmdmd check``: the preflight with every part asked: setlist, bundle, words, ports, disk, sound device."""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lmdmd.config import Config
from lmdmd.control.check import check_setlist, run_sheet
from lmdmd.control.setlist_reader import read_setlist
from lmdmd.model.bundle import AnyPrompts, load_bundle
from lmdmd.model.conditioners import PromptEncoder
from lmdmd.model.precision import use_precision
from lmdmd.rt.device import find_sound


def check(config: Config) -> int:
    """Print every problem and the run sheet; returns 1 when a problem keeps the show from running."""
    assert config.setlist is not None
    load = functools.cache(load_bundle)
    problems = check_setlist(
        config.setlist,
        model=config.model,
        ports=[("udp", config.osc_port)],
        bind=config.bind,
        record=config.record,
        device=config.device,
        input_device=config.input_device,
        foresee=lambda device, input_device: find_sound(device, input_device)[1],
        try_bundle=lambda info: use_precision(load(info.path).model, config.precision),
        unknown_words=lambda info, prompt: _unknown_words(load(info.path).prompts, prompt),
    )
    for problem in problems:
        print(problem, file=sys.stderr)
    errors = sum(problem.severity == "error" for problem in problems)
    if not errors:
        _print_run_sheet(config.setlist)
    return 1 if errors else 0


def _unknown_words(encoder: AnyPrompts, prompt: str) -> list[str]:
    """The prompt's words, if not one of them is whole in the vocabulary.

    The tokenizer spells any other word in pieces; beside words that it knows, such a word does no harm.
    """
    if not isinstance(encoder, PromptEncoder):
        return []  # T5 makes sense of what it spells
    words = re.findall(r"\w+", prompt) or [prompt]
    return [] if any(map(encoder.knows, words)) else words


def _print_run_sheet(path: Path) -> None:
    setlist, _ = read_setlist(path)
    if setlist is None:
        return
    table = Table(title=Text(setlist.title), title_justify="left", box=None, pad_edge=False)
    columns = ("time_s", "bar", "song", "number", "cue", "over", "changes", "notes")
    for column in columns:
        table.add_column(column, no_wrap=column not in ("changes", "notes"))
    for row in run_sheet(setlist):
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    Console().print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return f"{value:.1f}" if isinstance(value, float) else str(value)
