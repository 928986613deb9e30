"""Whether a file or a folder can be made at a place: asked of the disk itself, and nothing is left there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def why_no_folder(folder: Path) -> str:
    """Why nothing can be written into a folder, made if need be; empty when it can."""
    there = folder
    try:
        while not there.exists() and there != there.parent:
            there = there.parent
        # Permissions do not tell all: a read-only disk and /proc let root pass.
        with tempfile.TemporaryFile(dir=there):
            return ""
    except (OSError, ValueError):
        return f"{there} is not a writable folder"


def why_no_file(file: Path) -> str:
    """Why a file cannot be written, its folder made if need be; empty when it can."""
    try:
        if file.is_dir():
            return "is a folder; name a file in it"
        if file.exists():
            return "" if os.access(file, os.W_OK) else "is there and may not be overwritten"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return why_no_folder(file.parent)
