"""Which files of a folder can be audio, and which are left alone, and why; nothing outside the folder is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import soundfile as sf

from lmdmd.errors import TrainError
from lmdmd.train.import_captions import TABLES

AUDIO = {f".{name.lower()}" for name in sf.available_formats()} - {".raw"} | {
    ".wave", ".aif", ".aifc", ".oga", ".opus", ".snd", ".mp1", ".mp2", ".iff", ".8svx", ".sf", ".sph", ".nist",
}  # fmt: skip
FOREIGN = {
    ".m4a",
    ".aac",
    ".wma",
    ".mp4",
    ".mka",
    ".webm",
    ".ape",
    ".wv",
    ".tta",
    ".ac3",
    ".dsf",
    ".dff",
    ".amr",
    ".ra",
}
SAYING = {".txt", ".json", ".csv", ".jsonl"}
"""What is looked at only where it stands beside audio, or is one of TABLES."""


@dataclass
class Found:
    """Paths below a folder: of audio, of tables of captions, and of what is left alone, with the reason."""

    audio: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)


def find_files(folder: Path, leave: Path) -> Found:
    """Look through a folder and those in it, but not into `leave` or anything hidden; all lists are in order of path.

    Links are taken where they lead to a file within the folder. Raises `TrainError` when there is no such folder.
    """
    if not folder.is_dir():
        raise TrainError(f"{folder} is no folder; say where the audio is")
    found, root = Found(), folder.resolve()
    for path in sorted(_walk(folder, leave.resolve(), found)):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in SAYING:
            found.tables += [name] if path.name in TABLES else []
        elif reason := _judge(path, name, root):
            found.left[name] = reason
        else:
            found.audio.append(name)
    return found


def _walk(folder: Path, leave: Path, found: Found) -> Iterator[Path]:
    def note(error: OSError) -> None:
        found.left[Path(error.filename).relative_to(folder).as_posix()] = f"cannot be read: {error.strerror}"

    for place, folders, files in os.walk(folder, onerror=note):
        here = Path(place)
        for name in list(folders):
            if name.startswith(".") or (here / name).resolve() == leave:
                folders.remove(name)
            elif (here / name).is_symlink():
                folders.remove(name)
                found.left[(here / name).relative_to(folder).as_posix()] = "a link to a folder, which is not followed"
        yield from (here / name for name in files if not name.startswith("."))


def _judge(path: Path, name: str, root: Path) -> str:
    """Why a path cannot be audio of the folder, by its name and kind alone; "" where it may be."""
    suffix = path.suffix.lower()
    try:
        name.encode()
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except UnicodeEncodeError:
        return "its name is not UTF-8: rename it"
    except (OSError, RuntimeError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if not real.is_relative_to(root):
        return "a link that leads out of the folder"
    if suffix in FOREIGN:
        return f"of a kind that cannot be read: make .flac or .wav of {suffix}"
    if suffix not in AUDIO or not stat.S_ISREG(mode):
        return "not audio"
    return ""
