"""THE list of targets: every program that we make files for; ``lmdmd export patches`` writes them.

A target is a module of this package with ``make_files(table) -> {path: text or bytes}``, pure: the same table gives
the same files, and a test compares them with those in ``patches/<target>/``. A new one is its module and a row here.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from lmdmd.errors import ConfigError, did_you_mean
from lmdmd.surfaces.export.table import Table

TARGETS: dict[str, str] = {
    "max": "Max and Max for Live",
    "touchdesigner": "TouchDesigner",
    "pd": "Pure Data",
    "supercollider": "SuperCollider",
    "touchosc": "TouchOSC",
    "openstagecontrol": "Open Stage Control",
    "companion": "Stream Deck with Bitfocus Companion",
}
"""Folder below ``patches/``, which is also the module, and whom it is for."""

Files = dict[str, str | bytes]


def make_files(target: str, table: Table | None = None) -> Files:
    """Files of one target, by path in its folder; raises ``ConfigError`` when it is unknown or lacks a package."""
    if target not in TARGETS:
        raise ConfigError(f'"{target}" is not one of {", ".join(TARGETS)}{did_you_mean(target, TARGETS)}')
    try:
        module = import_module(f"lmdmd.surfaces.export.{target}")
    except ModuleNotFoundError as error:
        raise ConfigError(f'{target}: needs the package {error.name}: pip install "lmdmd[patches]"') from None
    return module.make_files(table or Table())


def write_files(folder: Path, targets: Iterable[str]) -> list[Path]:
    """Bring ``folder/<target>`` up to date for each target; returns what was written. Raises ``ConfigError``."""
    wanted = {folder / target / path: _bytes(made) for target in targets for path, made in make_files(target).items()}
    try:
        return [path for path, made in wanted.items() if _write(path, made)]
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from None


def _bytes(made: str | bytes) -> bytes:
    return made.encode() if isinstance(made, str) else made


def _write(path: Path, made: bytes) -> bool:
    if path.is_file() and path.read_bytes() == made:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    return True
