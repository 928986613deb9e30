"""Finding model bundles and reading what they say of themselves, without loading a model.

A bundle is a folder with ``config.json`` beside its safetensors. House bundles ship inside the
package; others lie in the user's data folder or anywhere a path points.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lmdmd import params
from lmdmd.errors import BundleError, ParamError, did_you_mean

FORMAT = 1
HOUSE = Path(__file__).parent / "house"
DEFAULT = "pocket"
"""The bundle that plays when nobody names one."""

WORDS = ("name", "version", "licence")
SECTIONS = ("geometry", "model", "codec", "prompts", "defaults")
GRID = {"sample_rate": (8000, 192_000), "latent_frames": (1, 2**16), "context": (1, 2**14), "block": (1, 2**12)}
"""The time grid's whole numbers and where they lie; the program itself reads them, not only the model."""

_SHOWN = 60
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True)
class BundleInfo:
    """What a bundle's ``config.json`` says; sections are kept as plain dicts for their owners."""

    name: str
    path: Path
    config: dict

    @property
    def defaults(self) -> dict:
        """Shipped settings: steps, guidance, sampler."""
        return self.config["defaults"]

    @property
    def sample_rate(self) -> int:
        """Frames per second of its audio."""
        return int(self.config["geometry"]["sample_rate"])

    @property
    def block_frames(self) -> int:
        """Frames in one block, at its own sample rate."""
        geometry = self.config["geometry"]
        return int(geometry["block"]) * int(geometry["latent_frames"])

    @property
    def size_bytes(self) -> int:
        """Bytes of its files on disk."""
        return sum(file.stat().st_size for file in self.path.iterdir() if file.is_file())

    @property
    def digest(self) -> str:
        """Short text that differs where another bundle's config, or the size of one of its files, does."""
        try:
            files = sorted((file.name, file.stat().st_size) for file in self.path.iterdir() if file.is_file())
        except OSError:  # it is gone, which harms nobody who has loaded it
            files = []
        told = json.dumps([self.config, files], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def folders() -> list[Path]:
    """Folders searched by name: the package's own, then ``$LMDMD_BUNDLES`` or the user's data folder."""
    user = os.environ.get("LMDMD_BUNDLES")
    if user:
        return [HOUSE, Path(user)]
    try:
        return [HOUSE, Path.home() / ".local" / "share" / "lmdmd" / "bundles"]
    except RuntimeError:  # a user without a home folder has no bundles of their own
        return [HOUSE]


def read_info(path: Path) -> BundleInfo:
    """Read and check ``config.json`` of a bundle folder; raises ``BundleError``."""
    file = path / "config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(f"{path}: not a bundle (it has no config.json)") from None
    except OSError as error:
        raise BundleError(f"{file}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{file}: is not JSON: {error}") from None
    problem = _problem(config)
    if problem:
        raise BundleError(f"{file}: {problem}")
    return BundleInfo(config["name"], path, config)


def _problem(config: object) -> str:
    """First thing that is wrong with a ``config.json``, or an empty string."""
    if not isinstance(config, dict):
        return "must hold a JSON object"
    missing = [key for key in (*WORDS, *SECTIONS) if key not in config]
    if missing:
        return f"lacks {', '.join(missing)}"
    if config.get("format") != FORMAT:
        return f"format {config.get('format')}, this program reads format {FORMAT}"
    problems = (check(config) for check in (_words_problem, _sections_problem, _grid_problem, _defaults_problem))
    return next(filter(None, problems), "")


def _words_problem(config: dict) -> str:
    wrong = [key for key in WORDS if not isinstance(config[key], str)]
    if wrong:
        return f"{wrong[0]} must be text, not {_shown(config[wrong[0]])}"
    return "" if config["name"].isprintable() and config["name"].strip() else "name must be a word"


def _sections_problem(config: dict) -> str:
    wrong = [key for key in SECTIONS if not isinstance(config[key], dict)]
    return f"{wrong[0]} must be an object with keys and values, not {_shown(config[wrong[0]])}" if wrong else ""


def _grid_problem(config: dict) -> str:
    for key, (lo, hi) in GRID.items():
        value = config["geometry"].get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not lo <= value <= hi:
            return f"geometry.{key} must be a whole number from {lo} to {hi}, not {_shown(value)}"
    return ""


def _defaults_problem(config: dict) -> str:
    for name, value in config["defaults"].items():
        try:
            param = params.find(name)
            param.coerce(value)
        except ParamError as error:
            return f"defaults: {error}"
        if param.rate != "block":
            return f"defaults: {name} is not a setting of the model"
    return ""


def _shown(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def survey() -> tuple[list[BundleInfo], list[str]]:
    """Every readable bundle in ``folders()``, in order of name, and a sentence for each that is not.

    The user's own wins over a house bundle of its name.
    """
    found, broken = {}, []
    for folder in folders():
        for file in sorted(folder.glob("*/config.json")):
            try:
                info = read_info(file.parent)
            except BundleError as error:
                broken.append(str(error))
                continue
            found[info.name] = info
    return [found[name] for name in sorted(found)], broken


def available() -> list[BundleInfo]:
    """Every readable bundle of ``survey``."""
    return survey()[0]


def find(name: str) -> BundleInfo:
    """Bundle by name or by path; raises ``BundleError`` listing what there is."""
    folder = _folder(name, Path.is_dir)
    return read_info(folder) if folder else find_named(name)


def near(folder: Path, name: str) -> str:
    """``name`` as ``find`` takes it, when it may be a bundle's path that is meant from ``folder``."""
    beside = str(folder / name)
    return beside if name and _folder(beside, lambda path: (path / "config.json").is_file()) else name


def _folder(name: str, fits: Callable[[Path], bool]) -> Path | None:
    """The path that a name is, if it is one that fits; ``None`` for a name that no file system takes."""
    try:
        path = Path(name).expanduser()
        return path if name and fits(path) else None
    except (OSError, RuntimeError, ValueError):
        return None


def find_named(name: str) -> BundleInfo:
    """Bundle by name alone, for requests from the network, which must not choose folders."""
    by_name = {info.name: info for info in available()}
    if name in by_name:
        return by_name[name]
    known = ", ".join(by_name) or "none"
    shown = name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
    raise BundleError(f'no bundle called "{shown}" (there are: {known}){did_you_mean(name, by_name)}')
