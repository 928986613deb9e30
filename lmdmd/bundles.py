"""Finding model bundles and reading what they say of themselves, without loading a model.

A bundle is a folder with ``config.json`` beside its safetensors. House bundles ship inside the
package; others lie in the user's data folder or anywhere a path points.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from lmdmd.errors import BundleError, did_you_mean

FORMAT = 1
HOUSE = Path(__file__).parent / "house"
DEFAULT = "pocket"
"""The bundle that plays when nobody names one."""

REQUIRED = ("name", "version", "licence", "geometry", "model", "codec", "prompts", "defaults")


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


def folders() -> list[Path]:
    """Folders searched by name: the package's own, then ``$LMDMD_BUNDLES`` or the user's data folder."""
    user = os.environ.get("LMDMD_BUNDLES")
    return [HOUSE, Path(user) if user else Path.home() / ".local" / "share" / "lmdmd" / "bundles"]


def read_info(path: Path) -> BundleInfo:
    """Read and check ``config.json`` of a bundle folder; raises ``BundleError``."""
    file = path / "config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(f"{path}: not a bundle (it has no config.json)") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BundleError(f"{file}: cannot be read: {error}") from None
    missing = [key for key in REQUIRED if not isinstance(config, dict) or key not in config]
    if missing:
        raise BundleError(f"{file}: lacks {', '.join(missing)}")
    if config.get("format") != FORMAT:
        raise BundleError(f"{file}: format {config.get('format')}, this program reads format {FORMAT}")
    return BundleInfo(str(config["name"]), path, config)


def available() -> list[BundleInfo]:
    """Every readable bundle in ``folders()``, in order of name; the user's own wins over a house bundle of its name."""
    found = {}
    for folder in folders():
        for file in sorted(folder.glob("*/config.json")):
            try:
                info = read_info(file.parent)
            except BundleError:
                continue
            found[info.name] = info
    return [found[name] for name in sorted(found)]


def find(name: str) -> BundleInfo:
    """Bundle by name or by path; raises ``BundleError`` listing what there is."""
    path = Path(name).expanduser()
    return read_info(path) if path.is_dir() else find_named(name)


def find_named(name: str) -> BundleInfo:
    """Bundle by name alone, for requests from the network, which must not choose folders."""
    by_name = {info.name: info for info in available()}
    if name in by_name:
        return by_name[name]
    known = ", ".join(by_name) or "none"
    raise BundleError(f'no bundle called "{name}" (there are: {known}){did_you_mean(name, by_name)}')
