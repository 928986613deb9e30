"""Soundfonts: which are known and under which licence, where they lie, and which piece is played with which."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lmdmd.errors import TrainError

KNOWN = {
    "FluidR3_GM.sf2": ("MIT", "fluid"),
    "FluidR3Mono_GM.sf3": ("MIT", "fluid"),
    "MuseScore_General.sf3": ("MIT", "fluid"),
    "MuseScore_General.sf2": ("MIT", "fluid"),
    "MuseScore_General_Full.sf3": ("MIT", "fluid"),
    "MuseScore_General_Lite.sf3": ("MIT", "fluid"),
    "sf_GMbank.sf2": ("public domain", "gmbank"),
    "TimGM6mb.sf2": ("GPL-2.0", "gmbank"),
}
"""Licence and stock of samples: most sounds of two fonts of one stock are the same recordings."""
UNKNOWN = "unknown"

FAVOURITES = ("FluidR3_GM.sf2", "MuseScore_General.sf3", "MuseScore_General.sf2", "FluidR3Mono_GM.sf3")
FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
    "/opt/homebrew/share/sounds/sf2",
    "~/Library/Audio/Sounds/Banks",
    "~/.local/share/soundfonts",
)
KINDS = (".sf2", ".sf3")
INSTALL = {
    "linux": "apt install fluidsynth fluid-soundfont-gm",
    "darwin": f"brew install fluid-synth, and put {FAVOURITES[0]} into ~/Library/Audio/Sounds/Banks",
}
HELDOUT_SHARE = 0.25


@dataclass(frozen=True)
class Soundfont:
    """A font's file, the licence of its sounds, and the stock that they come from; by default its own."""

    path: Path
    licence: str = UNKNOWN
    stock: str = ""

    @property
    def name(self) -> str:
        return self.path.name

    def describe(self) -> dict[str, str]:
        """What is written beside the audio that it played."""
        return {"soundfont": self.name, "licence": self.licence}


@dataclass(frozen=True)
class Shelf:
    """The fonts that play pieces, and one, if any, that plays held-out pieces only, and only some of them."""

    fonts: tuple[Soundfont, ...]
    heldout: Soundfont | None = None

    def deal(self, piece: str, split: str) -> Soundfont:
        """The font of a piece, by a hash of its id: a font that joins moves no piece between the others."""
        if self.heldout and split == "heldout" and _draw(piece) < HELDOUT_SHARE:
            return self.heldout
        return max(self.fonts, key=lambda font: _draw(f"{piece}/{font.name}"))


def find_soundfont() -> Path:
    """The first free General MIDI soundfont in the usual places; TrainError says how to get one."""
    for name in FAVOURITES:
        for folder in FOLDERS:
            path = Path(folder).expanduser() / name
            if path.is_file():
                return path
    raise TrainError(f"no soundfont ({', '.join(FAVOURITES)}) in {', '.join(FOLDERS)}; {install_line()}")


def fill_shelf(paths: Sequence[Path] = (), heldout: Path | None = None, licence: str | None = None) -> Shelf:
    """Gather the fonts of files and folders, by default `find_soundfont`'s; none shares the held-out one's stock.

    ``licence`` is that of fonts that are not KNOWN. Raises TrainError for a path without a font, and where nothing
    but the held-out font's stock is left.
    """
    apart = _open(heldout, licence) if heldout else None
    found = {_open(path, licence) for path in _list_files(paths or (find_soundfont(),))}
    fonts = tuple(sorted((f for f in found if not apart or f.stock != apart.stock), key=lambda font: font.name))
    if not fonts:
        raise TrainError(f"all soundfonts given share the sounds of {heldout}, which is held out; name another one")
    return Shelf(fonts, apart)


def install_line() -> str:
    """How to get fluidsynth and a font on this system."""
    return f"install it: {INSTALL['darwin' if sys.platform == 'darwin' else 'linux']}"


def _open(path: Path, licence: str | None) -> Soundfont:
    """A font by its file, behind all links: a font that has two names is one font."""
    if not path.is_file():
        raise TrainError(f"no soundfont {path}; {install_line()}")
    real = path.resolve()
    known, stock = KNOWN.get(real.name) or KNOWN.get(path.name) or (licence or UNKNOWN, real.name)
    return Soundfont(real, known, stock)


def _list_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        inside = [file for file in sorted(path.iterdir()) if file.suffix in KINDS] if path.is_dir() else [path]
        if not inside:
            raise TrainError(f"{path} holds no soundfont ({', '.join(KINDS)})")
        files += inside
    return files


def _draw(text: str) -> float:
    """A number in 0..1 that every computer draws alike for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64
