"""What the verbs of the command line share: how one is added, what was said, tables."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lmdmd.errors import ConfigError

RUNS = Path("runs")
DATA_HELP = "folder of the training data (default: ~/.cache/lmdmd/data)"
_PIPE_COLUMNS = 240


def add_verb(
    verbs: argparse._SubParsersAction, name: str, function: Callable, text: str, *, extra: str = ""
) -> argparse.ArgumentParser:
    """Add a verb that calls a function with its options, and return its parser; `extra` has packages it may need."""
    parser = verbs.add_parser(name, help=text, description=text)
    parser.set_defaults(verb=partial(_call_with, function, extra) if extra else function)
    return parser


def _call_with(function: Callable[[argparse.Namespace], int], extra: str, options: argparse.Namespace) -> int:
    try:
        return function(options)
    except ModuleNotFoundError as error:
        if not error.name or error.name.startswith("lmdmd"):
            raise
        raise ConfigError(f'this needs the package {error.name}: pip install "lmdmd[{extra}]"') from None


def take_said(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return only those of some options that were said, so that what takes them keeps its own defaults."""
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def find_data(options: argparse.Namespace) -> Path:
    """Folder of the training data; looked for only when it is wanted, as not every user has a home folder."""
    if options.data is not None:
        return options.data
    try:
        return Path.home() / ".cache" / "lmdmd" / "data"
    except RuntimeError:
        raise ConfigError("there is no home folder for the training data; say where with --data") from None


def print_table(rows: list[dict], columns: Sequence[str], as_json: bool) -> int:
    """Print rows as a table, or as JSON; returns the exit status."""
    if as_json:
        print(json.dumps(rows))
        return 0
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    # Only a terminal has a width; what is piped on is searched by line.
    console = Console() if sys.stdout.isatty() else Console(width=_PIPE_COLUMNS)
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(column) is None else escape(str(row[column])) for column in columns))
    console.print(table)
    return 0


def print_report(report: dict[str, Any], as_json: bool) -> int:
    """Rows as a table, the rest as lines; or all of it as one JSON object. Returns 1 where it tells of failures."""
    status = 1 if report.get("failures") else 0
    if as_json:
        print(json.dumps(report))
        return status
    if rows := report.pop("rows", None):
        print_table(rows, list(rows[0]), as_json=False)
    for key, value in report.items():
        print(f"{key:>14}  {value}")
    return status
